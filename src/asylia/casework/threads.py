"""What a worker reads: frozen values, made by ``reading`` and shown by the desk."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

from asylia.casework.contents import Reason, Submission, TriageState
from asylia.envelope.control import OnBehalf
from asylia.values import Day, DeviceId, RecordId, ThreadId
from asylia.wire import frame

_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels: no words
NONE = bytes(32)  # in place of an envelope, where there is none
StandingUrgency = Literal["now", "not_said", "days", "can_wait"]
URGENCY: dict[StandingUrgency, int] = {"now": 0, "not_said": 1, "days": 2, "can_wait": 3}


@dataclass(frozen=True)
class SafeContact:
    """Whether, how and when this person may be contacted; ``by``: whose word that is."""

    may_contact: bool
    how: str
    when: str
    notes: str = ""
    by: Literal["writer", "team", "nobody"] = "writer"


@dataclass(frozen=True)
class ThreadRow:
    """One line of the inbox; ``waiting_for``: how many devices are still to acknowledge it."""

    thread: ThreadId
    record: RecordId
    code: str
    pseudonym: str
    urgency: StandingUrgency
    on_behalf: OnBehalf
    kinds: tuple[str, ...]
    first_day: Day
    last_day: Day
    snippet: str = field(repr=False)
    unread: bool
    answered: bool
    waiting_for: int
    state: TriageState
    assigned: str
    safe_contact: SafeContact = field(repr=False)

    @property
    def name(self) -> str:
        """What the team calls it: the case's pseudonym, or a code drawn from the thread."""
        return self.pseudonym or self.code

    @property
    def wrote(self) -> bool:
        """Whether this person wrote to the line; whoever did not has a case and no thread."""
        return bool(self.kinds)

    @property
    def wants_out(self) -> bool:
        """Whether the writer withdrew, or asked that what was said be deleted."""
        return bool({"withdraw", "delete"} & set(self.kinds))


@dataclass(frozen=True)
class ReplyRow:
    """A reply; ``left_on`` is the day since which the relay has it, if it has."""

    drop_sha256: bytes
    n: int
    kind: str
    body: str = field(repr=False)
    answers: bytes
    author: DeviceId
    entered_on: Day
    left_on: Day | None


@dataclass(frozen=True)
class WaitingReply:
    """A reply that is written, sealed and not yet at the relay."""

    thread: ThreadId
    n: int
    kind: Literal["receipt", "reply"]
    body: str = field(repr=False)
    answers: bytes
    drop: bytes = field(repr=False)
    drop_sha256: bytes


@dataclass(frozen=True)
class SubmissionRow:
    """A submission, who took it in when, and which devices hold it."""

    submission: Submission = field(repr=False)
    author: DeviceId
    entered_on: Day
    holders: frozenset[DeviceId]


@dataclass(frozen=True)
class Thread:
    """One thread, whole."""

    row: ThreadRow
    submissions: tuple[SubmissionRow, ...]
    replies: tuple[ReplyRow, ...]
    case_id: bytes | None = field(default=None, repr=False)

    @property
    def first(self) -> Submission:
        """The submission that binds the thread's keys; of somebody who wrote (``row.wrote``)."""
        return self.submissions[0].submission

    @property
    def newest(self) -> bytes:
        """The envelope that came last; of somebody who never wrote, ``NONE``."""
        return (
            NONE
            if not self.submissions
            else self.submissions[-1].submission.arrival.envelope_sha256
        )

    @property
    def talk(self) -> tuple[SubmissionRow | ReplyRow, ...]:
        """Both sides in order: each reply behind the envelope that it answers."""
        out: list[SubmissionRow | ReplyRow] = []
        for one in self.submissions:
            envelope = one.submission.arrival.envelope_sha256
            out += [one, *(reply for reply in self.replies if reply.answers == envelope)]
        return tuple(out)


@dataclass(frozen=True)
class QuarantineRow:
    """An envelope that nobody could take in."""

    envelope_sha256: bytes
    reason: Reason
    entered_on: Day


def code_of(thread: bytes) -> str:
    """Four letters to call a thread by until it has a pseudonym; no way back to the phrase."""
    number = int.from_bytes(sha256(frame("asylia/thread-code/1", thread)).digest(), "big")
    letters = ""
    for _ in range(4):
        number, at = divmod(number, len(_ALPHABET))
        letters += _ALPHABET[at]
    return letters


def inbox_order(row: ThreadRow) -> tuple[bool, int, bool, int, bytes]:
    """Open before closed, urgent first, then unread, then the newest."""
    return (row.state == "closed", URGENCY[row.urgency], not row.unread, -row.last_day, row.thread)
