"""Decomposable graphs of lists: each is a way in which lists depend, taken in one by one.

Upholds: every decomposable graph on so many lists is here once, found by eliminating simplicial
lists (Lauritzen 1996, "Graphical models", chapter 2); none is left out, none counted twice.
Shape: a row a graph, a column a set of lists (bit ``j``: list ``j``); the entry says how often that
set's marginal table is a factor: +1 for v and its neighbours when v is eliminated, -1 for these
alone.  In sum that is cliques less separators.
"""

from functools import cache
from itertools import combinations

from asylia.counts.arrays import Flags, Wholes, np

MOST = 6
COUNTED = {2: 2, 3: 8, 4: 61, 5: 822, 6: 18154}  # labelled chordal graphs, OEIS A058862


@cache
def decomposable(lists: int) -> Wholes:
    """Factors of each decomposable graph: graphs by ``2**lists`` sets."""
    if not 2 <= lists <= MOST:
        raise ValueError(f"decomposable graphs of {lists} lists")
    joined = _every_graph(lists)
    everything = np.arange(len(joined))
    factors = np.zeros((len(joined), 1 << lists), dtype=np.int64)
    left = np.ones((len(joined), lists), dtype=np.bool_)
    for _ in range(lists):
        chosen, found = _simplicial(joined, left)
        going = everything[found]
        member = chosen[found]
        near = joined[going, member] & left[going]
        without = (near.astype(np.int64) << np.arange(lists)).sum(axis=1)
        np.add.at(factors, (going, without | (1 << member)), 1)
        np.add.at(factors, (going, without), -1)
        left[going, member] = False
    whole = ~left.any(axis=1)
    factors[:, 0] = 0  # the empty set's table is the total, a factor of one
    return factors[whole]


def _every_graph(lists: int) -> Flags:
    """Adjacency of all graphs: graphs by lists by lists."""
    pairs = list(combinations(range(lists), 2))
    codes = np.arange(1 << len(pairs))
    joined = np.zeros((len(codes), lists, lists), dtype=np.bool_)
    for bit, (one, other) in enumerate(pairs):
        joined[:, one, other] = joined[:, other, one] = codes >> bit & 1
    return joined


def _simplicial(joined: Flags, left: Flags) -> tuple[Wholes, Flags]:
    """A list of each graph whose remaining neighbours are all joined; and whether there is one."""
    chosen = np.zeros(len(joined), dtype=np.int64)
    found = np.zeros(len(joined), dtype=np.bool_)
    for member in range(joined.shape[1]):
        near = joined[:, member] & left
        apart = ~joined & near[:, :, None] & near[:, None, :]
        apart[:, np.arange(joined.shape[1]), np.arange(joined.shape[1])] = False
        fits = left[:, member] & ~apart.any(axis=(1, 2)) & ~found
        chosen[fits] = member
        found |= fits
    return chosen, found
