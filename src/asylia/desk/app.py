"""The desk as an ASGI application.

Upholds: every screen is behind the guard and the door; nothing here knows how a vault is opened or
how a process ends: both are arguments.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from asylia.crypto import random
from asylia.desk.door import Door
from asylia.desk.guard import Guard
from asylia.desk.pages import Pages
from asylia.desk.panic import PanicForm
from asylia.desk.routes import ROUTES
from asylia.desk.screen import Desk
from asylia.desk.signpost import Signpost
from asylia.desk.workspace import Workspace
from asylia.values import Clock, system_clock

IDLE = timedelta(minutes=10)
_STATIC = Path(__file__).parent / "static"
_LOOK_EVERY = 2.0


def create_app(
    open_workspace: Callable[[str], Workspace],
    *,
    host: str,
    link_token: str,
    next_link: str = "",
    panic: PanicForm | None = None,
    end: Callable[[], None] = lambda: None,
    idle: timedelta = IDLE,
    fetch_every: timedelta | None = None,
    clock: Clock = system_clock,
) -> Starlette:
    """Make the app of one session.

    ``open_workspace`` turns a passphrase into a workspace or raises ``LockedError``; ``host`` is
    the one ``name:port`` that it answers to; ``link_token`` is the secret of the one-time link;
    ``next_link`` is shown once it is locked; ``panic`` is what ends everything, where a parent
    listens for it; ``end`` is called when it has locked and answered;
    ``fetch_every`` is how often, on average, the open desk looks at the relay by itself.
    """
    desk = Desk(
        door=Door(link_token, idle=idle, clock=clock),
        pages=Pages(),
        open_workspace=open_workspace,
        next_link=next_link,
        end=end,
        panic=panic,
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        watches = [asyncio.create_task(_lock_when_idle(desk))]
        if fetch_every is not None:
            watches.append(asyncio.create_task(_fetch_now_and_then(desk, fetch_every)))
        try:
            yield
        finally:
            for watch in watches:
                watch.cancel()
                with suppress(asyncio.CancelledError):
                    await watch
            await shut(desk)

    app = Starlette(
        routes=[Signpost(ROUTES), Mount("/static", StaticFiles(directory=_STATIC))],
        middleware=[Middleware(Guard, host=host, forms_to=panic.origin if panic else "")],
        lifespan=lifespan,
    )
    app.state.desk = desk
    return app


async def shut(desk: Desk) -> None:
    """Lock the door, close the vault on the thread that owns it, and let go of both."""
    desk.door.lock()
    workspace, desk.workspace = desk.workspace, None
    if workspace is not None:
        await asyncio.get_running_loop().run_in_executor(desk.worker, workspace.close)


async def _fetch_now_and_then(desk: Desk, every: timedelta) -> None:
    """Look at the relay at random times, so that a rhythm tells it nothing of this desk."""
    loop = asyncio.get_running_loop()
    while True:
        workspace = desk.workspace
        if workspace is not None:
            with suppress(Exception):  # the foot of the page says how it went; the watch goes on
                await loop.run_in_executor(desk.worker, workspace.fetch)
            with suppress(Exception):
                if await loop.run_in_executor(desk.worker, workspace.is_shut_out):
                    await shut(desk)
                    desk.end()
                    return
        chance = 0.5 + random.system(1)[0] / 255
        await asyncio.sleep(every.total_seconds() * chance if workspace else _LOOK_EVERY)


async def _lock_when_idle(desk: Desk) -> None:
    while True:
        await asyncio.sleep(_LOOK_EVERY)
        if desk.workspace is not None and desk.door.is_idle():
            await shut(desk)
            desk.end()
            return
