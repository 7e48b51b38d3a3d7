"""How alike two spellings are, compiled: Jaro–Winkler on rows of bytes.

Upholds: Winkler (1990), "String comparator metrics", with the prefix weight 0.1 up to four letters.
"""

import numba as nb
import numpy as np
from numpy.typing import NDArray

Letters = NDArray[np.uint8]


@nb.njit(cache=True, nogil=True)
def jaro_winkler(one: Letters, first: int, other: Letters, second: int) -> float:
    """Of the first ``first`` letters of one row and ``second`` of the other, from 0 to 1."""
    if first == 0 or second == 0:
        return 0.0
    reach = max(max(first, second) // 2 - 1, 0)
    taken_one, taken_other, common = 0, 0, 0
    for i in range(first):
        for j in range(max(0, i - reach), min(second, i + reach + 1)):
            if not (taken_other >> j) & 1 and one[i] == other[j]:
                taken_one |= 1 << i
                taken_other |= 1 << j
                common += 1
                break
    if common == 0:
        return 0.0
    moved, j = 0, 0
    for i in range(first):
        if (taken_one >> i) & 1:
            while not (taken_other >> j) & 1:
                j += 1
            if one[i] != other[j]:
                moved += 1
            j += 1
    jaro = (common / first + common / second + (common - moved / 2) / common) / 3
    prefix = 0
    while prefix < min(4, first, second) and one[prefix] == other[prefix]:
        prefix += 1
    return jaro + prefix * 0.1 * (1 - jaro)


@nb.njit(cache=True, nogil=True)
def alike(
    letters: NDArray[np.uint8],
    lengths: NDArray[np.int64],
    starts: NDArray[np.int64],
    members: NDArray[np.int64],
    least: float,
) -> NDArray[np.int64]:
    """Pairs of rows within one block (``members`` from one start to the next) that are alike."""
    size, found = 0, np.empty((1024, 2), np.int64)
    for block in range(len(starts) - 1):
        for at in range(starts[block], starts[block + 1]):
            for to in range(at + 1, starts[block + 1]):
                a, b = members[at], members[to]
                if jaro_winkler(letters[a], lengths[a], letters[b], lengths[b]) >= least:
                    if size == len(found):
                        grown = np.empty((2 * size, 2), np.int64)
                        grown[:size] = found
                        found = grown
                    found[size, 0], found[size, 1] = a, b
                    size += 1
    return found[:size]
