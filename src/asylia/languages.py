"""Languages of what people read: gettext catalogues, one domain a part.

Upholds: source strings are English, so English has no catalogue; every other language has one,
compiled at build time, or nothing is shown at all.  Refuses: falling back to English in silence,
which would hand a frightened reader a page that they cannot read.
"""

import gettext
from functools import cache
from importlib.resources import files

from asylia.errors import NotFoundError

SOURCE = "en"
LANGUAGES = ("en", "ru")
NAMES = {"en": "English", "ru": "Русский"}


@cache
def translator(language: str, domain: str) -> gettext.NullTranslations:
    """The catalogue of ``domain`` (a part's name) in ``language``.

    Raises ``NotFoundError`` for an unknown language or where the catalogue was not compiled.
    """
    if language == SOURCE:
        return gettext.NullTranslations()
    catalogue = files("asylia") / "locale" / language / "LC_MESSAGES" / f"{domain}.mo"
    if language not in LANGUAGES or not catalogue.is_file():
        raise NotFoundError(
            "a message catalogue is missing",
            hint="Run `make setup` again; it compiles the catalogues.",
        )
    with catalogue.open("rb") as compiled:
        return gettext.GNUTranslations(compiled)


def preferred(untrusted_accept_language: str) -> str:
    """The language of ours that a browser asks for most (RFC 9110 section 12.5.4), or English."""
    best, rank = SOURCE, 0.0
    for item in untrusted_accept_language[:256].split(","):
        tag, _, parameters = item.partition(";")
        language = tag.strip().lower().split("-")[0]
        weight = _weight(parameters)
        if language in LANGUAGES and weight > rank:
            best, rank = language, weight
    return best


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name != "q":
        return 1.0
    return min(float(value), 1.0) if value.replace(".", "", 1).isdecimal() else 0.0
