"""Running the relay: its folder, its listener, the daily job.

Upholds: one process a folder where the store is SQLite's, as many as wanted where it is
PostgreSQL's, all with one log key; SIGTERM and SIGINT let what was accepted finish.  Refuses: to
log a request, to keep an address.
"""

import asyncio
import fcntl
import gc
import socket
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path

from asylia import listener
from asylia.errors import ConflictError, ForgedError, MalformedError, NotFoundError
from asylia.relay.app import create_app
from asylia.relay.sqlite import SQLiteStore
from asylia.relay.store import LIMIT, RelayStore
from asylia.tlog.checkpoint import NoteKey, NotePublic, parse_checkpoint, verify_log
from asylia.tlog.keyfile import decode_key, encode_key
from asylia.tlog.log import Log, LogStorage
from asylia.values import Clock, Day, day_of, system_clock

# So that the thread that commits does not wait for the interpreter's lock, at Python's 5 ms, longer
# than it waited for the disk.
SWITCH_SECONDS = 0.0005
STORE, KEY = "relay.sqlite", "log.key"
_MAKE = "Make one: asylia relay init FOLDER --postgres-file FILE"


def init(
    folder: Path, *, access: bytes, key: NoteKey, postgres_file: Path | None = None
) -> NotePublic:
    """Make a relay's folder.  ``access``: SHA-256 of the team's first access secret, 32 bytes.

    ``postgres_file``: holds the libpq connection string of an empty database; without one, the
    store is a SQLite file in the folder.
    """
    if len(access) != 32:
        raise MalformedError("the hash of an access secret has 32 bytes")
    conninfo = _conninfo(postgres_file)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / KEY
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise ConflictError(
            "there is a relay in this folder already", hint="Name another folder."
        ) from None
    path.write_bytes(encode_key(key))
    try:
        with _open(folder, conninfo, LIMIT) as store:
            asyncio.run(_found(store, access, Log(key)))
    except BaseException:
        path.unlink()  # so that it can be tried again
        raise
    return key.public


async def _found(store: RelayStore, access: bytes, log: Log) -> None:
    def begin(storage: LogStorage) -> None:
        if storage.checkpoint() is not None:
            raise ConflictError(
                "there is a relay in this database already",
                hint="For one more process, copy the first one's folder with its log.key.",
            )
        log.begin(storage)

    await store.write_log(begin)
    await store.replace_access(access, Day(0))


def reset_access(
    folder: Path,
    access: bytes,
    *,
    postgres_file: Path | None = None,
    clock: Clock = system_clock,
) -> None:
    """Give the relay another access secret, for a team that lost every device that knew it.

    ``access``: its SHA-256.  ``ConflictError`` while a relay on SQLite serves the folder.
    """
    if not (folder / KEY).is_file():
        raise NotFoundError("there is no relay in this folder", hint=_MAKE)
    conninfo = _conninfo(postgres_file)
    with _lock(folder, shared=conninfo is not None), _open(folder, conninfo, LIMIT) as store:
        asyncio.run(store.replace_access(access, day_of(clock())))


def _conninfo(postgres_file: Path | None) -> str | None:
    if postgres_file is None:
        return None
    from asylia.relay.pgdatabase import read_conninfo  # noqa: PLC0415 - SQLite needs no libpq

    return read_conninfo(postgres_file)


def _open(folder: Path, conninfo: str | None, limit: int) -> AbstractContextManager[RelayStore]:
    if conninfo is None:
        return SQLiteStore(folder / STORE, limit=limit)
    from asylia.relay.postgres import PostgresStore  # noqa: PLC0415

    return PostgresStore(conninfo, limit=limit)


def serve(
    folder: Path,
    host: str,
    port: int,
    *,
    postgres_file: Path | None = None,
    limit: int = LIMIT,
    clock: Clock = system_clock,
) -> None:
    """Serve until SIGTERM or SIGINT.  ``limit``: bytes that the store may come to use."""
    held = STORE if postgres_file is None else KEY
    if not ((folder / KEY).is_file() and (folder / held).is_file()):
        raise NotFoundError(
            "there is no relay in this folder",
            hint="Make one: asylia relay init FOLDER. Where it keeps its store in PostgreSQL,"
            " name the same --postgres-file here.",
        )
    log = Log(decode_key((folder / KEY).read_bytes()))
    conninfo = _conninfo(postgres_file)
    with (
        _lock(folder, shared=conninfo is not None),
        _open(folder, conninfo, limit) as store,
        listener.listen(host, port) as listening,
    ):
        listener.run(_serve(store, log, listening, clock))


async def _serve(store: RelayStore, log: Log, listening: socket.socket, clock: Clock) -> None:
    note = await store.read_log(lambda storage: storage.checkpoint())
    if note is None:
        raise NotFoundError("there is no relay in this database", hint=_MAKE)
    checkpoint, signed = parse_checkpoint(note)
    try:
        verify_log(checkpoint, signed, log.public)  # two keys would be two logs to every reader
    except ForgedError:
        raise ConflictError(
            "the log in this database is signed with another key than this folder's log.key",
            hint="Copy log.key from the folder that the relay was made in.",
        ) from None
    await run(store, log, listening, clock=clock)


@contextmanager
def _lock(folder: Path, *, shared: bool) -> Iterator[None]:
    """On SQLite no other process serves this folder: it would not know of a replaced secret."""
    with (folder / KEY).open("rb") as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError:
            raise ConflictError(
                "a relay serves this folder already", hint="Stop it first, or name another folder."
            ) from None
        yield


async def run(
    store: RelayStore, log: Log, listening: socket.socket, *, clock: Clock = system_clock
) -> None:
    """Serve this store in the running event loop, until SIGTERM or SIGINT."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.freeze()  # what was loaded stays, and need not be looked through again
    daily = asyncio.create_task(_daily(store, clock))
    try:
        app = create_app(store, log, clock=clock, tell=_tell)
        await listener.serve(app, listening, clock=clock)
    finally:
        daily.cancel()


async def _daily(store: RelayStore, clock: Clock) -> None:
    """Settle at start and at each change of day; where it fails, try again in an hour."""
    while True:
        now = clock()
        wait = timedelta(days=1) - (now - now.replace(hour=0, minute=0, second=0, microsecond=0))
        try:
            await store.settle(day_of(now))
        except Exception as error:
            _tell(f"settling the day failed: {type(error).__name__}")
            wait = min(wait, timedelta(hours=1))
        await asyncio.sleep(wait.total_seconds() + 1)


def _tell(text: str) -> None:
    print(f"asylia relay: {text}", file=sys.stderr, flush=True)
