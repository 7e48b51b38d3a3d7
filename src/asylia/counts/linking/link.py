"""From records to persons: block, weigh, merge.

Upholds: what comes out is each record's cluster, and counts; no name.  Clusters of one record are
counted apart: many of them hold too little to be anybody's.  Decided labels hold, in the clusters
and in every drawn partition.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from asylia.counts.linking import collective, dates, model
from asylia.counts.linking.backend import Backend
from asylia.counts.linking.comparing import FIELDS
from asylia.counts.linking.constants import CONSTANTS, Constants
from asylia.counts.linking.duck import DUCKDB
from asylia.counts.linking.encoding import Encoded, Ints, encode
from asylia.counts.linking.labels import Label, place
from asylia.counts.linking.plausible import plausible
from asylia.counts.linking.table import Records
from asylia.counts.linking.taught import taught
from asylia.counts.partitions.held import FREE, Held
from asylia.counts.partitions.posterior import Posterior
from asylia.counts.sameness import Partition
from asylia.counts.words import N_, Said, said
from asylia.errors import UsageError

STAGES = (
    said(N_("reading names, dates and places")),
    said(N_("training on pairs of records")),
    said(N_("merging records into persons")),
)
DRAWING = said(N_("drawing plausible partitions"))  # one stage more, where it is asked for


@dataclass(frozen=True)
class Labelled:
    """What labels did: pairs that hold, labels that taught the model, labels that can't tell.

    ``unsure``: labels that are less than sure, where none of them teaches.
    """

    decided: int
    teach: int
    not_known: int
    unsure: int = 0


@dataclass(frozen=True)
class Linked:
    """The cluster of each record, in the records' order, numbered from 0, and what was done."""

    ids: tuple[str, ...]
    clusters: tuple[int, ...]
    pairs: int
    plausible: Posterior | None = None  # where it was asked for
    labelled: Labelled | None = None  # where there were labels
    fields: int | None = None  # that were compared, such as name and place; where it is told
    unread: int = 0  # cells that are no date, or no number of victims, and so count as missing

    @property
    def persons(self) -> int:
        """Clusters, of whatever size."""
        return len(set(self.clusters))

    @property
    def singletons(self) -> int:
        """Records that were joined to none."""
        return int((np.bincount(np.array(self.clusters, np.int64)) == 1).sum())

    def partition(self) -> Partition:
        """The same as groups of ids."""
        groups: dict[int, set[str]] = {}
        for one, cluster in zip(self.ids, self.clusters, strict=True):
            groups.setdefault(cluster, set()).add(one)
        return Partition(tuple(frozenset(group) for group in groups.values()))


def link(
    records: Records,
    *,
    distinct_in_list: bool = False,
    backend: Backend = DUCKDB,
    posterior: bool = False,
    seed: int = 1,
    labels: Sequence[Label] = (),
    by: Constants = CONSTANTS,
    tell: Callable[[Said], None] = lambda _: None,
) -> Linked:
    """Who is who; with ``distinct_in_list``, nobody stands twice in one list.

    ``labels`` that are decided hold, and all of them improve the weights; errors name those that
    contradict each other, or a record that is not there.

    With ``posterior``, plausible partitions are drawn too; ``seed`` is theirs.  ``by`` is what the
    linkage goes by.  ``tell`` is called with each of ``STAGES`` when it begins, then ``DRAWING``.
    """
    check_many(records.ids)
    placed = place(labels, records.ids, records.lists if distinct_in_list else ())
    tell(STAGES[0])
    encoded = encode(records, by)
    if distinct_in_list:
        check_apart(encoded.lists)
    tell(STAGES[1])
    scored = taught(encoded, model.score(encoded, backend), placed)
    tell(STAGES[2])
    clusters = merged(encoded, scored, placed.held, distinct_in_list=distinct_in_list)
    drawn = None
    if posterior:
        tell(DRAWING)
        drawn = plausible(
            encoded, scored, clusters, distinct_in_list=distinct_in_list, seed=seed,
            held=placed.held, unmet=_unmet(records, scored, placed.held),
        )  # fmt: skip
    told = Labelled(placed.decided, len(placed.same), placed.not_known) if labels else None
    return Linked(
        tuple(records.ids), tuple(clusters.tolist()), len(scored.left), drawn, told,
        len(encoded.fields), sum(dates.unread(records.column(one)) for one in ("born", "day")),
    )  # fmt: skip


def _unmet(records: Records, scored: model.Scored, held: Held) -> Ints:
    """Rows that no pair has, and that say nothing, or what another of them says.

    What very many say is compared with nobody, since it tells of nobody: a hundred records of an
    unknown man are not a hundred men.
    """
    alone = held.bound == FREE
    alone[scored.left] = alone[scored.right] = False
    rows: dict[tuple[str, ...], list[int]] = {}
    for row in np.flatnonzero(alone).tolist():
        cells = tuple(column[row].strip() for column in records.columns.values())
        rows.setdefault(cells, []).append(row)
    found = [many for cells, many in rows.items() if len(many) > 1 or not any(cells)]
    return np.array(sorted(row for many in found for row in many), np.int64)


def check_many(ids: Sequence[str]) -> None:
    """``UsageError`` where there is nothing to link with."""
    if len(ids) < 2:
        raise UsageError(
            "there is one record, and nothing to link it with",
            hint="Put the records of all lists into one table.",
        )


def check_apart(lists: Ints) -> None:
    """``UsageError`` unless there are two lists, by each record's number; -1 where it has none."""
    if lists.max(initial=-1) < 1:
        raise UsageError(
            "nothing stands twice in a list, and there are not two lists: nothing can be linked",
            hint="Call that column list, or write --column list=COLUMN; or leave the option out.",
        )


def merged(
    encoded: Encoded, scored: model.Scored, held: Held, *, distinct_in_list: bool = False
) -> Ints:
    """The cluster of each row, numbered from 0; what is held holds."""
    found = collective.merge(
        encoded.numbers,
        np.array([FIELDS.index(name) for name in encoded.fields], np.int64),
        scored.ratios,
        *_best_first(scored, encoded),
        encoded.lists,
        distinct_in_list,
        held,
    )
    return np.asarray(np.unique(found, return_inverse=True)[1], np.int64)


def _best_first(scored: model.Scored, encoded: Encoded) -> tuple[Ints, Ints]:
    """The pairs that merging looks at, in its order."""
    least = float(np.log2(max(encoded.size, 2))) + encoded.numbers.by.least_weight
    keep = np.flatnonzero(scored.weights > least)
    order = keep[np.argsort(-scored.weights[keep], kind="stable")]
    return scored.left[order], scored.right[order]
