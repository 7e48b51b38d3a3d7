"""The first red line: no field, key, property or vocabulary for what a person is."""

from pathlib import Path

import pytest

from asylia import wire
from asylia.errors import AsyliaError, RefusedError
from asylia.record import contents as c
from asylia.record.folder import contents_of
from asylia.record.redline import crosses
from asylia.record.vocabulary import load, vocabularies
from asylia.record.yamlfile import parse

WORDS = [
    "orientation", "sexual_orientation", "sexualOrientation", "SexualOrientation", "orientation_",
    "sex", "sexuality", "gender", "gender_identity", "gender-identity", "is_gay", "gay", "lesbian",
    "lgbt_status", "faith", "religion", "religiousBelief", "creed", "ethnicity", "ethnic_group",
    "ethnic", "race", "nationality", "tribe", "trans", "transgender", "denomination",
    "ориентация", "сексуальная_ориентация", "пол", "гендер", "гендерная_идентичность", "вера",
    "вероисповедание", "религия", "национальность", "этничность", "этническая_группа", "раса",
    "orientatsiya", "seksualnaya_orientatsiya", "veroispovedanie", "natsionalnost", "etnichnost",
    "SEX", "ПОЛ", "BЕРА", "ORIENТATION", "gendεr", "ΕΤΗΝIC", "se\u200bx", "s3x",
    "orientaciya", "Hациональность", "religija",
    "самоидентификация", "ＯＲＩＥＮＴＡＴＩＯＮ", "Gender", "o_r_i_e_n_t_a_t_i_o_n",
]  # fmt: skip
HARMLESS = [
    "sexton",
    "XPolice",
    "Раскол",
    "0120",
    "R4",
    "policy",
    "polarity",
    "source",
    "facts",
    "traces",
    "translation",
    "interfaces",
    "вероятно",
]


@pytest.mark.parametrize("word", WORDS)
def test_a_key_for_what_a_person_is_crosses_the_line(word: str) -> None:
    assert crosses(word)


@pytest.mark.parametrize("word", HARMLESS)
def test_a_harmless_key_does_not(word: str) -> None:
    assert not crosses(word)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("kind", ["persons", "claims", "groups"])
def test_the_loader_refuses_such_a_key_by_name(tmp_path: Path, word: str, kind: str) -> None:
    (tmp_path / "a.yaml").write_text(f"{kind}:\n  - {{id: p, pseudonym: Wren, {word}: x}}\n")
    with pytest.raises(RefusedError, match=r"a\.yaml, line 2.*takes none"):
        contents_of(tmp_path)


@pytest.mark.parametrize("word", WORDS)
def test_no_content_takes_such_a_key(word: str) -> None:
    plain = wire.encode(c.Person(id="p", pseudonym="Wren"))
    smuggled = plain.replace(b'"id"', f'"{word}":"x","id"'.encode())
    with pytest.raises(AsyliaError):
        c.decode_content(smuggled)


def test_no_content_of_ours_has_such_a_field() -> None:
    names = {name for kind in c.KINDS.values() for name in kind.__struct_fields__}
    assert [name for name in names if crosses(name)] == []
    assert c.Person.__struct_fields__ == ("id", "pseudonym")


def test_no_vocabulary_classifies_persons() -> None:
    found = vocabularies()
    assert [concept for concept in found if crosses(concept)] == []
    of_acts = {"violations", "methods", "motives"}
    for concept, one in found.items():
        if concept not in of_acts:
            assert [term for term in one.terms if crosses(term)] == []


@pytest.mark.parametrize("word", ["orientation", "religion", "ethnic_group"])
def test_a_property_of_that_kind_is_refused(tmp_path: Path, word: str) -> None:
    text = (
        f"concept: properties\nterms:\n  {word}:\n    labels: {{en: x, ru: y}}\n    takes: text\n"
    )
    (tmp_path / "properties.yaml").write_text(text)
    with pytest.raises(RefusedError, match=r"properties\.yaml, line 3"):
        load(tmp_path)


def test_the_words_of_a_teller_are_not_censored() -> None:
    text = b"words: because believed to be gay, whatever their faith"
    assert parse(text, "a.yaml").data["words"].endswith("faith")
