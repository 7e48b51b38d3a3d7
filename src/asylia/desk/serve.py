"""Running the desk: a parent that never holds a key, and a child for each session.

The parent holds the listening socket and draws the links.  A child serves one session: link,
passphrase, screens, lock.  Locking ends the child and with it every key it held, since Python can't
wipe memory; the parent starts the next child, whose link the closing page and the terminal show.

Upholds: loopback only, and all of it: browsers try ``[::1]`` before ``127.0.0.1``, so whoever held
that port there would be handed the link.  The link is printed, never logged, and never an argument
of a process; nothing about a request reaches the terminal.
Refuses: to unlock where memory could be swapped to a disk in clear, unless told to.
"""

import errno
import logging
import multiprocessing
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import uvicorn

from asylia import peers
from asylia.casework.place import Place
from asylia.crypto import random
from asylia.desk.app import IDLE, create_app
from asylia.desk.door import draw_token
from asylia.desk.export import Export
from asylia.desk.workspace import Workspace
from asylia.errors import RefusedError
from asylia.ledger.courier import TeamCourier
from asylia.vault.process import harden, unencrypted_swap
from asylia.vault.vault import Vault

LOOPBACK = "127.0.0.1"
LOOPBACK_6 = "::1"
_DRAWS = 16  # of a free port, before giving up
_FETCH_EVERY = timedelta(minutes=1)
_LAST_WORDS = 3  # seconds for answers that are under way when the desk ends


@dataclass(frozen=True)
class Settings:
    """What a desk is started with; nothing in it is secret."""

    vault: Path
    relay: str
    idle: timedelta = IDLE
    swap_is_safe: bool = False
    policy: Path | None = None
    stamps: tuple[str, ...] = ()
    dossiers: Path | None = None


@dataclass(frozen=True)
class Session:
    """What one child is told, over a pipe: its name, its link's secret, the next link."""

    host: str
    token: str
    next_link: str


def serve(
    settings: Settings,
    *,
    port: int = 0,
    announce: Callable[[str], None] = print,
    randomness: random.Randomness = random.system,
) -> None:
    """Serve sessions, one after another, until SIGINT or SIGTERM; links go to ``announce``."""
    context = multiprocessing.get_context("spawn")
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ExitStack() as stack:
        listening = [stack.enter_context(one) for one in listen_on_loopback(port)]
        # A name of its own keeps this desk's cookie from every other server on loopback.
        host = f"desk-{randomness(4).hex()}.localhost:{listening[0].getsockname()[1]}"
        token = draw_token(randomness)
        while True:
            after = draw_token(randomness)
            session = Session(host, token, link(host, after))
            announce(link(host, token))
            child = context.Process(target=run_session, args=(listening, settings, session))
            child.start()
            try:
                child.join()
            except KeyboardInterrupt:
                child.terminate()
                child.join()
                return
            if child.exitcode:
                raise RefusedError(
                    "The desk stopped by itself.", hint="Start it again; nothing was lost."
                )
            token = after


def listen_on_loopback(port: int = 0) -> tuple[socket.socket, ...]:
    """Listen on one port of every loopback address that this machine has.

    Raises ``RefusedError`` where another program has the port on one of them.
    """
    for _ in range(1 if port else _DRAWS):
        first = listen(port)
        try:
            return first, *_listen_on_six(first.getsockname()[1])
        except OSError:  # another program has it there: the browser would ask that one first
            first.close()
    raise RefusedError(
        "Another program listens where a browser would look for the desk first.",
        hint="Start the desk on another port.",
    )


def _listen_on_six(port: int) -> tuple[socket.socket, ...]:
    """The same port on ``::1``; none where the machine speaks no IPv6, so that nobody has it."""
    missing = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT}
    try:
        listening = socket.socket(socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    except OSError:
        return ()
    try:
        listening.bind((LOOPBACK_6, port))
        listening.listen()
    except OSError as error:
        listening.close()
        if error.errno in missing:
            return ()
        raise
    return (listening,)


def listen(port: int = 0) -> socket.socket:
    """Listen on 127.0.0.1, on a free port if none is given.

    The protocol is named, since asyncio sets TCP_NODELAY only where it is; without, each answer
    would wait 40 ms for an acknowledgement.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if sys.platform != "win32":  # there it would let two desks listen on one port
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((LOOPBACK, port))
    listening.listen()
    return listening


def link(host: str, token: str) -> str:
    """The address that works once."""
    return f"http://{host}/enter/{token}"


def run_session(listening: Sequence[socket.socket], settings: Settings, session: Session) -> None:
    """One session, in a process of its own; returns when it was locked."""
    harden()
    # Else a server's warning, or the text of a fault, would land on the terminal.
    logging.getLogger().addHandler(logging.NullHandler())
    server: uvicorn.Server

    def end() -> None:
        server.should_exit = True

    app = create_app(
        lambda passphrase: open_workspace(settings, passphrase),
        host=session.host,
        link_token=session.token,
        next_link=session.next_link,
        end=end,
        idle=settings.idle,
        fetch_every=_FETCH_EVERY,
    )
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        ws="none",
        server_header=False,
        date_header=False,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=_LAST_WORDS,
        lifespan="on",
    )
    server = uvicorn.Server(config)
    threading.Thread(target=_end_with_parent, args=(end,), daemon=True).start()
    with suppress(KeyboardInterrupt):  # the parent says what there is to say
        server.run(sockets=list(listening))


def _end_with_parent(end: Callable[[], None]) -> None:
    """No key outlives the parent, however it died."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        end()


def open_workspace(settings: Settings, passphrase: str) -> Workspace:
    """Open vault and ledger; ``LockedError`` where the passphrase does not fit."""
    if not settings.swap_is_safe and unencrypted_swap():
        raise RefusedError(
            "This machine may write memory to its disk unencrypted, so the desk stays locked.",
            hint="Switch swap off or encrypt it, then try again.",
        )
    vault = Vault.open(settings.vault, passphrase)
    ledger = vault.ledger()
    client = peers.client("team", timeout=20)
    courier = TeamCourier(settings.relay, ledger.relay.secret, client)
    return Workspace(Place(vault, ledger, courier), export=_export(settings))


def _export(settings: Settings) -> Export | None:
    if settings.policy is None or settings.dossiers is None:
        return None
    return Export.read(settings.dossiers, settings.policy, settings.stamps)
