"""The moves of a partition, compiled: a record to another person; two persons merged, one split.

Upholds: each move leaves the posterior as it is.  The posterior of a partition into clusters c is,
up to a constant, its prior (``sizes``) times ``prod L(c)``, where ``L`` is the evidence that the
records of c are one person: for each field, the mean over all trees that span the records that have
it, of the product of the likelihood ratios along the tree.  That is the density of records each of
which is a copy of another, whichever it is, over that of records of different persons; so n records
are evidence n - 1 times and not n (n - 1) / 2 times, and what several have wrong in the same way is
wrong once.  The sum over trees is a determinant (Kirchhoff's theorem; Meilă and Jaakkola 2006,
"Tractable Bayesian learning of tree belief networks"), found by eliminating one record after the
other without a subtraction.

*One record* (Gibbs): among the clusters that hold one of its candidates, and one of its own.
*Merge and split*: sequentially allocated, Dahl 2005, "Sequentially-allocated merge-split sampler
for conjugate and nonconjugate Dirichlet process mixture models"; after Jain and Neal 2004.  Pairs
are picked by a rule that does not look at the partition.  A record that is bound to one that was
allocated goes where that went, both ways with probability one.
"""

from math import exp, log
from typing import NamedTuple

import numba as nb
import numpy as np
from numpy.typing import NDArray

from asylia.counts.partitions.held import Held, forbidden, never, with_its_own

LEVELS = 64  # a pair's level in one field takes six bits
NEVER = 63  # the level of a pair that was never compared
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Random = np.random.Generator
_CHANCE = 600.0  # beyond, exp is 0 or infinite


class World(NamedTuple):
    """What does not change: records by their home (the cluster that they began in), pairs by homes.

    A block holds all pairs of two homes' records; one that is not there was never compared.
    """

    home: Ints
    place: Ints  # of a record within its home
    homes: Ints  # how many records each has
    keys: Ints  # a hash: one home * homes + the other, the lower first; -1 where empty
    blocks: Ints  # beside it: where the block begins in ``codes``
    codes: Ints  # levels, six bits a field
    ratios: Floats  # field, level: the likelihood ratio
    present: NDArray[np.bool_]  # field, record
    starts: Ints  # of each record's candidates
    candidates: Ints
    lists: Ints  # of each record; -1 where no list keeps its persons apart
    sized: Floats  # of a cluster of so many records: log n!, or what stands for it between lists
    guess: Floats  # log of how many clusters of so many records to expect, for proposals
    held: Held  # what no move may break


class State(NamedTuple):
    """One partition: clusters as rings of records, with their evidence."""

    cluster: Ints
    after: Ints
    before: Ints
    head: Ints
    size: Ints
    like: Floats
    free: Ints  # numbers of clusters that are empty
    number: Ints  # how many clusters, how many free numbers
    tally: Floats  # clusters of so many records, and the weight of the prior


class Room(NamedTuple):
    """Space for one chain's moves."""

    members: Ints
    other: Ints
    order: Ints
    levels: Ints  # place, place
    meshed: Floats  # place, place
    stamp: Ints  # the last move that saw a cluster
    options: Ints
    weights: Floats
    likes: Floats


@nb.njit(cache=True, nogil=True)
def slot(keys: Ints, key: int) -> int:
    """Where a block's key stands in the hash, or would."""
    mask = len(keys) - 1
    at = (key * 0x9E3779B97F4A7C) >> 20 & mask
    while keys[at] != key and keys[at] != -1:
        at = at + 1 & mask
    return at


@nb.njit(cache=True, nogil=True)
def pair(w: World, i: int, j: int) -> int:
    """The levels of two records, packed; -1 where they were never compared."""
    if w.home[i] > w.home[j]:
        i, j = j, i
    one, other = w.home[i], w.home[j]
    at = slot(w.keys, one * len(w.homes) + other)
    if w.keys[at] == -1:
        return -1
    return w.codes[w.blocks[at] + w.place[i] * w.homes[other] + w.place[j]]


@nb.njit(cache=True, nogil=True)
def evidence(w: World, room: Room, members: Ints, many: int) -> float:
    """Natural log of a cluster's evidence."""
    if many < 2:
        return 0.0
    for x in range(many):
        for y in range(x):
            room.levels[x, y] = pair(w, members[x], members[y])
    total = 0.0
    mesh = room.meshed
    for field in range(len(w.ratios)):
        there = 0
        for x in range(many):
            if not w.present[field, members[x]]:
                continue
            seen = 0
            for y in range(x):
                if w.present[field, members[y]]:
                    level = (room.levels[x, y] >> (6 * field)) & NEVER
                    mesh[there, seen] = w.ratios[field, level]
                    seen += 1
            there += 1
        total -= max(there - 2, 0) * log(max(there, 1))
        for last in range(there - 1, 0, -1):
            degree = 0.0
            for x in range(last):
                degree += mesh[last, x]
            total += log(degree)
            for x in range(1, last):
                share = mesh[last, x] / degree
                for y in range(x):
                    mesh[x, y] += share * mesh[last, y]
    return total


