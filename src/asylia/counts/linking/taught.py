"""What labels teach the model: how much each level of agreement tells.

Upholds: training is conditional on the weights that a pair has, so labels of hard pairs alone,
which are those that somebody looks at, do not bias it.  Only levels that labelled pairs have move,
each by about a bit (a normal prior) and by ``_MOST`` at most, however many labels say the same; far
from what was looked at the model stays as it was.  How many of the labelled are one person is not
carried over: the merging and the posterior have that from how many persons there are.  Without
labels nothing moves.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from asylia.counts.linking.comparing import FIELDS, levels
from asylia.counts.linking.encoding import Encoded, Floats, Ints
from asylia.counts.linking.labels import Placed
from asylia.counts.linking.model import Scored
from asylia.counts.linking.weighing import mode, prior_of

_MOVED = 1.0  # bits that labels may move a level by; fixed on FEBRL1 and FEBRL2
_MOST = 3.0  # bits
_SHIFTED = 2.0  # bits of the prior, while they are fitted
_FIXED = 1e-6


def taught(encoded: Encoded, scored: Scored, labels: Placed) -> Scored:
    """The pairs weighed anew."""
    if not labels.same:
        return scored
    at = [FIELDS.index(name) for name in encoded.fields]
    seen = [levels(encoded.numbers, field, labels.left, labels.right) + 1 for field in at]
    logs = np.log2(scored.ratios)
    moves = [
        (field, int(level), own == level)
        for field, own in zip(at, seen, strict=True)
        for level in np.unique(own[own > 0])
    ]
    weight = sum(
        (logs[field][own] for field, own in zip(at, seen, strict=True)),
        start=np.zeros(len(labels.same)),
    )
    known = np.column_stack([np.ones(len(weight)), weight, *(which for *_, which in moves)])
    prior = prior_of(scored.weights, encoded.size * (encoded.size - 1) / 2)
    middle = np.r_[prior, 1.0, np.zeros(len(moves))]
    spread = np.r_[_SHIFTED, _FIXED, np.full(len(moves), _MOVED)]
    found = mode(known, middle, spread, np.array(labels.same))
    for (field, level, _), bits in zip(moves, np.clip(found[2:], -_MOST, _MOST), strict=True):
        logs[field, level] += bits

    def weigh(left: Ints, right: Ints) -> Floats:
        total = np.zeros(len(left))
        for field in at:
            total += logs[field][levels(encoded.numbers, field, left, right) + 1]
        return total

    weights = _on_all_cores(weigh, scored.left, scored.right)
    return Scored(scored.left, scored.right, weights, np.exp2(logs))


def _on_all_cores(weigh: Callable[[Ints, Ints], Floats], left: Ints, right: Ints) -> Floats:
    """What compares two rows lets go of the interpreter."""
    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as threads:
        ends = zip(np.array_split(left, cores), np.array_split(right, cores), strict=True)
        return np.concatenate(list(threads.map(lambda pair: weigh(*pair), ends)))
