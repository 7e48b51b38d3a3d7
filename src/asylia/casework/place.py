"""Where a desk's work happens: vault, ledger, courier, clock, in one hand.

Upholds: what was appended is in the tables before the next line reads them.  The effects live
here, so that everything else in casework can be read as a decision.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from asylia import wire
from asylia.casework.projection import CaseworkProjection
from asylia.casework.reading import Casework
from asylia.crypto import random
from asylia.ledger.courier import TeamCourier
from asylia.ledger.ledger import Ledger
from asylia.ledger.values import Finding, SyncReport
from asylia.record.contents import OwnTerm, Retired
from asylia.record.growing import Growing
from asylia.record.pieces import PieceProjection
from asylia.record.projection import RecordProjection, unreadable
from asylia.record.reading import Record
from asylia.record.views.projection import ViewsProjection
from asylia.record.wordbook import Words
from asylia.values import Clock, Day, RecordId, system_clock
from asylia.vault.projection import Projection
from asylia.vault.vault import Vault

QUORUM = 2
A = TypeVar("A")


def projections() -> Sequence[Projection]:
    """What grows from the ledger on a desk."""
    return (RecordProjection(), ViewsProjection(), CaseworkProjection(), PieceProjection())


def owners(ledger: Ledger) -> dict[str, str]:
    """Whose each device of the team is, gone ones too, by its fingerprint in hexadecimal."""
    return {one.device.hex(): one.name for one in ledger.members()}


@dataclass
class Place:
    """One device at work.  ``courier`` speaks to the team's relay."""

    vault: Vault
    ledger: Ledger
    courier: TeamCourier
    clock: Clock = system_clock
    randomness: random.Randomness = random.system
    _projections: Sequence[Projection] = field(default_factory=projections)
    _changes: int = field(default=-1, repr=False)
    _record: tuple[int, Record] | None = field(default=None, repr=False)
    _growing: Growing = field(default_factory=Growing, repr=False)
    _reported: tuple[Finding, ...] = field(default=(), repr=False)
    _kept: tuple[object, dict[str, Any]] = field(default=(None, {}), repr=False)

    @property
    def today(self) -> Day:
        """The later of the clock's day and the newest signed one: no clock set back revives."""
        return self.ledger.today()

    @property
    def quorum(self) -> int:
        """How many devices must hold a report: two, or one in a team of one."""
        live = [member for member in self.ledger.members() if member.live]
        return min(QUORUM, len(live))

    def append(self, record: RecordId, content: bytes | wire.Message) -> None:
        """Add a fact; it waits in the vault until the next ``synchronise``.

        A message is read back first, so that nobody writes what nobody could read:
        ``MalformedError`` where it breaks a limit of its form.
        """
        raw = wire.encode(content) if isinstance(content, wire.Message) else content
        if isinstance(content, wire.Message):
            wire.decode(raw, type(content))
        self.ledger.append(record, raw)

    def project(self) -> None:
        """Bring the tables up to the ledger; nobody else writes to an open vault."""
        connection = self.vault.connection
        if connection.total_changes != self._changes:
            self.vault.project(self._projections, self.ledger)
            # What is read inside a transaction may be taken back without being counted.
            self._changes = -1 if connection.in_transaction else connection.total_changes

    def synchronise(self) -> SyncReport:
        """Send what waits, take what is new, bring the tables up to it."""
        report = self.ledger.sync(self.courier)
        self._reported = report.findings
        self.project()
        return report

    def findings(self) -> tuple[Finding, ...]:
        """Everything ever found wrong, what the last round missed, what the record can't read."""
        self.project()
        unread = unreadable(self.vault.connection, owners(self.ledger))
        return tuple(dict.fromkeys((*self.ledger.findings(), *self._reported, *unread)))

    def casework(self) -> Casework:
        """The threads, as of now."""
        self.project()
        return Casework(self.vault.connection, me=self.ledger.device, quorum=self.quorum)

    def record(self) -> Record:
        """The record, as of now; after something was written, what is new is read."""
        self.project()
        if self._changes < 0 or self._record is None or self._record[0] != self._changes:
            read = self._growing.read(self.vault.connection, owners(self.ledger))
            self._record = (self._changes, read)
        return self._record[1]

    def words(self) -> Words:
        """The vocabularies with the team's own terms, without reading the rest of the record."""
        self.project()
        return self.kept("words", self._words)

    def _words(self) -> Words:
        return Record.from_database(self.vault.connection, (OwnTerm, Retired)).words

    def kept(self, name: str, ask: Callable[[], A]) -> A:
        """What ``ask`` gives, asked anew after anything was written or found, and on a new day.

        For answers that follow from the vault, the ledger and the day alone.
        """
        connection = self.vault.connection
        if connection.in_transaction:  # what is read in it may be taken back
            return ask()
        now = (connection.total_changes, self.today, self._reported)
        if self._kept[0] != now:
            self._kept = (now, {})
        known: dict[str, A] = self._kept[1]
        if name not in known:
            known[name] = ask()
        return known[name]
