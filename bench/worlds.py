"""Invented persons and their records, with who is who: what linkage's constants are picked on.

Upholds: nothing is taken from anybody, or from a table that linkage is scored on; all is drawn.
Three shapes beside that of ``bench.million``: `lives`, persons with up to twelve records that say
birth, place, code, sex and occupation, each of them often missing or wrong; `lists`, four lists in
which nobody stands twice, two in Cyrillic and two in Latin letters, with a day, an age, a region;
`bare`, two lists of names and years alone.
"""

from collections.abc import Callable
from datetime import date

import numpy as np
from numpy.typing import NDArray

from asylia.counts.linking.table import Records
from bench.million import drawn_words

World = tuple[Records, bool, list[int]]  # records, whether nobody stands twice in a list, persons
_LETTERS = "abdeghiklmnoprstuvz"
_CYRILLIC = (
    ("sh", "ш"), ("ch", "ч"), ("zh", "ж"), ("kh", "х"), ("ia", "я"), ("a", "а"), ("b", "б"),
    ("d", "д"), ("e", "е"), ("g", "г"), ("h", "х"), ("i", "и"), ("k", "к"), ("l", "л"), ("m", "м"),
    ("n", "н"), ("o", "о"), ("p", "п"), ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"), ("v", "в"),
    ("z", "з"),
)  # fmt: skip
_OTHER_LATIN = (("kh", "h"), ("zh", "j"), ("ia", "ya"), ("ch", "tch"))
_ERAS = ((1680, 1700), (1750, 1765), (1890, 1920))


