# ruff: noqa: S608 - what is put into SQL here are our own columns, never input
"""Who is said to have done what: acts by perpetrator and violation, each number with its acts.

Upholds: a number counts acts as entered, each once in a cell; one act stands in several cells where
several are said to have taken part, so nothing is added up.  Rows are a unit, official or group; an
office or rank; a kind of perpetrator; or a role.  Refuses: rows of victims, and of motives.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from asylia.record.contents import Official, Organisation
from asylia.record.views.filters import (
    Conditions,
    Filter,
    joined,
    narrowed,
    recorded,
    told,
    within,
)
from asylia.record.views.hierarchy import placed
from asylia.record.views.shelf import Known
from asylia.vault.projection import Connection

By = Literal["who", "office", "kind", "role"]
BYS: tuple[By, ...] = ("who", "office", "kind", "role")
MOST_ROWS = 60


@dataclass(frozen=True)
class Line:
    """A row: its key (an id, an office, a term), how deep it stands under another, its cells."""

    key: str
    depth: int
    cells: dict[str, int]
    acts: int


@dataclass(frozen=True)
class Matrix:
    """Rows by number of acts, units under what they are part of; ``left_out``: rows not shown."""

    by: By
    violations: tuple[str, ...]
    lines: tuple[Line, ...]
    left_out: int


def matrix(connection: Connection, known: Known, chosen: Filter, by: By = "who") -> Matrix:
    """The matrix of what a filter leaves."""
    where, values = joined(
        recorded(chosen, "i"),
        narrowed(chosen, "i", ("event", "term", "who", "role")),
        ([], []) if not chosen.whose_kind else (["i.kind = ?"], [chosen.whose_kind]),
        within(chosen, "i.first", "i.last"),
        told(chosen, "i.act", "i.entered_on"),
        _at(connection, chosen),
    )
    if by == "office":
        cells, acts = _by_office(connection, known, where, values)
    else:
        what = f"FROM views_involved i INDEXED BY views_involved_cell {where}"
        cells = {
            (key, term): count
            for key, term, count in connection.execute(
                f"SELECT i.{by}, i.term, count(DISTINCT i.act) {what} GROUP BY i.{by}, i.term",
                values,
            )
        }
        acts = dict(
            connection.execute(f"SELECT i.{by}, count(DISTINCT i.act) {what} GROUP BY 1", values)
        )
    return _arranged(known, by, cells, acts)


def _at(connection: Connection, chosen: Filter) -> Conditions:
    """Acts at the chosen place, or in what lies in it."""
    where, places = placed(connection, chosen, "m.place")
    if not where:
        return [], []
    acts = (
        "SELECT m.id FROM views_moment m INDEXED BY views_moment_place "
        f"WHERE m.kind = 'act' AND {where[0]}"
    )
    return [f"i.act IN ({acts})"], places


def _by_office(
    connection: Connection, known: Known, where: str, values: list[object]
) -> tuple[dict[tuple[str, str], int], dict[str, int]]:
    cells: dict[tuple[str, str], set[str]] = {}
    acts: dict[str, set[str]] = {}
    for who, term, act in connection.execute(
        f"SELECT i.who, i.term, i.act FROM views_involved i INDEXED BY views_involved_cell {where}",
        values,
    ):
        found = known.find(who) if who else None
        office = found.office if isinstance(found, Official) else ""
        cells.setdefault((office, term), set()).add(act)
        acts.setdefault(office, set()).add(act)
    return {key: len(of) for key, of in cells.items()}, {key: len(of) for key, of in acts.items()}


def _arranged(
    known: Known, by: By, cells: dict[tuple[str, str], int], acts: dict[str, int]
) -> Matrix:
    most = sorted(acts, key=lambda key: (-acts[key], key))
    shown = most[:MOST_ROWS]
    violations = sorted(
        {term for key, term in cells if key in shown},
        key=lambda term: (-sum(cells.get((key, term), 0) for key in shown), term),
    )
    order = _under(known, shown) if by == "who" else [(key, 0) for key in shown]
    lines = tuple(
        Line(key, depth, {t: cells[key, t] for t in violations if (key, t) in cells}, acts[key])
        for key, depth in order
    )
    return Matrix(by, tuple(violations), lines, len(most) - len(shown))


def _under(known: Known, keys: list[str]) -> list[tuple[str, int]]:
    """Each unit behind the one that it is part of; a ring of units ends."""
    parents = {}
    for key in keys:
        found = known.find(key) if key else None
        part_of = found.part_of if isinstance(found, Organisation) else ""
        parents[key] = part_of if part_of in keys and part_of != key else ""
    out: list[tuple[str, int]] = []

    def place(ones: Iterable[str], depth: int) -> None:
        for one in ones:
            if one not in (key for key, _ in out):
                out.append((one, depth))
                place([key for key in keys if parents[key] == one], depth + 1)

    place([key for key in keys if not parents[key]], 0)
    place(keys, 0)
    return out
