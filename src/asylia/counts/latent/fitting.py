"""The latent class estimate: independent ensembles until they say enough, then what to refuse.

Manrique-Vallier 2016, "Bayesian population size estimation using Dirichlet process mixtures",
Biometrics 72, with N integrated out under its prior 1/N: N - n given the
probability p0 of being missed is negative binomial, NB(n, 1 - p0).

Upholds: the same seed and settings give the same draws, whatever the number of processors; no draw
is capped (LCMCR redraws N above 20 n without saying so).
"""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.random import SeedSequence, default_rng
from numpy.typing import NDArray

from asylia.counts.histories import Histories
from asylia.counts.latent import warming
from asylia.counts.latent.cells import Cells, Floats, Wholes
from asylia.counts.latent.diagnostics import effective_size, split_rhat, upper_end
from asylia.counts.latent.ensemble import Ensemble
from asylia.counts.latent.refusing import Evidence, Refusal, reason
from asylia.counts.latent.settings import Settings, settings_for

Progress = Callable[[float], None]
SHOWN = 2_000  # points of a trace that is drawn


@dataclass(frozen=True)
class LatentFit:
    """Draws of N (persons in all) and how far they can be trusted; ``refused``: why they can't.

    ``traces[ensemble]``: the mean of log n0 over the ensemble's chains, iteration by iteration,
    thinned.  ``likelihood``: median and 95 % interval of the log likelihood, and the highest seen
    anywhere.  ``upper_by_jeffreys``: the interval's upper end were Jeffreys' prior, not the uniform
    one, on the chances of being listed of the class that holds nearly all of the unseen: they are
    small and fall as 1/N, so each adds a root of N.  ``seconds``: by the clock, with compilation if
    there was any.
    """

    draws: NDArray[np.int64]
    median: int
    interval95: tuple[int, int]
    upper_by_jeffreys: int
    rhat: float
    ess: float
    seconds: float
    refused: Refusal | None
    trips: int
    likelihood: tuple[float, float, float, float]
    likelihood_rhat: float
    dispersed_median: int
    annealed_median: int
    traces: Floats
    iterations: int
    leaps: int
    tempered: int
    settings: Settings


def sample(
    histories: Histories,
    *,
    seed: int,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> LatentFit:
    """Sample, whether or not the lists can bear an estimate: :func:`latent.fit` asks that first."""
    began = time.perf_counter()
    tell = progress or (lambda _share: None)
    cells = Cells.of(histories)
    settings = settings or settings_for(histories)
    seeds = SeedSequence(seed).spawn(2 * settings.ensembles)
    ensembles = [
        Ensemble(cells, settings, default_rng(each)) for each in seeds[: settings.ensembles]
    ]
    missed = [default_rng(each) for each in seeds[settings.ensembles :]]
    workers = min(len(ensembles), os.cpu_count() or 1)
    with ThreadPoolExecutor(workers) as pool:
        _warm_up(ensembles, pool, tell)
        likes, draws = _sample(ensembles, missed, settings, pool, tell)
    return _judged(ensembles, likes, draws, settings, began)


def _warm_up(ensembles: list[Ensemble], pool: ThreadPoolExecutor, tell: Progress) -> None:
    annealed = [at % 2 == 1 for at in range(len(ensembles))]
    climbed = list(pool.map(warming.climb, ensembles, annealed))
    tell(0.1)
    hot = warming.rungs_for([barrier for barrier, _ in climbed])
    for ensemble, (_, starts) in zip(ensembles, climbed, strict=True):
        warming.widen(ensemble, hot, starts)
    leaps = warming.best_leaps(list(pool.map(warming.settle, ensembles)))
    tell(0.2)
    for ensemble in ensembles:
        ensemble.leaps, ensemble.trips = leaps, 0


def _sample(
    ensembles: list[Ensemble],
    missed: list[np.random.Generator],
    settings: Settings,
    pool: ThreadPoolExecutor,
    tell: Progress,
) -> tuple[Floats, Wholes]:
    """Log likelihoods and draws of N, by [ensemble, iteration, cold chain]."""
    hot, persons = ensembles[0].hot, ensembles[0].cells.persons
    likes: list[Floats] = []
    draws: list[Wholes] = []

    def stretch(pair: tuple[Ensemble, np.random.Generator]) -> tuple[Floats, Wholes]:
        ensemble, random = pair
        track = ensemble.run(settings.stretch)
        seen = track.seen[:, hot:]
        rate = random.standard_gamma(persons, size=seen.shape) * ((1.0 - seen) / seen)
        return track.like[:, hot:], persons + random.poisson(np.maximum(rate, 0.0))

    while True:
        found = list(pool.map(stretch, zip(ensembles, missed, strict=True)))
        likes.append(np.stack([like for like, _ in found]))
        draws.append(np.stack([drawn for _, drawn in found]))
        every = np.concatenate(draws, axis=1)
        logs = log_missed(every, persons)
        ess = effective_size(logs)
        enough = ess >= settings.effective and split_rhat(logs) <= 1.005
        iterations = every.shape[1]
        tell(0.2 + 0.8 * max(min(1.0, ess / settings.effective), iterations / settings.longest))
        if enough or iterations >= settings.longest:
            return np.concatenate(likes, axis=1), every


def log_missed(draws: Wholes, persons: int) -> Floats:
    """Log of n0, the persons in no list; of a half where there is none."""
    logs: Floats = np.log(np.maximum(draws - persons, 0.5))
    return logs


def _judged(
    ensembles: list[Ensemble], likes: Floats, draws: Wholes, settings: Settings, began: float
) -> LatentFit:
    persons = ensembles[0].cells.persons
    logs = log_missed(draws, persons)
    low, median, high = np.quantile(draws, [0.025, 0.5, 0.975])
    otherwise = upper_end(draws, ensembles[0].cells.lists / 2, 0.975)
    best = max(ensemble.best for ensemble in ensembles)
    evidence = Evidence(
        logs=logs,
        likes=likes,
        best=best,
        trips=tuple(ensemble.trips for ensemble in ensembles),
        swayed=otherwise / float(high),
    )
    thin = max(1, draws.shape[1] // SHOWN)
    quantiles = np.quantile(likes, [0.5, 0.025, 0.975])
    return LatentFit(
        draws=draws.reshape(-1),
        median=round(float(median)),
        interval95=(round(float(low)), round(float(high))),
        upper_by_jeffreys=round(otherwise),
        rhat=split_rhat(logs),
        ess=effective_size(logs),
        seconds=time.perf_counter() - began,
        refused=reason(evidence),
        trips=sum(evidence.trips),
        likelihood=(*(float(each) for each in quantiles), best),  # type: ignore[arg-type]
        likelihood_rhat=split_rhat(likes),
        dispersed_median=round(float(np.median(draws[0::2]))),
        annealed_median=round(float(np.median(draws[1::2]))),
        traces=logs[:, ::thin].mean(axis=2),
        iterations=draws.shape[1],
        leaps=ensembles[0].leaps,
        tempered=ensembles[0].hot,
        settings=settings,
    )
