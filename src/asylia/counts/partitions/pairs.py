"""What the linkage knows of pairs of records, laid out for the sampler.

Upholds: whatever pair a move may ask for is compared once: all pairs of records whose first
clusters hold a candidate pair.  Records of one first cluster are candidates, whatever they have in
common: a link that no move can undo would stand in every sample (``docs/decisions/0221``); but of
a cluster larger than a person is taken to be, where those moves would take minutes.  Records that
were joined to none, or stand where no likely pair holds them, are held against every cluster's
first record, as far as ``_MOST_HELD`` goes, since blocks may have missed them; the former against
each other too.  Where lists keep their persons apart, only those joined to none are, and one field
of two such records may disagree wholly.  A pair that was never compared counts as evidence
that the two are different (``NEVER_BITS`` a field).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from asylia.counts.partitions import kernel, sizes
from asylia.counts.partitions.held import Held, nothing
from asylia.counts.partitions.kernel import LEVELS, NEVER, Floats, Ints, World

_LEAST_ODDS = -6.0  # bits of posterior odds from which a pair is a candidate
_MOST_HELD = 3_000_000
_HELD_BACK = 20  # candidates of a record that was joined to none, beside those of blocks
_BITS_BELOW_BEST = 8.0
_HELD_BACK_APART = 100  # the same where lists keep their persons apart
NEVER_BITS = -3.0
_AT_ONCE = 20_000  # blocks that are compared together


@dataclass(frozen=True)
class Pairs:
    """Candidate pairs and how any two records compare; ``ratios`` are by field and level + 1."""

    records: int
    left: Ints
    right: Ints
    weights: Floats  # log2 of the likelihood ratio, all fields together
    ratios: Floats  # 1 where a field is missing
    level: Callable[[int, Ints, Ints], Ints]  # of a field, of many pairs; -1 where missing
    lists: Ints  # of each record; all -1 where a person may stand in one list several times
    held: Held | None = None  # what every partition holds, the first clustering among them

    def __post_init__(self) -> None:
        if self.ratios.shape[1] >= LEVELS or len(self.ratios) * 6 > 62:
            raise ValueError("at most ten fields of 62 levels")

    @property
    def apart(self) -> bool:
        """Whether lists keep their persons apart."""
        return bool(self.lists.max(initial=-1) >= 0)

    def packed(self, left: Ints, right: Ints) -> Ints:
        """How two records compare, six bits a field."""
        codes = np.zeros(len(left), np.int64)
        for field in range(len(self.ratios)):
            codes |= (self.level(field, left, right) + 1).astype(np.int64) << (6 * field)
        return codes

    @cached_property
    def codes(self) -> Ints:
        """Of the candidate pairs."""
        return self.packed(self.left, self.right)

    def weigh(self, codes: Ints) -> tuple[Floats, Floats]:
        """Bits of evidence that two records are of one person; and those of the worst field."""
        total, worst = np.zeros((2, len(codes)))
        for field, ratios in enumerate(self.ratios):
            bits = np.log2(ratios)[codes >> (6 * field) & NEVER]
            total += bits
            np.minimum(worst, bits, out=worst)
        return total, worst

    def weighed(self, ratios: Floats) -> "Pairs":
        """The same pairs by other ratios."""
        codes = self.codes
        other = replace(self, ratios=ratios[:, : self.ratios.shape[1]].copy())
        other = replace(other, weights=other.weigh(codes)[0])
        other.__dict__["codes"] = codes
        return other


def forgiven(total: Floats, worst: Floats) -> Floats:
    """Bits where what speaks most against it speaks no more than not having looked."""
    return np.asarray(total + np.maximum(NEVER_BITS - worst, 0.0))


@dataclass(frozen=True)
class Laid:
    """The world of a sampler, and the candidate pairs that merges and splits are tried on."""

    world: World
    left: Ints
    right: Ints
    least: float  # bits above which two records that are alone are a candidate


def laid(pairs: Pairs, clusters: Ints) -> Laid:
    """For a sampler that begins at these clusters, numbered from 0."""
    largest = sizes.most(clusters, pairs.lists)
    homes = np.bincount(clusters)
    order = np.argsort(clusters, kind="stable")
    first = np.cumsum(homes) - homes
    left, right = _candidates(pairs, clusters)
    many = np.flatnonzero((homes > 1) & (homes <= sizes.MOST))
    one, other = _block(order, first, homes, many, many)
    left, right = np.r_[left, one[one < other]], np.r_[right, other[one < other]]
    place = np.empty(pairs.records, np.int64)
    place[order] = np.arange(pairs.records) - np.repeat(first, homes)
    one, other = _adjacent(clusters[left], clusters[right], len(homes))
    many = homes[one] * homes[other]
    begins = np.cumsum(many) - many
    codes = np.empty(int(many.sum()), np.int64)
    for at in range(0, len(one), _AT_ONCE):
        part = slice(at, at + _AT_ONCE)
        i, j = _block(order, first, homes, one[part], other[part])
        codes[begins[at] : begins[at] + len(i)] = pairs.packed(i, j)
    keys = np.full(1 << int(2 * len(one) + 16).bit_length(), -1, np.int64)
    blocks = np.zeros(len(keys), np.int64)
    kernel.hashed(keys, blocks, one * len(homes) + other, begins)
    starts, candidates = _rows(left, right, pairs.records)
    every = np.arange(pairs.records)
    present = np.array([pairs.level(f, every, every) >= 0 for f in range(len(pairs.ratios))])
    world = World(
        clusters.astype(np.int64), place, homes.astype(np.int64), keys, blocks, codes,
        tempered(pairs, 1.0), present, starts, candidates, pairs.lists.astype(np.int64),
        sizes.sized(largest, pairs.lists), sizes.guessed(clusters, largest, pairs.lists),
        pairs.held or nothing(pairs.records),
    )  # fmt: skip
    return Laid(world, left, right, least_bits(pairs, clusters)[0])


def tempered(pairs: Pairs, power: float) -> Floats:
    """Likelihood ratios by field and level, to a power."""
    out = np.ones((len(pairs.ratios), LEVELS))
    out[:, : pairs.ratios.shape[1]] = pairs.ratios
    out[:, NEVER] = 2.0**NEVER_BITS
    return np.asarray(out**power)


def least_bits(pairs: Pairs, clusters: Ints) -> tuple[float, float]:
    """Bits of evidence from which a pair is a candidate: of two records that are alone; of others.

    Where lists keep their persons apart, those that are alone are few beside the links, and the
    prior's odds that two of them are one are higher than those of any two records.
    """
    size = np.bincount(clusters)
    share = max((size * (size - 1)).sum(), 1) / pairs.records / max(pairs.records - 1, 1)
    least = float(_LEAST_ODDS - np.log2(share))
    if not pairs.apart:
        return least, least
    largest = sizes.most(clusters, pairs.lists)
    tally = sizes.weights(largest)[:3] + np.r_[0.0, (size == 1).sum(), (size == 2).sum()]
    sized = sizes.sized(largest, pairs.lists)
    odds = np.log2(tally[2] / tally[1] ** 2) + (sized[2] - 2 * sized[1]) / np.log(2)
    return float(_LEAST_ODDS - odds), least


def _candidates(pairs: Pairs, clusters: Ints) -> tuple[Ints, Ints]:
    alone = np.bincount(clusters)[clusters] == 1
    least = least_bits(pairs, clusters)
    keep = pairs.weights > least[1]
    if pairs.apart:
        both = alone[pairs.left] & alone[pairs.right]
        bits = np.maximum(pairs.weights, forgiven(*pairs.weigh(pairs.codes)))
        keep = np.where(both, bits > least[0], keep)
    unheld = alone if pairs.apart else _unheld(pairs, clusters, keep)
    left, right = _held(pairs, clusters, unheld, least)
    left, right = np.r_[pairs.left[keep], left], np.r_[pairs.right[keep], right]
    may = (pairs.lists[left] < 0) | (pairs.lists[left] != pairs.lists[right])
    return left[may], right[may]


def _unheld(pairs: Pairs, clusters: Ints, keep: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Records that no candidate pair holds where they are."""
    within = keep & (clusters[pairs.left] == clusters[pairs.right])
    unheld = np.ones(pairs.records, bool)
    unheld[pairs.left[within]] = unheld[pairs.right[within]] = False
    return unheld


