"""In a pair both signatures must hold, over these parts, for this use."""

from dataclasses import FrozenInstanceError, replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asylia.crypto.signing import Signature, SigningKey, Suite, VerifyingKey
from asylia.errors import ForgedError, MalformedError

LABEL = "asylia/example/1 signature"
KEYS: dict[Suite, SigningKey] = {
    "ed25519": SigningKey(bytes(32), "ed25519"),
    "pair": SigningKey(bytes(32), "pair"),
}
suites = st.sampled_from(["ed25519", "pair"])


@given(suites, st.lists(st.binary(max_size=20), max_size=4))
@settings(max_examples=30)
def test_what_was_signed_holds_and_nothing_near_it_does(suite: Suite, parts: list[bytes]) -> None:
    key = KEYS[suite]
    signatures = key.sign(LABEL, *parts)
    key.public.verify(LABEL, *parts, signatures=signatures)
    for label, others in [
        (LABEL + " ", parts),
        (LABEL, [*parts, b""]),
        (LABEL, [b"", *parts]),
        (LABEL, [b"".join(parts), b"x"]),
    ]:
        with pytest.raises(ForgedError):
            key.public.verify(label, *others, signatures=signatures)


@given(suites, st.data())
@settings(max_examples=40)
def test_any_altered_byte_of_any_signature_is_refused(suite: Suite, data: st.DataObject) -> None:
    key = KEYS[suite]
    signatures = list(key.sign(LABEL, b"words"))
    which = data.draw(st.integers(0, len(signatures) - 1))
    altered = bytearray(signatures[which].signature)
    altered[data.draw(st.integers(0, len(altered) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    signatures[which] = msgspec.structs.replace(signatures[which], signature=bytes(altered))
    with pytest.raises(ForgedError):
        key.public.verify(LABEL, b"words", signatures=tuple(signatures))


@given(st.binary(min_size=64, max_size=2420), st.sampled_from(["ed25519", "ml-dsa-44"]))
@settings(max_examples=40)
def test_made_up_signatures_get_our_error_only(content: bytes, algorithm: str) -> None:
    key = KEYS["pair"]
    whole = {one.algorithm: one for one in key.sign(LABEL, b"words")}
    whole[algorithm] = msgspec.structs.replace(whole[algorithm], signature=content)
    with pytest.raises(ForgedError):
        key.public.verify(LABEL, b"words", signatures=tuple(whole.values()))


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=1312, max_size=1312))
@settings(max_examples=40)
def test_made_up_keys_get_our_error_only(classic: bytes, later: bytes) -> None:
    public = VerifyingKey(ed25519=classic, ml_dsa_44=later)
    signatures = tuple(
        msgspec.structs.replace(one, key=public.fingerprint)
        for one in KEYS["pair"].sign(LABEL, b"words")
    )
    with pytest.raises(ForgedError):
        public.verify(LABEL, b"words", signatures=signatures)


def test_a_key_of_another_length_gets_our_error_only() -> None:
    public = VerifyingKey(ed25519=b"short")
    one = msgspec.structs.replace(KEYS["ed25519"].sign(LABEL)[0], key=public.fingerprint)
    with pytest.raises(ForgedError):
        public.verify(LABEL, signatures=(one,))


def test_neither_half_of_a_pair_is_enough() -> None:
    key = KEYS["pair"]
    for one in key.sign(LABEL, b"words"):
        with pytest.raises(ForgedError):
            key.public.verify(LABEL, b"words", signatures=(one,))


def test_a_pair_can_not_be_passed_off_as_its_ed25519_half() -> None:
    # Whoever breaks ML-DSA-44 away from the key has a key of another name.
    pair = KEYS["pair"].public
    half = VerifyingKey(ed25519=pair.ed25519)
    assert half.fingerprint != pair.fingerprint
    with pytest.raises(ForgedError):
        half.verify(LABEL, b"words", signatures=KEYS["pair"].sign(LABEL, b"words"))


def test_the_two_suites_of_one_seed_are_two_keys() -> None:
    assert KEYS["ed25519"].public.ed25519 == KEYS["pair"].public.ed25519
    assert KEYS["ed25519"].public.fingerprint != KEYS["pair"].public.fingerprint


def test_a_signature_of_another_algorithm_is_one_too_many() -> None:
    key, pair = KEYS["ed25519"], KEYS["pair"]
    later = msgspec.structs.replace(pair.sign(LABEL)[1], key=key.public.fingerprint)
    with pytest.raises(ForgedError):
        key.public.verify(LABEL, signatures=(*key.sign(LABEL), later))


def test_a_seed_of_another_length_is_refused() -> None:
    for length in (0, 31, 33):
        with pytest.raises(MalformedError):
            SigningKey(bytes(length), "pair")


def test_a_secret_key_does_not_show_and_does_not_change() -> None:
    key = SigningKey(b"\xa5" * 32, "pair")
    shown = repr(key) + str(key) + repr(key.sign(LABEL)) + repr(key.public)
    assert "a5" not in shown
    assert "\\xa5" not in shown
    with pytest.raises(FrozenInstanceError):
        key.seed = bytes(32)  # type: ignore[misc]
    assert replace(key, suite="ed25519").suite == "ed25519"


def test_a_signature_of_a_length_that_none_has_does_not_parse() -> None:
    one = KEYS["pair"].sign(LABEL)[0]
    assert msgspec.json.decode(msgspec.json.encode(one), type=Signature) == one
    for length in (63, 2421):
        other = msgspec.structs.replace(one, signature=bytes(length))
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(msgspec.json.encode(other), type=Signature)
