"""The negative control: with one check switched off, the attack that it stops gets through."""

import pytest
from tests.ledger.world import World, forge

from asylia.crypto.signing import SigningKey
from asylia.ledger import boxes
from asylia.ledger.entries import EntryDoor
from asylia.ledger.entry import Head
from asylia.ledger.outcome import Outcome
from asylia.ledger.state import State
from asylia.values import RecordId


def attack(world: World, name: str, record: RecordId) -> bytes:
    one = world.devices[0]
    row = one.store.record(record)
    assert row is not None
    return {
        "signature": lambda: forge(one, record, signer=SigningKey(bytes(32), "ed25519")),
        "membership": lambda: forge(one, record, author=bytes(32), sequence=0, previous=bytes(32)),
        "chain": lambda: forge(one, record, previous=bytes(32)),
        "missing one": lambda: forge(one, record, sequence=9),
        "heads": lambda: forge(one, record, heads=(Head(bytes(32), 0, bytes(32)),)),
        "other key": lambda: forge(one, record, record_key=bytes(32), wrap=True),
        "line": lambda: forge(one, record, line=bytes(32)),
    }[name]()


def switch_off(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: object) -> None:
        return None

    {
        "signature": lambda: monkeypatch.setattr(boxes, "verify_author", nothing),
        "membership": lambda: (
            monkeypatch.setattr(State, "may_write", lambda *_: True),
            monkeypatch.setattr(EntryDoor, "verify", nothing),
        ),
        "chain": lambda: monkeypatch.setattr(EntryDoor, "_check_chain", nothing),
        "missing one": lambda: monkeypatch.setattr(EntryDoor, "_check_chain", nothing),
        "heads": lambda: monkeypatch.setattr(EntryDoor, "_check_heads", nothing),
        "other key": lambda: monkeypatch.setattr(EntryDoor, "_check_record", lambda *_: (None, "")),
        "line": lambda: monkeypatch.setattr(EntryDoor, "_strange", lambda *_: Outcome("applied")),
    }[name]()


NAMES = ("signature", "membership", "chain", "missing one", "heads", "other key", "line")


@pytest.mark.parametrize("name", NAMES)
def test_with_the_check_on_the_attack_is_named(name: str, world: World) -> None:
    one, two = world.devices
    record = one.write("a")
    world.sync()
    world.line.blobs.append(attack(world, name, record))
    report = two.sync(world.line)
    assert len(report.findings) == 1
    assert report.received == (name == "line")


@pytest.mark.parametrize("name", NAMES)
def test_with_the_check_off_the_attack_gets_through(
    name: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = world.devices
    record = one.write("a")
    world.sync()
    world.line.blobs.append(attack(world, name, record))
    switch_off(name, monkeypatch)
    report = two.sync(world.line)
    assert report.findings == ()
    assert report.received == 1
