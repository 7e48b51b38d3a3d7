"""What records have in common with their persons' others, tallied; compiled.

Upholds: a person of n records is n - 1 links, shared among its pairs as trees that span them are
likely to have each (its ratio times its effective resistance; Kirchhoff), so that what is learnt
is what the evidence of a cluster asks for.  Pairs that were never compared are left out.  Numba's
cache notices an edit of this file and of no other: after one of ``kernel``, of which ``pair`` and
``collect`` are compiled in here, count ``EDITION`` up.
"""

from math import log2

import numba as nb
import numpy as np

from asylia.counts.partitions.kernel import (
    NEVER,
    Floats,
    Ints,
    Room,
    State,
    World,
    collect,
    pair,
)

EDITION = 1


@nb.njit(cache=True, nogil=True)
def inverted(matrix: Floats, out: Floats, size: int) -> None:
    """The inverse of a positive definite matrix, by Gauss and Jordan; ``matrix`` is used up."""
    for x in range(size):
        for y in range(size):
            out[x, y] = 1.0 if x == y else 0.0
    for pivot in range(size):
        scale = 1.0 / matrix[pivot, pivot]
        for y in range(size):
            matrix[pivot, y] *= scale
            out[pivot, y] *= scale
        for x in range(size):
            share = matrix[x, pivot]
            if x != pivot and share != 0.0:
                for y in range(size):
                    matrix[x, y] -= share * matrix[pivot, y]
                    out[x, y] -= share * out[pivot, y]


@nb.njit(cache=True, nogil=True)
def tallied(w: World, s: State, room: Room, before: Ints, out: Floats) -> None:
    """Add up, by field and level, how many links have it."""
    wide = len(room.members)
    least, found = np.zeros((wide, wide)), np.zeros((wide, wide))
    there = np.zeros(wide, np.int64)
    for one in range(len(s.size)):
        if s.size[one] < 2:
            continue
        many = collect(s, one, -1, room.members)
        for field in range(len(out)):
            known = 0
            for x in range(many):
                if w.present[field, room.members[x]]:
                    there[known] = room.members[x]
                    known += 1
            if known < 2:
                continue
            least[:known, :known] = 0.0
            for x in range(known):
                for y in range(x):
                    level = pair(w, there[x], there[y]) >> (6 * field) & NEVER
                    room.levels[x, y] = level
                    ratio = w.ratios[field, level]
                    least[x, x] += ratio
                    least[y, y] += ratio
                    least[x, y] -= ratio
                    least[y, x] -= ratio
            last = known - 1  # the Laplacian without its last row is positive definite
            inverted(least, found, last)
            for x in range(known):
                for y in range(x):
                    level = room.levels[x, y]
                    if level == NEVER or before[there[x]] != before[there[y]]:
                        continue
                    far = found[y, y]
                    if x < last:
                        far += found[x, x] - 2.0 * found[x, y]
                    share = w.ratios[field, level] * far  # of the trees that have this pair
                    out[field, level] += min(max(share, 0.0), 1.0)


@nb.njit(cache=True, nogil=True)
def supports(w: World, s: State, room: Room, bits: Floats, out: Floats) -> None:
    """By field and record: log2 of the mean ratio with the others of its cluster; 0 if missing.

    ``bits`` are ratios by field and level, as ``World.ratios`` are.
    """
    for one in range(len(s.size)):
        if s.size[one] < 2:
            continue
        many = collect(s, one, -1, room.members)
        for x in range(many):
            for field in range(len(out)):
                total, seen = 0.0, 0
                for y in range(many):
                    if x == y or not w.present[field, room.members[y]]:
                        continue
                    code = pair(w, room.members[x], room.members[y])
                    if code >= 0:
                        total += bits[field, (code >> (6 * field)) & NEVER]
                        seen += 1
                row = room.members[x]
                out[field, row] = log2(total / seen) if seen and w.present[field, row] else 0.0


def tally(w: World, s: State, room: Room, before: Ints) -> Floats:
    """Links by field and level, of those that were there before."""
    out = np.zeros((len(w.ratios), NEVER + 1))
    tallied(w, s, room, before, out)
    return out
