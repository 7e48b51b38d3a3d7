"""Key derivation agrees with the RFCs' own vectors."""

import hmac
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from hypothesis import given
from hypothesis import strategies as st

from asylia.crypto import kdf


def rfc5869(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """HKDF written out from RFC 5869, section 2: ours takes no bytes as info, only a label."""
    key = hmac.digest(salt or bytes(32), secret, sha256)
    out, block = b"", b""
    for count in range(1, -(-length // 32) + 1):
        block = hmac.digest(key, block + info + bytes([count]), sha256)
        out += block
    return out[:length]


def test_the_written_out_hkdf_agrees_with_rfc_5869() -> None:
    first = rfc5869(b"\x0b" * 22, bytes(range(13)), bytes(range(0xF0, 0xFA)), 42)
    assert first.hex() == (
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )
    third = rfc5869(b"\x0b" * 22, b"", b"", 42)
    assert third.hex() == (
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    )


@given(
    st.binary(max_size=80),
    st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable()),
    st.binary(max_size=80),
    st.integers(1, 255 * 32),
)
def test_hkdf_agrees_with_it(secret: bytes, label: str, salt: bytes, length: int) -> None:
    ours = kdf.hkdf(secret, label, salt=salt, length=length)
    assert ours == rfc5869(secret, salt, label.encode(), length)


@given(
    st.binary(max_size=80),
    st.text(min_size=1, max_size=80).filter(lambda text: text.isprintable()),
    st.one_of(st.binary(min_size=32, max_size=32), st.binary(max_size=80)),
)
def test_the_quick_one_is_the_same_key(secret: bytes, label: str, salt: bytes) -> None:
    ours = kdf.hkdf_once(secret, label.encode(), salt)
    assert ours == rfc5869(secret, salt, label.encode(), 32)


@pytest.mark.parametrize(
    ("password", "rounds", "out"),
    [  # The inputs of RFC 6070, with SHA-256.
        (b"password", 1, "120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b"),
        (b"password", 2, "ae4d0c95af6b46d32d0adff928f06dd02a303f8ef3c251dfd6e2d85a95474c43"),
        (b"password", 4096, "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a"),
        # RFC 7914, section 11 (its first half: the second follows from the same function).
        (b"passwd", 1, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"),
    ],
)
def test_pbkdf2(password: bytes, rounds: int, out: str) -> None:
    assert kdf.pbkdf2(password, salt=b"salt", rounds=rounds).hex() == out


def test_argon2id_is_that_of_rfc_9106() -> None:
    # Section 5.3 has a secret and associated data, which ours never takes: it holds the library.
    with_all = Argon2id(
        salt=b"\x02" * 16,
        length=32,
        iterations=3,
        lanes=4,
        memory_cost=32,
        ad=b"\x04" * 12,
        secret=b"\x03" * 8,
    )
    assert with_all.derive(b"\x01" * 32).hex() == (
        "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
    )


@pytest.mark.parametrize(
    ("memory", "lanes", "out"),
    [  # The reference implementation's own tests, version 0x13, two passes.
        (65536, 1, "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"),
        (256, 1, "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"),
        (256, 2, "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037"),
    ],
)
def test_argon2id_agrees_with_the_reference_implementation(
    memory: int, lanes: int, out: str
) -> None:
    key = kdf.argon2id(b"password", salt=b"somesalt", memory_kib=memory, passes=2, lanes=lanes)
    assert key.hex() == out


@given(st.lists(st.binary(max_size=8), max_size=4), st.lists(st.binary(max_size=8), max_size=4))
def test_two_lists_of_parts_never_share_a_mac(one: list[bytes], other: list[bytes]) -> None:
    same = kdf.mac(b"key", "asylia/example/1", *one) == kdf.mac(b"key", "asylia/example/1", *other)
    assert same == (one == other)


def test_a_key_without_the_label_of_its_use_is_refused() -> None:
    with pytest.raises(ValueError, match="label"):
        kdf.hkdf(b"secret", "")
    with pytest.raises(ValueError, match="label"):
        kdf.hkdf_once(b"secret", b"", bytes(32))
    with pytest.raises(ValueError, match="label"):
        kdf.mac(b"secret", "")
