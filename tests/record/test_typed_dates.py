"""Dates as people type them, in two languages; what has no one reading is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asylia.errors import MalformedError
from asylia.record.edtf_dates import is_edtf, span
from asylia.record.typed_dates import typed_date

from .world import day


@pytest.mark.parametrize(
    ("typed", "edtf"),
    [
        ("between 20 and 25 February 2017", "[2017-02-20..2017-02-25]"),
        ("между 20 и 25 февраля 2017 г.", "[2017-02-20..2017-02-25]"),
        ("between 20 February and 3 March 2017", "[2017-02-20..2017-03-03]"),
        ("from 1 to 10 July 2017", "2017-07-01/2017-07-10"),
        ("с 25 февраля по 3 марта 2017", "2017-02-25/2017-03-03"),
        ("с 20 до 25 февраля 2017", "2017-02-20/2017-02-25"),
        ("1–10 July 2017", "2017-07-01/2017-07-10"),
        ("2017 - 2018", "2017/2018"),
        ("spring 2017?", "2017-21?"),
        ("Весной 2017 года?", "2017-21?"),
        ("summer 2017", "2017-22"),
        ("осенью 2016", "2016-23"),
        ("before April 2017", "../2017-03-31"),
        ("до апреля 2017", "../2017-03-31"),
        ("until April 2017", "../2017-04"),
        ("after spring 2017", "2017-06-01/.."),
        ("после 2017 года", "2018-01-01/.."),
        ("since February 2017", "2017-02/.."),
        ("с февраля 2017", "2017-02/.."),
        ("end of February 2017", "[2017-02-21..2017-02-28]"),
        ("в конце февраля 2016 года", "[2016-02-21..2016-02-29]"),
        ("early April 2017", "[2017-04-01..2017-04-10]"),
        ("в середине мая 2017", "[2017-05-11..2017-05-20]"),
        ("night of 25 to 26 January 2017", "[2017-01-25..2017-01-26]"),
        ("в ночь на 26 января 2017", "[2017-01-25..2017-01-26]"),
        ("about June 2017", "2017-06~"),
        ("примерно в июне 2017", "2017-06~"),
        ("perhaps about June 2017", "2017-06%"),
        ("25 February 2017", "2017-02-25"),
        ("February 25, 2017", "2017-02-25"),
        ("25.02.2017", "2017-02-25"),
        ("1-го апреля 2017", "2017-04-01"),
        ("May 2017", "2017-05"),
        ("maybe May 2017", "2017-05?"),
        ("2017", "2017"),
        ("2017-02/..", "2017-02/.."),
        ("", ""),
    ],
)
def test_what_is_typed_is_edtf(typed: str, edtf: str) -> None:
    assert typed_date(typed) == edtf
    assert not edtf or is_edtf(edtf)


@pytest.mark.parametrize(
    "typed",
    ["yesterday", "between 20 and 25 February", "17", "3/4/2017", "03/04/17", "winter 2017",
     "зимой 2017", "30 February 2017", "31.04.2017", "from 10 to 1 July 2017", "25 2017",
     "beginning of 2017", "perhaps before April 2017", "32 May 2017", "99999", "May May 2017",
     "between 2017", "before", "2017-02-30", "1 апреля", "x" * 200, "between and 2017", "\x00"],
)  # fmt: skip
def test_what_has_no_one_reading_is_refused_with_a_hint(typed: str) -> None:
    with pytest.raises(MalformedError) as caught:
        typed_date(typed)
    assert "25 February 2017" in caught.value.hint
    assert typed not in caught.value.message or typed in "before"


def test_between_is_one_of_these_days_and_before_is_not_on_the_day() -> None:
    assert span(typed_date("between 20 and 25 February 2017")).last == day("2017-02-25")
    before, until = span(typed_date("before 1 April 2017")), span(typed_date("until 1 April 2017"))
    assert (before.last, until.last) == (day("2017-03-31"), day("2017-04-01"))


@given(st.dates(date(1000, 1, 1), date(9999, 12, 31)))
def test_every_day_is_read_however_it_is_written(one: date) -> None:
    for written in (
        one.isoformat(),
        f"{one.day} {one:%B} {one.year}",
        f"{one:%B} {one.day}, {one.year}",
        f"{one.day:02}.{one.month:02}.{one.year}",
    ):
        assert typed_date(written) == one.isoformat()


_WORDS = st.sampled_from(
    ["between", "and", "from", "to", "before", "after", "и", "до", "с", "по", "2017", "20", "25",
     "feb", "мая", "spring", "?", "about", "end", "-", "night", "в", "xyz", "2017-02-20"]
)  # fmt: skip


@given(st.lists(_WORDS, max_size=8).map(" ".join) | st.text(max_size=60))
def test_anything_typed_gives_edtf_or_our_error(typed: str) -> None:
    try:
        found = typed_date(typed)
    except MalformedError:
        return
    assert not found or is_edtf(found)
    assert typed_date(found) == found
