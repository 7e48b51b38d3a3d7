# ruff: noqa: E501 - tables of cases, one a line
"""KoBo and ODK submissions and Uwazi's CSV come in by a mapping."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asylia.errors import AsyliaError
from asylia.exchange.imports import Options, header_of, read_import
from asylia.exchange.json_items import objects
from asylia.exchange.numbers import typed_count
from asylia.exchange.report import Report
from asylia.record import contents as c

from .world import EMPTY

HEAD = """
source: {id: t1, kind: compilation, title: An invented form, language: en, said_on: 2031}
new_event: {id: e1, name: An invented day, kind: raid}
"""
SUBMISSIONS: list[dict[str, Any]] = [
    {"_id": 7, "__version__": "v", "formhub/uuid": "u", "deviceid": "SECRET", "_geolocation": [43.1, 45.2],
     "incident/day": "2031-04-03", "incident/what": 'Six were "taken" [so they say] {here}.', "incident/detained": 6,
     "about/ethnicity": "SECRET", "incident/gps": "43.1 45.2 0 0",
     "people": [{"people/what": "one man", "people/religion": "SECRET"}, {"people/what": "another"}]},
    {"_id": 8, "incident": {"day": "2031-04-04", "what": "Two were taken.", "detained": "2"}, "about": {"gender": "SECRET"},
     "where": {"type": "Point", "coordinates": [45.2, 43.1]}},
]  # fmt: skip
KOBO = (
    HEAD
    + """
columns: {_id: row, incident/day: facts, incident/what: words, incident/detained: count detained}
"""
)


def taken(
    tmp_path: Path, form: str, content: bytes, mapping: str
) -> tuple[dict[str, c.Content], Report]:
    (tmp_path / "given").write_bytes(content)
    (tmp_path / "m.yaml").write_text(mapping)
    report = Report()
    options = Options(mapping=tmp_path / "m.yaml")
    contents = read_import(tmp_path / "given", form, options, EMPTY, report).contents
    return {one.id: one for one in contents}, report


@pytest.mark.parametrize(
    "wrapped",
    [
        json.dumps,
        lambda rows: json.dumps({"count": 2, "next": None, "previous": None, "results": rows}, indent=2),
        lambda rows: json.dumps({"value": rows, "@odata.context": "https://x"}),
        lambda rows: "\n".join(json.dumps(row) for row in rows),
        lambda rows: "\ufeff" + json.dumps(rows, ensure_ascii=False),
    ],
)  # fmt: skip
def test_submissions_come_in_however_they_are_wrapped(wrapped: Any, tmp_path: Path) -> None:
    found, report = taken(tmp_path, "kobo", wrapped(SUBMISSIONS).encode(), KOBO)
    assert list(report.refused.told()) == []
    one, two = found["t1.1-detained"], found["t1.2-detained"]
    assert isinstance(one, c.Claim)
    assert isinstance(two, c.Claim)
    assert (one.words, one.facts, one.row) == (
        'Six were "taken" [so they say] {here}.',
        "2031-04-03",
        "7",
    )
    assert two.count == c.Count(min=2, max=2)
    assert set(report.never_kept) == {
        "deviceid", "_geolocation", "about/ethnicity", "about/gender", "incident/gps", "where/geolocation",
    }  # fmt: skip
    assert "SECRET" not in json.dumps(report.plain())
    assert any("“people” is not taken" in line for line in report.lost.told())


def test_the_entries_of_a_repeat_can_be_the_rows(tmp_path: Path) -> None:
    mapping = (
        HEAD
        + """
