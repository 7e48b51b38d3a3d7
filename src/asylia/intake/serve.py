"""Running the page: Granian in this process, one worker.

Upholds: a request that dawdles over its headers is dropped; SIGTERM and SIGINT let what was
accepted finish.  Refuses: to log a request, to keep an address.
"""

import asyncio
import signal

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from starlette.types import ASGIApp

from asylia.crypto.signing import VerifyingKey
from asylia.intake.app import create_app

HEADER_MILLISECONDS = 10_000
CONNECTIONS = 512


def serve(relay_url: str, root: VerifyingKey, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    asyncio.run(run(create_app(relay_url, root), host, port))


async def run(app: ASGIApp, host: str, port: int) -> None:
    """Serve this application in the running event loop, until SIGTERM or SIGINT."""
    server = Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
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
    await server.serve()


def _stop(server: Server) -> None:
    server.interrupt_signal = True
    server.main_loop_interrupt.set()
