"""The two numbers that are not what sources say: documented and estimated, from one table.

Upholds: the lists of an estimate are lineages, so that five papers that repeat one NGO are one
list; each documented minimum is the least for *its* event and act; each refusal is an answer.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from asylia.counts.documented import Documented, documented
from asylia.counts.documented import VictimRow as Row
from asylia.counts.estimate import Estimate, EstimateRefusedError, Estimator, estimate
from asylia.counts.histories import Histories
from asylia.counts.sameness import Partition
from asylia.counts.words import Said

Sameness = tuple[str, str, str]  # two keys, and same, distinct or not_known


class VictimRow(Row, Protocol):
    """A row that also says by which lineage."""

    @property
    def lineage(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Summary:
    """What is documented; and the estimates, or why there are none."""

    documented: tuple[Documented, ...]
    estimates: tuple[Estimate, ...]
    refused: str
    said: Said | None = None  # why, to be told in any language

    def plain(self) -> dict[str, Any]:
        """As ``spec/figures.md`` has it under ``documented`` and ``estimated``."""
        cells = [
            {
                "event": cell.event,
                "act": cell.act,
                "minimum": cell.minimum,
                "most": cell.most,
                "victims": [{"claims": list(one.claims)} for one in cell.victims],
            }
            for cell in self.documented
        ]
        estimates = [
            {
                "estimator": one.estimator,
                "assumptions": [str(assumed) for assumed in one.assumptions],
                "middle": one.middle,
                "low": one.low,
                "high": one.high,
                "level": one.level,
            }
            for one in self.estimates
        ]
        estimated = {"refused": self.refused} if self.refused else {"estimates": estimates}
        return {"documented": cells, "estimated": estimated}


def plausible(
    keys: Iterable[str], sameness: Iterable[Sameness], among: Iterable[str] | None = None
) -> tuple[Partition, Partition]:
    """The most-merging partition that the judgements allow, and the one of judged sameness only.

    With ``among``, the one that merges these keys most; without, that of ``keys``.  A key that is
    none of these still joins those that it was judged to be.
    """
    pairs: dict[str, list[frozenset[str]]] = {"same": [], "distinct": [], "not_known": []}
    for one, other, verdict in sameness:
        pairs[verdict].append(frozenset((one, other)))
    own = frozenset(keys)
    every = sorted(own.union(*pairs["same"], *pairs["not_known"]))
    most = Partition.most_merging(
        every, pairs["same"], pairs["not_known"], pairs["distinct"], own if among is None else among
    )
    return most, Partition.merging(every, pairs["same"])


def summary(
    rows: Iterable[VictimRow], sameness: Iterable[Sameness], estimators: Sequence[Estimator] = ()
) -> Summary:
    """Documented victims, and the estimate or its refusal, from rows and judged sameness."""
    table, judged = list(rows), list(sameness)
    partitions = plausible((row.victim for row in table), judged)
    histories = Histories.of(
        ((row.lineage, row.victim) for row in table if row.lineage != "unknown"), partitions[0]
    )
    cells = tuple(_cells(table, judged))
    try:
        return Summary(cells, estimate(histories, estimators), "")
    except EstimateRefusedError as refusal:
        return Summary(cells, (), refusal.reason, refusal.said)


def _cells(table: Sequence[VictimRow], judged: Sequence[Sameness]) -> Iterator[Documented]:
    keys = {row.victim for row in table}
    for event, act in sorted({(row.event, row.act) for row in table}):
        rows = [row for row in table if (row.event, row.act) == (event, act)]
        yield from documented(rows, plausible(keys, judged, {row.victim for row in rows}))
