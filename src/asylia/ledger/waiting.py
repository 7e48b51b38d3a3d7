"""Entries that stand in the line and are not applied: what each of them waits for.

Upholds: what waits lies in the store, not in memory, however much a relay withholds; nothing here
costs anything while nothing waits.  Refuses: judging.
"""

import struct
from collections.abc import Iterator

from asylia.ledger.entry import Header
from asylia.ledger.runs import Opened
from asylia.ledger.store import HeldRow, LedgerStore

_ENTRY = struct.Struct(">32s32sQ")
_AT_ONCE = 64


def entry_key(compartment: str, author: bytes, sequence: int) -> bytes:
    """What one waits for that waits for this entry."""
    return _ENTRY.pack(compartment.encode(), author, sequence)


def entry_name(key: bytes) -> tuple[bytes, int] | None:
    """The author and the sequence, if it is an entry that is waited for."""
    if len(key) != _ENTRY.size:
        return None
    _, author, sequence = _ENTRY.unpack(key)
    return author, sequence


class Waiting:
    """The rows of those that wait, and of those refused after they took their author's place."""

    def __init__(self, store: LedgerStore) -> None:
        self._store = store
        self.any_waits = store.has_held()
        self.authors = store.held_authors()  # of rows, with their compartments

    def concerns(self, header: Header) -> bool:
        """Whether anything of this author's, in this compartment, is held."""
        return (header.compartment, header.author) in self.authors

    def hold(self, one: Opened, *, vouched: bool, waits: bytes | None, wanted: bytes = b"") -> None:
        """Keep an entry; ``waits`` is None where nothing it waits for can come from others."""
        header = one.header
        self._put(
            HeldRow(
                place=one.place,
                compartment=header.compartment,
                author=header.author,
                sequence=header.sequence,
                blob_hash=one.blob_hash,
                previous=header.previous,
                epoch=header.epoch,
                vouched=vouched,
                waits=waits,
                wanted=wanted,
            )
        )

    def _put(self, row: HeldRow) -> None:
        self._store.hold(row)
        self.authors.add((row.compartment, row.author))
        self.any_waits = self.any_waits or row.waits is not None

    def release(self, place: int) -> None:
        """It waits no more."""
        if self.authors:
            self._store.release(place)

    def refuse(self, row: HeldRow) -> None:
        """It is refused; if its author made it, its place stays taken."""
        self._store.hold(row._replace(waits=None, wanted=b""))

    def in_place_of(self, header: Header) -> HeldRow | None:
        """The entry that took this one's place in its author's chain first, if it waits."""
        if not self.concerns(header):
            return None
        return self._store.held_at(header.compartment, header.author, header.sequence)

    def is_there(self, one: Opened) -> bool:
        """Whether the same blob waits at another place for one that vouches for it."""
        if not self.concerns(one.header):
            return False
        row = self._store.unvouched(one.blob_hash)
        return row is not None and row.place != one.place

    def vouches(self, one: Opened) -> bool:
        """Whether one that waits, and is its author's, names this blob as the one before it."""
        header = one.header
        after = self._store.held_at(header.compartment, header.author, header.sequence + 1)
        return after is not None and after.previous == one.blob_hash

    def unvouched(self, header: Header) -> list[HeldRow]:
        """Those that this authentic entry vouches for and nothing vouched for yet, oldest first."""
        rows: list[HeldRow] = []
        sequence, previous = header.sequence, header.previous
        while True:
            row = self._store.unvouched(previous)
            if row is None or (row.compartment, row.author, row.sequence + 1) != (
                header.compartment,
                header.author,
                sequence,
            ):
                break
            rows.append(row)
            sequence, previous = row.sequence, row.previous
        return rows[::-1]

    def is_wanted(self, blob_hash: bytes) -> bool:
        """Whether one that waits names this blob by its hash."""
        return self.any_waits and self._store.is_wanted(blob_hash)

    def for_key(self, key: bytes) -> Iterator[HeldRow]:
        """Those that wait for this, in the order of the line; a few at a time."""
        after = -1
        while self.any_waits and (rows := self._store.held_for(key, after, _AT_ONCE)):
            after = rows[-1].place
            yield from rows

    def records(self) -> list[bytes]:
        """The records whose keys something waits for."""
        return self._store.held_records() if self.any_waits else []
