"""One ensemble: sixteen chains, some on a ladder of tempered likelihoods, the rest at the target.

Upholds: an ensemble depends on its own seed only, so that four of them are independent; steps,
ladder and length of trajectory are adapted before, never while, draws are kept.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from asylia.counts.latent import kernel
from asylia.counts.latent.cells import Cells, Floats, Wholes
from asylia.counts.latent.settings import LANES, Settings

PIECE = 32  # iterations whose random numbers are drawn at once: they stay in the cache


def aligned(rows: int) -> Floats:
    """Rows of sixteen that each begin where a cache line does: a vector never lies on two."""
    room = np.zeros(rows * LANES + 8)
    first = -room.ctypes.data // room.itemsize % 8
    return room[first : first + rows * LANES].reshape(rows, LANES)


@dataclass
class Track:
    """What a stretch of iterations left, a row an iteration and a column a rung."""

    like: Floats
    seen: Floats


@dataclass
class Ensemble:
    """The state of sixteen chains; rung 0 is the hottest, rungs from ``hot`` on are the target."""

    cells: Cells
    settings: Settings
    random: Generator
    hot: int = LANES - 1
    leaps: int = 24
    every: int = 1
    done: int = 0
    trips: int = 0
    best: float = -np.inf
    refused: Floats = field(default_factory=lambda: np.zeros(LANES))
    accepted: Floats = field(default_factory=lambda: np.zeros(LANES))

    def __post_init__(self) -> None:
        lists, classes, cells = self.cells.lists, self.settings.classes, self.cells.parent.size
        of_cells = (cells, cells, classes * cells)
        rows = (
            lists * classes,
            lists * classes,
            classes,
            *of_cells,
            classes,
            classes,
            classes,
            1,
            classes * cells,
        )
        self.room = tuple(aligned(each) for each in rows)
        self.packed = self.cells.packed(self.settings)
        self.lane_of: NDArray[np.int64] = np.arange(LANES)
        self.rung_of: NDArray[np.int64] = np.arange(LANES)
        self.bottom: Wholes = np.zeros(LANES, dtype=np.int64)
        self.betas = np.geomspace(self.settings.hottest, 1.0, LANES)
        self.steps = np.full(LANES, np.log(0.15)) - 0.25 * np.log(self.betas)
        size = lists * classes + classes - 1
        self.state, self.work = aligned(size), tuple(aligned(each) for each in (*[size] * 3, 8))
        self.normals = aligned(PIECE * size).reshape(PIECE, size, LANES)
        self.state[:] = self._from_prior()

    def _from_prior(self) -> Floats:
        lists, classes = self.cells.lists, self.settings.classes
        odds = self.random.logistic(size=(lists * classes, LANES))
        alpha = 0.1 + self.random.gamma(1.0, 1.0, size=LANES)
        sticks = self.random.standard_exponential((classes - 1, LANES)) / alpha
        return np.vstack([odds, np.log(sticks + 1e-12)])

    def run(self, iterations: int, pace: float = 0.0) -> Track:
        """So many iterations; with a pace, steps adapt towards an acceptance of 0.8."""
        track = Track(np.empty((iterations, LANES)), np.empty((iterations, LANES)))
        self.refused[:] = self.accepted[:] = 0.0
        offered, trips = np.zeros(LANES), np.zeros(1, dtype=np.int64)
        classes = self.settings.classes
        for begin in range(0, iterations, PIECE):
            some = min(PIECE, iterations - begin)
            kernel.run(
                self.state,
                self.packed,
                self.room,
                self.work,
                (self.every, max(1, self.leaps // 2), self.leaps, pace, self.hot, self.done),
                (self.betas, self.steps, self.rung_of, self.lane_of),
                (self.refused, offered, self.accepted, self.bottom, trips),
                (
                    self.random.standard_normal(out=self.normals[:some]),
                    self.random.standard_exponential((some, LANES, classes)),
                    self.random.random((some, 5, LANES)),
                ),
                (track.like[begin : begin + some], track.seen[begin : begin + some]),
            )
            self.done += some
        self.refused /= np.maximum(offered, 1.0)
        self.accepted /= (1.0 - kernel.SHORT_SHARE) * iterations
        self.trips += int(trips[0])
        self.best = max(self.best, float(track.like.max()))
        return track
