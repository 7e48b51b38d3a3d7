"""Days and dates as people write them, in the page's language.

Upholds: what the teller left open stays open ("about", "perhaps", "until"); nothing more exact is
shown than was told.  Refuses nothing: a form of EDTF that is not known here is shown as it is.
"""

import re
from datetime import date
from functools import lru_cache

from babel.dates import format_date

from asylia.languages import translator
from asylia.values import Day, date_of

_LOCALES = {"en": "en_GB", "ru": "ru"}
_FORMS = {4: "y", 7: "LLLL y", 10: "d MMMM y"}  # by the length of YYYY-MM-DD and its beginnings
_OF_ONE_YEAR = {7: "LLLL", 10: "d MMMM"}
_ONE = re.compile(r"(\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?)([~?%]?)")
_OPEN = ("", "..")


def in_words(day: Day | None, language: str) -> str:
    """A day of our own; empty where there is none."""
    return "" if day is None else spoken(date_of(day).isoformat(), language)


@lru_cache(maxsize=8_192)
def spoken(edtf: str, language: str) -> str:
    """A date as it was told: ``2017-07-01/2017-07-10`` is "1–10 July 2017"."""
    try:
        return _spoken(edtf, language)
    except ValueError:  # such as 30 February: what reads a ledger lives with what lies in it
        return edtf


def _spoken(edtf: str, language: str) -> str:
    words = translator(language, "desk")
    start, found, end = edtf.partition("/")
    if not found:
        return _one(edtf, language)
    if start in _OPEN:
        return words.gettext("%(day)s or before") % {"day": _one(end, language)}
    if end in _OPEN:
        return words.gettext("%(day)s or later") % {"day": _one(start, language)}
    return f"{_first(start, end, language)}{_one(end, language)}"


def _first(start: str, end: str, language: str) -> str:
    """The beginning of two days or months, and the dash; what both share is said once."""
    plain = _ONE.fullmatch(start) and _ONE.fullmatch(end) and len(start) == len(end)
    if plain and len(start) == 10 and start[:7] == end[:7]:
        return f"{_date(start).day}–"
    if plain and len(start) in _OF_ONE_YEAR and start[:4] == end[:4]:
        return f"{_plain(start, _OF_ONE_YEAR[len(start)], language)} – "
    return f"{_one(start, language)} – "


def _one(text: str, language: str) -> str:
    found = _ONE.fullmatch(text)
    if found is None:
        return text
    plain, mark = found.groups()
    told = _plain(plain, _FORMS[len(plain)], language)
    words = translator(language, "desk")
    if mark in ("~", "%"):
        told = words.gettext("about %(day)s") % {"day": told}
    return words.gettext("perhaps %(day)s") % {"day": told} if mark in ("?", "%") else told


def _plain(text: str, form: str, language: str) -> str:
    return format_date(_date(text), form, locale=_LOCALES[language])


def _date(text: str) -> date:
    year, month, day = (*text.split("-"), "1", "1")[:3]
    return date(int(year), int(month), int(day))
