"""Merging record by record into persons: a record is judged against all of a person's records.

Upholds: a field's evidence for a record among a cluster is the mean of its likelihood ratios with
the cluster's records, shrunk; fields are summed as log2, with the prior log2(N / K²) where K
clusters hold N records.  Where nobody stands twice in a list, the prior odds are (N - K + 1) / (the
pairs of clusters that share no list), if that is more: for two lists the prior of Sadinle (2017,
"Bayesian estimation of bipartite matchings"), uniform in the share that is linked.  Two clusters
are joined by the predictive of one's records in turn, given the other, less that without it.  Two
records of one list are kept apart where that is asked; what is ``held`` holds whatever is gained.
"""

import numba as nb
import numpy as np

from asylia.counts.linking.comparing import level
from asylia.counts.linking.encoding import Floats, Ints, Numbers
from asylia.counts.partitions.held import Held, forbidden

_MOST_LISTS = 12  # up to which it is counted which clusters may be joined


@nb.njit(cache=True)
def _support(
    n: Numbers,
    fields: Ints,
    ratios: Floats,
    row: int,
    others: Ints,
    count: int,
    more: Ints,
    extra: int,
) -> float:
    """log2 of the evidence that ``row`` is the person of these records."""
    total, most, shrunk = 0.0, n.by.compared, n.by.shrunk
    for field in fields:
        summed, seen = 0.0, 0
        for at in range(min(count, most) + min(extra, most)):
            other = others[at] if at < min(count, most) else more[at - min(count, most)]
            found = level(n, field, row, other)
            if found >= 0:
                summed += ratios[field, found + 1]
                seen += 1
        if seen > 0:
            total += np.log2((shrunk * min(1.0, summed / seen) + summed) / (shrunk + seen))
    return total


@nb.njit(cache=True)
def _members(head: int, following: Ints, out: Ints) -> int:
    count, at = 0, head
    while True:
        out[count] = at
        count += 1
        at = following[at]
        if at == head or count == len(out):
            return count


@nb.njit(cache=True)
def _gain(
    n: Numbers, fields: Ints, ratios: Floats, a: Ints, size_a: int, b: Ints, size_b: int, cut: float
) -> float:
    """What joining the smaller ``b`` to ``a`` gains, without the prior."""
    total = 0.0
    for at in range(size_b):
        total += _support(n, fields, ratios, b[at], a, size_a, b, at)
        if at > 0:
            total -= _support(n, fields, ratios, b[at], b, at, b, 0)
        if total < cut - 30:
            break
    return total


@nb.njit(cache=True)
def _allowed(counts: Ints, mask: int) -> int:
    """Clusters that share no list with one whose lists are ``mask``."""
    total = 0
    for other in range(len(counts)):
        if other & mask == 0:
            total += counts[other]
    return total


@nb.njit(cache=True)
def _put(counts: Ints, mask: int, by: int) -> int:
    """Count one cluster more or less; how many pairs may be joined more or less."""
    if by < 0:
        counts[mask] -= 1
    pairs = by * _allowed(counts, mask)
    if by > 0:
        counts[mask] += 1
    return int(pairs)


@nb.njit(cache=True)
def _prior(size: int, number: int, pairs: int) -> float:
    """log2 of the odds that two clusters are one, before anything is known of the two."""
    prior = np.log2(size / number / number)
    if pairs > 0:
        prior = max(prior, np.log2((size - number + 1) / pairs))
    return float(prior)


