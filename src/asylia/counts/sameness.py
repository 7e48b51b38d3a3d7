"""Sameness: which pseudonyms are taken to be one person, as a partition of them.

Upholds: a partition is whole and disjoint; the most-merging one never joins two that were judged
distinct.  Its number of groups is the *least* that the judgements allow (found exactly), so that
"at least" rests on it.  Refuses to guess where contradicting judgements make that too hard to say.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from asylia.errors import RefusedError

Pair = frozenset[str]
_HARDEST = 24  # distinct-from-each-other clusters in one component; the search is exponential


@dataclass(frozen=True)
class Partition:
    """Disjoint groups of keys, each one person."""

    groups: tuple[frozenset[str], ...]

    def __post_init__(self) -> None:
        if sum(len(group) for group in self.groups) != len(frozenset().union(*self.groups)):
            raise ValueError("groups of a partition overlap")

    @classmethod
    def identity(cls, keys: Iterable[str]) -> "Partition":
        """Everybody is somebody else: the least-merging partition."""
        return cls(tuple(frozenset({key}) for key in sorted(set(keys))))

    @classmethod
    def merging(cls, keys: Iterable[str], same: Iterable[Pair]) -> "Partition":
        """Only those judged to be the same are joined; sameness is transitive."""
        return cls(components(sorted(set(keys)), same))

    @classmethod
    def most_merging(
        cls,
        keys: Iterable[str],
        same: Iterable[Pair],
        maybe: Iterable[Pair],
        distinct: Iterable[Pair],
        among: Iterable[str] | None = None,
    ) -> "Partition":
        """As few persons as the judgements allow: ``maybe`` pairs joined wherever that can be.

        With ``among``, as few of *these* keys, whatever that does to the others: the fewest in all
        can have more of a part than that part needs.

        Two keys may be joined if a chain of ``same`` and ``maybe`` pairs connects them and none of
        those joined are ``distinct``.  Within such a chain this is a colouring of the graph of
        distinct pairs with the fewest colours.  Raises ``RefusedError`` if that is out of reach.
        """
        every, certain = sorted(set(keys)), list(same)
        clusters = components(every, certain)
        wanted = frozenset(every if among is None else among)
        reaches = components(every, [*certain, *maybe])
        within = {key: at for at, reach in enumerate(reaches) for key in reach}
        inside: list[list[frozenset[str]]] = [[] for _ in reaches]
        for cluster in clusters:
            inside[within[min(cluster)]].append(cluster)
        apart: list[list[Pair]] = [[] for _ in reaches]
        for pair in distinct:
            for at in {within[key] for key in pair if key in within}:
                apart[at].append(pair)
        groups: list[frozenset[str]] = []
        for own, pairs in zip(inside, apart, strict=True):
            groups += fewest([cluster for cluster in own if cluster & wanted], pairs)
            groups += [cluster for cluster in own if not cluster & wanted]
        return cls(tuple(sorted(groups, key=min)))

    def count(self, keys: Iterable[str]) -> int:
        """How many persons these keys are."""
        wanted = frozenset(keys)
        known = frozenset().union(*self.groups)
        return sum(1 for group in self.groups if group & wanted) + len(wanted - known)


def components(keys: list[str], pairs: Iterable[Pair]) -> tuple[frozenset[str], ...]:
    """What hangs together by these pairs; pairs with a key that is none of these join nothing."""
    parent = {key: key for key in keys}

    def root(key: str) -> str:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for pair in pairs:
        first, *others = sorted(key for key in pair if key in parent)[:2] or [""]
        for other in others:
            parent[root(other)] = root(first)
    groups: dict[str, set[str]] = {}
    for key in keys:
        groups.setdefault(root(key), set()).add(key)
    return tuple(frozenset(group) for group in groups.values())


def fewest(clusters: list[frozenset[str]], distinct: list[Pair]) -> list[frozenset[str]]:
    """Join clusters into as few groups as ``distinct`` allows."""
    placed = {key: at for at, cluster in enumerate(clusters) for key in cluster}
    ends = (sorted(placed[key] for key in pair if key in placed) for pair in distinct)
    apart = {(at[0], at[1]) for at in ends if len(at) == 2 and at[0] != at[1]}
    tied = sorted({at for pair in apart for at in pair})
    if len(tied) > _HARDEST:
        raise RefusedError(
            "too many judgements that persons are distinct stand against ones that they may be "
            "the same, so nobody can say how few they are",
            hint="Judge some of the pairs that are not known.",
        )
    if not clusters:
        return []
    colours = next(
        found
        for number in range(1, len(tied) + 2)
        if (found := _colour(tied, apart, number, {})) is not None
    )
    groups: dict[int, frozenset[str]] = {}
    for at, cluster in enumerate(clusters):
        colour = colours.get(at, 0)
        groups[colour] = groups.get(colour, frozenset()) | cluster
    return list(groups.values())


def _colour(
    waiting: list[int], apart: set[tuple[int, int]], number: int, done: dict[int, int]
) -> dict[int, int] | None:
    """Colours for ``waiting`` out of ``number``, none alike where apart; None if there are none."""
    if not waiting:
        return done
    at, *rest = waiting
    near = {done[other] for other in done if (min(at, other), max(at, other)) in apart}
    used = max(done.values(), default=-1)
    for colour in range(min(number, used + 2)):  # a colour not used yet is like any other
        if colour not in near:
            found = _colour(rest, apart, number, {**done, at: colour})
            if found is not None:
                return found
    return None
