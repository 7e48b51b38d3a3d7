"""The two numbers that are not what sources say: documented and estimated, from one table.

Upholds: the lists of an estimate are lineages, so that five papers that repeat one NGO are one
list; the estimate is made under the same partition as the documented minimum, and each refusal is
an answer, not a failure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from asylia.counts.documented import Documented, documented
from asylia.counts.documented import VictimRow as Row
from asylia.counts.estimate import Estimate, EstimateRefusedError, Estimator, estimate
from asylia.counts.histories import Histories
from asylia.counts.partition import Partition

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
                "assumptions": list(one.assumptions),
                "middle": one.middle,
                "low": one.low,
                "high": one.high,
                "level": one.level,
            }
            for one in self.estimates
        ]
        estimated = {"refused": self.refused} if self.refused else {"estimates": estimates}
        return {"documented": cells, "estimated": estimated}


def plausible(keys: Iterable[str], sameness: Iterable[Sameness]) -> tuple[Partition, Partition]:
    """The most-merging partition that the judgements allow, and the one of judged sameness only."""
    pairs: dict[str, list[frozenset[str]]] = {"same": [], "distinct": [], "not_known": []}
    for one, other, verdict in sameness:
        pairs[verdict].append(frozenset((one, other)))
    every = sorted(set(keys))
    most = Partition.most_merging(every, pairs["same"], pairs["not_known"], pairs["distinct"])
    return most, Partition.merging(every, pairs["same"])


def summary(
    rows: Iterable[VictimRow], sameness: Iterable[Sameness], estimators: Sequence[Estimator] = ()
) -> Summary:
    """Documented victims, and the estimate or its refusal, from rows and judged sameness."""
    table = list(rows)
    partitions = plausible((row.victim for row in table), sameness)
    histories = Histories.of(
        ((row.lineage, row.victim) for row in table if row.lineage != "unknown"), partitions[0]
    )
    cells = documented(table, partitions)
    try:
        return Summary(cells, estimate(histories, estimators), "")
    except EstimateRefusedError as refusal:
        return Summary(cells, (), refusal.reason)
