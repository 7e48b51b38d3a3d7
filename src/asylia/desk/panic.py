"""Ending everything at once, whatever the key holder is doing.

The parent listens on a loopback port of its own for one form with one secret, so that a child that
is busy, stopped or hung is not asked.  Kills come first, the answer after.

Upholds: who pulls the switch, a page, a signal or a closed window, ends the same things; pulled
while something is being started, it ends that too.
Refuses: a form without the secret that the desk's own pages hold.
"""

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hmac import compare_digest
from http.server import BaseHTTPRequestHandler
from multiprocessing.connection import Connection, Pipe
from urllib.parse import parse_qs

_BODY_LIMIT = 256
_PATIENCE = 5  # seconds for a request that is coming in
_LAST_WORDS = 1  # seconds for the answer, after the kills


@dataclass(frozen=True)
class PanicForm:
    """What the desk's pages need to end everything: where to, and the secret to send."""

    origin: str
    secret: str = field(repr=False)

    @property
    def address(self) -> str:
        """Where the form goes."""
        return f"{self.origin}/panic"


class Switch:
    """Ends what was last put behind it, once and for all; from any thread or signal handler."""

    def __init__(self) -> None:
        self.pulled = False
        self._ends: tuple[Callable[[], None], ...] = ()
        reader, self._writer = Pipe(duplex=False)
        self.reader: Connection = reader

    def guard(self, *ends: Callable[[], None]) -> None:
        """From now on pulling ends these; at once if it was pulled before."""
        self._ends = ends
        if self.pulled:
            self._end()

    def pull(self) -> None:
        """End everything, and wake whoever waits on ``reader``."""
        self.pulled = True  # before looking at what to end: whoever adds more looks after adding
        self._end()
        self._writer.send_bytes(b"!")

    def _end(self) -> None:
        for end in self._ends:
            with suppress(OSError):  # gone already
                end()


class _Asked(BaseHTTPRequestHandler):
    """One request to the panic address."""

    server: "_Server"
    timeout = _PATIENCE
    server_version, sys_version = "", ""

    def do_POST(self) -> None:
        """End everything if the secret is right."""
        if not self._is_ours():
            self.send_response(403)
            self.end_headers()
            return
        self.server.answered.clear()
        self.server.pull()
        with suppress(OSError):
            self._answer()
        self.server.answered.set()

    def _is_ours(self) -> bool:
        length = self.headers.get("content-length", "")
        if self.path != "/panic" or self.headers.get_all("host") != [self.server.host]:
            return False
        if not (length.isascii() and length.isdigit() and len(length) <= 3):
            return False
        if int(length) > _BODY_LIMIT:
            return False
        untrusted = parse_qs(self.rfile.read(int(length)).decode("ascii", "replace"))
        return compare_digest("".join(untrusted.get("panic", [])).encode(), self.server.secret)

    def _answer(self) -> None:
        body = b"<!doctype html><title>-</title>"
        self.send_response(200)
        for name, value in (
            ("content-type", "text/html; charset=utf-8"),
            ("content-length", str(len(body))),
            ("cache-control", "no-store"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("clear-site-data", '"cache", "cookies", "storage"'),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing about a request reaches the terminal."""


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """A thread a request, on a socket that listens already."""

    daemon_threads = True

    def __init__(self, listening: socket.socket, form: PanicForm, switch: Switch) -> None:
        super().__init__(listening.getsockname(), _Asked, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.host = form.origin.removeprefix("http://")
        self.secret, self.pull = form.secret.encode(), switch.pull
        self.answered = threading.Event()
        self.answered.set()  # until somebody asks, no answer is owed

    def handle_error(self, *_: object) -> None:
        """A request that was cut off is nobody's business."""


@contextmanager
def panic_address(
    listening: Sequence[socket.socket], form: PanicForm, switch: Switch
) -> Iterator[None]:
    """Take panic forms on these sockets; on leaving, an answer under way is waited for."""
    servers = [_Server(one, form, switch) for one in listening]
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
    try:
        yield
    finally:
        for server in servers:
            server.answered.wait(_LAST_WORDS)
            server.shutdown()
