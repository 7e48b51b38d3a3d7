"""The real input: every row of the example is a claim, and the figures that come out are these."""

import re
from pathlib import Path

import pytest

from asylia.counts.summary import summary
from asylia.record import contents as c
from asylia.record.reading import Entered, Record
from asylia.record.rows import Row
from asylia.wire import encode

from .world import EXAMPLE, LOADED, day, judge, reference_case, said

ROWS = [f"S1.{n}" for n in range(1, 16)] + [f"O{n}" for n in range(1, 32)]


@pytest.fixture(scope="module")
def record() -> Record:
    return reference_case()


def pick(row: Row) -> tuple[int | None, int | None, str, str]:
    return row.min, row.max, row.perpetrator, row.lineage


@pytest.mark.parametrize("row", ROWS)
def test_each_row_of_the_example_has_a_claim(record: Record, row: str) -> None:
    assert [claim.id for claim in record.claims if claim.row == row]


def test_no_claim_comes_from_a_row_that_the_example_does_not_have(record: Record) -> None:
    assert {claim.row for claim in record.claims} == set(ROWS)


def test_every_content_has_the_round_trip(record: Record) -> None:
    for one in record.entered:
        assert c.decode_content(encode(one.content)) == one.content


def test_no_private_person_is_in_it(record: Record) -> None:
    assert record.all(c.Person) == ()
    assert all(not claim.persons for claim in record.claims)


def test_s1_says_exactly_this(record: Record) -> None:
    found = said(record, "2017-07-31", source="S1").plain()
    for name in ("detained", "tortured"):
        (row,) = found[name]
        assert (row["min"], row["max"]) == (101, None)
        assert row["perpetrator"] == "state_authorities"
        assert row["lineage"] == "network"
        assert "more than 100" in row["words"]
        assert row["claims"] == [f"S1.1-{name}"]
    six, relatives = found["killed"]
    assert (six["min"], six["max"], six["perpetrator"]) == (6, None, "not_stated")
    assert (relatives["min"], relatives["max"]) == (None, None)
    assert relatives["perpetrator"] == "relatives"
    assert relatives["overlap"] == six["overlap"] == "not_known"
    (teenager,) = relatives["parts"]
    assert (teenager["min"], teenager["max"], teenager["claims"]) == (1, 1, ["S1.9-teenager"])
    assert "total" not in found
    assert found["chosen"] == {}
    keys = ("claimed", "named", "destroyed_and_moved")
    assert [found["sites"][key] for key in keys] == [6, 2, 1]
    assert [found["statements"][key] for key in ("officials", "denials", "threats")] == [2, 3, 2]
    assert found["demands"] == 2
    assert found["claims"]["demands"] == ["S1.14-arrests", "S1.14-inquiry"]
    assert (found["responses"]["total"], found["responses"]["in_reply"]) == (6, 0)
    assert sum(found["responses"]["by_kind"].values()) == 6
    assert all(found[name]["claims"] for name in ("sites", "statements", "responses"))


def test_each_row_has_the_keys_that_are_promised(record: Record) -> None:
    promised = {"words", "min", "max", "perpetrator", "event", "lineage", "overlap", "claims"}
    found = said(record, "2018-12-31").plain()
    assert all(promised <= set(row) for name in ("detained", "killed") for row in found[name])


def test_s1_is_not_known_before_its_last_possible_day(record: Record) -> None:
    assert said(record, "2017-07-09", source="S1").counts["detained"] == ()
    assert said(record, "2017-07-10", source="S1").counts["detained"] != ()


def test_as_of_5_april_2017(record: Record) -> None:
    found = said(record, "2017-04-05")
    assert {(row.min, row.max) for row in found.counts["detained"]} == {(101, None)}
    paper, network = found.counts["killed"]
    assert pick(paper) == (3, 3, "not_stated", "novaya-gazeta")
    assert pick(network) == (3, None, "not_stated", "network")
    assert network.certainty == "confirms"
    (reported,) = found.counts["killings_reported"]
    assert (reported.min, reported.max, reported.lineage) == (20, 20, "network")
    assert [one.relation for one in network.overlaps] == ["part"]


def test_as_of_the_end_of_2017_killed_by_lineage(record: Record) -> None:
    killed = said(record, "2017-12-31").counts["killed"]
    (paper,) = [row for row in killed if row.lineage == "novaya-gazeta"]
    assert (paper.min, paper.max) == (3, 3)
    assert [(part.min, part.perpetrator) for part in paper.parts] == [
        (2, "relatives"),
        (1, "not_stated"),
    ]
    network = [row for row in killed if row.lineage == "network"]
    assert [row.min for row in network] == [3, 6, 20]
    assert [row.perpetrator for row in network] == ["not_stated", "not_stated", "security_forces"]


def test_the_hotlines_series_is_no_sum_and_its_fall_is_flagged(record: Record) -> None:
    found = said(record, "2017-12-31")
    assert [row.min for row in found.series["hotline-contacted"]] == [60, 80, 121, 130, 171]
    assert [row.min for row in found.series["hotline-evacuated"]] == [42, 61, 60, 106]
    assert [row.min for row in found.series["hotline-abroad"]] == [27, 88]
    assert "evacuated" not in found.counts
    (fall,) = [flag for flag in found.flags if flag.kind == "series_falls"]
    assert fall.claims == ("O12-evacuated", "O13-evacuated")


