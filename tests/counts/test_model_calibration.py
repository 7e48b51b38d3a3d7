"""Each model that draws without chains, on worlds from its own assumptions: ranks, or coverage.

Simulation-based calibration as in ``test_latent_calibration``: with the prior 1/N, the number seen
says nothing of the cells' probabilities, so with it fixed, cells from the prior, a table from its
multinomial and the unseen from their negative binomial are one draw from the joint distribution.
What the log-linear bootstrap and Chao's bound promise is coverage: it is counted in populations
whose size is known.  `make calibrate` takes hundreds of worlds, the ordinary suite few.
"""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import binom

from asylia.counts import averaging, chao, nhoi
from asylia.counts.arrays import Floats, quantiles
from asylia.counts.estimate import EstimateRefusedError
from asylia.counts.frames import from_arrays
from asylia.counts.graphs import decomposable
from asylia.counts.histories import Histories
from asylia.counts.loglinear import selected

DRAWS = 99
LISTS = 3
PATTERNS = [tuple(bool(cell >> at & 1) for at in range(LISTS)) for cell in range(1 << LISTS)]
World = Callable[[np.random.Generator], "tuple[Histories, int, Floats]"]


def of_graphs(random: np.random.Generator) -> tuple[Histories, int, Floats]:
    """A graph, cells by its hyper-Dirichlet law, a table, and draws of the unseen from that."""
    graphs = decomposable(LISTS)
    graphs = graphs[graphs[:, -1] == 0]
    cells = hyper_dirichlet(random, graphs[random.integers(len(graphs))])
    table, missed = seen_and_missed(random, cells, int(random.integers(30, 80)))
    return table, missed, averaging.draws(averaging.posterior(table), int(random.integers(1 << 30)))


def of_no_highest(random: np.random.Generator) -> tuple[Histories, int, Floats]:
    """Probabilities of those seen from the flat Dirichlet; the odds of being missed follow."""
    seen = random.dirichlet(np.ones(7))
    odd = np.array([cell.bit_count() % 2 == 1 for cell in range(1, 8)])
    odds = float(np.exp(np.log(seen[odd]).sum() - np.log(seen[~odd]).sum()))
    cells = np.concatenate([[odds], seen]) / (1 + odds)
    table, missed = seen_and_missed(random, cells, int(random.integers(30, 80)))
    return table, missed, nhoi.unseen(table, int(random.integers(1 << 30)))


def hyper_dirichlet(random: np.random.Generator, factors: Floats) -> Floats:
    """Cells of three lists: Dirichlet with total one within each clique, alike where they meet."""
    cliques = sorted((s for s in range(8) if factors[s] > 0), key=lambda s: -s.bit_count())
    cells = np.ones(8)
    done = 0
    for clique in cliques:
        inside = [at for at in range(LISTS) if clique >> at & 1]
        shared = clique & done
        part = random.dirichlet(np.full(1 << len(inside), 1 / (1 << len(inside))))
        of_part = np.zeros(8)
        for cell in range(8):
            code = sum((cell >> at & 1) << bit for bit, at in enumerate(inside))
            of_part[cell] = part[code]
        total: dict[int, float] = {}
        for code in {cell & clique for cell in range(8)}:
            total[code & shared] = total.get(code & shared, 0.0) + of_part[code]
        cells *= [of_part[cell] / max(total[cell & shared], 1e-300) for cell in range(8)]
        done |= clique
    return cells


def seen_and_missed(random: np.random.Generator, cells: Floats, seen: int) -> tuple[Histories, int]:
    share = np.maximum(cells[1:], 0) / cells[1:].sum()
    counts = random.multinomial(seen, share)
    odds = min(float(cells[0] / cells[1:].sum()), 1e12)
    missed = int(random.poisson(min(random.gamma(seen) * odds, 1e15)))
    kept = {p: int(c) for p, c in zip(PATTERNS[1:], counts, strict=True) if c}
    return Histories(("A", "B", "C"), kept), missed


def worlds(world: World, number: int) -> list[tuple[int, Floats]]:
    """The unseen of so many worlds, and the draws that each table leads to."""
    found: list[tuple[int, Floats]] = []
    seed = 0
    while len(found) < number:
        random = np.random.default_rng((seed, 17))
        seed += 1
        try:  # what is asked of the data alone leaves the ranks uniform
            _, missed, draws = world(random)
        except EstimateRefusedError:
            continue
        found.append((missed, random.choice(draws, DRAWS, replace=False)))
    return found


