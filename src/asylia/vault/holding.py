"""The rows of a store that stand in the line and are not applied.

Upholds: each question that replay asks of them is answered by an index.  Refuses: deciding what
becomes of one; that is ``ledger.replay``'s.
"""

from typing import Any

from asylia.ledger.store import HeldRow
from asylia.vault.staging import StagingStore

_HELD = (
    "SELECT place, compartment, author, sequence, hash, previous, epoch, vouched, waits, wanted "
    "FROM held"
)
_HELD_FIRST = (
    f"{_HELD} WHERE waits IS NOT NULL AND NOT EXISTS (SELECT 1 FROM held other "  # noqa: S608  fixed
    "WHERE other.hash = held.wanted AND other.waits IS NOT NULL) ORDER BY place LIMIT ?"
)


class HoldingStore(StagingStore):
    """A part of ``SqlStore``."""

    def has_held(self) -> bool:
        """Whether a held row waits for anything."""
        return self._one("SELECT 1 FROM held WHERE waits IS NOT NULL LIMIT 1") is not None

    def held_authors(self) -> set[tuple[str, bytes]]:
        """The compartments and authors of held rows."""
        rows = self._all("SELECT DISTINCT compartment, author FROM held")
        return {(compartment, author) for compartment, author in rows}

    def held_records(self) -> list[bytes]:
        """The records that held rows wait for."""
        sql = "SELECT DISTINCT waits FROM held WHERE waits IS NOT NULL AND length(waits) = 16"
        return [waits for (waits,) in self._all(sql)]

    def hold(self, row: HeldRow) -> None:
        """Keep what is not applied, or change it."""
        self._run("INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *row)

    def release(self, place: int) -> None:
        """Drop such a row."""
        self._run("DELETE FROM held WHERE place = ?", place)

    def held_at(self, compartment: str, author: bytes, sequence: int) -> HeldRow | None:
        """The vouched row of that place in an author's chain."""
        sql = (
            f"{_HELD} WHERE author = ? AND compartment = ? AND sequence = ? AND vouched = 1 "
            "ORDER BY place LIMIT 1"
        )
        row = self._one(sql, author, compartment, sequence)
        return _held(row) if row else None

    def unvouched(self, blob_hash: bytes) -> HeldRow | None:
        """The row of that blob, if nothing vouched for it yet."""
        sql = f"{_HELD} WHERE hash = ? AND vouched = 0 ORDER BY place LIMIT 1"
        row = self._one(sql, blob_hash)
        return _held(row) if row else None

    def is_wanted(self, blob_hash: bytes) -> bool:
        """Whether a row waits for that blob."""
        sql = "SELECT 1 FROM held WHERE wanted = ? AND wanted <> x'' LIMIT 1"
        return self._one(sql, blob_hash) is not None

    def held_for(self, waits: bytes, after: int, limit: int) -> list[HeldRow]:
        """Rows that wait for this, behind a place, in order."""
        sql = f"{_HELD} WHERE waits = ? AND waits IS NOT NULL AND place > ? ORDER BY place LIMIT ?"
        return [_held(row) for row in self._all(sql, waits, after, limit)]

    def held_first(self, limit: int) -> list[HeldRow]:
        """Rows that wait for what stands in no other row, in order."""
        return [_held(row) for row in self._all(_HELD_FIRST, limit)]


def _held(row: tuple[Any, ...]) -> HeldRow:
    return HeldRow(*row)._replace(vouched=bool(row[7]))
