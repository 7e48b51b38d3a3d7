"""Which pairs are looked at: each record's likeliest partners, by the keys that they share.

Upholds: a record looks into its blocks, the smallest first, up to so many members in all, and keeps
so many of those with which it shares most: log2 of the table's size over the block's, summed over
the blocks that they share.  A pair is looked at if either record keeps the other, once, in the same
order on however many cores.  So the work and the pairs follow from the number of records alone, and
a record whose keys are common still has its partners.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple

import numba as nb
import numpy as np
from numpy.typing import NDArray

from asylia.counts.linking.blocking import MOST_KEYS, Keys, keys_of_rows
from asylia.counts.linking.encoding import Encoded, Ints

_PAIRS = 40_000_000  # kept in all, each counted from both sides: what memory and time bear
_BITS_A_BUCKET = 3
Rows = NDArray[np.int32]


class _Blocks(NamedTuple):
    """Members by block; and by record, from ``starts[row]`` on, the numbers of its blocks."""

    starts: Ints
    block: Rows  # -1 where nobody else has the key
    member_starts: Ints
    members: Rows


def pairs(encoded: Encoded) -> tuple[Ints, Ints]:
    """The lesser and the greater row of each pair, ascending."""
    size, by = encoded.size, encoded.numbers.by
    most = max(min(by.partners, _PAIRS // max(size, 1)), 1)
    parts = np.linspace(0, size, (os.cpu_count() or 1) + 1).astype(np.int64).tolist()
    ranges = list(pairwise(parts))
    with ThreadPoolExecutor(len(ranges)) as threads:
        found = list(threads.map(lambda part: keys_of_rows(encoded.numbers, *part), ranges))
        counts, keys = (np.concatenate([one[at] for one in found]) for at in (0, 1))
        del found
        blocks = _blocks(counts, keys, max(int(np.log2(len(keys) + 1)) - _BITS_A_BUCKET, 1))
        del keys
        kept = list(threads.map(lambda part: _kept(blocks, *part, by.members, most), ranges))
        held = np.concatenate([one[0] for one in kept])
        partners = np.concatenate([one[1] for one in kept])
        starts = np.concatenate(([0], np.cumsum(held)))
        both = list(threads.map(lambda part: _either(starts, partners, *part), ranges))
    return np.concatenate([one[0] for one in both]), np.concatenate([one[1] for one in both])


@nb.njit(cache=True, nogil=True)
def _blocks(counts: Ints, keys: Keys, bits: int) -> _Blocks:
    """Keys by counting their first bits, then in order within the few that share those."""
    shift = np.uint64(63 - bits)
    ends = np.zeros((1 << bits) + 1, np.int64)
    for key in keys:
        ends[(key >> shift) + np.uint64(1)] += 1
    ends = np.cumsum(ends)
    filled = ends[:-1].copy()
    order, row_of = np.empty(len(keys), np.int32), np.empty(len(keys), np.int32)
    starts = np.zeros(len(counts) + 1, np.int64)
    for row in range(len(counts)):
        starts[row + 1] = starts[row] + counts[row]
        for at in range(starts[row], starts[row + 1]):
            bucket = keys[at] >> shift
            order[filled[bucket]] = at
            filled[bucket] += 1
            row_of[at] = row
    block = np.full(len(keys), -1, np.int32)
    member_starts = np.zeros(len(keys) // 2 + 2, np.int64)
    number, total = 0, 0
    members = np.empty(len(keys), np.int32)
    for bucket in range(1 << bits):
        _sort(order, keys, ends[bucket], ends[bucket + 1])
        at = ends[bucket]
        while at < ends[bucket + 1]:
            end = at + 1
            while end < ends[bucket + 1] and keys[order[end]] == keys[order[at]]:
                end += 1
            if end - at > 1:
                for x in range(at, end):
                    block[order[x]] = number
                    members[total] = row_of[order[x]]
                    total += 1
                number += 1
                member_starts[number] = total
            at = end
    return _Blocks(starts, block, member_starts[: number + 1].copy(), members[:total].copy())


@nb.njit(cache=True, nogil=True)
def _sort(order: Rows, keys: Keys, first: int, end: int) -> None:
    """Those few by key, equal keys as they stand: a large block is in order already."""
    for at in range(first + 1, end):
        one, to = order[at], at - 1
        while to >= first and keys[order[to]] > keys[one]:
            order[to + 1] = order[to]
            to -= 1
        order[to + 1] = one


@nb.njit(cache=True, nogil=True)
def _kept(blocks: _Blocks, first: int, end: int, members: int, most: int) -> tuple[Ints, Rows]:
    """How many partners each row from ``first`` to ``end`` keeps, and which, ascending."""
    size = len(blocks.starts) - 1
    shared = np.zeros(size, np.float32)
    seen = np.empty(members + 1, np.int32)
    counts, out, at = np.zeros(end - first, np.int64), np.empty((end - first) * most, np.int32), 0
    mine, sizes = np.empty(MOST_KEYS, np.int64), np.empty(MOST_KEYS, np.int64)
    for row in range(first, end):
        count = _smallest_first(blocks, row, mine, sizes)
        looked, met = 0, 0
        for x in range(count):
            if looked + sizes[x] > members:
                break
            looked += sizes[x]
            worth = np.float32(np.log2(size / sizes[x]) + 1e-3)
            for y in range(blocks.member_starts[mine[x]], blocks.member_starts[mine[x] + 1]):
                other = blocks.members[y]
                if shared[other] == 0 and other != row:
                    seen[met] = other
                    met += 1
                shared[other] += worth
        shared[row] = 0
        best = _best(seen[:met], shared, most)
        counts[row - first] = len(best)
        out[at : at + len(best)] = best
        at += len(best)
        for x in range(met):
            shared[seen[x]] = 0
    return counts, out[:at].copy()


@nb.njit(cache=True, nogil=True)
def _smallest_first(blocks: _Blocks, row: int, mine: Ints, sizes: Ints) -> int:
    count = 0
    for at in range(blocks.starts[row], blocks.starts[row + 1]):
        block = blocks.block[at]
        if block < 0:
            continue
        size, to = blocks.member_starts[block + 1] - blocks.member_starts[block], count - 1
        while to >= 0 and sizes[to] > size:
            sizes[to + 1], mine[to + 1] = sizes[to], mine[to]
            to -= 1
        sizes[to + 1], mine[to + 1] = size, block
        count += 1
    return count


@nb.njit(cache=True, nogil=True)
def _best(seen: Rows, shared: NDArray[np.float32], most: int) -> Rows:
    """The ``most`` that share most, ascending; of those that share alike, the first rows."""
    seen = np.sort(seen)
    if len(seen) <= most:
        return seen
    least = np.partition(shared[seen], len(seen) - most)[len(seen) - most]
    alike = most
    for other in seen:
        alike -= 1 if shared[other] > least else 0
    out, at = np.empty(most, np.int32), 0
    for other in seen:
        if shared[other] > least or (shared[other] == least and alike > 0):
            alike -= 1 if shared[other] == least else 0
            out[at] = other
            at += 1
    return out


@nb.njit(cache=True, nogil=True)
def _either(starts: Ints, partners: Rows, first: int, end: int) -> tuple[Ints, Ints]:
    """Pairs of which the lesser row is given by either: first rows' own, then others' of them."""
    left, right = np.empty(1024, np.int64), np.empty(1024, np.int64)
    at = 0
    for row in range(first, end):
        for x in range(starts[row], starts[row + 1]):
            other = partners[x]
            if other < row:
                theirs = partners[starts[other] : starts[other + 1]]
                place = np.searchsorted(theirs, row)
                if place < len(theirs) and theirs[place] == row:
                    continue
            if at == len(left):
                left = np.concatenate((left, np.empty(len(left), np.int64)))
                right = np.concatenate((right, np.empty(len(right), np.int64)))
            left[at], right[at] = min(row, other), max(row, other)
            at += 1
    return left[:at].copy(), right[:at].copy()
