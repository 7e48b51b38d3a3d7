"""The ledger's store on a database connection.

Upholds: ``LedgerStore``; one thread at a time inside a transaction, the others wait.  Refuses:
leaving a transaction half done; a database that does not answer as it should (``ForgedError``).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from importlib.resources import files

from asylia.ledger.entry import NOTHING, Header
from asylia.ledger.store import (
    Blob,
    EntryRow,
    FindingRow,
    LineRow,
    LineState,
    OutboxRow,
    RecordRow,
)
from asylia.ledger.values import FindingKind
from asylia.vault.holding import HoldingStore
from asylia.vault.projection import Connection

_LINE = "SELECT place, hash, line, state, blob FROM line"
_ENTRY = """
SELECT e.position, e.place, a.name, e.compartment, p.name, e.record, e.sequence, e.day, e.kind,
  coalesce(e.content, x''), coalesce(l.blob, x'')
FROM entry e JOIN name a ON a.id = e.author JOIN name p ON p.id = e.epoch
LEFT JOIN line l ON l.place = e.place
"""
_UNSEALED = (
    f"{_ENTRY} WHERE e.place IS NULL AND e.position NOT IN "  # noqa: S608  no value in it
    "(SELECT entry FROM outbox WHERE entry IS NOT NULL) "
    "AND (e.compartment IN (%s) OR (e.kind = 2 AND e.compartment IN (%s))) "
    "ORDER BY e.position LIMIT ?"
)
_PUT_RECORD = """
INSERT INTO record VALUES (?, ?, ?, ?) ON CONFLICT (record) DO UPDATE
SET compartment = excluded.compartment, key = excluded.key, carried = excluded.carried
WHERE record.key IS NOT NULL
"""
_ADD_WAITING = """
INSERT INTO entry (author, compartment, epoch, record, sequence, day, kind, content)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_MARKS = 512  # of what is asked for in one statement
_APPLIED = "entry (place, author, compartment, epoch, record, sequence, day, kind)"


