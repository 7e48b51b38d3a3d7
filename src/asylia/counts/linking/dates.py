"""Dates and ages as intervals of days.

Upholds: "1987", "1987-03", "1987-03-04", "19870304", "1985/1989", "about 1987" and an age on a day
each become the first and the last day that they allow.  Refuses what is no date: it is missing, and
is counted as such.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_DATE = re.compile(r"(\d{4})(?:[-./]?(\d{2})(?:[-./]?(\d{2}))?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})")
_ABOUT = re.compile(r"^(?:about|circa|c\.|ca\.?|около|ок\.)\s*|[~?%]", re.IGNORECASE)


@dataclass(frozen=True)
class Interval:
    """The first and the last possible day, as ordinals of ``datetime.date``."""

    first: int
    last: int


def read(untrusted: str) -> Interval | None:
    """What a date may be, or None where it is missing or no date."""
    text = untrusted.strip()
    bare = _ABOUT.sub("", text).strip()
    slack = 730 if bare != text else 0
    if "/" in bare and not _DAY_FIRST.fullmatch(bare):
        if bare.count("/") > 3:  # two ends, one of them day/month/year
            return None
        ends = [read(part) for part in bare.split("/", 1)]
        if ends[0] is None or ends[1] is None or ends[0].first > ends[1].last:
            return None
        return Interval(ends[0].first, ends[1].last)
    found = _one(bare)
    return Interval(max(1, found.first - slack), found.last + slack) if found else None


def unread(column: Iterable[str] | None, reads: Callable[[str], object] = read) -> int:
    """How many cells hold something that is no date, or nothing else that ``reads`` knows."""
    texts = Counter(column or ())
    return sum(many for text, many in texts.items() if text.strip() and reads(text) is None)


def by_age(age: float, on: Interval) -> Interval:
    """When somebody was born who was ``age`` years old on a day."""
    return Interval(max(1, on.first - int((age + 1) * 365.25)), max(1, on.last - int(age * 365.25)))


def _one(text: str) -> Interval | None:
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
    elif found := _DATE.fullmatch(text):
        year, month, day = (int(part or 0) for part in found.groups())
    else:
        return None
    try:
        first = date(year, month or 1, day or 1)
        if day:
            return Interval(first.toordinal(), first.toordinal())
        after = date(year + 1, 1, 1) if month in {0, 12} else date(year, month + 1, 1)
    except ValueError:
        return None
    return Interval(first.toordinal(), (after - timedelta(days=1)).toordinal())
