"""Replay: each blob of the line is checked, then applied, held, left unread or refused.

Upholds: nothing of a blob that fails a check is applied; what fails is named, with its place; what
was held or unread is looked at again when what it lacked has come.  Refuses: deciding anything by
what the relay says.
"""

from collections import deque
from collections.abc import Sequence
from hashlib import sha256

from asylia.crypto.age import Identity
from asylia.errors import ForgedError, MalformedError
from asylia.ledger import sealing
from asylia.ledger.entries import EntryDoor
from asylia.ledger.entry import LIMIT
from asylia.ledger.epochs import EpochDoor
from asylia.ledger.journal import Journal
from asylia.ledger.outcome import EntryName, HeldBlobError, Outcome, RefusedBlobError, finding
from asylia.ledger.state import State
from asylia.ledger.store import FindingRow, LedgerStore, LineRow, LineState
from asylia.ledger.values import FindingKind
from asylia.values import Hash


class Replay:
    """Applies blobs to ``state`` and writes down what came of them.

    Used inside one transaction.  If it raises, ``state`` is of no more use.
    """

    def __init__(self, store: LedgerStore, state: State, prekeys: Sequence[Identity]) -> None:
        self._store, self._state = store, state
        self._journal = Journal(store)
        self._entries = EntryDoor(self._journal, state)
        self._epochs = EpochDoor(store, self._journal, state, prekeys)
        self._held: dict[int, str] = {}
        self.applied = 0

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
        opened, waits = self._epochs.opened, bool(self._store.count_line("held"))
        for blob in blobs:
            blob_hash, position = sha256(blob).digest(), self._journal.count
            outcome = self._judge(position, blob_hash, blob)
            waits = waits or outcome.state == "held"
            self._journal.add_line(blob_hash, blob, outcome.state)
            self._name(position, outcome)
        self._journal.flush()
        self._look_again(held=waits, unread=self._epochs.opened > opened)
        self._state.save(self._store)

    def missing(self) -> list[FindingRow]:
        """What held blobs wait for."""
        self._held.clear()
        self._look_again(held=True, unread=False)
        self._state.save(self._store)
        return [finding("missing", place, text) for place, text in sorted(self._held.items())]

    def _look_again(self, *, held: bool, unread: bool) -> None:
        """Judge each blob that waits once, and again as soon as the entry it waits for is applied.

        So the work grows with the number of blobs, in whatever order a relay shows them.
        """
        while held or unread:
            opened = self._epochs.opened
            waiting: dict[EntryName | None, list[LineRow]] = {}
            rows = self._store.line_rows("unread") if unread else []
            queue = deque((*rows, *self._store.line_rows("held")))
            while queue:
                row = queue.popleft()
                outcome = self._settle(row)
                if outcome.state == "held":
                    waiting.setdefault(outcome.entry, []).append(row._replace(state="held"))
                elif outcome.state == "applied":
                    queue.extend(waiting.pop(outcome.entry, ()))
            held = unread = self._epochs.opened > opened

    def _settle(self, row: LineRow) -> Outcome:
        """What became of a blob that waited."""
        outcome = self._judge(row.position, row.blob_hash, row.blob)
        if outcome.state == row.state:
            if row.state == "held":
                self._held[row.position] = outcome.text
            return outcome
        self._held.pop(row.position, None)
        if row.state == "held" and outcome.state in ("applied", "epoch"):
            text = f"the blob at place {row.position} came before one that it builds on"
            self._journal.name(finding("reordered", row.position, text))
        self._store.set_line_state(row.position, outcome.state)
        self._name(row.position, outcome)
        self._journal.flush()
        return outcome

    def _name(self, position: int, outcome: Outcome) -> None:
        self.applied += outcome.state == "applied"
        if outcome.kind is not None:
            self._journal.name(finding(outcome.kind, position, outcome.text))

    def _judge(self, position: int, blob_hash: bytes, blob: bytes) -> Outcome:
        try:
            if len(blob) > LIMIT:
                raise MalformedError("it is longer than a blob may be")
            if blob.startswith(sealing.AGE):
                return self._epochs.judge(Hash(blob_hash), blob, position)
            return self._entries.judge(position, blob_hash, blob)
        except HeldBlobError as error:
            text = f"the blob at place {position} waits: {error.message}"
            return Outcome("held", None, text, error.entry)
        except RefusedBlobError as error:
            return _refused(position, error.kind, error.message)
        except ForgedError as error:
            return _refused(position, "forged", error.message)
        except MalformedError as error:
            return _refused(position, "malformed", error.message)


def _refused(position: int, kind: FindingKind, why: str) -> Outcome:
    state: LineState = "refused"
    return Outcome(state, kind, f"the blob at place {position} was not applied: {why}")
