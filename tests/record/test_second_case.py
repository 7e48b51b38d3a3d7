"""A second real case: killings in Syria, as studies for the United Nations and others count them.

Upholds: the published figures come out as of their dates; each expected figure fails when one claim
is changed.  What the sources themselves get wrong (sums, repeats) is flagged, not mended.
"""

import json
import re

import msgspec
import pytest

from asylia import cli
from asylia.counts.summary import summary
from asylia.record import contents as c
from asylia.record.figures import Figures
from asylia.record.reading import Entered, Record
from asylia.record.rows import Row

from .world import EXAMPLE, LOADED, judge, said

SYRIA = EXAMPLE.parent / "syria-2011-2021"
JANUARY_2013 = {
    "homs": 12560, "rural-damascus": 10862, "idlib": 7686, "aleppo": 6188,
}  # fmt: skip
JUNE_2013 = {
    "rural-damascus": 17800, "homs": 16400, "aleppo": 11900, "idlib": 10300, "daraa": 8600,
    "hama": 8100, "damascus": 6400, "deir-ez-zor": 5700,
}  # fmt: skip
AUGUST_2014 = {
    "rural-damascus": 39393, "aleppo": 31932, "homs": 28186, "idlib": 20040, "daraa": 18539,
    "hama": 14690,
}  # fmt: skip
SEPTEMBER_2021 = {
    "aleppo": 51731, "rural-damascus": 47483, "homs": 40986, "idlib": 33271, "hama": 31993,
    "tartus": 31369,
}  # fmt: skip


@pytest.fixture(scope="module")
def record() -> Record:
    return Record.from_folder(SYRIA, LOADED)


def changed(record: Record, claim_id: str, **fields: object) -> Record:
    """The record with one claim told otherwise: the negative control."""
    entered = tuple(
        msgspec.structs.replace(one.content, **fields)
        if one.content.id == claim_id
        else one.content
        for one in record.entered
    )
    assert entered != tuple(one.content for one in record.entered)
    return Record.of(Entered(content, LOADED) for content in entered)


def exactly(number: int) -> c.Count:
    return c.Count(min=number, max=number)


def values(rows: tuple[Row, ...]) -> list[tuple[int | None, int | None]]:
    return [(row.min, row.max) for row in rows]


def table(row: Row, total: str) -> dict[str, int | None]:
    """One table of a total: cell (place or group) to number."""
    (one,) = [one for one in row.tables if one.total == total]
    return {part.place or part.subject: part.min for part in row.parts_in(one)}


def of(found: Figures, claim_id: str) -> Row:
    rows = (row for rows in (*found.series.values(), *found.counts.values()) for row in rows)
    return next(row for row in rows if claim_id in row.claims)


def flags(found: Figures, kind: str) -> list[tuple[str, ...]]:
    return [flag.claims for flag in found.flags if flag.kind == kind]


def august_2014(record: Record) -> dict[str, object]:
    """The published figures of the study of 22 August 2014, as of that day."""
    found = said(record, "2014-08-22")
    study = of(found, "LA-governorates")
    minors = next(part for part in study.parts if part.subject == "minors")
    return {
        "documented": (study.min, study.max),
        "governorates": table(study, "LA-governorates"),
        "repeated": table(study, "LC-governorates"),
        "ages": table(study, "LA-ages"),
        "minors": (minors.min, [part.min for part in minors.parts]),
        "shares": [part.words for part in study.parts if part.part_of == "LA-male-or-female"],
        "least": values(found.series["un-at-least"])[-1],
        "reports": values(found.series["un-reports"])[-1],
        "left out": values(found.series["un-reports-left-out"])[-1],
    }


PUBLISHED = {
    "documented": (191369, 191369),
    "governorates": AUGUST_2014,
    "repeated": AUGUST_2014,
    "ages": {"under-ten": 2165, "ten-to-eighteen": 6638, "age-not-recorded": None},
    "minors": (8803, [2165]),
    "shares": ["85.1 per cent male", "9.3 per cent female", "5.6 per cent not recorded"],
    "least": (191369, None),
    "reports": (318910, 318910),
    "left out": (51953, 51953),
}


def test_the_study_of_august_2014_as_of_its_day(record: Record) -> None:
    assert august_2014(record) == PUBLISHED
    assert PUBLISHED["minors"][0] == 2165 + 6638  # type: ignore[index]


@pytest.mark.parametrize(
    ("claim_id", "figure"),
    [
        ("LA-homs", "governorates"),
        ("LC-hama", "repeated"),
        ("LA-under-ten", "ages"),
        ("LC-minors", "minors"),
        ("LA-killed", "least"),
        ("LD-reports", "reports"),
        ("LB-left-out", "left out"),
    ],
)
def test_one_claim_told_otherwise_and_its_figure_fails(
    record: Record, claim_id: str, figure: str
) -> None:
    found = august_2014(changed(record, claim_id, count=exactly(28168)))
    assert [name for name, value in found.items() if value != PUBLISHED[name]] == [figure]


