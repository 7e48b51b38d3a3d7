"""What the checker says, in English and in Russian.

Upholds: a sentence is written in English where it is said, and stands in ``russian`` once more;
values are put into both.  Refuses nothing: a sentence without its Russian is said in English, and a
test finds it.  No catalogue is compiled: whoever runs a copy of this folder has no installer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from asylia_verify.russian import RUSSIAN

ENGLISH: Final = "en"
LANGUAGES: Final = (ENGLISH, "ru")


@dataclass(frozen=True)
class Line:
    """One sentence in both languages."""

    english: str
    russian: str

    def within(self, language: str) -> str:
        """The sentence in one of them."""
        return self.english if language == ENGLISH else self.russian


def line(sentence: str, **values: object) -> Line:
    """The sentence with these values in it; a value may be a line itself."""
    russian = RUSSIAN.get(sentence, sentence)
    return Line(_filled(sentence, values, ENGLISH), _filled(russian, values, "ru"))


def _filled(sentence: str, values: Mapping[str, object], language: str) -> str:
    if not values:
        return sentence
    told = {
        name: one.within(language) if isinstance(one, Line) else one for name, one in values.items()
    }
    return sentence % told
