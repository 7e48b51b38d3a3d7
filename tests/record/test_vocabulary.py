"""Vocabulary is data: every term labelled in every language, every unknown term refused by name."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from asylia.errors import MalformedError
from asylia.record import check
from asylia.record import contents as c
from asylia.record.forms import Complete, Relation, Verdict
from asylia.record.vocabulary import (
    CROSSWALKS,
    FOLDER,
    LANGUAGES,
    Vocabulary,
    load,
    vocabularies,
    vocabulary,
)

NEEDED = {
    "violations", "motives", "perpetrators", "roles", "polarity", "certainty", "source_kinds",
    "event_kinds", "site_status", "statements", "responses", "properties", "purposes",
}  # fmt: skip


def test_every_concept_is_there_with_labels_in_every_language() -> None:
    found = vocabularies()
    assert set(found) >= NEEDED
    for one in found.values():
        assert one.terms
        for name, term in one.terms.items():
            assert set(term.labels) == set(LANGUAGES), (one.concept, name)


def test_each_file_says_what_it_is_for() -> None:
    for path in FOLDER.glob("*.yaml"):
        assert path.read_text().startswith("# "), path.name


def test_russian_labels_are_russian() -> None:
    for one in vocabularies().values():
        for name, term in one.terms.items():
            assert any("а" <= letter <= "я" for letter in term.labels["ru"].casefold()), name


def test_the_closed_sets_of_the_code_are_the_terms_of_their_files() -> None:
    assert set(get_args(Relation)) == set(vocabulary("relations").terms)
    assert set(get_args(Verdict)) < set(vocabulary("relations").terms)
    assert set(get_args(Complete)) == set(vocabulary("complete").terms)
    roles = next(f for f in c.Concerned.__annotations__.items() if f[0] == "role")[1]
    assert set(get_args(roles)) == set(vocabulary("roles").terms)


def test_every_vocabulary_that_a_content_uses_is_there() -> None:
    for kind, fields in check.TERMS.items():
        assert set(fields) <= set(kind.__struct_fields__)
        assert set(fields.values()) <= set(vocabularies())
    for kind, names in check.DATES.items():
        assert set(names) <= set(kind.__struct_fields__)


def test_no_property_takes_a_key_of_the_figures() -> None:
    fixed = {
        "as_of", "as_recorded_on", "source", "events", "series", "statements", "demands",
        "responses", "accounts", "chosen", "outside", "flags", "claims", "documented", "estimated",
    }  # fmt: skip
    assert not fixed & set(vocabulary("properties").terms)


def test_a_term_of_a_newer_version_is_shown_as_it_is() -> None:
    assert vocabulary("motives").label("envy", "ru") == "envy"
    assert vocabulary("polarity").label("denies", "ru") == "отрицает"


GOOD = "# x\nconcept: colours\nterms:\n  red:\n    labels: {en: red, ru: красный}\n"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("ru: красный", "fr: rouge", "a label in each of en, ru"),
        (", ru: красный", "", "a label in each of en, ru"),
        ("en: red", "en: ''", "a label in each of en, ru"),
        ("concept: colours", "concept: shapes", "the name of the file"),
        ("concept: colours\n", "", "expected concept, terms"),
        ("labels:", "label:", "expected labels"),
        ("labels: {en", "takes: text\n    labels: {en", "`takes` on each property"),
        ("labels: {en", "crosswalks: {wiki: x}\n    labels: {en", "expected crosswalks to"),
        ("labels: {en", "vocabulary: colours\n    labels: {en", "takes a term"),
        ("labels: {en", "act: killing\n    labels: {en", "an act not in violations"),
        ("  red:", "  Red!:", "expected concept, terms"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, old: str, new: str, expected: str) -> None:
    (tmp_path / "colours.yaml").write_text(GOOD)
    assert load(tmp_path)["colours"].terms["red"].labels["en"] == "red"
    (tmp_path / "colours.yaml").write_text(GOOD.replace(old, new))
    with pytest.raises(MalformedError, match=expected):
        load(tmp_path)


def test_crosswalks_go_only_where_we_know() -> None:
    assert vocabulary("violations").terms["torture"].crosswalks == {
        "rome_statute": "7(1)(f)", "iccpr": "7", "echr": "3", "huridocs": "020111110000"
    }  # fmt: skip
    for one in vocabularies().values():
        assert set(one.crosswalks) <= CROSSWALKS


SHIPPED = Path(__file__).with_name("shipped_terms.txt")


def gone(concepts: Mapping[str, Vocabulary]) -> list[str]:
    """Terms that shipped once, and that something in a ledger may use, and are there no more."""
    named = (line.split() for line in SHIPPED.read_text().splitlines())
    return [f"{of} {term}" for of, term in named if term not in concepts[of].terms]


def test_no_term_that_ever_shipped_vanishes() -> None:
    assert gone(vocabularies()) == []
    whole = vocabulary("violations")
    fewer = {name: term for name, term in whole.terms.items() if name != "rape"}
    less = {**vocabularies(), "violations": replace(whole, terms=fewer)}
    assert gone(less) == ["violations rape"]
    listed = set(SHIPPED.read_text().splitlines())
    for one in vocabularies().values():
        new = {f"{one.concept} {term}" for term in one.terms} - listed
        assert not new, "what ships from now on is written down in shipped_terms.txt"


# Articles on one right in both: the Covenant's, then those of the Convention that answer to it.
RIGHTS = {
    "6": {"2"}, "7": {"3"}, "8": {"4"}, "9": {"5"}, "10": {"2", "3", "5"}, "12": {"P4-2"},
    "14": {"6"}, "16": set(), "17": {"8"}, "20": set(), "23": {"8", "12"}, "26": {"14"},
    "2(1)": {"14"}, "2(3)": {"13"},
}  # fmt: skip
ALONE = {"P1-1", "P1-2"}  # property and schooling: the Covenant has no such article
# The Convention's article 5 is of detention; the Covenant's 9 also of the security of a person.
APART = {("threat", "9")}
CRIMES = {f"7(1)({letter})" for letter in "abcdefghijk"}


def articles(text: str) -> set[str]:
    """Articles by number; paragraphs only of those that hold several rights."""
    named = [one.strip() for one in text.split(",")] if text else []
    return {one if one.startswith(("2(", "P")) else one.partition("(")[0] for one in named}


def unanswered(name: str, crosswalks: Mapping[str, str]) -> set[str]:
    """Articles of one treaty without the other's on the same right, and what is no article."""
    covenant, convention = (articles(crosswalks.get(one, "")) for one in ("iccpr", "echr"))
    known = set().union(*RIGHTS.values()) | ALONE
    wrong = {one for one in covenant if one not in RIGHTS} | (convention - known)
    wrong |= {
        one for one in covenant & set(RIGHTS)
        if RIGHTS[one] and not RIGHTS[one] & convention and (name, one) not in APART
    }  # fmt: skip
    for one in convention - ALONE:
        wrong |= {one} if not any(one in RIGHTS.get(other, ()) for other in covenant) else set()
    crime = crosswalks.get("rome_statute", "")
    return wrong | ({crime} if crime and crime not in CRIMES else set())


def test_where_one_treaty_is_named_so_is_the_other_on_the_same_right() -> None:
    for name, term in vocabulary("violations").terms.items():
        assert unanswered(name, term.crosswalks) == set(), name
    assert unanswered("rape", {"iccpr": "7, 17", "echr": "3"}) == {"17"}
    assert unanswered("x", {"echr": "8"}) == {"8"}
    assert unanswered("x", {"iccpr": "99", "echr": "99", "rome_statute": "7(1)(z)"}) == {
        "99", "7(1)(z)"
    }  # fmt: skip


def test_a_property_told_in_words_documents_no_torture_by_itself() -> None:
    assert vocabulary("properties").terms["treatment"].act == ""
