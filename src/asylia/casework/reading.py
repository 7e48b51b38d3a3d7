# ruff: noqa: S608 - what is put into SQL here are the constants below, never input
"""Threads as a worker reads them, from the casework tables.

Upholds: what a worker must know before anything else (urgency, safe contact, for whom, whether the
words are held twice) is on every thread; what counts is picked by (day, author, sequence), the same
on every device.  Reads only.
"""

from typing import Any

from asylia.casework.contents import Submission, TriageState, decode_submission
from asylia.casework.standing import Word, standing_contact, standing_urgency
from asylia.casework.threads import (
    NONE,
    QuarantineRow,
    ReplyRow,
    SafeContact,
    StandingUrgency,
    SubmissionRow,
    Thread,
    ThreadRow,
    WaitingReply,
    code_of,
    inbox_order,
)
from asylia.envelope.control import Control
from asylia.errors import NotFoundError
from asylia.values import Day, DeviceId, RecordId, ThreadId
from asylia.vault.projection import Connection

_SNIPPET = 240
_ORDER = "entered_on, author, sequence"
_FIRST = "ORDER BY entered_on, author, sequence LIMIT 1"
_CASES = (
    "(SELECT thread, case_id, pseudonym, entered_on, author, sequence FROM casework_case "
    "UNION ALL SELECT thread, case_id, pseudonym, entered_on, author, sequence FROM casework_met)"
)
_LATEST = "ORDER BY entered_on DESC, author DESC, sequence DESC LIMIT 1"
# One row an envelope (two devices may have taken the same one in), the report before what follows.
_SUBMISSIONS = (
    "SELECT envelope, record, kind, urgency, on_behalf, entered_on, author, content, words, "
    "may_contact, how, at_times FROM casework_submission s WHERE thread = ? AND NOT EXISTS "
    "(SELECT 1 FROM casework_submission t WHERE t.envelope = s.envelope AND "
    "(t.entered_on, t.author, t.sequence) < (s.entered_on, s.author, s.sequence)) "
    "ORDER BY kind <> 'report', entered_on, author, sequence"
)
_NOT_REPLACED = (
    "drop_sha256 NOT IN (SELECT replaces FROM casework_reply WHERE replaces IS NOT NULL)"
)
# Of a thread's receipts one is enough, whichever device left it.
_STILL_WANTED = "(kind <> 'receipt' OR thread NOT IN (SELECT thread FROM casework_left))"
_NEITHER_LEFT = "drop_sha256 NOT IN (SELECT drop_sha256 FROM casework_left)"


