"""NumPy for the models, and tables of all patterns as arrays.

Upholds: bit ``j`` of a cell's number says whether list ``j`` has it; cell 0 is nobody's list and is
never counted.  Refuses, with a hint, where the extra ``counting`` is not installed.
"""

from asylia.counts.histories import Histories
from asylia.counts.needs import need

need("numpy", "scipy")

import numpy as np  # noqa: E402 - first it is said what is missing
from numpy.typing import NDArray  # noqa: E402

__all__ = ["Flags", "Floats", "Wholes", "cells", "generator", "np", "quantiles"]

Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]
Flags = NDArray[np.bool_]
_WIDEST = 16  # lists; a table of all patterns doubles with each


def cells(histories: Histories) -> Wholes:
    """Counts of all ``2**k`` patterns; cell 0 is 0."""
    wide = len(histories.lists)
    if wide > _WIDEST:
        raise ValueError(f"a table of all patterns of more than {_WIDEST} lists")
    table = np.zeros(1 << wide, dtype=np.int64)
    for pattern, count in histories.patterns.items():
        table[sum(1 << at for at, inside in enumerate(pattern) if inside)] += count
    return table


def generator(seed: int, *path: int) -> np.random.Generator:
    """Random numbers of one use: the same seed and path give the same ones."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, *path))))


def quantiles(draws: Floats, level: float) -> tuple[int, int, int]:
    """Median and the ends of the middle ``level`` of the draws, rounded outwards."""
    tail = (1 - level) / 2
    low, middle, high = np.quantile(draws, (tail, 0.5, 1 - tail))
    return round(float(middle)), int(np.floor(low)), int(np.ceil(high))
