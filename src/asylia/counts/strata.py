"""What is estimated where the population falls into parts: every model in each, added up by draws.

Upholds: each model is run on each stratum by itself, with every list that has somebody there, and
its draws are added, so that the interval of the whole is right where tails are long; medians are
never added.  Within a stratum persons are more alike, so that assumptions hold better.  A model
that refuses one stratum gives no sum, and says which; the other strata stand for themselves.
Beside the sums stands what moves them, as beside an estimate from one table.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from asylia.counts.checks import Checks
from asylia.counts.combining import added, each, stepping
from asylia.counts.estimate import FEWEST_ESTIMATORS, Estimate, EstimateRefusedError
from asylia.counts.histories import Histories
from asylia.counts.strata_checks import checked
from asylia.counts.verdict import (
    MODELS,
    Progress,
    disagreeing_of,
    estimators,
    quiet,
    refusal_of,
    span_of,
)


@dataclass(frozen=True)
class Sum:
    """One model over all strata: its sum, or the refusal; and what it says of each."""

    model: str
    total: Estimate | None
    refused: EstimateRefusedError | None
    alone: Mapping[str, Estimate | EstimateRefusedError]
    seconds: float


@dataclass(frozen=True)
class Strata:
    """All that is said of a population in parts."""

    tables: Mapping[str, Histories]
    sums: Mapping[str, Sum]
    refused: EstimateRefusedError | None
    checks: Checks = field(default_factory=Checks)

    @property
    def observed(self) -> int:
        """Persons in at least one list, in all strata."""
        return sum(one.observed for one in self.tables.values())

    @property
    def recaptured(self) -> int:
        """Persons in at least two lists, in all strata."""
        return sum(one.recaptured for one in self.tables.values())

    @property
    def span(self) -> tuple[int, int] | None:
        """From the lowest end of an interval to the highest; none where it would be no estimate."""
        return span_of([e.total for e in self.sums.values() if e.total], self.refused)

    @property
    def disagreeing(self) -> tuple[tuple[str, str], ...]:
        """Models whose intervals do not meet."""
        return disagreeing_of(e.total for e in self.sums.values() if e.total)


def over(
    tables: Mapping[str, Histories],
    *,
    seed: int = 1,
    models: Iterable[str] = MODELS,
    progress: Progress = quiet,
    moved: bool = True,
) -> Strata:
    """Every model over every stratum, and what changes the sums.

    With fewer than three models asked for, or none that answers, nothing is said of what changes
    them; nor without ``moved``.
    """
    if not tables:
        raise ValueError("no strata")
    asked = [name for name in MODELS if name in set(models)]
    sums = {name: _sum(name, tables, seed, progress) for name in asked}
    found = [one.total for one in sums.values() if one.total]
    if len(asked) < FEWEST_ESTIMATORS:
        return Strata(tables, sums, None)
    checks = checked(tables, seed, progress) if moved and found else Checks()
    refused = refusal_of(found, [one.refused for one in sums.values()])
    return Strata(tables, sums, refused, checks)


def _sum(name: str, tables: Mapping[str, Histories], seed: int, progress: Progress) -> Sum:
    began = time.perf_counter()
    progress(name, 0.0)
    within, after = stepping(name, len(tables), progress)
    said = each(tables.values(), estimators(seed, within)[name], after)
    alone = dict(zip(tables, said, strict=True))
    total, refused = None, None
    try:
        total = added(alone, name, seed=seed)
    except EstimateRefusedError as refusal:
        refused = refusal
    return Sum(name, total, refused, alone, time.perf_counter() - began)
