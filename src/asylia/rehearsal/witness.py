"""A real witness of a log on loopback, for rehearsals and tests (C2SP tlog-witness).

Upholds: what it cosigned last is stored before the lines are handed out.  Refuses: whatever
``tlog.witness`` refuses.  Use as a context manager::

    with Witness(folder, log) as witness:
        witness.url, witness.public
"""

import threading
from pathlib import Path
from typing import ClassVar

from asylia.errors import AsyliaError, ConflictError, ForgedError, MalformedError
from asylia.rehearsal.answering import Answer, Answering
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


class Witness(Answering):
    """One witness of one log; ``name`` stands in its lines."""

    LONGEST: ClassVar[int] = LONGEST + 1

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

    def prepare(self) -> None:
        """Make the folder of what it cosigned last."""
        self._state.parent.mkdir(parents=True, exist_ok=True)

    @property
    def public(self) -> NotePublic:
        """What a policy names."""
        return self._key.public

    def post(self, path: str, untrusted: bytes) -> Answer:
        """Answer one request."""
        if path != f"/{PATH}":
            return Answer(404, _TEXT, b"")
        try:
            asked = parse_add_checkpoint(untrusted)
            new, note = parse_checkpoint(asked.note)
            verify_log(new, note, self._log)
        except MalformedError:
            return Answer(400, _TEXT, b"")
        except ForgedError:
            return Answer(403, _TEXT, b"")
        with self._turn:
            return self._cosign(asked, new)

    def _cosign(self, asked: AddCheckpoint, new: Checkpoint) -> Answer:
        held = self._held()
        size = held.size if held else 0
        if asked.old > new.size:
            return Answer(400, _TEXT, b"")
        if asked.old != size:
            return Answer(409, SIZE_TYPE, encode_size(size))
        try:
            done = cosign(asked.note, self._log, held, asked.proof, self._key, clock=self._clock)
        except ConflictError:
            return Answer(409, SIZE_TYPE, encode_size(size))
        except AsyliaError:
            return Answer(422, _TEXT, b"")
        self._state.write_bytes(asked.note)
        return Answer(200, _TEXT, "".join(one.line() for one in done.lines).encode())

    def _held(self) -> Checkpoint | None:
        return parse_checkpoint(self._state.read_bytes())[0] if self._state.exists() else None
