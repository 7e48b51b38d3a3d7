"""Which keys are one person, asked of one set of keys after another.

Upholds: the fewest persons that some keys can be, exactly, and the most, by sameness that was
judged alone; what can't reach each other is looked at apart, so that many sets over many keys stay
cheap.  Refuses to guess where contradicting judgements make the fewest too hard to say
(``RefusedError``).
"""

from collections.abc import Iterable

from asylia.counts.sameness import Pair, components, fewest

Sameness = tuple[str, str, str]  # two keys, and same, distinct or not_known
Group = frozenset[str]


class Persons:
    """Keys, and how pairs of them were judged; a key that nobody judged is one person."""

    def __init__(self, keys: Iterable[str], sameness: Iterable[Sameness]) -> None:
        pairs: dict[str, list[Pair]] = {"same": [], "distinct": [], "not_known": []}
        for one, other, verdict in sameness:
            pairs[verdict].append(frozenset((one, other)))
        every = sorted(set(keys).union(*pairs["same"], *pairs["not_known"]))
        clusters = components(every, pairs["same"])
        reaches = components(every, [*pairs["same"], *pairs["not_known"]])
        self._reach = {key: at for at, reach in enumerate(reaches) for key in reach}
        self._cluster = {key: cluster for cluster in clusters for key in cluster}
        self._apart: dict[int, list[Pair]] = {}
        for pair in pairs["distinct"]:
            within = {self._reach.get(key, -1 - n) for n, key in enumerate(sorted(pair))}
            if len(within) == 1:
                self._apart.setdefault(within.pop(), []).append(pair)

    def clusters(self, keys: Iterable[str]) -> tuple[Group, ...]:
        """Each person that these keys are, if only judged sameness joins: at most so many."""
        return tuple(dict.fromkeys(self.cluster(key) for key in sorted(set(keys))))

    def cluster(self, key: str) -> Group:
        """Everything judged to be the same as this key, and the key."""
        return self._cluster.get(key, frozenset({key}))

    def reach(self, key: str) -> Group | int:
        """What tells this key from those that it can't be; alike for all that it may be."""
        return self._reach.get(key, frozenset({key}))

    def fewest(self, keys: Iterable[str]) -> tuple[Group, ...]:
        """Each person that these keys are, joined wherever that can be: at least so many."""
        reached: dict[Group | int, list[Group]] = {}
        for cluster in self.clusters(keys):
            reached.setdefault(self.reach(min(cluster)), []).append(cluster)
        found: list[Group] = []
        for reach, clusters in reached.items():
            apart = self._apart.get(reach, []) if isinstance(reach, int) else []
            found += fewest(clusters, apart) if len(clusters) > 1 else clusters
        return tuple(sorted(found, key=min))
