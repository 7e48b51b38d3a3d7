"""The record's tables: grown from entries, the same on every device, hostile entries set apart."""

import sqlite3

import pytest

from asylia import wire
from asylia.ledger.values import OpenEntry
from asylia.record import contents as c
from asylia.record.projection import RecordProjection
from asylia.record.reading import Entered, Record
from asylia.values import Day, DeviceId, RecordId

from .samples import SAMPLES
from .world import ALICE, BORIS


def entry(
    at: int, content: bytes, author: DeviceId = ALICE, on: int = 20_000, where: str = "casework"
) -> OpenEntry:
    return OpenEntry(
        position=at + 1,
        author=author,
        record=RecordId(at.to_bytes(16, "big")),
        compartment=where,
        sequence=at,
        entered_on=Day(on),
        content=content,
    )


def grown(entries: list[OpenEntry]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.executescript(RecordProjection.schema)
    for one in entries:
        RecordProjection().apply(connection, one)
    return connection


@pytest.fixture
def entries() -> list[OpenEntry]:
    return [entry(at, wire.encode(one)) for at, one in enumerate(SAMPLES)]


def test_contents_come_back_as_they_were_entered(entries: list[OpenEntry]) -> None:
    record = Record.from_database(grown(entries))
    assert record == Record.of(
        Entered(one, Day(20_000), ALICE, RecordId(at.to_bytes(16, "big")))
        for at, one in enumerate(SAMPLES)
    )


def test_the_order_of_arrival_makes_no_difference(entries: list[OpenEntry]) -> None:
    late = entry(0, wire.encode(c.Person(id="p9", pseudonym="Finch")), BORIS, on=19_999)
    one, other = grown([*entries, late]), grown([late, *reversed(entries)])
    assert list(one.iterdump()) == list(other.iterdump())
    assert Record.from_database(one).entered[0].content.id == "p9"


def test_an_entry_that_comes_twice_is_there_once(entries: list[OpenEntry]) -> None:
    assert Record.from_database(grown(entries * 2)) == Record.from_database(grown(entries))


def test_contents_of_other_parts_are_skipped() -> None:
    record = Record.from_database(grown([entry(0, b'asylia/thread/1\n{"id":"t"}'), entry(1, b"")]))
    assert record.entered == ()


def test_what_a_members_device_garbled_is_set_apart_not_fatal() -> None:
    connection = grown([entry(0, b"asylia/claim/1\n{}"), entry(1, b"asylia/person/1\n\xff")])
    assert Record.from_database(connection).entered == ()
    rows = connection.execute("SELECT sequence, label FROM record_unreadable ORDER BY 1").fetchall()
    assert rows == [(0, "asylia/claim/1"), (1, "asylia/person/1")]


def test_nothing_of_the_record_comes_from_the_compartment_of_identities(
    entries: list[OpenEntry],
) -> None:
    named = wire.encode(c.Person(id="p9", pseudonym="Musa Surname"))
    hidden = entry(90, named, BORIS, where="identity")
    connection = grown([*entries, hidden])
    assert Record.from_database(connection) == Record.from_database(grown(entries))
    assert "Surname" not in "".join(connection.iterdump())
    apart = connection.execute("SELECT author, compartment FROM record_unreadable").fetchall()
    assert apart == [(BORIS, "identity")], "the desk can say whose device wrote it there"
    beside = Record.from_database(grown([*entries, entry(90, named, BORIS)]))
    assert beside.find("p9") is not None, "elsewhere it is read"
