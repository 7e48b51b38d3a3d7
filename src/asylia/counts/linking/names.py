"""Names as sets of tokens, in whatever order and script they were written.

Upholds: a name's forms in Cyrillic, Latin and Arabic, with or without patronymic, in either order,
by initials or a short form, give tokens that meet.  Refuses clans: a teip leads to the family.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

import yaml

from asylia.counts.linking.constants import CONSTANTS, Constants
from asylia.counts.linking.transliteration import consonants, latin, sounds_like

_APART = re.compile(r"[^\w'’ʼ`ʿʾ]+|_")
_MARKS = re.compile(r"['’ʼ`´ʿʾ]")
_PATRONYMIC = re.compile(
    r"(?:[oe]vich|[oe]vna|ichna|[oe]vic|ovych|ivna|ogly|oglu|ogli|kyzy|kizi|kyz)$"
)
CHILD_OF = frozenset({"bin", "ibn", "ben", "bint", "ould", "wuld", "walad"})
TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "sir",
        "dame",
        "lord",
        "lady",
        "mister",
        "gospodin",
        "general",
        "colonel",
        "president",
    ]
)
ARTICLES = frozenset({"al", "el", "as", "ar", "ad", "az", "at", "an", "ash", "abu", "umm"})


def tokens(name: str) -> tuple[str, ...]:
    """The tokens of a name: Latin letters, small, without titles; each once, in their order."""
    kept = [part for word in name.split() for part in _parts(word)]
    return tuple(dict.fromkeys(part for part in kept if len(kept) == 1 or part not in ARTICLES))


@lru_cache(1 << 18)
def _parts(word: str) -> tuple[str, ...]:
    """What one word of a name is read as: a table has far fewer words than names."""
    split = (_MARKS.sub("", part) for part in _APART.split(latin(word)))
    return tuple(part for part in split if part and part not in TITLES and part not in CHILD_OF)


def is_patronymic(token: str) -> bool:
    """Whether a token says whose child somebody is; sources often leave it out."""
    return bool(len(token) > 5 and _PATRONYMIC.search(token))


def kin(token: str, by: Constants = CONSTANTS) -> Iterator[tuple[str, int]]:
    """What only forms of one name share, and how much of its weight that is worth, in percent."""
    if len(token) > 1:
        yield "sound " + sounds_like(token), by.worth_sound
        for short in short_forms().get(token, ()):
            yield f"short {short}", by.worth_short
        bare = consonants(token)
        if len(bare) > 3:
            yield "bare " + bare, by.worth_bare


@cache
def short_forms() -> dict[str, tuple[int, ...]]:
    """By a form of a given name, the numbers of the names that it may stand for."""
    known: dict[str, tuple[int, ...]] = {}
    lines = yaml.safe_load(
        files("asylia.counts.linking").joinpath("diminutives.yaml").read_text("utf-8")
    )
    for number, forms in enumerate(lines):
        for form in forms:
            known[form] = (*known.get(form, ()), number)
    return known
