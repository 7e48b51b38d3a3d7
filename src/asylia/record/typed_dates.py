"""Dates as people type them, in English and Russian, as EDTF.

Upholds: what is typed is turned into EDTF that we read, or refused with what to write instead; a
date that is EDTF already stays as it is; "between 20 and 25 February" is *one of* these days, and
"from 20 to 25 February" all of them.  Refuses: to guess a year, a century, a day that two readings
of a number allow (3/4/2017), or which winter is meant.
"""

import re
import unicodedata
from collections.abc import Callable

from asylia.errors import MalformedError
from asylia.record.date_words import Point, point, tokens
from asylia.record.edtf_dates import is_edtf

LONGEST = 100
_RANGES: tuple[tuple[str, Callable[[Point, Point], str]], ...] = (
    (r"BETWEEN (.+) AND (.+)", lambda a, b: f"[{a.edtf}..{b.edtf}]"),
    (r"FROM (.+) (?:TO|UNTIL|BEFORE) (.+)", lambda a, b: f"{a.edtf}/{b.edtf}"),
    (r"(.+) DASH (.+)", lambda a, b: f"{a.edtf}/{b.edtf}"),
    (r"NIGHT (?:FROM )?(.+) (?:TO|AND|DASH) (.+)", lambda a, b: f"[{a.edtf}..{b.edtf}]"),
)
_ENDS: tuple[tuple[str, Callable[[Point], str]], ...] = (
    (r"BEFORE (.+)", lambda a: f"../{a.day_before}"),
    (r"AFTER (.+)", lambda a: f"{a.day_after}/.."),
    (r"(?:UNTIL|TO) (.+)", lambda a: f"../{a.edtf}"),
    (r"(?:SINCE|FROM) (.+)", lambda a: f"{a.edtf}/.."),
    (r"START (.+)", lambda a: a.third(1, 10)),
    (r"MIDDLE (.+)", lambda a: a.third(11, 20)),
    (r"END (.+)", lambda a: a.third(21, 31)),
)
_MARKS = {(True, False): "?", (False, True): "~", (True, True): "%"}


def typed_date(untrusted: str) -> str:
    """The EDTF for what somebody typed; ``MalformedError`` with a hint where there is no one way.

    Nothing typed is nothing said: an empty text stays empty.
    """
    text = unicodedata.normalize("NFKC", untrusted).strip()
    if not text or is_edtf(text):
        return text
    if len(text) > LONGEST:
        raise _unread()
    said, unsure, about = _doubts(tokens(text))
    try:
        found = _read(said, _MARKS.get((unsure, about), ""))
    except ValueError:
        raise _unread() from None
    if not is_edtf(found):
        raise _unread()
    return found


def _doubts(said: str) -> tuple[str, bool, bool]:
    words = said.split()
    plain = [word for word in words if word not in ("UNSURE", "ABOUT")]
    return " ".join(plain), "UNSURE" in words, "ABOUT" in words


def _read(said: str, mark: str) -> str:
    for pattern, made in _RANGES:
        if found := re.fullmatch(pattern, said):
            second = point(found[2])
            return made(point(found[1], second).marked(mark), second.marked(mark))
    if night := re.fullmatch(r"NIGHT (?:TO )?(.+)", said):
        return point(night[1]).with_eve()
    for pattern, ends in _ENDS:
        if found := re.fullmatch(pattern, said):
            if mark:
                raise _unread()
            return ends(point(found[1]))
    return point(said).marked(mark).edtf


def _unread() -> MalformedError:
    return MalformedError(
        "This date can't be read.",
        hint=(
            "Write it with its year: 25 February 2017, spring 2017?, before April 2017, "
            "between 20 and 25 February 2017, or in EDTF."
        ),
    )