def ranks(found: list[tuple[int, Floats]], more: int = 0) -> list[int]:
    """How many of 99 draws lie below the truth, world by world; ``more`` spoils the truth."""
    random = np.random.default_rng(31)
    told = []
    for missed, draws in found:
        truth = missed + more
        ties = int((draws == truth).sum())
        told.append(int((draws < truth).sum()) + int(random.integers(ties + 1)))
    return told


def unevenness(found: list[int], bins: int) -> float:
    counts = np.bincount(np.array(found) * bins // (DRAWS + 1), minlength=bins)
    expected = len(found) / bins
    return float(((counts - expected) ** 2 / expected).sum())


@pytest.mark.parametrize("world", [of_graphs, of_no_highest])
def test_ranks_are_even_in_some_worlds_and_not_if_the_truth_is_another(world: World) -> None:
    found = worlds(world, 60)
    assert unevenness(ranks(found), 5) < 18.5  # chi-square, 4 degrees: one in a thousand
    assert unevenness(ranks(found, more=10), 5) > 18.5


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.parametrize("world", [of_graphs, of_no_highest])
def test_ranks_are_even(world: World) -> None:
    found = ranks(worlds(world, 2000))
    print(world.__name__, np.bincount(np.array(found) // 10, minlength=10))
    assert unevenness(found, 10) < 27.9
    assert unevenness(found, 20) < 43.8


def test_draws_of_no_highest_interaction_are_its_integral_by_quadrature() -> None:
    """Two lists: the odds are p1 p2 / p12 with p Dirichlet; by a grid over the simplex."""
    table = Histories(("A", "B"), {(True, False): 6, (False, True): 5, (True, True): 4})
    grid = (np.arange(400) + 0.5) / 400
    one, other = np.meshgrid(grid, grid, indexing="ij")
    both = 1 - one - other
    inside = both > 0
    one, other, both = one[inside], other[inside], both[inside]
    weight = one**6 * other**5 * both**4
    odds = one * other / both
    drawn = nhoi.unseen(table, 3)
    for at in (0, 3, 7, 15, 40):
        exact = float((weight * _upto(at, 15, odds)).sum() / weight.sum())
        assert float((drawn <= at).mean()) == pytest.approx(exact, abs=0.015)


def _upto(at: int, seen: int, odds: Floats) -> Floats:
    """Chance of at most so many unseen: negative binomial with ``seen`` and 1 / (1 + odds)."""
    # at most ``at`` failures before the ``seen``-th success
    return np.asarray(binom.sf(seen - 1, seen + at, 1 / (1 + odds)), dtype=np.float64)


def population(random: np.random.Generator, apart: float) -> Histories:
    """500 persons; the first two lists are bound by odds of ``apart``, the third is alone."""
    joint = np.array([1.0, 0.8, 0.7, 0.56 * apart])
    joint /= joint.sum()
    pair = random.choice(4, 500, p=joint)
    listed = np.column_stack([pair % 2, pair // 2, random.random(500) < 0.45]).astype(bool)
    return from_arrays(listed[listed.any(axis=1)])


def covered(number: int, apart: float, replicates: int) -> tuple[int, int]:
    """Of so many populations of 500: in how many the interval held 500; and how many answered."""
    held = answered = 0
    for seed in range(number):
        table = population(np.random.default_rng((seed, 23)), apart)
        counts = np.array([table.patterns.get(pattern, 0) for pattern in PATTERNS[1:]])
        try:
            found = selected(counts, seed, replicates)
        except EstimateRefusedError:
            continue
        _, low, high = quantiles(found.confidence(4000), 0.95)
        answered += 1
        held += low <= 500 <= high
    return held, answered


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.parametrize("apart", [1.0, 3.0])
def test_the_bootstrap_holds_a_population_of_its_own_models(apart: float) -> None:
    held, answered = covered(300, apart, 300)
    print("loglinear", apart, held, answered)
    assert answered > 250
    assert binom.cdf(held, answered, 0.90) > 0.001  # nominal 95 %: not below nine in ten


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_chaos_interval_holds_where_the_bound_is_the_number() -> None:
    """Independent lists: the bound is the number itself, so its interval must hold it."""
    held = 0
    for seed in range(1000):
        table = population(np.random.default_rng((seed, 29)), 1.0)
        bound, variance = chao.bound(table)
        draws = table.observed + chao._log_normal(bound, variance, seed)
        _, low, high = quantiles(draws, 0.95)
        held += low <= 500 <= high
    print("chao", held)
    assert 900 < held < 990
