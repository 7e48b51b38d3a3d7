"""Documented persons: by what, at least how many, what may be added; on the invented example."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest

from asylia import cli
from asylia.casework.deciders import Deciders
from asylia.casework.passing import REASONS
from asylia.cli.documented import ask, whole
from asylia.counts.dimensions import Counted, count
from asylia.counts.persons import Persons
from asylia.counts.tables import number
from asylia.record import contents as c
from asylia.record.reading import Entered, Record
from asylia.record.victims import VictimRow, Victims, victims

from .world import EXAMPLE, claim, day, judge

INVENTED = Path(__file__).resolve().parents[2] / "examples" / "documented"
LOADED = day("2026-01-01")


@pytest.fixture(scope="module")
def record() -> Record:
    return Record.from_folder(INVENTED, LOADED)


def also(record: Record, *contents: c.Content) -> Record:
    return Record.of((*record.entered, *(Entered(one, LOADED) for one in contents)))


def counted(record: Record, **asked: Any) -> tuple[Victims, Counted]:
    found = victims(record, **{"as_of": day("2021-12-31"), **asked})
    return found, count(found.rows, found.sameness)


def lines(found: Counted, by: str) -> dict[str, tuple[int | None, int]]:
    table = next(one for one in found.tables if one.by == by)
    told = {line.key: (line.number.minimum, line.number.most) for line in table.lines}
    return told | ({"": (table.untold.minimum, table.untold.most)} if table.untold else {})


def adds_up(found: Counted, by: str) -> bool:
    return next(one for one in found.tables if one.by == by).adds_up


def test_the_invented_example_gives_the_numbers_that_its_head_tells(record: Record) -> None:
    _, found = counted(record)
    assert (found.whole.minimum, found.whole.most) == (3, 4)
    assert lines(found, "violation") == {"detention": (3, 4), "torture": (2, 2)}
    assert lines(found, "place") == {"reed": (2, 3), "alder": (1, 2), "birch": (1, 1), "": (1, 1)}
    assert lines(found, "month") == {"2021-03": (1, 2), "2021-04": (1, 1), "": (1, 1)}
    assert lines(found, "unit") == {
        "regiment": (2, 2), "first-company": (1, 1), "second-company": (1, 1), "": (2, 2),
    }  # fmt: skip
    assert lines(found, "information") == {"1": (1, 1), "2": (2, 2), "3": (2, 3), "": (1, 1)}
    assert lines(found, "reliability") == {"A": (1, 1), "B": (2, 2), "C": (2, 3), "": (1, 1)}
    assert {one.by for one in found.tables if one.adds_up} == {"month"}


def test_each_number_opens_to_persons_their_records_and_claims(record: Record) -> None:
    _, found = counted(record)
    assert [(one.groups, set(one.claims)) for one in found.whole.persons] == [
        ((("PA-001",), ("PA-002",)), {"K1", "K2", "K6"}),
        ((("PA-003", "PA-004"),), {"K3", "K4", "K7", "K8"}),
        ((("PA-005",),), {"K5"}),
    ]


def test_what_had_not_been_said_or_entered_by_then_is_not_counted(record: Record) -> None:
    _, before_the_diary = counted(record, as_of=day("2021-06-30"))
    assert (before_the_diary.whole.minimum, before_the_diary.whole.most) == (3, 3)
    assert lines(before_the_diary, "violation") == {"detention": (3, 3), "torture": (1, 1)}
    _, before_loading = counted(record, as_recorded_on=day("2025-12-31"))
    assert before_loading.whole.minimum == 0


def test_a_judgement_decides_and_the_numbers_follow(record: Record) -> None:
    two = judge("j-two", c.Sameness(ids=("PA-001", "PA-002"), verdict="distinct"))
    undone = c.Undo(id="u", of="J2", reason="read again", author="Heron")
    _, apart = counted(also(record, two, undone))
    assert (apart.whole.minimum, apart.whole.most) == (4, 4)
    one = judge("j-one", c.Sameness(ids=("PA-001", "PA-002"), verdict="same"))
    _, joined = counted(also(record, one, undone))
    assert (joined.whole.minimum, joined.whole.most) == (3, 3)
    found, both = counted(also(record, one, two, undone))
    assert (both.whole.minimum, both.whole.most) == (3, 4)
    assert [set(one) for one in found.contradictions] == [{"j-one", "j-two"}]


def test_who_decided_is_told_by_role_and_day_and_as_recorded_by_a_day(record: Record) -> None:
    later = day("2026-02-01")
    passed = c.Judgement(
        id="j-passed", decision=c.Sameness(ids=("PA-001", "PA-005"), verdict="distinct"),
        reason=REASONS["settled"], author="Heron",
    )  # fmt: skip
    grown = Record.of((*record.entered, Entered(passed, later)))
    keys = ("PA-001", "PA-002")
    (undecided,) = Deciders(grown).of(keys)
    assert (undecided.verdict, undecided.by, undecided.on) == ("not_known", "judged", LOADED)
    _, apart = Deciders(grown).of(keys, among=("PA-005",))
    assert (apart.verdict, apart.by, apart.on) == ("distinct", "settled", later)
    assert "Heron" not in repr(apart)
    before = grown.recorded_by(LOADED)
    assert Deciders(before).of(keys, among=("PA-005",)) == (undecided,)
    gone = c.Undo(id="u2", of="j-passed", reason="no longer", author="Heron")
    undone = Record.of((*grown.entered, Entered(gone, later)))
    assert Deciders(undone).of(keys, among=("PA-005",)) == (undecided,)


def test_by_way_of_somebody_who_is_in_no_row_two_are_one(record: Record) -> None:
    stranger = c.Person(id="PA-009", pseudonym="PA-009")
    ways = [
        judge(f"w{n}", c.Sameness(ids=(one, "PA-009"), verdict="same"))
        for n, one in enumerate(("PA-003", "PA-005"))
    ]
    _, found = counted(also(record, stranger, *ways))
    assert (found.whole.minimum, found.whole.most) == (2, 3)


def test_a_claim_graded_twice_differently_is_not_graded_and_is_named(record: Record) -> None:
    again = judge("g2", c.Grade(of="K3", source="D", information=4))
    found, twice = counted(also(record, again))
    assert found.grades_apart == ("K3",)
    assert lines(twice, "information") == {"2": (1, 1), "3": (2, 3), "": (1, 1)}
    cannot = judge("g3", c.Grade(of="K5", source="F", information=6))
    _, unjudged = counted(also(record, cannot))
    assert lines(unjudged, "information")[""] == (1, 1)


def test_a_place_finer_than_a_settlement_is_shown_as_what_lies_around_it(record: Record) -> None:
    house = c.Place(
        id="house", names=(c.Name(text="a house", language="en"),), precision="building",
        within="birch",
    )  # fmt: skip
    told = c.Claim(
        id="K20", source="cards", words="held in a house", tellers=(c.Teller(who="heron"),),
        subject="PA-005", property="detained", event="mill", said_on="2021-06-01", place="house",
        count=c.Count(min=1, max=1), facts="2021-03~",
    )  # fmt: skip
    _, found = counted(also(record, house, told))
    assert lines(found, "place") == {"reed": (3, 4), "alder": (1, 2), "birch": (2, 2)}
    assert lines(found, "month")[""] == (1, 1), "about March is not told to a month"


def test_an_act_that_a_claim_can_be_about_is_one_or_none(record: Record) -> None:
    second = c.Act(
        id="held-1b", event="mill", violation="detention", victim="PA-001", place="birch"
    )
    _, found = counted(also(record, second))
    assert "first-company" not in lines(found, "unit")
    onlooker = c.Act(
        id="held-5", event="mill", violation="detention", victim="PA-005",
        perpetrators=(c.Involved(kind="military", role="was_present", who="second-company"),),
    )  # fmt: skip
    _, seen = counted(also(record, onlooker))
    assert lines(seen, "unit")["second-company"] == (1, 1)


def test_numbers_may_be_added_only_where_nobody_can_stand_in_two(record: Record) -> None:
    _, found = counted(record)
    assert adds_up(found, "month")
    parts = [one for one in lines(found, "month").values() if one[0] is not None]
    assert sum(least for least, _ in parts if least) == found.whole.minimum
    maybe = judge("m", c.Sameness(ids=("PA-002", "PA-003"), verdict="not_known"))
    _, crossing = counted(also(record, maybe))
    assert not adds_up(crossing, "month")
    assert crossing.whole.minimum == 2


def test_where_judgements_make_it_too_hard_it_says_so() -> None:
    keys = [f"p{n:02}" for n in range(60)]
    chain = [(one, other, "not_known") for one, other in pairwise(keys)]
    apart = [(one, other, "distinct") for n, one in enumerate(keys) for other in keys[n + 2 :]]
    rows = [VictimRow(claim=f"k{one}", victim=one, act="a", event="e", lineage="l") for one in keys]
    hard = number(rows, Persons(keys, [*chain, *apart]))
    assert (hard.minimum, hard.most) == (None, 60)
    assert hard.refused is not None
    assert number(rows, Persons(keys, chain)).minimum == 1


def test_the_reference_case_documents_nobody_one_by_one_and_adds_nothing() -> None:
    record = Record.from_folder(EXAMPLE, LOADED)
    found, counted_ = counted(record, as_of=day("2017-12-31"))
    assert (counted_.whole.minimum, counted_.whole.most) == (0, 0)
    killing = next(one for one in found.numbers if one.act == "killing")
    assert {"network", "novaya-gazeta"} <= set(killing.lineages)
    assert {"S1.2-killed", "S1.9-teenager", "O1-killed", "O3-confirmed", "O7-killed"} <= set(
        killing.claims
    )
    early, _ = counted(record, as_of=day("2017-04-05"))
    (detained,) = [one for one in early.numbers if one.act == "detention"]
    assert set(detained.claims) == {"O1-detained", "O3-detained"}
    assert not any("27" in claim for one in found.numbers for claim in one.claims)


def run(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert cli.run(["documented", *options]) == 0
    return capsys.readouterr().out


def test_the_command_prints_what_the_library_counts(capsys: pytest.CaptureFixture[str]) -> None:
    until = ("--as-of", "2021-12-31")
    told = json.loads(run(capsys, str(INVENTED), *until, "--json"))["documented"]
    _, asked = ask(INVENTED, as_of="2021-12-31")
    found = count(asked.rows, asked.sameness)
    assert told.pop("sameness") == [
        {"ids": ["PA-001", "PA-002"], "verdict": "not_known", "by": "judged", "on": ANY},
        {"ids": ["PA-003", "PA-004"], "verdict": "same", "by": "judged", "on": ANY},
    ]
    assert told == whole(asked, found)
    assert told["by"]["month"]["adds_up"]
    assert told["told_as_numbers"] == [
        {"violation": "killing", "lineages": ["heron"], "claims": ["K10"]}
    ]
    shown = run(capsys, str(INVENTED), *until, "--by", "unit", "--open")
    assert "First company of the invented regiment" in shown
    assert "PA-001: K1" in shown
    assert "PA-001, or PA-002: K1, K6, K2" in run(capsys, str(INVENTED), *until, "--open")
    assert "Alder" not in shown
    only = run(capsys, str(INVENTED), *until, "--violation", "torture")
    assert "Distinct persons that one can point at: at least 2." in only
    nobody = run(capsys, str(EXAMPLE), "--as-of", "2017-12-31")
    assert "Nobody is documented one by one" in nobody
    assert "O7-killed" in nobody


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--as-of", "soon"], 64),
        (["--by", "motive"], 64),
        (["--violation", "unheard_of"], 66),
        (["--event", "absent"], 66),
    ],
)
def test_what_cannot_be_asked_is_refused(options: list[str], code: int) -> None:
    assert cli.run(["documented", str(INVENTED), *options]) == code


def test_all_of_it_is_told_in_the_language_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    folder = ["documented", str(INVENTED), "--as-of", "2021-12-31"]
    assert cli.run([*folder, "--language", "ru", "--open"]) == 0
    told = capsys.readouterr().out
    assert "Разных людей, на которых можно указать: не менее 3" in told
    assert "март 2021" in told
    assert "не оценено" in told
    ours = ("at least", "may be", "Documented", "etention", "better", "not told", "Not to", "alone")
    assert [one for one in ours if one in told] == []
    assert cli.run([*folder, "--language", "ru", "--json"]) == 0
    one = json.loads(capsys.readouterr().out)["documented"]["by"]["place"]
    assert one["why_not"][0] == "одни из этих чисел входят в другие"
    assert one["why_not_codes"][0] == "within_each_other"
    assert cli.run([*folder, "--language", "ru", "--violation", "none"]) == 66
    assert "такого нарушения нет" in capsys.readouterr().err
    assert cli.run(["documented", str(INVENTED), "--as-of", "31.12.2021", "--language", "ru"]) == 64
    assert "--as-of — это не день" in capsys.readouterr().err


def test_what_a_unit_was_part_of_counts_where_that_is_surely_told_of_those_days(
    record: Record,
) -> None:
    """The regiment was one of a division's for some years, as one teller says later."""

    def told(claim_id: str, facts: str, **fields: Any) -> c.Claim:
        plain = {"subject": "regiment", "property": "unit_of", "value": "division", "event": ""}
        return claim(claim_id, **{**plain, "facts": facts, "said_on": "2021-06-01", **fields})

    def under(*claims: c.Claim, **asked: Any) -> tuple[int | None, int] | None:
        _, found = counted(also(record, DIVISION, *claims), **asked)
        return lines(found, "unit").get("division")

    assert under() is None
    assert under(told("D1", "2020-01-01/2021-12-31")) == (1, 1)  # one act has days of its own
    assert under(told("D1", "2020-01-01/2021-12-31"), as_of=day("2021-05-31")) is None
    assert under(told("D1", "2021")) is None  # of no one day surely
    assert under(told("D1", "2022-01-01/2022-12-31")) is None
    assert under(told("D1", "2020-01-01/2021-12-31", polarity="denies")) is None
    ring = told("D2", "2020-01-01/2021-12-31", subject="division", value="regiment")
    assert under(told("D1", "2020-01-01/2021-12-31"), ring) == (1, 1)


DIVISION = c.Organisation(id="division", name="The invented division", kind="unit")
