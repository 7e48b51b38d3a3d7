"""Counts as people type them: what they become, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asylia.errors import MalformedError
from asylia.record.contents import Count
from asylia.record.typed_counts import typed_count


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("6", Count(min=6, max=6)),
        ("more than 100", Count(min=101)),
        ("More  than 1,000", Count(min=1001)),
        (">100", Count(min=101)),
        ("at least 6", Count(min=6)),
        ("6+", Count(min=6)),
        ("about 60", Count(min=60, max=60, about=True)),
        ("~60", Count(min=60, max=60, about=True)),
        ("20-25", Count(min=20, max=25)),
        ("between 20 and 25", Count(min=20, max=25)),
        ("fewer than 10", Count(max=9)),
        ("up to 10", Count(max=10)),
        ("более 100", Count(min=101)),
        ("не менее 6", Count(min=6)),
        ("около 60", Count(min=60, max=60, about=True)),
        ("от 20 до 25", Count(min=20, max=25)),
        ("не указано", Count()),
        ("?", Count()),
        ("", None),
    ],
)
def test_what_a_count_is_read_as(typed: str, count: Count | None) -> None:
    assert typed_count(typed) == count


@pytest.mark.parametrize(
    "typed",
    ["many", "more", "25-20", "fewer than 0", "1.5", "6 or 7 perhaps", "99999999999", "x" * 99],
)
def test_what_can_be_read_in_no_one_way_is_refused(typed: str) -> None:
    with pytest.raises(MalformedError):
        typed_count(typed)


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_every_form_allows_what_its_words_allow(one: int, other: int) -> None:
    low, high = sorted((one, other))
    told = [typed_count(text) for text in (f"more than {low}", f"{low}-{high}", f"at least {low}")]
    over, between, least = (count for count in told if count is not None)
    assert (over.min, over.max) == (low + 1, None)
    assert (between.min, between.max) == (low, high)
    assert (least.min, least.max) == (low, None)


@given(st.text("0123456789 <>=~?+-–.,moretanlбле", max_size=20))
def test_any_text_is_a_count_of_its_form_or_our_error(text: str) -> None:
    try:
        count = typed_count(text)
    except MalformedError:
        return
    ends = [end for end in (count.min, count.max) if end is not None] if count else []
    assert ends == sorted(ends)
    assert all(end >= 0 for end in ends)
