"""A database connection under a store: transactions, and SQL in one line.

Upholds: one thread at a time inside a transaction, the others wait.  Refuses: leaving a transaction
half done.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from threading import RLock
from typing import Any

from asylia.vault.projection import Connection

_AT_ONCE = 64  # rows


class Rows:
    """What each part of ``SqlStore`` stands on."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._lock, self._depth = RLock(), 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; a second one inside joins the first."""
        with self._lock:
            if self._depth == 0:
                self.connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._rolled_back()
                    self.connection.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self.connection.execute("COMMIT")

    def _rolled_back(self) -> None:
        """What was remembered of this transaction does not hold."""

    def _all(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return list(self.connection.execute(sql, values))

    def _one(self, sql: str, *values: Any) -> tuple[Any, ...] | None:
        with self._lock:
            row: tuple[Any, ...] | None = self.connection.execute(sql, values).fetchone()
            return row

    def _run(self, sql: str, *values: Any) -> None:
        with self._lock:
            self.connection.execute(sql, values)

    def _insert(self, into: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """``INSERT INTO`` a table, many rows a statement: half as dear a row as one by one."""
        with self._lock:
            end = len(rows) - len(rows) % _AT_ONCE
            if end:
                marks = f"({', '.join('?' * len(rows[0]))})"
                sql = f"INSERT INTO {into} VALUES {', '.join([marks] * _AT_ONCE)}"  # noqa: S608
                for start in range(0, end, _AT_ONCE):
                    flat = tuple(chain.from_iterable(rows[start : start + _AT_ONCE]))
                    self.connection.execute(sql, flat)
            for row in rows[end:]:
                marks = ", ".join("?" * len(row))
                self.connection.execute(f"INSERT INTO {into} VALUES ({marks})", row)  # noqa: S608

    def _run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with self._lock:
            self.connection.executemany(sql, rows)
