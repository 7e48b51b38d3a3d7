"""Strict reading of what a bundle's files say: messages, frames, base64, shapes.

Upholds ``spec/authority.md``, "Encodings": one value, one encoding.  Whatever is otherwise ends in
``WrongError`` with the file's name; what the bytes said is never repeated.
"""

import binascii
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from asylia_verify.errors import WrongError

Shape = Callable[[Any], Any]
_LENGTH = 4


class _ShapeError(Exception):
    """A value is not of its shape."""


def message(content: bytes, label: str, shape: Shape, file: str) -> Any:
    """Parse a message of this label and shape: label, line feed, canonical JSON."""
    head = label.encode() + b"\n"
    if not content.startswith(head):
        raise WrongError("is not of the format %(label)s", file, label=label)
    try:
        value = json.loads(
            content[len(head) :].decode(),
            object_pairs_hook=_no_key_twice,
            parse_float=_refuse,
            parse_constant=_refuse,
        )
        canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if head + canonical.encode() != content:
            raise WrongError("is not in the one form that %(label)s has", file, label=label)
        return shape(value)
    except (ValueError, RecursionError, _ShapeError):
        raise WrongError("does not parse as %(label)s", file, label=label) from None


def frame(label: str, *parts: bytes) -> bytes:
    """Label, line feed, and each part behind its length (four bytes, big-endian)."""
    out = [label.encode(), b"\n"]
    for part in parts:
        out += (len(part).to_bytes(_LENGTH, "big"), part)
    return b"".join(out)


def unframe(content: bytes, label: str, count: int, file: str) -> tuple[bytes, ...]:
    """Split a frame of exactly ``count`` parts."""
    head = label.encode() + b"\n"
    if not content.startswith(head):
        raise WrongError("is not of the format %(label)s", file, label=label)
    parts, at = [], len(head)
    for _ in range(count):
        start = at + _LENGTH
        at = start + int.from_bytes(content[at:start], "big")
        if at > len(content):
            raise WrongError("is cut off (%(label)s)", file, label=label)
        parts.append(content[start:at])
    if at != len(content):
        raise WrongError("has bytes after its end (%(label)s)", file, label=label)
    return tuple(parts)


def decode_base64(untrusted: str) -> bytes:
    """Standard padded base64 in its one form, or ``ValueError``."""
    try:
        raw = b64decode(untrusted, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not base64") from None
    if b64encode(raw).decode() != untrusted:
        raise ValueError("not the one form of base64")
    return raw


def record(shapes: Mapping[str, Shape], **may: Shape) -> Shape:
    """An object with exactly these keys, and those of ``may`` where it has them."""

    def check(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict) or value.keys() - may.keys() != shapes.keys():
            raise _ShapeError
        known = {**shapes, **may}
        return {key: known[key](one) for key, one in value.items()}

    return check


def many(shape: Shape, least: int = 0, most: int = 10_000) -> Shape:
    """A list of so many."""

    def check(value: Any) -> list[Any]:
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise _ShapeError
        return [shape(one) for one in value]

    return check


def optional(shape: Shape) -> Shape:
    """Of this shape, or null."""
    return lambda value: None if value is None else shape(value)


def whole(least: int, most: int) -> Shape:
    """A whole number within limits."""

    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise _ShapeError
        return value

    return check


def text(pattern: str = r"[^\0]*", most: int = 1 << 16) -> Shape:
    """Text that matches the whole of a pattern, at most so many bytes."""
    expression = re.compile(pattern, re.DOTALL)

    def check(value: Any) -> str:
        if not isinstance(value, str) or len(value.encode()) > most:
            raise _ShapeError
        if not expression.fullmatch(value):
            raise _ShapeError
        return value

    return check


def one_of(*values: str) -> Shape:
    """One of these words."""
    return text("|".join(map(re.escape, values)))


def octets(least: int, most: int | None = None) -> Shape:
    """Bytes as base64, of this length or within these."""

    def check(value: Any) -> bytes:
        raw = decode_base64(value) if isinstance(value, str) else b""
        if not isinstance(value, str) or not least <= len(raw) <= (most or least):
            raise _ShapeError
        return raw

    return check


def day(value: Any) -> date:
    """A calendar day, ``YYYY-MM-DD``."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise _ShapeError
    return date.fromisoformat(value)


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise _ShapeError
    return value


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = dict(pairs)
    if len(keys) != len(pairs):
        raise ValueError("a key twice")
    return keys


def _refuse(_: str) -> Any:
    raise ValueError("a fraction")
