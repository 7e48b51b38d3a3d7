"""From records to incidents: compare, weigh, sample plausible partitions, and tell one of them.

Upholds: what comes out is each record's cluster, and counts.  The one clustering told joins what is
one in most drawn partitions, on the mean over clusters; numbers come from all of them.  A record
without a day is joined to none, but by a label.  Decided labels hold, in the clusters and in every
drawn partition.
"""

from collections.abc import Callable, Sequence

import numpy as np

from asylia.counts.arrays import Floats, Wholes
from asylia.counts.incidents import amounts
from asylia.counts.incidents.comparing import told
from asylia.counts.incidents.model import Scored, score
from asylia.counts.incidents.table import Incidents
from asylia.counts.linking import dates
from asylia.counts.linking.labels import Label, place
from asylia.counts.linking.link import DRAWING, Labelled, Linked, check_apart, check_many
from asylia.counts.partitions.held import FREE, Held, nothing
from asylia.counts.partitions.pairs import Pairs
from asylia.counts.partitions.posterior import Posterior, sample
from asylia.counts.words import N_, Said, said
from asylia.errors import MalformedError

DATES = "A day is 2018-03-05, 05.03.2018, 2018-03, 2018, or two of these with a stroke between."
STAGES = (
    said(N_("comparing when, where and what")),
    DRAWING,
    said(N_("merging records into incidents")),
)
_STRANGERS = -6.0  # bits for a pair that was not looked at, when clusters are merged


def link(
    records: Incidents,
    *,
    distinct_in_list: bool = False,
    seed: int = 1,
    labels: Sequence[Label] = (),
    tell: Callable[[Said], None] = lambda _said: None,
) -> Linked:
    """Which records tell of one incident; with ``distinct_in_list``, no list tells of one twice.

    ``labels`` that are decided hold; others are counted, and do nothing (docs/decisions/0226).
    Errors name those that contradict each other, or a record that is not there.  ``tell`` is called
    with each of ``STAGES`` when it begins.
    """
    check_many(records.ids)
    placed = place(labels, records.ids, records.lists if distinct_in_list else ())
    tell(STAGES[0])
    known = told(records)
    if not (known.span[:, 0] >= 0).any():
        raise MalformedError("no day can be read", hint=DATES)
    if distinct_in_list:
        check_apart(known.lists)
    scored = score(known)
    lists = known.lists if distinct_in_list else np.full(known.size, -1)
    odds = scored.weights - float(np.log2(known.size))
    strangers = _STRANGERS - float(np.log2(known.size))
    first = merged(known.size, scored, odds, strangers, lists, placed.held)

    def level(field: int, left: Wholes, right: Wholes) -> Wholes:
        return known.level(known.fields[field], left, right)

    pairs = Pairs(
        known.size, scored.left, scored.right, scored.weights, scored.ratios, level, lists,
        placed.held,
    )  # fmt: skip
    tell(STAGES[1])
    drawn = sample(pairs, first, seed=seed)
    tell(STAGES[2])
    clusters = first
    if not drawn.refused:
        share = _together(scored, drawn) - 0.5
        clusters = merged(known.size, scored, share, -0.5, lists, placed.held)
    unsure = len(placed.same) - sum(one.is_decided for one in labels)
    did = Labelled(placed.decided, 0, placed.not_known, unsure) if labels else None
    unread = dates.unread(records.column("day"))
    unread += dates.unread(records.column("victims"), amounts.read)
    return Linked(
        tuple(records.ids), tuple(clusters.tolist()), len(scored.left), drawn, did, unread=unread
    )


def merged(
    size: int, scored: Scored, worth: Floats, strangers: float, lists: Wholes,
    held: Held | None = None,
) -> Wholes:  # fmt: skip
    """Best pairs first, two clusters are joined where the mean worth of all their pairs is over 0.

    ``strangers`` is what a pair that was not looked at is worth; what is ``held`` begins so and
    stays.
    """
    keep = np.flatnonzero(worth > 0)
    order = keep[np.argsort(-worth[keep], kind="stable")]
    weigh = {
        (int(i), int(j)): float(bits)
        for i, j, bits in zip(scored.left, scored.right, worth, strict=True)
        if bits > strangers
    }
    held = held or nothing(size)
    home = np.where(held.bound == FREE, np.arange(size), held.bound).tolist()
    members: dict[int, list[int]] = {}
    for row, one in enumerate(home):
        members.setdefault(one, []).append(row)
    tried: dict[tuple[int, int], int] = {}  # two clusters that stayed apart, and their records
    for at in order.tolist():
        one, other = home[int(scored.left[at])], home[int(scored.right[at])]
        many = len(members[one]) + len(members[other])
        if one == other or tried.get((one, other)) == many:
            continue
        among = [(i, j) for i in members[one] for j in members[other]]
        clash = any(lists[i] >= 0 and lists[i] == lists[j] for i, j in among)
        if clash or _parted(held, members[one], other, home):
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


def _parted(held: Held, rows: Sequence[int], other: int, home: Sequence[int]) -> bool:
    """Whether one of these rows is decided to be another's than those of the cluster ``other``."""
    return len(held.apart) > 0 and any(
        home[far] == other
        for row in rows
        for far in held.apart[held.starts[row] : held.starts[row + 1]].tolist()
    )


def _together(scored: Scored, drawn: Posterior) -> Floats:
    """The share of drawn partitions in which each pair is one."""
    total = np.zeros(len(scored.left))
    for one in drawn.partitions:
        total += one[scored.left] == one[scored.right]
    return np.asarray(total / len(drawn.partitions))
