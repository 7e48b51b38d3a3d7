"""What is estimated: how many there are beside those documented, and the refusal to say so.

Upholds: an estimate comes with its interval, its assumptions and the evidence it rests on, from at
least three estimators with different assumptions.  Refuses, with the reason and what data would
help, where the overlap of the lists can't bear one: fewer than three lists (one that lies wholly
within another tells nothing of its own), lists that no chain of overlaps connects (unless those
apart hold less than ``MOST_APART`` of all that were seen), fewer than seven persons in two or more
lists, or nobody in one list only where chance would hardly bring that about.

Seven: Robson and Regier (1964), "Sample size in Petersen mark-recapture experiments": with fewer
recaptures even the corrected estimator is biased.  Connected: with lists that do not overlap the
size is not identified (Chan, Silverman and Vincent 2021, "Multiple systems estimation for sparse
capture data", JASA 116, section 2.6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from asylia.counts.codes import code
from asylia.counts.histories import Histories
from asylia.counts.once import left_out
from asylia.counts.words import N_, Said, said, spoken
from asylia.errors import RefusedError

if TYPE_CHECKING:
    from asylia.counts.arrays import Floats

FEWEST_LISTS = 3
FEWEST_RECAPTURED = 7
FEWEST_ESTIMATORS = 3
LEVEL = 0.95
MOST_APART = 0.01  # of those seen: three persons in two tiny lists do not unmake twenty lists

MORE_LISTS = N_(
    "Another list, made by somebody who did not take names from the lists at hand, would help."
)
MORE_OVERLAP = N_(
    "Details by which the same person can be recognised in two lists would help, or a list that "
    "reaches the places and groups of the others."
)
WHOLE_LISTS = N_(
    "The whole lists would help: with everybody whom they hold, not only those whom another list "
    "holds too."
)


class EstimateRefusedError(RefusedError):
    """The data can't bear an estimate, or there are too few views of it; the message says why.

    ``said`` is the reason and ``helps`` the data that would help, each to be told in any language;
    ``diagnostics`` are those of chains that ran and are not believed.
    """

    def __init__(
        self,
        reason: str,
        helps: str = "",
        *,
        diagnostics: Mapping[str, float] | None = None,
        **values: object,
    ) -> None:
        self.diagnostics = dict(diagnostics or {})
        self.said = said(reason, **values)
        self.helps = said(helps) if helps else None
        super().__init__(
            spoken(N_("An estimate is refused: %(reason)s."), reason=self.said),
            hint=N_(
                "Show what sources say and what is documented; both stand without an estimate."
            ),
        )

    @classmethod
    def told(cls, reason: Said, helps: Said | None) -> "EstimateRefusedError":
        """The refusal as it was told before."""
        refusal = cls("%(why)s", why=reason)
        refusal.helps = helps
        return refusal

    @property
    def reason(self) -> str:
        """The reason, in English."""
        return str(self.said)

    @property
    def code(self) -> str:
        """The reason for a program, which need not read a sentence."""
        return str(code(self.said))


@dataclass(frozen=True)
class Evidence:
    """What the lists can bear an estimate on: persons seen, seen twice, and where lists meet."""

    lists: tuple[str, ...]
    observed: int
    recaptured: int
    overlaps: Mapping[tuple[str, str], int]
    contained: Mapping[str, str] = field(default_factory=dict)  # a list -> the one that holds it
    copied: tuple[str, ...] = ()  # of those contained, lists that no model uses
    apart: tuple[str, ...] = ()  # tiny lists that share nobody with the rest


@dataclass(frozen=True)
class Estimate:
    """One estimator's answer: all persons, documented or not, with its interval.

    ``draws`` are numbers of persons as probable as the estimator has them; strata and linkages are
    combined by them, never by medians.
    """

    estimator: str
    assumptions: tuple[Said, ...]
    middle: int
    low: int
    high: int
    level: float  # of the interval, such as 0.95
    diagnostics: Mapping[str, float]
    draws: "Floats | None" = field(default=None, compare=False, repr=False)


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
        raise EstimateRefusedError(N_("there are no overlapping lists of persons"), MORE_OVERLAP)
    if len(filled) < FEWEST_LISTS:
        raise EstimateRefusedError(
            N_("there are fewer than %(lists)s lists of persons"), MORE_LISTS, lists=FEWEST_LISTS
        )
    apart = _apart(filled, [pair for pair, count in overlaps.items() if count], histories)
    if sum(histories.size(at) for at in apart) > MOST_APART * histories.observed:
        raise EstimateRefusedError(
            N_("not all lists are connected by persons whom they share"), MORE_OVERLAP
        )
    if histories.recaptured < FEWEST_RECAPTURED:
        raise EstimateRefusedError(
            N_("fewer than %(persons)s persons stand in more than one list"),
            MORE_OVERLAP,
            persons=FEWEST_RECAPTURED,
        )
    if left_out(histories):
        raise EstimateRefusedError(
            N_(
                "nobody stands in one list only, which chance would hardly bring about: those who "
                "were found once are missing from the table"
            ),
            WHOLE_LISTS,
        )
    if histories.copied():
        bearable(histories.telling())  # what a list repeats of another is no overlap
    contained = histories.contained()
    if len(filled) - len(contained) - len(apart) < FEWEST_LISTS:
        raise EstimateRefusedError(
            N_("fewer than %(lists)s lists of persons are left without those within another"),
            MORE_LISTS,
            lists=FEWEST_LISTS,
        )
    names = histories.lists
    return Evidence(
        lists=tuple(names[at] for at in filled),
        observed=histories.observed,
        recaptured=histories.recaptured,
        overlaps={(names[one], names[other]): count for (one, other), count in overlaps.items()},
        contained={names[one]: names[other] for one, other in contained.items()},
        copied=tuple(names[at] for at in histories.copied()),
        apart=tuple(names[at] for at in apart),
    )


def estimate(histories: Histories, estimators: Sequence[Estimator]) -> tuple[Estimate, ...]:
    """Every estimator's answer, side by side; ``EstimateRefusedError`` if any condition fails."""
    evidence = bearable(histories)
    if len({one.name for one in estimators}) < FEWEST_ESTIMATORS:
        raise too_few_estimators()
    return tuple(one.estimate(histories.telling(), evidence) for one in estimators)


def pooling(used: Histories, evidence: Evidence) -> list[Said]:
    """That small lists are taken as one, for each such list; nothing if all are as given."""
    return [
        said(N_("the smallest lists are taken as one: %(names)s"), names=name)
        for name in used.lists
        if name not in evidence.lists
    ]


def too_few_estimators() -> EstimateRefusedError:
    """The refusal to show fewer than three views as if they were all."""
    return EstimateRefusedError(
        N_("fewer than %(least)s estimators with different assumptions are at hand"),
        MORE_OVERLAP,
        least=FEWEST_ESTIMATORS,
    )


def _apart(places: list[int], pairs: list[tuple[int, int]], histories: Histories) -> list[int]:
    """Lists outside the largest group of lists that a chain of shared persons connects."""
    largest: set[int] = set()
    left = set(places)
    while left:
        reached = {min(left)}
        while grown := {at for pair in pairs if reached & set(pair) for at in pair} - reached:
            reached |= grown
        left -= reached
        largest = max(largest, reached, key=lambda group: sum(map(histories.size, group)))
    return [at for at in places if at not in largest]
