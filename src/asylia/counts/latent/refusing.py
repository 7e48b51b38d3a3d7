"""When draws aren't to be trusted, and why: each check is one that a known failure would have met.

Upholds: each reason, and what data would help, can be told in every language.

Measured on Colombia R1: annealed starts alone gave an R-hat of 1.0000 and another answer than
dispersed ones, 130 nats of likelihood below a state that they never visited.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from asylia.counts.latent.cells import Floats
from asylia.counts.latent.diagnostics import effective_size, split_rhat
from asylia.counts.words import N_, Said, fraction, said

HIGHEST_RHAT = 1.01
LARGEST_GAP = 0.1  # between dispersed and annealed means, in standard deviations
MISSED_NATS = 10.0  # beyond the spread of the likelihood
FEWEST_TRIPS = 10  # in each ensemble
MOST_SWAYED = 2.0  # times as high is the upper end by another usual prior
FEWEST_EFFECTIVE = 400.0


_FEWER_LISTS = N_(
    "More persons whom several lists share would help, or fewer and larger lists: pool those that "
    "are alike."
)
_BOUND = N_(
    "A list that shares more persons with the others would help: so few are shared that no number "
    "is too high."
)


@dataclass(frozen=True)
class Refusal:
    """Why the draws are not to be trusted, and what data would help."""

    said: Said
    helps: str  # a marked sentence

    def __str__(self) -> str:
        return str(self.said)


@dataclass(frozen=True)
class Evidence:
    """By [ensemble, iteration, chain]: log n0 and log likelihood; even ensembles began dispersed.

    ``best``: the highest log likelihood of any state, on any rung, from the start on.  ``swayed``:
    how many times as high the upper end is by another usual prior (docs/decisions/0200).
    """

    logs: Floats
    likes: Floats
    best: float
    trips: tuple[int, ...]
    swayed: float


def reason(evidence: Evidence) -> Refusal | None:
    """The first check that fails; ``None`` if all hold."""
    return next(_failures(evidence), None)


def _failures(evidence: Evidence) -> Iterator[Refusal]:
    for failing in (_disagreeing, _unvisited, _unbounded):
        yield from failing(evidence)


def _disagreeing(evidence: Evidence) -> Iterator[Refusal]:
    rhat, of_likelihood = split_rhat(evidence.logs), split_rhat(evidence.likes)
    if not rhat <= HIGHEST_RHAT:
        yield _refusal(
            N_("independent chains disagree about the number (R-hat %(rhat)s)"),
            rhat=fraction(rhat, ".3f"),
        )
    if not of_likelihood <= HIGHEST_RHAT:
        yield _refusal(
            N_("independent chains are in states of unlike likelihood (R-hat %(rhat)s)"),
            rhat=fraction(of_likelihood, ".3f"),
        )
    gap = max(_gap(evidence.logs), _gap(evidence.likes))
    if not gap <= LARGEST_GAP:
        yield _refusal(
            N_("dispersed and annealed starts disagree (%(gap)s standard deviations)"),
            gap=fraction(gap, ".2f"),
        )


def _unvisited(evidence: Evidence) -> Iterator[Refusal]:
    visited = evidence.likes.max(axis=(1, 2)).min()
    missed = evidence.best - visited
    if missed > MISSED_NATS + evidence.likes.std():
        yield _refusal(
            N_("a state %(nats)s nats more likely was seen, and not all chains visit it"),
            nats=f"{missed:.0f}",
        )
    if min(evidence.trips) < FEWEST_TRIPS:
        yield _refusal(
            N_("independent chains must travel the ladder; one made only %(trips)s trips along it"),
            trips=min(evidence.trips),
        )


def _unbounded(evidence: Evidence) -> Iterator[Refusal]:
    if not evidence.swayed <= MOST_SWAYED:
        yield Refusal(
            said(
                N_(
                    "the lists set no upper bound: with another usual prior the upper end is more "
                    "than twice as high"
                )
            ),
            _BOUND,
        )
    effective = effective_size(evidence.logs)
    if effective < FEWEST_EFFECTIVE:
        yield _refusal(
            N_("the draws are worth only %(draws)s independent ones"), draws=f"{effective:.0f}"
        )


def _refusal(sentence: str, **values: object) -> Refusal:
    return Refusal(said(sentence, **values), _FEWER_LISTS)


def _gap(values: Floats) -> float:
    dispersed, annealed = values[0::2], values[1::2]
    spread = float(values.std())
    return abs(float(np.mean(dispersed) - np.mean(annealed))) / spread if spread else 0.0
