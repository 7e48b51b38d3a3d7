"""How many persons an incident hit, as an interval: what lists write, in English and Russian.

Upholds: "3", "3-5", "100+", "more than 100", "at least 5", "about 60", "более 100", "около 60" each
become the least and the most that they allow; "about" is a fifth more or less.  Refuses what is no
number, and what is more than ``OPEN``: it is missing.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

OPEN = 1_000_000  # the most, where nothing bounds it
_NUMBER = r"(\d{1,3}(?:[ \u00a0,]\d{3}){1,2}|\d{1,6})"
_ONE = re.compile(_NUMBER)
_RANGE = re.compile(rf"(?:from|between|от)?\s*{_NUMBER}\s*(?:-|–|—|to|and|до|и)\s*{_NUMBER}")
_ABOVE = re.compile(rf"(?:>|more than|over|above|более(?: чем)?|больше|свыше)\s*{_NUMBER}")
_LEAST = re.compile(
    rf"(?:>=|≥|at least|no less than|не менее|не меньше|минимум)\s*{_NUMBER}|{_NUMBER}\s*\+"
)
_MOST = re.compile(rf"(?:<=|≤|at most|up to|до|не более|не больше)\s*{_NUMBER}")
_ABOUT = re.compile(rf"(?:~|about|around|some|circa|approximately|около|примерно)\s*{_NUMBER}")


class Amount(NamedTuple):
    """The least and the most."""

    least: int
    most: int


def read(untrusted: str) -> Amount | None:
    """What a cell allows, or None where it is missing or no number."""
    text = " ".join(untrusted.casefold().split())
    for form, meant in _FORMS:
        if found := form.fullmatch(text):
            told = meant(*(int(re.sub(r"\D", "", one)) for one in found.groups() if one))
            return told if told.least <= told.most <= OPEN else None
    return None


_FORMS: tuple[tuple[re.Pattern[str], Callable[..., Amount]], ...] = (
    (_RANGE, lambda one, other: Amount(min(one, other), max(one, other))),
    (_MOST, lambda one: Amount(1, one)),
    (_ABOVE, lambda one: Amount(one + 1, OPEN)),
    (_LEAST, lambda one: Amount(one, OPEN)),
    (_ABOUT, lambda one: Amount(one - one // 5, one + (one + 4) // 5)),
    (_ONE, lambda one: Amount(one, one)),
)
