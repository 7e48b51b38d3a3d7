"""What is estimated: how many there are beside those documented, and the refusal to say so.

Upholds: an estimate comes with its interval, its assumptions and the evidence it rests on, from at
least three estimators with different assumptions.  Refuses, with the reason, where the overlap of
the lists can't bear one: fewer than three lists, lists that no chain of overlaps connects, or fewer
than seven persons in two or more lists.

Seven: Robson and Regier (1964), "Sample size in Petersen mark-recapture experiments": with fewer
recaptures even the corrected estimator is biased.  Connected: with lists that do not overlap the
size is not identified (Chan, Silverman and Vincent 2021, "Multiple systems estimation for sparse
capture data", section 3).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from asylia.counts.histories import Histories
from asylia.errors import RefusedError

FEWEST_LISTS = 3
FEWEST_RECAPTURED = 7
FEWEST_ESTIMATORS = 3


class EstimateRefusedError(RefusedError):
    """The data can't bear an estimate, or there are too few views of it; the message says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"An estimate is refused: {reason}.",
            hint="Show what sources say and what is documented; both stand without an estimate.",
        )
        self.reason = reason


@dataclass(frozen=True)
class Evidence:
    """What the lists can bear an estimate on: persons seen, seen twice, and where lists meet."""

    lists: tuple[str, ...]
    observed: int
    recaptured: int
    overlaps: Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Estimate:
    """One estimator's answer: all persons, documented or not, with its interval."""

    estimator: str
    assumptions: tuple[str, ...]
    middle: int
    low: int
    high: int
    level: float  # of the interval, such as 0.95
    diagnostics: Mapping[str, float]


class Estimator(Protocol):
    """One way to estimate; it may refuse too, when its own diagnostics fail."""

    @property
    def name(self) -> str:
        """Its name."""

    def estimate(self, histories: Histories, evidence: Evidence) -> Estimate:
        """Its estimate, or ``EstimateRefusedError``."""


def bearable(histories: Histories) -> Evidence:
    """The evidence that an estimate would rest on, or ``EstimateRefusedError`` with the reason."""
    filled = [at for at in range(len(histories.lists)) if histories.size(at)]
    overlaps = histories.overlaps()
    if histories.recaptured == 0:
        raise EstimateRefusedError("there are no overlapping lists of persons")
    if len(filled) < FEWEST_LISTS:
        raise EstimateRefusedError(f"there are fewer than {FEWEST_LISTS} lists of persons")
    if not _connected(filled, [pair for pair, count in overlaps.items() if count]):
        raise EstimateRefusedError("not all lists are connected by persons whom they share")
    if histories.recaptured < FEWEST_RECAPTURED:
        raise EstimateRefusedError(
            f"fewer than {FEWEST_RECAPTURED} persons stand in more than one list"
        )
    names = histories.lists
    return Evidence(
        lists=tuple(names[at] for at in filled),
        observed=histories.observed,
        recaptured=histories.recaptured,
        overlaps={(names[one], names[other]): count for (one, other), count in overlaps.items()},
    )


def estimate(histories: Histories, estimators: Sequence[Estimator]) -> tuple[Estimate, ...]:
    """Every estimator's answer, side by side; ``EstimateRefusedError`` if any condition fails."""
    evidence = bearable(histories)
    if len({one.name for one in estimators}) < FEWEST_ESTIMATORS:
        raise EstimateRefusedError(
            f"fewer than {FEWEST_ESTIMATORS} estimators with different assumptions are at hand"
        )
    return tuple(one.estimate(histories, evidence) for one in estimators)


def _connected(places: list[int], pairs: list[tuple[int, int]]) -> bool:
    reached = set(places[:1])
    while grown := {at for pair in pairs if reached & set(pair) for at in pair} - reached:
        reached |= grown
    return reached >= set(places)
