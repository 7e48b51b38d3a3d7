"""A sealed layer opens under its own key and label, and gives one answer to all else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asylia.crypto import layer
from asylia.errors import ForgedError

LABEL = "asylia/example/1 layer"
keys = st.binary(min_size=32, max_size=32)


@given(keys, st.binary(max_size=300))
def test_what_was_sealed_opens(key: bytes, plaintext: bytes) -> None:
    sealed = layer.seal_layer(key, LABEL, plaintext)
    assert len(sealed) == len(plaintext) + layer.OVERHEAD
    assert layer.open_layer(key, LABEL, sealed) == plaintext


@given(keys, st.binary(max_size=100), st.data())
def test_any_altered_byte_is_refused(key: bytes, plaintext: bytes, data: st.DataObject) -> None:
    sealed = bytearray(layer.seal_layer(key, LABEL, plaintext))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ForgedError):
        layer.open_layer(key, LABEL, bytes(sealed))


@given(st.binary(max_size=200))
def test_made_up_layers_get_our_error_only(untrusted: bytes) -> None:
    with pytest.raises(ForgedError):
        layer.open_layer(bytes(32), LABEL, untrusted)


def test_every_failure_gets_the_same_answer() -> None:
    sealed = layer.seal_layer(bytes(32), LABEL, b"words")
    tries = [
        (bytes(32), LABEL, b""),
        (bytes(32), LABEL, sealed[:-1]),
        (bytes(31) + b"\1", LABEL, sealed),
        (bytes(32), LABEL + " another", sealed),
    ]
    answers = set()
    for attempt in tries:
        with pytest.raises(ForgedError) as caught:
            layer.open_layer(*attempt)
        answers.add((str(caught.value), caught.value.hint))
    assert len(answers) == 1


def test_sealing_twice_uses_two_keys() -> None:
    once, again = (layer.seal_layer(bytes(32), LABEL, b"words") for _ in range(2))
    assert once[: layer.SALT] != again[: layer.SALT]
    assert once[layer.SALT :] != again[layer.SALT :]
