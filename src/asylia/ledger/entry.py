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
from typing import Any, NamedTuple

import msgspec

from asylia.envelope.shapes import LAST_DAY
from asylia.errors import MalformedError
from asylia.wire import frame

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
_BEGINNING = LABEL.encode() + b"\n" + _HEADER.size.to_bytes(4, "big")
_HEADS = len(_BEGINNING) + _HEADER.size  # where they begin, behind their length
_header_at = _HEADER.unpack_from
_length_at = struct.Struct(">I").unpack_from
_COMPARTMENT = re.compile(rb"([a-z][a-z0-9-]{0,31})\x00*\Z")


class Header(msgspec.Struct, frozen=True, gc=False):
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


class Sealed(msgspec.Struct, frozen=True, gc=False):
    """The parts of an entry as they are signed, and the signature."""

    header: bytes
    heads: bytes
    wrapped: bytes
    inner: bytes
    signature: bytes = b""

    @property
    def signed(self) -> tuple[bytes, bytes, bytes, bytes]:
        """What the signature covers."""
        return self.header, self.heads, self.wrapped, self.inner


def encode_header(header: Header) -> bytes:
    """197 bytes."""
    author, compartment, *rest = msgspec.structs.astuple(header)
    return _HEADER.pack(author, compartment.encode(), *rest)  # struct fills up with zeros


def decode_header(untrusted: bytes) -> Header:
    """Parse; raise ``MalformedError``."""
    if len(untrusted) != _HEADER.size:
        raise MalformedError("an entry's header has not its length")
    return _header(_HEADER.unpack(untrusted))


def _header(untrusted: tuple[Any, ...]) -> Header:
    author, name, epoch, record, sequence, previous, seen, line, day, kind = untrusted
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
    if len(untrusted) % _HEAD.size or len(untrusted) > MOST_HEADS * _HEAD.size:
        raise MalformedError("an entry's heads have not their length")
    heads = tuple(map(Head._make, _HEAD.iter_unpack(untrusted)))
    if len(heads) > 1 and any(one.author >= other.author for one, other in pairwise(heads)):
        raise MalformedError("an entry's heads are not sorted")
    return heads


def encode_entry(sealed: Sealed) -> bytes:
    """The frame that the outer layer seals, before padding."""
    signatures = _SIGNATURE.pack(_ED25519, len(sealed.signature)) + sealed.signature
    return frame(LABEL, *sealed.signed, signatures)


def decode_entry(untrusted: bytes) -> Sealed:
    """Split; raise ``MalformedError``.  The header and the heads are not parsed here."""
    wrapped, inner, signatures = _ends(untrusted)
    return Sealed(
        untrusted[len(_BEGINNING) : _HEADS],
        untrusted[_HEADS + 4 : wrapped],
        untrusted[wrapped + 4 : inner],
        untrusted[inner + 4 : signatures],
        _ed25519(untrusted[signatures + 4 :]),
    )


def decode_front(untrusted: bytes) -> tuple[Header, tuple[Head, ...], bool]:
    """What ``decode_entry`` and then its header's and heads' parsers say, without cutting it up.

    The header, the heads, and whether it carries a record's key; raise ``MalformedError``.
    """
    wrapped, inner, signatures = _ends(untrusted)
    at = signatures + 4
    if len(untrusted) - at != _ONE_SIGNATURE or untrusted[at : at + len(_SIGNED)] != _SIGNED:
        _ed25519(untrusted[at:])
    header = _header(_header_at(untrusted, len(_BEGINNING)))
    heads = decode_heads(untrusted[_HEADS + 4 : wrapped]) if wrapped > _HEADS + 4 else ()
    return header, heads, inner > wrapped + 4


def _ends(untrusted: bytes) -> tuple[int, int, int]:
    """Where the heads, the wrapped key and the inner layer of an entry end."""
    if not untrusted.startswith(_BEGINNING) or len(untrusted) > LIMIT:
        raise MalformedError("not an entry of this version")
    try:
        wrapped = _HEADS + 4 + _length_at(untrusted, _HEADS)[0]
        inner = wrapped + 4 + _length_at(untrusted, wrapped)[0]
        signatures = inner + 4 + _length_at(untrusted, inner)[0]
        end = signatures + 4 + _length_at(untrusted, signatures)[0]
    except struct.error:
        raise MalformedError("an entry is cut off") from None
    if end != len(untrusted) or inner - wrapped not in (4, 84):
        raise MalformedError("an entry's parts have not their lengths")
    return wrapped, inner, signatures


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
