"""Effective samples of log n0 a second of the latent class sampler, beside the R package's.

From a cold start to the answer, less compilation.  The R figures are those of LCMCR 0.4.14, one
process of it, on a core like these.  By the clock on a quiet machine; beside it by processor time
on two cores, which a shared machine blurs less.  Quantiles stand beside a long run's, with the
error that so many effective samples leave them, and beside published draws where there are some.
"""

import dataclasses
import time
from typing import Any

import numpy as np

from asylia.counts.latent import settings_for
from asylia.counts.latent.diagnostics import effective_size
from asylia.counts.latent.fitting import LatentFit, sample
from bench.totals import FOLDER, read

CORES = 2
# LCMCR's effective samples of log n0 a second, and how many times as many are wanted
RIVALS = {
    "kosovo": (87.0, 100),
    "uk_2013_5lists": (83.0, 100),
    "hepatitis_a_taiwan": (664.0, 50),
    "philippines_manila_police": (1023.0, 25),
}
OTHERS = ("korea_palembang", "colombia_recruitment_men_1999_R1", "netherlands-2010-15")
SEEDS = {"netherlands-2010-15": (2, 11, 12)}  # one was not enough to tell that it settles
LEVELS = (0.025, 0.25, 0.5, 0.75, 0.975)
LONG = 400_000


def run() -> dict[str, Any]:
    """For each set: rate, ratio, R-hat, trips, quantiles, those of a long run, the refusal."""
    if not FOLDER.is_dir():
        return {"skipped": "the data sets do not lie beside the checkout"}
    sample(read("kosovo"), seed=1, settings=dataclasses.replace(_settings("kosovo"), longest=500))
    return {name: _one(name) for name in (*RIVALS, *OTHERS)}


def _one(name: str) -> dict[str, Any]:
    began = time.process_time()
    found = sample(read(name), seed=2)
    processor = (time.process_time() - began) / CORES
    again = [sample(read(name), seed=seed) for seed in SEEDS.get(name, ())[1:]]
    result: dict[str, Any] = {
        "median": found.median,
        "interval95": found.interval95,
        "upper_by_jeffreys": found.upper_by_jeffreys,
        "rhat": round(found.rhat, 4),
        "rhat_of_likelihood": round(found.likelihood_rhat, 4),
        "medians_of_dispersed_and_annealed": (found.dispersed_median, found.annealed_median),
        "trips": found.trips,
        "refused": str(found.refused) if found.refused else None,
        "seconds": round(found.seconds, 2),
        "seconds_of_two_processors": round(processor, 2),
        "quantiles": _quantiles(found.draws),
    }
    if again:
        result["other_seeds"] = [
            {
                "median": one.median,
                "interval95": one.interval95,
                "rhat": round(one.rhat, 4),
                "rhat_of_likelihood": round(one.likelihood_rhat, 4),
                "medians_of_dispersed_and_annealed": (one.dispersed_median, one.annealed_median),
                "refused": str(one.refused) if one.refused else None,
            }
            for one in again
        ]
    if found.refused is None:
        result["effective_a_second"] = round(found.ess / found.seconds)
        result["effective_a_second_of_two_processors"] = round(found.ess / processor)
        longer = dataclasses.replace(found.settings, effective=LONG, longest=80_000)
        result["quantiles_of_a_long_run"] = _quantiles(
            (long := sample(read(name), seed=3, settings=longer)).draws
        )
        result["apart_in_standard_errors"] = _apart(found, long)
        result["effective_at_the_quantiles"] = [
            round(_worth(found, at)) for at in np.quantile(found.draws, LEVELS)
        ]
    if (rival := RIVALS.get(name)) is not None and found.refused is None:
        result["ratio"] = round(found.ess / found.seconds / rival[0], 1)
        result["ratio_of_two_processors"] = round(found.ess / processor / rival[0], 1)
        result["ratio_wanted"] = rival[1]
    if (published := FOLDER / name / "posterior.csv").is_file():
        result["quantiles_published"] = _quantiles(np.loadtxt(published, skiprows=1))
    return result


def _quantiles(draws: Any) -> list[int]:
    return [round(float(each)) for each in np.quantile(draws, LEVELS)]


def _apart(one: LatentFit, other: LatentFit) -> list[float]:
    """At the long run's quantiles: how far the two shares of draws below are apart.

    In errors of those shares themselves: where chains linger in a tail, its draws are worth fewer
    than those of the middle (tail effective size: Vehtari et al. 2021).
    """
    shares = []
    for level, at in zip(LEVELS, np.quantile(other.draws, LEVELS), strict=True):
        worth = 1 / _worth(one, at) + 1 / _worth(other, at)
        error = np.sqrt(level * (1 - level) * worth)
        shares.append(round(abs(_share(one, at) - _share(other, at)) / float(error), 1))
    return shares


def _worth(found: LatentFit, at: float) -> float:
    """How many independent draws tell as well what share lies below."""
    below = found.draws.reshape(found.settings.ensembles, found.iterations, -1) <= at
    return effective_size(below.astype(np.float64))


def _share(found: LatentFit, at: float) -> float:
    """Of draws below, with half of those that are the same."""
    return float(((found.draws < at).mean() + (found.draws <= at).mean()) / 2)


def _settings(name: str) -> Any:
    return settings_for(read(name))
