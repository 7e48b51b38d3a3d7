"""A database connection under a store: transactions, and SQL in one line.

Upholds: one thread at a time inside a transaction, the others wait.  Refuses: leaving a transaction
half done, on a full disk too (``SystemRefusedError``).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from threading import RLock
from typing import Any

import sqlcipher3

from asylia.errors import SystemRefusedError
from asylia.vault.projection import Connection

_AT_ONCE = (64, 8, 1)  # rows


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
                if self._depth == 1:
                    self.connection.execute("COMMIT")
            except BaseException as error:
                if self._depth == 1:
                    self._rolled_back()
                    if self.connection.in_transaction:  # a full disk ends it by itself
                        self.connection.execute("ROLLBACK")
                    if isinstance(error, sqlcipher3.OperationalError) and _is_full(error):
                        raise _full() from None
                raise
            finally:
                self._depth -= 1

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
        flat, width, start = list(chain.from_iterable(rows)), len(rows[0]) if rows else 1, 0
        marks = f"({', '.join('?' * width)})"
        with self._lock:
            for size in _AT_ONCE:
                sql, step = f"INSERT INTO {into} VALUES {', '.join([marks] * size)}", size * width  # noqa: S608
                while len(flat) - start >= step:
                    self.connection.execute(sql, flat[start : start + step])
                    start += step

    def _run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with self._lock:
            self.connection.executemany(sql, rows)


def _is_full(error: Exception) -> bool:
    return any(sign in str(error) for sign in ("is full", "disk I/O error"))


def _full() -> SystemRefusedError:
    return SystemRefusedError(
        "the disk took no more: it is full, or broken",
        hint="Nothing of this was kept. Make room on the disk, then do it again.",
    )
