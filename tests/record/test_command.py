"""Who commanded a unit on a day, according to whom."""

from typing import Any

import pytest

from asylia.record import contents as c
from asylia.record.command import Command, commanders
from asylia.record.reading import Record

from .world import GROUND, claim, day, judge, record_of

UNITS = tuple(
    c.Organisation(id=one, name=f"Invented {one}", kind="unit")
    for one in ("squad", "regiment", "ministry", "squad-again")
)
PEOPLE = tuple(c.Official(id=one, name="", office=one) for one in ("captain", "major", "minister"))


def told(claim_id: str, prop: str, subject: str, value: str, facts: str, **more: Any) -> c.Claim:
    return claim(
        claim_id, property=prop, subject=subject, value=value, facts=facts, count=None, **more
    )


CLAIMS = (
    told("c1", "commands", "captain", "squad", "2017-01-10/2017-06-30"),
    told("c2", "commands", "major", "regiment", "2016/2018", tellers=(c.Teller(who="paper"),)),
    told("u1", "unit_of", "squad", "regiment", "2015/.."),
    told("u2", "unit_of", "regiment", "ministry", "2015/2016"),
    told("c3", "commands", "minister", "ministry", ""),
)


def world(*more: c.Content) -> Record:
    return record_of([*GROUND, *UNITS, *PEOPLE, *CLAIMS, *more])


def found(record: Record, on: str, unit: str = "squad", **asked: Any) -> dict[str, Command]:
    return {one.who: one for one in commanders(record, unit, day(on), **asked)}


def test_the_nearest_comes_first_and_each_opens_to_its_claims_and_lineage() -> None:
    near, above = commanders(world(), "squad", day("2017-03-01"))
    assert (near.who, near.claim, near.lineage, near.through) == ("captain", "c1", "org", ())
    assert (above.who, above.unit, above.lineage) == ("major", "regiment", "paper")
    assert above.through == ("u1",)


@pytest.mark.parametrize(
    ("on", "holds"),
    [
        ("2017-01-09", None),
        ("2017-01-10", "told"),
        ("2017-06-30", "told"),
        ("2017-07-01", None),
    ],
)
def test_a_day_outside_the_interval_is_not_told(on: str, holds: str | None) -> None:
    one = found(world(), on).get("captain")
    assert (one and one.holds) == holds


@pytest.mark.parametrize(
    ("facts", "holds"),
    [
        ("2017", "possible"),  # some time in 2017, not every day of it
        ("2017-03-01", "told"),
        ("2017-03/2017-05", "possible"),  # it may have begun on any day of March
        ("2017-02/2017-04", "told"),
        ("../2017-04", "told"),
        ("2017-02~/2017-04", "possible"),
        ("[2017-02-20..2017-03-05]", "possible"),
        ("", "no_date"),
        ("2016", None),
    ],
)
def test_how_sure_a_day_is_follows_from_the_words(facts: str, holds: str | None) -> None:
    record = record_of([*GROUND, *UNITS, *PEOPLE, told("c", "commands", "major", "squad", facts)])
    one = found(record, "2017-03-01").get("major")
    assert (one and one.holds) == holds


def test_a_unit_is_under_another_only_while_a_claim_says_so() -> None:
    assert set(found(world(), "2016-03-01")) == {"major", "minister"}
    assert set(found(world(), "2017-03-01")) == {"captain", "major"}
    denied = told("u3", "unit_of", "regiment", "ministry", "2017/2018", polarity="denies")
    assert "minister" not in found(world(denied), "2017-03-01")


def test_a_denial_and_a_recantation_are_shown_and_hide_nothing() -> None:
    denial = told("c4", "commands", "captain", "squad", "2017", polarity="denies")
    back = claim("r", property="account", value="no", count=None, recants=c.Recants(claim="c1"))
    every = commanders(world(denial, back), "squad", day("2017-03-01"))
    assert {one.claim: (one.polarity, one.recanted_by) for one in every} == {
        "c1": ("asserts", ("r",)),
        "c2": ("asserts", ()),
        "c4": ("denies", ()),
    }


def test_what_was_taken_back_or_said_or_entered_later_is_not_told() -> None:
    undo = c.Undo(id="x", of="c1", reason="mistyped", author="Heron")
    assert "captain" not in found(world(undo), "2017-03-01")
    assert found(world(), "2017-03-01", as_of=day("2019-12-31")) == {}
    assert found(world(), "2017-03-01", as_recorded_on=day("2025-12-31")) == {}
    assert "captain" in found(world(), "2017-03-01", as_of=day("2020-01-01"))


def test_two_names_of_one_unit_are_one_once_somebody_judged_so() -> None:
    other = told("c5", "commands", "minister", "squad-again", "2017-03-01")
    assert "minister" not in found(world(other), "2017-03-01")
    same = judge("j", c.Sameness(ids=("squad", "squad-again"), verdict="same"))
    assert "minister" in found(world(other, same), "2017-03-01")


def test_units_that_are_each_other_s_units_end() -> None:
    ring = told("u9", "unit_of", "regiment", "squad", "2015/..")
    assert set(found(world(ring), "2017-03-01")) == {"captain", "major"}
