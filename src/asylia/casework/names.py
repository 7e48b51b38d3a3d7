"""A worker's real name, where a team keeps it at all: one sealed record a device.

Upholds: it lies in the compartment ``identity`` and in no epoch, and is read for one device at a
time.  Refuses: a list of names, a search by name.  Format: ``spec/casework.md``.
"""

from typing import Annotated, ClassVar

from msgspec import Meta

from asylia import wire
from asylia.envelope.shapes import Bytes32, encode_checked
from asylia.errors import MalformedError, NotFoundError
from asylia.ledger.ledger import Ledger
from asylia.values import DeviceId

COMPARTMENT = "identity"


class MemberName(wire.Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whose device it is."""

    LABEL: ClassVar[str] = "asylia/member/1"
    device: Bytes32
    name: Annotated[str, Meta(min_length=1, max_length=200)]


def keep_name(ledger: Ledger, device: DeviceId, name: str) -> None:
    """Keep a name in a record of its own, so that it can be forgotten alone."""
    content = encode_checked(MemberName(device=device, name=name))
    ledger.append(ledger.new_record(COMPARTMENT), content)


def name_of(ledger: Ledger, device: DeviceId) -> str:
    """The name that was kept last for this one device; ``NotFoundError``."""
    found: tuple[int, bytes, int] | None = None
    name = ""
    for entry in ledger.entries():
        if entry.compartment != COMPARTMENT or entry.label != MemberName.LABEL:
            continue
        try:
            content = wire.decode(entry.content, MemberName)
        except MalformedError:
            continue
        at = (entry.entered_on, entry.author, entry.sequence)
        if content.device == device and (found is None or at > found):
            found, name = at, content.name
    if found is None:
        raise NotFoundError(
            "no name is kept for this device, or this device may not read it",
            hint="Names are read by those who are in the compartment `identity`.",
        )
    return name
