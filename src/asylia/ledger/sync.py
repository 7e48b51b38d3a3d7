"""One sync with the relay: fetch and check, seal and send, fetch again.

Upholds: each page, each sealing, each acknowledgement is one transaction, so that a crash at any
point loses nothing and sends nothing twice.  Refuses: to go on with a relay whose line is not the
one that this device knows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from asylia.crypto import random
from asylia.ledger.keys import DeviceKeys
from asylia.ledger.outbox import Outbox
from asylia.ledger.outcome import finding
from asylia.ledger.prekeys import identities
from asylia.ledger.replay import Replay
from asylia.ledger.state import State
from asylia.ledger.store import FindingRow, LedgerStore
from asylia.ledger.values import Finding, FindingKind, SyncReport


class LedgerCourier(Protocol):
    """The relay, as far as the ledger needs it."""

    def put_ledger(self, blob: bytes) -> int:
        """Append a blob, once; its place in the line."""

    def ledger_page(self, start: int) -> Sequence[bytes]:
        """Blobs of the line from ``start``, as many as the relay gives at once; none at its end."""


@dataclass
class Sync:
    """The work of one sync; it changes ``state``, which is of no more use if it raises."""

    store: LedgerStore
    state: State
    keys: DeviceKeys
    courier: LedgerCourier
    randomness: random.Randomness

    def __post_init__(self) -> None:
        self._received, self._sent = 0, 0
        self._named: list[FindingRow] = []

    def run(self) -> SyncReport:
        """Fetch, send, fetch again."""
        going = self._pull()
        while going and (self._seal() or self._unsent()):
            self._push()
            going = self._pull() and not self._unsent()
        return self._report()

    def _pull(self) -> bool:
        """Whether the relay's line is still the one that this device knows."""
        while True:
            count, _ = self.store.line_end()
            blobs = self.courier.ledger_page(max(count - 1, 0))
            if count and not self._overlaps(count - 1, blobs):
                return False
            new = blobs[1:] if count else blobs
            if not new:
                self._check_acknowledged()
                return True
            with self.store.transaction():
                replay = Replay(self.store, self.state, identities(self.store))
                replay.take(new)
            self._received += replay.applied
            self._named += replay.named

    def _overlaps(self, last: int, blobs: Sequence[bytes]) -> bool:
        row = self.store.line_row(last)
        if not blobs:
            text = f"the relay holds fewer blobs than the {last + 1} that it showed before"
            self._name("rolled_back", last, text)
            return False
        if row is None or sha256(blobs[0]).digest() != row.blob_hash:
            text = f"the relay shows another blob at place {last} than it showed before"
            self._name("altered", last, text)
            return False
        return True

    def _seal(self) -> int:
        with self.store.transaction():
            return Outbox(self.store, self.state, self.keys, self.randomness).seal()

    def _unsent(self) -> bool:
        return any(row.place is None for row in self.store.outbox())

    def _push(self) -> None:
        for row in self.store.outbox():
            if row.place is None:
                place = self.courier.put_ledger(row.blob)
                with self.store.transaction():
                    self.store.acknowledge(row.rank, place)
                self._sent += row.entry is not None

    def _check_acknowledged(self) -> None:
        for row in self.store.outbox():
            if row.place is None:
                continue
            there = self.store.line_row(row.place)
            if there is None or there.blob_hash != row.blob_hash:
                text = f"the relay took this device's blob for place {row.place}, and shows it not"
                self._name("altered", row.place, text)
                with self.store.transaction():
                    self.store.acknowledge(row.rank, None)

    def _name(self, kind: FindingKind, position: int, text: str) -> None:
        named = finding(kind, position, text)
        with self.store.transaction():
            new = self.store.add_finding(named)
        if new:
            self._named.append(named)

    def _report(self) -> SyncReport:
        with self.store.transaction():
            missing = Replay(self.store, self.state, identities(self.store)).missing()
        return SyncReport(
            received=self._received,
            sent=self._sent,
            waiting=self.store.count_waiting(),
            unread=self.store.count_line("unread"),
            findings=tuple(Finding(*row) for row in (*self._named, *missing)),
        )
