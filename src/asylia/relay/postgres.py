"""The relay's store on PostgreSQL: several processes share one database.

Durable: a commit returns after the server's ``fsync``, which ``pgdatabase`` sees to.  Writing is by
turns (``pgwriter``), reading is beside it.  The team's secret is asked of the database each time,
so that a change by one process holds at once at all.  ``settle`` rewrites all tables in key order.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Self, TypeVar

import psycopg

from asylia.errors import UnavailableError
from asylia.relay import pgdatabase as database
from asylia.relay import pgsettle
from asylia.relay.pgdatabase import Connection, set_setting, setting
from asylia.relay.pglog import PostgresLogRows
from asylia.relay.pgwriter import Insert, PostgresWriter, Turn
from asylia.relay.store import (
    ALL,
    LIMIT,
    Access,
    Kind,
    Put,
    Reply,
    ReplyState,
    Room,
    ShareRow,
)
from asylia.tlog.log import LogStorage
from asylia.values import Day

T = TypeVar("T")
READERS = 4
CHUNK = 256  # entries asked of the database at once


class PostgresStore:
    """``RelayStore`` in one PostgreSQL database; ``conninfo`` is a libpq connection string."""

    def __init__(self, conninfo: str, *, limit: int = LIMIT) -> None:
        self._conninfo = conninfo
        connection = database.connect(conninfo)
        try:
            database.prepare(connection)
        finally:
            database.discard(connection)
        self._local, self._reading = threading.local(), set[Connection]()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="relay-reader")
        self._writer = PostgresWriter(conninfo, Room(limit))

    def close(self) -> None:
        """Finish what was accepted, then close."""
        self._writer.close()
        self._readers.shutdown()
        for connection in self._reading:
            database.discard(connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def access(self) -> Access | None:
        """What opens, as the database has it now."""
        return await self._read(_access)

    async def replace_access(self, new: bytes, day: Day) -> None:
        """From now on, only the secret with this SHA-256 opens, at every process."""

        def step(turn: Turn) -> None:
            before = _access(turn.db)
            after = before.followed(new, day) if before else Access(new)
            set_setting(turn.db, "access", after.encode())

        await self._writer.submit(step)

    async def put(self, kind: Kind, blob_id: bytes, blob: bytes, day: Day) -> Put:
        """Store a blob under a 16-byte id, if the id is free and there is room."""
        return await self._insert(Insert(kind, blob_id, blob, day))

    async def ids(self, kind: Kind) -> list[bytes]:
        """The ids of this kind, in id order."""
        query = f"SELECT id FROM {kind} ORDER BY id"  # noqa: S608
        return await self._read(lambda db: [row[0] for row in db.execute(query, binary=True)])

    async def get(self, kind: Kind, blob_id: bytes) -> bytes | None:
        """The blob, or None."""
        query = f"SELECT blob FROM {kind} WHERE id = %b"  # noqa: S608
        row = await self._read(lambda db: db.execute(query, (blob_id,), binary=True).fetchone())
        return row[0] if row else None

    async def delete(self, kind: Kind, blob_id: bytes) -> None:
        """Delete the blob, if it is there; its bytes leave the server's files at the day's end."""
        query = f"DELETE FROM {kind} WHERE id = %b RETURNING length(blob)"  # noqa: S608

        def step(turn: Turn) -> None:
            for (size,) in turn.db.execute(query, (blob_id,)):
                turn.freed(size)

        await self._writer.submit(step)

    async def put_reply(self, reply_id: bytes, blob: bytes, day: Day) -> Put:
        """Store a reply under a 32-byte id, if nothing lies or lay there."""
        return await self._insert(Insert("reply", reply_id, blob, day))

    async def replies(self, reply_ids: Sequence[bytes]) -> list[Reply]:
        """What lies under each id, in the order asked."""
        query = "SELECT id, blob FROM reply WHERE id = ANY(%b::bytea[])"
        wanted = (list(reply_ids),)
        held: dict[bytes, bytes | None] = await self._read(
            lambda db: dict(db.execute(query, wanted, binary=True).fetchall())
        )
        return [_reply(held, one) for one in reply_ids]

    async def read_replies(self, reply_ids: Sequence[bytes], day: Day) -> None:
        """Delete those that are present; from now on they are gone."""
        query = """
            WITH present AS (
              SELECT id, length(blob) AS size FROM reply
              WHERE id = ANY(%b::bytea[]) AND blob IS NOT NULL)
            UPDATE reply SET blob = NULL, day = %s FROM present WHERE reply.id = present.id
            RETURNING present.size"""

        def step(turn: Turn) -> None:
            for (size,) in turn.db.execute(query, (list(reply_ids), day)):
                turn.freed(size)

        await self._writer.submit(step)

    async def append_entry(self, entry_hash: bytes, blob: bytes) -> tuple[Put, int]:
        """Append to the ledger, once; the position counts from 0 (-1 if there is no room)."""

        def step(turn: Turn) -> tuple[Put, int]:
            query = "SELECT position FROM entry WHERE hash = %b"
            at = turn.db.execute(query, (entry_hash,)).fetchone()
            if at:
                return Put.SAME, at[0]
            if not turn.fits("entry", len(blob)):
                return Put.FULL, -1
            query = """
                INSERT INTO entry SELECT coalesce(max(position) + 1, 0), %b, %b FROM entry
                RETURNING position"""
            row = turn.db.execute(query, (entry_hash, blob)).fetchone()
            return Put.STORED, row[0] if row else -1

        try:
            return await self._writer.submit(step)
        except psycopg.errors.DiskFull:
            return Put.FULL, -1

    async def entries(self, start: int, limit: int, count: int = ALL) -> list[bytes]:
        """Entries from ``start``, ``count`` at most, that fit in ``limit`` bytes with 4 each."""
        query = """
            SELECT position, length(blob) FROM entry WHERE position >= %s
            ORDER BY position LIMIT %s"""

        def step(db: Connection) -> list[bytes]:
            stop, left = start, limit
            while sizes := db.execute(query, (stop, min(CHUNK, start + count - stop))).fetchall():
                for position, size in sizes:
                    left -= 4 + size
                    if left < 0 and stop > start:
                        return _blobs(db, start, stop)
                    stop = position + 1
            return _blobs(db, start, stop)

        return await self._read(step)

    async def entry_hashes(self, start: int, count: int) -> list[bytes]:
        """SHA-256 of the entries from ``start``, ``count`` at most."""
        query = "SELECT hash FROM entry WHERE position >= %s ORDER BY position LIMIT %s"
        values = (start, count)
        return await self._read(
            lambda db: [row[0] for row in db.execute(query, values, binary=True)]
        )

    async def put_bundle(self, bundle: bytes) -> None:
        """Replace the intake bundle."""
        await self._writer.submit(lambda turn: set_setting(turn.db, "bundle", bundle))

    async def bundle(self) -> bytes | None:
        """The intake bundle, or None."""
        return await self._read(lambda db: setting(db, "bundle"))

    async def write_log(self, step: Callable[[LogStorage], T]) -> T:
        """Run ``step`` on the log, atomically and durably; one at a time, over all processes."""
        return await self._writer.submit(lambda turn: step(PostgresLogRows(turn.db)))

    async def read_log(self, step: Callable[[LogStorage], T]) -> T:
        """Run ``step`` on one state of the log."""

        def whole(db: Connection) -> T:
            with db.transaction():
                db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                # Before the one state is fixed: tables that take these ones' place at the day's end
                # would else be waited for and then read as they were before, which is empty.
                db.execute("LOCK TABLE leaf, setting, subtree IN ACCESS SHARE MODE")
                return step(PostgresLogRows(db))

        return await self._read(whole)

    async def change_share(
        self, share_id: bytes, step: Callable[[ShareRow | None], tuple[ShareRow | None, T]]
    ) -> T:
        """Replace a share by what ``step`` makes of it, durably; by turns over all processes."""

        def change(turn: Turn) -> T:
            query = "SELECT token, share, tries, stopped FROM share WHERE id = %b"
            found = turn.db.execute(query, (share_id,), binary=True).fetchone()
            before = ShareRow(found[0], found[1], found[2], bool(found[3])) if found else None
            after, answer = step(before)
            if after is None:
                turn.db.execute("DELETE FROM share WHERE id = %b", (share_id,))
            elif after != before:
                row = (share_id, after.token, after.share, after.tries, int(after.stopped))
                query = """
                    INSERT INTO share VALUES (%b, %b, %b, %s, %s) ON CONFLICT (id) DO UPDATE SET
                      token = excluded.token, share = excluded.share, tries = excluded.tries,
                      stopped = excluded.stopped"""
                turn.db.execute(query, row)
            return answer

        return await self._writer.submit(change)

    async def settle(self, today: Day) -> None:
        """Expire what is due, then rewrite all so that no earlier order of arrival shows."""
        if await self._writer.submit(lambda turn: pgsettle.settle(turn, today), alone=True):
            await self._read(pgsettle.empty_log)

    async def _insert(self, blob: Insert) -> Put:
        try:
            return await self._writer.insert(blob)
        except psycopg.errors.DiskFull:
            return Put.FULL

    async def _read(self, step: Callable[[Connection], T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._step, step)

    def _step(self, step: Callable[[Connection], T]) -> T:
        """Run ``step`` on this thread's session; once more where that was cut off meanwhile."""
        for last in (getattr(self._local, "connection", None) is None, True):
            connection = self._session()
            try:
                return step(connection)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                self._reading.discard(connection)
                del self._local.connection
                database.discard(connection)
                if last:
                    break
        raise UnavailableError("the relay's database is busy or away")

    def _session(self) -> Connection:
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = database.connect(self._conninfo)
            self._reading.add(connection)
        return connection


def _access(db: Connection) -> Access | None:
    stored = setting(db, "access")
    return None if stored is None else Access.parse(stored)


def _blobs(db: Connection, start: int, stop: int) -> list[bytes]:
    query = "SELECT blob FROM entry WHERE position >= %s AND position < %s ORDER BY position"
    return [row[0] for row in db.execute(query, (start, stop), binary=True)]


def _reply(held: dict[bytes, bytes | None], one: bytes) -> Reply:
    if one not in held:
        return Reply(ReplyState.ABSENT)
    blob = held[one]
    return Reply(ReplyState.GONE) if blob is None else Reply(ReplyState.PRESENT, blob)
