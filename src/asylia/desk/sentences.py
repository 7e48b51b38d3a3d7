"""Sentences that the ledger makes, in the worker's language.

Upholds: what another admin is asked to sign is told in the language of whoever signs; a name in it
shows its invisible orders.  Refuses: guessing; a sentence without a form is shown as it is.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from asylia.errors import Sentence
from asylia.visible import visible

if TYPE_CHECKING:
    from asylia.desk.pages import Pages

_IDS = {"item", "who", "recipient"}
Labels = Mapping[str, Mapping[str, str]]  # a compartment's English name -> its names


def told(
    sentence: str,
    pages: "Pages",
    language: str,
    labels: Labels,
    called: Callable[[str], str] = visible,
) -> str:
    """A sentence in a language; names of compartments in it are told in that language too.

    ``called``: what people call an item, a person or a recipient, by its id.
    """
    if not isinstance(sentence, Sentence):
        return visible(sentence)

    def value(name: str, word: str) -> str:
        if isinstance(word, Sentence):
            return told(word, pages, language, labels, called)
        if name in {"where", "other"}:
            return visible(labels.get(word, {}).get(language, word))
        if name in _IDS:
            return visible(called(word))
        return pages.translate(language, word) if name == "why" else visible(word)

    values = {name: value(name, word) for name, word in sentence.values.items()}
    if sentence.many:
        return pages.plural(language, sentence.form, sentence.many, sentence.num, **values)
    return pages.translate(language, sentence.form) % values
