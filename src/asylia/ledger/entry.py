"""The wire form of an entry, ``spec/ledger.md``: free of keys and of I/O.

Fixed binary fields, since every entry that a team ever wrote passes through here on a new device's
first sync (ADR 0051).  Upholds: one value, one encoding.  Refuses: trailing bytes, unsorted heads,
a signature list without exactly one Ed25519 signature.
"""

import re
import struct
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from asylia.envelope.shapes import LAST_DAY
from asylia.errors import MalformedError
from asylia.wire import frame, unframe

LABEL = "asylia/entry/1"
FLOOR = 1024  # bytes of padding for the outer layer; inside, 256
INNER_FLOOR = 256
LIMIT = 1 << 20  # bytes of a blob
LARGEST = 768 * 1024  # bytes of content
MOST_HEADS = 64
CONTENT, CONTROL = 1, 2
NOTHING = bytes(32)
NO_RECORD = bytes(16)
_HEADER = struct.Struct(">32s32s32s16sQ32sQ32sIB")
_HEAD = struct.Struct(">32sQ32s")
_SIGNATURE = struct.Struct(">BH")
_ED25519 = 1
_SIGNED = _SIGNATURE.pack(_ED25519, 64)
_ONE_SIGNATURE = len(_SIGNED) + 64
_COMPARTMENT = re.compile(rb"([a-z][a-z0-9-]{0,31})\x00*\Z")


class Header(NamedTuple):
    """Who wrote an entry, where it stands, what its author had seen."""

    author: bytes
    compartment: str
    epoch: bytes
    record: bytes
    sequence: int
    previous: bytes
    seen: int
    line: bytes
    day: int
    kind: int


class Head(NamedTuple):
    """An entry of another author that this author had seen."""

    author: bytes
    sequence: int
    blob: bytes


class Sealed(NamedTuple):
    """The parts of an entry as they are signed, and the signature."""

    header: bytes
    heads: bytes
    wrapped: bytes
    inner: bytes
    signature: bytes = b""

    @property
    def signed(self) -> tuple[bytes, bytes, bytes, bytes]:
        """What the signature covers."""
        return self[:4]


def encode_header(header: Header) -> bytes:
    """197 bytes."""
    # struct fills the compartment up with zeros.
    return _HEADER.pack(header.author, header.compartment.encode(), *header[2:])


def decode_header(untrusted: bytes) -> Header:
    """Parse; raise ``MalformedError``."""
    if len(untrusted) != _HEADER.size:
        raise MalformedError("an entry's header has not its length")
    fields = _HEADER.unpack(untrusted)
    author, name, epoch, record, sequence, previous, seen, line, day, kind = fields
    compartment = _compartment(name)
    if not compartment or kind not in (CONTENT, CONTROL):
        raise MalformedError("an entry's header does not parse")
    if day > LAST_DAY:
        raise MalformedError("an entry's day is out of range")
    if (kind == CONTROL) != (record == NO_RECORD):
        raise MalformedError("an entry's record does not fit its kind")
    return Header(author, compartment, epoch, record, sequence, previous, seen, line, day, kind)


@lru_cache(maxsize=64)
def _compartment(untrusted: bytes) -> str:
    """The id, or nothing; the same few come in every entry."""
    name = _COMPARTMENT.match(untrusted)
    return name[1].decode() if name else ""


def encode_heads(heads: Iterable[Head]) -> bytes:
    """72 bytes a head, sorted."""
    return b"".join(_HEAD.pack(*head) for head in sorted(heads))


def decode_heads(untrusted: bytes) -> tuple[Head, ...]:
    """Parse; raise ``MalformedError``."""
    if not untrusted:
        return ()
    if len(untrusted) % _HEAD.size or len(untrusted) > MOST_HEADS * _HEAD.size:
        raise MalformedError("an entry's heads have not their length")
    heads = tuple(Head(*fields) for fields in _HEAD.iter_unpack(untrusted))
    if any(one.author >= other.author for one, other in pairwise(heads)):
        raise MalformedError("an entry's heads are not sorted")
    return heads


def encode_entry(sealed: Sealed) -> bytes:
    """The frame that the outer layer seals, before padding."""
    signatures = _SIGNATURE.pack(_ED25519, len(sealed.signature)) + sealed.signature
    return frame(LABEL, *sealed.signed, signatures)


def decode_entry(untrusted: bytes) -> Sealed:
    """Split; raise ``MalformedError``.  The header and the heads are not parsed here."""
    header, heads, wrapped, inner, signatures = unframe(untrusted, LABEL, 5, limit=LIMIT)
    if len(wrapped) not in (0, 80):
        raise MalformedError("an entry's wrapped key has not its length")
    return Sealed(header, heads, wrapped, inner, _ed25519(signatures))


def _ed25519(untrusted: bytes) -> bytes:
    if len(untrusted) == _ONE_SIGNATURE and untrusted.startswith(_SIGNED):
        return untrusted[_SIGNATURE.size :]
    found, at = [], 0
    while at < len(untrusted):
        if at + _SIGNATURE.size > len(untrusted):
            raise MalformedError("an entry's signatures are cut off")
        algorithm, length = _SIGNATURE.unpack_from(untrusted, at)
        start, at = at + _SIGNATURE.size, at + _SIGNATURE.size + length
        if algorithm != _ED25519:
            raise MalformedError("an entry is signed in a way that this version does not know")
        found.append(untrusted[start:at])
    if len(found) != 1 or len(found[0]) != 64:
        raise MalformedError("an entry has not its one signature")
    return found[0]
