"""The record that grows is the record that is read whole."""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


def test_what_was_taken_back_with_its_transaction_was_never_there(
    connection: sqlite3.Connection,
) -> None:
    growing = Growing()
    put(connection, "e1", 10, LATE, 1)
    assert len(decoded(connection, growing)[0].entered) == 1
    connection.execute("BEGIN")
    put(connection, "e2", 10, LATE, 2)
    assert len(decoded(connection, growing)[0].entered) == 2
    connection.execute("ROLLBACK")
    assert len(decoded(connection, growing)[0].entered) == 1
    put(connection, "e3", 10, LATE, 2)
    assert [one.content.id for one in decoded(connection, growing)[0].entered] == ["e1", "e3"]


def test_tables_that_were_grown_anew_are_read_anew(connection: sqlite3.Connection) -> None:
    growing = Growing()
    put(connection, "e1", 10, LATE, 1)
    first = decoded(connection, growing)[0]
    assert decoded(connection, growing)[0] is first  # nothing came: nothing is made
    connection.execute("DROP TABLE record_content")
    connection.execute("DROP TABLE record_unreadable")
    connection.executescript(RecordProjection.schema)
    put(connection, "e2", 10, LATE, 1)
    assert [one.content.id for one in decoded(connection, growing)[0].entered] == ["e2"]
    put(connection, "e3", 9, LATE, 2)
    assert decoded(connection, growing)[1] == 1


STEP = st.tuples(
    st.sampled_from(["put", "put", "put", "drop", "empty", "begin", "commit", "rollback", "read"]),
    st.integers(0, 3),
    st.integers(0, 5),
    st.sampled_from([LATE, EARLY]),
)


@settings(max_examples=60)
@given(steps=st.lists(STEP, max_size=25))
def test_whatever_is_done_to_the_tables_what_grows_is_what_is_read_whole(
    steps: list[tuple[str, int, int, bytes]],
) -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(RecordProjection.schema)
    growing = Growing()
    for do, day, n, author in [*steps, ("read", 0, 0, LATE)]:
        if do == "put":
            with suppress(sqlite3.IntegrityError):  # something lies there
                put(connection, f"e{n}", day, author, n)
        elif do == "drop":
            connection.execute("DELETE FROM record_content WHERE id = ?", (f"e{n}",))
        elif do == "empty":
            connection.execute("DELETE FROM record_content")
        elif do == "begin" and not connection.in_transaction:
            connection.execute("BEGIN")
        elif do in ("commit", "rollback") and connection.in_transaction:
            connection.execute(do)
        elif do == "read":
            assert growing.read(connection) == Record.from_database(connection)
    connection.close()
