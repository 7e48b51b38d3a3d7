"""Counts as people type them, in English and Russian: "at least 6", "более 100", "about 60".

Upholds: "more than 100" is 101 or more, "about" stays about, an open end stays open, and "not
stated" is no number and not nought; a count is never guessed from other words.  Refuses, with what
to write instead: everything else, and a least that is more than the most.
"""

import re
import unicodedata
from collections.abc import Callable

from asylia.errors import MalformedError
from asylia.record.claims import Count

LONGEST = 60
_MOST = 10_000_000_000
_NUMBER = r"(\d{1,3}(?:[ ,.\u00a0\u202f]\d{3})+|\d{1,11})"
_NOT_STATED = frozenset({
    "?", "-", "–", "not stated", "number not stated", "не указано", "не названо",
    "число не названо",
})  # fmt: skip
_FORMS: tuple[tuple[str, Callable[..., Count]], ...] = (
    (r"(?:exactly |ровно |=)?N", lambda n: Count(min=n, max=n)),
    (
        r"(?:about|around|some|approximately|ca\.?|~|около|примерно|порядка) ?N",
        lambda n: Count(min=n, max=n, about=True),
    ),
    (
        (
            r"(?:at least|no fewer than|no less than|>=|≥|от|не менее|не меньше|минимум|"
            r"по меньшей мере|как минимум) ?N|N ?\+|N or more|N и более|N или больше"
        ),
        lambda n: Count(min=n),
    ),
    (
        r"(?:more than|over|above|>|более чем|более|больше чем|больше|свыше) ?N",
        lambda n: Count(min=n + 1),
    ),
    (
        (
            r"(?:at most|up to|no more than|<=|≤|до|не более|не больше|максимум) ?N"
            r"|N or fewer|N или меньше|N и менее"
        ),
        lambda n: Count(max=n),
    ),
    (
        r"(?:fewer than|less than|under|below|<|менее чем|менее|меньше чем|меньше) ?N",
        lambda n: Count(max=n - 1),
    ),
    (
        r"(?:from |between |от |между )?N ?(?:to|and|[-–—]|до|и) ?N",
        lambda low, high: Count(min=low, max=high),
    ),
)


def typed_count(untrusted: str) -> Count | None:
    """The count that somebody typed; None where nothing was; ``MalformedError`` with a hint."""
    text = unicodedata.normalize("NFKC", untrusted).casefold().strip()
    text = re.sub(r"\s+", " ", text)
    if not text:
        return None
    if text in _NOT_STATED:
        return Count()
    if len(text) <= LONGEST:
        for pattern, made in _FORMS:
            if found := re.fullmatch(pattern.replace("N", _NUMBER), text):
                return _within(made(*(_whole(one) for one in found.groups() if one)))
    raise _unread()


def _whole(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def _within(count: Count) -> Count:
    ends = [end for end in (count.min, count.max) if end is not None]
    if ends != sorted(ends) or any(not 0 <= end <= _MOST for end in ends):
        raise _unread()
    return count


def _unread() -> MalformedError:
    return MalformedError(
        "This number can't be read.",
        hint="Write it as told: 6, at least 6, more than 100, about 60, 20-25, or not stated.",
    )
