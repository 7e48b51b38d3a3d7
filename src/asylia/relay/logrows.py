"""The transparency log's rows in the relay's SQLite file, inside one transaction."""

import sqlite3
from collections.abc import Sequence

from asylia.tlog.tiles import Subtree


class LogRows:
    """``LogStorage`` on a connection whose transaction someone else began and will commit."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def size(self) -> int:
        """How many leaves there are."""
        newest = self._db.execute("SELECT max(position) FROM leaf").fetchone()[0]
        return 0 if newest is None else int(newest) + 1

    def leaves(self, start: int, stop: int) -> list[bytes]:
        """The data of leaves ``start`` to ``stop``, in order."""
        query = "SELECT data FROM leaf WHERE position >= ? AND position < ? ORDER BY position"
        return [row[0] for row in self._db.execute(query, (start, stop))]

    def subtrees(self, level: int, start: int, stop: int) -> list[bytes]:
        """The roots of full subtrees of ``256^level`` leaves, in order."""
        query = (
            "SELECT hash FROM subtree WHERE level = ? AND position >= ? AND position < ?"
            " ORDER BY position"
        )
        return [row[0] for row in self._db.execute(query, (level, start, stop))]

    def find(self, data: bytes) -> list[int]:
        """Where this leaf data stands, lowest first."""
        query = "SELECT position FROM leaf WHERE data = ? ORDER BY position"
        return [row[0] for row in self._db.execute(query, (data,))]

    def checkpoint(self) -> bytes | None:
        """The newest published checkpoint."""
        query = "SELECT value FROM setting WHERE name = 'checkpoint'"
        row = self._db.execute(query).fetchone()
        return row[0] if row else None

    def extend(
        self, leaves: Sequence[bytes], subtrees: Sequence[Subtree], checkpoint: bytes
    ) -> None:
        """Add all of it at the end; the caller's transaction makes it all or none."""
        first = self.size()
        rows = [(first + at, leaf) for at, leaf in enumerate(leaves)]
        self._db.executemany("INSERT INTO leaf VALUES (?, ?)", rows)
        nodes = [(one.level, one.index, one.hash) for one in subtrees]
        self._db.executemany("INSERT INTO subtree VALUES (?, ?, ?)", nodes)
        query = "INSERT OR REPLACE INTO setting VALUES ('checkpoint', ?)"
        self._db.execute(query, (checkpoint,))
