"""From a linkage's pairs to plausible partitions: the bridge to ``counts.partitions``.

Upholds: the sampler sees rows' numbers and levels of agreement, never a name.
"""

import numpy as np

from asylia.counts.linking.comparing import FIELDS, levels
from asylia.counts.linking.encoding import Encoded, Ints
from asylia.counts.linking.model import Scored
from asylia.counts.partitions.held import Held
from asylia.counts.partitions.pairs import Pairs
from asylia.counts.partitions.posterior import Posterior, sample


def pairs_of(
    encoded: Encoded, scored: Scored, *, distinct_in_list: bool, held: Held | None = None
) -> Pairs:
    """What the sampler needs of a linkage; ``held``: what every partition holds."""
    fields = [FIELDS.index(name) for name in encoded.fields]

    def level(field: int, left: Ints, right: Ints) -> Ints:
        return np.asarray(levels(encoded.numbers, fields[field], left, right))

    lists = encoded.lists if distinct_in_list else np.full(encoded.size, -1)
    return Pairs(
        encoded.size,
        scored.left,
        scored.right,
        scored.weights,
        scored.ratios[fields],
        level,
        lists,
        held,
    )


def plausible(
    encoded: Encoded, scored: Scored, clusters: Ints, *, distinct_in_list: bool, seed: int,
    held: Held | None = None, unmet: Ints | None = None,
) -> Posterior:  # fmt: skip
    """The posterior of who is who, from the merged clusters on; ``unmet`` as ``sample`` has it."""
    pairs = pairs_of(encoded, scored, distinct_in_list=distinct_in_list, held=held)
    return sample(pairs, clusters, seed=seed, unmet=unmet)
