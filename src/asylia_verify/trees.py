"""Merkle proofs: of a leaf in the log (RFC 9162, section 2.1.3.2) and of a field in a version.

Raises ``WrongError``, or hands back the root that a proof leads to.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from asylia_verify.errors import WrongError
from asylia_verify.strict import frame, many, octets, record, text, whole

SLOTS = 32
DEPTH = 5
FIELD = record(
    {
        "name": text(r"[a-z][a-z0-9_]{0,47}"),
        "path": many(octets(32), DEPTH, DEPTH),
        "salt": octets(32),
        "slot": whole(0, SLOTS - 1),
        "value": text(),
    }
)


def leaf_hash(data: bytes) -> bytes:
    """``SHA-256(0x00 ‖ data)``."""
    return sha256(b"\x00" + data).digest()


def verify_inclusion(data: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that the path leads to from leaf ``index`` of ``size``."""
    if not 0 <= index < size:
        raise WrongError("the proof's place lies outside the log's tree")
    at, last, current = index, size - 1, leaf_hash(data)
    for sibling in path:
        if last == 0:
            raise WrongError("the proof in the log's tree is too long")
        if at & 1 or at == last:
            current = _node_hash(sibling, current)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            current = _node_hash(current, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise WrongError("the proof in the log's tree is too short")
    return current


def field_root(field: dict[str, Any]) -> bytes:
    """The root of the version that this field's proof leads to."""
    name, value = field["name"].encode(), field["value"].encode()
    data = frame("asylia/fields/1 leaf", field["salt"], name, value)
    return verify_inclusion(data, field["slot"], SLOTS, field["path"])


def _node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()
