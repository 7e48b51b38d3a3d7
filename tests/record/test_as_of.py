"""What must never change a figure: an entry or a saying of later, an echo, a judgement undone.

Records are made up at random; each property has a control that shows that it could fail.
"""

from datetime import timedelta
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from asylia.record import contents as c
from asylia.record.figures import Figures, figures
from asylia.record.reading import Entered, Record
from asylia.values import Day, date_of

from .world import ALICE, GROUND, claim, day, judge

START = day("2020-01-01")
DAYS = st.integers(0, 40).map(lambda n: Day(START + n))
TELLERS = st.lists(st.sampled_from(["org", "paper", ""]), min_size=1, max_size=3)
COUNTS = st.builds(
    lambda low, more: c.Count(min=low, max=None if more is None else (low or 0) + more),
    st.none() | st.integers(0, 9),
    st.none() | st.integers(0, 5),
)


@st.composite
def claims(draw: st.DrawFn, claim_id: str, said: Day | None = None) -> c.Claim:
    on = date_of(draw(DAYS) if said is None else said)
    return claim(
        claim_id,
        tellers=tuple(c.Teller(who=who) for who in draw(TELLERS)),
        property=draw(st.sampled_from(["killed", "detained"])),
        count=draw(COUNTS),
        said_on=on.isoformat(),
        facts=draw(st.sampled_from(["", "2019", "2019-12"])),
        series=draw(st.sampled_from(["", "", "line"])),
        perpetrator=draw(st.sampled_from(["not_stated", "police"])),
    )


@st.composite
def records(draw: st.DrawFn) -> list[Entered]:
    many = draw(st.integers(1, 6))
    entered = [Entered(one, START, ALICE) for one in GROUND]
    entered += [Entered(draw(claims(f"k{at}")), draw(DAYS), ALICE) for at in range(many)]
    pair = ("k0", f"k{many - 1}")
    if many > 1 and draw(st.booleans()):
        relation = draw(st.sampled_from(["same", "distinct", "part"]))
        decision = c.OverlapJudged(claim=pair[0], other=pair[1], relation=relation)
        entered.append(Entered(judge("j", decision), draw(DAYS), ALICE))
    return entered


def ask(entered: list[Entered], **asked: Any) -> Figures:
    ordered = sorted(entered, key=lambda one: one.entered_on)
    return figures(Record.of(ordered), as_of=asked.pop("as_of", Day(START + 100)), **asked)


@given(records(), DAYS, st.data())
def test_what_is_entered_later_never_changes_what_was_recorded(
    entered: list[Entered], on: Day, data: st.DataObject
) -> None:
    later = Day(on + data.draw(st.integers(1, 9)))
    more: list[c.Content] = [
        data.draw(claims("late")),
        judge("late-j", c.Choice(among=("k0", "late"), chosen="late")),
        c.Undo(id="late-u", of=data.draw(st.sampled_from(["k0", "j"])), reason="r", author="Heron"),
    ]
    before = ask(entered, as_recorded_on=on)
    grown = [*entered, *(Entered(one, later, ALICE) for one in more)]
    assert ask(grown, as_recorded_on=on) == before


@given(records(), DAYS)
def test_forgetting_alone_changes_what_was_recorded(entered: list[Entered], on: Day) -> None:
    seen = [one.content.id for one in entered if one.entered_on <= on]
    assume("k0" in seen)
    left = [one for one in entered if one.content.id != "k0"]
    before = ask(entered, as_recorded_on=on, as_of=Day(START + 100))
    after = ask(left, as_recorded_on=on, as_of=Day(START + 100))
    named = {one for rows in before.counts.values() for row in rows for one in row.claims}
    named |= {one for rows in before.series.values() for row in rows for one in row.claims}
    assert "k0" not in named or after != before


@given(records(), DAYS, st.data())
def test_what_is_said_later_never_changes_what_had_been_said(
    entered: list[Entered], on: Day, data: st.DataObject
) -> None:
    said = Day(on + data.draw(st.integers(1, 30)))
    late = Entered(data.draw(claims("late", said)), data.draw(DAYS), ALICE)
    assert ask([*entered, late], as_of=on) == ask(entered, as_of=on)
    told = ask([*entered, late], as_of=said)
    rows = [row for group in (told.counts, told.series) for rows in group.values() for row in rows]
    assert any("late" in row.claims for row in rows)  # the control: from that day on it counts


@given(records())
def test_repeating_is_not_confirming(entered: list[Entered]) -> None:
    (first,) = (one.content for one in entered if one.content.id == "k0")
    assert isinstance(first, c.Claim)
    echo = claim(
        "echo",
        **{
            name: getattr(first, name)
            for name in ("property", "count", "facts", "series", "perpetrator", "said_on")
        },
        tellers=(c.Teller(who="", as_given="another paper"), *first.tellers),
    )
    assert echo.lineage == first.lineage
    grown = [*entered, Entered(echo, Day(START + 50), ALICE)]
    before, after = _lines(ask(entered)), _lines(ask(grown))
    assert after == before
    other = c.Claim(**{**_fields(echo), "id": "new", "tellers": (c.Teller(who="somebody-new"),)})
    assert _lines(ask([*grown, Entered(other, Day(START + 50), ALICE)])) > before


def _fields(one: c.Claim) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__struct_fields__}


def _lines(found: Figures) -> int:
    """How many rows there are: one for each thing that one lineage says."""
    groups = (*found.counts.values(), *found.series.values())
    return sum(len(rows) for rows in groups)


@given(records(), st.data())
def test_a_judgement_that_was_undone_leaves_no_trace_in_the_figures(
    entered: list[Entered], data: st.DataObject
) -> None:
    decision = data.draw(
        st.sampled_from(
            [
                c.Choice(among=("k0",), chosen="k0"),
                c.Membership(member="k0", event="ev", verdict="does_not_belong"),
                c.Membership(member="apart", event="ev", verdict="belongs"),
                c.Grade(of="k0", source="B", information=2),
                c.Bearing(event="ev", element="attack_policy", item="k0", bears="for"),
            ]
        )
    )
    judged_on = data.draw(DAYS)
    judged = [*entered, Entered(judge("jj", decision), judged_on, ALICE)]
    undo = c.Undo(id="uu", of="jj", reason="hasty", author="Heron")
    undone = [*judged, Entered(undo, Day(judged_on + 1), ALICE)]
    assert ask(undone) == ask(entered)
    assert ask(undone, as_recorded_on=judged_on) == ask(judged, as_recorded_on=judged_on)


def test_a_judgement_in_force_does_change_them() -> None:
    entered = [Entered(one, START, ALICE) for one in (*GROUND, claim("k0"))]
    chosen = judge("jj", c.Choice(among=("k0",), chosen="k0"))
    assert ask([*entered, Entered(chosen, START, ALICE)]) != ask(entered)


@given(records(), DAYS, DAYS)
def test_a_later_day_shows_no_less(entered: list[Entered], one: Day, other: Day) -> None:
    early, late = sorted((one, other))

    def named(on: Day) -> set[str]:
        found = ask(entered, as_of=on)
        groups = (*found.counts.values(), *found.series.values())
        return {claim for rows in groups for row in rows for claim in row.claims}

    assert named(early) <= named(late)
    assert date_of(early) - date_of(late) <= timedelta(0)
