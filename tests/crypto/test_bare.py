"""Bare signatures agree with RFC 8032, refuse what was bent; a slot opens under its key alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asylia.crypto import bare, slot
from asylia.errors import ForgedError

# RFC 8032, section 7.1, test 1: the empty message.
SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
SIGNATURE = (
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb88215"
    "90a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
)


def test_ed25519_is_that_of_rfc_8032() -> None:
    assert bare.ed25519_public(SEED).hex() == PUBLIC
    assert bare.ed25519_sign(SEED, b"").hex() == SIGNATURE


@pytest.mark.parametrize("length", [0, 1, 31, 64, 2420])
def test_made_up_signatures_and_keys_get_our_error_only(length: int) -> None:
    for verify, public in [
        (bare.ed25519_verify, bare.ed25519_public(SEED)),
        (bare.ml_dsa_44_verify, bare.ml_dsa_44_public(SEED)),
    ]:
        for key in (public, public[:-1], b""):
            with pytest.raises(ForgedError):
                verify(key, b"words", bytes(length))


def test_each_signature_holds_for_its_own_message_only() -> None:
    for sign, verify, public in [
        (bare.ed25519_sign, bare.ed25519_verify, bare.ed25519_public(SEED)),
        (bare.ml_dsa_44_sign, bare.ml_dsa_44_verify, bare.ml_dsa_44_public(SEED)),
    ]:
        signature = sign(SEED, b"words")
        verify(public, b"words", signature)
        with pytest.raises(ForgedError):
            verify(public, b"word", signature)


@given(st.binary(min_size=32, max_size=32), st.data())
def test_a_slot_opens_under_its_key_alone(secret: bytes, data: st.DataObject) -> None:
    box = slot.seal_slot(SEED, secret)
    assert len(box) == slot.SLOT
    assert slot.open_slot(SEED, box) == secret
    bent = bytearray(box)
    bent[data.draw(st.integers(0, slot.SLOT - 1))] ^= data.draw(st.integers(1, 255))
    for key, untrusted in [(SEED, bytes(bent)), (bytes(32), box), (SEED, box[:-1]), (SEED, b"")]:
        with pytest.raises(ForgedError):
            slot.open_slot(key, untrusted)
    with pytest.raises(ValueError, match="32"):
        slot.seal_slot(SEED, secret + b"\0")
