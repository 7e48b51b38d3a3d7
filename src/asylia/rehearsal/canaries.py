"""Canaries: strings that were typed, and every form in which a disk might betray them.

Upholds: a canary is looked for as UTF-8, UTF-16 (both orders), lower and upper hex, base64
(standard and URL-safe, at each of three alignments), percent- and JSON-escaped, and all of these
inside streams that ``deflate``, gzip, zlib, bzip2 or xz compressed.  Refuses: a canary so short
that chance would find it.
"""

import bz2
import lzma
import re
import zlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol
from urllib.parse import quote

from asylia.errors import UsageError

SHORTEST = 6
_INFLATED_AT_MOST = 64 << 20
_STREAMS = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]|PK\x03\x04|BZh[1-9]|\xfd7zXZ\x00")


@dataclass(frozen=True)
class Canary:
    """A secret string by the name it may be reported under; its text is never shown."""

    name: str
    text: str = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.text.encode()) < SHORTEST:
            raise UsageError(f"the canary “{self.name}” is shorter than {SHORTEST} bytes")


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
    # Plain ASCII looks the same in several forms; the first name for a needle is kept.
    needles = {
        (c.name, needle): form for c in canaries for form, needle in reversed(_forms(c.text))
    }
    forms = [(name, form, needle) for (name, needle), form in reversed(needles.items())]
    yield from _find(data, forms, "")
    for offset, inflated in _inflated(data):
        for sighting in _find(inflated, forms, "compressed, "):
            yield Sighting(sighting.canary, sighting.form, offset)


def _find(data: bytes, forms: list[tuple[str, str, bytes]], prefix: str) -> Iterator[Sighting]:
    for name, form, needle in forms:
        offset = data.find(needle)
        if offset >= 0:
            yield Sighting(name, prefix + form, offset)


def _forms(text: str) -> list[tuple[str, bytes]]:
    plain = text.encode()
    forms = [
        ("UTF-8", plain),
        ("UTF-16, little-endian", text.encode("utf-16-le")),
        ("UTF-16, big-endian", text.encode("utf-16-be")),
        ("hex", plain.hex().encode()),
        ("HEX", plain.hex().upper().encode()),
        ("percent-escaped", quote(text, safe="").encode()),
        ("form-escaped", quote(text, safe=" ").replace(" ", "+").encode()),
        ("JSON-escaped", text.encode("ascii", "backslashreplace")),
    ]
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
    return zlib.decompressobj(zlib.MAX_WBITS | 32)


def _inflate(decompressor: _Decompressor, data: bytes, start: int, chunk: int = 1 << 16) -> bytes:
    # A stream that breaks off, or was none, still gives what came out before the break.
    out = bytearray()
    try:
        for at in range(start, len(data), chunk):
            out += decompressor.decompress(data[at : at + chunk], _INFLATED_AT_MOST)
            if len(out) >= _INFLATED_AT_MOST or getattr(decompressor, "eof", False):
                break
    except (zlib.error, OSError, EOFError, lzma.LZMAError):
        return bytes(out)
    return bytes(out)
