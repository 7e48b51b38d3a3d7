"""The record that grows is the record that is read whole."""

import sqlite3
from collections.abc import Iterator

import pytest

from asylia import wire
from asylia.record import contents as c
from asylia.record.growing import Growing
from asylia.record.projection import RecordProjection
from asylia.record.reading import Record

LATE, EARLY = b"b" * 32, b"a" * 32


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    found = sqlite3.connect(":memory:", isolation_level=None)
    found.executescript(RecordProjection.schema)
    yield found
    found.close()


def put(connection: sqlite3.Connection, own: str, day: int, author: bytes, sequence: int) -> None:
    event = c.Event(id=own, name=f"An invented purge {own}", kind="purge")
    connection.execute(
        "INSERT INTO record_content VALUES (?, ?, 'one', ?, ?, ?, ?, ?)",
        (day, author, sequence, b"r" * 16, c.Event.LABEL, own, wire.encode(event)),
    )


def decoded(connection: sqlite3.Connection, growing: Growing) -> tuple[Record, int]:
    """The record, and how many contents were read for it."""
    read: list[str] = []
    connection.set_trace_callback(read.append)
    found = growing.read(connection)
    connection.set_trace_callback(None)
    assert found == Record.from_database(connection)
    return found, sum("content FROM" in one and "WHERE" in one for one in read)


def test_one_more_is_read_and_stands_in_its_order(connection: sqlite3.Connection) -> None:
    growing = Growing()
    assert decoded(connection, growing)[0].entered == ()
    for n in range(1_100):
        put(connection, f"e{n:04}", 10, LATE, n)
    assert len(decoded(connection, growing)[0].entered) == 1_100
    put(connection, "between", 10, EARLY, 1)
    put(connection, "e0003", 11, EARLY, 2)  # of one id the first stands
    found, read = decoded(connection, growing)
    assert [found.entered[0].content.id, len(found.entered), read] == ["between", 1_101, 2]


def test_what_is_gone_is_not_held_and_another_in_its_place_is_read(
    connection: sqlite3.Connection,
) -> None:
    growing = Growing()
    put(connection, "e1", 10, LATE, 1)
    put(connection, "e2", 10, LATE, 2)
    assert decoded(connection, growing)[1] == 2
    connection.execute("DELETE FROM record_content WHERE id = 'e1'")
    found, read = decoded(connection, growing)
    assert [[one.content.id for one in found.entered], read] == [["e2"], 0]
    put(connection, "e3", 10, LATE, 1)
    found, read = decoded(connection, growing)
    assert [[one.content.id for one in found.entered], read] == [["e3", "e2"], 1]
