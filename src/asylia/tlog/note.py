"""Signed notes (C2SP signed-note): a text, an empty line, and one line a signature.

Upholds: a strict form; what parses is written back byte for byte.  Refuses: control characters,
bytes that are not UTF-8, a signature line that is not canonical base64, too many lines.  Knows
nothing of keys: ``checkpoint`` signs and verifies.
"""

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256

from asylia.errors import MalformedError

LIMIT = 1 << 18  # bytes of a whole note: room for 64 post-quantum signature lines
LINES = 64
_DASH = "\u2014 "
_KEY_ID = 4


@dataclass(frozen=True)
class NoteSignature:
    """One signature line: the key's name, its id (4 bytes), and the signature's bytes."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """The line as it stands in a note, with its newline."""
        return f"{_DASH}{self.name} {_to_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True)
class Note:
    """A text that ends in a newline, and its signatures, none of them checked yet."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def encode(self) -> bytes:
        """The note's bytes."""
        return (self.text + "\n" + "".join(s.line() for s in self.signatures)).encode()


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """``SHA-256(name ‖ 0x0A ‖ kind ‖ public key)[:4]``."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:_KEY_ID]


def check_name(untrusted: str) -> str:
    """A key name: not empty, no Unicode space, no plus, no control character."""
    bad = any(c.isspace() or c == "+" or not c.isprintable() for c in untrusted)
    if not 0 < len(untrusted.encode(errors="replace")) <= 255 or bad:
        raise MalformedError("a key name is empty, too long, or has a space, plus or control")
    return untrusted


def parse_note(untrusted: bytes) -> Note:
    """Parse a note; raise ``MalformedError`` on anything that is not one."""
    if len(untrusted) > LIMIT:
        raise MalformedError(f"signed note: longer than {LIMIT} bytes")
    try:
        whole = untrusted.decode()
    except UnicodeDecodeError:
        raise MalformedError("signed note: not UTF-8") from None
    if any(c < " " and c != "\n" for c in whole):
        raise MalformedError("signed note: holds a control character")
    at = whole.rfind("\n\n")
    if at < 0 or not whole.endswith("\n"):
        raise MalformedError("signed note: no empty line before its signatures")
    text, lines = whole[: at + 1], whole[at + 2 :].split("\n")[:-1]
    return Note(text, parse_signatures("".join(line + "\n" for line in lines)))


def parse_signatures(untrusted: str) -> tuple[NoteSignature, ...]:
    """Parse one or more signature lines, as a witness answers with them."""
    lines = untrusted.split("\n")
    if lines.pop() != "" or not 0 < len(lines) <= LINES:
        raise MalformedError("signed note: no signature line, too many, or one cut off")
    return tuple(_signature(line) for line in lines)


def _signature(line: str) -> NoteSignature:
    if not line.startswith(_DASH) or line.count(" ") != 2:
        raise MalformedError("signed note: a signature line has another form")
    _, name, encoded = line.split(" ")
    raw = from_base64(encoded)
    if len(raw) <= _KEY_ID:
        raise MalformedError("signed note: a signature line is too short")
    return NoteSignature(check_name(name), raw[:_KEY_ID], raw[_KEY_ID:])


def from_base64(untrusted: str) -> bytes:
    """Decode standard padded base64 in its one canonical form."""
    try:
        raw = base64.b64decode(untrusted, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedError("signed note: not base64") from None
    if _to_base64(raw) != untrusted:
        raise MalformedError("signed note: base64 not in canonical form")
    return raw


def _to_base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
