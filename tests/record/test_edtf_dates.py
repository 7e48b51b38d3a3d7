"""Dates as people tell them: the days they allow, and how two lie to each other."""

from datetime import date

import pytest
from edtf import parse_edtf
from hypothesis import given
from hypothesis import strategies as st

from asylia.errors import MalformedError
from asylia.record.edtf_dates import Span, is_edtf, span
from asylia.values import Day, day_of

from .world import day


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2017-04-01", "2017-04-01", "2017-04-01"),
        ("2017-02", "2017-02-01", "2017-02-28"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("2017", "2017-01-01", "2017-12-31"),
        ("2017-XX", "2017-01-01", "2017-12-31"),
        ("201X", "2010-01-01", "2019-12-31"),
        ("2017-21", "2017-03-01", "2017-05-31"),
        ("2017-06~", "2017-06-01", "2017-06-30"),
        ("2017-07-01/2017-07-10", "2017-07-01", "2017-07-10"),
        ("[2017-02-21..2017-02-28]", "2017-02-21", "2017-02-28"),
        ("2017-02/..", "2017-02-01", None),
        ("../2017-02", None, "2017-02-28"),
    ],
)
def test_the_days_that_a_date_allows(text: str, first: str | None, last: str | None) -> None:
    found = span(text)
    assert found.first == (day(first) if first else None)
    assert found.last == (day(last) if last else None)


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2017-13", "2017-02-30", "2017-02-29", "2017-7-1", "２０１７", " 2017",
     "2017 ", "2017-07-10/2017-07-01", "../..", "/", "2017/2018/2019", "0000", "Y170000002",
     "2017\n", "9" * 64, "[" * 64, "2017-01-01T12:00:00"],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        span(text)


def test_approximate_dates_say_so() -> None:
    assert span("2017-06~").approximate
    assert not span("2017-06").approximate


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("[2017-02-21..2017-02-28]", "2017-02", "within"),
        ("2017-02", "[2017-02-21..2017-02-28]", "around"),
        ("2016-12", "2017-02", "apart"),
        ("2017-02", "2017-02-01/2017-02-28", "equal"),
        ("2017-01/2017-03", "2017-02/2017-05", "overlaps"),
        ("2017-02/..", "2017-01/..", "within"),
        ("../2017", "2017-06/..", "overlaps"),
    ],
)
def test_how_two_dates_lie_to_each_other(one: str, other: str, relation: str) -> None:
    assert span(one).relation(span(other)) == relation


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)))
def test_every_calendar_day_is_itself(one: date) -> None:
    assert span(one.isoformat()) == Span(day_of(one), day_of(one))


_ENDS = st.none() | st.integers(0, 50).map(Day)


@given(_ENDS, _ENDS, _ENDS, _ENDS)
def test_relations_have_their_converse(
    a: Day | None, b: Day | None, x: Day | None, y: Day | None
) -> None:
    one, other = Span(a, b), Span(x, y)
    if any(s.first is not None and s.last is not None and s.last < s.first for s in (one, other)):
        return
    converse = {"within": "around", "around": "within"}
    there = one.relation(other)
    assert other.relation(one) == converse.get(there, there)


@given(st.text(alphabet="0123456789-/.,X?~%[]{} ", max_size=24))
def test_texts_of_the_alphabet_give_days_or_our_error(text: str) -> None:
    try:
        found = span(text)
    except MalformedError:
        return
    assert found.first is None or found.last is None or found.first <= found.last


@pytest.mark.parametrize("text", ["2017-1X", "2017-X2"])
def test_what_the_package_fails_to_read_is_printed_nowhere(
    text: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert not is_edtf(text)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("text", ["0001", "2017", "2016-02", "2017-02", "2017-02-28", "9999-12-31"])
def test_a_plain_date_is_read_as_the_package_reads_it(text: str) -> None:
    parsed = parse_edtf(text)
    ends = (parsed.lower_strict(), parsed.upper_strict())
    assert span(text) == Span(*(day_of(date(*one[:3])) for one in ends))


@pytest.mark.parametrize("text", ["0000", "2017-02-29", "2017-00", "2017-13", "2017-04-31", "201"])
def test_no_day_of_the_calendar_is_no_date(text: str) -> None:
    assert not is_edtf(text)