class Drawn:
    """A source of chances, and of words whose frequencies fall as 1 / (rank + 10)."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)

    def words(self, kinds: int, size: int) -> list[str]:
        known = drawn_words(self.random, kinds)
        weights = 1 / (np.arange(kinds) + 10)
        at = self.random.choice(kinds, size, p=weights / weights.sum())
        return [known[one] for one in at.tolist()]

    def once(self, one_in: float) -> bool:
        return bool(self.random.random() < 1 / one_in)

    def of(self, number: int) -> int:
        return int(self.random.integers(number))

    def slip(self, word: str) -> str:
        """One letter another, missing, doubled, or two changed over."""
        at, kind = self.of(max(len(word) - 1, 1)), self.of(4)
        if kind == 0:
            return word[:at] + _LETTERS[self.of(len(_LETTERS))] + word[at + 1 :]
        if kind == 1 and len(word) > 3:
            return word[:at] + word[at + 1 :]
        if kind == 2:
            return word[:at] + word[at : at + 1] + word[at:]
        return word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]

    def persons(self, size: int, shares: list[float]) -> NDArray[np.int64]:
        """The person of each of about ``size`` records, in no order."""
        average = sum((at + 1) * share for at, share in enumerate(shares))
        times = self.random.choice(np.arange(len(shares)) + 1, int(size / average), p=shares)
        return self.random.permutation(np.repeat(np.arange(len(times)), times))


def lives(size: int, *, seed: int, code: bool = True) -> World:
    """Persons of three eras with up to twelve records each."""
    drawn = Drawn(seed)
    of = drawn.persons(size, [0.08, *[0.92 / 11] * 11])
    number = int(of.max()) + 1
    given, second, house = (drawn.words(k, number) for k in (40, 40, 150))
    towns, works = drawn.words(40, number), drawn.words(12, number)
    eras = [_ERAS[drawn.of(3)] for _ in range(number)]
    born = [date(drawn.of(b - a) + a, 1, 1).toordinal() + drawn.of(365) for a, b in eras]
    sexes = ["fm"[drawn.of(2)] for _ in range(number)]
    codes = [f"{towns[at][:2]}{drawn.of(9)} {drawn.of(9)}{towns[at][-2:]}" for at in range(number)]
    rows: list[tuple[str, ...]] = []
    for one in of.tolist():
        names = [given[one], house[one]] if drawn.once(2) else [given[one], second[one], house[one]]
        names = [drawn.slip(name) if drawn.once(5) else name for name in names]
        if drawn.once(6):
            names[0] = names[0][0]
        if drawn.once(12):
            names = names[::-1]
        if drawn.once(9):
            names = names[:-1]
        day = born[one] + (drawn.of(700) - 350 if drawn.once(7) else 0)
        text = date.fromordinal(day).isoformat()
        text = text[:4] if drawn.once(3) else (f"{text[:4]}-01-01" if drawn.once(8) else text)
        town = drawn.slip(towns[one]) if drawn.once(12) else towns[one]
        there = codes[drawn.of(number)] if drawn.once(12) else codes[one]
        row = (text, town, drawn.slip(there) if drawn.once(10) else there, sexes[one], works[one])
        gone = (3, 2.5, 3, 4, 2)
        kept = ("" if drawn.once(n) else x for n, x in zip(gone, row, strict=True))
        rows.append((" ".join(names), *kept))
    kinds = ("name", "born", "place", "postcode", "sex", "occupation")
    columns = dict(zip(kinds, map(list, zip(*rows, strict=True)), strict=True))
    if not code:
        del columns["postcode"]
    return Records(_ids(of), columns), False, of.tolist()


def lists(size: int, *, seed: int) -> World:
    """Four lists of what happened within two years to persons of two regions."""
    drawn = Drawn(seed)
    of = drawn.persons(size, [0.5, 0.25, 0.15, 0.1])
    number = int(of.max()) + 1
    given, father, house = (drawn.words(k, number) for k in (80, 80, 500))
    towns = drawn.words(120, number)
    when = [date(2001, 1, 1).toordinal() + drawn.of(730) for _ in range(number)]
    ages = [drawn.of(60) + 15 for _ in range(number)]
    free = [drawn.random.permutation(4).tolist() for _ in range(number)]
    rows: list[tuple[str, ...]] = []
    for one in of.tolist():
        list_ = free[one].pop()
        last = drawn.slip(house[one]) if drawn.once(10) else house[one]
        names = [given[one], last] if drawn.once(2) else [given[one], father[one] + "ovich", last]
        name = " ".join(names[::-1] if list_ == 3 else names)
        for latin, other in _CYRILLIC if list_ < 2 else (_OTHER_LATIN if list_ == 3 else ()):
            name = name.replace(latin, other)
        day = date.fromordinal(when[one] + (drawn.of(9) if drawn.once(4) else 0)).isoformat()
        day = day[:7] if drawn.once(5) else day
        age = str(ages[one] + (drawn.of(5) - 2 if drawn.once(3) else 0))
        town = towns[drawn.of(number)] if drawn.once(15) else towns[one]
        region = "north" if town < "m" else "south"
        age, town = "" if drawn.once(4) else age, "" if drawn.once(6) else town
        rows.append(("ABCD"[list_], name, day, age, town, region))
    which, *cells = map(list, zip(*rows, strict=True))
    columns = dict(zip(("name", "day", "age", "place", "region"), cells, strict=True))
    return Records(_ids(of), columns, which), True, of.tolist()


def bare(size: int, *, seed: int) -> World:
    """Two lists, of which half of the persons stand in both."""
    drawn = Drawn(seed)
    of = drawn.persons(size, [0.5, 0.5])
    number = int(of.max()) + 1
    given, house = (drawn.words(k, number) for k in (200, 2_000))
    born = [1930 + drawn.of(70) for _ in range(number)]
    seen: set[int] = set()
    which, names, years = [], [], []
    for one in of.tolist():
        which.append("AB"[(one + (one in seen)) % 2])
        seen.add(one)
        last = drawn.slip(house[one]) if drawn.once(6) else house[one]
        first = drawn.slip(given[one]) if drawn.once(10) else given[one]
        names.append(f"{last} {first}" if drawn.once(12) else f"{first} {last}")
        year = born[one] + (drawn.of(3) - 1 if drawn.once(10) else 0)
        years.append("" if drawn.once(12) else str(year))
    return Records(_ids(of), {"name": names, "born": years}, which), True, of.tolist()


def _ids(of: NDArray[np.int64]) -> list[str]:
    return list(map(str, range(len(of))))


SHAPES: dict[str, Callable[..., World]] = {"lives": lives, "lists": lists, "bare": bare}
