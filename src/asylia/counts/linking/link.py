"""From records to persons: block, weigh, merge.

Upholds: what comes out is each record's cluster, and counts; no name.  Clusters of one record are
counted apart: many of them hold too little to be anybody's.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from asylia.counts.linking import collective, model
from asylia.counts.linking.backend import Backend
from asylia.counts.linking.comparing import FIELDS
from asylia.counts.linking.duck import DUCKDB
from asylia.counts.linking.encoding import Ints, encode
from asylia.counts.linking.plausible import plausible
from asylia.counts.linking.table import Records
from asylia.counts.partitions.posterior import Posterior
from asylia.counts.sameness import Partition
from asylia.counts.words import N_, Said, said
from asylia.errors import UsageError

_LEAST_WEIGHT_ABOVE_PRIOR = -8.0  # pairs worth looking at again when merging
STAGES = (
    said(N_("reading names, dates and places")),
    said(N_("training on pairs of records")),
    said(N_("merging records into persons")),
)
DRAWING = said(N_("drawing plausible partitions"))  # one stage more, where it is asked for


@dataclass(frozen=True)
class Linked:
    """The cluster of each record, in the records' order, numbered from 0, and what was done."""

    ids: tuple[str, ...]
    clusters: tuple[int, ...]
    pairs: int
    plausible: Posterior | None = None  # where it was asked for

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
    tell: Callable[[Said], None] = lambda _: None,
) -> Linked:
    """Who is who; with ``distinct_in_list``, nobody stands twice in one list.

    With ``posterior``, plausible partitions are drawn too; ``seed`` is theirs.  ``tell`` is called
    with each of ``STAGES`` when it begins, and then with ``DRAWING``.
    """
    if distinct_in_list and len(set(records.lists)) < 2:
        raise UsageError(
            "nobody stands twice in a list, and there are not two lists: nothing can be linked",
            hint="Map the column that names the list with list=COLUMN, or leave the option out.",
        )
    if len(records) < 2:
        raise UsageError(
            "there is one record, and nothing to link it with",
            hint="Put the records of all lists into one table.",
        )
    tell(STAGES[0])
    encoded = encode(records)
    tell(STAGES[1])
    scored = model.score(encoded, backend)
    tell(STAGES[2])
    found = collective.merge(
        encoded.numbers,
        np.array([FIELDS.index(name) for name in encoded.fields], np.int64),
        scored.ratios,
        *_best_first(scored, encoded.size),
        encoded.lists,
        distinct_in_list,
    )
    clusters = np.unique(found, return_inverse=True)[1]
    drawn = None
    if posterior:
        tell(DRAWING)
        drawn = plausible(encoded, scored, clusters, distinct_in_list=distinct_in_list, seed=seed)
    return Linked(tuple(records.ids), tuple(clusters.tolist()), len(scored.left), drawn)


def _best_first(scored: model.Scored, size: int) -> tuple[Ints, Ints]:
    """The pairs that merging looks at, in its order."""
    least = float(np.log2(max(size, 2))) + _LEAST_WEIGHT_ABOVE_PRIOR - 4
    keep = np.flatnonzero(scored.weights > least)
    order = keep[np.argsort(-scored.weights[keep], kind="stable")]
    return scored.left[order], scored.right[order]
