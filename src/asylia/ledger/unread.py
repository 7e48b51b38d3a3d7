"""The blobs of the line that may be looked at again, a few at a time.

Upholds: what was settled meanwhile does not come again; memory stays the same however much junk a
relay injects.  Refuses: opening anything.
"""

from collections.abc import Iterator
from heapq import merge

from asylia.ledger.journal import Journal
from asylia.ledger.store import LedgerStore, LineRow, LineState

AT_ONCE = 256


class Unread:
    """Reads them from the store, behind what ``journal`` holds back; ``settled`` are done with."""

    def __init__(self, store: LedgerStore, journal: Journal) -> None:
        self._store, self._journal = store, journal
        self.settled: set[int] = set()

    def blobs(self, start: int) -> Iterator[LineRow]:
        """What is unread, from a place on."""
        return self._rows("unread", start)

    def and_epochs(self) -> Iterator[LineRow]:
        """What is unread, and the epochs between, in the order of the line."""
        kinds = (self._rows("unread", 0), self._rows("epoch", 0))
        return merge(*kinds, key=lambda row: row.position)

    def _rows(self, state: LineState, start: int) -> Iterator[LineRow]:
        while True:
            self._journal.flush()
            rows = self._store.line_rows(state, start, AT_ONCE)
            if not rows:
                return
            start = rows[-1].position + 1
            yield from (row for row in rows if row.position not in self.settled)
