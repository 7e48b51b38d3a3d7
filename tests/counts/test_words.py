"""Every sentence about estimates is there in every language, and takes what its source takes."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from asylia.counts.words import DOMAIN, Said, said
from asylia.languages import LANGUAGES, SOURCE

SRC = Path(__file__).resolve().parents[2] / "src" / "asylia"
OTHERS = [language for language in LANGUAGES if language != SOURCE]


def marked(text: str) -> set[str]:
    return {
        call.args[0].value
        for call in ast.walk(ast.parse(text))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") == "N_"
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def sources() -> set[str]:
    commands = [*(SRC / "cli").glob("estimate*.py"), SRC / "cli" / "link.py"]
    paths = [*(SRC / "counts").rglob("*.py"), *commands]
    return set().union(*(marked(path.read_text("utf-8")) for path in paths))


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_missing_nothing_left_over_and_places_are_the_same(language: str) -> None:
    with (SRC / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        known = {str(one.id): str(one.string) for one in read_po(file) if one.id}
    assert set(known) == sources()
    for source, told in known.items():
        assert told
        assert set(re.findall(r"%(?:\(\w+\)s|%)", source)) == set(
            re.findall(r"%(?:\(\w+\)s|%)", told)
        )


def test_a_sentence_that_nobody_translated_would_be_found() -> None:
    assert marked('said(N_("Nobody" " knows."))') == {"Nobody knows."}
    assert "there are no overlapping lists of persons" in sources()


def test_a_sentence_within_a_sentence_is_told_in_the_same_language() -> None:
    inner = said("nobody stands in exactly two lists")
    outer = Said("No estimate: %(reason)s.", {"reason": inner})
    assert str(outer) == "No estimate: nobody stands in exactly two lists."
    assert outer.within("ru") == "Оценки нет: ровно в двух списках нет никого."
