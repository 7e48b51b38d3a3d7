"""Capture histories: in which lists each documented person stands, as a table of patterns.

Upholds: a pattern has one place a list and at least one list; counts are whole and not negative.
Shape: ``patterns[(True, False, True)] = 12``: twelve persons are in the first and third list only.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from asylia.counts.partition import Partition
from asylia.errors import MalformedError

Pattern = tuple[bool, ...]


@dataclass(frozen=True)
class Histories:
    """How many persons have each pattern of lists."""

    lists: tuple[str, ...]
    patterns: Mapping[Pattern, int]

    def __post_init__(self) -> None:
        if len(set(self.lists)) != len(self.lists):
            raise MalformedError("capture histories: a list stands there twice")
        for pattern, count in self.patterns.items():
            if len(pattern) != len(self.lists) or not any(pattern):
                raise MalformedError(
                    "capture histories: expected one place a list, and at least one list, in each "
                    "pattern"
                )
            if count < 0:
                raise MalformedError("capture histories: a count is below nothing")

    @classmethod
    def of(cls, listed: Iterable[tuple[str, str]], partition: Partition) -> "Histories":
        """From (list, key) pairs, each group of the partition one person."""
        group_of = {key: group for group in partition.groups for key in group}
        seen: dict[frozenset[str], set[str]] = {}
        for name, key in listed:
            seen.setdefault(group_of.get(key, frozenset({key})), set()).add(name)
        names = tuple(sorted({name for held in seen.values() for name in held}))
        found = Counter(tuple(name in held for name in names) for held in seen.values())
        return cls(names, dict(found))

    @property
    def observed(self) -> int:
        """Persons in at least one list."""
        return sum(self.patterns.values())

    @property
    def recaptured(self) -> int:
        """Persons in at least two lists."""
        return sum(count for pattern, count in self.patterns.items() if sum(pattern) > 1)

    def size(self, at: int) -> int:
        """Persons in the list at this place."""
        return sum(count for pattern, count in self.patterns.items() if pattern[at])

    def overlaps(self) -> dict[tuple[int, int], int]:
        """Persons in both lists, for each pair of places."""
        return {
            (one, other): sum(
                count for pattern, count in self.patterns.items() if pattern[one] and pattern[other]
            )
            for one, other in combinations(range(len(self.lists)), 2)
        }
