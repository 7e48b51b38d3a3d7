"""Listening, for relay and page: one server in this process and thread, until it is told to stop.

Upholds: a port that is taken is said to be; SIGTERM and SIGINT let what was accepted finish.
Refuses: to log; to heed what a peer says of where it comes from; what ``connection.py`` refuses.
"""

import asyncio
import logging
import resource
import socket
from collections.abc import Coroutine
from contextlib import suppress
from email.utils import formatdate
from types import FrameType
from typing import Any, Literal, TypeVar

import uvicorn
import uvloop
from starlette.types import ASGIApp

from asylia.connection import Connection, Connections, Limits
from asylia.errors import ConflictError
from asylia.values import Clock, day_of, system_clock

DAY = 86_400  # seconds
BACKLOG = 256  # connections that the system keeps until they are accepted
ROUND = 16  # connections that are accepted at a time
LEAVING = 4 * ROUND  # accepted beyond the limit before the first of them is closed
T = TypeVar("T")
Lifespan = Literal["on", "off"]
OTHERS = 64  # files that a process may hold open besides


def listen(host: str, port: int) -> socket.socket:
    """A socket for ``serve``; ``ConflictError`` where that port or address can't be had.

    It does not listen yet: whoever finds the port open also finds that signals are heeded.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named, or asyncio would leave Nagle's delay on.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise ConflictError(
            "nothing can listen there: the port is taken, or the address is not this machine's",
            hint="Name another with --port, or stop what listens on this one.",
        ) from None
    return listening


async def serve(
    app: ASGIApp,
    listening: socket.socket,
    *,
    lifespan: Lifespan = "off",
    clock: Clock = system_clock,
    limits: Limits | None = None,
) -> None:
    """Serve in the running event loop until SIGTERM or SIGINT; closes the socket.

    ``lifespan``: whether the application is told of start and end.
    """
    server = _Server(app, lifespan, clock, limits or Limits(connections=affordable()))
    sweeping = asyncio.create_task(server.connections.sweep())
    try:
        await server.serve([listening])
    finally:
        sweeping.cancel()
        with suppress(asyncio.CancelledError):
            await sweeping


def run(serving: Coroutine[Any, Any, T]) -> T:
    """In libuv's loop: with one client a tenth more reports a second than in asyncio's own."""
    return uvloop.run(serving)


def affordable() -> int:
    """How many connections the system lets this process hold, with room for all else."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return max(1, min(Limits.connections, files - LEAVING - OTHERS))


class _Server(uvicorn.Server):
    def __init__(self, app: ASGIApp, lifespan: Lifespan, clock: Clock, limits: Limits) -> None:
        config = uvicorn.Config(
            app,
            http=Connection,
            ws="none",
            lifespan=lifespan,
            log_config=None,
            log_level=logging.CRITICAL + 1,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            backlog=ROUND,
            timeout_graceful_shutdown=limits.farewell,
        )
        super().__init__(config)
        self.server_state = self.connections = Connections(limits)
        self._clock = clock

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen; asyncio has one number for how many wait and how many it accepts."""
        await super().startup(sockets)
        for listening in sockets or ():
            listening.listen(BACKLOG)

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second: once, put the day into words."""
        if counter % 10 == 0:
            date = formatdate(day_of(self._clock()) * DAY, usegmt=True)
            self.connections.date = f"date: {date}\r\n".encode()
        return await super().on_tick(counter)

    def handle_exit(self, _sig: int, _frame: FrameType | None) -> None:
        """Stop; uvicorn would raise the signal once more in the end."""
        self.should_exit = True
