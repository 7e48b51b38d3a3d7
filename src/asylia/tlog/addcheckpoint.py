"""What a log's reader and a witness say to each other (C2SP tlog-witness, ``add-checkpoint``).

Form alone: the request's body, the size that a witness answers with when it stands elsewhere, and
its lines.  Upholds: one form, which parses and is written back alike.  Refuses: more hashes than a
proof of 2^63 leaves has, sizes in any but their one decimal form.
"""

import base64
from dataclasses import dataclass

from asylia.errors import MalformedError
from asylia.tlog.note import LIMIT, from_base64
from asylia.tlog.witness import PROOF

PATH = "add-checkpoint"
SIZE_TYPE = "text/x.tlog.size"
LONGEST = LIMIT + 64 * 64  # bytes of a request: a note, a size, and a proof before it
_HASH = 32


@dataclass(frozen=True)
class AddCheckpoint:
    """A request: the size that the witness is thought to hold, the proof from there, the note."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes

    def encode(self) -> bytes:
        """The body's bytes."""
        hashes = "".join(f"{base64.b64encode(one).decode()}\n" for one in self.proof)
        return f"old {self.old}\n{hashes}\n".encode() + self.note


def parse_add_checkpoint(untrusted: bytes) -> AddCheckpoint:
    """Parse a request's body; ``MalformedError``.  The note in it is not looked at."""
    head, found, note = untrusted.partition(b"\n\n")
    if len(untrusted) > LONGEST or not found or not head.isascii():
        raise MalformedError("add-checkpoint: no proof, no note, or too long")
    first, *hashes = head.decode().split("\n")
    proof = tuple(from_base64(one) for one in hashes)
    if not first.startswith("old ") or len(proof) > PROOF or any(len(p) != _HASH for p in proof):
        raise MalformedError("add-checkpoint: its size or its proof has another form")
    return AddCheckpoint(_size(first.removeprefix("old ")), proof, note)


def encode_size(size: int) -> bytes:
    """What a witness answers that holds another size than it was asked to start from."""
    return f"{size}\n".encode()


def parse_size(untrusted: bytes) -> int:
    """The size that a witness says it holds; ``MalformedError``."""
    text = untrusted.decode("ascii", "replace")
    if not text.endswith("\n"):
        raise MalformedError("add-checkpoint: a size that is none")
    return _size(text[:-1])


def _size(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 19) or str(int(text)) != text:
        raise MalformedError("add-checkpoint: a size that is not in its one decimal form")
    return int(text)
