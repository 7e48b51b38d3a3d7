"""What the ledger's store writes in batches, it writes whole."""

import pytest
from tests.ledger.world import memory_store

from asylia.ledger.entry import CONTENT, NOTHING, Header
from asylia.ledger.store import Blob, RecordRow
from asylia.vault.store import SqlStore

MANY = (0, 1, 63, 64, 65, 200)


def line(count: int) -> list[Blob]:
    return [(at, bytes([at]) * 32, NOTHING, "applied", b"blob %d" % at) for at in range(count)]


def header(sequence: int) -> Header:
    return Header(
        author=bytes([sequence % 2]) * 32,
        compartment="casework",
        epoch=b"e" * 32,
        record=b"r" * 16,
        sequence=sequence,
        previous=NOTHING,
        seen=0,
        line=NOTHING,
        day=20_000,
        kind=CONTENT,
    )


@pytest.mark.parametrize("count", MANY)
def test_many_rows_a_statement_and_the_rest_one_by_one(count: int) -> None:
    store = memory_store()
    store.add_line(line(count))
    store.add_applied([(at, header(at)) for at in range(count)])
    assert store.line_end()[0] == count
    rows = store.entries(0, 1000, CONTENT)
    assert [(row.place, row.sequence, row.blob) for row in rows] == [
        (at, at, b"blob %d" % at) for at in range(count)
    ]
    assert [row.author for row in rows] == [bytes([at % 2]) * 32 for at in range(count)]


def test_a_batch_that_is_rolled_back_leaves_nothing() -> None:
    store = memory_store()

    def fail() -> None:
        with store.transaction():
            store.add_line(line(200))
            store.add_applied([(at, header(at)) for at in range(200)])
            raise OSError("power")

    with pytest.raises(OSError, match="power"):
        fail()
    assert store.line_end() == (0, NOTHING)
    store.add_line(line(3))
    store.add_applied([(at, header(at)) for at in range(3)])
    assert [row.author[0] for row in store.entries(0, 10, CONTENT)] == [0, 1, 0]


def test_records_are_found_by_the_hundred() -> None:
    store: SqlStore = memory_store()
    rows = [RecordRow(at.to_bytes(16, "big"), "casework", bytes(32), b"") for at in range(1500)]
    store.put_records(rows[:1400])
    found = store.records_named([row.record for row in rows])
    assert sorted(found) == rows[:1400]
    assert store.records_named([]) == []
