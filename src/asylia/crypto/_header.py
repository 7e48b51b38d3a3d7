"""The header of an age v1 file: its wire format alone, no cryptography.

Source: C2SP age.md, "ABNF definition of file header"; ours is ``spec/age.md``.  Upholds: one
header, one encoding, so that what parses encodes back to the same bytes.  Refuses: any line end
but a line feed, base64 with padding or stray bits, lines over 64 columns, empty arguments, a
passphrase (scrypt) stanza beside another stanza, more than ``MOST_STANZAS`` or ``LIMIT`` bytes.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass

from asylia.crypto._reader import Reader
from asylia.errors import MalformedError

LIMIT = 256 * 1024
MOST_STANZAS = 128
MAC = 32
_COLUMNS = 64
_BYTES = _COLUMNS // 4 * 3
_VERSION = b"age-encryption.org/v1\n"
_STANZA, _END = b"-> ", b"---"
_ARGUMENT = re.compile(rb"[\x21-\x7e]+")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*")


@dataclass(frozen=True)
class Stanza:
    """One wrapping of the file key: what kind and for whom (arguments), and the wrapped key."""

    arguments: tuple[bytes, ...]
    body: bytes

    def encode(self) -> bytes:
        """Argument line and body, wrapped at 64 columns; its last line is always shorter."""
        cut = range(0, len(self.body) + 1, _BYTES)
        lines = [encode_base64(self.body[at : at + _BYTES]) for at in cut]
        return b"\n".join([_STANZA + b" ".join(self.arguments), *lines, b""])


@dataclass(frozen=True)
class Header:
    """The stanzas, and the MAC over ``covered``."""

    stanzas: tuple[Stanza, ...]
    mac: bytes

    @property
    def covered(self) -> bytes:
        """What the MAC covers: all up to and with the three dashes."""
        return covered(self.stanzas)

    def encode(self) -> bytes:
        """The header's one encoding."""
        return self.covered + b" " + encode_base64(self.mac) + b"\n"


def covered(stanzas: tuple[Stanza, ...]) -> bytes:
    """What the MAC covers, before there is one."""
    return _VERSION + b"".join(stanza.encode() for stanza in stanzas) + _END


def read_header(untrusted: Reader) -> Header:
    """Take a header off the front; raise ``MalformedError``.  The payload is left to be read."""
    lines = _lines(untrusted)
    if next(lines) != _VERSION.rstrip():
        raise MalformedError("not an age file, or of another version")
    stanzas: list[Stanza] = []
    for line in lines:
        if line.startswith(_END + b" "):
            mac = decode_base64(line[len(_END) + 1 :])
            break
        if len(stanzas) == MOST_STANZAS:
            raise MalformedError(f"age header: more than {MOST_STANZAS} stanzas")
        stanzas.append(_read_stanza(line, lines))
    if len(mac) != MAC or not stanzas:
        raise MalformedError("age header: incomplete")
    if len(stanzas) > 1 and any(stanza.arguments[0] == b"scrypt" for stanza in stanzas):
        raise MalformedError("age header: a passphrase stanza stands beside another")
    return Header(tuple(stanzas), mac)


def encode_base64(content: bytes) -> bytes:
    """Base64 without padding (RFC 4648 section 4, as age has it)."""
    return b64encode(content).rstrip(b"=")


def decode_base64(untrusted: bytes) -> bytes:
    """The bytes, if this is their one encoding; raise ``MalformedError`` otherwise."""
    if not _BASE64.fullmatch(untrusted) or len(untrusted) % 4 == 1:
        raise MalformedError("age header: not base64")
    content = b64decode(untrusted + b"=" * (-len(untrusted) % 4))
    if encode_base64(content) != untrusted:
        raise MalformedError("age header: base64 is not in canonical form")
    return content


def _lines(untrusted: Reader) -> Iterator[bytes]:
    left = LIMIT
    while True:
        line = untrusted.line(left)
        if not line.endswith(b"\n"):
            raise MalformedError("age header: cut off, or longer than it may be")
        left -= len(line)
        yield line[:-1]


def _read_stanza(first: bytes, rest: Iterator[bytes]) -> Stanza:
    arguments = first[len(_STANZA) :].split(b" ")
    if not first.startswith(_STANZA) or not all(map(_ARGUMENT.fullmatch, arguments)):
        raise MalformedError("age header: a stanza does not begin as it should")
    body = b""
    for line in rest:
        if len(line) > _COLUMNS:
            raise MalformedError("age header: a line is longer than 64 columns")
        body += decode_base64(line)
        if len(line) < _COLUMNS:
            break
    return Stanza(tuple(arguments), body)
