"""Running projections over the ledger's entries.

Upholds: one transaction a batch, the position reached inside it; dropping and replaying gives the
same rows.  Refuses: a projection that touches a table that is not its own.
"""

from collections.abc import Iterator, Sequence

import sqlcipher3

from asylia.errors import UsageError
from asylia.ledger.collecting import uncollected
from asylia.ledger.ledger import Ledger
from asylia.ledger.values import OpenEntry
from asylia.vault.projection import Connection, Projection
from asylia.vault.store import SqlStore

BATCH, _LARGE = 2048, 4 << 20  # entries a transaction, and bytes of content
_KINDS = ("trigger", "view", "index", "table")  # the order in which they can be dropped


def project(store: SqlStore, projections: Sequence[Projection], ledger: Ledger) -> int:
    """Bring each projection up to the newest entry; how many entries were applied to any."""
    for projection in projections:
        _prepare(store, projection)
    return sum(_run(store, projection, ledger) for projection in projections)


def drop(store: SqlStore, projections: Sequence[Projection]) -> None:
    """Drop all tables of these projections."""
    with store.transaction():
        for projection in projections:
            _drop(store.connection, projection.name)


def dump(connection: Connection, projections: Sequence[Projection]) -> str:
    """All rows of their tables as text, sorted, so that two dumps can be compared."""
    lines = []
    for projection in projections:
        for table in _tables(connection, projection.name):
            rows = connection.execute(f"SELECT * FROM {_quoted(table)}")  # noqa: S608  quoted
            lines += [f"{table}: {_shown(row)}" for row in rows]
    return "".join(f"{line}\n" for line in sorted(lines))


def _prepare(store: SqlStore, projection: Projection) -> None:
    connection = store.connection
    with store.transaction():
        row = connection.execute(
            "SELECT schema FROM projection WHERE name = ?", (projection.name,)
        ).fetchone()
        if row is not None and row[0] == projection.schema:
            return
        _drop(connection, projection.name)
        objects = _objects(projection.schema)
        taken = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if taken & {name for name, _, _ in objects}:
            raise UsageError(f"the projection {projection.name} names a table of another part")
        for statement in _statements(projection.schema):
            connection.execute(statement)
        for table in _searches(connection, {name for name, _, _ in objects}):
            _delete_securely(connection, table)
        connection.executemany(
            "INSERT INTO projection_object VALUES (?, ?, ?, ?)",
            [(projection.name, *found) for found in objects],
        )
        connection.execute(
            "INSERT INTO projection VALUES (?, ?, 0)", (projection.name, projection.schema)
        )


def _run(store: SqlStore, projection: Projection, ledger: Ledger) -> int:
    connection, count = store.connection, 0
    (position,) = connection.execute(
        "SELECT position FROM projection WHERE name = ?", (projection.name,)
    ).fetchone()
    for batch in _batches(ledger.entries(after=position)):
        with uncollected(), store.transaction():
            for entry in batch:
                projection.apply(connection, entry)
            connection.execute(
                "UPDATE projection SET position = ? WHERE name = ?",
                (batch[-1].position, projection.name),
            )
        count += len(batch)
    return count


def _batches(entries: Iterator[OpenEntry]) -> Iterator[list[OpenEntry]]:
    """Few transactions, none of which holds much in memory."""
    batch = _batch(entries)
    while batch:
        yield batch
        batch = _batch(entries)


def _batch(entries: Iterator[OpenEntry]) -> list[OpenEntry]:
    batch: list[OpenEntry] = []
    size = 0
    with uncollected():
        for entry in entries:
            batch.append(entry)
            size += len(entry.content)
            if len(batch) == BATCH or size >= _LARGE:
                break
    return batch


def _drop(connection: Connection, name: str) -> None:
    found = connection.execute(
        "SELECT kind, name FROM projection_object WHERE projection = ? AND shadow = 0", (name,)
    ).fetchall()
    for kind, target in sorted(found, key=lambda one: _KINDS.index(one[0])):
        connection.execute(f"DROP {kind.upper()} IF EXISTS {_quoted(target)}")
    connection.execute("DELETE FROM projection_object WHERE projection = ?", (name,))
    connection.execute("DELETE FROM projection WHERE name = ?", (name,))


def _objects(schema: str) -> list[tuple[str, str, int]]:
    """What a schema makes, found by making it in an empty database: name, kind, shadow."""
    empty = sqlcipher3.connect(":memory:", isolation_level=None)
    try:
        empty.executescript(schema)
        rows = empty.execute(
            "SELECT m.name, m.type, coalesce(t.type = 'shadow', 0) FROM sqlite_master m "
            "LEFT JOIN pragma_table_list t ON t.name = m.name AND t.schema = 'main' "
            "WHERE m.name NOT LIKE 'sqlite_%'"
        ).fetchall()
    finally:
        empty.close()
    return [(name, kind, shadow) for name, kind, shadow in rows]


def _statements(schema: str) -> Iterator[str]:
    """One statement at a time: ``executescript`` would end the transaction."""
    statement = ""
    for line in schema.splitlines(keepends=True):
        statement += line
        if sqlcipher3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement


def _searches(connection: Connection, names: set[str]) -> list[str]:
    """The FTS5 tables among these."""
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%USING fts5%'"
    ).fetchall()
    return sorted({name for (name,) in rows} & names)


def _delete_securely(connection: Connection, search: str) -> None:
    """Without it, deleted words stay in FTS5's own index: sqlite.org/fts5.html, section 6.13."""
    table = _quoted(search)
    sql = f"INSERT INTO {table} ({table}, rank) VALUES ('secure-delete', 1)"  # noqa: S608  quoted
    connection.execute(sql)


def _tables(connection: Connection, name: str) -> list[str]:
    rows = connection.execute(
        "SELECT name FROM projection_object WHERE projection = ? AND kind = 'table' "
        "AND shadow = 0 ORDER BY name",
        (name,),
    )
    return [table for (table,) in rows]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _shown(row: tuple[object, ...]) -> str:
    return " | ".join(value.hex() if isinstance(value, bytes) else repr(value) for value in row)
