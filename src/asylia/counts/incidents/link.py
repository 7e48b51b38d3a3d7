"""From records to incidents: compare, weigh, sample plausible partitions, and tell one of them.

Upholds: what comes out is each record's cluster, and counts.  The one clustering told joins what is
one in most drawn partitions, on the mean over clusters; numbers come from all of them.  A record
without a day is joined to none.
"""

import numpy as np

from asylia.counts.arrays import Floats, Wholes
from asylia.counts.incidents.comparing import told
from asylia.counts.incidents.model import Scored, score
from asylia.counts.incidents.table import Incidents
from asylia.counts.linking.link import Linked
from asylia.counts.partitions.pairs import Pairs
from asylia.counts.partitions.posterior import Posterior, sample
from asylia.errors import UsageError

_STRANGERS = -6.0  # bits for a pair that was not looked at, when clusters are merged


def link(records: Incidents, *, distinct_in_list: bool = False, seed: int = 1) -> Linked:
    """Which records tell of one incident; with ``distinct_in_list``, no list tells of one twice."""
    if len(records) < 2:
        raise UsageError(
            "there is one record, and nothing to link it with",
            hint="Put the records of all lists into one table.",
        )
    known = told(records)
    scored = score(known)
    lists = known.lists if distinct_in_list else np.full(known.size, -1)
    odds = scored.weights - float(np.log2(known.size))
    first = merged(known.size, scored, odds, _STRANGERS - float(np.log2(known.size)), lists)

    def level(field: int, left: Wholes, right: Wholes) -> Wholes:
        return known.level(known.fields[field], left, right)

    pairs = Pairs(
        known.size, scored.left, scored.right, scored.weights, scored.ratios, level, lists
    )
    drawn = sample(pairs, first, seed=seed)
    clusters = first
    if not drawn.refused:
        clusters = merged(known.size, scored, _together(scored, drawn) - 0.5, -0.5, lists)
    return Linked(tuple(records.ids), tuple(clusters.tolist()), len(scored.left), drawn)


def merged(size: int, scored: Scored, worth: Floats, strangers: float, lists: Wholes) -> Wholes:
    """Best pairs first, two clusters are joined where the mean worth of all their pairs is over 0.

    ``strangers`` is what a pair that was not looked at is worth.
    """
    keep = np.flatnonzero(worth > 0)
    order = keep[np.argsort(-worth[keep], kind="stable")]
    weigh = {
        (int(i), int(j)): float(bits)
        for i, j, bits in zip(scored.left, scored.right, worth, strict=True)
        if bits > strangers
    }
    home = list(range(size))
    members = {at: [at] for at in range(size)}
    tried: dict[tuple[int, int], int] = {}  # two clusters that stayed apart, and their records
    for at in order.tolist():
        one, other = home[int(scored.left[at])], home[int(scored.right[at])]
        many = len(members[one]) + len(members[other])
        if one == other or tried.get((one, other)) == many:
            continue
        among = [(i, j) for i in members[one] for j in members[other]]
        if any(lists[i] >= 0 and lists[i] == lists[j] for i, j in among):
            tried[one, other] = tried[other, one] = many
            continue
        bits = [weigh.get((i, j), weigh.get((j, i), strangers)) for i, j in among]
        if sum(bits) <= 0:
            tried[one, other] = tried[other, one] = many
        else:
            for row in members.pop(other):
                home[row] = one
                members[one].append(row)
    return np.asarray(np.unique(home, return_inverse=True)[1], np.int64)


def _together(scored: Scored, drawn: Posterior) -> Floats:
    """The share of drawn partitions in which each pair is one."""
    total = np.zeros(len(scored.left))
    for one in drawn.partitions:
        total += one[scored.left] == one[scored.right]
    return np.asarray(total / len(drawn.partitions))
