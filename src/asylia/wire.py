"""The two codecs under every format of ours: a labelled message and a labelled frame.

A *message* is its label, a line feed, and one JSON object in the form of RFC 8785 (keys sorted, no
white space; integers only), with bytes as padded base64 (RFC 4648 section 4).  A *frame* is its
label, a line feed, and parts of bytes, each behind its length as four bytes, big-endian.  What is
hashed or signed is always a frame, so that no two inputs share one encoding.

Upholds: one value, one encoding; decoding re-encodes and compares.  Refuses: an unknown label or
version, unknown, missing or doubled keys, floats, anything over its limit.
"""

from typing import ClassVar, TypeVar

import msgspec

from asylia.errors import MalformedError

LIMIT = 1 << 20
_LENGTH = 4


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A value inside a message.  Its ``repr`` shows no content: it may hold a secret."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class Message(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A format of ours; a subclass names its label and version, as in ``asylia/drop/1``."""

    LABEL: ClassVar[str] = ""


M = TypeVar("M", bound=Message)
_encoder = msgspec.json.Encoder(order="sorted")
_decoders: dict[type[Message], msgspec.json.Decoder[Message]] = {}


def encode(message: Message) -> bytes:
    """The one encoding of a message."""
    return message.LABEL.encode() + b"\n" + _encoder.encode(message)


def decode(untrusted: bytes, kind: type[M], *, limit: int = LIMIT) -> M:
    """Parse a message of exactly this kind; raise ``MalformedError`` on anything else."""
    label = kind.LABEL.encode() + b"\n"
    if len(untrusted) > limit:
        raise MalformedError(f"{kind.LABEL}: longer than {limit} bytes")
    if not untrusted.startswith(label):
        raise MalformedError(
            f"not {kind.LABEL}: another format or version",
            hint="A newer version of Asylia may have written this; update, then try again.",
        )
    decoder = _decoders.get(kind) or _decoders.setdefault(kind, msgspec.json.Decoder(kind))
    try:
        message = decoder.decode(untrusted[len(label) :])
        canonical = encode(message) == untrusted
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError):
        # msgspec's message can quote content; ours names only the format.
        raise MalformedError(f"{kind.LABEL}: does not parse") from None
    if not canonical or not isinstance(message, kind):
        raise MalformedError(f"{kind.LABEL}: not in canonical form")
    return message


def frame(label: str, *parts: bytes) -> bytes:
    """Label, line feed, and each part behind its length."""
    out = [label.encode(), b"\n"]
    for part in parts:
        out += (len(part).to_bytes(_LENGTH, "big"), part)
    return b"".join(out)


def unframe(untrusted: bytes, label: str, count: int, *, limit: int = LIMIT) -> tuple[bytes, ...]:
    """Split a frame of exactly ``count`` parts; raise ``MalformedError`` on anything else."""
    head = label.encode() + b"\n"
    if len(untrusted) > limit:
        raise MalformedError(f"{label}: longer than {limit} bytes")
    if not untrusted.startswith(head):
        raise MalformedError(f"not {label}: another format or version")
    parts, at, end = [], len(head), len(untrusted)
    for _ in range(count):
        start = at + _LENGTH
        at = start + int.from_bytes(untrusted[at:start], "big")
        if at > end:
            raise MalformedError(f"{label}: cut off")
        parts.append(untrusted[start:at])
    if at != end:
        raise MalformedError(f"{label}: bytes after the end")
    return tuple(parts)
