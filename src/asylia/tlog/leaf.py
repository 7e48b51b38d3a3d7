"""Leaf data: 32 bytes that say nothing without the salt that they were made with.

Upholds: every leaf is 32 bytes that look random, so that commitments of different kinds and cover
leaves can't be told apart.  The salt dies with the record; then the leaf proves nothing any more.
"""

import hmac
from hashlib import sha256

from asylia.crypto import random
from asylia.errors import ForgedError, MalformedError
from asylia.wire import frame

SIZE = 32
SALT = 32


def arrival_commitment(salt: bytes, arrival_digest: bytes) -> bytes:
    """Commits to an envelope before the device that took it in shows it.

    ``salt`` and ``arrival_digest`` (``spec/envelope.md``): 32 bytes each.
    """
    return _commit("asylia/arrival/1", salt, arrival_digest)


def version_commitment(salt: bytes, fields_root: bytes) -> bytes:
    """Commits to a version of a record by its field tree's root; 32 bytes each.

    Each recipient's leaf has a salt and a field tree of its own.
    """
    return _commit("asylia/version-leaf/1", salt, fields_root)


def cover_leaf(randomness: random.Randomness = random.system) -> bytes:
    """A leaf that commits to nothing."""
    return randomness(SIZE)


def check_leaf(leaf: bytes, expected: bytes) -> None:
    """Raise ``ForgedError`` unless a recomputed commitment is this leaf."""
    if not hmac.compare_digest(leaf, expected):
        raise ForgedError("log leaf: it commits to something else")


def _commit(label: str, salt: bytes, value: bytes) -> bytes:
    if len(salt) != SALT or len(value) != SIZE:
        raise MalformedError(f"{label}: the salt and what is committed to have 32 bytes each")
    return sha256(frame(label, salt, value)).digest()
