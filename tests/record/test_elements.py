"""The elements table: what tells for, what against, and the gaps."""

from typing import Any

import pytest

from asylia.errors import NotFoundError
from asylia.record import contents as c
from asylia.record.elements import ElementRow, elements
from asylia.record.reading import Record

from .world import GROUND, claim, day, judge, record_of, reference_case

PHOTO = c.Exhibit(
    id="photo", kind="photograph", description="a room", media_type="image/png", size=1,
    sha256=bytes(32),
)  # fmt: skip


def bears(judgement: str, item: str, **fields: Any) -> c.Judgement:
    plain: dict[str, Any] = {"event": "ev", "element": "killing_caused_death", "bears": "for"}
    return judge(judgement, c.Bearing(item=item, **{**plain, **fields}))


def table(*more: c.Content, on: str = "2026-02-01", **asked: Any) -> dict[str, ElementRow]:
    record = record_of([*GROUND, claim("k1"), PHOTO, *more])
    return {one.element: one for one in elements(record, "ev", as_of=day(on), **asked)}


def test_for_and_against_stand_with_their_reasons() -> None:
    against = bears("j2", "photo", bears="against")
    row = table(bears("j1", "k1"), against)["killing_caused_death"]
    (for_it,), (against_it,) = row.tells_for, row.tells_against
    assert (for_it.id, for_it.judgement, for_it.reason) == ("k1", "j1", "looked at both")
    assert (against_it.id, row.article[:7], row.under) == ("photo", "7(1)(a)", "killing")
    assert not row.is_gap


def test_an_element_with_nothing_for_it_is_a_gap_whatever_tells_against() -> None:
    assert table()["killing_caused_death"].is_gap
    assert table(bears("j", "k1", bears="against"))["killing_caused_death"].is_gap
    assert not table(bears("j", "k1"))["killing_caused_death"].is_gap


def test_elements_are_those_of_what_was_done_and_of_every_such_crime() -> None:
    assert {one.under for one in table().values()} == {"", "killing"}
    act = c.Act(id="a", event="ev", violation="torture", victim="g")
    assert {one.under for one in table(act).values()} == {"", "killing", "torture"}
    other = c.Act(id="a", event="apart", violation="torture", victim="g")
    assert "torture_custody" not in table(other)
    assert "torture_custody" in table(bears("j", "k1", element="torture_custody"))


def test_what_was_taken_back_stays_in_sight_and_fills_no_gap() -> None:
    undo = c.Undo(id="u", of="k1", reason="mistyped", author="Heron")
    row = table(bears("j1", "k1"), undo)["killing_caused_death"]
    assert [one.stands for one in row.tells_for] == [False]
    assert row.is_gap


def test_a_judgement_that_was_undone_sorts_nothing() -> None:
    undo = c.Undo(id="u", of="j1", reason="hasty", author="Heron")
    assert table(bears("j1", "k1"), undo)["killing_caused_death"].tells_for == ()


def test_one_item_on_both_sides_is_disputed() -> None:
    row = table(bears("j1", "k1"), bears("j2", "k1", bears="against"))["killing_caused_death"]
    assert row.disputed == ("k1",)
    assert table(bears("j1", "k1"))["killing_caused_death"].disputed == ()


def test_of_another_event_only_once_it_is_judged_to_belong() -> None:
    there = bears("j1", "k1", event="apart")
    assert table(there)["killing_caused_death"].is_gap
    belongs = judge("j9", c.Membership(member="apart", event="ev", verdict="belongs"))
    assert not table(there, belongs)["killing_caused_death"].is_gap


def test_as_of_and_as_recorded_on() -> None:
    assert "killing_caused_death" not in table(bears("j1", "k1"), on="2019-12-31")
    assert not table(bears("j1", "k1"), on="2020-01-01")["killing_caused_death"].is_gap
    with pytest.raises(NotFoundError):
        table(bears("j1", "k1"), as_recorded_on=day("2025-12-31"))


def test_the_reference_case_has_gaps_and_says_so() -> None:
    record: Record = reference_case()
    rows = elements(record, "purge-2017", as_of=day("2018-12-31"))
    assert {"", "killing", "detention", "torture", "persecution"} <= {one.under for one in rows}
    assert all(one.is_gap for one in rows)  # nobody has sorted anything yet
