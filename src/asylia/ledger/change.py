"""What an admin can ask of a team's epochs, in the worker's terms.

Upholds: a change says what, never how; ``composing`` makes the epochs of it.  Refuses: judging who
may; that is ``rights``'.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from asylia.crypto.signing import VerifyingKey
from asylia.ledger.control import Reason
from asylia.values import RecordId


@dataclass(frozen=True)
class Addition:
    """A device comes to the team, or a suspended one comes back (the same ``signing``)."""

    signing: VerifyingKey
    prekey: str
    name: str
    certificate: bytes | None
    compartments: tuple[str, ...]


@dataclass(frozen=True)
class Suspension:
    """A device is shut out until it is invited again."""

    device: bytes


@dataclass(frozen=True)
class Removal:
    """A device is shut out for good."""

    device: bytes


@dataclass(frozen=True)
class Promotion:
    """A device becomes admin by this certificate, or is one no more."""

    device: bytes
    certificate: bytes | None


@dataclass(frozen=True)
class Renaming:
    """A device bears another pseudonym."""

    device: bytes
    name: str


@dataclass(frozen=True)
class Opening:
    """A new compartment; ``reports``: it takes reports from the line."""

    compartment: str
    labels: Mapping[str, str]
    devices: tuple[bytes, ...]
    reports: bool


@dataclass(frozen=True)
class Admission:
    """A device of the team comes to a compartment."""

    compartment: str
    device: bytes


@dataclass(frozen=True)
class Dismissal:
    """A device leaves a compartment, and stays in the team."""

    compartment: str
    device: bytes


@dataclass(frozen=True)
class Closing:
    """Nobody writes in a compartment any more; another one takes over."""

    compartment: str
    successor: str


@dataclass(frozen=True)
class Forgetting:
    """Records go; ``owed``: the names of recipients who had something of them."""

    compartment: str
    records: tuple[RecordId, ...]
    reason: Reason
    owed: tuple[str, ...]


@dataclass(frozen=True)
class Recovering:
    """Epochs are sealed to another recovery recipient from now on."""

    recipient: str


@dataclass(frozen=True)
class Rotation:
    """Keys are made anew after so many days."""

    days: int


Change = (
    Addition
    | Suspension
    | Removal
    | Promotion
    | Renaming
    | Opening
    | Admission
    | Dismissal
    | Closing
    | Forgetting
    | Recovering
    | Rotation
)
