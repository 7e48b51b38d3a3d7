"""The log's private key in a file: ``asylia/log-key/1``, a message of its name and seed."""

from typing import Annotated

import msgspec

from asylia.tlog.checkpoint import NoteKey
from asylia.wire import Message, decode, encode


class _KeyFile(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    LABEL = "asylia/log-key/1"

    name: str
    seed: Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]


def encode_key(key: NoteKey) -> bytes:
    """The file's bytes."""
    return encode(_KeyFile(name=key.name, seed=key.seed))


def decode_key(untrusted: bytes) -> NoteKey:
    """The key; ``MalformedError`` on anything but such a file."""
    parsed = decode(untrusted, _KeyFile, limit=4096)
    return NoteKey(parsed.name, parsed.seed)
