# ruff: noqa: S608 - what is put into SQL here are our own columns, never input
"""Acts, statements, responses and events along the days on which they may have been.

Upholds: what is uncertain keeps both its ends; what has no date comes last and in no window of
days.  Counts are of what was entered, never of victims.  Refuses nothing.
"""

from dataclasses import dataclass

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
from asylia.record.views.projection import NEVER
from asylia.vault.projection import Connection

PAGE = 50
MOST = 10_000
COLUMNS_OF_TIME = 60
KINDS = ("act", "statement", "response", "event")
_COLUMNS = ("event", "kind", "term")
_INVOLVED = {"who": "who", "whose_kind": "kind", "role": "role"}
_MONTH = 30.4375


@dataclass(frozen=True)
class Moment:
    """One thing with a time; None: open at that end; ``dated``: whether it has any date."""

    kind: str
    id: str
    first: int | None
    last: int | None
    dated: bool


@dataclass(frozen=True)
class Moments:
    """One page in order of the first possible day; ``total`` up to ``MOST`` (then ``is_more``)."""

    rows: tuple[Moment, ...]
    total: int
    is_more: bool
    number: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True)
class Overview:
    """How many begin in each stretch of ``width`` days from ``start``; without what has no day."""

    start: int
    width: float
    counts: tuple[int, ...]


def page(connection: Connection, chosen: Filter, number: int = 1) -> Moments:
    """One page of what is left by the filter."""
    where, values = joined(*conditions(connection, chosen))
    what = f"FROM views_moment m INDEXED BY views_moment_first {where}"
    total = connection.execute(
        f"SELECT count(*) FROM (SELECT 1 {what} LIMIT ?)", (*values, MOST)
    ).fetchone()[0]
    rows = connection.execute(
        f"SELECT m.kind, m.id, m.first, m.last {what} ORDER BY m.first, m.last, m.id "
        "LIMIT ? OFFSET ?",
        (*values, PAGE, PAGE * (number - 1)),
    ).fetchall()
    return Moments(tuple(_moment(*row) for row in rows), total, total == MOST, number)


def overview(connection: Connection, chosen: Filter) -> Overview | None:
    """The whole of it in at most ``COLUMNS_OF_TIME`` stretches; None where nothing has a day."""
    where, values = joined(
        *conditions(connection, chosen), (["m.first BETWEEN ? AND ?"], [-NEVER + 1, NEVER - 1])
    )
    what = f"FROM views_moment m INDEXED BY views_moment_first {where}"
    start, end = connection.execute(f"SELECT min(m.first), max(m.first) {what}", values).fetchone()
    if start is None:
        return None
    width = max(_MONTH, (end - start + 1) / COLUMNS_OF_TIME)
    counts = [0] * (int((end - start) / width) + 1)
    rows = connection.execute(
        f"SELECT CAST((m.first - ?) / ? AS INTEGER), count(*) {what} GROUP BY 1",
        (start, width, *values),
    )
    for at, count in rows:
        counts[at] = count
    return Overview(start, width, tuple(counts))


def conditions(connection: Connection, chosen: Filter) -> tuple[Conditions, ...]:
    """What a filter asks of the table ``views_moment m``."""
    held = [(column, getattr(chosen, name)) for name, column in _INVOLVED.items()]
    held = [(column, value) for column, value in held if value]
    involved: Conditions = [], []
    if held:
        each = " AND ".join(f"i.{column} = ?" for column, _ in held)
        involved = (
            [f"EXISTS (SELECT 1 FROM views_involved i WHERE i.act = m.id AND {each})"],
            [value for _, value in held],
        )
    return (
        recorded(chosen, "m"),
        narrowed(chosen, "m", _COLUMNS),
        placed(connection, chosen, "m.place"),
        within(chosen, "m.first", "m.last"),
        involved,
        _said_by(chosen),
    )


def _said_by(chosen: Filter) -> Conditions:
    """As of a day: an act had been told of; a statement or response had been made; an event was."""
    if chosen.as_of is None:
        return [], []
    (act,), values = told(chosen, "m.id", "m.entered_on")
    said = (
        "EXISTS (SELECT 1 FROM views_claim c INDEXED BY views_claim_subject "
        "WHERE c.subject = m.id AND c.known <= ?)"
    )
    rest = f"(m.kind <> 'act' AND (m.first <= ? OR {said}))"
    return [f"((m.kind = 'act' AND {act}) OR {rest})"], [*values, chosen.as_of, chosen.as_of]


def _moment(kind: str, own: str, first: int, last: int) -> Moment:
    return Moment(
        kind=kind,
        id=own,
        first=None if abs(first) == NEVER else first,
        last=None if abs(last) == NEVER else last,
        dated=first <= last,
    )
