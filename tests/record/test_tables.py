"""Tables of a total: each adds up by itself; repeats are compared cell by cell."""

from typing import Any

import msgspec

from asylia.record import contents as c
from asylia.record.figures import Figures
from asylia.record.forms import NOT_STATED
from asylia.record.reading import Record
from asylia.record.rows import Row, values_apart

from .world import GROUND, claim, record_of, said

PLACES = tuple(
    c.Place(id=one, names=(c.Name(text=one, language="en"),), precision="region")
    for one in ("north", "south")
)
GROUPS = tuple(
    c.Group(id=one, what="persons", description=f"invented {one}", within="ev")
    for one in ("adults", "minors")
)


def asked(*claims: c.Claim) -> Figures:
    return said(told(*claims), "2025-01-01")


def told(*claims: c.Claim) -> Record:
    return record_of((*GROUND, *PLACES, *GROUPS, *claims))


def kinds(*claims: c.Claim) -> list[str]:
    return [flag.kind for flag in asked(*claims).flags]


def exactly(number: int) -> c.Count:
    return c.Count(min=number, max=number)


def total(claim_id: str, **fields: Any) -> c.Claim:
    return claim(claim_id, **{"count": exactly(10), "facts": "2019", **fields})


def cell(claim_id: str, of: str, number: int, **fields: Any) -> c.Claim:
    return claim(claim_id, part_of=of, count=exactly(number), **fields)


BY_PLACE = (
    total("p", locator="by place"),
    cell("p1", "p", 7, place="north"),
    cell("p2", "p", 3, place="south"),
)
BY_AGE = (
    total("a", locator="by age"),
    cell("a1", "a", 8, subject="adults"),
    cell("a2", "a", 2, subject="minors"),
)


def test_each_table_of_a_total_adds_up_by_itself() -> None:
    found = asked(*BY_PLACE, *BY_AGE)
    (row,) = found.counts["killed"]
    assert [(one.total, one.locator) for one in row.tables] == [("p", "by place"), ("a", "by age")]
    assert [[part.min for part in row.parts_in(one)] for one in row.tables] == [[7, 3], [8, 2]]
    assert [part.place for part in row.parts] == ["north", "south", "", ""]
    assert [part.subject for part in row.parts] == ["ev", "ev", "adults", "minors"]
    assert found.flags == ()


def test_a_cell_too_many_in_one_table_is_flagged_with_that_table() -> None:
    wrong = (*BY_PLACE[:2], cell("p2", "p", 4, place="south"))
    (flag,) = asked(*wrong, *BY_AGE).flags
    assert flag.kind == "parts_do_not_add_up"
    assert flag.claims == ("p", "p1", "p2")
    assert "by place, add up to 11" in flag.text


def test_what_one_table_leaves_out_the_other_does_not_make_up() -> None:
    assert kinds(*BY_PLACE[:2], *BY_AGE) == ["parts_do_not_add_up"]
    said_so = total("p", parts=c.PartsTold(complete="no"))
    assert kinds(said_so, *BY_PLACE[1:2], *BY_AGE) == []


def test_a_table_that_is_repeated_is_not_counted_twice() -> None:
    again = (
        total("q", tellers=(c.Teller(who="paper"), c.Teller(who="org"))),
        cell("q1", "q", 7, place="north"),
        cell("q2", "q", 3, place="south"),
    )
    found = asked(*BY_PLACE, *again)
    assert found.flags == ()
    assert len(found.counts["killed"]) == 1


def repeated(north: int, **fields: Any) -> list[str]:
    other = {"parts": c.PartsTold(complete="no"), **fields}
    return kinds(*BY_PLACE, total("q", **other), cell("q1", "q", north, place="north"))


def test_one_cell_with_two_numbers_is_flagged() -> None:
    assert repeated(7) == []
    assert repeated(9) == ["cells_apart"]
    assert repeated(9, count=c.Count(min=10)) == ["cells_apart"]  # "at least 10" may be the same 10
    assert "cells_apart" not in repeated(9, tellers=(c.Teller(who="paper"),))  # another lineage
    assert "cells_apart" not in repeated(9, facts="2018")
    assert "cells_apart" not in repeated(9, count=exactly(12))  # the total is another too