class SqlStore(HoldingStore):
    """Implements ``LedgerStore`` over SQLCipher, or in tests over SQLite.

    The connection is in autocommit (``isolation_level=None``) and may be used from any thread.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._names: dict[bytes, int] = {}
        with self._lock:
            connection.executescript(
                files("asylia.vault").joinpath("schema.sql").read_text("utf-8")
            )

    def _rolled_back(self) -> None:
        self._names.clear()

    def value(self, name: str) -> bytes | None:
        """A small named value."""
        row = self._one("SELECT value FROM value WHERE name = ?", name)
        return row[0] if row else None

    def put_value(self, name: str, value: bytes) -> None:
        """Set a small named value."""
        self._run("INSERT OR REPLACE INTO value VALUES (?, ?)", name, value)

    def drop_value(self, name: str) -> None:
        """Destroy a small named value."""
        self._run("DELETE FROM value WHERE name = ?", name)

    def value_names(self, beginning: str) -> list[str]:
        """The names of the values whose name begins so."""
        sql = "SELECT name FROM value WHERE substr(name, 1, ?) = ? ORDER BY name"
        return [name for (name,) in self._all(sql, len(beginning), beginning)]

    def line_end(self) -> tuple[int, bytes]:
        """How many blobs were seen, and the line's value there."""
        row = self._one("SELECT place, line FROM line ORDER BY place DESC LIMIT 1")
        return (row[0] + 1, row[1]) if row else (0, NOTHING)

    def line_row(self, position: int) -> LineRow | None:
        """The blob at a place."""
        row = self._one(f"{_LINE} WHERE place = ?", position)
        return LineRow(*row) if row else None

    def add_line(self, rows: Sequence[Blob]) -> None:
        """Append to the line."""
        self._insert("line (place, hash, line, state, blob)", rows)

    def line_rows(self, state: LineState, start: int, limit: int) -> list[LineRow]:
        """Up to ``limit`` blobs in a state (any but applied) from a place on, in order."""
        sql = (
            f"{_LINE} WHERE state = ? AND state <> 'applied' AND place >= ? ORDER BY place LIMIT ?"
        )
        return [LineRow(*row) for row in self._all(sql, state, start, limit)]

    def count_line(self, state: LineState) -> int:
        """How many blobs are in a state (any but applied)."""
        sql = "SELECT count(*) FROM line WHERE state = ? AND state <> 'applied'"
        return int((self._one(sql, state) or (0,))[0])

    def find_line(self, blob_hash: bytes, state: LineState) -> LineRow | None:
        """The first blob of that hash in that state (any but applied)."""
        sql = f"{_LINE} WHERE hash = ? AND state = ? AND state <> 'applied' ORDER BY place"
        row = self._one(sql, blob_hash, state)
        return LineRow(*row) if row else None

    def set_line_state(self, position: int, state: LineState) -> None:
        """What became of a blob."""
        self._run("UPDATE line SET state = ? WHERE place = ?", state, position)

    def set_line_states(self, rows: Iterable[tuple[int, LineState]]) -> None:
        """What became of many."""
        changed = [(state, place) for place, state in rows]
        self._run_many("UPDATE line SET state = ? WHERE place = ?", changed)

    def add_epoch(self, blob_hash: bytes, signed: bytes) -> None:
        """Keep an opened epoch."""
        self._run("INSERT INTO epoch (hash, signed) VALUES (?, ?)", blob_hash, signed)

    def epochs(self) -> list[tuple[bytes, bytes]]:
        """The epochs in the order in which they were added."""
        return [
            (row[0], row[1]) for row in self._all("SELECT hash, signed FROM epoch ORDER BY rank")
        ]

    def record(self, record: bytes) -> RecordRow | None:
        """A record."""
        row = self._one("SELECT * FROM record WHERE record = ?", record)
        return RecordRow(*row) if row else None

    def records_named(self, names: Collection[bytes]) -> list[RecordRow]:
        """Those of these records that there are."""
        found: list[RecordRow] = []
        for some in _cut(list(names), _MARKS):
            marks = ", ".join("?" * len(some))
            sql = f"SELECT * FROM record WHERE record IN ({marks})"  # noqa: S608  marks alone
            found += [RecordRow(*row) for row in self._all(sql, *some)]
        return found

    def put_records(self, rows: Iterable[RecordRow]) -> None:
        """Add records, or change them; one whose key is gone stays as it is."""
        self._run_many(_PUT_RECORD, rows)

    def records(self, compartment: str) -> list[RecordRow]:
        """The records of a compartment."""
        sql = "SELECT * FROM record WHERE compartment = ? ORDER BY record"
        return [RecordRow(*row) for row in self._all(sql, compartment)]

    def add_waiting(self, row: EntryRow) -> None:
        """Append an entry of this device's own."""
        with self._lock:
            names = self._name(row.author), row.compartment, self._name(row.epoch)
            rest = row.record, row.sequence, row.day, row.kind, row.content
            self._run(_ADD_WAITING, *names, *rest)

    def add_applied(self, rows: Sequence[tuple[int, Header]]) -> None:
        """Append applied entries."""
        with self._lock:
            names = {one.author for _, one in rows} | {one.epoch for _, one in rows}
            ids = {name: self._name(name) for name in names}
            flat = [
                (
                    place,
                    ids[one.author],
                    one.compartment,
                    ids[one.epoch],
                    one.record,
                    one.sequence,
                    one.day,
                    one.kind,
                )
                for place, one in rows
            ]
            self._insert(_APPLIED, flat)

    def _name(self, name: bytes) -> int:
        if name not in self._names:
            self._run("INSERT OR IGNORE INTO name (name) VALUES (?)", name)
            row = self._one("SELECT id FROM name WHERE name = ?", name)
            self._names[name] = int((row or (0,))[0])
        return self._names[name]

    def entries(self, after: int, limit: int, kind: int) -> list[EntryRow]:
        """Up to ``limit`` entries of a kind behind a position, in order."""
        sql = f"{_ENTRY} WHERE e.position > ? AND e.kind = ? ORDER BY e.position LIMIT ?"
        return [EntryRow(*row) for row in self._all(sql, after, kind, limit)]

    def entry_hash(self, compartment: str, author: bytes, sequence: int) -> bytes | None:
        """The blob hash of an applied entry."""
        sql = (
            "SELECT l.hash FROM entry e JOIN line l ON l.place = e.place JOIN name a "
            "ON a.id = e.author WHERE a.name = ? AND e.compartment = ? AND e.sequence = ? "
            "AND e.place IS NOT NULL"
        )
        row = self._one(sql, author, compartment, sequence)
        return row[0] if row else None

    def next_sequence(self, compartment: str, author: bytes) -> int:
        """What an author's next entry will have, those that wait counted."""
        sql = (
            "SELECT max(e.sequence) + 1 FROM entry e JOIN name a ON a.id = e.author "
            "WHERE a.name = ? AND e.compartment = ?"
        )
        return int((self._one(sql, author, compartment) or (0,))[0] or 0)

    def unsealed(
        self, limit: int, writable: Sequence[str], closed: Sequence[str]
    ) -> list[EntryRow]:
        """Entries that wait and are not in the outbox, in order."""
        marks = tuple(", ".join("?" * len(names)) for names in (writable, closed))
        return [EntryRow(*row) for row in self._all(_UNSEALED % marks, *writable, *closed, limit)]

    def count_waiting(self) -> int:
        """How many entries of this device's own, of content, were not seen in the line yet."""
        sql = "SELECT count(*) FROM entry WHERE place IS NULL AND kind = 1"
        return int((self._one(sql) or (0,))[0])

    def add_outbox(self, rows: Sequence[OutboxRow]) -> None:
        """Keep sealed blobs."""
        sql = (
            "INSERT INTO outbox (entry, compartment, sequence, hash, blob, place) "
            "VALUES (?, ?, ?, ?, ?, ?)"
        )
        self._run_many(sql, [row[1:] for row in rows])

    def set_sequence(self, position: int, sequence: int, epoch: bytes) -> None:
        """What an entry got when it was sealed."""
        with self._lock:
            row = self._one("SELECT sequence FROM entry WHERE position = ?", position)
            if row is not None and row[0] != sequence:
                self.regrow()  # their rows go by what it was
            sql = "UPDATE entry SET sequence = ?, epoch = ? WHERE position = ?"
            self._run(sql, sequence, self._name(epoch), position)

    def outbox(self) -> list[OutboxRow]:
        """The sealed blobs, in order."""
        sql = (
            "SELECT rank, entry, compartment, sequence, hash, blob, place FROM outbox ORDER BY rank"
        )
        return [OutboxRow(*row) for row in self._all(sql)]

    def outbox_ranks(self) -> dict[bytes, int]:
        """The ranks of the sealed blobs by their hashes."""
        return {row[0]: row[1] for row in self._all("SELECT hash, rank FROM outbox")}

    def acknowledge(self, rank: int, place: int | None) -> None:
        """Where the relay said that it put a blob."""
        self._run("UPDATE outbox SET place = ? WHERE rank = ?", place, rank)

    def settle(self, rank: int, place: int) -> None:
        """A blob was seen in the line."""
        sql = (
            "UPDATE entry SET place = ?, content = NULL "
            "WHERE position = (SELECT entry FROM outbox WHERE rank = ?)"
        )
        with self._lock:
            self._run(sql, place, rank)
            self._run("DELETE FROM outbox WHERE rank = ?", rank)

    def add_finding(self, finding: FindingRow) -> bool:
        """Keep a finding; False if it was there."""
        sql = "INSERT OR IGNORE INTO finding (kind, place, text, hint) VALUES (?, ?, ?, ?)"
        with self._lock:
            return int(self.connection.execute(sql, finding).rowcount) == 1

    def count_findings(self, kind: FindingKind) -> int:
        """How many findings of a kind are kept."""
        sql = "SELECT count(*) FROM finding WHERE kind = ? AND past = 0"
        return int((self._one(sql, kind) or (0,))[0])

    def findings(self) -> list[FindingRow]:
        """All findings, in order."""
        sql = "SELECT kind, place, text, hint FROM finding ORDER BY rank"
        return [FindingRow(*row) for row in self._all(sql)]


def _cut(names: list[bytes], size: int) -> Iterator[list[bytes]]:
    return (names[at : at + size] for at in range(0, len(names), size))