def test_the_day_before_the_study_its_figures_were_not_known(record: Record) -> None:
    found = said(record, "2014-08-21")
    assert values(found.series["un-documented"]) == [(59648, 59648), (92901, 92901)]
    assert values(found.series["observatory"])[-2:] == [(171509, 171509), (180215, 180215)]
    late = changed(record, "LA-governorates", said_on="2014-08-20")
    assert (191369, 191369) in values(said(late, "2014-08-21").series["un-documented"])


def test_the_study_of_january_2013_as_of_its_day(record: Record) -> None:
    found = said(record, "2013-01-02")
    (study,) = found.series["un-documented"]
    assert (study.min, study.max, study.lineage) == (59648, 59648, "ohchr")
    assert table(study, "JB-documented") == JANUARY_2013
    assert [(row.min, row.max, row.certainty) for row in found.series["un-at-least"]] == [
        (60001, None, "suspects")
    ]
    assert values(found.series["un-reports"]) == [(147349, 147349)]
    wrong = said(changed(record, "JB-homs", count=exactly(12650)), "2013-01-02")
    assert table(wrong.series["un-documented"][0], "JB-documented") != JANUARY_2013


def test_the_study_of_june_2013_adds_what_was_learnt_of_the_earlier_time(record: Record) -> None:
    found = said(record, "2013-06-30")
    study = of(found, "KA-documented")
    (by_time, *_) = study.tables
    parts = [part.min or 0 for part in study.parts_in(by_time)]
    assert (study.min, parts, sum(parts)) == (92901, [59648, 6347, 26906], 92901)
    assert table(of(found, "KD-killed"), "KD-killed") == JUNE_2013
    assert not flags(found, "parts_do_not_add_up")
    minors = next(part for part in study.parts if part.subject == "minors")
    assert (minors.min, minors.max, minors.parts[0].min) == (6561, None, 1729)
    for number in (6346, 6348):
        wrong = said(changed(record, "KA-added", count=exactly(number)), "2013-06-30")
        assert flags(wrong, "parts_do_not_add_up") == [
            ("KA-documented", "KA-before", "KA-added", "KA-since")
        ]


def test_the_same_office_later_gave_another_number_of_the_same_time(record: Record) -> None:
    assert not flags(said(record, "2014-08-21"), "revised")
    (revision,) = flags(said(record, "2014-08-22"), "revised")
    assert revision == ("KA-documented", "KB-documented", "KC-documented", "LA-first-two-years")
    same = changed(record, "LA-first-two-years", count=exactly(92901))
    assert not flags(said(same, "2014-08-22"), "revised")


def test_the_update_of_2021_and_the_estimate_of_2022_stand_apart(record: Record) -> None:
    before = said(record, "2022-06-27")
    assert "killings_estimated" not in before.counts
    assert values(before.series["un-documented"])[-1] == (350209, 350209)
    update = before.series["un-documented"][-1]
    assert table(update, "MA-governorates") == SEPTEMBER_2021
    assert table(update, "MA-killed") == {"female": 26727, "minors": 27126}
    found = said(record, "2022-06-28")
    (estimate,) = found.counts["killings_estimated"]
    assert (estimate.min, [part.min for part in estimate.parts]) == (306887, [143350, 163537])
    assert values(found.series["un-documented"]) == values(before.series["un-documented"])
    wrong = changed(record, "MD-of-which-inferred", count=exactly(163573))
    assert ("MD-estimated", "MD-of-which-documented", "MD-of-which-inferred") in flags(
        said(wrong, "2022-06-28"), "parts_do_not_add_up"
    )


def test_the_observatorys_tables_add_up_but_for_one(record: Record) -> None:
    found = said(record, "2022-12-31")
    toll = table(of(found, "QC-toll"), "QC-toll")
    assert len(toll) == 9
    assert sum(number or 0 for number in toll.values()) == 136227
    assert [flag[0] for flag in flags(found, "parts_do_not_add_up")] == ["RA-april", "QE-toll"]
    assert any("180214" in flag.text for flag in found.flags)
    assert any("3398" in flag.text for flag in found.flags)
    one_more = said(changed(record, "QE-unidentified", count=exactly(2932)), "2022-12-31")
    assert [flag[0] for flag in flags(one_more, "parts_do_not_add_up")] == ["RA-april"]
    inner = said(changed(record, "QD-militias", count=exactly(24565)), "2022-12-31")
    assert "QD-government" in [flag[0] for flag in flags(inner, "parts_do_not_add_up")]


