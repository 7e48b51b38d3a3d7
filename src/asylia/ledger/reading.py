"""Opening the entries of a store, page by page, for those who read them.

Upholds: what is shown was applied, or is this device's own and waits; a record's content is opened
here, once, under its record's key.  Refuses: to show what does not open, which is named, or what
was forgotten.
"""

from collections.abc import Callable, Iterator, Mapping

from asylia.errors import ForgedError, MalformedError
from asylia.ledger import boxes
from asylia.ledger.entry import CONTENT
from asylia.ledger.limits import EpochKeys
from asylia.ledger.outcome import finding
from asylia.ledger.store import EntryRow, LedgerStore
from asylia.ledger.values import OpenEntry
from asylia.values import Day, DeviceId, RecordId

_PAGE = 500


def open_entries(
    store: LedgerStore, epochs: Callable[[], Mapping[bytes, EpochKeys]], after: int
) -> Iterator[OpenEntry]:
    """The entries behind a position, own ones that wait among them, shut ones left out."""
    while rows := store.entries(after, _PAGE, CONTENT):
        after, known = rows[-1].position, epochs()
        names = {row.record for row in rows if row.place is not None}
        keys = {one.record: one.key for one in store.records_named(names)}
        for row in rows:
            # One that waits for a record which was forgotten meanwhile has none left.
            content = row.content or None
            if row.place is not None:
                content = _open(store, row, known[row.epoch].key, keys.get(row.record))
            if content is not None:
                yield OpenEntry(
                    position=row.position,
                    author=DeviceId(row.author),
                    record=RecordId(row.record),
                    compartment=row.compartment,
                    sequence=row.sequence,
                    entered_on=Day(row.day),
                    content=content,
                )


def _open(store: LedgerStore, row: EntryRow, outer: bytes, key: bytes | None) -> bytes | None:
    if key is None:
        return None
    sealed = boxes.parse_outer(boxes.open_outer(outer, row.blob))
    try:
        return boxes.open_inner(key, CONTENT, sealed)
    except (ForgedError, MalformedError):
        # Its author made it, so it counts in that chain; nothing of it is shown.
        text = f"the content of the blob at place {row.place} does not open under its record's key"
        store.add_finding(finding("forged", row.place or 0, text))
        return None
