"""Capture histories: in which lists each documented person stands, as a table of patterns.

Upholds: a pattern has one place a list and at least one list; counts are whole and not negative.
Shape: ``patterns[(True, False, True)] = 12``: twelve persons are in the first and third list only.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import lgamma, log

from asylia.counts.sameness import Partition
from asylia.errors import MalformedError

Pattern = tuple[bool, ...]

BY_CHANCE = 1e-4  # of a list within another; docs/decisions/0197


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

    def contained(self) -> dict[int, int]:
        """Lists that lie wholly within another, with that other; of two equal ones the later."""
        within: dict[int, int] = {}
        sizes = [self.size(at) for at in range(len(self.lists))]
        both = self.overlaps()
        for (one, other), shared in sorted(both.items()):
            if sizes[other] and shared == sizes[other] and one not in within:
                within.setdefault(other, one)
            elif sizes[one] and shared == sizes[one] and other not in within:
                within.setdefault(one, other)
        return within

    def copied(self) -> tuple[int, ...]:
        """Contained lists that chance would hardly put there: they were drawn from the other.

        Of all ways in which a list of its size could be taken from those seen, so few lie within
        the other (Fisher's exact test): fewer than ``BY_CHANCE``.
        """
        return tuple(
            sorted(
                at
                for at, other in self.contained().items()
                if _ways(self.size(other), self.size(at)) - _ways(self.observed, self.size(at))
                < log(BY_CHANCE)
            )
        )

    def telling(self) -> "Histories":
        """The same without ``copied`` lists; their persons all stand in others."""
        found = self
        for at in reversed(self.copied()):
            found = found.without(at)
        return found

    def without(self, at: int) -> "Histories":
        """The same without one list: persons in it alone are not seen any more."""
        return self._mapped(
            self.lists[:at] + self.lists[at + 1 :],
            ((one[:at] + one[at + 1 :], count) for one, count in self.patterns.items()),
        )

    def inside(self, at: int) -> "Histories":
        """Persons of one list only, as the others see them; how many there are is known.

        Binette and Steorts 2022, "On the reliability of multiple systems estimation for the
        quantification of modern slavery", JRSS A 185: internal consistency.
        """
        within = {one: count for one, count in self.patterns.items() if one[at]}
        return Histories(self.lists, within).without(at)

    def filled(self) -> "Histories":
        """The same without lists that nobody stands in."""
        at = next((at for at in range(len(self.lists)) if not self.size(at)), None)
        return self if at is None else self.without(at).filled()

    def pooled(self, most: int) -> "Histories":
        """At most so many lists: the two smallest become one, until it is so.

        The union of two lists is a list, so an estimate from it is one of the same population.
        """
        if len(self.lists) <= most:
            return self
        by_size = sorted(range(len(self.lists)), key=lambda at: (self.size(at), at))
        low, high = sorted(by_size[:2])
        name = f"{self.lists[low]} + {self.lists[high]}"
        kept = [at for at in range(len(self.lists)) if at not in (low, high)]
        names = tuple(self.lists[at] for at in kept)
        pooled = (
            ((*(one[at] for at in kept), one[low] or one[high]), count)
            for one, count in self.patterns.items()
        )
        return self._mapped((*names, name), pooled).pooled(most)

    @staticmethod
    def _mapped(lists: tuple[str, ...], patterns: Iterable[tuple[Pattern, int]]) -> "Histories":
        found: Counter[Pattern] = Counter()
        for pattern, count in patterns:
            if any(pattern):
                found[pattern] += count
        return Histories(lists, dict(found))


def _ways(many: int, taken: int) -> float:
    """The logarithm of the number of ways to take so many."""
    return lgamma(many + 1) - lgamma(taken + 1) - lgamma(many - taken + 1)
