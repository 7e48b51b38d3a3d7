"""What follows from a table of overlapping lists by arithmetic alone; ``spec/estimate.md``.

Made anew here from the spec, so that neither the program that made an estimate nor its numbers are
taken on trust: totals, the rules by which a table can bear no estimate, and Chao's lower bound with
its interval.  A pattern is a string of 0 and 1, one digit a list.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations, combinations_with_replacement
from math import ceil, exp, floor, lgamma, log, log1p, prod, sqrt
from statistics import NormalDist

FEWEST_LISTS = 3
FEWEST_RECAPTURED = 7
MOST_APART = 0.01  # of those seen, in lists that share nobody with the rest
BY_CHANCE = log(1e-4)  # of a list that lies wholly within another; of nobody in one list only
_ROUNDS = 2000  # of expecting those in one list and in none
_STILL = 1e-9
POINTS = 4000  # of the bound's distribution
TAIL = (1 - 0.95) / 2
_ALIKE = 1e-9  # two ways of computing one number differ by less

NO_OVERLAP = ("no overlapping lists", "нет пересекающихся списков")
FEW_LISTS = ("fewer than 3 lists", "меньше 3 списков")
NOT_CONNECTED = (
    "lists not connected by persons whom they share",
    "списки не связаны общими людьми",
)
FEW_RECAPTURED = (
    "fewer than 7 persons in more than one list",
    "меньше 7 человек более чем в одном списке",
)
NONE_ONCE = (
    "nobody in one list only, which chance would hardly bring about",
    "никого нет ровно в одном списке, и вряд ли случайно",
)
FEW_OWN = (
    "fewer than 3 lists without those within another",
    "меньше 3 списков без тех, что целиком лежат в других",
)
NONE_TWICE = ("nobody in exactly two lists", "никого нет ровно в двух списках")
Said = tuple[str, str]


@dataclass(frozen=True)
class Bound:
    """Chao's lower bound: the least and the greatest whole number that each may be rounded to."""

    median: frozenset[int]
    low: frozenset[int]
    high: frozenset[int]


@dataclass(frozen=True)
class Spread:
    """How likely the bound has each number: persons seen, and a log-normal of the unseen."""

    seen: int
    unseen: float
    width: float

    @property
    def points(self) -> list[float]:
        """So many equally likely numbers, in order."""
        return [self._number(normal) for normal in _normals()]

    def point(self, level: float) -> float:
        """Between the two nearest of them."""
        place = level * (POINTS - 1)
        under = floor(place)
        low, high = (self._number(normal) for normal in _normals()[under : under + 2])
        return low + (high - low) * (place - under)

    def _number(self, normal: float) -> float:
        return self.seen + self.unseen * exp(self.width * normal)


@dataclass(frozen=True)
class Table:
    """How many persons have each pattern, in the file's order."""

    wide: int
    rows: Mapping[str, int]

    @property
    def observed(self) -> int:
        """In at least one list."""
        return sum(self.rows.values())

    @property
    def recaptured(self) -> int:
        """In at least two."""
        return sum(count for row, count in self.rows.items() if row.count("1") > 1)

    def size(self, at: int) -> int:
        """In this list."""
        return self.both(at, at)

    def both(self, one: int, other: int) -> int:
        """In this list and in that."""
        return self._shared.get((one, other), 0)

    @cached_property
    def _shared(self) -> Mapping[tuple[int, int], int]:
        found: Counter[tuple[int, int]] = Counter()
        for row, count in self.rows.items():
            inside = [at for at in range(self.wide) if row[at] == "1"]
            for pair in combinations_with_replacement(inside, 2):
                found[pair] += count
        return found

    def without(self, at: int) -> "Table":
        """The same had this list never been made."""
        return self._put(self.wide - 1, ((r[:at] + r[at + 1 :], n) for r, n in self.rows.items()))

    def inside(self, at: int) -> "Table":
        """Persons of this list as the others see them."""
        return Table(self.wide, {r: n for r, n in self.rows.items() if r[at] == "1"}).without(at)

    def put_back(self, percent: int) -> "Table":
        """As it would be had so many in a hundred links been missed, and were not."""
        share, table = percent / 100, {row: float(count) for row, count in self.rows.items()}
        for row, count in self.rows.items():
            inside = [at for at in range(self.wide) if row[at] == "1"]
            if len(inside) > 1:
                lost = count * share / (1 - share)
                table[row] += lost
                for at in inside:
                    loose = "0" * at + "1" + "0" * (self.wide - at - 1)
                    rest = row[:at] + "0" + row[at + 1 :]
                    for less in (loose, rest):
                        table[less] = table.get(less, 0.0) - lost / len(inside)
        return Table(self.wide, {row: n for row, one in table.items() if (n := round(one)) > 0})

    def contained(self) -> dict[int, int]:
        """Lists that lie wholly within another, with that other."""
        within: dict[int, int] = {}
        for one, other in combinations(range(self.wide), 2):
            shared = self.both(one, other)
            if self.size(other) and shared == self.size(other) and one not in within:
                within.setdefault(other, one)
            elif self.size(one) and shared == self.size(one) and other not in within:
                within.setdefault(one, other)
        return within

    def copied(self) -> list[int]:
        """Of these, those that chance would hardly put there: no model uses them."""
        return sorted(
            at
            for at, other in self.contained().items()
            if _ways(self.size(other), self.size(at)) - _ways(self.observed, self.size(at))
            < BY_CHANCE
        )

    def telling(self) -> "Table":
        """Without these."""
        found = self
        for at in reversed(self.copied()):
            found = found.without(at)
        return found

    @staticmethod
    def _put(wide: int, rows: Iterable[tuple[str, int]]) -> "Table":
        found: dict[str, int] = {}
        for row, count in rows:
            if "1" in row:
                found[row] = found.get(row, 0) + count
        return Table(wide, found)