@nb.njit(cache=True, nogil=True)
def collect(s: State, one: int, but: int, out: Ints) -> int:
    """A cluster's records, less ``but`` (-1: none); how many."""
    many, at = 0, s.head[one]
    while True:
        if at != but:
            out[many] = at
            many += 1
        at = s.after[at]
        if at == s.head[one]:
            return many


@nb.njit(cache=True, nogil=True)
def _take_out(s: State, row: int) -> None:
    one = s.cluster[row]
    s.size[one] -= 1
    if s.size[one] == 0:
        s.number[0] -= 1
        s.free[s.number[1]] = one
        s.number[1] += 1
        return
    s.after[s.before[row]], s.before[s.after[row]] = s.after[row], s.before[row]
    if s.head[one] == row:
        s.head[one] = s.after[row]


@nb.njit(cache=True, nogil=True)
def _new(s: State) -> int:
    s.number[0] += 1
    s.number[1] -= 1
    return s.free[s.number[1]]


@nb.njit(cache=True, nogil=True)
def _put_in(s: State, one: int, row: int) -> None:
    if s.size[one] == 0:
        s.head[one] = s.after[row] = s.before[row] = row
    else:
        end, first = s.before[s.head[one]], s.head[one]
        s.after[end], s.before[row], s.after[row], s.before[first] = row, end, first, row
    s.cluster[row] = one
    s.size[one] += 1


@nb.njit(cache=True, nogil=True)
def settle(s: State, members: Ints, many: int, one: int, like: float) -> None:
    """Make these records a cluster."""
    for at in range(many):
        row = members[at]
        s.cluster[row] = one
        s.after[row] = members[at + 1] if at + 1 < many else members[0]
        s.before[row] = members[at - 1] if at > 0 else members[many - 1]
    s.head[one], s.size[one], s.like[one] = members[0], many, like


@nb.njit(cache=True, nogil=True)
def _clash(w: World, members: Ints, many: int, row: int) -> bool:
    if w.lists[row] < 0:
        return False
    for at in range(many):
        if w.lists[members[at]] == w.lists[row]:
            return True
    return False


@nb.njit(cache=True, nogil=True)
def one_record(w: World, s: State, room: Room, random: Random, row: int, tick: int) -> float:
    """Draw a record's cluster given all others; the probability that it had of staying.

    A record that is bound to others moves with them alone, by merges and splits.
    """
    if w.held.bound[row] >= 0:
        return 1.0
    mine, alone = s.cluster[row], s.size[s.cluster[row]] == 1
    many, stay, without = 1, 0, 0.0
    s.tally[s.size[mine]] -= 1.0  # while the record is nowhere
    if not alone:
        s.tally[s.size[mine] - 1] += 1.0
    room.options[0], room.likes[0] = -1, 0.0  # a cluster of its own
    room.weights[0] = log(s.tally[1]) + w.sized[1]
    for x in range(w.starts[row], w.starts[row + 1]):
        there = s.cluster[w.candidates[x]]
        if room.stamp[there] == tick or (there == mine and alone) or many == len(room.options):
            continue
        room.stamp[there] = tick
        size = s.size[there] - (1 if there == mine else 0)
        if size + 1 >= len(w.sized):
            continue
        collect(s, there, row, room.members)
        if _clash(w, room.members, size, row):
            continue
        room.order[0] = row
        if there != mine and forbidden(w.held, s.cluster, room.order, 1, there):
            continue
        if there == mine:
            stay = many
            without = evidence(w, room, room.members, size)
            room.likes[many] = s.like[mine]
            room.weights[many] = s.like[mine] - without
        else:
            room.members[size] = row
            room.likes[many] = evidence(w, room, room.members, size + 1)
            room.weights[many] = room.likes[many] - s.like[there]
        room.weights[many] += log(s.tally[size + 1]) + w.sized[size + 1]
        room.weights[many] -= log(s.tally[size] - 1.0) + w.sized[size]
        room.options[many] = there
        many += 1
    if many == 1 or (stay == 0 and not alone):
        s.tally[s.size[mine]] += 1.0
        if not alone:
            s.tally[s.size[mine] - 1] -= 1.0
        return 1.0
    most = room.weights[:many].max()
    total = 0.0
    for x in range(many):
        total += exp(room.weights[x] - most)
    chance, chosen = random.random() * total, 0
    while chosen < many - 1 and chance >= exp(room.weights[chosen] - most):
        chance -= exp(room.weights[chosen] - most)
        chosen += 1
    kept = exp(room.weights[stay] - most) / total
    if chosen == stay:
        s.tally[s.size[mine]] += 1.0
        if not alone:
            s.tally[s.size[mine] - 1] -= 1.0
    else:
        s.like[mine] = without
        _take_out(s, row)
        to = _new(s) if chosen == 0 else room.options[chosen]
        _put_in(s, to, row)
        s.like[to] = room.likes[chosen]
        s.tally[s.size[to]] += 1.0
        if s.size[to] > 1:
            s.tally[s.size[to] - 1] -= 1.0
    return kept


