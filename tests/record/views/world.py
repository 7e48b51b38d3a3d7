"""A record's tables in memory, grown from contents."""

import sqlite3
from collections.abc import Sequence

from tests.record.world import ALICE

from asylia import wire
from asylia.ledger.values import OpenEntry
from asylia.record import contents as c
from asylia.record.projection import RecordProjection
from asylia.record.views.projection import ViewsProjection
from asylia.values import Day, DeviceId, RecordId


def entry(
    at: int, content: c.Content, on: int = 20_000, author: DeviceId = ALICE, where: str = "casework"
) -> OpenEntry:
    return OpenEntry(
        position=at + 1,
        author=author,
        record=RecordId(at.to_bytes(16, "big")),
        compartment=where,
        sequence=at,
        entered_on=Day(on),
        content=wire.encode(content),
    )


def grown(entries: Sequence[OpenEntry]) -> sqlite3.Connection:
    """Both projections, the record's first, as the vault runs them."""
    connection = sqlite3.connect(":memory:")
    for kind in (RecordProjection, ViewsProjection):
        connection.executescript(kind.schema)
        for one in entries:
            kind().apply(connection, one)
    return connection


def of(*contents: c.Content) -> sqlite3.Connection:
    return grown([entry(at, one) for at, one in enumerate(contents)])


def rows(connection: sqlite3.Connection) -> list[str]:
    """Every row of every table of ours, without the places where they happen to lie."""
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'views%' "
        "AND name NOT LIKE 'views_search_%'"
    ).fetchall()
    return sorted(
        f"{table}: {row}"
        for (table,) in tables
        for row in connection.execute(f"SELECT * FROM {table}")
    )


def claim(own: str, words: str = "some words", **fields: object) -> c.Claim:
    plain: dict[str, object] = {
        "source": "s1", "tellers": (c.Teller(who="o1"),), "subject": "e1", "property": "killed",
        "event": "e1", "said_on": "2020-01-05",
    }  # fmt: skip
    return c.Claim(id=own, words=words, **(plain | fields))  # type: ignore[arg-type]
