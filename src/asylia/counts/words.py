"""What estimates say, in English and Russian: sentences by gettext, domain ``counts``.

Upholds: each reason, assumption and piece of advice is one marked sentence, so that a test finds
whatever lacks a translation.  Refuses: to build a sentence from pieces.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from asylia.languages import SOURCE, translator

DOMAIN = "counts"


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for a mark that translates nothing
    """Mark a sentence for translation where it stands; it is translated where it is shown."""
    return sentence


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
        return translator(language, DOMAIN).gettext(self.sentence) % values


def said(sentence: str, **values: object) -> Said:
    """A marked sentence, filled."""
    return Said(sentence, values)


class Whole(Said):
    """A number of persons, with the thousands set off as the language does."""

    def within(self, language: str) -> str:
        """A comma in English; elsewhere nothing, since there it marks a fraction."""
        value = self.values[""]
        return f"{value:,}" if language == SOURCE else f"{value}"


def whole(number: int) -> Said:
    """A number of persons, to be told in any language."""
    return Whole("", {"": number})
