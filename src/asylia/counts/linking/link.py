"""From records to persons: block, weigh, merge.

Upholds: what comes out is each record's cluster, and counts; no name.  Clusters of one record are
counted apart: many of them hold too little to be anybody's.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from asylia.counts.linking import collective, model
from asylia.counts.linking.comparing import FIELDS
from asylia.counts.linking.encoding import encode
from asylia.counts.linking.table import Records
from asylia.counts.partition import Partition

_LEAST_WEIGHT_ABOVE_PRIOR = -8.0  # pairs worth looking at again when merging


@dataclass(frozen=True)
class Linked:
    """The cluster of each record, in the records' order, numbered from 0, and what was done."""

    ids: tuple[str, ...]
    clusters: tuple[int, ...]
    pairs: int

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
    tell: Callable[[str], None] = lambda _: None,
) -> Linked:
    """Who is who; with ``distinct_in_list``, nobody stands twice in one list."""
    tell("reading names, dates and places")
    encoded = encode(records)
    tell("training on pairs of records")
    scored = model.score(encoded)
    prior = -float(np.log2(max(encoded.size, 2)))
    keep = scored.weights > -prior + _LEAST_WEIGHT_ABOVE_PRIOR - 4
    order = np.flatnonzero(keep)[np.argsort(-scored.weights[keep], kind="stable")]
    tell("merging records into persons")
    found = collective.merge(
        encoded.numbers,
        np.array([FIELDS.index(name) for name in encoded.fields], np.int64),
        scored.ratios,
        scored.left[order],
        scored.right[order],
        encoded.lists,
        distinct_in_list,
    )
    clusters = np.unique(found, return_inverse=True)[1]
    return Linked(tuple(records.ids), tuple(int(one) for one in clusters), len(scored.left))
