"""What counting says, in English and Russian: sentences by gettext, domain ``counts``.

Upholds: each reason, assumption and piece of advice is one marked sentence, so that a test finds
whatever lacks a translation; where a number bends it, the language's own forms stand side by side.
An error's message is a text that knows how to be told in other languages.  Refuses: to build a
sentence from pieces.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from asylia.languages import SOURCE, translator

DOMAIN = "counts"
BOTH = "en+ru"  # not a language: for what is drawn once for readers of either


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for a mark that translates nothing
    """Mark a sentence for translation where it stands; it is translated where it is shown."""
    return sentence


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802 - as ``N_``
    """Mark a sentence that a number ``num`` bends: of one, and of several."""
    return one, many


@dataclass(frozen=True)
class Said:
    """A marked sentence and what fills its places."""

    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.within(SOURCE)

    def within(self, language: str) -> str:
        """The sentence in that language."""
        values = {
            name: value.within(language) if isinstance(value, Said) else value
            for name, value in self.values.items()
        }
        return self._form(language) % values

    def _form(self, language: str) -> str:
        return translator(language, DOMAIN).gettext(self.sentence)


@dataclass(frozen=True)
class Numbered(Said):
    """A marked sentence that a number bends."""

    many: str = ""
    num: int = 1

    def _form(self, language: str) -> str:
        return translator(language, DOMAIN).ngettext(self.sentence, self.many, self.num)


def said(sentence: str, **values: object) -> Said:
    """A marked sentence, filled."""
    return Said(sentence, values)


def numbered(forms: tuple[str, str], num: int, **values: object) -> Said:
    """A marked sentence in the form that ``num`` asks for; it stands there as ``%(num)s``."""
    return Numbered(forms[0], {"num": whole(num), **values}, forms[1], num)


class Spoken(str):
    """A message of an error: English, and ``said`` tells it in any language."""

    said: Said

    def __new__(cls, one: Said) -> "Spoken":
        """The sentence in English."""
        self = super().__new__(cls, str(one))
        self.said = one
        return self


def spoken(sentence: str, **values: object) -> Spoken:
    """A marked sentence, filled, as a message."""
    return Spoken(said(sentence, **values))


class Whole(Said):
    """A number of persons, with the thousands set off as the language does."""

    def within(self, language: str) -> str:
        """A comma in English; elsewhere a space that does not break a line, from 10,000 on."""
        value = self.values[""]
        if language == SOURCE:
            return f"{value:,}"
        return f"{value}" if abs(int(str(value))) < 10_000 else f"{value:,}".replace(",", "\u00a0")


class Fixed(Said):
    """A sentence that was told before, as it was told: English, and by language the others."""

    def within(self, language: str) -> str:
        """In that language; in English where it was not told in it."""
        return str(self.values.get(language, self.sentence))


def within_both(one: Said) -> str:
    """English, then Russian where that reads otherwise."""
    english, russian = one.within("en"), one.within("ru")
    return english if english == russian else f"{english} · {russian}"


class Fraction(Said):
    """A number with the language's own mark before its fraction."""

    def within(self, language: str) -> str:
        """A point in English, a comma elsewhere."""
        told = str(self.values[""])
        return told if language == SOURCE else told.replace(".", ",")


def fraction(number: float, form: str = "g") -> Said:
    """A number in this form, to be told in any language."""
    return Fraction("", {"": format(number, form)})


def whole(number: int) -> Said:
    """A number of persons, to be told in any language."""
    return Whole("", {"": number})
