"""No highest-order interaction: the assumption that lets the data say how many are unseen.

Upholds: Aleshin-Guendel, Sadinle and Wakefield 2024, "The central role of the identifying
assumption in population size estimation", Biometrics 80: nothing is assumed of how lists depend but
that the term that binds all of them is nought, or a stated size.  Then

    n0 / n = factor * product of p_x over patterns of odd size / product over patterns of even size,

with p the probabilities of patterns among those seen.  With a uniform Dirichlet prior on p and the
prior 1/N on N, p has its Dirichlet posterior, whatever p0, and n0 given p is negative binomial with
n and 1 - p0: draws are independent and exact.  The *sensitivity curve* shows the number for other
sizes of the term.  An empty pattern makes tails of that product heavy, so the smallest lists are
pooled until no pattern is empty, or three lists are left.

Refuses: an interval that reaches more than ``WIDEST`` times the observed.
"""

from dataclasses import dataclass

from asylia.counts.arrays import Floats, cells, generator, np, quantiles
from asylia.counts.estimate import (
    FEWEST_LISTS,
    LEVEL,
    MORE_OVERLAP,
    Estimate,
    EstimateRefusedError,
    Evidence,
    pooling,
)
from asylia.counts.histories import Histories
from asylia.counts.words import N_, said

DRAWS = 10_000
WIDEST = 1000
FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0)
_MOST = 6


@dataclass(frozen=True)
class Point:
    """The number if the highest-order term multiplies the unseen by ``factor``."""

    factor: float
    middle: int
    low: int
    high: int


@dataclass(frozen=True)
class NoHighest:
    """The assumption as an estimator; ``factor`` other than 1 is a highest-order term."""

    seed: int = 1
    factor: float = 1.0
    name: str = "nhoi"

    def estimate(self, histories: Histories, evidence: Evidence) -> Estimate:
        """The posterior of N under the assumption."""
        used = dense(histories)
        draws = evidence.observed + unseen(used, self.seed, self.factor)
        middle, low, high = quantiles(draws, LEVEL)
        if high > WIDEST * evidence.observed:
            raise EstimateRefusedError(
                N_("the interval reaches more than %(times)s times the persons seen"),
                MORE_OVERLAP,
                times=WIDEST,
            )
        assumptions = [
            said(N_("how some lists depend on each other is the same within and without the last"))
        ]
        assumptions += pooling(used, evidence)
        return Estimate(
            self.name, tuple(assumptions), middle, low, high, LEVEL,
            {"lists": float(len(used.lists)), "empty": float((cells(used)[1:] == 0).sum())},
            draws,
        )  # fmt: skip


def dense(histories: Histories) -> Histories:
    """The lists, the smallest pooled until no pattern is empty or three are left."""
    used = histories.filled().pooled(_MOST)
    while len(used.lists) > FEWEST_LISTS and bool((cells(used)[1:] == 0).any()):
        used = used.pooled(len(used.lists) - 1)
    return used


def unseen(histories: Histories, seed: int, factor: float = 1.0) -> Floats:
    """Draws of n0."""
    chance = generator(seed, 5)
    table = cells(histories)[1:]
    seen = int(table.sum())
    sizes = np.array([cell.bit_count() for cell in range(1, len(table) + 1)])
    logs = np.log(np.maximum(chance.standard_gamma(table + 1.0, (DRAWS, len(table))), 1e-300))
    signs = np.where(sizes % 2 == 1, 1.0, -1.0)
    total = np.log(np.exp(logs).sum(axis=1))
    odds = np.exp(np.clip(logs @ signs - total, -50, 50)) * factor  # p0 / (1 - p0)
    # negative binomial with n and 1 - p0, as a Poisson of a gamma
    rate = np.minimum(chance.standard_gamma(seen, DRAWS) * odds, 1e15)
    drawn: Floats = chance.poisson(rate).astype(np.float64)
    return drawn


def curve(histories: Histories, seed: int) -> tuple[Point, ...]:
    """The sensitivity curve: the number for highest-order terms from a quarter to four times."""
    used = dense(histories)
    points = []
    for factor in FACTORS:
        middle, low, high = quantiles(histories.observed + unseen(used, seed, factor), LEVEL)
        points.append(Point(factor, middle, low, high))
    return tuple(points)
