"""The messages inside a bundle, as ``spec/bundle.md`` has them.

Upholds: one encoding; days as ``YYYY-MM-DD``, so that an inquiry reads them without a table.
"""

from typing import Annotated, Any, ClassVar, Literal

import msgspec

from asylia.crypto.signing import VerifyingKey
from asylia.tlog.fields import ProvenField
from asylia.wire import Message, Part

DayText = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
ItemName = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{10}\Z")]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=r"^[^\n\x00]*\Z")]
SomeLine = Annotated[str, msgspec.Meta(max_length=500, pattern=r"^[^\n\x00]*\Z")]
Hand = Annotated[int, msgspec.Meta(ge=0, le=1000)]
Bytes16 = Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
Bytes32 = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Bytes64 = Annotated[bytes, msgspec.Meta(min_length=64, max_length=64)]
Basis = Literal["public", "nobody", "consent", "proxy", "emergency"]

DEVICE_USE = "asylia/dossier/1 device"
SEAL_USE = "asylia/dossier/1 seal"


class FileFacts(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One file under ``data/``."""

    path: str
    sha256: Bytes32
    size: int


class DossierStatement(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the exporting device signs: for whom, until when, and every file."""

    LABEL: ClassVar[str] = "asylia/dossier/1"
    arrivals: tuple[ItemName, ...]
    consent_until: DayText | None
    exhibits: tuple[ItemName, ...]
    files: tuple[FileFacts, ...]
    items: tuple[ItemName, ...]
    made_on: DayText
    purpose: Line
    recipient: Line
    root_hash: Bytes32
    signer: Bytes32
    stamps: Annotated[int, msgspec.Meta(ge=0, le=8)]


class DossierSeal(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The device's Ed25519 signature over the tag manifest."""

    LABEL: ClassVar[str] = "asylia/dossier-seal/1"
    signature: Bytes64


class DossierRoot(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The team's root; counts by its hash in the recipient's policy, not by being here."""

    LABEL: ClassVar[str] = "asylia/dossier-root/1"
    root: VerifyingKey


class Leaf(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where in the log the leaf stands, its inclusion proof, its commitment's salt."""

    index: int
    path: tuple[Bytes32, ...]
    salt: Bytes32


class Disclosed(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The disclosed fields of one item, each proven, in order of name."""

    LABEL: ClassVar[str] = "asylia/disclosed/1"
    fields: Annotated[tuple[ProvenField, ...], msgspec.Meta(min_length=1, max_length=32)]
    leaf: Leaf
    name: ItemName


class CustodyLine(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One event in the life of an exhibit; hands by their number in this log, 0 for nobody."""

    action: Line
    by: Hand
    condition: SomeLine
    on: DayText
    place: SomeLine
    purpose: SomeLine
    sha256_after: Bytes32 | None
    sha256_before: Bytes32 | None
    to: Hand


class CustodyLog(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole log of one exhibit: the value of its field ``custody``."""

    LABEL: ClassVar[str] = "asylia/custody-log/1"
    events: Annotated[tuple[CustodyLine, ...], msgspec.Meta(min_length=1, max_length=1000)]


class ArrivalProof(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What opens one statement file, and leads from it and the control's hash to the log."""

    LABEL: ClassVar[str] = "asylia/arrival-proof/1"
    control_sha256: Bytes32
    file_key: Bytes16
    leaf: Leaf


class ConsentLine(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """On what basis one item or arrival is here, and until when; nobody's identity."""

    basis: Basis
    name: ItemName
    until: DayText | None


class ConsentStatement(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was consented to, for whom, whom they may tell, until when."""

    LABEL: ClassVar[str] = "asylia/consent-statement/1"
    items: tuple[ConsentLine, ...]
    onward: tuple[Line, ...]
    purpose: Line
    recipient: Line
    until: DayText | None


class FiguresSnapshot(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the disclosed items say in numbers, each with the names of its items."""

    LABEL: ClassVar[str] = "asylia/figures-snapshot/1"
    as_of: DayText
    figures: dict[str, Any]