def unbearable(table: Table) -> Said | None:
    """Why this table can bear no estimate, in English and Russian; None where it can."""
    filled = [at for at in range(table.wide) if table.size(at)]
    if not table.recaptured or len(filled) < FEWEST_LISTS:
        return FEW_LISTS if table.recaptured else NO_OVERLAP
    apart = _apart(filled, table)
    if sum(table.size(at) for at in apart) > MOST_APART * table.observed:
        return NOT_CONNECTED
    if table.recaptured < FEWEST_RECAPTURED:
        return FEW_RECAPTURED
    if table.recaptured == table.observed and -_once(table) < BY_CHANCE:
        return NONE_ONCE
    if table.copied() and (why := unbearable(table.telling())):
        return why
    few = len(filled) - len(table.contained()) - len(apart) < FEWEST_LISTS
    return FEW_OWN if few else None


def bound(table: Table) -> Bound | Said:
    """Chao's lower bound of a table that can bear an estimate, or why there is none."""
    found = spread(table)
    if not isinstance(found, Spread):
        return found
    middle = found.seen + found.unseen
    return Bound(
        near(round, middle), near(floor, found.point(TAIL)), near(ceil, found.point(1 - TAIL))
    )  # fmt: skip


def spread(table: Table) -> Spread | Said:
    """How that bound is spread, or why there is none."""
    seen, used = table.observed, table.telling()
    alone = [0] * used.wide
    for row, count in used.rows.items():
        if row.count("1") == 1:
            alone[row.index("1")] += count
    twice = sum(count for row, count in used.rows.items() if row.count("1") == 2)
    if not twice:
        return NONE_TWICE
    once = sum(alone)
    pairs = (once**2 - sum(one**2 for one in alone)) / 2
    unseen = pairs / twice
    if unseen <= 0:
        return Spread(seen, 0.0, 0.0)
    spreads = sum(one * ((once - one) / twice) ** 2 for one in alone) + pairs**2 / twice**3
    return Spread(seen, unseen, sqrt(log1p((unseen + spreads) / unseen**2)))


@cache
def levels() -> tuple[float, ...]:
    """Of so many equally likely points."""
    return tuple((at + 0.5) / POINTS for at in range(POINTS))


@cache
def _normals() -> tuple[float, ...]:
    normal = NormalDist()
    return tuple(normal.inv_cdf(level) for level in levels())


def _once(table: Table) -> float:
    """Persons in one list only whom independent lists would have beside those in several."""
    held = sum(count for row, count in table.rows.items() if row.count("1") > 1)
    sizes = [
        sum(n for row, n in table.rows.items() if row[at] == "1" and row.count("1") > 1)
        for at in range(table.wide)
    ]
    chances, found = [(size + 1) / (held + 2) for size in sizes], 0.0
    for _ in range(_ROUNDS):
        none = prod(1 - chance for chance in chances)
        alone = [none * chance / (1 - chance) for chance in chances]
        everybody = held / (1 - none - sum(alone))
        before, found = found, everybody * sum(alone)
        if abs(found - before) <= _STILL * held:
            break
        chances = [
            min((size + everybody * one) / everybody, 1 - _STILL)
            for size, one in zip(sizes, alone, strict=True)
        ]
    return found


def near(rounded: Callable[[float], int], value: float) -> frozenset[int]:
    """What it may be rounded to, since two ways of computing it differ in their last digits."""
    return frozenset(rounded(value * (1 + sign * _ALIKE)) for sign in (-1, 0, 1))


def _apart(places: list[int], table: Table) -> list[int]:
    pairs = [pair for pair in combinations(places, 2) if table.both(*pair)]
    largest: set[int] = set()
    left = set(places)
    while left:
        reached = {min(left)}
        while grown := {at for pair in pairs if reached & set(pair) for at in pair} - reached:
            reached |= grown
        left -= reached
        largest = max(largest, reached, key=lambda group: sum(map(table.size, group)))
    return [at for at in places if at not in largest]


def _ways(many: int, taken: int) -> float:
    return lgamma(many + 1) - lgamma(taken + 1) - lgamma(many - taken + 1)
