"""Running the desk: a parent that never holds a key, and for each session a child and a browser.

The parent holds the listening sockets, draws the links and takes the panic form.  A child serves
one session: link, passphrase, screens, lock.  Locking ends the child and with it every key it held,
since Python can't wipe memory, and the browser that showed what it opened; the parent starts the
next.

Upholds: loopback only, and all of it.  A link is never logged and never an argument of a process;
nothing about a request reaches the terminal.  Every ending but the lock is a kill: what was
acknowledged is durable already.
Refuses: to unlock where memory could be swapped to a disk in clear, unless told to; a browser of
its own where its profile would lie on a disk.
"""

import logging
import multiprocessing
import os
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

import uvicorn

from asylia import peers, scratch
from asylia.casework.place import Place
from asylia.casework.words import read_trust
from asylia.crypto import random
from asylia.desk.app import IDLE, create_app
from asylia.desk.browser import Browser
from asylia.desk.door import draw_token
from asylia.desk.export import Export
from asylia.desk.keeper import HOURS, Keeper, KeptShares, watch_of
from asylia.desk.leash import die_with_parent
from asylia.desk.loopback import listen_on_loopback
from asylia.desk.panic import PanicForm, Switch, panic_address
from asylia.desk.workspace import Workspace
from asylia.errors import RefusedError, UnavailableError
from asylia.ledger.courier import TeamCourier
from asylia.vault.header import NO_SHARE
from asylia.vault.process import harden, unencrypted_swap
from asylia.vault.vault import Vault, read_header

_FETCH_EVERY = timedelta(minutes=1)
_LAST_WORDS = 3  # seconds for answers that are under way when the desk ends
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1")


@dataclass(frozen=True)
class Settings:
    """What a desk is started with; nothing in it is secret."""

    vault: Path
    relay: str
    idle: timedelta = IDLE
    swap_is_safe: bool = False
    policy: Path | None = None
    stamps: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()
    dossiers: Path | None = None
    trust_list: Path | None = None
    offline: timedelta = timedelta(hours=HOURS)


@dataclass(frozen=True)
class Session:
    """What one child is told, over a pipe: its name, its link's secret, the next link, and more.

    ``panic`` goes into its pages; ``scratch`` is the one folder for its temporary files.
    """

    host: str
    token: str
    next_link: str
    panic: PanicForm
    scratch: Path | None = None


def serve(
    settings: Settings,
    *,
    port: int = 0,
    browser: Path | None = None,
    announce: Callable[[str], None] = print,
    randomness: random.Randomness = random.system,
) -> None:
    """Serve sessions, one after another, until the switch is pulled by page, signal or window.

    With ``browser``, a Chromium, each session has a window of its own; else links go to
    ``announce``.
    """
    switch = Switch()
    with ExitStack() as stack:
        listening = [stack.enter_context(one) for one in listen_on_loopback(port)]
        # A name of its own keeps this desk's cookie from every other server on loopback.
        name = f"desk-{randomness(4).hex()}.localhost"
        host = f"{name}:{listening[0].getsockname()[1]}"
        aside = [stack.enter_context(one) for one in listen_on_loopback()]
        panic = PanicForm(f"http://{name}:{aside[0].getsockname()[1]}", draw_token(randomness))
        pull_on_signals(switch)
        stack.enter_context(panic_address(aside, panic, switch))
        keeper = stack.enter_context(closing(Keeper(settings.offline)))
        token = draw_token(randomness)
        while not switch.pulled:
            after = draw_token(randomness)
            # With a window of its own there is no link to show: a fresh one opens by itself.
            next_link = "" if browser else link(host, after)
            told = Session(host, token, next_link, panic)
            if browser is None:
                announce(link(host, token))
            _one_session(listening, settings, told, switch, browser, keeper)
            token = after


def pull_on_signals(switch: Switch) -> None:
    """End on the signals that a terminal, a system or a colleague's script ends a program with."""
    if threading.current_thread() is not threading.main_thread():
        return
    for name in _SIGNALS:
        if (number := getattr(signal, name, None)) and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda *_: switch.pull())


