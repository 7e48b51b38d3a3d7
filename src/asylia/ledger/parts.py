"""Text in parts: what goes from hand to hand, as a file, QR codes or pasted; ``spec/parts.md``.

Upholds: any phone's reader gives lines that can be pasted, in any order.  Refuses: parts that do
not belong together, a whole with a part missing, a small text that unpacks into a large one.
"""

import base64
import binascii
import re
import zlib
from hashlib import sha256
from typing import Literal

from asylia.errors import MalformedError

Kind = Literal["CARD", "INVITATION", "SHARE"]
PAYLOAD = 816  # characters
MOST = 64  # parts
LIMIT = 64 * 1024  # bytes of content
_PART = re.compile(r"ASYLIA:([A-Z]+):([A-Z2-7]{8}):(\d{1,2})/(\d{1,2}):([A-Z2-7]+)\.")
_AGAIN = "Read all of its codes or lines again."


def split(kind: Kind, content: bytes) -> tuple[str, ...]:
    """The parts of a content of at most 64 KiB, a line each."""
    text = _base32(zlib.compress(content, 9))
    payloads = [text[at : at + PAYLOAD] for at in range(0, len(text), PAYLOAD)]
    if len(content) > LIMIT or len(payloads) > MOST:
        raise MalformedError("it is too long to go in parts")
    head = f"ASYLIA:{kind}:{_name(content)}"
    return tuple(
        f"{head}:{number}/{len(payloads)}:{payload}."
        for number, payload in enumerate(payloads, start=1)
    )


def join(kind: Kind, untrusted: str) -> bytes:
    """The content whose parts stand in the text; ``MalformedError`` names what is missing."""
    noun = kind.lower()
    found = {
        (name, int(number), int(count), payload)
        for its_kind, name, number, count, payload in _PART.findall(
            "".join(untrusted.upper().split())
        )
        if its_kind == kind
    }
    if not found:
        raise MalformedError(f"this holds no part of the kind asked for: {noun}", hint=_AGAIN)
    if len({(name, count) for name, _, count, _ in found}) > 1:
        raise MalformedError(f"these are parts of more than one {noun}", hint="Give one at a time.")
    payloads = {number: payload for _, number, _, payload in found}
    ((name, count),) = {(name, count) for name, _, count, _ in found}
    missing = sorted(set(range(1, count + 1)) - payloads.keys())
    if missing:
        listed = ", ".join(map(str, missing))
        raise MalformedError(f"of {count} parts, these are missing: {listed}", hint=_AGAIN)
    if len(found) != count or len(payloads) != count:
        raise MalformedError(f"a part of this {noun} was read in two ways", hint=_AGAIN)
    content = _unpack("".join(payloads[number] for number in range(1, count + 1)), noun)
    if _name(content) != name:
        raise MalformedError(f"this {noun} was altered on the way", hint=_AGAIN)
    return content


def _unpack(text: str, noun: str) -> bytes:
    try:
        packed = base64.b32decode(text + "=" * (-len(text) % 8))
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(packed, LIMIT)
    except (binascii.Error, zlib.error):
        raise MalformedError(f"this {noun} was altered on the way", hint=_AGAIN) from None
    if not unpacker.eof or unpacker.unused_data:
        raise MalformedError(f"this {noun} is cut off or too long", hint=_AGAIN)
    return content


def _name(content: bytes) -> str:
    return _base32(sha256(content).digest())[:8]


def _base32(content: bytes) -> str:
    return base64.b32encode(content).decode().rstrip("=")
