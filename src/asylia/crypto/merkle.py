"""The Merkle tree of RFC 6962 (section 2.1; verification as in RFC 9162, sections 2.1.3 and 2.1.4).

Takes leaf *data*; hashes it with the 0x00 prefix.  A verifier raises ``ForgedError`` or returns
nothing to act on.
"""

from collections.abc import Sequence
from hashlib import sha256

from asylia.errors import ForgedError

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """``SHA-256(0x00 ‖ data)``."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """``SHA-256(0x01 ‖ left ‖ right)``."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf *hashes*."""
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    while len(level) > 1:
        pairs = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + ([level[-1]] if len(level) % 2 else [])
    return level[0]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The path for leaf ``index``, lowest sibling first."""
    if not 0 <= index < len(leaves):
        raise IndexError("no such leaf")
    path: list[bytes] = []
    level = list(leaves)
    while len(level) > 1:
        if index ^ 1 < len(level):
            path.append(level[index ^ 1])
        pairs = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + ([level[-1]] if len(level) % 2 else [])
        index //= 2
    return tuple(path)


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], expected_root: bytes
) -> None:
    """Check that leaf hash ``leaf`` stands at ``index`` in the tree of ``size`` leaves."""
    _must_be_hashes(leaf, expected_root, *path)
    if not 0 <= index < size:
        raise ForgedError("inclusion proof: the index is outside the tree")
    at, last, current = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise ForgedError("inclusion proof: too long")
        if at & 1 or at == last:
            current = node_hash(sibling, current)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        at, last = at >> 1, last >> 1
    if last or current != expected_root:
        raise ForgedError("inclusion proof: does not lead to the root")


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> tuple[bytes, ...]:
    """The proof that the tree over the first ``old_size`` leaves is a prefix of this one."""
    if not 0 < old_size <= len(leaves):
        raise IndexError("no such earlier tree")

    def subproof(lo: int, hi: int, keep: int, whole: bool) -> list[bytes]:
        size = hi - lo
        if keep == size:
            return [] if whole else [root(leaves[lo:hi])]
        split = 1 << ((size - 1).bit_length() - 1)
        if keep <= split:
            return [*subproof(lo, lo + split, keep, whole), root(leaves[lo + split : hi])]
        right = subproof(lo + split, hi, keep - split, False)
        return [*right, root(leaves[lo : lo + split])]

    return tuple(subproof(0, len(leaves), old_size, True))


def verify_consistency(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Check that the tree of ``old_size`` leaves is a prefix of that of ``new_size``."""
    _must_be_hashes(old_root, new_root, *path)
    if not 0 < old_size <= new_size:
        raise ForgedError("consistency proof: the sizes do not fit")
    if old_size == new_size:
        if path or old_root != new_root:
            raise ForgedError("consistency proof: two roots for one size")
        return
    proof = list(path)
    if old_size & (old_size - 1) == 0:
        proof.insert(0, old_root)
    if not proof:
        raise ForgedError("consistency proof: too short")
    at, last = old_size - 1, new_size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = proof[0]
    for sibling in proof[1:]:
        if last == 0:
            raise ForgedError("consistency proof: too long")
        if at & 1 or at == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        at, last = at >> 1, last >> 1
    if last or old != old_root or new != new_root:
        raise ForgedError("consistency proof: does not lead to both roots")


def _must_be_hashes(*untrusted: bytes) -> None:
    # Two children of the wrong lengths could add up to what a true node was made from.
    if any(len(value) != 32 for value in untrusted):
        raise ForgedError("Merkle proof: a hash has not 32 bytes")
