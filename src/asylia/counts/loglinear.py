"""Log-linear models: the one that the data support best, chosen anew in each bootstrap.

Upholds: Silverman, Chan and Vincent 2024, "Bootstrapping multiple systems estimates to account for
model selection", Statistics and Computing 34: each resampled table, and each table less one person,
goes through the choice by BIC over all candidates, so that the interval carries it; the interval is
BCa (Efron 1987, "Better bootstrap confidence intervals", JASA 82).  A model whose
extended maximum likelihood estimate does not exist, or is not the only one, is never chosen
(``candidates``).  With five lists the ``MOST_REFITTED`` models of least BIC are refitted.

Refuses: data which support best a model that has no estimate; no model that has one; more than a
tenth of the resampled tables without an estimate.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from asylia.counts.arrays import Flags, Floats, Wholes, cells, generator, np, quantiles
from asylia.counts.candidates import (
    EXISTS,
    MOST,
    NOT_IDENTIFIED,
    candidates,
    existence,
)
from asylia.counts.estimate import (
    LEVEL,
    MORE_OVERLAP,
    Estimate,
    EstimateRefusedError,
    Evidence,
    pooling,
)
from asylia.counts.histories import Histories
from asylia.counts.newton import fit
from asylia.counts.numeric import normal_cdf, normal_quantile
from asylia.counts.words import N_, said

REPLICATES = 1000
MOST_REFITTED = 120
DRAWS = 4000
_MOST_FAILED = 0.1


def _quiet(_done: int, _whole: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class LogLinear:
    """Selection inside the bootstrap as an estimator."""

    seed: int = 1
    replicates: int = REPLICATES
    name: str = "loglinear"
    progress: Callable[[int, int], None] = field(default=_quiet, compare=False)

    def estimate(self, histories: Histories, evidence: Evidence) -> Estimate:
        """The chosen model's number, with a BCa interval over the choice."""
        used = histories.filled().pooled(MOST)
        found = selected(cells(used)[1:], self.seed, self.replicates, self.progress)
        draws = found.confidence(DRAWS)
        _, low, high = quantiles(draws, LEVEL)
        assumptions = [
            said(N_("lists depend on each other in twos or threes as a log-linear model says")),
            said(N_("no term that binds all lists; the model of least BIC is the right one")),
        ]
        assumptions += pooling(used, evidence)
        return Estimate(
            self.name,
            tuple(assumptions),
            round(found.number),
            low,
            high,
            LEVEL,
            {"models": float(found.models), "failed": found.failed},
            generator(self.seed, 4).permutation(draws),
        )


@dataclass(frozen=True)
class Selected:
    """The number from the data, the same from resampled tables, and BCa's two corrections."""

    number: float
    resampled: Floats
    bias: float
    acceleration: float
    models: int
    failed: float

    def confidence(self, many: int) -> Floats:
        """Quantiles of the BCa confidence distribution, evenly spaced (Efron 1987)."""
        normal = self.bias + normal_quantile((np.arange(many) + 0.5) / many)
        levels = normal_cdf(self.bias + normal / (1 - self.acceleration * normal))
        return np.asarray(np.quantile(self.resampled, levels), dtype=np.float64)


def selected(
    counts: Wholes, seed: int, replicates: int, progress: Callable[[int, int], None] = _quiet
) -> Selected:
    """Choose and estimate, on the data, on resampled tables, on the data less one person."""
    lists = (len(counts) + 1).bit_length() - 1
    models = candidates(lists)
    _refuse_unsupported(counts, models, lists)
    models = _shortlist(counts, models, lists)
    seen = int(counts.sum())
    resampled = generator(seed, 3).multinomial(seen, counts / seen, size=replicates)
    nonzero = np.flatnonzero(counts)
    one_less = np.repeat(counts[None, :], len(nonzero), axis=0)
    one_less[np.arange(len(nonzero)), nonzero] -= 1
    numbers = _choose(np.vstack([counts[None, :], resampled, one_less]), models, lists, progress)
    number, again, jack = numbers[0], numbers[1 : replicates + 1], numbers[replicates + 1 :]
    held = np.isfinite(again)
    failed = 1 - float(held.mean())
    if failed > _MOST_FAILED or not np.isfinite(jack).all():
        raise EstimateRefusedError(
            N_("too many resampled tables have no estimate: the overlap hangs on single persons"),
            MORE_OVERLAP,
        )
    return Selected(
        float(number),
        again[held],
        _bias(again[held], float(number)),
        _acceleration(jack, counts[nonzero]),
        len(models),
        failed,
    )


def _refuse_unsupported(counts: Wholes, models: Flags, lists: int) -> None:
    """Refuse if the data support best a model without an estimate (of those of least BIC)."""
    fits = fit(np.repeat(counts[None, :], len(models), axis=0), models, lists)
    best = models[int(np.argmin(fits.criterion))]
    held = existence(counts, best, lists)
    if held == NOT_IDENTIFIED:
        raise EstimateRefusedError(
            N_("the model that the data support best does not say how many are unseen"),
            MORE_OVERLAP,
        )
    if held != EXISTS:
        raise EstimateRefusedError(
            N_("the model that the data support best has no maximum likelihood estimate"),
            MORE_OVERLAP,
        )


def _shortlist(counts: Wholes, models: Flags, lists: int) -> Flags:
    if len(models) <= MOST_REFITTED:
        return models
    fits = fit(np.repeat(counts[None, :], len(models), axis=0), models, lists)
    return models[np.sort(np.argsort(fits.criterion, kind="stable")[:MOST_REFITTED])]


def _choose(
    tables: Wholes, models: Flags, lists: int, progress: Callable[[int, int], None]
) -> Floats:
    """Persons by the best model that has an estimate, for each table; NaN where none has one."""
    fits = []
    for at, model in enumerate(models):
        fits.append(fit(tables, np.repeat(model[None, :], len(tables), axis=0), lists))
        progress(at + 1, len(models))
    order = np.argsort([one.criterion for one in fits], axis=0, kind="stable")
    known: dict[tuple[int, bytes], bool] = {}
    numbers = np.full(len(tables), np.nan)
    for table, counts in enumerate(tables):
        for at in order[:, table].tolist():
            key = at, (counts > 0).tobytes()
            if key not in known:
                least = float(fits[at].least[table])
                known[key] = existence(counts, models[at], lists, least) == EXISTS
            if known[key]:
                numbers[table] = counts.sum() + fits[at].unseen[table]
                break
    return numbers


def _bias(again: Floats, number: float) -> float:
    """``z0``: how far the estimate lies from the middle of its resampled selves (Efron 1987)."""
    below = float((again < number).mean() + (again == number).mean() / 2)
    least = 0.5 / len(again)
    return float(normal_quantile(min(max(below, least), 1 - least)))


def _acceleration(jack: Floats, counts: Wholes) -> float:
    """Efron 1987, by the jackknife: each number as often as persons have it."""
    away = np.average(jack, weights=counts) - jack
    squares = float((counts * away**2).sum())
    return 0.0 if squares == 0 else float((counts * away**3).sum()) / (6 * squares**1.5)
