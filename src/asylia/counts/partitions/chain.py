"""One chain over partitions, and what it kept.

Upholds: the same generator gives the same chain.  Which records and pairs are visited is settled
before the first draw that is kept, so that it can't depend on what is drawn.  Refuses to go on once
more than ``MOST_TOGETHER`` records are taken for one: what moves weigh grows with about the fifth
power of how many those are.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from asylia.counts.estimate import EstimateRefusedError
from asylia.counts.partitions import kernel, sizes
from asylia.counts.partitions.kernel import Ints, Random, Room, State, World
from asylia.counts.partitions.learning import Learner
from asylia.counts.words import N_

Rows = NDArray[np.int32]
MOST_TOGETHER = 60  # 220 records that are alike took over five minutes
_WIDEST = 256  # clusters that one record may choose among
_SURE, _NEARLY = 1e-3, 0.1  # how often a record leaves its cluster that is visited seldom, rarely
_SELDOM, _RARELY = 5, 40  # sweeps from one visit to the next
_LEARN = 5  # sweeps after which what agreement is worth is learnt again
_PAIRS = 0.5  # merges and splits tried in a sweep, to one record that is visited
_PAIRS_AT_LEAST = 10


@dataclass(frozen=True)
class Kept:
    """The number of clusters after every sweep, and some partitions, as clusters of each record.

    ``unseen``, beside every number: links that no sweep could make.
    """

    numbers: Ints
    partitions: Rows
    unseen: Ints = field(default_factory=lambda: np.zeros(0, np.int64))


class Chain:
    """A partition that moves."""

    def __init__(
        self, world: World, clusters: Ints, random: Random, learner: Learner | None = None
    ) -> None:
        self.world, self.random, self.learner = world, random, learner
        self.state = _begun(world, clusters)
        self.room = _room(len(clusters), len(world.sized))
        self._tick = 1
        self._before = self.state.cluster.copy()
        if learner is not None:
            self._learn(learner)
        kernel.evaluate(self.world, self.state, self.room)

    @property
    def clusters(self) -> Ints:
        """The cluster of each record, numbered from 0."""
        return np.asarray(np.unique(self.state.cluster, return_inverse=True)[1], np.int64)

    def doubted(self) -> tuple[Ints, Ints]:
        """Visit every record once: those that might well leave, and those that might at all."""
        stays = kernel.unsure(self.world, self.state, self.room, self.random, self._ticks())
        every = np.arange(len(stays))
        return every[stays < 1 - _NEARLY], every[stays < 1 - _SURE]

    def loosened(self, rows: Ints) -> None:
        """Part these records from everybody: a start that is far from the first clustering."""
        apart = self.clusters
        apart[rows] = apart.max(initial=0) + 1 + np.arange(len(rows))
        self.state = _begun(self.world, np.unique(apart, return_inverse=True)[1])
        self._before = self.state.cluster.copy()
        kernel.evaluate(self.world, self.state, self.room)

    def run(
        self, sweeps: int, rows: tuple[Ints, Ints], left: Ints, right: Ints, keep: int = 0
    ) -> Kept:
        """So many sweeps; ``keep`` partitions of them, evenly spaced; ``rows`` as ``doubted``."""
        numbers, partitions = np.empty(sweeps, np.int64), []
        every = np.arange(len(self.state.cluster))
        kept = {(at + 1) * sweeps // keep - 1 for at in range(keep)}
        for at in range(sweeps):
            many = int(len(rows[0]) * _PAIRS) + _PAIRS_AT_LEAST if len(left) else 0
            tried = self.random.integers(0, max(len(left), 1), many)
            visited = rows[1] if at % _SELDOM == 0 else rows[0]
            visited = every if at % _RARELY == 0 else visited
            kernel.sweep(
                self.world, self.state, self.room, self.random, visited,
                left[tried], right[tried], self._ticks(),
            )  # fmt: skip
            if self.state.size.max() > MOST_TOGETHER:
                raise EstimateRefusedError(
                    N_(
                        "over %(most)s records are taken for one, and their partition would not "
                        "settle in time"
                    ),
                    most=MOST_TOGETHER,
                )
            if self.learner is not None and at % _LEARN == _LEARN - 1:
                self._learn(self.learner)
            numbers[at] = self.state.number[0]
            if at in kept:
                partitions.append(self.clusters.astype(np.int32))
        return Kept(numbers, np.array(partitions).reshape(len(partitions), len(every)))

    def _learn(self, learner: Learner) -> None:
        ratios = learner.ratios(self.world, self.state, self.room, self._before)
        self.world = self.world._replace(ratios=ratios)
        self._before = self.state.cluster.copy()
        kernel.evaluate(self.world, self.state, self.room)

    def _ticks(self) -> int:
        began = self._tick
        self._tick += len(self.state.cluster)
        return began


def _begun(world: World, clusters: Ints) -> State:
    records = len(clusters)
    many = np.bincount(clusters)
    order = np.argsort(clusters, kind="stable").astype(np.int64)
    first = np.cumsum(many) - many
    last = first + many - 1
    after, before = np.empty(records, np.int64), np.empty(records, np.int64)
    following = np.arange(1, records + 1)
    following[last] = first
    after[order] = order[following]
    before[after] = np.arange(records)
    head, size = np.zeros(records, np.int64), np.zeros(records, np.int64)
    head[: len(many)], size[: len(many)] = order[first], many
    free = np.zeros(records, np.int64)
    free[: records - len(many)] = np.arange(len(many), records)
    number = np.array([len(many), records - len(many)], np.int64)
    tally = sizes.weights(len(world.sized) - 1)
    np.add.at(tally, many, 1.0)
    return State(
        clusters.astype(np.int64).copy(), after, before, head, size, np.zeros(records), free,
        number, tally,
    )  # fmt: skip


def _room(records: int, sizes_known: int) -> Room:
    wide = sizes_known + 1
    return Room(
        np.zeros(wide, np.int64), np.zeros(wide, np.int64), np.zeros(2 * wide, np.int64),
        np.zeros((wide, wide), np.int64), np.zeros((wide, wide)), np.zeros(records, np.int64),
        np.zeros(_WIDEST, np.int64), np.zeros(_WIDEST), np.zeros(_WIDEST),
    )  # fmt: skip
