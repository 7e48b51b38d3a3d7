"""The language that a command was asked to speak, in its errors too.

Upholds: what stops a command with ``--language`` is told in that language, with what to do; a
sentence of counting knows its own translation, one of the record has it in the desk's catalogue.
Refuses: nothing; what has no translation stays English rather than unsaid.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Literal, ParamSpec

from asylia.counts.words import DOMAIN, N_, Spoken
from asylia.errors import AsyliaError
from asylia.languages import SOURCE, translator
from asylia.ledger.values import Sentence

Language = Literal["en", "ru"]
P = ParamSpec("P")
STOPPED, TO_DO = N_("Stopped:"), N_("What to do:")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Whatever of ours is raised within speaks this language."""
    try:
        yield
    except AsyliaError as error:
        error.message = within(error.message, language)
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


def within(text: str, language: str) -> str:
    """A message, or a hint, in a language."""
    if language == SOURCE or not text:
        return text
    if isinstance(text, Spoken):
        return text.said.within(language)
    if isinstance(text, Sentence):
        from asylia.desk.pages import Pages  # noqa: PLC0415 - templates, when they are needed
        from asylia.desk.sentences import told  # noqa: PLC0415

        return told(text, Pages(), language, {})
    ours = translator(language, DOMAIN).gettext(text)
    return ours if ours != text else translator(language, "desk").gettext(text)
