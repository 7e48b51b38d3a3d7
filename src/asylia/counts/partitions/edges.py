"""What records have in common with their persons' others, tallied; compiled.

Upholds: a person of n records is n - 1 links, shared evenly among its pairs, so that it counts as
often as evidence does.  Pairs that were never compared are left out.
"""

from math import log2

import numba as nb
import numpy as np

from asylia.counts.partitions.kernel import NEVER, Floats, Ints, Room, State, World, pair


@nb.njit(cache=True, nogil=True)
def members(s: State, one: int, out: Ints) -> int:
    """The records of a cluster; how many."""
    many, at = 0, s.head[one]
    while True:
        out[many] = at
        many += 1
        at = s.after[at]
        if at == s.head[one]:
            return many


@nb.njit(cache=True, nogil=True)
def tallied(w: World, s: State, room: Room, before: Ints, out: Floats) -> None:
    """Add up, by field and level (0 where missing), how many links have it."""
    for one in range(len(s.size)):
        if s.size[one] < 2:
            continue
        many = members(s, one, room.members)
        for x in range(many):
            for y in range(x):
                if before[room.members[x]] != before[room.members[y]]:
                    continue
                code = pair(w, room.members[x], room.members[y])
                if code >= 0:
                    for field in range(len(out)):
                        out[field, (code >> (6 * field)) & NEVER] += 2.0 / many


@nb.njit(cache=True, nogil=True)
def supports(w: World, s: State, room: Room, bits: Floats, out: Floats) -> None:
    """By field and record: log2 of the mean ratio with the others of its cluster; 0 if missing.

    ``bits`` are ratios by field and level, as ``World.ratios`` are.
    """
    for one in range(len(s.size)):
        if s.size[one] < 2:
            continue
        many = members(s, one, room.members)
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
