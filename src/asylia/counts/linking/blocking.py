"""The keys of a record: records that share one are looked at together.

Upholds: a pair that shares two unusual things, whichever they are, shares a key: every token of a
name, every pair of a token with another token or another field, every pair of two fields, and the
exact day and the code alone; tokens also as the neighbour that most of their slips share.  None was
left out or put in for a score.  Keys are hashes; nothing can be read from them without the table.
"""

import numba as nb
import numpy as np
from numpy.typing import NDArray

from asylia.counts.linking.encoding import Encoded, Ints, Numbers

MOST_KEYS = 128  # a record; a name of many tokens has no more
Keys = NDArray[np.uint64]


@nb.njit(cache=True, nogil=True)
def _mix(kind: int, one: int, other: int) -> np.uint64:
    """A hash of three numbers (the finaliser of splitmix64)."""
    x = np.uint64(kind) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(one + 2)
    for _ in range(2):
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x = x ^ (x >> np.uint64(31))
        x = x + np.uint64(other + 2) * np.uint64(0xD6E8FEB86659FD93)
    return x >> np.uint64(1)


@nb.njit(cache=True, nogil=True)
def _year(span: Ints, row: int) -> int:
    if span[row, 0] < 0:
        return -1
    return int(((span[row, 0] + span[row, 1]) // 2 * 400) // 146097)


@nb.njit(cache=True, nogil=True)
def _root(n: Numbers, token: int) -> int:
    """The smallest number among a token's neighbours and itself: what most slips share."""
    start = n.near_starts[token]
    return int(min(token, n.near[start])) if start < n.near_starts[token + 1] else token


@nb.njit(cache=True, nogil=True)
def keys_of_rows(n: Numbers, first: int, end: int) -> tuple[Ints, Keys]:
    """How many keys each row from ``first`` to ``end`` has, and the keys, each once."""
    counts = np.zeros(end - first, np.int64)
    found = np.empty((end - first) * 32 + MOST_KEYS, np.uint64)
    mine = np.empty(MOST_KEYS, np.uint64)
    at = 0
    for row in range(first, end):
        count = _keys_of(n, row, mine)
        mine[:count].sort()
        if at + count > len(found):
            found = np.concatenate((found, np.empty(len(found), np.uint64)))
        start = at
        for x in range(count):
            if x == 0 or mine[x] != mine[x - 1]:
                found[at] = mine[x]
                at += 1
        counts[row - first] = at - start
    return counts, found[:at].copy()


@nb.njit(cache=True, nogil=True)
def _keys_of(n: Numbers, row: int, out: Keys) -> int:
    start, end = n.token_starts[row], n.token_starts[row + 1]
    born, day = _year(n.born, row), _year(n.day, row)
    exact = n.born[row, 0] if n.born[row, 0] == n.born[row, 1] else -1
    others = (
        (2, born), (3, day), (4, n.place[row]), (5, n.area[row]), (6, n.occupation[row]),
        (7, n.region[row]), (8, exact), (9, n.postcode[row]),
    )  # fmt: skip
    count = 0
    for a in range(start, end):
        one = n.tokens[a]
        if count + len(others) * 2 + (end - a) * 2 + 24 > len(out):
            break
        out[count] = _mix(1, one, 0)
        out[count + 1] = _mix(1, _root(n, one), 1)
        count += 2
        for kind, value in others:
            if value >= 0:
                out[count] = _mix(kind, one, value)
                out[count + 1] = _mix(kind + 20, _root(n, one), value)
                count += 2
        for b in range(a + 1, end):
            out[count] = _mix(10, min(one, n.tokens[b]), max(one, n.tokens[b]))
            r, s = _root(n, one), _root(n, n.tokens[b])
            out[count + 1] = _mix(11, min(r, s), max(r, s))
            count += 2
    for x in range(len(others)):
        kind, value = others[x]
        if value < 0:
            continue
        if kind in (8, 9):
            out[count] = _mix(40 + kind, value, 0)
            count += 1
        for y in range(x + 1, len(others)):
            if others[y][1] >= 0 and count < len(out):
                out[count] = _mix(50 + kind * 8 + others[y][0], value, others[y][1])
                count += 1
    return count


def training_key(encoded: Encoded, field: str) -> Ints:
    """One key a record by one field alone, by which the weights of the others are trained."""
    n = encoded.numbers
    out = np.arange(encoded.size, dtype=np.int64) + (1 << 62)  # alone where it is missing
    if field in ("born", "day"):
        span = n.born if field == "born" else n.day
        return np.where(span[:, 0] >= 0, span[:, 0] * 4096 + (span[:, 1] - span[:, 0]), out)
    if field == "place":
        found = np.where(n.postcode >= 0, n.postcode + (1 << 32), n.place)
        return np.where(found >= 0, found, out)
    if field != "name":
        return out
    for row in range(encoded.size):
        mine = n.tokens[n.token_starts[row] : n.token_starts[row + 1]]
        if len(mine) > 1:
            rarest = mine[np.lexsort((mine, -n.token_bits[mine]))[:2]]
            out[row] = int(min(rarest)) * (1 << 31) + int(max(rarest))
    return out


def rare(key: Ints, pairs: int) -> Ints:
    """The same key, in its smallest blocks alone, which hold at most so many pairs in all.

    Of two records that share what is rare many are one person; of those that share a city hardly
    any, and from a sample of such pairs no weight can be learnt.
    """
    _, block, sizes = np.unique(key, return_inverse=True, return_counts=True)
    order = np.argsort(sizes, kind="stable")
    total = np.cumsum(sizes[order] * (sizes[order] - 1) // 2)
    kept = np.zeros(len(sizes), np.bool_)
    kept[order] = (total <= pairs) | (sizes[order] <= 2)
    return np.where(kept[block], key, np.arange(len(key), dtype=np.int64) + (1 << 62))
