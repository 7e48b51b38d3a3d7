"""The transparency log's rows in the relay's PostgreSQL database, inside one transaction."""

from collections.abc import Sequence

from asylia.relay.pgdatabase import Connection, set_setting, setting
from asylia.tlog.tiles import Subtree


class PostgresLogRows:
    """``LogStorage`` on a connection whose transaction someone else began and will commit."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def size(self) -> int:
        """How many leaves there are."""
        row = self._db.execute("SELECT coalesce(max(position) + 1, 0) FROM leaf").fetchone()
        return int(row[0]) if row else 0

    def leaves(self, start: int, stop: int) -> list[bytes]:
        """The data of leaves ``start`` to ``stop``, in order."""
        query = "SELECT data FROM leaf WHERE position >= %s AND position < %s ORDER BY position"
        return [row[0] for row in self._db.execute(query, (start, stop), binary=True)]

    def subtrees(self, level: int, start: int, stop: int) -> list[bytes]:
        """The roots of full subtrees of ``256^level`` leaves, in order."""
        query = (
            "SELECT hash FROM subtree WHERE level = %s AND position >= %s AND position < %s"
            " ORDER BY position"
        )
        return [row[0] for row in self._db.execute(query, (level, start, stop), binary=True)]

    def find(self, data: bytes) -> list[int]:
        """Where this leaf data stands, lowest first."""
        query = "SELECT position FROM leaf WHERE data = %b ORDER BY position"
        return [row[0] for row in self._db.execute(query, (data,))]

    def checkpoint(self) -> bytes | None:
        """The newest published checkpoint."""
        return setting(self._db, "checkpoint")

    def extend(
        self, leaves: Sequence[bytes], subtrees: Sequence[Subtree], checkpoint: bytes
    ) -> None:
        """Add all of it at the end; the caller's transaction makes it all or none."""
        first = self.size()
        query = "INSERT INTO leaf SELECT * FROM unnest(%s::bigint[], %b::bytea[])"
        places = list(range(first, first + len(leaves)))
        self._db.execute(query, (places, list(leaves)))
        query = "INSERT INTO subtree SELECT * FROM unnest(%s::integer[], %s::bigint[], %b::bytea[])"
        levels, indices = [one.level for one in subtrees], [one.index for one in subtrees]
        self._db.execute(query, (levels, indices, [one.hash for one in subtrees]))
        set_setting(self._db, "checkpoint", checkpoint)
