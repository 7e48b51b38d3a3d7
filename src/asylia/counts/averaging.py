"""Bayesian averaging over all decomposable graphs of lists, exactly.

Upholds: Madigan and York 1997, "Bayesian methods for estimation of the size of a closed
population", Biometrika 84.  Each graph but the complete one is as probable as another before the
data (in the complete one the data say nothing about who is unseen); within a graph the cells'
probabilities have the hyper-Dirichlet law (Dawid and Lauritzen 1993) whose
total is 1 spread evenly over the cells; the population size N has the prior 1/N.  For a table with
n0 unseen, a graph's marginal likelihood is then closed (Madigan and York; Dawid and
Lauritzen): ``N! / prod n_x!`` times, over cliques, less separators, of

    Gamma(1) / Gamma(1 + N) * prod over cells Gamma(a + n) / Gamma(a),  a = 1 / cells of the clique.

It is summed over n0 = 0, 1, 2, ... : each up to ``SINGLE``, then by the trapezoid rule on ever
longer steps of a thousandth of n0, or less where the posterior is narrower, up to a million times
the observed.  There is no cap that nobody hears of: what stands at that end makes a refusal.

Refuses: more than ``graphs.MOST`` lists (pool them first); an end that holds over a thousandth.
"""

from dataclasses import dataclass

from asylia.counts.arrays import Floats, Wholes, cells, generator, np
from asylia.counts.estimate import (
    LEVEL,
    MORE_OVERLAP,
    Estimate,
    EstimateRefusedError,
    Evidence,
    pooling,
)
from asylia.counts.graphs import MOST, decomposable
from asylia.counts.histories import Histories
from asylia.counts.numeric import log_gamma
from asylia.counts.words import N_, said

DRAWS = 4000
SINGLE = 2000
_STEP = 0.001
_COARSE = 0.05
_LEAP, _PIECES = 3.0, 4.0  # standard errors in a coarse step, fine steps in a standard error
_AT_ONCE = 512  # points
_FURTHEST = 1e6  # times the observed
_AT_END = 1e-3  # of the probability, in the last tenth of the way on a log scale
_LIGHT = 1e-9  # graphs below this share are left out of the fine grid


@dataclass(frozen=True)
class Posterior:
    """Probability of each step of n0, and of each graph."""

    unseen: Floats  # first n0 of each step
    probability: Floats
    graphs: Floats


