"""Estimates combined by their draws: strata are added up, linkages are mixed.

Upholds: medians are never added (the median of a sum is not the sum of medians, least of all where
tails are long).  *Strata* are disjoint groups of persons: draws are added, each stratum's in an
order of its own.  *Linkages* are ways in which the same records may be joined: draws of each are
taken alike, so that the interval carries how unsure the linkage is, and the observed differs too.

Refuses: a sum in which a stratum's estimate is refused, with that stratum's name; a mixture of
fewer than half of the linkages.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from asylia.counts.arrays import Floats, generator, np, quantiles
from asylia.counts.estimate import (
    LEVEL,
    MORE_OVERLAP,
    Estimate,
    EstimateRefusedError,
    Estimator,
    bearable,
)
from asylia.counts.histories import Histories, Pattern
from asylia.counts.words import N_

DRAWS = 4000


def _quiet(_done: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Mixed:
    """The estimate over linkages, and what each alone gives (or why it gives none)."""

    estimate: Estimate
    alone: tuple[Estimate | EstimateRefusedError, ...]
    documented: tuple[int, int]  # least and most persons observed


def over_strata(strata: Mapping[str, Histories], estimator: Estimator, *, seed: int) -> Estimate:
    """All strata's persons together; ``EstimateRefusedError`` names a stratum without estimate."""
    alone = each(strata.values(), estimator)
    return added(dict(zip(strata, alone, strict=True)), estimator.name, seed=seed)


def added(
    alone: Mapping[str, Estimate | EstimateRefusedError], name: str, *, seed: int
) -> Estimate:
    """The sum over strata of what ``each`` said, by draws; refused if one stratum is."""
    if not alone:
        raise ValueError("no strata")
    total, last = np.zeros(DRAWS), None
    for at, (stratum, one) in enumerate(sorted(alone.items())):
        if isinstance(one, EstimateRefusedError):
            raise EstimateRefusedError(
                N_("in stratum %(name)s %(why)s"), MORE_OVERLAP, name=stratum, why=one.said
            )
        total += _even(_drawn(one), seed, at)
        last = one
    return _summed(name, last, total)


def over_linkages(
    linkages: Iterable[Histories], estimator: Estimator, *, seed: int,
    progress: Callable[[int], None] = _quiet,
) -> Mixed:  # fmt: skip
    """One estimate over all plausible linkages of the same records, each as likely."""
    tables = list(linkages)
    return mixed(tables, each(tables, estimator, progress), estimator.name, seed=seed)


def each(
    linkages: Iterable[Histories],
    estimator: Estimator,
    progress: Callable[[int], None] = _quiet,
) -> tuple[Estimate | EstimateRefusedError, ...]:
    """What is said of each linkage alone; of those that are alike once."""
    known: dict[frozenset[tuple[Pattern, int]], Estimate | EstimateRefusedError] = {}
    alone = []
    for histories in linkages:
        key = frozenset(histories.patterns.items())
        if key not in known:
            try:
                known[key] = estimator.estimate(histories.telling(), bearable(histories))
            except EstimateRefusedError as refusal:
                known[key] = refusal
        alone.append(known[key])
        progress(len(alone))
    return tuple(alone)


def stepping(
    name: str, many: int, progress: Callable[[str, float], None]
) -> tuple[Callable[[str, float], None], Callable[[int], None]]:
    """What a model tells within one of so many tables, and ``each`` after it, as one share."""
    done = 0

    def within(_model: str, share: float) -> None:
        progress(name, min(done + share, many) / many)

    def after(at: int) -> None:
        nonlocal done
        done = at
        progress(name, at / many)

    return within, after


def mixed(
    linkages: Sequence[Histories],
    alone: tuple[Estimate | EstimateRefusedError, ...],
    name: str,
    *,
    seed: int,
) -> Mixed:
    """The mixture of what ``each`` said, by draws; ``EstimateRefusedError`` if half is refused."""
    held = [one for one in alone if isinstance(one, Estimate)]
    if 2 * len(held) <= len(alone):
        reasons = [one for one in alone if not isinstance(one, Estimate)]
        usual = Counter(str(one.said) for one in reasons).most_common(1)[0][0]
        why = next(one for one in reasons if str(one.said) == usual)
        raise EstimateRefusedError(
            N_("in %(many)s of %(all)s linkages the estimate is refused, mostly since %(why)s"),
            why.helps.sentence if why.helps else "",
            many=len(reasons), all=len(alone), why=why.said,
        )  # fmt: skip
    draws = np.concatenate([_even(_drawn(one), seed, at) for at, one in enumerate(held)])
    observed = [one.observed for one in linkages]
    return Mixed(_summed(name, held[0], draws), alone, (min(observed), max(observed)))


def _summed(name: str, like: Estimate | None, draws: Floats) -> Estimate:
    middle, low, high = quantiles(draws, LEVEL)
    assumptions = like.assumptions if like else ()
    return Estimate(name, assumptions, middle, low, high, LEVEL, {}, draws)


def _drawn(one: Estimate) -> Floats:
    if one.draws is None:
        raise ValueError(f"estimator {one.estimator} gives no draws")
    return one.draws


def _even(draws: Floats, seed: int, at: int) -> Floats:
    """As many draws as every other, spread evenly over the quantiles, in an order of its own."""
    levels = (np.arange(DRAWS) + 0.5) / DRAWS
    return generator(seed, 6, at).permutation(np.quantile(draws, levels))
