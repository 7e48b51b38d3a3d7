"""How many persons records are of: the posterior, or why it can't be trusted.

Upholds: chains begin at two places (the first clustering; the same with every unsure record broken
off) and must agree: split R-hat of the number of persons (halves of chains of one strength of the
evidence, whose means' variance stands beside that of all that is told) is told, and above
``HIGHEST_RHAT`` nothing is believed.  Weights of pairs are never quite right:
chains run with the evidence weakened and strengthened too (``CHAINS``), and the number of persons
is spread by ``SPREAD``; both were fixed on FEBRL1 and FEBRL2 (docs/decisions/0188).  Where lists
keep their persons apart, each chain learns again what agreement is worth, and links that nobody
looked at are reckoned (docs/decisions/0206).
Refuses more than ``MOST_RECORDS`` records: a partition of so many does not settle in bearable time.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from asylia.counts.arrays import generator, quantiles
from asylia.counts.estimate import LEVEL, EstimateRefusedError
from asylia.counts.partitions.chain import Chain, Kept, Rows
from asylia.counts.partitions.kernel import Floats, Ints
from asylia.counts.partitions.learning import Learner, Strangers, strangers
from asylia.counts.partitions.pairs import Laid, Pairs, laid, tempered
from asylia.counts.partitions.unseen import joined, unseen
from asylia.counts.words import N_, Said, fraction, said

MOST_RECORDS = 100_000
HIGHEST_RHAT = 1.05
# Each chain's power of the evidence, and whether it begins loosened; where lists keep their persons
# apart, what it learns: the share of misses, and what links that do not last may make a
# disagreement worth.
CHAINS = (
    (0.9, False, 0.01, 0.0),
    (1.0, False, 0.02, 0.04),
    (1.0, True, 0.02, 0.04),
    (1.1, True, 0.05, 0.08),
)
_SCOUT = (0.02, 1.0, 0.0)
SPREAD = 0.002  # of the logarithm of the number of persons
KEPT = 25  # partitions of each chain
_DEGREES = 4  # of Student's t, since six tables tell little of the tails
_APPROACH = (20, 60, 100)  # sweeps before candidates are looked for again
_SETTLE = 60
_VISITS = 200_000  # of records, in one chain
_FEWEST, _LONGEST = 100, 1_000  # sweeps
_ROUNDS = 3  # each twice as long as the one before, which is forgotten
_HALF = 0.5
_DRAWS = 4_000
_PATH = 8  # of random numbers


@dataclass(frozen=True)
class Posterior:
    """The number of persons, plausible partitions, and what can't be attributed."""

    draws: Floats  # of the number of persons, the model's own error in it
    attributed: Floats  # the same of persons with a record that can be attributed
    partitions: Rows  # draw, record: the cluster of each
    unattributable: Ints  # records that most draws neither leave alone nor join to one other
    rhat: float
    sweeps: int
    refused: Said | None

    @property
    def median(self) -> int:
        """Of the number of persons."""
        return quantiles(self.draws, LEVEL)[0]

    @property
    def interval95(self) -> tuple[int, int]:
        """Of the number of persons."""
        return quantiles(self.draws, LEVEL)[1:]

    @property
    def minimum(self) -> int:
        """Persons with a record that can be attributed, at the most-merging plausible end.

        Never above the lower end of ``interval95``: these are some of all persons, but few
        partitions are kept, and of those the end may lie higher.
        """
        return min(quantiles(self.attributed, LEVEL)[1], self.interval95[0])


def sample(pairs: Pairs, clusters: Ints, *, seed: int = 1, unmet: Ints | None = None) -> Posterior:
    """From a first clustering, numbered from 0.

    ``unmet`` records can't be attributed, whatever draws do with them: nothing was compared.
    """
    if pairs.records > MOST_RECORDS:
        why = N_("there are over %(most)s records, and their partition would not settle in time")
        return _refused(said(why, most=MOST_RECORDS))
    try:
        return _sampled(pairs, clusters, seed, unmet)
    except EstimateRefusedError as refusal:
        return _refused(refusal.said)


