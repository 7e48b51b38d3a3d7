"""A doubly robust estimate from two lists and what is known of each person (covariates).

Upholds: Das, Kennedy and Jewell 2024, "Doubly robust capture-recapture methods for estimating
population size", JASA 119.  Two lists are independent among persons alike in the covariates; then,
with q1, q2, q12 the probabilities that a person seen is in the first, the second, both, given the
covariates, the chance of being seen is ``gamma(x) = q12 / (q1 q2)``, and

    1/psi = mean over persons seen of (1 / gamma) * (Y1/q1 + Y2/q2 - Y1 Y2/q12)

is right to second order in the errors of the q (their double robustness): slow learners do.
The q are learnt on other folds than they are used on, and then targeted, since this one step can
fall below the persons seen where few are in both (``targeting``).  N = n / psi; its variance is
theirs too: ``n * var + n (1 - psi) / psi**2`` (persons seen are themselves a draw), with the
variance of the terms before or after, whichever is greater.

Whoever is seen counts, in the two lists or in a third; other lists may be covariates.  Refuses:
fewer than seven persons in both lists; covariates that tell the lists apart, so that more than
``MOST_APART`` of the persons seen have hardly a chance to be in both (then ``1 / gamma`` has no
bound, and the estimator's condition of positivity fails); covariates that are no finite numbers.
"""

from collections.abc import Callable
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
from asylia.counts.targeting import Learnt, targeted, terms
from asylia.counts.words import N_, said
from asylia.errors import MalformedError

FOLDS = 5
DRAWS = 4000
_PENALTY = 0.1  # weak: on made-up worlds the least bias of those tried (1, 0.1, 0.03)
MOST_APART = 0.05  # of the persons seen
LEAST = 0.01  # probabilities learnt below this are taken as this
_SHARED = N_(
    "Leave out what tells the lists apart, or make fewer kinds of it, so that both lists know "
    "persons of each kind."
)
# Learns the four states (neither, first, second, both) and gives their probabilities elsewhere.
Learner = Callable[[Floats, Wholes, Floats], Floats]


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
    learnt = _cross_fitted(known, inside, seed, folds, learner or _regression).held(LEAST)
    found = targeted(learnt, first, second, LEAST)
    once, again = (terms(one, first, second) for one in (learnt, found))
    spread = max(float(once.var(ddof=1)), float(again.var(ddof=1)))
    return _estimate(float(found.inverse.mean()), float(once.mean()), spread, len(known), seed)


def _estimate(inverse: float, one_step: float, variance: float, seen: int, seed: int) -> Estimate:
    number = seen * inverse
    spread = seen * variance + seen * (1 - 1 / inverse) * inverse**2
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
        {"sd": float(np.sqrt(spread)), "one_step": seen * one_step},
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
    apart = float((found[:, 3] < LEAST).mean())
    if apart > MOST_APART:
        raise EstimateRefusedError(
            N_(
                "what is known tells the lists apart: %(share)s %% of the persons seen have hardly "
                "a chance to be in both"
            ),
            _SHARED,
            share=round(100 * apart),
        )
    return Learnt(found[:, 1] + found[:, 3], found[:, 2] + found[:, 3], found[:, 3])


def _regression(known: Floats, states: Wholes, asked: Floats) -> Floats:
    known_states = np.unique(states)
    if len(known_states) == 1:  # everybody stands in both
        alone = np.zeros((len(asked), 4))
        alone[:, known_states[0]] = 1.0
        return alone
    need("sklearn")
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - when it is needed
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler  # noqa: PLC0415

    learnt = make_pipeline(
        StandardScaler(),
        PolynomialFeatures(2, include_bias=False),
        StandardScaler(),
        LogisticRegression(max_iter=500, C=_PENALTY),
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
