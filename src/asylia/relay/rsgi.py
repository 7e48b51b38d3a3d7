"""The relay's ASGI application over RSGI, Granian's own interface.

Measured: the same application answers a 12 KiB report in about half the processor time (Granian's
ASGI crosses between its threads for each piece of a body and for each message of an answer; RSGI
once each).  See ``docs/decisions/0041``.

Upholds: what the application sees is ASGI, to the letter it uses; answers tell the day, never the
time (a clock read to the second tells hidden hosts apart), and not what serves them.  Refuses: to
read the peer's address; to take a body whole unless its declared length is small.
"""

from collections.abc import AsyncIterator
from email.utils import formatdate
from typing import Any, Protocol

from starlette.types import ASGIApp, Message

from asylia.values import Clock, day_of, system_clock

DAY = 86_400  # seconds
WHOLE = 64 * 1024  # bytes: a declared length up to this is read in one step


class RSGIScope(Protocol):
    """What of Granian's scope is read here."""

    proto: str
    method: str
    path: str
    query_string: str
    headers: Any


class RSGIProtocol(Protocol):
    """What of Granian's protocol is used here."""

    async def __call__(self) -> bytes:
        """The whole body."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The body in pieces."""

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Answer."""


class OverRSGI:
    """Serves an ASGI application whose answers are each one start and one body."""

    def __init__(self, app: ASGIApp, clock: Clock = system_clock) -> None:
        self._app, self._clock = app, clock
        self._day, self._date = -1, ""

    def _today(self) -> str:
        """The day at midnight, put into words once a day."""
        day = day_of(self._clock())
        if day != self._day:
            self._day, self._date = day, formatdate(day * DAY, usegmt=True)
        return self._date

    async def __rsgi__(self, scope: RSGIScope, protocol: RSGIProtocol) -> None:
        """Serve one request."""
        exchange = _Exchange(scope, protocol, self._today())
        await self._app(exchange.scope, exchange.receive, exchange.send)


class _Exchange:
    def __init__(self, scope: RSGIScope, protocol: RSGIProtocol, date: str) -> None:
        self._protocol = protocol
        self._fixed = [("date", date), ("server", "")]
        self._pieces: AsyncIterator[bytes] | None = None
        self._status, self._headers = 500, list[tuple[str, str]]()
        headers = scope.headers.items()
        declared = next((value for name, value in headers if name == "content-length"), "")
        self._whole = declared.isdigit() and len(declared) < 9 and int(declared) <= WHOLE
        self.scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": scope.method,
            "scheme": "http",
            "path": scope.path,
            "raw_path": scope.path.encode(),
            "root_path": "",
            "query_string": scope.query_string.encode(),
            "headers": [(n.encode("latin-1"), v.encode("latin-1")) for n, v in headers],
            "client": None,
            "server": None,
        }

    async def receive(self) -> Message:
        try:
            if self._whole:
                return {"type": "http.request", "body": await self._protocol()}
            if self._pieces is None:
                self._pieces = aiter(self._protocol)
            piece = await anext(self._pieces)
        except StopAsyncIteration:
            return {"type": "http.request", "body": b""}
        except RuntimeError:  # how Granian says that the peer went away
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece, "more_body": True}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            named = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in message["headers"]]
            self._headers = named + self._fixed
        else:
            self._protocol.response_bytes(self._status, self._headers, message.get("body", b""))