def _sampled(pairs: Pairs, clusters: Ints, seed: int, unmet: Ints | None) -> Posterior:
    others, pairs, clusters = _approached(pairs, clusters, seed)
    ground = laid(pairs, clusters)
    kept = _chains(pairs, others, ground, clusters, seed)
    draws = _told(kept, _fewest(pairs), pairs.records, seed)
    rhat = _rhat(kept, _told(kept, 1, pairs.records, seed))
    partitions = np.concatenate([one.partitions for one in kept])
    beyond = np.concatenate([one.unseen[: len(one.partitions)] for one in kept])
    refused = None
    if rhat > HIGHEST_RHAT:
        refused = said(
            N_("chains over partitions do not agree on how many there are (R-hat %(rhat)s)"),
            rhat=fraction(rhat, ".2f"),
        )
    lost = _unattributable(ground, partitions)
    if unmet is not None:
        lost = np.union1d(lost, unmet)
    random, lists = generator(seed, _PATH, 0, 3), ground.world.lists
    partitions = np.array(
        [
            joined(one, lists, links, random, pairs.held)
            for one, links in zip(partitions, beyond, strict=True)
        ]
    )
    return Posterior(
        draws, _spread(_but(partitions, lost), _fewest(pairs, lost), pairs.records, seed),
        partitions, lost, rhat, len(kept[0].numbers), refused,
    )  # fmt: skip


def _refused(why: Said) -> Posterior:
    none = np.zeros(0)
    return Posterior(
        none,
        none,
        np.zeros((0, 0), np.int32),
        np.zeros(0, np.int64),
        np.inf,
        0,
        why,
    )


def _approached(pairs: Pairs, clusters: Ints, seed: int) -> tuple[Strangers | None, Pairs, Ints]:
    """Pairs and clusters after some sweeps; what is learnt from, where lists keep persons apart."""
    if not pairs.apart:
        ground = laid(pairs, clusters)
        scout = Chain(ground.world, clusters, generator(seed, _PATH, 0))
        parted = clusters[ground.left] != clusters[ground.right]
        scout.run(_APPROACH[0], scout.doubted(), ground.left[parted], ground.right[parted])
        return None, pairs, scout.clusters
    others = strangers(pairs, clusters, generator(seed, _PATH, 0, 0))
    for at, sweeps in enumerate(_APPROACH):
        ground = laid(pairs, clusters)
        learner = Learner(others, *_SCOUT)
        scout = Chain(ground.world, clusters, generator(seed, _PATH, 0, 2, at), learner)
        rows = scout.doubted()
        scout.run(sweeps, rows, *_near(ground, clusters, rows[1]))
        clusters, pairs = scout.clusters, pairs.weighed(scout.world.ratios)
    return others, pairs, clusters


