"""Small worlds in which the latent class posterior is known, and the data sets beside the checkout.

With N integrated out under 1/N, the number seen says nothing of the classes (the sum over N of
1/N times the binomial is 1/n whatever p0 is).  So with n fixed, classes from the prior, cells from
their multinomial and N - n from its negative binomial are one draw from the joint distribution.
"""

import csv
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from asylia.counts.histories import Histories
from asylia.counts.latent.settings import Settings

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "lists"
Floats = NDArray[np.float64]


def read(name: str) -> Histories | None:
    """The data set of this name, if it lies beside the checkout."""
    path = FOLDER / name / "counts.csv"
    if not path.is_file():
        return None
    head, *rows = csv.reader(path.read_text("utf-8").splitlines())
    patterns = {tuple(place == "1" for place in row[:-1]): int(row[-1]) for row in rows}
    return Histories(tuple(head[:-1]), patterns)


def cells_of(lists: int) -> list[tuple[bool, ...]]:
    """All patterns, that of nobody first."""
    return list(product((False, True), repeat=lists))


def prior(random: np.random.Generator, size: int, lists: int, settings: Settings) -> Floats:
    """Probability of each of :func:`cells_of` under so many draws of the classes from the prior."""
    alpha = random.gamma(settings.shape, 1.0 / settings.rate, size)
    # The stick in logs, as alpha may be 1e-9: 1 - V is U ** (1 / alpha).
    sticks = random.standard_exponential((size, settings.classes - 1)) / alpha[:, None]
    left = np.exp(-np.cumsum(sticks, axis=1))
    before = np.concatenate([np.ones((size, 1)), left[:, :-1]], axis=1)
    weights = np.concatenate([before * -np.expm1(-sticks), left[:, -1:]], axis=1)
    chance = random.random((size, settings.classes, lists))
    found = np.empty((size, 2**lists))
    for at, pattern in enumerate(cells_of(lists)):
        each = np.where(np.array(pattern), chance, 1.0 - chance).prod(axis=2)
        found[:, at] = (weights * each).sum(axis=1)
    return found


def table(random: np.random.Generator, seen: int, cells: Floats) -> tuple[Histories, int]:
    """Lists of so many persons seen, and how many were not: from one row of :func:`prior`."""
    lists = int(np.log2(cells.size))
    counts = random.multinomial(seen, cells[1:] / cells[1:].sum())
    missed = int(random.poisson(random.gamma(seen) * cells[0] / (1.0 - cells[0])))
    patterns = {
        pattern: int(count)
        for pattern, count in zip(cells_of(lists)[1:], counts, strict=True)
        if count
    }
    return Histories(tuple("ABCDEFGH"[:lists]), patterns), missed
