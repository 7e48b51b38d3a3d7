"""The relay's store on SQLite: one writer with group commit, readers on connections of their own.

Durable: write-ahead log with ``synchronous=FULL``, so a commit returns after ``fsync``.  Deleted
bytes are overwritten (``secure_delete=ON``).  ``settle`` rewrites the whole file in key order.
"""

import asyncio
import shutil
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import Self, TypeVar

from asylia.errors import RefusedError, UnavailableError
from asylia.relay.logrows import LogRows
from asylia.relay.store import (
    ALL,
    GONE_DAYS,
    LIMIT,
    UNREAD_DAYS,
    Access,
    Kind,
    Put,
    Reply,
    ReplyState,
    Room,
    ShareRow,
)
from asylia.relay.writer import GroupWriter
from asylia.tlog.log import LogStorage
from asylia.values import Day

T = TypeVar("T")
READERS = 2
PAGE = 4096
VERSION = 2
_SCHEMA = files("asylia.relay").joinpath("schema.sql")


def connect(path: Path) -> sqlite3.Connection:
    """A connection with the pragmas on which durability and deletion rest."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    connection.executescript(
        f"PRAGMA page_size={PAGE}; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "PRAGMA secure_delete=ON; PRAGMA temp_store=FILE; PRAGMA wal_autocheckpoint=4000;"
    )
    return connection


class SQLiteStore:
    """``RelayStore`` in one SQLite file."""

    def __init__(self, path: Path, *, limit: int = LIMIT) -> None:
        self._path, self._room = path, Room(min(limit, _affordable(path)))
        path.touch(mode=0o600)  # SQLite gives its log and index files the same mode
        connection = connect(path)
        _prepare(connection)
        self._access, self._used = _access(connection), _used(connection)
        self._local, self._reading = threading.local(), list[sqlite3.Connection]()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="relay-reader")
        self._writer = self._start(connection)

    def _start(self, connection: sqlite3.Connection) -> GroupWriter:
        return GroupWriter(connection)

    def close(self) -> None:
        """Finish what was accepted, then close."""
        self._readers.shutdown()
        for connection in self._reading:
            connection.close()
        self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def access(self) -> Access | None:
        """What opens."""
        return self._access

    async def replace_access(self, new: bytes, day: Day) -> None:
        """From now on, only the secret with this SHA-256 opens; the one before is the former."""

        def step(db: sqlite3.Connection) -> Access:
            before = _access(db)
            after = before.followed(new, day) if before else Access(new)
            _set(db, "access", after.encode())
            return after

        self._access = await self._writer.submit(step)

    async def put(self, kind: Kind, blob_id: bytes, blob: bytes, day: Day) -> Put:
        """Store a blob under a 16-byte id, if the id is free and there is room."""

        def step(db: sqlite3.Connection) -> Put:
            return self._insert(db, kind, blob_id, blob, day)

        return await self._store(step, Put.FULL)

    async def ids(self, kind: Kind) -> list[bytes]:
        """The ids of this kind, in id order."""
        query = f"SELECT id FROM {kind} ORDER BY id"  # noqa: S608
        return await self._read(lambda db: [row[0] for row in db.execute(query)])

    async def get(self, kind: Kind, blob_id: bytes) -> bytes | None:
        """The blob, or None."""
        query = f"SELECT blob FROM {kind} WHERE id = ?"  # noqa: S608
        row = await self._read(lambda db: db.execute(query, (blob_id,)).fetchone())
        return row[0] if row else None

    async def delete(self, kind: Kind, blob_id: bytes) -> None:
        """Delete the blob, if it is there."""
        query = f"DELETE FROM {kind} WHERE id = ?"  # noqa: S608
        await self._writer.submit(lambda db: db.execute(query, (blob_id,)) and None)

    async def put_reply(self, reply_id: bytes, blob: bytes, day: Day) -> Put:
        """Store a reply under a 32-byte id, if nothing lies or lay there."""

        def step(db: sqlite3.Connection) -> Put:
            return self._insert(db, "reply", reply_id, blob, day)

        return await self._store(step, Put.FULL)

    async def replies(self, reply_ids: Sequence[bytes]) -> list[Reply]:
        """What lies under each id, in the order asked."""
        query = "SELECT blob FROM reply WHERE id = ?"

        def step(db: sqlite3.Connection) -> list[Reply]:
            return [_reply(db.execute(query, (one,)).fetchone()) for one in reply_ids]

        return await self._read(step)

    async def read_replies(self, reply_ids: Sequence[bytes], day: Day) -> None:
        """Delete those that are present; from now on they are gone."""
        query = "UPDATE reply SET blob = NULL, day = ? WHERE id = ? AND blob IS NOT NULL"
        rows = [(day, one) for one in reply_ids]
        await self._writer.submit(lambda db: db.executemany(query, rows) and None)

    async def append_entry(self, entry_hash: bytes, blob: bytes) -> tuple[Put, int]:
        """Append to the ledger, once; the position counts from 0 (-1 if there is no room)."""

        def step(db: sqlite3.Connection) -> tuple[Put, int]:
            at = db.execute("SELECT position FROM entry WHERE hash = ?", (entry_hash,)).fetchone()
            if at:
                return Put.SAME, at[0]
            if not self._fits(db, "entry", len(blob)):
                return Put.FULL, -1
            position = _count(db, "entry")
            db.execute("INSERT INTO entry VALUES (?, ?, ?)", (position, entry_hash, blob))
            return Put.STORED, position

        return await self._store(step, (Put.FULL, -1))

    async def entries(self, start: int, limit: int, count: int = ALL) -> list[bytes]:
        """Entries from ``start``, ``count`` at most, that fit in ``limit`` bytes with 4 each."""
        query = "SELECT blob FROM entry WHERE position >= ? ORDER BY position LIMIT ?"

        def step(db: sqlite3.Connection) -> list[bytes]:
            page: list[bytes] = []
            left = limit
            for (blob,) in db.execute(query, (start, count)):
                left -= 4 + len(blob)
                if page and left < 0:
                    break
                page.append(blob)
            return page

        return await self._read(step)

    async def entry_hashes(self, start: int, count: int) -> list[bytes]:
        """SHA-256 of the entries from ``start``, ``count`` at most."""
        query = "SELECT hash FROM entry WHERE position >= ? ORDER BY position LIMIT ?"
        return await self._read(lambda db: [row[0] for row in db.execute(query, (start, count))])

    async def put_bundle(self, bundle: bytes) -> None:
        """Replace the intake bundle."""
        await self._writer.submit(lambda db: _set(db, "bundle", bundle))

    async def bundle(self) -> bytes | None:
        """The intake bundle, or None."""
        return await self._read(lambda db: _setting(db, "bundle"))

    async def write_log(self, step: Callable[[LogStorage], T]) -> T:
        """Run ``step`` on the log, atomically and durably; one at a time."""
        return await self._writer.submit(lambda db: step(LogRows(db)))

    async def read_log(self, step: Callable[[LogStorage], T]) -> T:
        """Run ``step`` on one state of the log."""
        return await self._read(lambda db: step(LogRows(db)))

    async def change_share(
        self, share_id: bytes, step: Callable[[ShareRow | None], tuple[ShareRow | None, T]]
    ) -> T:
        """Replace a share by what ``step`` makes of it, durably."""

        def change(db: sqlite3.Connection) -> T:
            query = "SELECT token, share, tries, stopped FROM share WHERE id = ?"
            found = db.execute(query, (share_id,)).fetchone()
            before = found and ShareRow(found[0], found[1], found[2], bool(found[3]))
            after, answer = step(before)
            if after is None:
                db.execute("DELETE FROM share WHERE id = ?", (share_id,))
            elif after != before:
                row = (share_id, after.token, after.share, after.tries, after.stopped)
                db.execute("INSERT OR REPLACE INTO share VALUES (?, ?, ?, ?, ?)", row)
            return answer

        return await self._writer.submit(change)

    async def settle(self, today: Day) -> None:
        """Expire what is due, then rewrite the file so that no earlier order of arrival shows."""
        if await self._writer.submit(lambda db: _expire(db, today)):
            await self._writer.submit(self._rewrite, outside=True)
            await self._writer.submit(lambda db: _set(db, "settled", str(today).encode()))

    def _rewrite(self, db: sqlite3.Connection) -> None:
        # Else SQLite copies the store into /var/tmp, which may be another disk, or too small.
        beside = str(self._path.absolute().parent).replace("'", "''")
        db.execute(f"PRAGMA temp_store_directory = '{beside}'")
        db.execute("VACUUM")
        busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise UnavailableError("a reader kept the store's log from being emptied")

    def _insert(self, db: sqlite3.Connection, table: str, key: bytes, blob: bytes, day: Day) -> Put:
        # One statement where the id is free: each gives the interpreter's lock away and back.
        if self._fits(db, table, len(blob)):
            query = f"INSERT INTO {table} VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING"  # noqa: S608
            if db.execute(query, (key, day, blob)).rowcount:
                return Put.STORED
        found = db.execute(f"SELECT blob FROM {table} WHERE id = ?", (key,)).fetchone()  # noqa: S608
        if found is None:
            return Put.FULL
        return Put.SAME if found[0] == blob else Put.TAKEN

    def _fits(self, db: sqlite3.Connection, kind: str, size: int) -> bool:
        """Whether there is room, by an upper estimate that is read anew before it says no."""
        if not self._room.takes(kind, self._used, size):
            self._used = _used(db)
            if not self._room.takes(kind, self._used, size):
                return False
        self._used += size + 2 * PAGE
        return True

    async def _store(self, step: Callable[[sqlite3.Connection], T], full: T) -> T:
        """Run ``step``; where the disk itself has no room left, the answer is ``full``."""
        try:
            return await self._writer.submit(step)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                return full
            raise

    async def _read(self, step: Callable[[sqlite3.Connection], T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._step, step)

    def _step(self, step: Callable[[sqlite3.Connection], T]) -> T:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = connect(self._path)
            connection.execute("PRAGMA query_only=ON")
            self._reading.append(connection)
        connection.execute("BEGIN")
        try:
            return step(connection)
        finally:
            connection.rollback()


def _prepare(db: sqlite3.Connection) -> None:
    """Make the tables if there are none; ``RefusedError`` where another version made them."""
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version == 0:
        schema = _SCHEMA.read_text("utf-8")
        db.executescript(f"BEGIN;{schema}PRAGMA user_version={VERSION};COMMIT;")
    elif version != VERSION:
        db.close()
        raise RefusedError(
            "another version of this program made this store",
            hint="An older one made it: asylia relay upgrade. A newer one did: install that.",
        )


def _setting(db: sqlite3.Connection, name: str) -> bytes | None:
    row = db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return row[0] if row else None


def _access(db: sqlite3.Connection) -> Access | None:
    stored = _setting(db, "access")
    return None if stored is None else Access.parse(stored)


def _set(db: sqlite3.Connection, name: str, value: bytes) -> None:
    db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))


def _count(db: sqlite3.Connection, table: str) -> int:
    newest = db.execute(f"SELECT max(position) FROM {table}").fetchone()[0]  # noqa: S608
    return 0 if newest is None else int(newest) + 1


def _affordable(path: Path) -> int:
    """How large the store may grow on this disk, in bytes, with room left to delete and settle.

    A third of what there is: settling writes the whole store twice more.
    """
    held = sum(one.stat().st_size for one in path.parent.glob(f"{path.name}*"))
    return (shutil.disk_usage(path.parent).free + held) // 3


def _used(db: sqlite3.Connection) -> int:
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    free = db.execute("PRAGMA freelist_count").fetchone()[0]
    return int(pages - free) * PAGE


def _reply(row: tuple[bytes | None] | None) -> Reply:
    if row is None:
        return Reply(ReplyState.ABSENT)
    return Reply(ReplyState.GONE) if row[0] is None else Reply(ReplyState.PRESENT, row[0])


def _expire(db: sqlite3.Connection, today: Day) -> bool:
    settled = _setting(db, "settled")
    if settled is not None and int(settled) == today:  # a day ahead came from a wrong clock
        return False
    db.execute("DELETE FROM reply WHERE blob IS NULL AND day < ?", (today - GONE_DAYS,))
    query = "UPDATE reply SET blob = NULL, day = ? WHERE blob IS NOT NULL AND day < ?"
    db.execute(query, (today, today - UNREAD_DAYS))
    return True
