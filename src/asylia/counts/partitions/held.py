"""What a partition must hold: records that are one person, and pairs that are not.

Upholds: groups and pairs contradict each other nowhere (whoever builds one has looked); records of
a group move together; a pair that is parted is never joined, whatever the evidence.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numba as nb
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
FREE = -1


class Held(NamedTuple):
    """By record: the group that it is bound to, and where the records begin that it is not."""

    bound: Ints  # ``FREE``, or the lowest record of its group
    starts: Ints
    apart: Ints

    @property
    def binds(self) -> bool:
        """Whether anything is held at all."""
        return bool(len(self.apart)) or bool((self.bound != FREE).any())


def nothing(records: int) -> Held:
    """Every partition is allowed."""
    return Held(
        np.full(records, FREE, np.int64), np.zeros(records + 1, np.int64), np.zeros(0, np.int64)
    )


def holding(
    records: int, groups: Iterable[Sequence[int]], parted: Iterable[tuple[int, int]]
) -> Held:
    """Each group one person (two records or more), no parted pair one person."""
    bound = np.full(records, FREE, np.int64)
    for group in groups:
        bound[list(group)] = min(group)
    both = sorted({way for one, other in parted for way in ((one, other), (other, one))})
    table = np.array(both, np.int64).reshape(len(both), 2)
    starts = np.searchsorted(table[:, 0], np.arange(records + 1)).astype(np.int64)
    return Held(bound, starts, np.ascontiguousarray(table[:, 1]))


@nb.njit(cache=True, nogil=True)
def forbidden(held: Held, cluster: Ints, members: Ints, many: int, other: int) -> bool:
    """Whether one of these records is parted from one of the cluster ``other``."""
    if len(held.apart) == 0:
        return False
    for at in range(many):
        row = members[at]
        for x in range(held.starts[row], held.starts[row + 1]):
            if cluster[held.apart[x]] == other:
                return True
    return False


@nb.njit(cache=True, nogil=True)
def with_its_own(held: Held, members: Ints, many: int, row: int) -> bool:
    """Whether one of these records is bound to ``row``."""
    if held.bound[row] < 0:
        return False
    for at in range(many):
        if held.bound[members[at]] == held.bound[row]:
            return True
    return False


@nb.njit(cache=True, nogil=True)
def never(held: Held, cluster: Ints, members: Ints, many: int, i: int, j: int) -> bool:
    """Whether i's cluster, of these records, may not be parted between them, or not joined."""
    if cluster[i] == cluster[j]:
        return held.bound[i] >= 0 and held.bound[i] == held.bound[j]
    return forbidden(held, cluster, members, many, cluster[j])
