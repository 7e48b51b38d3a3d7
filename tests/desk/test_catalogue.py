"""Every sentence that the desk can show is there in every language."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from tests.desk.catalogue import SRC, messages

from asylia.languages import LANGUAGES, SOURCE

OTHERS = [language for language in LANGUAGES if language != SOURCE]


def catalogue(language: str) -> Path:
    return SRC / "locale" / language / "LC_MESSAGES" / "desk.po"


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_missing_and_nothing_left_over(language: str) -> None:
    with catalogue(language).open("rb") as file:
        known = {m.id if isinstance(m.id, str) else m.id[:2] for m in read_po(file) if m.id}
    assert known == messages()


@pytest.mark.parametrize("language", OTHERS)
def test_each_translation_takes_what_its_source_takes(language: str) -> None:
    with catalogue(language).open("rb") as file:
        for message in read_po(file, abort_invalid=True):
            source = message.id if isinstance(message.id, str) else message.id[1]
            told = (message.string,) if isinstance(message.string, str) else message.string
            for text in told:
                assert text or not source
                if source:
                    assert re.findall(r"%\(\w+\)s", source) == re.findall(r"%\(\w+\)s", text)


def test_a_missing_sentence_would_be_noticed() -> None:
    assert "Inbox" in messages()
    assert ("%(num)s claim", "%(num)s claims") in messages()
    assert "There is no reply to send." in messages()
