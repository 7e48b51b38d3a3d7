"""Vocabulary is data: every term labelled in every language, every unknown term refused by name."""

from pathlib import Path
from typing import get_args

import pytest

from asylia.errors import MalformedError
from asylia.record import check
from asylia.record import contents as c
from asylia.record.forms import Complete, Relation, Verdict
from asylia.record.vocabulary import CROSSWALKS, FOLDER, LANGUAGES, load, vocabularies, vocabulary

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
        "rome_statute": "7(1)(f)", "iccpr": "7", "echr": "3"
    }  # fmt: skip
    for one in vocabularies().values():
        assert set(one.crosswalks) <= CROSSWALKS


def test_a_property_told_in_words_documents_no_torture_by_itself() -> None:
    assert vocabulary("properties").terms["treatment"].act == ""
