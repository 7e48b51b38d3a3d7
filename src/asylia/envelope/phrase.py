"""The phrase: nine words that are a reporter's whole key, ``spec/phrase.md``.

Upholds: what is read back is one phrase or none, in spite of case, accents, numbering and line
breaks.  Refuses: telling, in a message or a ``repr``, any word that was typed; a word list that
changed under us, since phrases would come to mean something else.
"""

import unicodedata
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Final, Literal, Self

from mnemonic import Mnemonic

from asylia.crypto import random
from asylia.errors import AsyliaError, MalformedError

WORDS: Final = 9
ENTROPY: Final = 12
_CHECK_BITS, _WORD_BITS = 3, 11
_LONGEST_TEXT = 1000
_MEND_RU = (1572, "снова")  # damaged in the package: docs/decisions/0020
_LISTS = {
    "en": ("english", "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"),
    "ru": ("russian", "c9458f1997f6a6e0e8b4b691de850aa6af15fabca197e56baa6234933af1fffc"),
    "fr": ("french", "431c1d074225d2b7e82db857d7c3ea58051df546e7c8b74c1f6dcab36351fd56"),
    "tr": ("turkish", "a7dc9c77913726106c7b8baa022b7e17601d118acf40aa60ab1fbc9c91b383ac"),
}
LANGUAGES: Final = tuple(_LISTS)


class PhraseError(MalformedError):
    """What was typed is no phrase.  ``position`` (1 to 9) is that of the first unknown word."""

    def __init__(
        self, message: str, *, reason: Literal["count", "word", "check"], position: int | None
    ) -> None:
        super().__init__(message, hint="Compare each word with what you wrote down.")
        self.reason = reason
        self.position = position


@dataclass(frozen=True)
class Phrase:
    """96 random bits, written as nine words; its ``repr`` shows neither."""

    entropy: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.entropy) != ENTROPY:
            raise MalformedError(f"a phrase has {ENTROPY} bytes")

    @classmethod
    def generate(cls, randomness: random.Randomness = random.system) -> Self:
        """A new phrase."""
        return cls(randomness(ENTROPY))

    @classmethod
    def parse(cls, untrusted_text: str, language: str) -> Self:
        """Read what a person typed; raise ``PhraseError``."""
        typed = _fold(untrusted_text) if len(untrusted_text) <= _LONGEST_TEXT else ()
        if len(typed) != WORDS:
            raise PhraseError("a phrase has nine words", reason="count", position=None)
        number, known = 0, _indexes(language)
        for position, word in enumerate(typed, start=1):
            if word not in known:
                raise PhraseError(
                    f"word {position} is not in the list", reason="word", position=position
                )
            number = number << _WORD_BITS | known[word]
        phrase = cls((number >> _CHECK_BITS).to_bytes(ENTROPY, "big"))
        if phrase._number != number:
            message = "one of the words is wrong, or in the wrong place"
            raise PhraseError(message, reason="check", position=None)
        return phrase

    def words(self, language: str) -> tuple[str, ...]:
        """The nine words, in NFC and lower case."""
        words, last = word_list(language), (WORDS - 1) * _WORD_BITS
        return tuple(
            words[self._number >> shift & (1 << _WORD_BITS) - 1]
            for shift in range(last, -1, -_WORD_BITS)
        )

    @property
    def _number(self) -> int:
        check = sha256(self.entropy).digest()[0] >> (8 - _CHECK_BITS)
        return int.from_bytes(self.entropy, "big") << _CHECK_BITS | check


@cache
def word_list(language: str) -> tuple[str, ...]:
    """The 2,048 words of a language, in order; ``MalformedError`` where it has none."""
    if language not in _LISTS:
        raise MalformedError("there are no phrases in that language")
    name, expected = _LISTS[language]
    words = [unicodedata.normalize("NFC", word) for word in Mnemonic(name).wordlist]
    if language == "ru":
        index, word = _MEND_RU
        words[index] = word
    if sha256("".join(word + "\n" for word in words).encode()).hexdigest() != expected:
        raise AsyliaError(
            "a word list is not the one that phrases are made of",
            hint="Install the version of the package mnemonic that requirements.lock names.",
        )
    return tuple(words)


@cache
def _indexes(language: str) -> dict[str, int]:
    return {_fold(word)[0]: index for index, word in enumerate(word_list(language))}


def _fold(text: str) -> tuple[str, ...]:
    lowered = unicodedata.normalize("NFKD", text).lower()
    kinds = ((char, unicodedata.category(char)) for char in lowered)
    bare = ((char, kind) for char, kind in kinds if kind[0] != "M" and kind != "Cf")
    return tuple(
        "".join(char if kind[0] == "L" else " " for char, kind in bare).replace("ı", "i").split()
    )
