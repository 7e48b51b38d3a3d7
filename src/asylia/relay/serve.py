"""Running the relay: its folder, Granian in this process, the daily job.

Upholds: one process, one worker; a request that dawdles over its headers is dropped; SIGTERM and
SIGINT let what was accepted finish.  Refuses: to log a request, to keep an address.
"""

import asyncio
import fcntl
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from asylia.errors import ConflictError, MalformedError, NotFoundError
from asylia.relay.app import create_app
from asylia.relay.rsgi import OverRSGI
from asylia.relay.sqlite import SQLiteStore
from asylia.relay.store import LIMIT
from asylia.tlog.checkpoint import NoteKey, NotePublic
from asylia.tlog.keyfile import decode_key, encode_key
from asylia.tlog.log import Log
from asylia.values import Clock, day_of, system_clock

HEADER_MILLISECONDS = 10_000
CONNECTIONS = 1024
# Granian's threads and ours hand the interpreter's lock around with every request; at Python's
# 5 ms they wait longer for each other than for the disk (measured: a third more reports a second).
SWITCH_SECONDS = 0.0005
STORE, KEY = "relay.sqlite", "log.key"


def init(folder: Path, *, access: bytes, key: NoteKey) -> NotePublic:
    """Make a relay's folder.  ``access``: SHA-256 of the team's first access secret, 32 bytes."""
    if len(access) != 32:
        raise MalformedError("the hash of an access secret has 32 bytes")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / KEY
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise ConflictError(
            "there is a relay in this folder already", hint="Name another folder."
        ) from None
    path.write_bytes(encode_key(key))
    asyncio.run(_found(folder, access, Log(key)))
    return key.public


async def _found(folder: Path, access: bytes, log: Log) -> None:
    with SQLiteStore(folder / STORE) as store:
        await store.replace_access(access)
        await store.write_log(log.begin)


def serve(
    folder: Path,
    host: str,
    port: int,
    *,
    limit: int = LIMIT,
    clock: Clock = system_clock,
) -> None:
    """Serve until SIGTERM or SIGINT.  ``limit``: bytes that the store may come to use."""
    if not (folder / KEY).is_file():
        raise NotFoundError(
            "there is no relay in this folder", hint="Make one: asylia relay init FOLDER"
        )
    log = Log(decode_key((folder / KEY).read_bytes()))
    with _alone(folder), SQLiteStore(folder / STORE, limit=limit) as store:
        asyncio.run(run(store, log, host, port, clock=clock))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """No other process serves this folder; one that did would not know of a replaced secret."""
    with (folder / KEY).open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ConflictError(
                "a relay serves this folder already", hint="Stop it first, or name another folder."
            ) from None
        yield


async def run(
    store: SQLiteStore, log: Log, host: str, port: int, *, clock: Clock = system_clock
) -> None:
    """Serve this store in the running event loop, until SIGTERM or SIGINT."""
    server = Server(
        OverRSGI(create_app(store, log, clock=clock, tell=_tell), clock),
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        websockets=False,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        log_enabled=False,
        log_access=False,
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, server)
    sys.setswitchinterval(SWITCH_SECONDS)
    daily = asyncio.create_task(_daily(store, clock))
    try:
        await server.serve()
    finally:
        daily.cancel()


def _stop(server: Server) -> None:
    server.interrupt_signal = True
    server.main_loop_interrupt.set()


async def _daily(store: SQLiteStore, clock: Clock) -> None:
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