def _one_session(
    listening: Sequence[socket.socket],
    settings: Settings,
    told: Session,
    switch: Switch,
    program: Path | None,
    keeper: Keeper,
) -> None:
    """One child and its browser, until one of them ends or the switch is pulled."""
    memory = scratch.base()
    if program is not None and memory is None:
        raise RefusedError(
            "This system has no folder in memory for the desk's own browser.",
            hint="--no-browser prints a link instead; that browser's profile is yours to guard.",
        )
    with ExitStack() as stack:
        folder = stack.enter_context(scratch.scratch(memory)) if memory else None
        told = replace(told, scratch=folder)
        child = multiprocessing.get_context("spawn").Process(
            target=run_session, args=(listening, settings, told, _kept_by(keeper, settings))
        )
        child.start()
        stack.callback(_end, child)
        switch.guard(child.kill, keeper.kill)
        stack.callback(switch.guard)  # by then its processes are gone, and their numbers not ours
        waiting: list[Any] = [child.sentinel, switch.reader]
        browser: Browser | None = None
        if program is not None and folder is not None:
            browser = Browser(program, folder, told.host.partition(":")[0])
            stack.callback(browser.close)
            switch.guard(child.kill, keeper.kill, browser.kill)
            _show(browser, link(told.host, told.token), switch)
            waiting += [browser.ended, browser.told]
        while (ended := wait(waiting)) == [waiting[-1]] and browser and not browser.is_closed():
            pass
        if child.sentinel not in ended:  # a window closed by hand is the switch as well
            switch.pull()
    if child.exitcode and not switch.pulled:
        raise RefusedError("The desk stopped by itself.", hint="Start it again; nothing was lost.")


def _kept_by(keeper: Keeper, settings: Settings) -> Connection | None:
    """The way to the keeper, where the vault has a remote share to keep."""
    has_share = read_header(settings.vault).share_id != NO_SHARE
    return keeper.connection() if has_share else None


def _show(browser: Browser, link: str, switch: Switch) -> None:
    try:
        browser.show(link)
    except UnavailableError:
        if not switch.pulled:
            raise


def _end(child: SpawnProcess) -> None:
    child.kill()
    child.join()


def link(host: str, token: str) -> str:
    """The address that works once."""
    return f"http://{host}/enter/{token}"


def run_session(
    listening: Sequence[socket.socket],
    settings: Settings,
    session: Session,
    keeper: Connection | None = None,
) -> None:
    """One session, in a process of its own; returns when it was locked."""
    harden()
    if (parent := multiprocessing.parent_process()) and parent.pid:
        die_with_parent(parent.pid)
    write_nowhere_but(session.scratch)
    # Else a server's warning, or the text of a fault, would land on the terminal.
    logging.getLogger().addHandler(logging.NullHandler())
    server: uvicorn.Server

    def end() -> None:
        server.should_exit = True

    app = create_app(
        lambda passphrase: open_workspace(settings, passphrase, keeper),
        host=session.host,
        link_token=session.token,
        next_link=session.next_link,
        panic=session.panic,
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
        proxy_headers=False,  # nobody stands between the browser and the desk
        timeout_keep_alive=5,
        timeout_graceful_shutdown=_LAST_WORDS,
        lifespan="on",
    )
    server = uvicorn.Server(config)
    threading.Thread(target=_end_with_parent, args=(end,), daemon=True).start()
    with suppress(KeyboardInterrupt):  # the parent says what there is to say
        server.run(sockets=list(listening))


def write_nowhere_but(folder: Path | None) -> None:
    """Temporary files of this process go to ``folder``; without one, making any fails."""
    place = os.devnull if folder is None else str(folder)
    tempfile.tempdir = place
    os.environ.update(dict.fromkeys(("TMPDIR", "SQLITE_TMPDIR"), place))


def _end_with_parent(end: Callable[[], None]) -> None:
    """No key outlives the parent, however it died."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        end()


def open_workspace(
    settings: Settings, passphrase: str, keeper: Connection | None = None
) -> Workspace:
    """Open vault and ledger; ``LockedError`` where the passphrase does not fit.

    ``keeper``: the way to what keeps the remote share, for when the relay is silent.
    """
    if not settings.swap_is_safe and unencrypted_swap():
        raise RefusedError(
            "This machine may write memory to its disk unencrypted, so the desk stays locked.",
            hint="Switch swap off or encrypt it, then try again.",
        )
    shares = KeptShares(settings.vault, keeper)
    vault = Vault.open(settings.vault, passphrase, shares=shares)
    shares.opened()
    ledger = vault.ledger()
    client = peers.client("team", timeout=20)
    courier = TeamCourier(settings.relay, ledger.relay.secret, client)
    return Workspace(
        Place(vault, ledger, courier),
        export=_export(settings),
        trust=None if settings.trust_list is None else read_trust(settings.trust_list),
        is_shut_out=watch_of(vault, courier, shares),
    )


def _export(settings: Settings) -> Export | None:
    if settings.policy is None or settings.dossiers is None:
        return None
    return Export.read(settings.dossiers, settings.policy, settings.stamps, settings.witnesses)
