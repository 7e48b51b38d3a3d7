"""The store, written in batches: what one page of the line brings goes down together.

Upholds: whatever is asked of it is answered as if every row were down already.  Refuses: work
outside the caller's transaction.
"""

from hashlib import sha256

from asylia.ledger.entry import NOTHING
from asylia.ledger.store import (
    EntryRow,
    FindingRow,
    LedgerStore,
    LineRow,
    LineState,
    OutboxRow,
    RecordRow,
)
from asylia.wire import frame

_KEPT_LINES = 8192


def line_after(line: bytes, blob_hash: bytes) -> bytes:
    """The line's value behind one more blob."""
    return sha256(frame("asylia/line/1", line, blob_hash)).digest()


class Journal:
    """What replay reads and writes while it goes through blobs."""

    def __init__(self, store: LedgerStore) -> None:
        self._store = store
        self.count, self.line = store.line_end()
        self._recent = {self.count: self.line}
        self._lines: list[LineRow] = []
        self._entries: list[EntryRow] = []
        self._records: dict[bytes, RecordRow] = {}
        self._outbox = {row.blob_hash: row for row in store.outbox()}
        self.named: list[FindingRow] = []

    def add_line(self, blob_hash: bytes, blob: bytes, state: LineState) -> None:
        """The next blob of the line."""
        self.line = line_after(self.line, blob_hash)
        self._lines.append(LineRow(self.count, blob_hash, self.line, state, blob))
        self.count += 1
        self._recent[self.count] = self.line
        self._recent.pop(self.count - _KEPT_LINES, None)

    def line_at(self, count: int) -> bytes:
        """The line's value at an earlier count."""
        if count in self._recent:
            return self._recent[count]
        row = self._store.line_row(count - 1) if count else None
        return row.line if row else NOTHING

    def find(self, blob_hash: bytes, state: LineState) -> LineRow | None:
        """The first blob of that hash in that state (any but applied)."""
        self.flush()
        return self._store.find_line(blob_hash, state)

    def entry_hash(self, compartment: str, author: bytes, sequence: int) -> bytes | None:
        """The blob hash of an applied entry."""
        self.flush()
        return self._store.entry_hash(compartment, author, sequence)

    def record(self, record: bytes) -> RecordRow | None:
        """A record."""
        return self._records.get(record) or self._store.record(record)

    def put_record(self, row: RecordRow) -> None:
        """Add a record, or change it."""
        self._records[row.record] = row

    def add_entry(self, row: EntryRow, blob_hash: bytes, place: int) -> None:
        """An entry was applied; one of this device's own is there already."""
        if not self.settle(blob_hash, place):
            self._entries.append(row)

    def settle(self, blob_hash: bytes, place: int) -> bool:
        """Whether this device sealed this blob; then it stands in the line now."""
        own: OutboxRow | None = self._outbox.pop(blob_hash, None)
        if own is not None:
            self._store.settle(own.rank, place)
        return own is not None

    def name(self, found: FindingRow) -> None:
        """Keep a finding, once."""
        if self._store.add_finding(found):
            self.named.append(found)

    def flush(self) -> None:
        """Write what is held back."""
        if self._lines:
            self._store.add_line(self._lines)
        if self._records:
            self._store.put_records(self._records.values())
        if self._entries:
            self._store.add_entries(self._entries)
        self._lines, self._entries, self._records = [], [], {}
