"""The language that a command was asked to speak, in its errors too.

Upholds: what stops a command with ``--language`` is told in that language, with what to do; a
sentence of counting knows its own translation, one of the record has it in the desk's catalogue.
Refuses: nothing; what has no translation stays English rather than unsaid.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from typing import TYPE_CHECKING, Literal, ParamSpec

from asylia.counts.words import DOMAIN, N_, Spoken, said
from asylia.errors import AsyliaError, Sentence
from asylia.languages import SOURCE, translator
from asylia.record.consent import NotPermittedError

if TYPE_CHECKING:
    from asylia.desk.pages import Pages

Language = Literal["en", "ru"]
P = ParamSpec("P")
STOPPED, TO_DO = N_("Stopped:"), N_("What to do:")
_STAYS = N_("This may not leave: %(missing)s.")
N_("Ask each person for what is missing, mask who is not asked, or leave items out.")  # its hint


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Whatever of ours is raised within speaks this language."""
    try:
        yield
    except AsyliaError as error:
        error.message = _message(error, language)
        error.hint = within(error.hint, language)
        error.language = language
        raise


def speaks(command: Callable[P, None]) -> Callable[P, None]:
    """A command with ``language``, whose errors speak it too."""

    @wraps(command)
    def run(*given: P.args, **named: P.kwargs) -> None:
        with speaking(str(named.get("language", SOURCE))):
            command(*given, **named)

    return run


def _message(error: AsyliaError, language: str) -> str:
    if isinstance(error, NotPermittedError) and language != SOURCE:
        reasons = "; ".join(within(one, language) for one in error.missing)
        return said(_STAYS, missing=reasons).within(language)
    return within(error.message, language)


def within(text: str, language: str) -> str:
    """A message, or a hint, in a language."""
    if language == SOURCE or not text:
        return text
    if isinstance(text, Spoken):
        return text.said.within(language)
    ours = translator(language, DOMAIN).gettext(text)
    if ours != text:
        return ours
    if isinstance(text, Sentence):
        return _told(text, language)
    return translator(language, "desk").gettext(text)


def _told(sentence: Sentence, language: str) -> str:
    from asylia.desk.sentences import told  # noqa: PLC0415 - templates, when they are needed

    values = dict(sentence.values)
    if "why" in values:  # a text of ours, of counting or of the desk
        values["why"] = within(values["why"], language)
    whole = Sentence(sentence.form, many=sentence.many, num=sentence.num, **values)
    return told(whole, _pages(), language, {})


@cache
def _pages() -> "Pages":
    from asylia.desk.pages import Pages  # noqa: PLC0415

    return Pages()