def test_who_killed_in_april_2014_by_the_words_of_the_network(record: Record) -> None:
    (april,) = [
        row for row in said(record, "2014-05-03").counts["deaths_documented"] if row.min == 3397
    ]
    assert [(part.min, part.perpetrator) for part in april.parts] == [
        (1851, "security_forces"),
        (1033, "security_forces"),
        (24, "paramilitary"),
        (229, "paramilitary"),
        (204, "paramilitary"),
        (57, "not_known"),
    ]
    assert not said(record, "2014-05-02").counts.get("deaths_documented")


def test_repeats_that_give_a_cell_otherwise_are_flagged(record: Record) -> None:
    told = [flag[2:] for flag in flags(said(record, "2022-12-31"), "cells_apart")]
    assert told == [
        ("JB-rural-damascus", "JC-rural-damascus"),
        ("MA-women", "MB-women"),
        ("MA-hama", "MC-hama"),
        ("QB-civilians", "QA-civilians"),  # one paper counts civilians who took up arms
    ]
    under_arms = of(said(record, "2022-12-31"), "QA-toll").parts
    civilians = next(part for part in under_arms if part.claims == ("QA-civilians",))
    rebels = next(part for part in under_arms if part.subject == "rebels")
    assert (civilians.min or 0) + (rebels.parts[0].min or 0) == 56138
    mended = changed(record, "MB-women", count=exactly(26727))
    assert len(flags(said(mended, "2022-12-31"), "cells_apart")) == 3


def test_seven_papers_that_repeat_the_office_are_one_lineage(record: Record) -> None:
    found = said(record, "2022-12-31")
    assert {row.lineage for row in found.series["un-documented"]} == {"ohchr"}
    assert len({part.source for part in record.claims if part.lineage == "ohchr"}) > 7
    assert {row.lineage for row in found.series["observatory"]} == {"sohr"}


def test_december_2011_numbers_denial_demands_and_the_veto(record: Record) -> None:
    found = said(record, "2011-12-13")
    assert [(row.min, row.max, row.perpetrator, row.lineage) for row in found.counts["killed"]] == [
        (5001, None, "security_forces", "pillay"),
        (5001, None, "not_stated", "pillay"),
        (1001, None, "not_stated", "syria-government"),
    ]
    assert found.counts["killed"][1].parts[0].min == 301
    assert flags(found, "values_apart") == [("PA-arrested", "PB-detained")]
    assert (found.statements.officials, found.statements.denials, found.statements.threats) == (
        1, 1, 0,
    )  # fmt: skip
    assert (found.demands.total, found.responses.total) == (1, 0)
    later = said(record, "2022-12-31")
    assert (later.demands.total, len(later.demands.claims)) == (4, 6)
    assert later.responses.by_kind == {"vetoed": 1}
    assert later.responses.in_reply == 0


def test_lists_that_drew_on_each_other_are_not_known_to_be_apart(record: Record) -> None:
    assert ("QD-toll", "LA-governorates") in flags(said(record, "2014-08-22"), "open_question")
    part = c.OverlapJudged(claim="QD-toll", other="LA-governorates", relation="not_known")
    judged = Record.of((*record.entered, Entered(judge("j1", part), LOADED)))
    assert ("QD-toll", "LA-governorates") not in flags(said(judged, "2014-08-22"), "open_question")


def test_nothing_is_chosen_and_nothing_is_estimated_from_totals(record: Record) -> None:
    found = said(record, "2022-12-31")
    assert found.chosen == {}
    counted = summary(found.victims, found.sameness)
    assert (counted.documented, counted.refused) == (
        (), "there are no overlapping lists of persons",
    )  # fmt: skip


def test_no_private_person_is_in_it_and_every_source_says_where_it_was_read(record: Record) -> None:
    assert not record.all(c.Person)
    assert all(one.address.startswith("http") for one in record.sources)
    readme = (SYRIA / "README.md").read_text()
    named = set(re.findall(r"^\| ([A-Z]{2}) \|", readme, flags=re.MULTILINE))
    assert named == {one.id for one in record.sources}
    used = {claim.source for claim in record.claims}
    assert used == named


def test_the_command_prints_the_tables(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["figures", str(SYRIA), "--as-of", "2014-08-22", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["figures"]
    study = found["series"]["un-documented"][-1]
    assert (study["min"], study["facts"]) == (191369, "2011-03/2014-04-30")
    assert study["tables"][0]["locator"] == "by governorate (UN Tribune)"
    cells = [part for part in study["parts"] if part["part_of"] == "LA-governorates"]
    assert {part["place"]: part["min"] for part in cells} == AUGUST_2014
    assert cli.run(["figures", str(SYRIA), "--as-of", "2014-08-22"]) == 0
    shown = capsys.readouterr().out
    for text in ("[by governorate (UN", "39393", "add up to 180214", "one cell, two numbers"):
        assert text in shown, text