@nb.njit(cache=True)
def merge(  # noqa: PLR0912, PLR0915
    n: Numbers, fields: Ints, ratios: Floats, left: Ints, right: Ints, lists: Ints, apart: bool,
    held: Held,
) -> Ints:  # fmt: skip
    """The cluster of each record; pairs come best first; what is held begins so and stays."""
    size = len(n.token_starts) - 1
    cluster = np.arange(size)
    following, before = np.arange(size), np.arange(size)
    sizes = np.ones(size, np.int64)
    version = np.zeros(size, np.int64)
    number = size - _bind(held.bound, cluster, following, before, sizes)
    a, b = np.empty(512, np.int64), np.empty(512, np.int64)
    tried = {np.int64(-1): np.int64(0)}
    starts, partners = _adjacent(size, left, right)
    masks = np.zeros(size, np.int64)
    known = int(lists.max()) + 1 if apart else 0
    counts = np.zeros(1 << known if known <= _MOST_LISTS else 0, np.int64)
    pairs = 0
    if len(counts) > 1:
        for row in range(size):
            masks[cluster[row]] |= 1 << lists[row] if lists[row] >= 0 else 0
        for row in range(size):
            if cluster[row] == row:
                pairs += _put(counts, masks[row], 1)
    for _ in range(n.by.rounds):
        changed = 0
        for at in range(len(left)):
            one, other = cluster[left[at]], cluster[right[at]]
            if one == other or sizes[one] + sizes[other] > 500:
                continue
            if sizes[one] < sizes[other]:
                one, other = other, one
            key = min(one, other) * size + max(one, other)
            stamp = version[one] + version[other]
            if key in tried and tried[key] == stamp:
                continue
            tried[key] = stamp
            size_a = _members(one, following, a)
            size_b = _members(other, following, b)
            if apart and _share_list(lists, a, size_a, b, size_b):
                continue
            if forbidden(held, cluster, b, size_b, one):
                continue
            prior = _prior(size, number, pairs)
            if _gain(n, fields, ratios, a, size_a, b, size_b, -prior) + prior <= 0:
                continue
            for x in range(size_b):
                cluster[b[x]] = one
            end_a, end_b = before[one], before[other]
            following[end_a], before[other] = other, end_a
            following[end_b], before[one] = one, end_b
            if len(counts) > 1:
                pairs += _put(counts, masks[one], -1) + _put(counts, masks[other], -1)
                masks[one] |= masks[other]
                pairs += _put(counts, masks[one], 1)
            sizes[one] += sizes[other]
            version[one] += 1
            version[other] += 1
            number -= 1
            changed += 1
        for row in range(size):
            mine = cluster[row]
            if sizes[mine] < 2 or row == mine or held.bound[row] >= 0:
                continue
            prior = _prior(size, number, pairs)
            size_a = _members(mine, following, a)
            kept = 0
            for x in range(size_a):
                if a[x] != row:
                    a[kept] = a[x]
                    kept += 1
            stay = _support(n, fields, ratios, row, a, kept, a, 0) + prior
            best, to = max(stay, 0.0), mine if stay >= 0 else -1
            last = np.int64(-1)
            for x in range(starts[row], starts[row + 1]):
                there = cluster[partners[x]]
                if there in (mine, last):
                    continue
                last = there
                size_b = _members(there, following, b)
                a[0] = row
                if apart and _share_list(lists, a, 1, b, size_b):
                    continue
                if forbidden(held, cluster, a, 1, there):
                    continue
                gain = _support(n, fields, ratios, row, b, size_b, b, 0) + prior
                if gain > best + n.by.stays:
                    best, to = gain, there
            if to == mine:
                continue
            following[before[row]], before[following[row]] = following[row], before[row]
            sizes[mine] -= 1
            version[mine] += 1
            changed += 1
            own = 1 << lists[row] if lists[row] >= 0 else 0
            if len(counts) > 1:
                pairs += _put(counts, masks[mine], -1)
                masks[mine] &= ~own
                pairs += _put(counts, masks[mine], 1)
            if to < 0:
                following[row] = before[row] = row
                cluster[row] = row
                sizes[row] = 1
                version[row] += 1
                number += 1
                if len(counts) > 1:
                    masks[row] = own
                    pairs += _put(counts, own, 1)
            else:
                end = before[to]
                following[end], before[row], following[row], before[to] = row, end, to, row
                cluster[row] = to
                sizes[to] += 1
                version[to] += 1
                if len(counts) > 1:
                    pairs += _put(counts, masks[to], -1)
                    masks[to] |= own
                    pairs += _put(counts, masks[to], 1)
        if changed == 0:
            break
    return cluster


@nb.njit(cache=True)
def _bind(bound: Ints, cluster: Ints, following: Ints, before: Ints, sizes: Ints) -> int:
    """Put each group into its lowest record's cluster; how many clusters fewer there are."""
    fewer = 0
    for row in range(len(bound)):
        to = bound[row]
        if to >= 0 and to != row:
            end = before[to]
            following[end], before[row], following[row], before[to] = row, end, to, row
            cluster[row] = to
            sizes[to] += 1
            fewer += 1
    return fewer


@nb.njit(cache=True)
def _share_list(lists: Ints, a: Ints, size_a: int, b: Ints, size_b: int) -> bool:
    for x in range(size_a):
        for y in range(size_b):
            if lists[a[x]] >= 0 and lists[a[x]] == lists[b[y]]:
                return True
    return False


@nb.njit(cache=True)
def _adjacent(size: int, left: Ints, right: Ints) -> tuple[Ints, Ints]:
    starts = np.zeros(size + 1, np.int64)
    for at in range(len(left)):
        starts[left[at] + 1] += 1
        starts[right[at] + 1] += 1
    starts = np.cumsum(starts)
    filled = starts.copy()
    partners = np.empty(2 * len(left), np.int64)
    for at in range(len(left)):
        partners[filled[left[at]]] = right[at]
        partners[filled[right[at]]] = left[at]
        filled[left[at]] += 1
        filled[right[at]] += 1
    return starts, partners
