"""Chao's lower bound: at least so many, whatever differs between persons.

Upholds: a bound also where lists differ in size.  Chao 1987, "Estimating the population size for
capture-recapture data with unequal catchability", Biometrics 43, bounds the unseen by
``f1**2 / (2 f2)``, for many occasions that are alike.  For few lists of unequal size that is no
lower bound (three equal lists need the factor 2/3).  With odds of being listed that are a product
of person and list, Cauchy and Schwarz give for each two lists ``n0 >= n_i n_j / n_ij``, with n_i of
list i alone and n_ij of both alone; pooled over pairs: ``sum n_i n_j / f2``, which is
``(f1**2 - sum n_i**2) / (2 f2)`` and tends to Chao's with many lists that are alike.  See also
Rivest and Baillargeon 2007, Biometrics 63.  Interval: Chao 1987's, log-normal above the
observed, with the multinomial variance by the delta method (for lists without end it is hers).

Refuses: nobody in exactly two lists.
"""

from dataclasses import dataclass

from asylia.counts.arrays import Floats, generator, np, quantiles
from asylia.counts.estimate import LEVEL, MORE_OVERLAP, Estimate, EstimateRefusedError, Evidence
from asylia.counts.histories import Histories
from asylia.counts.words import N_, said

DRAWS = 4000


@dataclass(frozen=True)
class Chao:
    """The lower bound as an estimator."""

    seed: int = 1
    name: str = "chao"

    def estimate(self, histories: Histories, evidence: Evidence) -> Estimate:
        """At least so many: the bound, and its own interval."""
        unseen, variance = bound(histories)
        seen = evidence.observed
        draws = seen + _log_normal(unseen, variance, self.seed)
        _, low, high = quantiles(draws, LEVEL)
        return Estimate(
            self.name,
            (
                said(N_("who is in none of the lists is at least as hard to find as others")),
                said(N_("what makes a person easy to find does so in each list alike")),
                said(N_("it is a lower bound, so there may be many more")),
            ),
            round(seen + unseen),
            low,
            high,
            LEVEL,
            {"unseen_sd": float(np.sqrt(variance))},
            draws,
        )


def bound(histories: Histories) -> tuple[float, float]:
    """The least number unseen, and the variance of seen and unseen together."""
    alone = np.zeros(len(histories.lists))
    twice = 0
    for pattern, count in histories.patterns.items():
        if sum(pattern) == 1:
            alone[pattern.index(True)] += count
        twice += count if sum(pattern) == 2 else 0
    if not twice:
        raise EstimateRefusedError(N_("nobody stands in exactly two lists"), MORE_OVERLAP)
    once = float(alone.sum())
    pairs = (once**2 - float((alone**2).sum())) / 2
    unseen = pairs / twice
    spread = float((alone * ((once - alone) / twice) ** 2).sum()) + pairs**2 / twice**3
    return unseen, unseen + spread


def _log_normal(unseen: float, variance: float, seed: int) -> Floats:
    """Draws of the unseen: exact quantiles of the log-normal, in an order drawn by ``seed``."""
    from asylia.counts.numeric import normal_quantile  # noqa: PLC0415 - SciPy, when it is needed

    if unseen <= 0:
        return np.zeros(DRAWS)
    width = np.sqrt(np.log1p(variance / unseen**2))
    normal = normal_quantile((np.arange(DRAWS) + 0.5) / DRAWS)
    draws: Floats = unseen * np.exp(width * normal)
    return generator(seed, 1).permutation(draws)