def _chains(
    pairs: Pairs, others: Strangers | None, ground: Laid, clusters: Ints, seed: int
) -> list[Kept]:
    """What each chain kept once they agree, or after ``_ROUNDS`` ever longer runs."""

    def begun(at: int) -> Callable[[int], Kept]:
        power, loosened, missed, most = CHAINS[at]
        learner = None if others is None else Learner(others, missed, power, most)
        world = ground.world._replace(ratios=tempered(pairs, power))
        chain = Chain(world, clusters, generator(seed, _PATH, 1 + at), learner)
        rows = chain.doubted()
        if loosened:
            chain.loosened(rows[0])
        tried = _near(ground, clusters, rows[1])
        chain.run(_SETTLE, rows, *tried)
        if learner is not None:  # it has learnt, and doubts others
            rows = chain.doubted()
            tried = _near(ground, chain.clusters, rows[1])
        many = int(np.clip(_VISITS // max(len(rows[0]), 1), _FEWEST, _LONGEST))

        def run(times: int) -> Kept:
            kept = chain.run(times * many, rows, *tried, keep=KEPT)
            beside = np.zeros(len(kept.numbers), np.int64)
            if learner is not None:
                beside = unseen(chain, learner, ground.least, len(beside), chain.random)
            return replace(kept, unseen=beside)

        return run

    kept: list[Kept] = []
    with ThreadPoolExecutor(2) as pool:
        further = list(pool.map(begun, range(len(CHAINS))))
        for at in range(_ROUNDS):
            kept = _alike(list(pool.map(lambda run, times=2**at: run(times), further)))
            if _rhat(kept, _told(kept, 1, len(clusters), seed)) <= HIGHEST_RHAT:
                break
    return kept


def _alike(kept: list[Kept]) -> list[Kept]:
    """Of each chain as many numbers, the last."""
    shortest = min(len(each.numbers) for each in kept)
    return [
        replace(each, numbers=each.numbers[-shortest:], unseen=each.unseen[-shortest:])
        for each in kept
    ]


def _rhat(kept: list[Kept], told: Floats) -> float:
    """How far halves of chains of one power are apart, beside the spread of what is told."""
    between = 0.0
    for power in {each[0] for each in CHAINS}:
        alike = [one.numbers for one, held in zip(kept, CHAINS, strict=True) if held[0] == power]
        half = len(alike[0]) // 2
        means = [part.mean() for one in alike for part in (one[:half], one[-half:])]
        between = max(between, float(np.var(means, ddof=1)))
    return float(np.sqrt(1.0 + between / max(float(np.var(told)), 1e-9)))


def _told(kept: list[Kept], fewest: int, records: int, seed: int) -> Floats:
    numbers = np.concatenate([one.numbers - one.unseen for one in kept])
    return _spread(numbers.astype(float), fewest, records, seed)


def _fewest(pairs: Pairs, lost: Sequence[int] | Ints = ()) -> int:
    """Persons that these records are of at least, but for some: the largest list's, kept apart."""
    known = pairs.lists.copy()
    known[np.asarray(lost, np.int64)] = -1
    return int(np.bincount(known[known >= 0]).max(initial=1))


def _near(ground: Laid, clusters: Ints, rows: Ints) -> tuple[Ints, Ints]:
    """Candidate pairs with an unsure record, or whose clusters differ."""
    doubted = np.zeros(len(clusters), bool)
    doubted[rows] = True
    doubted |= ground.world.held.bound >= 0  # which no visit of a record tells of
    worth = doubted[ground.left] | doubted[ground.right]
    worth |= clusters[ground.left] != clusters[ground.right]
    return ground.left[worth], ground.right[worth]


def _spread(numbers: Floats, fewest: int, records: int, seed: int) -> Floats:
    """The draws, with the model's own error, which makes no number possible that is not."""
    random = generator(seed, _PATH, 0, 1)
    even = np.quantile(numbers, (np.arange(_DRAWS) + 0.5) / _DRAWS)
    error = SPREAD * random.standard_t(_DEGREES, _DRAWS)
    return np.asarray(np.clip(even * np.exp(error), fewest, records))


def _but(partitions: Rows, lost: Ints) -> Floats:
    """Of each partition: persons that hold a record beside these."""
    known = np.ones(partitions.shape[1], bool)
    known[lost] = False
    return np.array([float(len(np.unique(one[known]))) for one in partitions])


def _unattributable(ground: Laid, partitions: Rows) -> Ints:
    """Records that fewer than half of the draws leave alone, or join to any one other record."""
    records = partitions.shape[1]
    alone, together = np.zeros(records), np.zeros(len(ground.world.candidates))
    owner = np.repeat(np.arange(records), np.diff(ground.world.starts))
    for one in partitions:
        alone += np.bincount(one)[one] == 1
        together += one[owner] == one[ground.world.candidates]
    home = np.argsort(ground.world.home, kind="stable")
    beside = np.empty(records, np.int64)  # another record of the same home, or none
    beside[home] = np.roll(home, 1)
    first = ground.world.place[home] == 0
    beside[home[first]] = home[(np.flatnonzero(first) + ground.world.homes - 1)]
    best = np.maximum(alone, sum(one == one[beside] for one in partitions))
    best[beside == np.arange(records)] = alone[beside == np.arange(records)]
    np.maximum.at(best, owner, together)
    return np.asarray(np.flatnonzero(best < _HALF * len(partitions)), np.int64)
