"""Replay: each blob of the line is checked, then applied, held, left unread or refused.

Upholds: nothing of a blob that fails a check is applied; what fails is named, with its place; what
was held or unread is looked at again when what it lacked has come; what is applied follows from the
line alone, however it was cut into pages.  Refuses: deciding anything by what the relay says.
"""

from collections import deque
from collections.abc import Callable, Sequence
from hashlib import sha256

from asylia.crypto.age import Identity
from asylia.errors import ForgedError, MalformedError
from asylia.ledger import sealing
from asylia.ledger.entries import EntryDoor
from asylia.ledger.entry import CONTENT, LIMIT, NO_RECORD
from asylia.ledger.epochs import EpochDoor
from asylia.ledger.journal import Journal
from asylia.ledger.outcome import (
    HeldBlobError,
    Outcome,
    RefusedBlobError,
    UnvouchedBlobError,
    finding,
    refusal,
    refused,
)
from asylia.ledger.runs import Opened, vouched
from asylia.ledger.state import EpochKeys, State
from asylia.ledger.store import FindingRow, HeldRow, LedgerStore
from asylia.ledger.trial import REACH, Trial, open_with
from asylia.ledger.unread import AT_ONCE, Unread
from asylia.ledger.waiting import Waiting, entry_key
from asylia.values import Hash

_TOGETHER = 512  # new ones that are opened before the first is judged: few stay in the cache
UNREAD = Outcome("unread")
Row = tuple[int, bytes, bytes]  # place, blob hash, blob
# What to do with the outcome: of a blob that comes for the first time, or one looked at again.
_Settle = Callable[[int, bytes, bytes, Outcome], None]


