"""Links that no sample could make, since nobody looked: how many they likely are.

Upholds: a pair that blocks never offered, and that agrees too little to be a candidate, is in no
drawn partition; but of one person it can be.  How often two records of one person agree so little
is told by those that agree more: fields err on their own, so each link's fields are drawn from
other links (of clusters as large), and in a share of them another's value stands.  With the chance
q of not being seen, a link that is seen stands for q / (1 - q) that are not (negative binomial).
They are never more than the records that are alone can bear.  It rests on errors in one field
saying little of errors in another: where a few records are wrong in everything, more is unseen.
"""

import numpy as np

from asylia.counts.partitions import edges
from asylia.counts.partitions.chain import Chain
from asylia.counts.partitions.held import Held
from asylia.counts.partitions.kernel import Floats, Ints, Random
from asylia.counts.partitions.learning import Learner
from asylia.counts.partitions.pairs import forgiven

_DRAWS = 20_000
_LARGE = 5  # records of a cluster; larger ones are taken together
_MOST_CHANCE = 0.9


def unseen(chain: Chain, learner: Learner, least: float, many: int, random: Random) -> Ints:
    """So many draws of the number of links unseen, by the partition where a chain stands.

    Two records that are alone were candidates if they had more than ``least`` bits.
    """
    clusters, lists = chain.clusters, chain.world.lists
    ratios = learner.untempered(chain.world, chain.state, chain.room, chain.state.cluster)
    wrong = np.log2(np.where(learner.strangers.learnt > 0, ratios, 1.0).min(axis=1))
    support = np.zeros((len(ratios), len(clusters)))
    edges.supports(chain.world, chain.state, chain.room, ratios, support)
    size = np.minimum(np.bincount(clusters)[clusters], _LARGE)
    alone = np.flatnonzero(size == 1)
    total = np.zeros(many, np.int64)
    for of in range(2, _LARGE + 1):
        rows = np.flatnonzero(size == of)
        if not len(rows):
            continue
        chance = _chance(support[:, rows], wrong, least, learner.missed, random)
        links = len(rows) * (of - 1) / of
        total += random.poisson(random.gamma(links, chance / (1.0 - chance), many))
    return np.asarray(np.minimum(total, _bearable(lists[alone])), np.int64)


def _chance(support: Floats, wrong: Floats, least: float, missed: float, random: Random) -> float:
    """That a record of such clusters agrees too little with the others to be seen."""
    drawn = np.array([random.choice(one, _DRAWS) for one in support])
    drawn = np.where(random.random(drawn.shape) < missed, wrong[:, None], drawn)
    bits = forgiven(drawn.sum(axis=0), drawn.min(axis=0))
    return min(float((bits <= least).mean()), _MOST_CHANCE)


def joined(
    clusters: Ints, lists: Ints, links: int, random: Random, held: Held | None = None
) -> Ints:
    """The same partition with so many links more: which records they join, nobody knows.

    So a record that is alone is joined at random to one of another list that is alone too, unless
    it is held that the two are not one person.
    """
    out = clusters.copy()
    alone = np.bincount(clusters)[clusters] == 1
    alone &= lists >= 0
    for row in random.permutation(np.flatnonzero(alone)):
        if links <= 0:
            break
        if not alone[row]:
            continue
        may = alone & (lists != lists[row])
        if held is not None:
            may[held.apart[held.starts[row] : held.starts[row + 1]]] = False
        others = np.flatnonzero(may)
        if not len(others):
            continue
        other = others[random.integers(len(others))]
        out[row] = out[other]
        alone[row] = alone[other] = False
        links -= 1
    return np.asarray(np.unique(out, return_inverse=True)[1], out.dtype)


def _bearable(lists: Ints) -> int:
    """Links that records that are alone can have among them."""
    many = np.bincount(lists[lists >= 0])
    return int(many.sum() - many.max(initial=0))
