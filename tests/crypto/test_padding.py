"""PADMÉ is that of the paper, hides lengths, and comes off in one way only."""

from math import floor, log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asylia.crypto import padding
from asylia.errors import MalformedError


def of_the_paper(length: int) -> int:
    """Nikitin et al., PoPETs 2019, algorithm 1, line by line."""
    e = floor(log2(length))
    s = floor(log2(e)) + 1
    last_bits = e - s
    mask = 2**last_bits - 1
    return (length + mask) & ~mask


@given(st.integers(2, 1 << 40))
def test_it_is_the_papers(length: int) -> None:
    assert padding.padded_length(length, floor=0) == of_the_paper(length)


@given(st.integers(0, 1 << 40))
def test_it_never_shortens_and_costs_at_most_12_percent(length: int) -> None:
    padded = padding.padded_length(length)
    assert padded >= max(length, padding.FLOOR)
    assert padded <= max(length * 1.12, padding.FLOOR)


@given(st.integers(0, 1 << 40))
def test_padding_what_is_padded_changes_nothing(length: int) -> None:
    padded = padding.padded_length(length)
    assert padding.padded_length(padded) == padded


def test_few_lengths_are_left() -> None:
    # Up to 1 MiB: 16 steps in each of 4 octaves, 32 in each of the next 4, and the floor.
    assert (
        len({padding.padded_length(n) for n in range(0, (1 << 20) + 1, 7)}) == 4 * 16 + 4 * 32 + 1
    )


@given(st.binary(max_size=9000))
def test_what_was_padded_comes_back(content: bytes) -> None:
    assert padding.unpad(padding.pad(content)) == content


@given(st.binary(max_size=5000))
def test_anything_else_is_refused_or_is_what_pad_makes(untrusted: bytes) -> None:
    try:
        content = padding.unpad(untrusted)
    except MalformedError:
        return
    assert padding.pad(content) == untrusted


@given(st.binary(max_size=4092), st.data())
def test_no_byte_behind_the_content_can_carry_anything(content: bytes, data: st.DataObject) -> None:
    padded = bytearray(padding.pad(content))
    behind = range(4 + len(content), len(padded))
    if not behind:
        return
    padded[data.draw(st.sampled_from(behind))] = data.draw(st.integers(1, 255))
    with pytest.raises(MalformedError):
        padding.unpad(bytes(padded))


@given(
    st.integers(0, 70_000),
    st.sampled_from([256, 1024, 4096]),
    st.one_of(st.just(0), st.integers(-70_000, 70_000)),
)
def test_only_the_length_that_padding_gives_comes_off(size: int, floor: int, off: int) -> None:
    right = padding.padded_length(4 + size, floor)
    length = max(right + off, 4)
    untrusted = size.to_bytes(4, "big") + bytes(length - 4)
    if length == right:
        assert padding.unpad(untrusted, floor) == bytes(size)
    else:
        with pytest.raises(MalformedError):
            padding.unpad(untrusted, floor)
