"""What the ledger itself reads in entries of kind 2: heartbeats, acknowledgements, forgettings.

Upholds: whoever holds a key says so itself, in an entry that it signed.  Refuses: nothing loudly: a
control entry that does not parse is passed over, since a member's device must not be able to stop
the others.  Format: ``spec/ledger.md``, *Keys that go*.
"""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from asylia.envelope.shapes import Bytes16, Bytes32, RecipientText
from asylia.errors import MalformedError
from asylia.wire import Message, decode

Reason = Literal["withdrawal", "retention", "error", "order"]
_Number = Annotated[int, Meta(ge=0, le=2**53)]
_Name = Annotated[str, Meta(min_length=1, max_length=200)]


class Heartbeat(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A device lives, knows this team epoch, offers this prekey for the next one."""

    LABEL: ClassVar[str] = "asylia/heartbeat/1"
    destroyed: _Number  # of every team epoch before that number it holds no prekey any more
    prekey: RecipientText | None
    team: Bytes32  # SHA-256 of the body of the newest team epoch that it has


class Acknowledgement(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A device goes on under this epoch of a compartment."""

    LABEL: ClassVar[str] = "asylia/acknowledgement/1"
    destroyed: _Number  # of every epoch before that number it holds no wrap key any more
    epoch: Bytes32  # blob hash


class Forgetting(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What remains of records that were forgotten."""

    LABEL: ClassVar[str] = "asylia/forgetting/1"
    forgotten_by: Annotated[tuple[Bytes32, ...], Meta(min_length=1, max_length=63)]
    owed: Annotated[tuple[_Name, ...], Meta(max_length=256)]
    reason: Reason
    records: Annotated[tuple[Bytes16, ...], Meta(min_length=1, max_length=4096)]


Control = Heartbeat | Acknowledgement | Forgetting
_KINDS: dict[str, type[Control]] = {
    kind.LABEL: kind for kind in (Heartbeat, Acknowledgement, Forgetting)
}


def parse_control(untrusted: bytes) -> Control | None:
    """One of these three, or None for anything else."""
    label = untrusted[:64].partition(b"\n")[0].decode("ascii", "replace")
    kind = _KINDS.get(label)
    if kind is None:
        return None
    try:
        return decode(untrusted, kind)
    except MalformedError:
        return None
