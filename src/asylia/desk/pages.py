"""Templates: plain HTML in the worker's language.

Upholds: everything is escaped, an undefined name fails loudly, days are shown as ISO dates.
Refuses: time of day (nothing keeps one).
"""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from asylia.desk.marking import shown
from asylia.desk.terms import name_of
from asylia.languages import LANGUAGES, NAMES, translator
from asylia.values import Day, date_of

_DOMAIN = "desk"


class Pages:
    """The desk's templates, once per language."""

    def __init__(self) -> None:
        self._environments = {language: _environment(language) for language in LANGUAGES}

    def render(self, template: str, language: str, **shown: Any) -> str:
        """One page as text."""
        environment = self._environments[language]
        return environment.get_template(template).render(shown)

    def translate(self, language: str, text: str) -> str:
        """One of our own sentences in a language."""
        return translator(language, _DOMAIN).gettext(text)

    def plural(self, language: str, one: str, many: str, count: int, **values: str) -> str:
        """One of our own sentences about ``count`` things, with what else it takes."""
        found = translator(language, _DOMAIN).ngettext(one, many, count)
        return found % {"num": count, **values}


def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("asylia.desk"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    catalogue = translator(language, _DOMAIN)
    environment.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["language"] = language
    environment.globals["name_of"] = lambda record, one: shown(name_of(record, one))
    environment.globals["languages"] = NAMES
    environment.filters["day"] = _iso
    environment.filters["hex"] = bytes.hex
    environment.filters["shown"] = shown
    # A plain text: escaped, its % are its own.  The ledger's errors begin with a small letter.
    environment.globals["told"] = lambda text: _begun(catalogue.gettext(text))
    return environment


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _iso(day: Day | None) -> str:
    return "" if day is None else date_of(day).isoformat()
