"""What answers posts on loopback in a rehearsal: a witness, a stamp authority.

Upholds: a body is read up to a limit of the answerer's own; no line a request.  Refuses: every
method but POST.  Use as a context manager.
"""

import threading
from abc import ABC, abstractmethod
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import ClassVar, NamedTuple, Self


class Answer(NamedTuple):
    """Status, media type, body."""

    status: int
    kind: str
    body: bytes


class Answering(ABC):
    """A small HTTP server of its own on a free port, while it is entered."""

    LONGEST: ClassVar[int]  # bytes of a body that are read
    _server: ThreadingHTTPServer | None = None

    @abstractmethod
    def prepare(self) -> None:
        """Make what it needs before the first request."""

    @abstractmethod
    def post(self, path: str, untrusted: bytes) -> Answer:
        """Answer one request."""

    def __enter__(self) -> Self:
        self.prepare()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()

    @property
    def url(self) -> str:
        """The address below which it answers."""
        if self._server is None:
            raise RuntimeError("it has not been started")
        return f"http://127.0.0.1:{self._server.server_address[1]}/"


def _handler(answering: Answering) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = min(int(self.headers.get("Content-Length", "0")), answering.LONGEST)
            answer = answering.post(self.path, self.rfile.read(size))
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            """Say nothing: no line a request."""

    return Handler
