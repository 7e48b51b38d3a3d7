"""Words as they are searched for: folded, stemmed, and by their sound across scripts.

Upholds: "Grozny" finds "Грозный" and the other way round, in every case of it; the Chechen palochka
is the same however it is typed (Ӏ, ӏ, I, l, 1) or left out; ё is е.  A word in Latin letters is
stemmed as English; if it begins with a capital it also goes by its sound: written in Cyrillic,
stemmed as Russian, and spelled in few Latin letters, as each Cyrillic word is.
Refuses: words that tell a person's orientation, where the caller says that somebody is concerned:
nobody is found by them (``redline.tells_orientation``).  Other scripts are folded alone.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from snowballstemmer import stemmer

from asylia.record.redline import tells_orientation

_ENGLISH, _RUSSIAN = stemmer("english"), stemmer("russian")
_PALOCHKA = "\u04c0\u04cf"
# A palochka that was typed as another sign stands beside a Cyrillic letter.
_TYPED = re.compile(r"(?<=[\u0400-\u04ff])[Il1|!]|[Il1|!](?=[\u0400-\u04ff])")
_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LATIN = re.compile(r"[a-z]+")
_LONGEST = 64

# Latin letters to Cyrillic ones, the longest first.
_TO_CYRILLIC = {
    "shch": "щ", "sch": "щ", "zh": "ж", "kh": "х", "ts": "ц", "tz": "ц", "ch": "ч", "sh": "ш",
    "ya": "я", "ja": "я", "ia": "я", "yu": "ю", "ju": "ю", "iu": "ю", "yo": "е", "jo": "е",
    "ye": "е", "je": "е", "iy": "ий", "ij": "ий", "yy": "ый", "yi": "ый", "gh": "г", "ph": "ф",
    "th": "т", "ck": "к", "a": "а", "b": "б", "c": "к", "d": "д", "e": "е", "f": "ф", "g": "г",
    "h": "х", "i": "и", "j": "й", "k": "к", "l": "л", "m": "м", "n": "н", "o": "о", "p": "п",
    "q": "к", "r": "р", "s": "с", "t": "т", "u": "у", "v": "в", "w": "в", "x": "кс", "y": "ы",
    "z": "з",
}  # fmt: skip
_SPELLED = re.compile("|".join(sorted(_TO_CYRILLIC, key=len, reverse=True)))
# Cyrillic letters by their sound, in few Latin letters: how a name is spelled differs most here.
_SOUND = str.maketrans({
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "є": "e", "э": "e",
    "ж": "zh", "з": "z", "и": "i", "і": "i", "ї": "i", "й": "i", "ы": "i", "к": "k", "л": "l",
    "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ў": "u",
    "ф": "f", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ь": "", "ю": "u",
    "я": "a", "\u04c0": "", "\u04cf": "",
})  # fmt: skip
_AFTER_A_VOWEL = re.compile(r"(?<=[аеиоуыэюя])(?:ы|и\Z)")
# The stemmer takes "Кадыров" for a plural, "Кадырова" not: both lose the ending of a name.
_NAMED = re.compile(r"(.{3,})[ое]в(?:а|у|е|ы|ой|ом|ым|ых|ыми)?")
# It takes "подвал" for what somebody did, "подвале" not: both lose what could be the past.
_PAST = re.compile(r"(?<=...)[аеиоуыэюя]л?\Z")
_TWICE = re.compile(r"(.)\1+")


class Tokens(NamedTuple):
    """A text's words: stems of Latin ones (and all that has no sound), and sounds."""

    stems: tuple[str, ...]
    sounds: tuple[str, ...]


def words_in(text: str) -> list[str]:
    """The words of a text as written, each palochka as itself."""
    plain = unicodedata.normalize("NFKC", text)
    return [word for word in _WORD.findall(_TYPED.sub("\u04c0", plain)) if len(word) <= _LONGEST]


def tokens(text: str, *, concerns_a_person: bool = False) -> Tokens:
    """What a text is indexed under."""
    stems: list[str] = []
    sounds: list[str] = []
    for word in words_in(text):
        if concerns_a_person and tells_orientation(word):
            continue
        stem, sound = forms(word)
        if stem:
            stems.append(stem)
        if sound and (not stem or word[0].isupper()):
            sounds.append(sound)
    return Tokens(tuple(stems), tuple(sounds))


@lru_cache(maxsize=65_536)
def forms(word: str) -> tuple[str, str]:
    """A word's stem and its sound; a Cyrillic word has no stem of its own, a number no sound."""
    low = _folded(word)
    if _CYRILLIC.search(low):
        return "", _sound(low)
    if _LATIN.fullmatch(low):
        return _ENGLISH.stemWord(low), _sound(_in_cyrillic(low))
    return low, ""


def beginning(word: str) -> tuple[str, str]:
    """The same for the first letters of a word: nothing is stemmed."""
    low = _folded(word)
    if _CYRILLIC.search(low):
        return "", _spelled(low)
    if _LATIN.fullmatch(low):
        return low, _spelled(_in_cyrillic(low))
    return low, ""


def _folded(word: str) -> str:
    """Small letters without their marks, but for й."""
    kept = word.casefold().replace("й", "\0")
    parts = unicodedata.normalize("NFKD", kept)
    return "".join(c for c in parts if not unicodedata.combining(c)).replace("\0", "й")


def _in_cyrillic(latin: str) -> str:
    letters = _SPELLED.sub(lambda one: _TO_CYRILLIC[one[0]], latin)
    return _AFTER_A_VOWEL.sub("й", letters)


def _sound(cyrillic: str) -> str:
    named = _NAMED.fullmatch(cyrillic)
    return _spelled(named[1] if named else _PAST.sub("", _RUSSIAN.stemWord(cyrillic)))


def _spelled(cyrillic: str) -> str:
    """By sound; a word that has none left (a lone soft sign) is itself."""
    return _TWICE.sub(r"\1", cyrillic.translate(_SOUND)) or cyrillic
