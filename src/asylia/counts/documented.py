"""What is documented: distinct victims that one can point at, each opening to its claims.

Upholds: "at least" is the number under the most-merging plausible partition, never under the most
cautious one (measured on known truth: a cautious threshold more than doubled the distinct people);
the spread over partitions goes with it.  Refuses: rows without a partition.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from asylia.counts.sameness import Partition


class VictimRow(Protocol):
    """One claim that one pseudonym suffered one kind of act, in one event."""

    @property
    def claim(self) -> str: ...  # noqa: D102
    @property
    def victim(self) -> str: ...  # noqa: D102
    @property
    def act(self) -> str: ...  # noqa: D102
    @property
    def event(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Victim:
    """One person of the partition: the pseudonyms taken to be that person, and the claims."""

    keys: tuple[str, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True)
class Documented:
    """Distinct victims of one kind of act in one event: at least ``minimum``, at most ``most``."""

    event: str
    act: str
    minimum: int
    most: int
    victims: tuple[Victim, ...]


def documented(
    rows: Iterable[VictimRow], partitions: Sequence[Partition]
) -> tuple[Documented, ...]:
    """One number for each event and act, over the plausible partitions; ``ValueError`` if none."""
    if not partitions:
        raise ValueError("at least one partition is needed")
    cells: dict[tuple[str, str], dict[str, list[str]]] = {}
    for row in rows:
        claims = cells.setdefault((row.event, row.act), {}).setdefault(row.victim, [])
        claims.append(row.claim)
    return tuple(_cell(event, act, cells[event, act], partitions) for event, act in sorted(cells))


def _cell(
    event: str, act: str, claims: dict[str, list[str]], partitions: Sequence[Partition]
) -> Documented:
    numbers = [partition.count(claims) for partition in partitions]
    minimum = min(numbers)
    victims = _victims(claims, partitions[numbers.index(minimum)])
    return Documented(event, act, minimum, max(numbers), victims)


def _victims(claims: dict[str, list[str]], partition: Partition) -> tuple[Victim, ...]:
    placed = {key: group for group in partition.groups for key in group}
    groups = dict.fromkeys(placed.get(key, frozenset({key})) for key in sorted(claims))
    return tuple(
        Victim(
            keys=tuple(sorted(key for key in group if key in claims)),
            claims=tuple(
                dict.fromkeys(claim for key in sorted(group) for claim in claims.get(key, ()))
            ),
        )
        for group in groups
    )
