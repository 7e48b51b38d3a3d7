"""Days and dates as people write them, in both languages, and the order of what was told."""

from pathlib import Path

import pytest

from asylia.desk.days import in_words, spoken
from asylia.record.scope import told_order
from asylia.values import Day


@pytest.mark.parametrize(
    ("edtf", "english", "russian"),
    [
        ("2017-07-01/2017-07-10", "1–10 July 2017", "1–10 июля 2017"),
        ("2017-04-18/2017-07-06", "18 April – 6 July 2017", "18 апреля – 6 июля 2017"),
        ("2017-12-28/2018-01-03", "28 December 2017 – 3 January 2018",
         "28 декабря 2017 – 3 января 2018"),
        ("2017-04/2017-05", "April – May 2017", "апрель – май 2017"),
        ("2017-04-01", "1 April 2017", "1 апреля 2017"),
        ("2017-04", "April 2017", "апрель 2017"),
        ("2017", "2017", "2017"),
        ("2017-06~", "about June 2017", "июнь 2017, примерно"),
        ("2017?", "perhaps 2017", "2017, возможно"),
        ("2017%", "perhaps about 2017", "2017, примерно, возможно"),
        ("2017-02/..", "February 2017 or later", "февраль 2017 или позже"),
        ("../2017", "2017 or before", "2017 или раньше"),
        ("2017-1X", "2017-1X", "2017-1X"),
        ("2017-21", "2017-21", "2017-21"),
        ("2017-02-30", "2017-02-30", "2017-02-30"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_a_date_is_written_as_people_write_it(edtf: str, english: str, russian: str) -> None:
    assert (spoken(edtf, "en"), spoken(edtf, "ru")) == (english, russian)


def test_a_day_of_our_own_is_written_alike() -> None:
    assert in_words(Day(20_000), "en") == "4 October 2024"
    assert in_words(None, "ru") == ""


def test_what_was_told_goes_by_the_last_day_it_allows_and_undated_is_last() -> None:
    told = ["", "2017-07-01/2017-07-10", "2017-04-01", "2017-04", "2017-04-01/.."]
    assert sorted(told, key=told_order) == [
        "2017-04-01", "2017-04", "2017-07-01/2017-07-10", "2017-04-01/..", "",
    ]  # fmt: skip


def test_no_page_shows_a_date_raw() -> None:
    folder = Path(__file__).parents[2] / "src" / "asylia" / "desk" / "templates"
    for page in folder.glob("*.html"):
        for raw in ("said_on }}", "known_from }}", "one.on }}", ".facts }}", "said_on)"):
            assert raw not in page.read_text("utf-8"), page.name
