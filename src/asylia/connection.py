"""A connection as relay and page serve it: uvicorn's over llhttp, and the limits that it lacks.

llhttp (``httptools``) reads what comes and refuses what is not HTTP to the letter; uvicorn keeps a
connection's state and holds back whoever sends too fast.  Neither bounds how long a head may take
or be, how many requests may wait behind one another, how many connections there are, how long an
answer may lie (``docs/decisions/0041``).

Upholds: a head comes within a time that no byte prolongs; one request at a time; an answer leaves
whole, in one piece, and tells the day, never the time (a clock read to the second tells hidden
hosts apart).  Refuses: trailers, and what follows an upgrade; to log; to keep a peer's address; to
repeat anything that was sent.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

import httptools
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)
from uvicorn.server import ServerState

WHOLE = "asylia.whole"  # in a scope: whether the body lies here whole, and needs no clock
_VERSIONS = ("1.1", "1.0")
_NO_HTTP = b"This is not HTTP as it is read here.\n"
_REFUSED = (
    b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\ncache-control: no-store\r\n"
    b"connection: close\r\n\r\n%b" % (len(_NO_HTTP), _NO_HTTP)
)


@dataclass(frozen=True)
class Limits:
    """Connections at once; bytes of a head; seconds that others may take.

    ``head``: for a request's head to come, from the connection or the answer before, and with it
    the rest of a body that was answered early.  ``answer``: for an answer to be taken.
    ``farewell``: for what is under way at the end.
    """

    connections: int = 1024
    head_bytes: int = 16 * 1024
    head: float = 10
    answer: float = 300
    farewell: int = 50


class Connections(ServerState):
    """All connections of a server; those that let us wait, and since when, longest first."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self.limits = limits
        self.date = b""  # a line of every answer's head
        self._waiting = dict[Connection, float]()

    def admit(self, newcomer: "Connection") -> None:
        """Where all places are taken, whoever has let us wait longest for a head makes room."""
        if len(self.connections) > self.limits.connections:
            leaving = next((one for one in self._waiting if one.is_idle()), newcomer)
            self.drop(leaving)
            if leaving is newcomer:
                return
        self.wait_for(newcomer)

    def wait_for(self, connection: "Connection") -> None:
        """From now on it lets us wait."""
        self.forget(connection)  # or it would keep its older place
        self._waiting[connection] = connection.loop.time()

    def forget(self, connection: "Connection") -> None:
        """It lets us wait no longer."""
        self._waiting.pop(connection, None)

    def drop(self, connection: "Connection") -> None:
        """Break it off."""
        self.forget(connection)
        connection.transport.abort()

    async def sweep(self) -> None:
        """Drop, for ever, whoever lets us wait too long; a timer for each costs more."""
        while True:
            await asyncio.sleep(self.limits.head / 20)
            now = asyncio.get_running_loop().time()
            for connection, since in list(self._waiting.items()):
                if now < since + self.limits.head:
                    break
                if connection.is_idle() or now > since + self.limits.answer:
                    self.drop(connection)


class _UnreadableError(Exception):
    """Raised through the parser, which then reads no further."""


class Connection(HttpToolsProtocol):
    """One of them; uvicorn makes it, and feeds it."""

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: Connections,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._all = server_state
        self._ends = 0  # of heads and of messages that were read: odd while a body is
        self._in_head = 0  # bytes of the head that is being read

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        self.client = self.server = None
        self._all.admit(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the application."""
        self._all.forget(self)
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Whoever ended only its own side still gets the answer to a request that came whole."""
        answers = self._is_owed() and self._ends % 2 == 0
        if answers:
            self.cycle.keep_alive = False
        return answers

    def is_idle(self) -> bool:
        """Whether it took all that was answered."""
        return not self.transport.get_write_buffer_size()

    def data_received(self, data: bytes) -> None:
        """Read what came."""
        ends = self._ends
        try:
            self.parser.feed_data(data)
            if self._ends == ends and ends % 2 == 0:  # all of it was head
                self._count(len(data))
        except (httptools.HttpParserError, httptools.HttpParserUpgrade, _UnreadableError):
            self._break_off()

    def _count(self, size: int) -> None:
        self._in_head += size
        if self._in_head > self._all.limits.head_bytes:
            raise _UnreadableError

    def on_message_begin(self) -> None:
        """Refuse a request that did not wait for the answer before, to its last byte.

        Read it, and the clock of the answer would stop while that lies here for ever.
        """
        if self._is_owed() or not self.is_idle():
            raise _UnreadableError
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Refuse trailers."""
        if self._ends % 2:
            raise _UnreadableError
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Start the application."""
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > self._all.limits.head_bytes or self.parser.get_http_version() not in _VERSIONS:
            raise _UnreadableError
        super().on_headers_complete()
        self._ends += 1
        self._in_head = 0
        self._all.forget(self)

    def on_message_complete(self) -> None:
        """Tell the application."""
        super().on_message_complete()
        self._ends += 1

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        exchange: Any = _Exchange(app, cycle, self._all)
        super()._start_asgi_task(cycle, exchange)

    def on_response_complete(self) -> None:
        """Wait for the next head; uvicorn's own clock for that starts anew with each byte."""
        self._all.wait_for(self)
        self.flow.resume_reading()

    def _is_owed(self) -> bool:
        """Whether an answer is under way."""
        return self.cycle is not None and not self.cycle.response_complete

    def _break_off(self) -> None:
        """The parser reads nothing more; whoever sent a request whole gets its answer first."""
        in_body = self._ends % 2 == 1
        if self._is_owed() and not in_body:
            self.cycle.keep_alive = False
            return
        if self.is_idle() and (self._is_owed() or not in_body):
            self.transport.write(b"".join((STATUS_LINE[400], self._all.date, _REFUSED)))
        self._all.wait_for(self)
        self.transport.close()


class _Exchange:
    """Serves one request by an application whose answers are each one start and one body."""

    def __init__(self, app: ASGIApp, cycle: RequestResponseCycle, connections: Connections) -> None:
        self._app, self._cycle, self._all = app, cycle, connections
        self._status, self._headers = 500, list[tuple[bytes, bytes]]()

    async def __call__(self, scope: Scope, receive: Receive, _: Send) -> None:
        scope[WHOLE] = not self._cycle.more_body
        await self._app(scope, receive, self.send)

    async def send(self, message: Message) -> None:
        """As uvicorn's, but in one piece: each more wakes the peer once more."""
        cycle = self._cycle
        if message["type"] == "http.response.start":
            self._status, self._headers = message["status"], message["headers"]
            if cycle.waiting_for_100_continue:  # whether a body or a request comes next is open
                cycle.keep_alive = False
            cycle.response_started, cycle.waiting_for_100_continue = True, False
            return
        if cycle.disconnected or cycle.transport.is_closing():
            return
        parts = [STATUS_LINE[self._status], self._all.date]
        for name, value in self._headers:
            parts += name, b": ", value, b"\r\n"
        parts.append(b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n")
        if cycle.scope["method"] != "HEAD":
            parts.append(message.get("body", b""))
        cycle.transport.write(b"".join(parts))
        cycle.response_complete = True
        cycle.message_event.set()
        if not cycle.keep_alive:
            cycle.transport.close()
        cycle.on_response()
