"""The store, written in batches: what one page of the line brings goes down together.

Upholds: whatever is asked of it is answered as if every row were down already.  Refuses: work
outside the caller's transaction.
"""

from hashlib import sha256

from asylia.ledger.entry import NOTHING, Header
from asylia.ledger.store import (
    Blob,
    FindingRow,
    LedgerStore,
    LineRow,
    LineState,
    RecordRow,
)
from asylia.ledger.values import FindingKind

_KEPT_LINES = _KEPT_HASHES = 8192
_KEPT_RECORDS = 4096
_LENGTH = (32).to_bytes(4, "big")
_LINE = b"asylia/line/1\n" + _LENGTH  # the frame of two parts of 32 bytes, once a blob
_MOST_FINDINGS = 1000  # of a kind; a relay that sends a million bad blobs fills no disk


def line_after(line: bytes, blob_hash: bytes) -> bytes:
    """The line's value behind one more blob."""
    return sha256(_LINE + line + _LENGTH + blob_hash).digest()


class Journal:
    """What replay reads and writes while it goes through blobs."""

    def __init__(self, store: LedgerStore) -> None:
        self._store = store
        self.count, self.line = store.line_end()
        self._recent, self._first = [self.line], self.count  # the line's values, from a count on
        self._lines: list[Blob] = []
        self._states: list[tuple[int, LineState]] = []
        self._entries: list[tuple[int, Header]] = []
        self._hashes: dict[tuple[str, bytes, int], bytes] = {}
        self._records: dict[bytes, RecordRow] = {}
        self._known: dict[bytes, RecordRow | None] = {}  # in the store; None: not there
        self._outbox = store.outbox_ranks()
        self._counts: dict[FindingKind, int] = {}
        self.named: list[FindingRow] = []

    def add_line(self, blob_hash: bytes, blob: bytes, state: LineState) -> None:
        """The next blob of the line."""
        self.line = line = sha256(_LINE + self.line + _LENGTH + blob_hash).digest()  # line_after
        self._lines.append((self.count, blob_hash, line, state, blob))
        self.count += 1
        self._recent.append(line)

    def set_state(self, place: int, state: LineState) -> None:
        """What became of a blob that is in the line."""
        self._states.append((place, state))

    def line_at(self, count: int) -> bytes:
        """The line's value at an earlier count."""
        if self._first <= count <= self.count:
            return self._recent[count - self._first]
        row = self._store.line_row(count - 1) if count else None
        return row.line if row else NOTHING

    def find(self, blob_hash: bytes, state: LineState) -> LineRow | None:
        """The first blob of that hash in that state (any but applied)."""
        self.flush()
        return self._store.find_line(blob_hash, state)

    def entry_hash(self, compartment: str, author: bytes, sequence: int) -> bytes | None:
        """The blob hash of an applied entry."""
        known = self._hashes.get((compartment, author, sequence))
        if known is None:
            self.flush()
            known = self._store.entry_hash(compartment, author, sequence)
        return known

    def record(self, record: bytes) -> RecordRow | None:
        """A record."""
        row = self._records.get(record)
        if row is None:
            if record not in self._known:
                self.look_up({record})
            row = self._known[record]
        return row

    def look_up(self, records: set[bytes]) -> None:
        """Ask the store for these at once, as far as nothing is known of them."""
        missing = records - self._known.keys() - self._records.keys()
        if not missing:
            return
        if len(self._known) + len(missing) > _KEPT_RECORDS:
            self._known.clear()
        self._known |= dict.fromkeys(missing)
        self._known |= {row.record: row for row in self._store.records_named(missing)}

    def forget_records(self) -> None:
        """Ask the store for each record anew: an epoch may have changed them."""
        self._known.clear()

    def is_own(self, blob_hash: bytes) -> bool:
        """Whether this device sealed this blob and has not seen it in the line."""
        return blob_hash in self._outbox

    def put_record(self, row: RecordRow) -> None:
        """Add a record, or change it."""
        self._records[row.record] = row
        self._known.pop(row.record, None)  # asked for anew behind a flush: it may stay as it is

    def add_entry(self, header: Header, blob_hash: bytes, place: int) -> None:
        """An entry was applied; one of this device's own is there already."""
        if blob_hash not in self._outbox or not self.settle(blob_hash, place):
            self._entries.append((place, header))
        hashes = self._hashes
        if len(hashes) >= _KEPT_HASHES:
            self.flush()
            hashes.clear()
        hashes[header.compartment, header.author, header.sequence] = blob_hash

    def settle(self, blob_hash: bytes, place: int) -> bool:
        """Whether this device sealed this blob; then it stands in the line now."""
        rank = self._outbox.pop(blob_hash, None)
        if rank is not None:
            self._store.settle(rank, place)
        return rank is not None

    def name(self, found: FindingRow) -> None:
        """Keep a finding, once; of one kind no more than a bound, the last of which says so."""
        kept = self._counts.get(found.kind)
        if kept is None:
            kept = self._store.count_findings(found.kind)
        if kept == _MOST_FINDINGS - 1:
            found = found._replace(text=f"and more like the {kept} before: no longer told singly")
        if kept < _MOST_FINDINGS and self._store.add_finding(found):
            self.named.append(found)
            kept += 1
        self._counts[found.kind] = kept

    def flush(self) -> None:
        """Write what is held back."""
        if self._lines:
            self._store.add_line(self._lines)
        if len(self._recent) > _KEPT_LINES:
            self._first += len(self._recent) - _KEPT_LINES
            del self._recent[:-_KEPT_LINES]
        if self._states:
            self._store.set_line_states(self._states)
        if self._records:
            self._store.put_records(self._records.values())
        if self._entries:
            self._store.add_applied(self._entries)
        self._lines, self._states, self._entries, self._records = [], [], [], {}
