"""The tree agrees with RFC 6962's definition and its reference tests; no proof can be bent."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asylia.crypto import merkle
from asylia.errors import ForgedError

from .make_vectors import REFERENCE_LEAVES

# Roots over the first 0 to 8 leaves, and proofs, in Certificate Transparency's reference tests.
REFERENCE_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
REFERENCE_PATH = [
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]
REFERENCE_GROWTH = [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    *REFERENCE_PATH[1:],
]
LEAVES = [merkle.leaf_hash(data) for data in REFERENCE_LEAVES]
hashes = st.binary(min_size=32, max_size=32)


def defined_root(leaves: list[bytes]) -> bytes:
    """MTH, written out from RFC 6962, section 2.1."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = defined_root(leaves[:split]), defined_root(leaves[split:])
    return sha256(b"\x01" + left + right).digest()


def distinct(size: int) -> list[bytes]:
    return [merkle.leaf_hash(at.to_bytes(4, "big")) for at in range(size)]


def test_reference_roots_and_proofs() -> None:
    assert [merkle.root(LEAVES[:size]).hex() for size in range(9)] == REFERENCE_ROOTS
    assert [step.hex() for step in merkle.inclusion_proof(LEAVES, 5)] == REFERENCE_PATH
    assert [step.hex() for step in merkle.consistency_proof(LEAVES, 6)] == REFERENCE_GROWTH


@given(st.lists(hashes, max_size=70))
def test_the_root_is_the_one_that_is_defined(leaves: list[bytes]) -> None:
    assert merkle.root(leaves) == defined_root(leaves)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 8, 13, 32, 33])
def test_every_leaf_is_proven_at_its_own_place_and_at_no_other(size: int) -> None:
    leaves = distinct(size)
    root = merkle.root(leaves)
    for index, leaf in enumerate(leaves):
        path = merkle.inclusion_proof(leaves, index)
        merkle.verify_inclusion(leaf, index, size, path, root)
        for other in range(size):
            if other != index:
                with pytest.raises(ForgedError):
                    merkle.verify_inclusion(leaf, other, size, path, root)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 8, 13, 20])
def test_every_earlier_tree_is_a_prefix(size: int) -> None:
    leaves = distinct(size)
    for old in range(1, size + 1):
        path = merkle.consistency_proof(leaves, old)
        roots = merkle.root(leaves[:old]), merkle.root(leaves)
        merkle.verify_consistency(old, size, *roots, path)


@given(st.data())
def test_a_rewritten_history_is_not_consistent(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 24))
    old = data.draw(st.integers(1, size - 1))
    leaves = distinct(size)
    before = merkle.root(leaves[:old])
    leaves[data.draw(st.integers(0, old - 1))] = merkle.leaf_hash(b"another")
    with pytest.raises(ForgedError):
        merkle.verify_consistency(
            old, size, before, merkle.root(leaves), merkle.consistency_proof(leaves, old)
        )


@given(st.data())
def test_an_altered_inclusion_proof_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 40))
    index = data.draw(st.integers(0, size - 1))
    leaves = distinct(size)
    path = list(merkle.inclusion_proof(leaves, index))
    at, byte = data.draw(st.integers(0, len(path) - 1)), data.draw(st.integers(0, 31))
    path[at] = path[at][:byte] + bytes([path[at][byte] ^ 1]) + path[at][byte + 1 :]
    with pytest.raises(ForgedError):
        merkle.verify_inclusion(leaves[index], index, size, path, merkle.root(leaves))


@given(
    hashes,
    st.integers(-2, 70),
    st.integers(-2, 70),
    st.lists(st.binary(max_size=33), max_size=8),
    hashes,
)
def test_made_up_proofs_get_our_error_only(
    one: bytes, small: int, large: int, path: list[bytes], other: bytes
) -> None:
    if (small, large, path) == (0, 1, []) and one == other:
        return
    with pytest.raises(ForgedError):
        merkle.verify_inclusion(one, small, large, path, other)
    if small == large > 0 and not path and one == other:
        return
    with pytest.raises(ForgedError):
        merkle.verify_consistency(small, large, one, other, path)


def test_there_is_no_proof_for_what_is_not_there() -> None:
    for index in (-1, 8):
        with pytest.raises(IndexError):
            merkle.inclusion_proof(LEAVES, index)
    for size in (0, 9):
        with pytest.raises(IndexError):
            merkle.consistency_proof(LEAVES, size)
