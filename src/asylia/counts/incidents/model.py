"""What agreement of two records of incidents is worth, learnt without labels.

Upholds: Fellegi and Sunter's model (1969), fields independent given whether two records tell of one
incident; trained by expectation and maximisation (Winkler 1988) on the pairs that are not more than
a month apart in time, which hold nearly all true ones.  How often fields agree by chance is counted
on random pairs, from which the expected true ones are taken out again.  A level's chance among true
pairs is drawn towards one that grows with agreement, by as much as ``_HELD`` pairs say.  Refuses a
table from which nothing can be learnt.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from asylia.counts.arrays import Floats, Wholes, generator
from asylia.counts.incidents.comparing import LEVELS, Told
from asylia.errors import RefusedError

_REACH = 31  # days between the intervals of a pair that is looked at
_MOST_PAIRS = 20_000_000
_RANDOM = 400_000
_ROUNDS = 60
_HELD = 30.0  # pairs' worth of a first guess at each field
_FLOOR = 1e-4
_WIDEST = max(LEVELS.values())


@dataclass(frozen=True)
class Scored:
    """Pairs with their weights (log2 of the likelihood ratio, without a prior)."""

    left: Wholes
    right: Wholes
    weights: Floats
    ratios: Floats  # by field of the table and level + 1; 1 where missing


def score(told: Told) -> Scored:
    """Which pairs are looked at, and what each is worth."""
    left, right = candidates(told)
    if len(left) < 1:
        raise RefusedError(
            "no two records are within a month of each other",
            hint="Put the records of all lists into one table; give days.",
        )
    levels = _levels(told, left, right)
    near = _chances(levels)
    begin = float(np.clip(told.size / 2 / len(left), 0.005, 0.3))  # a true pair for two records
    matches, share = _trained(levels, near, _guess(told.fields), begin)
    ratios = _ratios(told, matches, near, share * len(left))
    weights = np.zeros(len(left))
    for at in range(len(told.fields)):
        weights += np.log2(ratios[at][levels[at] + 1])
    return Scored(left, right, weights, ratios)


def candidates(told: Told) -> tuple[Wholes, Wholes]:
    """Pairs no more than a month apart in time, and in no two regions far from each other."""
    order = np.argsort(told.span[:, 0], kind="stable")
    order = order[told.span[order, 0] >= 0]
    first, last = told.span[order, 0], told.span[order, 1]
    ends = np.searchsorted(first, last + _REACH, side="right")
    many = np.maximum(ends - np.arange(len(order)) - 1, 0)
    if many.sum() > _MOST_PAIRS:
        raise RefusedError(
            "too many records are within a month of each other",
            hint="Link them in parts, such as by region.",
        )
    one = np.repeat(np.arange(len(order)), many)
    step = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
    left, right = order[one], order[one + 1 + step]
    apart = told.inside(left, right) == 0
    keep = ~apart | (told.kilometres(left, right) < 60)
    return left[keep], right[keep]


def _levels(told: Told, left: Wholes, right: Wholes) -> list[Wholes]:
    return [told.level(name, left, right) for name in told.fields]


def _chances(levels: list[Wholes]) -> Floats:
    """The share of each level among pairs, by field."""
    out = np.full((len(levels), _WIDEST), _FLOOR)
    for at, found in enumerate(levels):
        seen = np.bincount(found[found >= 0], minlength=_WIDEST)[:_WIDEST]
        out[at] = np.maximum(seen / max(seen.sum(), 1), _FLOOR)
    return out


def _trained(
    levels: list[Wholes], near: Floats, guess: Floats, share: float
) -> tuple[Floats, float]:
    """The chance of each level among true pairs, and their share of these pairs."""
    matches = guess.copy()
    others = np.maximum((near - share * guess) / (1 - share), near * 0.1)
    for _ in range(_ROUNDS):
        odds = np.full(len(levels[0]), np.log(share / (1 - share)))
        for at, found in enumerate(levels):
            ratio = np.r_[0.0, np.log(matches[at] / others[at])]
            odds += ratio[found + 1]
        true = 1 / (1 + np.exp(-np.clip(odds, -50, 50)))
        share = float(np.clip(true.mean(), 1e-6, 0.5))
        for at, found in enumerate(levels):
            known = found >= 0
            seen = np.bincount(found[known], true[known], _WIDEST)[:_WIDEST] + _HELD * guess[at]
            rest = np.bincount(found[known], 1 - true[known], _WIDEST)[:_WIDEST]
            matches[at] = np.maximum(seen / seen.sum(), _FLOOR)
            others[at] = np.maximum(rest / max(rest.sum(), 1.0), _FLOOR)
    return matches, share


def _guess(fields: Sequence[str]) -> Floats:
    """Before anything is seen, a level is the likelier among true pairs the more agrees."""
    out = np.full((len(fields), _WIDEST), _FLOOR)
    for at, name in enumerate(fields):
        grows = np.square(np.arange(1.0, LEVELS[name] + 1))
        out[at, : LEVELS[name]] = grows / grows.sum()
    return out


def _ratios(told: Told, matches: Floats, near: Floats, true: float) -> Floats:
    """M / u by field and level + 1; u of random pairs, the true ones taken out.

    A level that was seen nowhere says nothing.
    """
    random = generator(1, 0)
    left = random.integers(0, told.size, _RANDOM)
    right = random.integers(0, told.size, _RANDOM)
    left, right = left[left != right], right[left != right]
    chance = _chances(_levels(told, left, right))
    share = true / max(told.size * (told.size - 1) / 2, 1.0)
    clean = np.maximum((chance - share * matches) / (1 - share), np.maximum(chance * 0.02, 1e-6))
    out = np.ones((len(matches), _WIDEST + 1))
    seen = (near > _FLOOR) | (chance > _FLOOR)
    out[:, 1:] = np.where(seen, np.clip(matches / clean, 1e-3, 2.0**20), 1.0)
    return out
