"""Simulation-based calibration: the truth's rank among the draws is uniform, if these are right.

Talts et al. 2018, "Validating Bayesian inference algorithms with simulation-based calibration".
Many worlds are drawn from the prior, and the sampler runs on each; `make calibrate` takes 400
worlds of each kind, the ordinary suite few.
"""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from tests.counts import latent_world

from asylia.counts.latent import Settings, fit, settings_for, warming
from asylia.counts.latent.cells import Cells
from asylia.counts.latent.ensemble import Ensemble
from asylia.counts.table import read

Floats = latent_world.Floats
DRAWS = 99


def rank(seed: int, lists: int, classes: int, bias: float = 1.0) -> int:
    """How many of 99 draws of N - n lie below that of the world; ``bias`` spoils the truth."""
    random = np.random.default_rng(seed)
    settings = Settings(classes, rounds=2, round_length=100, cooling=100, settle=120)
    while True:  # what is asked of the data alone leaves the ranks uniform
        cells = latent_world.prior(random, 1, lists, settings)[0]
        histories, missed = latent_world.table(random, int(random.integers(20, 60)), cells)
        if all(histories.size(at) for at in range(lists)):
            break
    ensemble = Ensemble(Cells.of(histories), settings, random)
    barrier, starts = warming.climb(ensemble, annealed=bool(seed % 2))
    warming.widen(ensemble, warming.rungs_for([barrier]), starts)
    warming.settle(ensemble)
    seen = ensemble.run(1_000).seen[:, ensemble.hot :]
    one = random.integers(seen.shape[1], size=DRAWS)
    kept = seen[np.linspace(0, len(seen) - 1, DRAWS).astype(int), one]
    odds = (1.0 - kept) / kept
    draws = random.poisson(random.gamma(histories.observed, size=DRAWS) * odds)
    missed = round(missed * bias)
    ties = int((draws == missed).sum())
    return int((draws < missed).sum()) + int(random.integers(ties + 1))


def unevenness(ranks: list[int], bins: int) -> float:
    """Chi-square of the ranks over so many equal bins."""
    found = np.bincount(np.array(ranks) * bins // (DRAWS + 1), minlength=bins)
    expected = len(ranks) / bins
    return float(((found - expected) ** 2 / expected).sum())


def worlds(number: int, lists: int, classes: int, bias: float = 1.0) -> list[int]:
    return [rank(seed, lists, classes, bias) for seed in range(number)]


def test_ranks_are_even_in_a_few_worlds_and_not_if_the_truth_is_another() -> None:
    assert unevenness(worlds(60, 3, 3), 5) < 18.5  # chi-square with 4 degrees: one in a thousand
    assert unevenness(worlds(60, 3, 3, bias=2.5), 5) > 18.5


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.parametrize(("lists", "classes"), [(3, 2), (3, 7), (4, 5), (5, 15)])
def test_ranks_are_even(lists: int, classes: int) -> None:
    ranks = worlds(400, lists, classes)
    print(lists, "lists", classes, "classes", np.bincount(np.array(ranks) // 10, minlength=10))
    assert unevenness(ranks, 10) < 27.9  # chi-square with 9 degrees: one in a thousand
    assert unevenness(ranks, 20) < 43.8  # 19 degrees


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_the_netherlands_converge_and_too_short_a_warm_up_is_found_out(root: Path) -> None:
    """Four chains of LCMCR stood at 51,000, 51,000, 142,000 and 136,000."""
    table = read(root / "examples" / "tables" / "netherlands-2010-15.csv")
    for seed in (2, 11, 12):
        found = fit(table, seed=seed)
        assert found.refused is None
        assert max(found.rhat, found.likelihood_rhat) < 1.005
        assert 147_000 < found.median < 150_000
        assert found.interval95[1] * 1.1 < found.upper_by_jeffreys < found.interval95[1] * 2
    hurried = dataclasses.replace(
        settings_for(table), rounds=4, round_length=100, cooling=200, settle=500, longest=3_000
    )
    assert "R-hat" in str(fit(table, seed=3, settings=hurried).refused)
