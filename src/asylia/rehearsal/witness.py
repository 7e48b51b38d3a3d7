"""A real witness of a log on loopback, for rehearsals and tests (C2SP tlog-witness).

Upholds: what it cosigned last is stored before the lines are handed out.  Refuses: whatever
``tlog.witness`` refuses.  Use as a context manager::

    with Witness(folder, log) as witness:
        witness.url, witness.public
"""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from asylia.errors import AsyliaError, ConflictError, ForgedError, MalformedError
from asylia.tlog.addcheckpoint import (
    LONGEST,
    PATH,
    SIZE_TYPE,
    AddCheckpoint,
    encode_size,
    parse_add_checkpoint,
)
from asylia.tlog.checkpoint import Checkpoint, NoteKey, NotePublic, parse_checkpoint, verify_log
from asylia.tlog.witness import cosign
from asylia.values import Clock, system_clock

_TEXT = "text/plain; charset=utf-8"
Answer = tuple[int, str, bytes]


class Witness:
    """One witness of one log; ``name`` stands in its lines."""

    def __init__(
        self,
        folder: Path,
        log: NotePublic,
        name: str = "witness.invented.example",
        *,
        clock: Clock = system_clock,
    ) -> None:
        self._state = folder / "cosigned-last"
        self._log = log
        self._key = NoteKey.generate(name)
        self._clock = clock
        self._turn = threading.Lock()
        self._server: ThreadingHTTPServer | None = None

    def __enter__(self) -> Self:
        self._state.parent.mkdir(parents=True, exist_ok=True)
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
            raise RuntimeError("the witness has not been started")
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    @property
    def public(self) -> NotePublic:
        """What a policy names."""
        return self._key.public

    def answer(self, untrusted: bytes) -> Answer:
        """Status, media type and body for one request."""
        try:
            asked = parse_add_checkpoint(untrusted)
            new, note = parse_checkpoint(asked.note)
            verify_log(new, note, self._log)
        except MalformedError:
            return 400, _TEXT, b""
        except ForgedError:
            return 403, _TEXT, b""
        with self._turn:
            return self._cosign(asked, new)

    def _cosign(self, asked: AddCheckpoint, new: Checkpoint) -> Answer:
        held = self._held()
        size = held.size if held else 0
        if asked.old > new.size:
            return 400, _TEXT, b""
        if asked.old != size:
            return 409, SIZE_TYPE, encode_size(size)
        try:
            done = cosign(asked.note, self._log, held, asked.proof, self._key, clock=self._clock)
        except ConflictError:
            return 409, SIZE_TYPE, encode_size(size)
        except AsyliaError:
            return 422, _TEXT, b""
        self._state.write_bytes(asked.note)
        return 200, _TEXT, "".join(one.line() for one in done.lines).encode()

    def _held(self) -> Checkpoint | None:
        return parse_checkpoint(self._state.read_bytes())[0] if self._state.exists() else None


def _handler(witness: Witness) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = min(int(self.headers.get("Content-Length", "0")), LONGEST + 1)
            status, kind, body = (404, _TEXT, b"")
            if self.path == f"/{PATH}":
                status, kind, body = witness.answer(self.rfile.read(size))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: no line a request."""

    return Handler