def _held(
    pairs: Pairs, clusters: Ints, alone: NDArray[np.bool_], least: tuple[float, float]
) -> tuple[Ints, Ints]:
    """The best candidates of records that nothing holds, those of least evidence first."""
    heads = np.unique(clusters, return_index=True)[1]
    rows = np.flatnonzero(alone)
    if pairs.lists.max(initial=-1) == 1 and len(rows):  # whoever has both lists is not to be had
        fewer = np.bincount(pairs.lists[rows], minlength=2).argmin()
        heads, rows = rows, rows[pairs.lists[rows] == fewer]
        heads = heads[pairs.lists[heads] != fewer]
    known = np.zeros(pairs.records)
    odds = np.exp2(np.minimum(pairs.weights, 60.0))
    np.add.at(known, pairs.left, odds)
    np.add.at(known, pairs.right, odds)
    rows = rows[np.argsort(known[rows], kind="stable")][: _MOST_HELD // max(len(heads), 1)]
    left, right = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for row in rows:
        others = heads[(heads != row)]
        if pairs.lists[row] >= 0:
            others = others[pairs.lists[others] != pairs.lists[row]]
        if not len(others):
            continue
        bits, worst = pairs.weigh(pairs.packed(np.full(len(others), row), others))
        if pairs.apart:
            bits = forgiven(bits, worst)
            best = np.argsort(-bits, kind="stable")[:_HELD_BACK_APART]
            best = best[bits[best] > np.where(alone[others[best]], *least)]
        else:
            best = np.argsort(-bits, kind="stable")[:_HELD_BACK]
            best = best[bits[best] >= bits[best[0]] - _BITS_BELOW_BEST]
        left.append(np.full(len(best), row))
        right.append(others[best])
    return np.concatenate(left), np.concatenate(right)


def _adjacent(one: Ints, other: Ints, homes: int) -> tuple[Ints, Ints]:
    """Homes that hold a candidate pair, the lower first; each with itself too."""
    own = np.arange(homes)
    low, high = np.minimum(one, other), np.maximum(one, other)
    found = np.unique(np.r_[low * homes + high, own * homes + own])
    return found // homes, found % homes


def _block(order: Ints, first: Ints, homes: Ints, one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """All pairs of records of two homes, row by row."""
    many = homes[one] * homes[other]
    which = np.repeat(np.arange(len(one)), many)
    within = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
    wide = homes[other][which]
    return order[first[one][which] + within // wide], order[first[other][which] + within % wide]


def _rows(left: Ints, right: Ints, records: int) -> tuple[Ints, Ints]:
    """Each record's candidates, both ways."""
    both: NDArray[np.int64] = np.unique(np.r_[left * records + right, right * records + left])
    starts = np.searchsorted(both // records, np.arange(records + 1)).astype(np.int64)
    return starts, both % records
