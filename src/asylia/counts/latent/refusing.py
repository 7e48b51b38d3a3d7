"""When draws aren't to be trusted, and why: each check is one that a known failure would have met.

Measured on Colombia R1: annealed starts alone gave an R-hat of 1.0000 and another answer than
dispersed ones, 130 nats of likelihood below a state that they never visited.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from asylia.counts.latent.cells import Floats
from asylia.counts.latent.diagnostics import effective_size, split_rhat

HIGHEST_RHAT = 1.01
LARGEST_GAP = 0.1  # between dispersed and annealed means, in standard deviations
MISSED_NATS = 10.0  # beyond the spread of the likelihood
FEWEST_TRIPS = 10  # in each ensemble
MOST_BEYOND = 0.025
FEWEST_EFFECTIVE = 400.0


@dataclass(frozen=True)
class Evidence:
    """By [ensemble, iteration, chain]: log n0 and log likelihood; even ensembles began dispersed.

    ``best``: the highest log likelihood of any state, on any rung, from the start on.  ``beyond``:
    the share of draws with more than twenty unseen for each one seen.
    """

    logs: Floats
    likes: Floats
    best: float
    trips: tuple[int, ...]
    beyond: float


def reason(evidence: Evidence) -> str | None:
    """The first check that fails, as part of a sentence; ``None`` if all hold."""
    return next(_failures(evidence), None)


def _failures(evidence: Evidence) -> Iterator[str]:
    rhat, of_likelihood = split_rhat(evidence.logs), split_rhat(evidence.likes)
    if not rhat <= HIGHEST_RHAT:
        yield f"independent chains disagree about the number (R-hat {rhat:.3f})"
    if not of_likelihood <= HIGHEST_RHAT:
        yield f"independent chains are in states of unlike likelihood (R-hat {of_likelihood:.3f})"
    gap = max(_gap(evidence.logs), _gap(evidence.likes))
    if not gap <= LARGEST_GAP:
        yield f"dispersed and annealed starts disagree ({gap:.2f} standard deviations)"
    visited = evidence.likes.max(axis=(1, 2)).min()
    missed = evidence.best - visited
    if missed > MISSED_NATS + evidence.likes.std():
        yield f"a state {missed:.0f} nats more likely was seen, and not all chains visit it"
    if min(evidence.trips) < FEWEST_TRIPS:
        yield f"a chain made only {min(evidence.trips)} trips along the ladder"
    if evidence.beyond > MOST_BEYOND:
        yield "the lists set no upper bound: more than twenty unseen for each one seen is possible"
    effective = effective_size(evidence.logs)
    if effective < FEWEST_EFFECTIVE:
        yield f"the draws are worth only {effective:.0f} independent ones"


def _gap(values: Floats) -> float:
    dispersed, annealed = values[0::2], values[1::2]
    spread = float(values.std())
    return abs(float(np.mean(dispersed) - np.mean(annealed))) / spread if spread else 0.0