@nb.njit(cache=True, nogil=True)
def merge_or_split(w: World, s: State, room: Room, random: Random, i: int, j: int) -> bool:
    """Propose to part the cluster of two records, or to join their two; whether it was done."""
    splitting = s.cluster[i] == s.cluster[j]
    one, two = s.cluster[i], s.cluster[j]
    many = collect(s, one, -1, room.order)
    if never(w.held, s.cluster, room.order, many, i, j):
        return False
    if not splitting:
        if many + s.size[two] >= len(w.sized):
            return False
        for at in range(collect(s, two, -1, room.order[many:])):
            if _clash(w, room.order, s.size[one], room.order[many + at]):
                return False
        many += s.size[two]
    for at in range(many - 1, 0, -1):
        swap = int(random.random() * (at + 1))
        room.order[at], room.order[swap] = room.order[swap], room.order[at]
    a, b = room.members, room.other
    a[0], b[0] = i, j
    size_a, size_b, like_a, like_b, way = 1, 1, 0.0, 0.0, 0.0
    for at in range(many):
        row = room.order[at]
        if row in (i, j):
            continue
        a[size_a] = b[size_b] = row
        to_a = evidence(w, room, a, size_a + 1)
        to_b = evidence(w, room, b, size_b + 1)
        gap = to_b - like_b + w.guess[size_b + 1] - w.guess[size_b]
        gap -= to_a - like_a + w.guess[size_a + 1] - w.guess[size_a]
        share = 1.0 / (1.0 + exp(min(max(gap, -_CHANCE), _CHANCE)))
        if with_its_own(w.held, a, size_a, row):
            share = 1.0
        elif with_its_own(w.held, b, size_b, row):
            share = 0.0
        goes = random.random() < share if splitting else s.cluster[row] == one
        way += log(max(share if goes else 1.0 - share, 1e-300))
        if goes:
            size_a, like_a = size_a + 1, to_a
        else:
            size_b, like_b = size_b + 1, to_b
    like = s.like[one] if splitting else evidence(w, room, room.order, many)
    gain = like_a + like_b + w.sized[size_a] + w.sized[size_b] - like - w.sized[many] - way
    twice, held = 1.0 if size_a == size_b else 0.0, 0.0 if splitting else 1.0
    gain += log(s.tally[size_a] - held) + log(s.tally[size_b] - held + twice * (1.0 - 2.0 * held))
    gain -= log(s.tally[many] - (1.0 - held))
    if log(1.0 - random.random()) >= (gain if splitting else -gain):
        return False
    change = 1.0 if splitting else -1.0
    s.tally[size_a] += change
    s.tally[size_b] += change
    s.tally[many] -= change
    if splitting:
        settle(s, a, size_a, one, like_a)
        settle(s, b, size_b, _new(s), like_b)
        return True
    settle(s, room.order, many, one, like)
    s.size[two] = 0
    s.number[0] -= 1
    s.free[s.number[1]] = two
    s.number[1] += 1
    return True


@nb.njit(cache=True, nogil=True)
def sweep(
    w: World, s: State, room: Room, random: Random,
    rows: Ints, left: Ints, right: Ints, tick: int,
) -> int:  # fmt: skip
    """Each of these records once, each of these pairs once; how many pairs moved."""
    for at in range(len(rows)):
        one_record(w, s, room, random, rows[at], tick + at)
    moved = 0
    for at in range(len(left)):
        moved += merge_or_split(w, s, room, random, left[at], right[at])
    return moved


@nb.njit(cache=True, nogil=True)
def unsure(w: World, s: State, room: Room, random: Random, tick: int) -> Floats:
    """For each record: how probable it was that it stays, while all are drawn in turn."""
    out = np.ones(len(s.cluster))
    for row in range(len(out)):
        if w.starts[row] < w.starts[row + 1]:
            out[row] = one_record(w, s, room, random, row, tick + row)
    return out


@nb.njit(cache=True, nogil=True)
def evaluate(w: World, s: State, room: Room) -> None:
    """The evidence of every cluster."""
    for one in range(len(s.size)):
        if s.size[one] > 0:
            many = collect(s, one, -1, room.order)
            s.like[one] = evidence(w, room, room.order, many)


@nb.njit(cache=True, nogil=True)
def hashed(keys: Ints, blocks: Ints, given: Ints, begins: Ints) -> None:
    """Fill the hash of blocks."""
    for at in range(len(given)):
        to = slot(keys, given[at])
        keys[to], blocks[to] = given[at], begins[at]