rows: people
columns: {_id: row, incident/day: facts, incident/what: drop, incident/detained: drop, people/what: words}
"""
    )
    found, report = taken(tmp_path, "kobo", json.dumps(SUBMISSIONS).encode(), mapping)
    words = [one.words for one in found.values() if isinstance(one, c.Claim)]
    assert words == ["one man", "another"]
    assert report.never_kept["people/religion"] == 1


BAD = {
    "a number": b"1", "a text": b'"x"', "numbers": b"[1,2]", "cut off": b'[{"a": "b"}, {"a"', "open text": b'[{"a": "b',
    "rubbish between": b'[{"a":1} x {"a":2}]', "rubbish before": b'x{"a":1}', "no value": b'[{"a":}]', "deep": b'[{"a":' * 40,
    "not UTF-8": b'[{"a":"\xff"}]', "lists": b"[[],[]]", "long": b'[{"a":"' + b"x" * (1 << 21) + b'"}]', "empty": b"",
    "a long name": b'[{"' + b"x" * 600 + b'":1}]',
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_submissions_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(AsyliaError):
        taken(tmp_path, "kobo", BAD[name], KOBO)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-999, 999) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
ROWS = st.lists(st.dictionaries(st.text(max_size=6), VALUES, max_size=4), max_size=6)


@settings(max_examples=30, deadline=None)
@given(rows=ROWS, indent=st.sampled_from([None, 1]), ascii_=st.booleans())
def test_objects_are_found_one_by_one_as_json_has_them(
    rows: list[Any], indent: int | None, ascii_: bool
) -> None:
    content = json.dumps(rows, indent=indent, ensure_ascii=ascii_).encode("utf-8", "surrogatepass")
    assert [row for _, row in objects(io.BytesIO(content))] == rows


UWAZI = """title,description__en,description__ru,period,tags,place_geolocation,date,religion
Raid,Six were taken.,Взяли шестерых.,2031/04/03:2031/04/05,a|b,43.1|45.2,2031/04/03,SECRET
Raid 2,Two were taken.,,2031/04/07:,c,,2031/04/07,
"""
UWAZI_MAP = (
    HEAD
    + """
dates: ymd
columns: {title: locator, description__en: words, description__ru: translation ru, period: facts, tags: drop, date: said_on}
"""
)


def test_uwazi_tables_come_in_with_ranges_and_languages(tmp_path: Path) -> None:
    found, report = taken(tmp_path, "uwazi", UWAZI.encode(), UWAZI_MAP)
    assert list(report.refused.told()) == []
    one, two = found["t1.1"], found["t1.2"]
    assert isinstance(one, c.Claim)
    assert isinstance(two, c.Claim)
    assert (one.facts, one.said_on, one.locator) == ("2031-04-03/2031-04-05", "2031-04-03", "Raid")
    assert two.facts == "2031-04-07/.."
    assert found["t1.1-ru"] == c.Translation(
        id="t1.1-ru", of="t1.1", language="ru", words="Взяли шестерых.", by=""
    )
    assert set(report.never_kept) == {"place_geolocation", "religion"}
    columns, _ = header_of(tmp_path / "given", "uwazi", Options())
    assert "religion" not in columns


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("6", (6, 6, False)), ("more than 100", (101, None, False)), ("> 100", (101, None, False)),
        ("более 100", (101, None, False)), ("at least 6", (6, None, False)), ("не менее 6", (6, None, False)),
        ("6+", (6, None, False)), ("about 60", (60, 60, True)), ("около 60", (60, 60, True)), ("~60", (60, 60, True)),
        ("3-5", (3, 5, False)), ("3 – 5", (3, 5, False)), ("от 3 до 5", (3, 5, False)), ("up to 5", (None, 5, False)),
        ("fewer than 5", (None, 4, False)), ("unknown", (None, None, False)), ("неизвестно", (None, None, False)),
    ],
)  # fmt: skip
def test_numbers_are_read_as_they_are_said(
    said: str, count: tuple[int | None, int | None, bool]
) -> None:
    found = typed_count(said)
    assert found is not None
    assert (found["min"], found["max"], found.get("about", False)) == count


@pytest.mark.parametrize(
    "said", ["", "many", "1,000", "1.5", "5-3", "six", "100 or 200", "-5", "1 000"]
)
def test_a_number_with_two_readings_is_none(said: str) -> None:
    assert typed_count(said) is None
