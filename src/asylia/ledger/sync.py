"""One sync with the relay: fetch and check, do what is due, seal and send, fetch again.

Upholds: each page, each step of keeping, each sealing, each acknowledgement is one transaction, so
that a crash at any point loses nothing and sends nothing twice; epochs are seen in the line before
anything is sealed under them.  Refuses: to go on with a relay whose line is not the one that this
device knows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar, Protocol

from asylia.crypto import random
from asylia.errors import RefusedError
from asylia.ledger.access import Access
from asylia.ledger.collecting import uncollected
from asylia.ledger.destroying import forget_taken
from asylia.ledger.entry import NOTHING
from asylia.ledger.housekeeping import Housekeeping
from asylia.ledger.keys import DeviceKeys
from asylia.ledger.lacks import missing
from asylia.ledger.outbox import Outbox
from asylia.ledger.outcome import finding
from asylia.ledger.prekeys import identities, note_named
from asylia.ledger.replay import Replay
from asylia.ledger.state import State
from asylia.ledger.store import FindingRow, LedgerStore
from asylia.ledger.values import Finding, FindingKind, SyncReport
from asylia.ledger.voices import listen
from asylia.values import Day

ROUNDS = 12  # of sending and fetching in one sync; what is left waits for the next


class LedgerCourier(Protocol):
    """The relay, as far as the ledger needs it."""

    def put_ledger(self, blob: bytes) -> int:
        """Append a blob, once; its place in the line."""

    def ledger_page(self, start: int) -> Sequence[bytes]:
        """Blobs of the line from ``start``, as many as the relay gives at once; none at its end."""

    def use(self, secret: bytes) -> None:
        """Show this access secret from now on."""

    def put_access(self, secret: bytes) -> None:
        """Make ``secret`` the one that opens the relay."""


@dataclass
class Sync:
    """The work of one sync; it changes ``state``, which is of no more use if it raises."""

    store: LedgerStore
    state: State
    keys: DeviceKeys
    courier: LedgerCourier
    today: Callable[[], Day]
    hour: int  # since 1970-01-01, by this device's clock
    randomness: random.Randomness
    house: ClassVar[type[Housekeeping]] = Housekeeping

    def __post_init__(self) -> None:
        self._received, self._sent = 0, 0
        self._before = self._others()
        self._named: list[FindingRow] = []
        self._access = Access(self.store, self.courier)
        self._house = self.house(self.store, self.state, self.keys, self.randomness)

    def run(self) -> SyncReport:
        """Fetch; then keep, send and fetch as long as there is something to send."""
        first = self._access.begin(self._secret(), max(self.store.line_end()[0] - 1, 0))
        going = self._pull(first)
        rounds = 0
        while going and rounds < ROUNDS:
            rounds += 1
            self._access.settle(self._secret())
            self._named += self._house.keep(self.today())
            # Epochs go first: what is sealed after them is sealed under them.
            if not (self._unsent() or self._seal()) or not self._push():
                break
            going = self._pull() and not self._unsent()
        self._named += self._house.watch(self.today(), self.hour, heard=self._heard)
        return self._report()

    def _secret(self) -> bytes:
        team = self.state.team
        return team.relay.secret if team is not None else NOTHING

    def _pull(self, first: Sequence[bytes] | None = None) -> bool:
        """Whether the relay's line is still the one that this device knows.

        ``first``: the next page, where it was read already.
        """
        while True:
            count, _ = self.store.line_end()
            blobs = self.courier.ledger_page(max(count - 1, 0)) if first is None else first
            first = None
            if count and not self._overlaps(count - 1, blobs):
                return False
            new = blobs[1:] if count else blobs
            if not new:
                self._check_acknowledged()
                return True
            self._take(new)

    def _take(self, blobs: Sequence[bytes]) -> None:
        """The next page; what it brings and what it forgets go down together."""
        with uncollected(), self.store.transaction():
            replay = Replay(self.store, self.state, identities(self.store))
            replay.take(blobs)
            note_named(self.store, self.keys.device, self.state.teams.values())
            dropped = forget_taken(self.store, self.state)
            dropped = [one for one in dropped if self.store.add_finding(one)]
            listen(self.store, self.state)
        self._received += replay.applied
        self._named += [*replay.named, *dropped]

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

    def _heard(self) -> bool:
        """Whether an entry of another device came in this sync."""
        return self._others() > self._before

    def _others(self) -> int:
        """How many entries of other devices are applied."""
        chains = self.state.chains.items()
        return sum(one.sequence + 1 for (_, by), one in chains if by != self.keys.device)

    def _seal(self) -> int:
        with self.store.transaction():
            return Outbox(self.store, self.state, self.keys, self.randomness).seal()

    def _unsent(self) -> bool:
        return any(row.place is None for row in self.store.outbox())

    def _push(self) -> bool:
        """Send what waits; False where the relay takes nothing from this device any more."""
        contents = self.store.outbox_contents()
        for row in self.store.outbox():
            if row.place is not None:
                continue
            try:
                place = self.courier.put_ledger(row.blob)
            except RefusedError:
                text = "the relay takes nothing more from this device: it may have been suspended"
                self._name("outside", self.store.line_end()[0], text)
                return False
            with self.store.transaction():
                self.store.acknowledge(row.rank, place)
            self._sent += row.rank in contents
        return True

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
        lacks = missing(self.store, self.state)
        return SyncReport(
            received=self._received,
            sent=self._sent,
            waiting=self.store.count_waiting(),
            unread=self.store.count_line("unread"),
            findings=tuple(Finding(*row) for row in (*self._named, *lacks)),
        )