def test_parts_that_nothing_tells_apart_are_not_compared() -> None:
    first = (total("p"), cell("p1", "p", 6), cell("p2", "p", 4))
    again = (total("q"), cell("q1", "q", 4), cell("q2", "q", 6))
    assert kinds(*first, *again) == []
    doubled = (total("q"), cell("q1", "q", 4, place="north"), cell("q2", "q", 6, place="north"))
    assert kinds(*BY_PLACE, *doubled) == []  # two of one cell: which of them is it?


def test_a_part_of_a_part_stays_within_its_series() -> None:
    top = total("s", series="run", parts=c.PartsTold(complete="no"))
    inner = (cell("s1", "s", 6, subject="minors"), cell("s2", "s1", 5, place="north"))
    found = asked(top, *inner, cell("s3", "s2", 9))
    assert found.counts["killed"] == ()
    (row,) = found.series["run"]
    assert row.parts[0].parts[0].parts[0].claims == ("s3",)
    assert {flag.claims for flag in found.flags} == {("s1", "s2"), ("s2", "s3")}


def test_a_ring_below_a_series_ends() -> None:
    ring = (cell("x", "y", 1), cell("y", "x", 2), cell("z", "x", 3))
    found = asked(total("s", series="run"), *ring)
    assert len(found.counts["killed"]) == 3
    assert list(found.series) == ["run"]


def test_what_is_told_of_another_place_or_time_is_no_repetition() -> None:
    north, south = claim("n", place="north"), claim("s", place="south")
    assert [row.claims for row in asked(north, south).counts["killed"]] == [("n",), ("s",)]
    may, june = claim("n", facts="2019-05"), claim("s", facts="2019-06")
    assert [row.claims for row in asked(may, june).counts["killed"]] == [("n",), ("s",)]
    again = claim("t", place="north")
    assert [row.claims for row in asked(north, again).counts["killed"]] == [("n", "t")]


def test_what_is_told_of_another_place_or_time_is_no_contradiction() -> None:
    def apart(**other: str) -> bool:
        here = claim("n", place="north", facts="2019-05")
        fields = {"place": "north", "facts": "2019-05", **other}
        return "values_apart" in kinds(here, claim("s", count=exactly(20), **fields))

    assert apart()
    assert apart(facts="")
    assert not apart(place="south")
    assert not apart(place="")
    assert not apart(facts="2019-06")


def revised(number: int, **fields: Any) -> list[str]:
    later = {"said_on": "2021", "series": "run", "facts": "2019", **fields}
    return kinds(total("k", series="run"), claim("l", count=exactly(number), **later))


def test_a_number_that_its_teller_gives_anew_of_the_same_time_is_flagged() -> None:
    assert revised(12) == ["revised"]
    assert revised(9) == ["series_falls", "revised"]
    assert revised(10) == []
    assert revised(12, facts="2020") == []
    assert revised(12, tellers=(c.Teller(who="paper"),)) == []


def test_values_apart_come_in_the_order_of_their_rows() -> None:
    base = {
        "words": "", "perpetrator": NOT_STATED, "lineage": "l", "overlap": None, "claims": (),
        "about": False, "property": "detained", "certainty": "reports", "polarity": "asserts",
        "motive": NOT_STATED, "said_on": "", "at": "", "known_from": "", "overlaps": (),
        "parts": (), "complete": None, "complete_words": "", "part_of": "", "subject": "",
        "facts": "", "tables": (), "event": "e1",
    }  # fmt: skip
    rows = [
        msgspec.convert({**base, "place": place, "min": count, "max": count}, Row)
        for count, place in ((1, "b"), (2, "a"), (3, "b"), (1, "a"), (3, "b"), (9, "c"))
    ]
    numbers = [(rows.index(one), other.max) for one, other in values_apart(rows)]
    assert numbers == [(0, 3), (0, 3), (1, 1)]
