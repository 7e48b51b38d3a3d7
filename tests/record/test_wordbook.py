"""A team's own terms: added without code, never redefined, retired and still readable."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from asylia.errors import ConflictError, MalformedError, RefusedError
from asylia.record import contents as c
from asylia.record.check import check
from asylia.record.consent import permission
from asylia.record.figures import figures
from asylia.record.folder import contents_of
from asylia.record.reading import Record
from asylia.record.termfile import own_terms
from asylia.record.vocabulary import vocabularies
from asylia.record.wordbook import OPEN, check_retirable, check_same, problems, term_id, words_of

from .world import EXAMPLE, GROUND, claim, day, record_of

LABELS = {"en": "branded", "ru": "заклеймены"}


def own(concept: str = "violations", term: str = "branding", **fields: Any) -> c.OwnTerm:
    plain = {"id": term_id(concept, term), "labels": {"en": "branding", "ru": "клеймение"}}
    return c.OwnTerm(concept=concept, term=term, **{**plain, **fields})


ELDERS = own(
    "perpetrators", "elders", labels={"en": "elders", "ru": "старейшины"}, under="private_persons"
)
BRANDED = own("properties", "branded", labels=LABELS, takes="count", act="branding")


def test_a_term_of_ones_own_is_used_like_one_that_ships() -> None:
    record = record_of([own(), BRANDED, *GROUND, claim("k", property="branded")])
    check(claim("k", property="branded"), record.words)
    with pytest.raises(MalformedError):
        check(claim("k", property="branded"))
    found = figures(record, as_of=day("2026-02-01"))
    assert [row.claims for row in found.counts["branded"]] == [("k",)]
    assert record.vocabulary("properties").label("branded", "ru") == "заклеймены"
    assert record.vocabulary("properties").offered[-1] == "branded"


def test_a_property_may_come_before_the_act_that_it_names() -> None:
    record = record_of([BRANDED, own()])
    assert "branded" in record.vocabulary("properties")
    assert "branded" not in record_of([BRANDED]).vocabulary("properties")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (own(term="torture"), "term"),
        (own("roles", "uncle"), "concept"),
        (own("purposes", "gossip"), "concept"),
        (own("nowhere", "x"), "concept"),
        (own(id="branding"), "id"),
        (own(labels={"en": "branding"}), "labels"),
        (own(under="torture"), "under"),
        (own("perpetrators", "elders", under=""), "under"),
        (own("perpetrators", "elders", under="not_stated"), "under"),
        (own("source_kinds", "postcard", under="report_to_line"), "under"),
        (own("methods", "x", under="nothing"), "under"),
        (own("organisations", "gay_club"), "term"),
        (own("organisations", "club", labels={"en": "club", "ru": "религиозная группа"}), "term"),
        (own("organisations", "shelter"), "term"),
        (own("site_status", "x", labels={"en": "safe house", "ru": "дом"}), "term"),
        (own("properties", "branded"), "takes"),
        (own("properties", "branded", takes="term"), "vocabulary"),
        (own("properties", "branded", takes="count", act="nothing"), "act"),
        (own(takes="count"), "takes"),
    ],
)
def test_what_a_team_may_not_add_is_refused_and_left_out(wrong: c.OwnTerm, field: str) -> None:
    assert field in dict(problems(wrong, vocabularies()))
    with pytest.raises(MalformedError):
        check(wrong)
    shipped, here = vocabularies().get(wrong.concept), words_of([wrong]).get(wrong.concept)
    assert (here and here.terms) == (shipped and shipped.terms)


def test_what_a_motive_or_a_violation_is_called_is_of_acts_and_may_be_said() -> None:
    check(own("motives", "believed_bisexual"))


def test_of_two_meanings_the_first_stands_and_another_is_refused_before_it_is_written() -> None:
    other = own(labels={"en": "other", "ru": "другое"})
    record = record_of([own(), other])
    assert record.vocabulary("violations").label("branding") == "branding"
    assert record.clashes == (own().id,)
    assert check_same(own(), record.find(own().id))
    assert not check_same(own(), None)
    with pytest.raises(ConflictError):
        check_same(other, record.find(own().id))


def test_a_retired_term_is_not_offered_and_stays_readable() -> None:
    retired = c.Retired(id="r", of=own().id, reason="killing says it", author="Heron")
    record = record_of([own(), retired])
    assert "branding" not in record.vocabulary("violations").offered
    assert record.vocabulary("violations").label("branding", "ru") == "клеймение"
    check(c.Act(id="a", event="ev", violation="branding", victim="g"), record.words)


def test_a_term_cannot_be_undone_and_what_ships_cannot_be_retired() -> None:
    record = record_of([own(), c.Undo(id="u", of=own().id, reason="r", author="Heron")])
    assert "branding" in record.vocabulary("violations").offered
    check_retirable(own())
    for other in (None, claim("k")):
        with pytest.raises(RefusedError):
            check_retirable(other)
    shipped = c.Retired(id="r", of=term_id("violations", "torture"), reason="r", author="Heron")
    assert "torture" in record_of([shipped]).vocabulary("violations").offered


def test_what_stands_under_private_persons_is_never_named() -> None:
    words = record_of([ELDERS]).words
    named = c.Act(
        id="a", event="ev", violation="killing", victim="g",
        perpetrators=(c.Involved(kind="elders", who="o1"),),
    )  # fmt: skip
    with pytest.raises(MalformedError):
        check(named, words)
    check(replace(named, perpetrators=(c.Involved(kind="elders"),)), words)
    person = c.Person(id="p", pseudonym="Wren")
    told = claim(
        "k", perpetrator="elders", perpetrator_words="old Adam",
        persons=(c.Concerned(person="p", role="speaker"),),
    )  # fmt: skip
    risks = c.Risks(explained="x", by="Heron", language="en", on=day("2025-01-01"))
    given = c.Consent(
        id="c", person="p", given_by="p", purpose="inquiry", recipient="i", onward=(), items=("k",),
        risks=risks, given_on=day("2025-01-01"), expires_on=day("2027-01-01"),
    )  # fmt: skip
    ground = [*GROUND, person, c.Recipient(id="i", name="An invented inquiry"), told, given]

    def leaves(record: Record) -> str:
        granted = permission(record, "inquiry", "i", ["k"], day("2026-01-01"))
        return granted.items[0].fields.get("perpetrator_words", "")

    assert leaves(record_of([ELDERS, *ground])) == ""
    other = own("perpetrators", "elders", under="police")
    assert leaves(record_of([other, *ground])) == "old Adam"


def test_a_folder_of_public_sources_may_bring_its_own_terms(tmp_path: Path) -> None:
    (tmp_path / "terms").mkdir()
    file = "concept: event_kinds\nterms:\n  march:\n    labels: {en: march, ru: шествие}\n"
    (tmp_path / "terms" / "event_kinds.yaml").write_text(file)
    (tmp_path / "1.yaml").write_text("events: [{id: e, name: An invented march, kind: march}]\n")
    term, event = contents_of(tmp_path)
    assert isinstance(term, c.OwnTerm)
    assert isinstance(event, c.Event)
    (tmp_path / "terms" / "event_kinds.yaml").unlink()
    with pytest.raises(MalformedError, match="march is no term"):
        contents_of(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("concept: methods", "concept: roles", "the name of the file"),
        ("under: torture", "under: nothing", "under: expected a term of violations"),
        ("    under: torture\n", "", "under: expected a term of violations"),
        ("en: nailing, ", "", "labels: expected a label in each"),
        ("nailing:", "beating:", "does not ship"),
        ("nailing:", "Nailing!:", "each term with labels"),
        ("labels:", "label:", "each term with labels"),
        ("under:", "crosswalks:", "each term with labels"),
    ],
)
def test_a_wrong_file_names_the_line(tmp_path: Path, old: str, new: str, expected: str) -> None:
    good = "# x\nconcept: methods\nterms:\n  nailing:\n    labels: {en: nailing, ru: гвозди}\n"
    good += "    under: torture\n"
    file = tmp_path / "methods.yaml"
    file.write_text(good)
    assert own_terms(tmp_path)[0].under == "torture"
    file.write_text(good.replace(old, new, 1))
    with pytest.raises(MalformedError, match=expected) as caught:
        own_terms(tmp_path)
    assert "methods.yaml" in caught.value.message


def test_the_example_of_own_terms_loads() -> None:
    assert len(own_terms(EXAMPLE.parent / "own-terms")) == 4


NAMES = st.sampled_from(sorted(OPEN)), st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True)


@given(st.lists(st.builds(own, *NAMES, under=st.sampled_from(["", "police", "torture"]))))
def test_no_term_of_ones_own_ever_changes_one_that_ships(terms: list[c.OwnTerm]) -> None:
    for concept, known in words_of(terms).items():
        shipped = vocabularies()[concept].terms
        assert {name: known.terms[name] for name in shipped} == dict(shipped)
