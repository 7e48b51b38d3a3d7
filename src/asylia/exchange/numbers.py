"""How many, as tables give it: 6, more than 100, about 60, 3 to 5, не менее 6.

Upholds: what is open stays open; "more than 100" is at least 101.  Refuses (None) whatever has two
readings, and thousands with separators that could be decimals.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

_N = r"([0-9]{1,9})"
_MORE = r"(?:>|more than|over|above|более(?: чем)?|больше(?: чем)?|свыше)"
_LEAST = (
    r"(?:>=|≥|at least|no fewer than|not less than|не менее(?: чем)?|не меньше|как минимум|минимум)"
)
_LESS = r"(?:<|fewer than|less than|under|менее(?: чем)?|меньше(?: чем)?)"
_MOST = r"(?:<=|≤|at most|up to|no more than|не более(?: чем)?|не больше|до)"
_ABOUT = r"(?:~|≈|about|around|some|approximately|approx\.?|около|примерно|порядка|приблизительно)"
_FORMS: tuple[tuple[str, Callable[[int, int], dict[str, Any]]], ...] = (
    (rf"{_N}", lambda a, _b: {"min": a, "max": a}),
    (rf"{_MORE} ?{_N}", lambda a, _b: {"min": a + 1, "max": None}),
    (rf"{_LEAST} ?{_N}|{_N} ?(?:\+|or more|и более)", lambda a, _b: {"min": a, "max": None}),
    (rf"{_LESS} ?{_N}", lambda a, _b: {"min": None, "max": a - 1}),
    (rf"{_MOST} ?{_N}", lambda a, _b: {"min": None, "max": a}),
    (rf"{_ABOUT} ?{_N}", lambda a, _b: {"min": a, "max": a, "about": True}),
    (
        rf"(?:from |between |от |с )?{_N} ?(?:-|to|and|до|по|и) ?{_N}",
        lambda a, b: {"min": a, "max": b},
    ),
)
_NOT_STATED = frozenset({
    "?", "-", "unknown", "not stated", "n/a", "неизвестно", "не указано", "нет данных",
})  # fmt: skip


def typed_count(untrusted: str) -> dict[str, Any] | None:
    """``min``, ``max``, ``about``; None where it can't be read as one count."""
    text = unicodedata.normalize("NFKC", untrusted).casefold().strip()
    text = " ".join(re.sub("[‐‑‒–—−]", "-", text).split())
    if text in _NOT_STATED:
        return {"min": None, "max": None}
    for pattern, made in _FORMS:
        if found := re.fullmatch(pattern, text):
            numbers = [int(one) for one in found.groups() if one is not None]
            count = made(numbers[0], numbers[-1])
            return count if (count["min"] or 0) <= (count["max"] or 10**10) else None
    return None
