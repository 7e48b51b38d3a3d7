"""What documented persons are told by: violation, place, month, perpetrator unit, grade.

Upholds: a grade's numbers are cumulative ("2 or better"), so that a better grade never counts less.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from asylia.counts.persons import Persons, Sameness
from asylia.counts.tables import By, Number, Row, Table, number, tabulate

LETTERS = "ABCDEF"  # Admiralty: F, and 6, mean "can't be judged"
NUMBERS = "123456"


class Told(Row, Protocol):
    """A row that also says where, when, by whom, and how it was graded; empty where it doesn't."""

    @property
    def act(self) -> str: ...  # noqa: D102
    @property
    def places(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def month(self) -> str: ...  # noqa: D102
    @property
    def units(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def reliability(self) -> str: ...  # noqa: D102
    @property
    def information(self) -> int: ...  # noqa: D102


def _cumulative(scale: str, grade: str) -> tuple[str, ...]:
    """The grade and the worse ones; nothing for "can't be judged" and for what is not graded."""
    judged = scale[:-1]
    return tuple(judged[judged.index(grade) :]) if grade and grade in judged else ()


BY: dict[str, By[Told]] = {
    one.name: one
    for one in (
        By[Told]("violation", lambda row: (row.act,)),
        By[Told]("place", lambda row: row.places, within=True),
        By[Told]("month", lambda row: (row.month,) if row.month else (), in_order=True),
        By[Told]("unit", lambda row: row.units, within=True),
        By[Told](
            "information",
            lambda row: _cumulative(NUMBERS, str(row.information)),
            within=True,
            in_order=True,
        ),
        By[Told](
            "reliability",
            lambda row: _cumulative(LETTERS, row.reliability),
            within=True,
            in_order=True,
        ),
    )
}


@dataclass(frozen=True)
class Counted:
    """All persons, and the tables."""

    whole: Number
    tables: tuple[Table, ...]


def count(rows: Iterable[Told], sameness: Iterable[Sameness]) -> Counted:
    """How many persons these rows are: in all, and by each of ``BY``."""
    told = tuple(rows)
    persons = Persons((row.victim for row in told), sameness)
    tables = tuple(tabulate(told, persons, by) for by in BY.values())
    return Counted(number(told, persons), tables)
