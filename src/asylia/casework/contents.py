"""What a team keeps about a thread: the contents, and the way from bytes to them.

Upholds: the words shown are read from the statement file that can later be disclosed, so the two
can't differ.  Refuses: a submission whose statement does not open, or is not the one its control
names.  Format: ``spec/casework.md``.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from asylia import wire
from asylia.envelope.control import Control
from asylia.envelope.envelope import arrival_digest
from asylia.envelope.shapes import Bytes16, Bytes32
from asylia.envelope.statement import Statement, open_statement
from asylia.errors import ForgedError
from asylia.wire import Message

Natural = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Line = Annotated[str, Meta(max_length=500)]
Pseudonym = Annotated[str, Meta(pattern=r"^[A-Z]{2}-[0-9]{3}\Z")]
TriageState = Literal["new", "in_hand", "waiting", "closed"]
Reason = Literal["does_not_open", "not_the_writer", "too_long"]

SUBMISSION = "asylia/submission/1"
_LIMIT = 2 << 20


class Arrival(Message, frozen=True, kw_only=True):
    """What this device adds to an envelope as it takes it in."""

    LABEL: ClassVar[str] = "asylia/arrival/1"
    blob: Bytes16
    compartment: Annotated[str, Meta(max_length=32)]
    control_sha256: Bytes32
    envelope_sha256: Bytes32
    leaf_index: Natural
    salt: Bytes32
    statement_file_key: Bytes16


@dataclass(frozen=True)
class Submission:
    """An envelope as opened: ``statement`` is read from ``statement_age`` with the file key."""

    arrival: Arrival
    control: Control
    statement_age: bytes = field(repr=False)
    statement: Statement

    @property
    def arrival_digest(self) -> bytes:
        """What its leaf in the log commits to, 32 bytes."""
        return arrival_digest(self.arrival.control_sha256, self.control.statement_sha256)

    def encode(self) -> bytes:
        """The content for the ledger."""
        head, control = wire.encode(self.arrival), wire.encode(self.control)
        return wire.frame(SUBMISSION, head, control, self.statement_age)


def decode_submission(untrusted: bytes) -> Submission:
    """Parse and open; ``MalformedError`` for form, ``ForgedError`` where a hash or tag fails."""
    head, control_bytes, statement_age = wire.unframe(untrusted, SUBMISSION, 3, limit=_LIMIT)
    arrival, control = wire.decode(head, Arrival), wire.decode(control_bytes, Control)
    if sha256(statement_age).digest() != control.statement_sha256:
        raise ForgedError("a submission's statement is not the one its control names")
    statement = open_statement(statement_age, arrival.statement_file_key)
    return Submission(arrival, control, statement_age, statement)


class Held(Message, frozen=True, kw_only=True):
    """Entered by a device that keeps the submission of this envelope."""

    LABEL: ClassVar[str] = "asylia/held/1"
    envelope_sha256: Bytes32


class Quarantine(Message, frozen=True, kw_only=True):
    """An envelope that this entry's device could not take in; it stays at the relay."""

    LABEL: ClassVar[str] = "asylia/quarantine/1"
    blob: Bytes16
    envelope_sha256: Bytes32
    reason: Reason


class Reply(Message, frozen=True, kw_only=True):
    """A drop as written, with its number; ``replaces`` names the one that lost its number."""

    LABEL: ClassVar[str] = "asylia/reply/1"
    thread: Bytes16
    n: Annotated[int, Meta(ge=0, le=9999)]
    kind: Literal["receipt", "reply"]
    body: Annotated[str, Meta(max_length=12_000)]
    previous: Bytes32
    answers: Bytes32
    drop: Annotated[bytes, Meta(min_length=1, max_length=65_536)]
    replaces: Bytes32 | None = None

    @property
    def drop_sha256(self) -> bytes:
        """The reply's id: what the next drop names as ``previous``."""
        return sha256(self.drop).digest()


class ReplyLeft(Message, frozen=True, kw_only=True):
    """The relay stored this drop."""

    LABEL: ClassVar[str] = "asylia/reply-left/1"
    thread: Bytes16
    drop_sha256: Bytes32


class Case(Message, frozen=True, kw_only=True):
    """A thread taken on as a case, under the pseudonym of the one who writes."""

    LABEL: ClassVar[str] = "asylia/case/1"
    case: Bytes16
    thread: Bytes16
    pseudonym: Pseudonym


class Met(Message, frozen=True, kw_only=True):
    """A case of somebody who never wrote; ``thread`` is random and stands where a thread's would.

    It opens the ledger record in which everything of this person lies.
    """

    LABEL: ClassVar[str] = "asylia/met/1"
    case: Bytes16
    thread: Bytes16
    pseudonym: Pseudonym


class Triage(Message, frozen=True, kw_only=True):
    """Where a thread stands, and with which member."""

    LABEL: ClassVar[str] = "asylia/triage/1"
    thread: Bytes16
    state: TriageState
    assigned: Line = ""


class Urgency(Message, frozen=True, kw_only=True):
    """How urgent the team takes it to be, with a reason; ``answers``: the newest envelope then."""

    LABEL: ClassVar[str] = "asylia/urgency/1"
    thread: Bytes16
    answers: Bytes32
    urgency: Literal["now", "days", "can_wait"]
    reason: Annotated[str, Meta(min_length=1, max_length=2_000)]
    by: Line


class Safety(Message, frozen=True, kw_only=True):
    """How this person can be reached safely as the team knows it now, and notes on safety."""

    LABEL: ClassVar[str] = "asylia/safety/1"
    thread: Bytes16
    answers: Bytes32
    may_contact: bool
    how: Line = ""
    when: Line = ""
    notes: Annotated[str, Meta(max_length=4_000)] = ""


class Read(Message, frozen=True, kw_only=True):
    """Entered by a member who opened this submission."""

    LABEL: ClassVar[str] = "asylia/read/1"
    thread: Bytes16
    envelope_sha256: Bytes32


Note = Held | Quarantine | Reply | ReplyLeft | Case | Met | Triage | Safety | Read | Urgency
_NOTES: tuple[type[Note], ...] = (
    Held, Quarantine, Reply, ReplyLeft, Case, Met, Triage, Safety, Read, Urgency,
)  # fmt: skip
_KINDS: dict[str, type[Note]] = {kind.LABEL: kind for kind in _NOTES}


def decode_note(untrusted: bytes) -> Note | None:
    """A casework message, or ``None`` where the label is another part's."""
    label = untrusted[:64].partition(b"\n")[0].decode("ascii", "replace")
    kind = _KINDS.get(label)
    return None if kind is None else wire.decode(untrusted, kind)
