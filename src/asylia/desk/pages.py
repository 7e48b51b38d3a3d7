"""Templates: plain HTML in the worker's language.

Upholds: everything is escaped, what acts unseen in a text is shown as a mark, an undefined name
fails loudly, days are shown as people write them.
Refuses: time of day (nothing keeps one).
"""

from collections.abc import Callable
from functools import cache
from types import CodeType
from typing import Any
from weakref import ref

from jinja2 import BytecodeCache, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from asylia.counts.words import Spoken
from asylia.desk.days import in_words, spoken
from asylia.desk.frame import Around, Frame, Frames
from asylia.desk.phrases import Phrasebook
from asylia.desk.sentences import told
from asylia.desk.terms import name_of
from asylia.errors import Sentence
from asylia.languages import LANGUAGES, NAMES, translator
from asylia.record.views.shelf import Known
from asylia.visible import visible

_DOMAIN = "desk"


class Pages:
    """The desk's templates, once per language."""

    def __init__(self) -> None:
        self._environments = {language: self._environment(language) for language in LANGUAGES}
        self._frames = {language: self._framed(language) for language in LANGUAGES}

    def render(self, template: str, language: str, **shown: Any) -> str:
        """One page as text."""
        return self.book(language).get_template(template).render(shown)

    def around(self, language: str, frame: Frame, here: str) -> Around:
        """What stands around the page at this address."""
        return self._frames[language].around(frame, here)

    def _framed(self, language: str) -> Frames:
        return Frames(lambda frame, gap: self.render("_frame.html", language, frame=frame, gap=gap))

    def book(self, language: str) -> Phrasebook:
        """The templates in a language."""
        return self._environments[language]

    def name_of(self, language: str, record: Known, content_id: str) -> Markup:
        """What a thing is called in a language, as the templates show it."""
        return self.named(language)(record, content_id)

    def named(self, language: str) -> "Named":
        """What things are called in a language."""
        named: Named = self.book(language).globals["name_of"]  # type: ignore[assignment]
        return named

    def translate(self, language: str, text: str) -> str:
        """One of our own sentences in a language."""
        return translator(language, _DOMAIN).gettext(text)

    def plural(self, language: str, one: str, many: str, count: int, **values: str) -> str:
        """One of our own sentences about ``count`` things, with what else it takes."""
        found = translator(language, _DOMAIN).ngettext(one, many, count)
        return found % {"num": count, **values}

    def _environment(self, language: str) -> Phrasebook:
        environment = _environment(language)
        # A plain text: escaped, its % are its own.  The ledger's errors begin with a small letter.
        environment.globals["told"] = lambda text: _begun(self._told(language, text))
        return environment

    def _told(self, language: str, text: str) -> str:
        if isinstance(text, Sentence):
            return told(text, self, language, {})
        if isinstance(text, Spoken):
            return text.said.within(language)
        return self.translate(language, text)


def _environment(language: str) -> Phrasebook:
    catalogue = translator(language, _DOMAIN)
    environment = Phrasebook(
        catalogue,
        loader=PackageLoader("asylia.desk"),
        bytecode_cache=_compiled(language),
        auto_reload=False,  # a template is no file to look at with each page
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_seen,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["language"] = language
    environment.globals["name_of"] = Named(language)
    environment.globals["languages"] = NAMES
    environment.filters["day"] = lambda day: in_words(day, language)
    environment.filters["date"] = lambda edtf: spoken(edtf, language)
    environment.filters["hex"] = bytes.hex
    environment.filters["shown"] = visible
    return environment


class Compiled(BytecodeCache):
    """Templates as they were compiled, in memory, for whoever draws in the same language."""

    def __init__(self) -> None:
        self._codes: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the code, if it is of this very source."""
        checksum, code = self._codes.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code."""
        if bucket.code is not None:
            self._codes[bucket.key] = (bucket.checksum, bucket.code)


@cache
def _compiled(language: str) -> Compiled:  # noqa: ARG001 - each its own
    return Compiled()


class Named:
    """What things are called, ready to be shown; each is looked up once in what a page reads."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._read: Callable[[], Known | None] = lambda: None
        self._known: dict[str, Markup] = {}

    def __call__(self, record: Known, content_id: str) -> Markup:
        """As ``terms.name_of``, escaped; what this record does not know bears its id."""
        if self._read() is not record:  # of another page, or of before a write
            self._read, self._known = ref(record), {}
        if content_id not in self._known:
            self._known[content_id] = escape(visible(name_of(record, content_id, self._language)))
        return self._known[content_id]


def _seen(value: object) -> object:
    """Whatever text a page shows, with what acts unseen as marks; ready markup is our own."""
    return visible(value) if type(value) is str else value


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
