"""Canaries: strings that were typed, and every form in which a disk might betray them.

Upholds: a canary is looked for as UTF-8, UTF-16 (both orders), lower and upper hex, base64
(standard and URL-safe, at each of three alignments), percent- and JSON-escaped, and all of these
inside streams that ``deflate``, gzip, zlib, bzip2, xz or Zstandard compressed; a secret that is
bytes as such, as hex and as base64.  Refuses: a canary so short that chance would find it.
"""

import bz2
import lzma
import re
import sys
import zlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Protocol
from urllib.parse import quote

from asylia.errors import UsageError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SHORTEST = 6
_INFLATED_AT_MOST = 64 << 20
_STREAMS = re.compile(
    rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]|PK\x03\x04|BZh[1-9]|\xfd7zXZ\x00|\x28\xb5\x2f\xfd"
)

_RUN = 64
_ZEROS = re.compile(rb"\0{%d,}" % _RUN)
_PRINTED = re.compile(rb"[ -~]{%d,}" % SHORTEST)
_WORDS = re.compile(rb"[A-Za-z0-9+/_-]{%d,}" % SHORTEST)


@dataclass(frozen=True)
class Canary:
    """A secret by the name it may be reported under; what it is, is never shown."""

    name: str
    text: str | bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.plain) < SHORTEST:
            raise UsageError(f"the canary “{self.name}” is shorter than {SHORTEST} bytes")

    @property
    def plain(self) -> bytes:
        """As UTF-8, or the bytes that it is."""
        return self.text.encode() if isinstance(self.text, str) else self.text


@dataclass(frozen=True)
class Sighting:
    """A canary that was found: its name, the form it stood in, the byte where it begins."""

    canary: str
    form: str
    offset: int


def phrase_canaries(name: str, words: tuple[str, ...]) -> tuple[Canary, ...]:
    """Each two neighbouring words of a phrase, as written in a line."""
    return tuple(
        Canary(f"{name}, words {at} and {at + 1}", f"{first} {second}")
        for at, (first, second) in enumerate(pairwise(words), 1)
    )


def sightings(data: bytes, canaries: tuple[Canary, ...]) -> Iterator[Sighting]:
    """Every canary in ``data``, first as it lies there, then inside what was compressed."""
    forms = _needles(canaries)
    yield from _find(data, forms, "")
    for offset, inflated in _inflated(data):
        for sighting in _find(inflated, forms, "compressed, "):
            yield Sighting(sighting.canary, sighting.form, offset)


@lru_cache(maxsize=1)  # the same canaries are looked for in thousands of files
def _needles(canaries: tuple[Canary, ...]) -> list["_Needles"]:
    # Plain ASCII looks the same in several forms; the first name for a needle is kept.
    needles = {
        (c.name, needle): form for c in canaries for form, needle in reversed(_forms(c.text))
    }
    sought = [(name, form, needle) for (name, needle), form in reversed(needles.items())]
    return [
        _Needles(part, [one for one in sought if _part(one[2]) is part])
        for part in (_whole, _dense, _printed, _words)
    ]


def _find(data: bytes, needles: list["_Needles"], prefix: str) -> Iterator[Sighting]:
    for some in needles:
        place = some.part(data)
        if len(place) < SHORTEST:
            continue
        for name, form, needle in some.sought:
            if needle in place:
                yield Sighting(name, prefix + form, data.find(needle))


@dataclass(frozen=True)
class _Needles:
    """Name, form and bytes of what lies in one part of the data, if it lies there at all.

    Much of what is searched is long and empty: most needles needn't be looked for in all of it.
    """

    part: Callable[[bytes], bytes]
    sought: list[tuple[str, str, bytes]]


def _part(needle: bytes) -> Callable[[bytes], bytes]:
    if bytes(_RUN) in needle:
        return _whole
    if _WORDS.fullmatch(needle):
        return _words
    return _printed if _PRINTED.fullmatch(needle) else _dense


def _whole(data: bytes) -> bytes:
    return data


def _dense(data: bytes) -> bytes:
    """The data with long rows of zeros cut short."""
    return _ZEROS.sub(bytes(_RUN), data)


def _printed(data: bytes) -> bytes:
    """Every row of printable ASCII."""
    return b"\n".join(_PRINTED.findall(data))


def _words(data: bytes) -> bytes:
    """Every row of such characters as base64 and hex are made of, with others in between."""
    return b"\n".join(_WORDS.findall(data))


def _forms(secret: str | bytes) -> list[tuple[str, bytes]]:
    if isinstance(secret, bytes):
        return [("bytes", secret), *_encoded(secret)]
    return [
        ("UTF-8", secret.encode()),
        ("UTF-16, little-endian", secret.encode("utf-16-le")),
        ("UTF-16, big-endian", secret.encode("utf-16-be")),
        ("percent-escaped", quote(secret, safe="").encode()),
        ("form-escaped", quote(secret, safe=" ").replace(" ", "+").encode()),
        ("JSON-escaped", secret.encode("ascii", "backslashreplace")),
        *_encoded(secret.encode()),
    ]


def _encoded(plain: bytes) -> list[tuple[str, bytes]]:
    forms = [("hex", plain.hex().encode()), ("HEX", plain.hex().upper().encode())]
    for shift in range(3):
        # The characters that also depend on what stands before or after are cut away.
        start = (0, 2, 3)[shift]
        end = (len(plain) + shift) * 8 // 6
        for form, encode in (("base64", b64encode), ("base64url", urlsafe_b64encode)):
            forms.append((form, encode(bytes(shift) + plain)[start:end]))
    return forms


class _Decompressor(Protocol):
    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


def _inflated(data: bytes) -> Iterator[tuple[int, bytes]]:
    for match in _STREAMS.finditer(data):
        at = match.start()
        start, decompressor = at, _decompressor(match.group())
        if match.group().startswith(b"PK"):
            names = data[at + 26 : at + 30]
            start = (
                at + 30 + int.from_bytes(names[:2], "little") + int.from_bytes(names[2:], "little")
            )
        inflated = _inflate(decompressor, data, start)
        if inflated:
            yield at, inflated


def _decompressor(magic: bytes) -> _Decompressor:
    if magic.startswith(b"PK"):
        return zlib.decompressobj(-zlib.MAX_WBITS)
    if magic.startswith(b"BZh"):
        return bz2.BZ2Decompressor()
    if magic.startswith(b"\xfd"):
        return lzma.LZMADecompressor()
    if magic.startswith(b"\x28"):
        return zstd.ZstdDecompressor()
    return zlib.decompressobj(zlib.MAX_WBITS | 32)


def _inflate(decompressor: _Decompressor, data: bytes, start: int, chunk: int = 1 << 16) -> bytes:
    # A stream that breaks off, or was none, still gives what came out before the break.
    out = bytearray()
    try:
        for at in range(start, len(data), chunk):
            out += decompressor.decompress(data[at : at + chunk], _INFLATED_AT_MOST)
            if len(out) >= _INFLATED_AT_MOST or getattr(decompressor, "eof", False):
                break
    except (zlib.error, OSError, EOFError, lzma.LZMAError, zstd.ZstdError):
        return bytes(out)
    return bytes(out)
