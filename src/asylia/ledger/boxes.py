"""Sealing and opening of entries: two layers and a signature, ``spec/ledger.md``.

Upholds: the signature stands inside the outer layer and covers the inner one as sealed.  Refuses:
judging an entry's place; that is ``replay``'s.
"""

from hashlib import sha256
from typing import NamedTuple

from asylia.crypto import bare, random
from asylia.crypto.layer import open_layer, seal_layer
from asylia.crypto.padding import pad, unpad
from asylia.crypto.signing import SigningKey, VerifyingKey
from asylia.ledger.entry import (
    CONTENT,
    FLOOR,
    INNER_FLOOR,
    Head,
    Header,
    Sealed,
    decode_entry,
    encode_entry,
    encode_header,
    encode_heads,
)
from asylia.values import RecordId
from asylia.wire import frame

_OUTER = "asylia/entry/1 outer"
_INNER = {CONTENT: "asylia/entry/1 content", 2: "asylia/entry/1 control"}
_WRAP = "asylia/entry/1 wrap"
_AUTHOR = "asylia/entry/1 author"
_RECORD = "asylia/entry/1 record"


class Keys(NamedTuple):
    """What an entry is sealed with; ``wrapping`` where its record's key travels in it."""

    compartment: bytes
    inner: bytes  # the record's key, or for a control entry the compartment's
    wrapping: bytes | None

    def __repr__(self) -> str:
        return "<Keys>"


def record_id(compartment: str, key: bytes) -> RecordId:
    """The name of a record: it follows from its key and its compartment.

    So no member can take a record's name first, in another compartment or with another key, and
    make a colleague's device refuse the true one, with all that its author wrote after.
    """
    return RecordId(sha256(frame(_RECORD, compartment.encode(), key)).digest()[:16])


def seal_entry(
    header: Header,
    heads: tuple[Head, ...],
    content: bytes,
    keys: Keys,
    author: SigningKey,
    randomness: random.Randomness = random.system,
) -> bytes:
    """The blob."""
    wrapped = b""
    if keys.wrapping is not None:
        wrapped = seal_layer(keys.wrapping, _WRAP, keys.inner, randomness=randomness)
    padded = pad(content, INNER_FLOOR)
    inner = seal_layer(keys.inner, _INNER[header.kind], padded, randomness=randomness)
    unsigned = Sealed(encode_header(header), encode_heads(heads), wrapped, inner)
    (signature,) = author.sign(_AUTHOR, *unsigned.signed)
    signed = Sealed(*unsigned.signed, signature.signature)
    outer = pad(encode_entry(signed), FLOOR)
    return seal_layer(keys.compartment, _OUTER, outer, randomness=randomness)


def open_outer(key: bytes, untrusted: bytes) -> bytes:
    """The padded frame; ``ForgedError`` where this key does not open it."""
    return open_layer(key, _OUTER, untrusted)


def parse_outer(untrusted: bytes) -> Sealed:
    """Its parts; ``MalformedError``."""
    return decode_entry(unpad(untrusted, FLOOR))


def unpad_outer(untrusted: bytes) -> bytes:
    """The frame alone, which ``entry`` decodes; ``MalformedError``."""
    return unpad(untrusted, FLOOR)


def verify_author(sealed: Sealed, author: VerifyingKey) -> None:
    """Raise ``ForgedError`` unless ``author`` signed it."""
    bare.ed25519_verify(author.ed25519, frame(_AUTHOR, *sealed.signed), sealed.signature)


def open_wrapped(key: bytes, sealed: Sealed) -> bytes:
    """The record's key; ``ForgedError``."""
    return open_layer(key, _WRAP, sealed.wrapped)


def open_inner(key: bytes, kind: int, sealed: Sealed) -> bytes:
    """The content; ``ForgedError``, ``MalformedError``."""
    return unpad(open_layer(key, _INNER[kind], sealed.inner), INNER_FLOOR)
