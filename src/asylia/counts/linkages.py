"""What is estimated where nobody knows which linkage is right: every model over all of them.

Upholds: each model is run on each plausible linkage of the same records, and its draws are mixed,
each linkage as likely as another, so that the interval carries how unsure the linkage is; what is
documented differs from one to the next, and is told as a range.  Where a model refuses a linkage it
says so; it refuses altogether where it refuses half of them.  Tables that are alike are estimated
once.  Refuses: linkages whose lists are not the same lists.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from asylia.counts.arrays import np
from asylia.counts.combining import each, mixed, stepping
from asylia.counts.estimate import (
    FEWEST_ESTIMATORS,
    Estimate,
    EstimateRefusedError,
)
from asylia.counts.histories import Histories
from asylia.counts.verdict import (
    MODELS,
    Progress,
    disagreeing_of,
    estimators,
    quiet,
    refusal_of,
    span_of,
)
from asylia.counts.words import N_
from asylia.errors import MalformedError


@dataclass(frozen=True)
class Mixture:
    """One model over all linkages: its mixture, or the refusal; and what it says of each."""

    model: str
    mixed: Estimate | None
    refused: EstimateRefusedError | None
    alone: Mapping[str, Estimate | EstimateRefusedError]
    seconds: float

    @property
    def left_out(self) -> int:
        """Linkages that it refuses, and which the mixture lacks."""
        return sum(1 for one in self.alone.values() if isinstance(one, EstimateRefusedError))


@dataclass(frozen=True)
class Linkages:
    """All that is said of several linkages of the same records."""

    tables: Mapping[str, Histories]
    mixtures: Mapping[str, Mixture]
    refused: EstimateRefusedError | None

    @property
    def documented(self) -> tuple[int, int, int]:
        """Persons observed: the fewest, which is the documented minimum, median, most."""
        seen = sorted(one.observed for one in self.tables.values())
        return seen[0], round(float(np.median(seen))), seen[-1]

    @property
    def span(self) -> tuple[int, int] | None:
        """From the lowest end of an interval to the highest; none where it would be no estimate."""
        return span_of([e.mixed for e in self.mixtures.values() if e.mixed], self.refused)

    @property
    def disagreeing(self) -> tuple[tuple[str, str], ...]:
        """Models whose intervals do not meet."""
        return disagreeing_of(e.mixed for e in self.mixtures.values() if e.mixed)


def over(
    tables: Mapping[str, Histories],
    *,
    seed: int = 1,
    models: Iterable[str] = MODELS,
    progress: Progress = quiet,
) -> Linkages:
    """Every model over every linkage."""
    if len({one.lists for one in tables.values()}) != 1:
        raise MalformedError(
            N_("the linkages do not have the same lists"),
            hint=N_("Each linkage joins the same records, of the same lists."),
        )
    asked = [name for name in MODELS if name in set(models)]
    mixtures = {name: _mixture(name, tables, seed, progress) for name in asked}
    found = [one.mixed for one in mixtures.values() if one.mixed]
    if len(asked) < FEWEST_ESTIMATORS:
        return Linkages(tables, mixtures, None)
    refused = refusal_of(found, [one.refused for one in mixtures.values()])
    return Linkages(tables, mixtures, refused)


def _mixture(name: str, tables: Mapping[str, Histories], seed: int, progress: Progress) -> Mixture:
    began = time.perf_counter()
    linkages = list(tables.values())
    progress(name, 0.0)
    within, after = stepping(name, len(linkages), progress)
    alone = each(linkages, estimators(seed, within)[name], after)
    found, refused = None, None
    try:
        found = mixed(linkages, alone, name, seed=seed).estimate
    except EstimateRefusedError as refusal:
        refused = refusal
    seconds = time.perf_counter() - began
    return Mixture(name, found, refused, dict(zip(tables, alone, strict=True)), seconds)
