"""Counts as intervals: what meets, what contains, what is not stated, what parts make up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asylia.record.amounts import Amount, whole_of

NONE = Amount()
_NUMBERS = st.integers(0, 30)


@st.composite
def amounts(draw: st.DrawFn) -> Amount:
    least = draw(st.none() | _NUMBERS)
    most = draw(st.none() | _NUMBERS)
    if least is not None and most is not None and most < least:
        least, most = most, least
    return Amount(least, most)


def allows(one: Amount, number: int) -> bool:
    return one.low <= number and (one.most is None or number <= one.most)


@given(amounts(), amounts())
def test_to_meet_is_to_share_a_number(one: Amount, other: Amount) -> None:
    shared = any(allows(one, n) and allows(other, n) for n in range(61))
    stated = one.is_stated and other.is_stated
    assert one.meets(other) == (shared or not stated)
    assert one.meets(other) == other.meets(one)


@given(amounts(), amounts())
def test_to_contain_is_to_allow_all_that_the_other_allows(one: Amount, other: Amount) -> None:
    all_of_it = all(allows(one, n) for n in range(100) if allows(other, n))
    if one.is_stated and other.is_stated:
        assert one.contains(other) == all_of_it
        if one.contains(other):
            assert one.meets(other)


@given(amounts(), amounts(), amounts())
def test_containing_is_an_order(one: Amount, other: Amount, third: Amount) -> None:
    if one.is_stated:
        assert one.contains(one)
    if one.contains(other) and other.contains(third):
        assert one.contains(third)


@given(amounts())
def test_what_is_not_stated_is_no_number(one: Amount) -> None:
    assert not NONE.is_stated
    assert NONE.meets(one)
    assert one.meets(NONE)
    assert not NONE.contains(one)
    assert not one.contains(NONE)
    assert not NONE.is_below(one)
    assert not one.is_below(NONE)


def test_nobody_is_a_number_and_not_stated_is_none() -> None:
    assert Amount(0, 0).is_stated
    assert Amount(0, 0).is_below(Amount(1))
    assert not Amount(0, 0).meets(Amount(1))


@given(amounts(), amounts())
def test_below_is_never_to_meet(one: Amount, other: Amount) -> None:
    if one.is_below(other):
        assert not one.meets(other)
        assert not other.is_below(one)


@given(st.lists(amounts(), max_size=4), st.data())
def test_a_whole_allows_every_sum_of_what_its_parts_allow(
    parts: list[Amount], data: st.DataObject
) -> None:
    numbers = [
        data.draw(st.integers(one.low, one.most if one.most is not None else one.low + 9))
        for one in parts
    ]
    assert allows(whole_of(parts), sum(numbers))


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ([Amount(41, 41), Amount(30, 30)], Amount(71, 71)),
        ([Amount(41, 41), Amount(30)], Amount(71, None)),
        ([Amount(41, 41), NONE], Amount(41, None)),
        ([], Amount(0, None)),
    ],
)
def test_what_parts_make_up(parts: list[Amount], whole: Amount) -> None:
    assert whole_of(parts) == whole
