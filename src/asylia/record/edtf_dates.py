"""Dates as people tell them (EDTF, ISO 8601-2:2019), through package ``edtf``.

Upholds: a date is an interval of days, each end open if the teller left it open; "known from" is
the last possible day.  Refuses: what the package can't read, years outside 1 to 9999, an interval
that ends before it begins.  Open intervals and ``%`` are split here, because the package (5.0)
fails to give their bounds.
"""

import re
import warnings
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from threading import Lock
from time import struct_time
from typing import Any, Literal

from asylia.errors import MalformedError
from asylia.values import Day, day_of

LONGEST = 64
_OPEN = ("..", "")
_PLAIN = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-([0-3][0-9]))?)?")
_BRINGING_IN = Lock()
_ALPHABET = frozenset("0123456789-/.,X?~%[]{} ")

Relation = Literal["equal", "within", "around", "apart", "overlaps"]


@dataclass(frozen=True)
class Span:
    """From the first to the last possible day; None: open."""

    first: Day | None
    last: Day | None
    approximate: bool = False

    def relation(self, other: "Span") -> Relation:
        """How this span lies to another: ``within`` means that it lies inside the other."""
        mine, theirs = self._ends(), other._ends()
        if mine == theirs:
            return "equal"
        if theirs[0] <= mine[0] and mine[1] <= theirs[1]:
            return "within"
        if mine[0] <= theirs[0] and theirs[1] <= mine[1]:
            return "around"
        return "apart" if mine[1] < theirs[0] or theirs[1] < mine[0] else "overlaps"

    def covers(self, day: Day) -> bool:
        """Whether this day lies in it."""
        first, last = self._ends()
        return first <= day <= last

    def _ends(self) -> tuple[float, float]:
        first = float("-inf") if self.first is None else self.first
        return first, float("inf") if self.last is None else self.last


def span(untrusted: str) -> Span:
    """The days that an EDTF text allows; ``MalformedError`` if it is none that we read."""
    if not untrusted or len(untrusted) > LONGEST or not _ALPHABET.issuperset(untrusted):
        raise _malformed()
    return _span(untrusted)


def inner(untrusted: str) -> Span | None:
    """The days that an EDTF text surely takes in, where it tells of a time that lasted.

    "2017-02/2017-05" surely takes in March and April, a single day itself, "2017" no day surely,
    and what is in doubt or one of several days none.  ``MalformedError`` as ``span``.
    """
    outer = span(untrusted)
    if outer.approximate or untrusted[0] in "[{":
        return None
    if "/" not in untrusted:
        return outer if outer.first == outer.last else None
    start, end = untrusted.split("/")
    first = None if start in _OPEN else _bounds(start)[1]
    last = None if end in _OPEN else _bounds(end)[0]
    return None if first is not None and last is not None and last < first else Span(first, last)


def is_edtf(untrusted: str) -> bool:
    """Whether ``span`` reads it."""
    try:
        span(untrusted)
    except MalformedError:
        return False
    return True


@lru_cache(maxsize=4096)
def _span(text: str) -> Span:
    approximate = any(mark in text for mark in "?~%")
    if text.count("/") == 1:
        start, end = text.split("/")
        if start in _OPEN and end in _OPEN:
            raise _malformed()
        first = None if start in _OPEN else _bounds(start)[0]
        last = None if end in _OPEN else _bounds(end)[1]
    else:
        first, last = _bounds(text)
    if first is not None and last is not None and last < first:
        raise _malformed()
    return Span(first, last, approximate)


@lru_cache(maxsize=4096)
def _bounds(text: str) -> tuple[Day, Day]:
    if plain := _PLAIN.fullmatch(text):  # most dates by far, and the package takes milliseconds
        return _of_calendar(int(plain[1]), plain[2], plain[3])
    if text != text.strip() or "/" in text:
        raise _malformed()
    if re.fullmatch(r"[0-9]{4}-2[1-4][?~%]", text):  # a season in doubt, which edtf 5.0 can't read
        text = text[:-1]
    parse, not_read = _package()
    try:
        parsed = parse(text)
        return _day(parsed.lower_strict()), _day(parsed.upper_strict())
    except (not_read, ValueError, TypeError, AttributeError, RecursionError):
        # The package answers much of what it can't read with whichever error comes first.
        raise _malformed() from None


@lru_cache(maxsize=1)
def _package() -> tuple[Callable[[str], Any], type[Exception]]:
    """The package's parser and its error: brought in late, since few dates need its grammar."""
    with _BRINGING_IN, warnings.catch_warnings():
        # pyparsing 3.3 warns about how edtf 5.0 names its results; nothing a reader could act on.
        warnings.simplefilter("ignore")
        from edtf import parse_edtf  # noqa: PLC0415
        from edtf.parser import parser_classes  # noqa: PLC0415
        from edtf.parser.edtf_exceptions import EDTFParseException  # noqa: PLC0415
    # edtf 5.0 prints on standard output what it fails to read: into our JSON, out of the record.
    vars(parser_classes)["print"] = lambda *_: None
    return parse_edtf, EDTFParseException


def _of_calendar(year: int, month: str | None, day: str | None) -> tuple[Day, Day]:
    """First and last day of a year, a month or a day."""
    try:
        first = date(year, int(month or 1), int(day or 1))
    except ValueError:
        raise _malformed() from None
    if day:
        return day_of(first), day_of(first)
    months = monthrange(year, first.month if month else 12)[1]
    return day_of(first), day_of(date(year, first.month if month else 12, months))


def _day(moment: struct_time) -> Day:
    return day_of(date(*moment[:3]))


def _malformed() -> MalformedError:
    return MalformedError(
        "not a date in EDTF",
        hint="Write 2017-04-01, 2017-04, 2017, 2017-07-01/2017-07-10, 2017-02/.. or 2017-06~.",
    )
