"""The verdict on a table: what each model says, how far they agree, or why there is no estimate.

Upholds: each model stands with its interval, or with the reason that it gives none; fewer than
three that answer are no estimate, nor are intervals of which one end is more than ``MOST_APART``
times another; where they do not meet it says so.  The number to give is the *span* of them all: on
totals that are known it holds what single models miss (``bench/coverage.py``).  The same table and
seed give the same verdict.  Refuses what ``estimate.bearable`` refuses, before any model is run.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from asylia.counts.averaging import Averaging
from asylia.counts.chao import Chao
from asylia.counts.checks import Checks, checked
from asylia.counts.estimate import (
    FEWEST_ESTIMATORS,
    MORE_OVERLAP,
    Estimate,
    EstimateRefusedError,
    Estimator,
    Evidence,
    bearable,
    too_few_estimators,
)
from asylia.counts.histories import Histories
from asylia.counts.lcmcr import Latent
from asylia.counts.loglinear import LogLinear
from asylia.counts.nhoi import NoHighest
from asylia.counts.words import N_, whole

MOST_APART = 100  # times the least end of an interval that the highest may be
MODELS = ("lcmcr", "graphs", "loglinear", "chao", "nhoi")
# Of totals that are known, how many such a span held: ``bench/coverage.py``, ``known_totals``.
HELD, KNOWN = 26, 28
BOUND = "chao"  # says at least so many, and no more
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Answer:
    """One model's estimate, or its refusal; ``seconds`` by the clock."""

    model: str
    estimate: Estimate | None
    refused: EstimateRefusedError | None
    seconds: float


@dataclass(frozen=True)
class Verdict:
    """All that is said of a table."""

    histories: Histories
    evidence: Evidence | None
    refused: EstimateRefusedError | None
    answers: Mapping[str, Answer]
    checks: Checks = field(default_factory=Checks)

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """Of the models that gave one."""
        return tuple(one.estimate for one in self.answers.values() if one.estimate)

    @property
    def span(self) -> tuple[int, int] | None:
        """From the lowest end of an interval to the highest; none where it would be no estimate."""
        return span_of(self.estimates, self.refused)

    @property
    def disagreeing(self) -> tuple[tuple[str, str], ...]:
        """Models whose intervals do not meet; a bound disagrees only with what lies below it."""
        return disagreeing_of(self.estimates)


def quiet(_model: str, _share: float) -> None:
    """Nobody watches."""


def estimators(
    seed: int, progress: Progress = quiet, keep: Callable[[object], None] | None = None
) -> dict[str, Estimator]:
    """Every model, ready to run; ``keep`` is given what the sampler found, for its trace."""
    return {
        "lcmcr": Latent(seed, progress=lambda share: progress("lcmcr", share), keep=keep),
        "graphs": Averaging(seed),
        "loglinear": LogLinear(
            seed, progress=lambda done, whole: progress("loglinear", done / whole)
        ),
        "chao": Chao(seed),
        "nhoi": NoHighest(seed),
    }


def assess(
    histories: Histories,
    *,
    seed: int = 1,
    models: Iterable[str] = MODELS,
    progress: Progress = quiet,
    keep: Callable[[object], None] | None = None,
    moved: bool = True,
) -> Verdict:
    """Run the models, and what changes the answer: a list less, links missed, another term.

    With fewer than three models asked for, those are run, and nothing is said of the table beyond.
    Without ``moved``, nothing is said of what changes the answer.
    """
    asked = [name for name in MODELS if name in set(models)]
    try:
        evidence = bearable(histories)
    except EstimateRefusedError as refusal:
        answers = {name: Answer(name, None, refusal, 0.0) for name in asked}
        return Verdict(histories, None, refusal, answers)
    ready = estimators(seed, progress, keep)
    used = histories.telling()
    answers = {}
    for name in asked:
        progress(name, 0.0)
        answers[name] = answer(ready[name], used, evidence)
        progress(name, 1.0)
    if len(asked) < FEWEST_ESTIMATORS:
        return Verdict(histories, evidence, None, answers)
    found = [one.estimate for one in answers.values() if one.estimate]
    checks = checked(used, seed, progress) if moved else Checks()
    return Verdict(histories, evidence, refusal_of(found), answers, checks)


def refusal_of(
    found: Sequence[Estimate], refused: Sequence[EstimateRefusedError | None] = ()
) -> EstimateRefusedError | None:
    """Why these estimates together are none: too few of them, or too far apart to say anything.

    Where all of them are ``refused`` for one reason, that is why.
    """
    first = next(iter(refused), None)
    if first and all(one and one.said == first.said for one in refused):
        return first
    if len(found) < FEWEST_ESTIMATORS:
        return too_few_estimators()
    low, high = min(one.low for one in found), max(one.high for one in found)
    if high <= MOST_APART * max(low, 1):
        return None
    return EstimateRefusedError(
        N_(
            "the models disagree: between %(low)s and %(high)s persons are possible, and more than "
            "%(times)s times apart says nothing"
        ),
        MORE_OVERLAP,
        low=whole(low),
        high=whole(high),
        times=MOST_APART,
    )


def span_of(
    found: Sequence[Estimate], refused: EstimateRefusedError | None
) -> tuple[int, int] | None:
    """From the lowest end to the highest of three models or more that together are no refusal."""
    if refused or len(found) < FEWEST_ESTIMATORS:
        return None
    return min(one.low for one in found), max(one.high for one in found)


def disagreeing_of(estimates: Iterable[Estimate]) -> tuple[tuple[str, str], ...]:
    """Models whose intervals do not meet; a bound disagrees only with what lies below it."""
    found = sorted(estimates, key=lambda e: (e.estimator == BOUND, e.low))
    return tuple(
        (one.estimator, other.estimator)
        for one, other in combinations(found, 2)
        if one.high < other.low or (other.high < one.low and other.estimator != BOUND)
    )


def answer(estimator: Estimator, histories: Histories, evidence: Evidence) -> Answer:
    """One model's answer, timed."""
    began = time.perf_counter()
    estimate, refused = None, None
    try:
        estimate = estimator.estimate(histories, evidence)
    except EstimateRefusedError as refusal:
        refused = refusal
    return Answer(estimator.name, estimate, refused, time.perf_counter() - began)