class Replay:
    """Applies blobs to ``state`` and writes down what came of them.

    Used inside one transaction.  If it raises, ``state`` is of no more use.
    """

    def __init__(
        self,
        store: LedgerStore,
        state: State,
        prekeys: Sequence[Identity],
        *,
        recovering: bool = False,
    ) -> None:
        """``recovering``: ``prekeys`` hold the recovery identity, and no device reads along."""
        self._store, self._state = store, state
        self._journal = Journal(store)
        self._waiting = Waiting(store)
        self._entries = EntryDoor(self._journal, state, self._waiting)
        self._epochs = EpochDoor(store, self._journal, state, prekeys, recovering=recovering)
        self._trial = Trial.at_end(state, store)
        self._woken: deque[bytes] = deque()
        self._unread = Unread(store, self._journal)
        self.applied = 0  # entries of content

    @property
    def named(self) -> list[FindingRow]:
        """The findings that are new."""
        return self._journal.named

    def adopt(self, blob: bytes) -> None:
        """Go on under an epoch that was made on this machine; raises what is wrong with it."""
        self._epochs.adopt(Hash(sha256(blob).digest()), blob)
        self._journal.flush()
        self._state.save(self._store)

    def take(self, blobs: Sequence[bytes]) -> None:
        """Apply the next blobs of the line."""
        between: list[Row] = []
        start = self._journal.count
        waiting = self._waiting
        for place, blob in enumerate(blobs, start):
            row = (place, sha256(blob).digest(), blob)
            is_epoch = blob.startswith(sealing.AGE)
            wanted = waiting.any_waits and waiting.is_wanted(row[1])
            if is_epoch or wanted or len(between) == _TOGETHER:
                # Whatever is applied by then must not depend on where a page ends.
                self._judge_all(between, self._trial, self._settle_new)
                between = []
            if is_epoch:
                self._settle_epoch(*row, self._settle_new)
            else:
                between.append(row)
        self._judge_all(between, self._trial, self._settle_new)
        self._finish()

    def retry_unread(self) -> None:
        """Look at every unread blob again: this device has a prekey that it had not."""
        for row in self._unread.blobs(0):
            if row.blob.startswith(sealing.AGE):
                self._settle_epoch(row.position, row.blob_hash, row.blob, self._settle_again)
        self._finish()

    def judge_anew(self) -> None:
        """Judge all that is unread, in its order: this device took over another line."""
        self._trial = Trial(self._state.keys, {})
        between: list[Row] = []
        for row in self._unread.and_epochs():
            if row.state == "unread" and not row.blob.startswith(sealing.AGE):
                between.append((row.position, row.blob_hash, row.blob))
                if len(between) < AT_ONCE:
                    continue
            self._judge_all(between, self._trial, self._settle_again)
            between = []
            keys = self._trial.meet(row.blob_hash) if row.state == "epoch" else None
            if keys is not None:
                self._read_around(row.position, keys)
            elif row.state == "unread" and row.blob.startswith(sealing.AGE):
                self._settle_epoch(row.position, row.blob_hash, row.blob, self._settle_again)
        self._judge_all(between, self._trial, self._settle_again)
        self._finish()

    def _finish(self) -> None:
        self._journal.flush()
        self._state.save(self._store)

    # -- entries

    def _judge_all(self, rows: Sequence[Row], trial: Trial, settle: _Settle) -> None:
        """Open each, find out what the signatures vouch for, then judge each in its turn."""
        opened = [self._open(place, name, blob, trial) for place, name, blob in rows]
        ones = [one for one in opened if isinstance(one, Opened)]
        self._journal.look_up({one.header.record for one in ones} - {NO_RECORD})
        found, settled = vouched(ones, self._entries.verify), self._unread.settled
        judge, woken = self._judge, self._woken
        for (place, blob_hash, blob), one in zip(rows, opened, strict=True):
            if place in settled:
                continue  # one before it named it, and had it judged at once
            if isinstance(one, Opened):
                outcome = judge(one, place in found)
            else:
                outcome = one
                if outcome.state == "unread" or self._waiting.is_wanted(blob_hash):
                    outcome = self._try_wanted(place, blob_hash, blob)
            settle(place, blob_hash, blob, outcome)
            if woken:
                self._wake_all()

    def _open(self, place: int, blob_hash: bytes, blob: bytes, trial: Trial) -> Opened | Outcome:
        if len(blob) > LIMIT:
            return refused(place, "malformed", "it is longer than a blob may be")
        found = trial.open(blob)
        return UNREAD if found is None else self._pass(place, blob_hash, blob, *found)

    def _pass(
        self, place: int, blob_hash: bytes, blob: bytes, keys: EpochKeys, outer: bytes
    ) -> Opened | Outcome:
        try:
            return self._entries.open(place, blob_hash, blob, keys, outer)
        except (ForgedError, MalformedError) as error:
            return refusal(place, error)

    def _try_wanted(self, place: int, blob_hash: bytes, blob: bytes) -> Outcome:
        """A straggler under an old epoch: what another entry names is tried with every key."""
        twin = self._journal.find(blob_hash, "unread")
        if twin is not None and twin.position != place:
            return refused(place, "replayed", "it stands in the line twice")
        if not (self._waiting.is_wanted(blob_hash) or self._journal.is_own(blob_hash)):
            return UNREAD
        found = open_with(self._state.keys.values(), blob)
        one = UNREAD if found is None else self._pass(place, blob_hash, blob, *found)
        if isinstance(one, Opened):
            return self._judge(one, bool(vouched([one], self._entries.verify)))
        return one

    def _judge(self, one: Opened, vouched_for: bool) -> Outcome:
        header, waiting = one.header, self._waiting
        if waiting.authors and waiting.concerns(header):
            vouched_for = vouched_for or waiting.vouches(one)
            if vouched_for:
                for row in waiting.unvouched(header):
                    self._judge_again(row, vouched_for=True)
        try:
            outcome = self._entries.judge(one, vouched=vouched_for)
        except HeldBlobError as error:
            waiting.hold(one, vouched=True, waits=error.waits, wanted=error.wanted)
            if error.wanted:
                self._look_for(error.wanted)
            return Outcome("held")
        except UnvouchedBlobError as error:
            waiting.hold(one, vouched=False, waits=None)
            text = f"the blob at place {one.place} was not applied: {error.message}"
            return Outcome("held", "forged", text)
        except (RefusedBlobError, ForgedError, MalformedError) as error:
            return refusal(one.place, error)
        self.applied += header.kind == CONTENT
        if waiting.any_waits:
            self._woken.append(entry_key(header.compartment, header.author, header.sequence))
            if one.wrapped:
                self._woken.append(header.record)
        return outcome

    def _judge_again(self, row: HeldRow, *, vouched_for: bool) -> None:
        """A held entry: judged under the key that opened it."""
        self._journal.flush()
        there = self._store.line_row(row.place)
        keys = self._state.keys.get(row.epoch)
        if there is None or keys is None:
            return
        found = open_with([keys], there.blob)
        one = UNREAD if found is None else self._pass(row.place, row.blob_hash, there.blob, *found)
        outcome = self._judge(one, vouched_for) if isinstance(one, Opened) else one
        if outcome.state == "held":
            return
        if outcome.state == "applied":
            self._waiting.release(row.place)
            if row.vouched:
                self._name_reordered(row.place)
        elif not isinstance(one, Opened):
            self._waiting.refuse(row)
        self._settle_again(row.place, row.blob_hash, there.blob, outcome)

    def _look_for(self, blob_hash: bytes) -> None:
        """A straggler that another entry names now, or one that was void until then."""
        row = self._journal.find(blob_hash, "unread") or self._journal.find(blob_hash, "refused")
        if row is not None and not row.blob.startswith(sealing.AGE):
            outcome = self._try_wanted(row.position, blob_hash, row.blob)
            self._settle_again(row.position, blob_hash, row.blob, outcome)

    def _wake_all(self) -> None:
        while self._woken:
            self._wake(self._woken.popleft())

    def _wake(self, key: bytes) -> None:
        """Judge what waited for this; what that wakes comes next."""
        for row in self._waiting.for_key(key):
            self._judge_again(row, vouched_for=row.vouched)

    # -- epochs

    def _settle_epoch(self, place: int, blob_hash: bytes, blob: bytes, settle: _Settle) -> None:
        """Judge an epoch; where it opens, what it is the key to."""
        known = set(self._state.keys)
        outcome = self._judge_epoch(place, Hash(blob_hash), blob)
        settle(place, blob_hash, blob, outcome)
        if outcome.state != "epoch":
            return
        self._journal.forget_records()
        keys = self._trial.meet(blob_hash)
        new = [one for name, one in self._state.keys.items() if name not in known]
        if any(one.blob_hash != blob_hash for one in new):
            self._read_history(new)
        if keys is not None:
            self._read_around(place, keys)
        self._woken.extend(self._waiting.records())
        self._wake_all()

    def _judge_epoch(self, place: int, blob_hash: Hash, blob: bytes) -> Outcome:
        try:
            if len(blob) > LIMIT:
                raise MalformedError("it is longer than a blob may be")
            return self._epochs.judge(blob_hash, blob, place)
        except (RefusedBlobError, ForgedError, MalformedError) as error:
            return refusal(place, error)

    def _read_around(self, place: int, keys: EpochKeys) -> None:
        """What a relay showed before the epoch that it stands under."""
        known = {keys.blob_hash: keys}
        self._read_again(max(place - REACH, 0), Trial(known, {keys.compartment: keys.number}))

    def _read_history(self, new: Sequence[EpochKeys]) -> None:
        """Everything, once: this device was let in, and given the keys of what was."""
        self._read_again(0, Trial({keys.blob_hash: keys for keys in new}, {}))

    def _read_again(self, start: int, trial: Trial) -> None:
        """Try these keys on what is unread, from a place on."""
        between: list[Row] = []
        for row in self._unread.blobs(start):
            if row.blob.startswith(sealing.AGE):
                if trial.meet(row.blob_hash) is None:
                    continue
                self._settle_again(row.position, row.blob_hash, row.blob, Outcome("epoch"))
            else:
                between.append((row.position, row.blob_hash, row.blob))
                if len(between) < AT_ONCE:
                    continue
            self._judge_all(between, trial, self._settle_again)
            between = []
        self._judge_all(between, trial, self._settle_again)

    # -- writing down

    def _settle_new(self, place: int, blob_hash: bytes, blob: bytes, outcome: Outcome) -> None:
        self._journal.add_line(blob_hash, blob, outcome.state)
        if outcome.kind is not None:
            self._name(place, outcome)

    def _settle_again(self, place: int, _: bytes, __: bytes, outcome: Outcome) -> None:
        if outcome.state != "unread":
            self._unread.settled.add(place)
            self._journal.set_state(place, outcome.state)
            self._name(place, outcome)

    def _name(self, place: int, outcome: Outcome) -> None:
        if outcome.kind is not None:
            self._journal.name(finding(outcome.kind, place, outcome.text))

    def _name_reordered(self, place: int) -> None:
        text = f"the blob at place {place} came before one that it builds on"
        self._journal.name(finding("reordered", place, text))
