"""Chao's lower bound over several tables: mixed over linkages, added over strata.

``spec/estimate.md``, "Several tables".  Upholds: a mixture is computed whole, since the order of
points plays no part in it; of a sum, which hangs on an order that no file tells, what chance may do
is computed.  Refuses nothing: whoever asks compares.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor
from operator import add

from asylia_verify.overlaps import POINTS, TAIL, Bound, Spread, levels, near

_TIMES = 8  # that strata are added in an order of the checker's own
_BY_CHANCE, _MIDDLE_BY_CHANCE = 0.015, 0.05  # six standard errors of a share of 4,000 draws


@dataclass(frozen=True)
class Around:
    """From the least whole number to the greatest that each may be."""

    median: range
    low: range
    high: range


def mixed(tables: Sequence[Spread]) -> Bound:
    """Of linkages, each as likely as another."""
    points = sorted(point for one in tables for point in _points(one))
    return Bound(
        near(round, _at(points, 0.5)),
        near(floor, _at(points, TAIL)),
        near(ceil, _at(points, 1 - TAIL)),
    )


def added(tables: Sequence[Spread]) -> Around:
    """Of strata, whoever adds their points in whatever order."""
    drawn, sums = random.Random(1), list[float]()  # noqa: S311 - the same verdict each time
    for _ in range(_TIMES):
        total = [0.0] * POINTS
        for one in tables:
            total = list(map(add, total, drawn.sample(_points(one), POINTS)))
        sums += total
    sums.sort()
    return Around(
        _between(sums, 0.5, _MIDDLE_BY_CHANCE),
        _between(sums, TAIL, _BY_CHANCE),
        _between(sums, 1 - TAIL, _BY_CHANCE),
    )


def _between(ordered: Sequence[float], level: float, chance: float) -> range:
    return range(floor(_at(ordered, level - chance)), ceil(_at(ordered, level + chance)) + 1)


@lru_cache(128)
def _points(one: Spread) -> tuple[float, ...]:
    """As many points of a table as of any other, in order, read off evenly."""
    drawn = one.points
    return tuple(_at(drawn, level) for level in levels())


def _at(ordered: Sequence[float], level: float) -> float:
    """Between the two nearest."""
    place = level * (len(ordered) - 1)
    under = floor(place)
    low, high = ordered[under], ordered[min(under + 1, len(ordered) - 1)]
    return low + (high - low) * (place - under)
