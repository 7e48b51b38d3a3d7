# ruff: noqa: S608 - what is put into SQL here are our own columns, never input
"""A place and everything that lies in it: how lists are narrowed by a district.

Upholds: a district finds its settlements, and what lies in those, as the record had it by the day
asked for; a ring of places ends.  Refuses nothing: a place of which nothing is known is itself.
"""

from asylia.record.views.filters import Conditions, Filter, joined, recorded
from asylia.vault.projection import Connection

MOST_AROUND = 300  # places to choose from that hold others


def inside(connection: Connection, chosen: Filter) -> tuple[str, ...]:
    """The chosen place and all that lies in it; empty where none was chosen."""
    if not chosen.place or chosen.only_there:
        return (chosen.place,) if chosen.place else ()
    where, days = joined((["p.within = found.id"], []), recorded(chosen, "p"))
    rows = connection.execute(
        "WITH RECURSIVE found (id) AS (SELECT ? UNION SELECT p.id FROM found CROSS JOIN "
        f"views_place p INDEXED BY views_place_within {where}) SELECT id FROM found",
        (chosen.place, *days),
    )
    return tuple(one for (one,) in rows)


def placed(connection: Connection, chosen: Filter, column: str) -> Conditions:
    """Holds a column to the chosen place, or to it and all that lies in it."""
    found = inside(connection, chosen)
    if not found:
        return [], []
    if len(found) == 1:
        return [f"{column} = ?"], [*found]
    return [f"{column} IN ({', '.join('?' * len(found))})"], [*found]


def holding(connection: Connection) -> tuple[str, ...]:
    """Places in which others lie."""
    rows = connection.execute(
        "SELECT DISTINCT within FROM views_place WHERE within <> '' LIMIT ?", (MOST_AROUND,)
    )
    return tuple(one for (one,) in rows)