@dataclass(frozen=True)
class Averaging:
    """Graph averaging as an estimator; more lists than it bears are pooled, the smallest first."""

    seed: int = 1
    name: str = "graphs"

    def estimate(self, histories: Histories, evidence: Evidence) -> Estimate:
        """The posterior of N over all graphs."""
        used = histories.filled().pooled(MOST)
        found = posterior(used)
        upto = np.cumsum(found.probability)
        low, middle, high = (
            evidence.observed
            + int(found.unseen[min(int(np.searchsorted(upto, at)), len(upto) - 1)])
            for at in ((1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2)
        )
        assumptions = [
            said(N_("lists depend on each other as some decomposable graph says")),
            said(N_("before the data, each graph is as likely, and N has the prior 1/N")),
        ]
        assumptions += pooling(used, evidence)
        return Estimate(
            self.name,
            tuple(assumptions),
            middle,
            low,
            high,
            LEVEL,
            {"best_graph": float(found.graphs.max()), "graphs": float(len(found.graphs))},
            evidence.observed + draws(found, self.seed),
        )


def posterior(histories: Histories, furthest: float = _FURTHEST) -> Posterior:
    """The exact posterior; ``EstimateRefusedError`` if it does not end before the grid does."""
    table = cells(histories)
    factors = incomplete(len(histories.lists))
    furthest *= float(table.sum())
    # The more persons are in several lists, the narrower it is: no step may leap over it.
    narrow = 1.0 / float(np.sqrt(max(histories.recaptured, 1)))
    coarse = _grid(furthest, min(_COARSE, _LEAP * narrow))
    by_graph, by_point = _shares(table, factors, coarse)
    heavy = by_graph > _LIGHT * by_graph.sum()
    if float(by_point[coarse > furthest**0.9].sum()) > _AT_END * float(by_point.sum()):
        raise EstimateRefusedError(
            N_("the probability does not fade before a million times the persons seen"),
            MORE_OVERLAP,
        )
    step = min(_STEP, narrow / _PIECES)
    fine = _within(_grid(furthest, step, least=SINGLE), coarse, by_point)
    logs = _logs(table, factors[heavy], fine)
    masses = np.exp(logs - logs.max()) * _lengths(fine)
    total = masses.sum()
    probability = masses.sum(axis=0) / total
    graphs = np.zeros(len(factors))
    graphs[heavy] = masses.sum(axis=1) / total
    return Posterior(fine, probability, graphs)


def _shares(table: Wholes, factors: Wholes, points: Floats) -> tuple[Floats, Floats]:
    """Of each graph and of each point, in bearable memory: as parts of the same whole."""
    lengths = np.log(_lengths(points))
    graphs, whole, largest = np.zeros(len(factors)), np.zeros(len(points)), -np.inf
    for begin in range(0, len(points), _AT_ONCE):
        part = slice(begin, begin + _AT_ONCE)
        weights = _logs(table, factors, points[part]) + lengths[part]
        higher = max(largest, float(weights.max()))
        shrunk = np.exp(largest - higher)
        share = np.exp(weights - higher)
        graphs = graphs * shrunk + share.sum(axis=1)
        whole *= shrunk
        whole[part] = share.sum(axis=0)
        largest = higher
    return graphs, whole


def incomplete(lists: int) -> Wholes:
    """Every decomposable graph but the complete one, which is one factor: all lists together."""
    factors = decomposable(lists)
    kept: Wholes = factors[factors[:, -1] == 0]
    return kept


def draws(found: Posterior, seed: int) -> Floats:
    """Draws of n0, one from each of as many equal parts of the posterior, in random order."""
    chance = generator(seed, 2)
    upto = np.cumsum(found.probability)
    at = np.searchsorted(upto, (np.arange(DRAWS) + chance.random(DRAWS)) / DRAWS * upto[-1])
    lengths = _lengths(found.unseen)
    inside = np.floor(chance.random(DRAWS) * np.maximum(lengths[at], 1.0) - lengths[at] / 2 + 0.5)
    drawn: Floats = np.maximum(found.unseen[at] + inside * (lengths[at] > 1), 0.0)
    return chance.permutation(drawn)


def _grid(furthest: float, step: float, least: int = 1) -> Floats:
    """n0 = 0, 1, ... while steps are below one, then in steps that grow by ``step``."""
    single = max(least, int(1 / step))
    tail = single * np.exp(step * np.arange(1, int(np.log(furthest / single) / step) + 2))
    grid: Floats = np.concatenate([np.arange(single + 1), np.floor(tail)])
    return grid


def _within(fine: Floats, coarse: Floats, share: Floats) -> Floats:
    """The part of the fine grid outside which all is lighter than the graphs left out."""
    heavy = np.flatnonzero(share > _LIGHT * 1e-3 * share.sum())
    low, high = coarse[max(heavy[0] - 1, 0)], coarse[min(heavy[-1] + 1, len(coarse) - 1)]
    inside: Floats = fine[(fine >= low) & (fine <= high)]
    return inside


def _lengths(grid: Floats) -> Floats:
    """How many n0 each point stands for: half of the way to its neighbours."""
    ways = np.diff(grid)
    lengths = np.empty_like(grid)
    lengths[0] = (ways[0] + 1) / 2  # a step before the first is as long as a person
    lengths[1:-1] = (ways[:-1] + ways[1:]) / 2
    lengths[-1] = (ways[-1] + 1) / 2
    return lengths


def _logs(table: Wholes, factors: Wholes, unseen: Floats) -> Floats:
    """Log of likelihood times prior: graphs by points; what has neither is left out."""
    seen = float(table.sum())
    wide = len(table).bit_length() - 1
    whole = unseen + seen
    common = log_gamma(whole + 1) - log_gamma(unseen + 1) - np.log(whole)
    marginals = np.zeros((len(table), len(unseen)))
    for lists in range(1, len(table)):
        marginals[lists] = _marginal(table, wide, lists, unseen) - log_gamma(1 + whole)
    result: Floats = factors.astype(np.float64) @ marginals + common
    return result


def _marginal(table: Wholes, wide: int, lists: int, unseen: Floats) -> Floats:
    """``sum log Gamma(a + n) / Gamma(a)`` over the cells of these lists' marginal table."""
    kept = [at for at in range(wide) if lists >> at & 1]
    code = np.zeros(len(table), dtype=np.int64)
    for bit, at in enumerate(kept):
        code |= (np.arange(len(table)) >> at & 1) << bit
    counts = np.bincount(code, weights=table, minlength=1 << len(kept))
    prior = 1.0 / (1 << len(kept))
    fixed = float((log_gamma(prior + counts[1:]) - log_gamma(prior)).sum())
    moving: Floats = log_gamma(prior + counts[0] + unseen) - log_gamma(prior)
    return fixed + moving