class Casework:
    """Reads the tables; ``me`` is this device, ``quorum`` how many devices must hold a report."""

    def __init__(self, connection: Connection, *, me: DeviceId, quorum: int) -> None:
        self._connection = connection
        self.me = me
        self.quorum = quorum

    def inbox(self) -> tuple[ThreadRow, ...]:
        """Every thread: open before closed, urgent first, then unread, then the newest."""
        found = self._all("SELECT DISTINCT thread FROM casework_submission")
        return tuple(sorted((self.row(thread) for (thread,) in found), key=inbox_order))

    def cases(self) -> tuple[ThreadRow, ...]:
        """Everybody with a pseudonym: those who wrote as in the inbox, then those who never did."""
        met = self._all("SELECT DISTINCT thread FROM casework_met")
        rows = [self.row(thread) for (thread,) in met]
        wrote = [row for row in self.inbox() if row.pseudonym]
        return (*wrote, *sorted(rows, key=lambda row: (row.state == "closed", row.pseudonym)))

    def thread_in(self, report: str) -> ThreadId | None:
        """The thread, or case, in the ledger record that a claim calls its ``report``."""
        try:
            record = bytes.fromhex(report)
        except ValueError:  # a record that was written by hand may call it anything
            return None
        found = self._one(
            "SELECT thread FROM casework_submission WHERE record = ?1 "
            "UNION SELECT thread FROM casework_met WHERE record = ?1",
            record,
        )
        return found[0] if found else None

    def thread(self, thread: bytes) -> Thread:
        """A thread with everything in it; ``NotFoundError`` where there is none."""
        row = self.row(thread)
        submissions = tuple(
            SubmissionRow(decode_submission(found[7]), found[6], found[5], self.holders(found[0]))
            for found in self._all(_SUBMISSIONS, thread)
        )
        case = self._one(f"SELECT case_id FROM {_CASES} WHERE thread = ? {_FIRST}", thread)
        return Thread(row, submissions, self.replies(thread), case[0] if case else None)

    def replies(self, thread: bytes) -> tuple[ReplyRow, ...]:
        """The replies that were not replaced, by number."""
        found = self._all(
            "SELECT drop_sha256, n, kind, body, answers, author, entered_on, (SELECT "
            "min(entered_on) FROM casework_left l WHERE l.drop_sha256 = r.drop_sha256) "
            f"FROM casework_reply r WHERE thread = ? AND {_NOT_REPLACED} ORDER BY n, {_ORDER}",
            thread,
        )
        return tuple(ReplyRow(*row) for row in found)

    def waiting_replies(self) -> tuple[WaitingReply, ...]:
        """Replies of this device that the relay is not known to have, in the order written."""
        found = self._all(
            "SELECT thread, n, kind, body, answers, drop_bytes, drop_sha256 FROM casework_reply "
            f"WHERE author = ? AND {_NEITHER_LEFT} AND {_NOT_REPLACED} AND {_STILL_WANTED} "
            f"ORDER BY {_ORDER}",
            self.me,
        )
        return tuple(WaitingReply(*row) for row in found)

    def quarantine(self) -> tuple[QuarantineRow, ...]:
        """Envelopes that could not be taken in and that no device has taken in since."""
        found = self._all(
            "SELECT envelope, max(reason), min(entered_on) FROM casework_quarantine WHERE envelope "
            "NOT IN (SELECT envelope FROM casework_submission) GROUP BY envelope "
            "ORDER BY min(entered_on), envelope"
        )
        return tuple(QuarantineRow(*row) for row in found)

    def accounted_for(self) -> dict[bytes, bytes]:
        """Blobs that need no fetching: taken in, or put aside by this device.  Id → envelope."""
        found = self._all(
            "SELECT blob, envelope FROM casework_submission UNION "
            "SELECT blob, envelope FROM casework_quarantine WHERE author = ?",
            self.me,
        )
        return dict(found)

    def holders(self, envelope: bytes) -> frozenset[DeviceId]:
        """The devices whose entries say that they hold this envelope's submission."""
        found = self._all(
            "SELECT author FROM casework_held WHERE envelope = ?1 UNION "
            "SELECT author FROM casework_submission WHERE envelope = ?1",
            envelope,
        )
        return frozenset(device for (device,) in found)

    def not_acknowledged(self) -> tuple[tuple[RecordId, bytes], ...]:
        """Submissions of others that this device has not said it holds: (record, envelope)."""
        found = self._all(
            "SELECT record, envelope FROM casework_submission GROUP BY envelope HAVING "
            "sum(author = ?1) = 0 AND envelope NOT IN "
            "(SELECT envelope FROM casework_held WHERE author = ?1)",
            self.me,
        )
        return tuple(found)

    def controls(self, thread: bytes) -> tuple[Control, ...]:
        """The controls of a thread's envelopes so far."""
        return tuple(decode_submission(row[7]).control for row in self._all(_SUBMISSIONS, thread))

    def submitted(self) -> tuple[tuple[bytes, bytes], ...]:
        """Every (blob, envelope) that was taken in by some device."""
        return tuple(self._all("SELECT DISTINCT blob, envelope FROM casework_submission"))

    def records_of(self, thread: bytes) -> tuple[RecordId, ...]:
        """The ledger records in which a thread lies: one, or one a device that took it in."""
        found = self._all(
            "SELECT record FROM casework_submission WHERE thread = ?1 "
            "UNION SELECT record FROM casework_met WHERE thread = ?1",
            thread,
        )
        return tuple(RecordId(record) for (record,) in found)

    def read_by_me(self) -> frozenset[bytes]:
        """The envelopes that a member opened on this device."""
        found = self._all("SELECT envelope FROM casework_read WHERE author = ?", self.me)
        return frozenset(envelope for (envelope,) in found)

    def first_of(self, thread: bytes) -> tuple[RecordId, Submission] | None:
        """The record and first submission of a thread, if it is known."""
        found = self._one(f"{_SUBMISSIONS} LIMIT 1", thread)
        return (found[1], decode_submission(found[7])) if found else None

    def thread_of(self, pseudonym: str) -> ThreadId | None:
        """The thread whose case has this pseudonym."""
        found = self._connection.execute(
            f"SELECT thread FROM {_CASES} WHERE pseudonym = ? {_FIRST}", (pseudonym,)
        ).fetchone()
        return found[0] if found else None

    def row(self, thread: bytes) -> ThreadRow:
        """One line of the inbox; ``NotFoundError`` where there is no such thread."""
        found = self._all(_SUBMISSIONS, thread)
        if not found:
            return self._met(thread)
        first, last = found[0], found[-1]
        case = self._one(f"SELECT pseudonym FROM casework_case WHERE thread = ? {_FIRST}", thread)
        state, assigned = self._triage(thread)
        answered = {
            answers
            for (answers,) in self._all(
                "SELECT answers FROM casework_reply WHERE kind = 'reply' AND thread = ?", thread
            )
        }
        held = min(len(self.holders(row[0])) for row in found)
        return ThreadRow(
            thread=ThreadId(thread),
            record=first[1],
            code=code_of(thread),
            pseudonym=case[0] if case else "",
            urgency=standing_urgency(
                ((row[3], row[0] in answered) for row in found), self._noted(thread, found)
            ),
            on_behalf=first[4],
            kinds=tuple(row[2] for row in found),
            first_day=first[5],
            last_day=last[5],
            snippet=last[8][:_SNIPPET],
            unread=not {row[0] for row in found} <= self.read_by_me(),
            answered=last[0] in answered,
            waiting_for=max(0, self.quorum - held),
            state=state,
            assigned=assigned,
            safe_contact=self._safe_contact(thread, found),
        )

    def _met(self, thread: bytes) -> ThreadRow:
        """A case of somebody who never wrote, in the same shape; ``NotFoundError``."""
        found = self._one(
            f"SELECT record, pseudonym, entered_on FROM casework_met WHERE thread = ? {_FIRST}",
            thread,
        )
        if found is None:
            raise NotFoundError("There is no such thread.", hint="It may have been forgotten.")
        record, pseudonym, day = found
        state, assigned = self._triage(thread)
        return ThreadRow(
            thread=ThreadId(thread),
            record=record,
            code=code_of(thread),
            pseudonym=pseudonym,
            urgency="not_said",
            on_behalf="not_said",  # who is asked tells of others too, so each claim says of whom
            kinds=(),
            first_day=day,
            last_day=day,
            snippet="",
            unread=False,
            answered=True,
            waiting_for=0,
            state=state,
            assigned=assigned,
            safe_contact=self._safe_contact(thread, [(NONE, *(None,) * 8, None, "", "")]),
        )

    def _triage(self, thread: bytes) -> tuple[TriageState, str]:
        found = self._one(
            f"SELECT state, assigned FROM casework_triage WHERE thread = ? {_LATEST}", thread
        )
        return found if found is not None else ("new", "")

    def urgency_notes(self, thread: bytes) -> tuple[tuple[StandingUrgency, str, str, Day], ...]:
        """What the team took the urgency to be: urgency, reason, pseudonym, day; in order."""
        return tuple(
            self._all(
                "SELECT urgency, reason, pseudonym, entered_on FROM casework_urgency "
                f"WHERE thread = ? ORDER BY {_ORDER}",
                thread,
            )
        )

    def _noted(self, thread: bytes, found: list[tuple[Any, ...]]) -> dict[int, StandingUrgency]:
        """The last note behind each submission, by the submission's place."""
        places = {row[0]: place for place, row in enumerate(found)}
        rows = self._all(
            f"SELECT answers, urgency FROM casework_urgency WHERE thread = ? ORDER BY {_ORDER}",
            thread,
        )
        return {places[answers]: urgency for answers, urgency in rows if answers in places}

    def _safe_contact(self, thread: bytes, found: list[tuple[Any, ...]]) -> SafeContact:
        noted = self._one(
            "SELECT answers, may_contact, how, at_times, notes FROM casework_safety "
            f"WHERE thread = ? {_LATEST}",
            thread,
        )
        said = [Word(row[0], *row[9:]) for row in found]
        return standing_contact(said, Word(*noted) if noted else None)

    def _one(self, sql: str, key: bytes) -> tuple[Any, ...] | None:
        found: tuple[Any, ...] | None = self._connection.execute(sql, (key,)).fetchone()
        return found

    def _all(self, sql: str, *keys: bytes) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self._connection.execute(sql, keys).fetchall()
        return found
