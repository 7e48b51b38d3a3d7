"""Documented persons in a table: by act, place, month, unit or grade, each number with its persons.

Upholds: each number is the fewest persons that its own rows can be; a table says whether its
numbers may be added, and if not, why; persons of whom the rows don't say it have a number of their
own.  Refuses to give a minimum where judgements make it too hard to say, and says so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from asylia.counts.codes import code
from asylia.counts.persons import Group, Persons
from asylia.counts.words import N_, Said, said
from asylia.errors import RefusedError
from asylia.languages import SOURCE


class Row(Protocol):
    """One claim of one pseudonym."""

    @property
    def claim(self) -> str: ...  # noqa: D102
    @property
    def victim(self) -> str: ...  # noqa: D102


R = TypeVar("R", bound=Row)
_TOO_HARD = N_(
    "too many judgements that persons are distinct stand against ones that they may be the same, "
    "so nobody can say how few they are"
)


@dataclass(frozen=True)
class Cluster:
    """One person, and the claims: groups of keys that were judged to be one, which may be one."""

    groups: tuple[tuple[str, ...], ...]
    claims: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Every pseudonym taken to be this person."""
        return tuple(sorted(key for group in self.groups for key in group))


@dataclass(frozen=True)
class Number:
    """At least ``minimum`` persons (None: can't be said, ``refused`` tells why), at most ``most``.

    ``persons``: the minimum's; where there is none, those of ``most``.
    """

    minimum: int | None
    most: int
    persons: tuple[Cluster, ...]
    refused: Said | None = None


@dataclass(frozen=True)
class Line:
    """One value of what the table goes by."""

    key: str
    number: Number


@dataclass(frozen=True)
class By(Generic[R]):
    """What a table goes by: its name, and the values that a row stands under.

    ``within``: values lie within each other (a town in its district, grade 1 in "2 or better").
    """

    name: str
    of: Callable[[R], Iterable[str]]
    within: bool = False
    in_order: bool = False  # of their keys; otherwise the largest number first


@dataclass(frozen=True)
class Table:
    """The numbers; ``untold``: persons whose rows say no value; ``why_not``: why no sum is one."""

    by: str
    lines: tuple[Line, ...]
    untold: Number | None
    why_not: tuple[Said, ...]

    @property
    def adds_up(self) -> bool:
        """Whether the numbers may be added, ``untold`` with them."""
        return not self.why_not


def number(rows: Sequence[R], persons: Persons) -> Number:
    """How many persons these rows are."""
    claims: dict[str, list[str]] = {}
    for row in rows:
        claims.setdefault(row.victim, []).append(row.claim)
    clusters = persons.clusters(claims)
    try:
        fewest = persons.fewest(claims)
    except RefusedError:
        return Number(None, len(clusters), _opened(clusters, claims, persons), said(_TOO_HARD))
    return Number(len(fewest), len(clusters), _opened(fewest, claims, persons))


def tabulate(rows: Iterable[R], persons: Persons, by: By[R]) -> Table:
    """The rows by what ``by`` names."""
    under: dict[str, list[R]] = {}
    values: dict[Group, set[str]] = {}
    whole = list(rows)
    for row in whole:
        told = values.setdefault(persons.cluster(row.victim), set())
        for key in dict.fromkeys(by.of(row)):
            under.setdefault(key, []).append(row)
            told.add(key)
    silent = [row for row in whole if not values[persons.cluster(row.victim)]]
    lines = [Line(key, number(under[key], persons)) for key in sorted(under)]
    if not by.in_order:
        lines.sort(key=lambda line: -line.number.most)
    elif by.within:  # a step that takes nobody and no claim in is none
        steps = zip([None, *lines], lines, strict=False)
        lines = [line for before, line in steps if before is None or line.number != before.number]
    return Table(
        by=by.name,
        lines=tuple(lines),
        untold=number(silent, persons) if silent else None,
        why_not=tuple(_why_not(by, lines, values, persons)),
    )


def plain(counted: Number, language: str = SOURCE) -> dict[str, Any]:
    """A number as ``asylia documented --json`` prints it."""
    return {
        "minimum": counted.minimum,
        "most": counted.most,
        "refused": counted.refused.within(language) if counted.refused else None,
        "code": code(counted.refused),
        "persons": [
            {"records": [list(group) for group in one.groups], "claims": list(one.claims)}
            for one in counted.persons
        ],
    }


def plain_table(table: Table, language: str = SOURCE) -> dict[str, Any]:
    """A table as ``asylia documented --json`` prints it."""
    return {
        "lines": [{"key": line.key, **plain(line.number, language)} for line in table.lines],
        "untold": plain(table.untold, language) if table.untold else None,
        "adds_up": table.adds_up,
        "why_not": [one.within(language) for one in table.why_not],
        "why_not_codes": [code(one) for one in table.why_not],
    }


def _opened(
    groups: Iterable[Group], claims: Mapping[str, Sequence[str]], persons: Persons
) -> tuple[Cluster, ...]:
    found = []
    for group in groups:
        own = sorted(key for key in group if key in claims)
        found.append(
            Cluster(
                groups=tuple(tuple(sorted(one & set(own))) for one in persons.clusters(own)),
                claims=tuple(dict.fromkeys(claim for key in own for claim in claims[key])),
            )
        )
    return tuple(found)


def _why_not(
    by: By[R], lines: Sequence[Line], values: Mapping[Group, set[str]], persons: Persons
) -> Iterable[Said]:
    if by.within and len(lines) > 1:
        yield said(N_("some of these numbers lie within others"))
    elif several := sum(1 for told in values.values() if len(told) > 1):
        yield said(
            N_("persons who stand in more than one of these numbers: %(count)s"), count=several
        )
    reached: dict[Group | int, set[str]] = {}
    for cluster, told in values.items():
        reached.setdefault(persons.reach(min(cluster)), set()).update(told or {""})
    apart = {
        persons.reach(min(cluster)) for cluster, told in values.items() if len(told or {""}) == 1
    }
    if any(len(told) > 1 for reach, told in reached.items() if reach in apart):
        yield said(N_("persons in different numbers may be one person: nobody knows"))
    if any(line.number.minimum is None for line in lines):
        yield said(N_("one of these numbers can't be said"))
