"""From a cold start to chains that may be kept: steps, ladder, starts of the cold chains, leaps.

First sixteen rungs, one of them the target; the ladder is re-spaced until neighbours refuse each
other equally often (Syed et al. 2022).  Then as few tempered rungs as that takes, and
all other chains at the target, begun from states that the first ladder's target went through.
Half of the ensembles begin scattered over the prior, at their rung at once (*dispersed*); the other
half is cooled slowly from the prior (*annealed*).
"""

import math
from collections.abc import Sequence

import numpy as np

from asylia.counts.latent.cells import Floats
from asylia.counts.latent.diagnostics import correlation_time
from asylia.counts.latent.ensemble import Ensemble
from asylia.counts.latent.settings import LANES

LEAPS = (72, 48, 32)  # lengths of trajectory that are tried
FIXED_COST = 5.0  # of an iteration, in leaps
WINDOW = 500.0  # leaps over which draws are held against each other, whatever the trajectory
SNAPSHOT = 20  # iterations between states that are kept as starts


def climb(ensemble: Ensemble, annealed: bool) -> tuple[float, list[Floats]]:
    """The first ladder: how much its pairs refuse in all, and states of its target."""
    settings = ensemble.settings
    if annealed:
        _cool(ensemble)
    kept: list[Floats] = []
    barrier = 0.0
    for turn in range(settings.rounds):
        kept, refused = [], np.zeros(LANES)
        pieces = settings.round_length // SNAPSHOT
        for _ in range(pieces):
            ensemble.run(SNAPSHOT, pace=0.1 if turn < settings.rounds // 2 else 0.03)
            refused += ensemble.refused / pieces
            kept.append(ensemble.state[:, ensemble.lane_of[-1]].copy())
        barrier = float(refused[: LANES - 1].sum())
        _space(ensemble, refused[: LANES - 1], LANES)
    return barrier, kept


def rungs_for(barriers: Sequence[float]) -> int:
    """Tempered rungs: enough for neighbours to refuse each other six times in ten at most."""
    return max(4, min(12, math.ceil(1.6 * max(barriers)) + 1))


def widen(ensemble: Ensemble, hot: int, starts: Sequence[Floats]) -> None:
    """As few tempered rungs as ``hot``; all go on from ``starts``, states of the target.

    Tempered rungs too: one that began in the prior's phase can stay there long after it is the
    lesser one, and then nothing travels the ladder (measured on Manila).
    """
    old_betas, old_steps = ensemble.betas, ensemble.steps
    ladder = np.exp(np.interp(np.linspace(0.0, 15.0, hot + 1), np.arange(LANES), np.log(old_betas)))
    betas = np.ones(LANES)
    betas[:hot] = ladder[:hot]
    picked = np.linspace(0, len(starts) - 1, LANES).round().astype(int)
    ensemble.state[:] = np.column_stack([starts[at] for at in picked])
    ensemble.steps = np.interp(np.log(betas), np.log(old_betas), old_steps)
    ensemble.betas, ensemble.hot = betas, hot
    ensemble.lane_of, ensemble.rung_of = np.arange(LANES), np.arange(LANES)
    ensemble.bottom[:] = 0


def settle(ensemble: Ensemble) -> list[Floats]:
    """Go on adapting steps; log odds of being missed for each length of trajectory."""
    found = []
    each = ensemble.settings.settle // len(LEAPS)
    for leaps in LEAPS:
        ensemble.leaps = leaps
        seen = ensemble.run(each, pace=0.02).seen[:, ensemble.hot :]
        found.append(np.log(1.0 - seen) - np.log(seen))
    return found


def best_leaps(found: Sequence[Sequence[Floats]]) -> int:
    """The length of trajectory that gives most independent draws for its cost, over ensembles."""
    waste = []
    for leaps, each in zip(LEAPS, zip(*found, strict=True), strict=True):
        cost = 0.75 * leaps + FIXED_COST
        waste.append(cost * correlation_time(np.stack(each), round(WINDOW / cost)))
    return LEAPS[int(np.argmin(waste))]


def _cool(ensemble: Ensemble) -> None:
    target = ensemble.betas.copy()
    stages = ensemble.settings.cooling // SNAPSHOT
    for share in np.geomspace(0.01, 1.0, stages):
        ensemble.betas = target * share
        ensemble.run(SNAPSHOT, pace=0.1)
    ensemble.betas = target


def _space(ensemble: Ensemble, refused: Floats, rungs: int) -> None:
    """Move the betas so that each pair refuses as often as the others do."""
    along = np.concatenate([[0.0], np.cumsum(refused + 0.01)])
    old = np.log(ensemble.betas[:rungs])
    new = np.interp(np.linspace(0.0, along[-1], rungs), along, old)
    ensemble.steps[:rungs] = np.interp(new, old, ensemble.steps[:rungs])
    ensemble.betas[:rungs] = np.exp(new)
    ensemble.betas[rungs - 1] = 1.0
