# ruff: noqa: S608 - what is put into SQL here are our own columns, never input
"""Claims by page: all of them, or what a search and a filter leave.

Upholds: a page costs the same whether a thousand claims match or a hundred thousand: what is found
is counted up to ``MOST``, and put in order of fitness only if it is fewer; else the last said or
the last entered comes first, and the page says so.  Refuses nothing: a page behind the last is
empty.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from asylia.record.views.asked import question
from asylia.record.views.filters import Conditions, Filter, joined, narrowed, recorded, within
from asylia.record.views.hierarchy import placed
from asylia.vault.projection import Connection

PAGE = 25
MOST = 2_000
_COLUMNS = (
    "event", "source", "subject", "property", "polarity", "certainty", "perpetrator", "lineage",
)  # fmt: skip
_FEW = ("subject", "source", "place", "lineage")  # each with an index of its own
_FOUND = (
    "FROM views_search s CROSS JOIN views_text t ON t.rowid = s.rowid "
    "CROSS JOIN views_claim c ON c.id = t.about"
)
Order = Literal["said", "fitting", "entered"]


@dataclass(frozen=True)
class Listed:
    """One page: ids in order, how many there are (``MOST`` or more: ``is_more``), and the order."""

    ids: tuple[str, ...]
    total: int
    is_more: bool
    order: Order
    number: int

    @property
    def pages(self) -> int:
        """How many pages can be asked for."""
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True)
class Named:
    """Something whose name was found."""

    kind: str
    id: str


def page(connection: Connection, chosen: Filter, number: int = 1) -> Listed:
    """One page of claims, the newest said first, or what was searched."""
    if chosen.text:
        return _searched(connection, chosen, number)
    return _said(connection, chosen, number)


def names(connection: Connection, chosen: Filter, most: int = 8) -> tuple[Named, ...]:
    """Places, sites, organisations and other things whose names fit what was asked."""
    asked = f"what : name AND ({question(chosen.text)})"
    where, values = joined((["views_search MATCH ?"], [asked]), recorded(chosen, "t"))
    rows = connection.execute(
        "SELECT t.kind, t.about FROM views_search s CROSS JOIN views_text t ON t.rowid = s.rowid "
        f"{where} LIMIT ?",
        (*values, most),
    ).fetchall()
    return tuple(Named(*row) for row in dict.fromkeys(rows))


def _searched(connection: Connection, chosen: Filter, number: int) -> Listed:
    """By the index where few fit, by the filter where many do: neither goes through everything."""
    asked = question(chosen.text)
    few = _count(connection, "FROM views_search s WHERE views_search MATCH ?", [asked], MOST)
    if few < MOST:
        return _by_fitness(connection, chosen, asked, number)
    if chosen == Filter(text=chosen.text):
        return _last_entered(connection, chosen, asked, number)
    return _said(connection, chosen, number, asked)


def _by_fitness(connection: Connection, chosen: Filter, asked: str, number: int) -> Listed:
    where, values = joined(_texts(chosen, asked), *_conditions(connection, chosen))
    rows = connection.execute(f"SELECT c.id {_FOUND} {where} ORDER BY s.rank", values).fetchall()
    ids = _once(rows)
    return Listed(ids[_skip(number) :][:PAGE], len(ids), False, "fitting", number)


def _last_entered(connection: Connection, chosen: Filter, asked: str, number: int) -> Listed:
    where, values = joined(_texts(chosen, asked), *_conditions(connection, chosen))
    rows = connection.execute(
        f"SELECT c.id {_FOUND} {where} ORDER BY s.rowid DESC LIMIT ? OFFSET ?",
        (*values, PAGE, _skip(number)),
    ).fetchall()
    return Listed(_once(rows), MOST, True, "entered", number)


def _texts(chosen: Filter, asked: str) -> Conditions:
    """Texts of claims that fit, as far as they were entered by then."""
    by_then, days = recorded(chosen, "t")
    return ["views_search MATCH ?", "t.kind = 'claim'", *by_then], [asked, *days]


def _said(connection: Connection, chosen: Filter, number: int, asked: str = "") -> Listed:
    """Along the days, or among the few that have what was chosen; with these words, if any."""
    by = next((name for name in _FEW if getattr(chosen, name)), "known")
    what = f"FROM views_claim c INDEXED BY views_claim_{by}"
    texts: Conditions = [], []
    if asked:
        what = f"{what} CROSS JOIN views_text t ON t.about = c.id"
        by_then, days = recorded(chosen, "t")
        found = "+t.rowid IN (SELECT rowid FROM views_search WHERE views_search MATCH ?)"
        texts = [found, *by_then], [asked, *days]
    where, values = joined(*_conditions(connection, chosen), texts)
    total = _count(connection, f"{what} {where}", values, MOST)
    rows = connection.execute(
        f"SELECT c.id {what} {where} ORDER BY c.known DESC, c.id DESC LIMIT ? OFFSET ?",
        (*values, PAGE, _skip(number)),
    ).fetchall()
    return Listed(_once(rows), total, total == MOST, "said", number)


def _once(rows: Iterable[tuple[str]]) -> tuple[str, ...]:
    """A claim may be found by its words and by a translation of them: it is shown once."""
    return tuple(dict.fromkeys(one for (one,) in rows))


def _skip(number: int) -> int:
    return PAGE * (number - 1)


def _conditions(connection: Connection, chosen: Filter) -> tuple[Conditions, ...]:
    said: Conditions = ([], []) if chosen.as_of is None else (["c.known <= ?"], [chosen.as_of])
    return (
        narrowed(chosen, "c", _COLUMNS),
        placed(connection, chosen, "c.place"),
        recorded(chosen, "c"),
        said,
        within(chosen, "c.facts_first", "c.facts_last"),
    )


def _count(connection: Connection, what: str, values: list[object], most: int) -> int:
    found: int = connection.execute(
        f"SELECT count(*) FROM (SELECT 1 {what} LIMIT ?)", (*values, most)
    ).fetchone()[0]
    return found
