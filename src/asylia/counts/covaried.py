"""A verdict that knows something of each person: the models, and the doubly robust one beside them.

Upholds: two lists that both miss the same kind of people seem to share too many, and every model
that looks at lists alone comes out too low; among persons of whom the same is known that is mended
(``robust``).  Each pair of lists is asked by itself, since for each the assumption is another, and
the pairs' draws are mixed, each as likely as another; what a pair would say without the covariates
stands beside it; a list that no model uses is in no pair.
Too few lists for an estimate stay too few: what is known of persons adds none.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import combinations

from asylia.counts import verdict as verdicts
from asylia.counts.arrays import np, quantiles
from asylia.counts.estimate import FEWEST_ESTIMATORS, LEVEL, Estimate, EstimateRefusedError
from asylia.counts.robust import FOLDS, doubly_robust
from asylia.counts.unit_table import Units
from asylia.counts.verdict import Answer, Progress, Verdict, quiet, refusal_of
from asylia.counts.words import N_, said

NAME = "robust"


@dataclass(frozen=True)
class Pair:
    """Two lists: the estimate that knows the covariates, and the number without them."""

    lists: tuple[str, str]
    answer: Estimate | EstimateRefusedError
    without: int | None  # n1 n2 / n12: Petersen's, as if all persons were alike


@dataclass(frozen=True)
class Covaried:
    """The verdict, with ``NAME`` among its answers; what is known of persons; pair by pair."""

    verdict: Verdict
    covariates: tuple[str, ...]
    pairs: tuple[Pair, ...]


def assess(
    units: Units,
    *,
    seed: int = 1,
    models: Iterable[str] = verdicts.MODELS,
    progress: Progress = quiet,
    keep: Callable[[object], None] | None = None,
) -> Covaried:
    """Run these models on the lists alone, and the doubly robust estimator on what is known too."""
    asked = tuple(models)
    alone = verdicts.assess(
        units.histories(), seed=seed, models=asked, progress=progress, keep=keep
    )
    began = time.perf_counter()
    copied = alone.evidence.copied if alone.evidence else ()
    pairs = tuple(_pairs(units, copied, seed, progress))
    found, refused = None, None
    try:
        found = _mixed(pairs)
    except EstimateRefusedError as refusal:
        refused = refusal
    answer = Answer(NAME, found, refused, time.perf_counter() - began)
    told = replace(alone, answers={**alone.answers, NAME: answer})
    if alone.evidence and len(told.answers) >= FEWEST_ESTIMATORS:
        told = replace(told, refused=refusal_of(told.estimates))
    return Covaried(told, units.covariates, pairs)


def _pairs(units: Units, copied: Iterable[str], seed: int, progress: Progress) -> Iterable[Pair]:
    used = [at for at, name in enumerate(units.lists) if name not in set(copied)]
    every = list(combinations(used, 2))
    for done, (one, other) in enumerate(every):
        progress(NAME, done / len(every))
        inside = units.inside[:, (one, other)]
        both = int(inside.all(axis=1).sum())
        sizes = inside.sum(axis=0)
        without = round(float(sizes[0]) * float(sizes[1]) / both) if both else None
        yield Pair(
            (units.lists[one], units.lists[other]), _answer(units, one, other, seed), without
        )
    progress(NAME, 1.0)


def _answer(units: Units, one: int, other: int, seed: int) -> Estimate | EstimateRefusedError:
    try:
        return doubly_robust(
            units.known,
            units.inside[:, (one, other)],
            seed=seed,
            folds=min(FOLDS, len(units.known) // 2),
        )
    except EstimateRefusedError as refusal:
        return refusal


def _mixed(pairs: tuple[Pair, ...]) -> Estimate:
    """Over all pairs that answer; ``EstimateRefusedError``, a pair's own, where none does."""
    held = [one.answer for one in pairs if isinstance(one.answer, Estimate)]
    if not held:
        raise next(one.answer for one in pairs if isinstance(one.answer, EstimateRefusedError))
    draws = np.concatenate([one.draws for one in held if one.draws is not None])
    middle, low, high = quantiles(draws, LEVEL)
    assumptions = list(held[0].assumptions)
    if len(pairs) > 1:
        assumptions.append(
            said(N_("any two lists may be those two, each pair as likely as another"))
        )
    if len(held) < len(pairs):
        assumptions.append(
            said(
                N_("pairs that bear no such estimate are left out: %(many)s of %(all)s"),
                many=len(pairs) - len(held),
                all=len(pairs),
            )
        )
    return Estimate(NAME, tuple(assumptions), middle, low, high, LEVEL, {}, draws)
