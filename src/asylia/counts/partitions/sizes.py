"""How many records a person has, before and after the records are seen.

Upholds: the prior of Zanella, Betancourt, Wallach, Miller, Zaidi and Steorts 2016, "Flexible models
for microclustering with application to entity resolution" (NBD, its number of clusters uniform): a
partition into K clusters has the probability ``K! prod n! mu(n)``, so that clusters stay small
however many records come.  ``mu`` has a Dirichlet prior of weight one around ``1 / (n (n + 1))``;
integrated out, there remains ``prod n!`` times, over sizes n of which there are M clusters,
``Gamma(a_n + M) / Gamma(a_n)``.  Where nobody stands twice in one list, a cluster of n records is
of n lists, drawn without repetition in proportion to their sizes, and that stands for ``n!``.
"""

from math import lgamma

import numpy as np

from asylia.counts.partitions.kernel import Floats, Ints

MOST = 64  # records of one person, unless the first clustering has a larger cluster


def most(clusters: Ints, lists: Ints) -> int:
    """The most records that a person may have."""
    if lists.max(initial=-1) >= 0:
        return int(lists.max()) + 1
    return max(MOST, 2 * int(np.bincount(clusters).max()))


def weights(largest: int) -> Floats:
    """``a_n``, from n = 0, which is none's."""
    each = np.arange(1, largest + 1)
    base = 1.0 / (each * (each + 1.0))
    return np.asarray(np.r_[0.0, base / base.sum()])


def sized(largest: int, lists: Ints) -> Floats:
    """``log n!``, or the like of it where lists keep their persons apart."""
    if lists.max(initial=-1) < 0:
        return np.array([lgamma(n + 1.0) for n in range(largest + 1)])
    many = np.bincount(lists[lists >= 0])
    found = np.zeros(largest + 1)
    found[0] = 1.0
    for share in many / many.sum():  # elementary symmetric polynomials
        found[1:] = found[1:] + share * found[:-1]
    return np.asarray(-np.log(np.maximum(found, 1e-300)))


def guessed(clusters: Ints, largest: int, lists: Ints) -> Floats:
    """``log`` of the prior of one more cluster of each size, once these are there."""
    seen = np.bincount(np.bincount(clusters), minlength=largest + 1)[: largest + 1]
    share = np.maximum(weights(largest) + seen, 1e-300)
    return np.asarray(np.log(share) + sized(largest, lists))
