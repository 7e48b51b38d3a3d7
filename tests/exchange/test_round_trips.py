"""What leaves as a file of ours comes back as the same contents, whatever is in the texts."""

import io
from collections.abc import Callable, Iterator
from typing import BinaryIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asylia.exchange import csv_io, ftm_in, table, xlsx_in
from asylia.exchange.export import FORMATS
from asylia.exchange.formula import harmless, unmarked
from asylia.exchange.report import Report
from asylia.exchange.taking import Found
from asylia.record import contents as c

from .odd import claims, grounds
from .world import came_back, record_of, reference_case, told, whole


def table_of(
    read: Callable[[BinaryIO], table.Header],
) -> Callable[[BinaryIO, Report], Iterator[Found]]:
    def reading(file: BinaryIO, report: Report) -> Iterator[Found]:
        names, rows = read(file)
        kept, named = table.named(names, rows, report)
        return table.found(kept, named, report)

    return reading


READING = {
    "csv": table_of(csv_io.read),
    "xlsx": table_of(lambda file: xlsx_in.read(file, Report())),
    "ftm": ftm_in.found,
}


@pytest.mark.parametrize("form", READING)
def test_the_reference_case_comes_back_as_it_was(form: str) -> None:
    record = reference_case()
    report = Report()
    content = FORMATS[form](whole(record), report)
    found, after = came_back(content, READING[form])
    assert told(report) + told(after) == []
    assert found == {one.content.id: one.content for one in record.entered}


@pytest.mark.parametrize("form", READING)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ground=grounds(), one=claims())
def test_any_claim_comes_back_as_it_was(
    form: str, ground: tuple[c.Content, ...], one: c.Claim
) -> None:
    record = record_of(*ground, one)
    content = FORMATS[form](whole(record), Report())
    found, after = came_back(content, READING[form])
    assert told(after) == []
    stays = {"y1": c.Translation(id="y1", of="k0", language="ru", words=ground[-1].words, by="")}  # type: ignore[attr-defined]
    assert found == {one.content.id: one.content for one in record.entered} | stays


def test_a_change_in_the_file_is_a_change_in_the_record() -> None:
    content = FORMATS["csv"](whole(reference_case()), Report())
    changed = content.replace(b"more than 100 detained", b"more than 900 detained")
    assert changed != content
    found, _ = came_back(changed, READING["csv"])
    assert found["S1.1-detained"].words == "more than 900 detained"  # type: ignore[attr-defined]


@given(cell=st.text(max_size=30))
def test_no_cell_of_ours_is_a_formula(cell: str) -> None:
    out = harmless(cell)
    assert unmarked(out) == cell
    assert not out.startswith(tuple("=+@\t\r"))
    assert out[:1] != "-" or float(out) <= 0


def test_a_formula_is_marked_in_the_file() -> None:
    record = record_of(
        c.Organisation(id="o1", name='=HYPERLINK("http://evil.example","x")', kind="ngo"),
        c.Organisation(id="o2", name="-5.5", kind="ngo"),
    )
    content = FORMATS["csv"](whole(record), Report()).decode("utf-8-sig")
    assert "\"'=HYPERLINK(" in content
    assert '"-5.5"' in content
    assert ',"=' not in content


def test_what_a_file_of_ours_holds_already_is_passed_over() -> None:
    record = reference_case()
    content = FORMATS["csv"](whole(record), Report())
    found, report = came_back(content, READING["csv"], record)
    assert (found, report.already) == ({}, len(record.entered))
    other = content.replace(b"more than 100 detained", b"more than 900 detained")
    _, report = came_back(other, READING["csv"], record)
    assert list(report.refused.told()) == [
        f"line {number}: the record holds something else under this id"
        for number, line in enumerate(io.StringIO(other.decode()), 1)
        if "900 detained" in line
    ]
