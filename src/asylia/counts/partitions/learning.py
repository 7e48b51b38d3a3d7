"""What agreement is worth, learnt again from the links of a partition while it moves.

Upholds: only levels that strangers have often enough to be counted, and that are worth little, are
learnt again; what says that two records are one keeps its worth.  Of the pairs of one person a
share has another's value in a field altogether (hit and miss; Copas and Hilton 1990, "Record
linkage: statistical models for matching computer records"), so no disagreement is ever worth less
than that share; and never more than a bound, unless links that last show it.
"""

from dataclasses import dataclass

import numpy as np

from asylia.counts.partitions import edges
from asylia.counts.partitions.kernel import LEVELS, NEVER, Floats, Ints, Random, Room, State, World
from asylia.counts.partitions.pairs import NEVER_BITS, Pairs

_STRANGERS = 400_000  # pairs of records that are drawn to see what strangers have in common
_SEEN = 20  # of them, so that a level is learnt
_WORTH = 2.0**8  # a level that says more keeps its worth
_WEIGHT = 5.0  # links that the first ratios stand for


@dataclass(frozen=True)
class Strangers:
    """What records of two persons have in common, and what it was first taken to be worth."""

    shares: Floats  # by field and level + 1
    learnt: Floats  # 1 where a level is learnt again
    first: Floats  # ratios

    def ratios(self, links: Floats, missed: float) -> Floats:
        """By field and level + 1, from so many links of each."""
        before = self.first * self.shares
        counts = links + _WEIGHT * before / _total(before)
        held = counts / _total(counts)
        found = np.where(self.learnt > 0, held / np.maximum(self.shares, 1e-12), self.first)
        return np.asarray((1.0 - missed) * found + missed)


@dataclass(frozen=True)
class Learner:
    """How one chain learns: its share of misses, the power of the evidence, which links count."""

    strangers: Strangers
    missed: float
    power: float
    most: float  # what links that do not last may make a disagreement worth

    def untempered(self, w: World, s: State, room: Room, before: Ints) -> Floats:
        """Ratios from a partition, and from what it was some sweeps before."""
        found = self.strangers.ratios(edges.tally(w, s, room, before), self.missed)
        if self.most > 0:
            links = edges.tally(w, s, room, np.zeros_like(before))
            every = self.strangers.ratios(links, self.missed)
            most = np.maximum(found, self.most)
            found = np.where(every < 1.0, np.minimum(every, most), every)
        found[:, 0], found[:, NEVER] = 1.0, 2.0**NEVER_BITS
        return found

    def ratios(self, w: World, s: State, room: Room, before: Ints) -> Floats:
        """The same to the chain's power."""
        return np.asarray(self.untempered(w, s, room, before) ** self.power)


def strangers(pairs: Pairs, clusters: Ints, random: Random) -> Strangers:
    """From pairs drawn at random, less those of one person."""
    left = random.integers(0, pairs.records, _STRANGERS)
    right = random.integers(0, pairs.records, _STRANGERS)
    may = (left != right) & ((pairs.lists[left] < 0) | (pairs.lists[left] != pairs.lists[right]))
    left, right = left[may], right[may]
    same = float((clusters[left] == clusters[right]).mean()) if len(left) else 0.0
    first = np.ones((len(pairs.ratios), LEVELS))
    first[:, : pairs.ratios.shape[1]] = pairs.ratios
    shares, learnt = np.zeros_like(first), np.zeros_like(first)
    for field in range(len(first)):
        levels = pairs.level(field, left, right)
        seen = np.bincount(levels[levels >= 0] + 1, minlength=LEVELS).astype(float)
        shares[field] = seen / max(seen.sum(), 1.0)
        learnt[field] = (seen >= _SEEN) & (first[field] < _WORTH)
    shares /= 1.0 + same * (first - 1.0)
    return Strangers(shares, learnt, first)


def _total(values: Floats) -> Floats:
    """Over the levels of each field, but those that are missing."""
    return np.asarray(np.maximum(values[:, 1:NEVER].sum(axis=1), 1e-12)[:, None])