def test_onset_has_two_values_in_2017_and_a_third_wording_in_2018(record: Record) -> None:
    assert [row.value for row in said(record, "2017-12-31").dates["onset"]] == [
        "2016-12",
        "2017-02",
    ]
    rows = said(record, "2018-12-31").dates["onset"]
    assert len(rows) == 3
    relations = {one.value: one.relation for one in rows[2].relations}
    assert relations == {"2016-12": "apart", "2017-02": "within"}
    flags = [flag for flag in said(record, "2018-12-31").flags if flag.kind == "lies_within"]
    assert [flag.claims for flag in flags] == [("O6-onset",)]


def test_the_parts_of_the_114_add_up_to_102_and_that_is_flagged(record: Record) -> None:
    found = said(record, "2018-12-31")
    total = found.series["hotline-evacuated"][-1]
    assert (total.min, sum(part.min or 0 for part in total.parts)) == (114, 102)
    (flag,) = [flag for flag in found.flags if flag.kind == "parts_do_not_add_up"]
    assert "102" in flag.text
    assert "included" in flag.text
    assert "not stated" in flag.text
    assert len(flag.claims) == 7
    earlier = said(record, "2017-12-31").flags
    assert not [flag for flag in earlier if flag.kind == "parts_do_not_add_up"]


def test_the_27_stay_outside_until_a_judgement_says_otherwise(record: Record) -> None:
    found = said(record, "2018-12-31")
    assert 27 not in [row.min for row in found.counts["killed"]]
    rows = found.outside["executions-2017-01"]["killed"]
    assert [(row.lineage, row.min, row.overlap) for row in rows] == [
        ("network", 27, "same"),
        ("unknown", 27, "same"),
    ]
    decision = c.Membership(member="executions-2017-01", event="purge-2017", verdict="belongs")
    judged = Record.of((*record.entered, *_entered(judge("j1", decision))))
    inside = said(judged, "2018-12-31")
    joined = {row.event for row in inside.counts["killed"] if row.min == 27}
    assert joined == {"executions-2017-01"}
    assert inside.outside == {}
    undo = c.Undo(id="u1", of="j1", reason="read again", author="Heron")
    undone = Record.of((*judged.entered, *_entered(undo)))
    assert "executions-2017-01" in said(undone, "2018-12-31").outside


def test_no_single_number_without_a_judgement(record: Record) -> None:
    among = ("O1-killed", "O3-confirmed", "O7-killed")
    assert said(record, "2018-12-31").chosen == {}
    decision = c.Choice(among=among, chosen="O7-killed")
    judged = Record.of((*record.entered, *_entered(judge("j2", decision))))
    (chosen,) = said(judged, "2018-12-31").chosen["killed"]
    assert (chosen.claim, chosen.min, chosen.judgement) == ("O7-killed", 20, "j2")
    assert len(said(judged, "2018-12-31").counts["killed"]) == len(
        said(record, "2018-12-31").counts["killed"]
    )


def test_as_recorded_on_any_day_before_loading_there_is_nothing(record: Record) -> None:
    for as_of in ("2017-12-31", "2026-12-31"):
        found = said(record, as_of, as_recorded_on=day("2026-11-21"))
        assert not any(found.counts.values())
        assert (found.dates, found.series, found.flags, found.outside) == ({}, {}, (), {})
        assert found.demands.total == found.responses.total == found.statements.officials == 0
        assert found.sites.claimed is None
    assert said(record, "2018-12-31", as_recorded_on=LOADED).counts["killed"]


def test_no_perpetrator_is_carried_over_from_the_sentence_before(record: Record) -> None:
    told = {claim.id: claim.perpetrator for claim in record.claims}
    assert told["S1.2-killed"] == told["S1.3-returned"] == "not_stated"
    assert told["S1.3-incited"] == "captors"


def test_whether_two_sites_in_one_town_are_one_is_an_open_question(record: Record) -> None:
    flags = [flag for flag in said(record, "2017-12-31").flags if flag.kind == "open_question"]
    assert ("O17-argun", "S1.11-argun") in [flag.claims for flag in flags]


def test_whether_two_denials_are_one_is_an_open_question(record: Record) -> None:
    flags = [flag for flag in said(record, "2017-12-31").flags if flag.kind == "open_question"]
    assert ("O20-denial", "S1.8-denial") in [flag.claims for flag in flags]
    denials = said(record, "2017-12-31").statements.denials
    same = c.Sameness(ids=("karimov-denial", "head-spokesman-denial"), verdict="same")
    judged = Record.of((*record.entered, *_entered(judge("j3", same))))
    assert said(judged, "2017-12-31").statements.denials == denials - 1


def test_an_estimate_of_the_undocumented_is_refused(record: Record) -> None:
    found = said(record, "2018-12-31")
    counted = summary(found.victims, found.sameness)
    assert counted.refused == "there are no overlapping lists of persons"
    assert counted.documented == ()


def test_papers_that_repeat_one_teller_are_one_lineage(record: Record) -> None:
    told = [claim for claim in record.claims if claim.id in ("O1-killed", "O2-third")]
    assert {claim.lineage for claim in told} == {"novaya-gazeta"}
    unnamed = next(claim for claim in record.claims if claim.id == "O13-evacuated")
    assert unnamed.lineage == "unknown"


def test_the_files_quote_no_more_than_the_short_fragments_of_the_example() -> None:
    quoted = {
        fragment
        for path in sorted(Path(EXAMPLE).glob("*.yaml"))
        for fragment in re.findall(r'\\"(.+?)\\"|\("(.+?)"\)', path.read_text())
    }
    fragments = {one or other for one, other in quoted}
    assert fragments == {
        "absolute lies",
        "absolute lie",
        "included",
        "the US Congress passed a resolution last month",
    }


def _entered(content: c.Content) -> tuple[Entered, ...]:
    return (Entered(content, LOADED),)
