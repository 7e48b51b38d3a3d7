"""A doubly robust estimate from two lists and what is known of each person (covariates).

Upholds: Das, Kennedy and Jewell 2024, "Doubly robust capture-recapture methods for estimating
population size", JASA 119.  Two lists are independent among persons alike in the covariates; then,
with q1, q2, q12 the probabilities that a person seen is in the first, the second, both, given the
covariates, the chance of being seen is ``gamma(x) = q12 / (q1 q2)``, and

    1/psi = mean over persons seen of (1 / gamma) * (Y1/q1 + Y2/q2 - Y1 Y2/q12)

is right to second order in the errors of the q (their double robustness): slow learners do.
The q are learnt on other folds than they are used on.  N = n / psi; its variance is theirs
too: ``n * var + n (1 - psi) / psi**2`` (persons seen are themselves a draw).

Other lists may be covariates.  Refuses: fewer than seven persons in both lists; a person of whom
neither list and no other knows; covariates that are no finite numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from asylia.counts.arrays import Flags, Floats, Wholes, generator, np
from asylia.counts.estimate import (
    FEWEST_RECAPTURED,
    LEVEL,
    Estimate,
    EstimateRefusedError,
)
from asylia.counts.needs import need
from asylia.counts.numeric import normal_quantile
from asylia.counts.words import N_, said
from asylia.errors import MalformedError

FOLDS = 5
DRAWS = 4000
_LEAST = 0.01  # probabilities learnt below this are taken as this
# Learns the four states (neither, first, second, both) and gives their probabilities elsewhere.
Learner = Callable[[Floats, Wholes, Floats], Floats]


@dataclass(frozen=True)
class Learnt:
    """Probabilities of the first list, the second and both, of each person seen."""

    first: Floats
    second: Floats
    both: Floats


def doubly_robust(
    covariates: Any, listed: Any, *, seed: int, folds: int = FOLDS, learner: Learner | None = None
) -> Estimate:
    """All persons, from ``covariates`` (persons by numbers) and ``listed`` (persons by two lists).

    ``learner`` gives the probabilities of four states (neither, first, second, both); at first
    hand it is a regularised multinomial regression on the covariates, their squares and products.
    """
    known, inside = _read(covariates, listed)
    first, second = inside[:, 0], inside[:, 1]
    if int((first & second).sum()) < FEWEST_RECAPTURED:
        raise EstimateRefusedError(
            N_("fewer than %(persons)s persons stand in more than one list"),
            persons=FEWEST_RECAPTURED,
        )
    learnt = _cross_fitted(known, inside, seed, folds, learner or _regression)
    influence = one_over_psi(learnt, first, second)
    return _estimate(influence, seed)


def one_over_psi(learnt: Learnt, first: Flags, second: Flags) -> Floats:
    """Each person's term of the estimator (Das, Kennedy and Jewell 2024)."""
    terms: Floats = (learnt.first * learnt.second / learnt.both) * (
        first / learnt.first + second / learnt.second - (first & second) / learnt.both
    )
    return terms


def _estimate(influence: Floats, seed: int) -> Estimate:
    seen = len(influence)
    inverse = max(float(influence.mean()), 1.0)
    number = seen * inverse
    spread = seen * float(influence.var(ddof=1)) + seen * (1 - 1 / inverse) * inverse**2
    unseen = max(number - seen, 0.5)
    width = np.sqrt(np.log1p(spread / unseen**2))  # log-normal above the observed, as Chao 1987
    normal = normal_quantile((np.arange(DRAWS) + 0.5) / DRAWS)
    draws = generator(seed, 8).permutation(seen + unseen * np.exp(width * normal))
    low, high = np.quantile(draws, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return Estimate(
        "doubly_robust",
        (said(N_("persons of whom the same is known stand in either list independently")),),
        round(number),
        int(np.floor(low)),
        int(np.ceil(high)),
        LEVEL,
        {"sd": float(np.sqrt(spread))},
        draws,
    )


def _read(covariates: Any, listed: Any) -> tuple[Floats, Flags]:
    known = np.asarray(covariates, dtype=np.float64)
    known = known[:, None] if known.ndim == 1 else known
    lists = np.asarray(listed)
    if known.ndim != 2 or lists.shape != (len(known), 2) or not np.isin(lists, (0, 1)).all():
        raise _wrong("expected persons by numbers, and persons by two lists of 0 and 1")
    if not np.isfinite(known).all():
        raise _wrong("a covariate is missing or no number")
    return known, lists.astype(np.bool_)


def _cross_fitted(known: Floats, inside: Flags, seed: int, folds: int, learner: Learner) -> Learnt:
    if not 2 <= folds <= len(known) // 2:
        raise _wrong("expected at least two folds and two persons a fold")
    states = inside[:, 0] + 2 * inside[:, 1].astype(np.int64)
    fold = generator(seed, 7).permutation(np.arange(len(known)) % folds)
    found = np.empty((len(known), 4))
    for at in range(folds):
        found[fold == at] = learner(known[fold != at], states[fold != at], known[fold == at])
    found = np.maximum(found, 0)
    both = np.maximum(found[:, 3], _LEAST)
    return Learnt(
        np.maximum(found[:, 1] + found[:, 3], both),
        np.maximum(found[:, 2] + found[:, 3], both),
        both,
    )


def _regression(known: Floats, states: Wholes, asked: Floats) -> Floats:
    need("sklearn")
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - when it is needed
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler  # noqa: PLC0415

    learnt = make_pipeline(
        StandardScaler(),
        PolynomialFeatures(2, include_bias=False),
        LogisticRegression(max_iter=500),
    )
    learnt.fit(known, states)
    found = np.zeros((len(asked), 4))
    found[:, learnt.classes_] = learnt.predict_proba(asked)
    return found


def _wrong(why: str) -> MalformedError:
    return MalformedError(
        f"the table of persons can't be used: {why}",
        hint="Each row is one person: covariates as numbers, and two lists of 0 and 1.",
    )
