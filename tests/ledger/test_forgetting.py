"""Forgetting from end to end, over three devices: what it leaves in their stores, byte for byte."""

import base64

import pytest
from tests.ledger.world import Device, World, decide, kept_world

from asylia.errors import NotFoundError
from asylia.ledger import keeping
from asylia.ledger.change import Forgetting
from asylia.values import RecordId


def holds(device: Device, secret: bytes) -> bool:
    """Whether any page of its store has these bytes, as they are or in base64."""
    pages: bytes = device.store.connection.serialize()
    return secret in pages or base64.b64encode(secret) in pages


def secrets(device: Device, record: RecordId) -> dict[str, bytes]:
    """What opens the record's entries on a device, now."""
    row = device.store.record(record)
    assert row is not None
    assert row.key is not None
    epochs = device.state.trees["casework"].epochs.values()
    found = {f"wrap key {one.number}": one.wrap_key for one in epochs}
    current = device.state.devices[device.keys.device].prekey
    prekeys = {one.recipient: one.identity for one in device.store.prekeys()}
    assert current is not None
    return {"record key": row.key, "prekey": prekeys[current].encode(), **found}


def told(world: World) -> tuple[RecordId, list[dict[str, bytes]]]:
    """A record that three devices know, and all that opens it on each."""
    linden, rowan, _ = world.devices
    record = linden.write("who it was")
    world.sync(2)
    rowan.write("and where", record)
    world.sync(2)
    return record, [secrets(device, record) for device in world.devices]


def forgetting(record: RecordId) -> Forgetting:
    return Forgetting("casework", (record,), "withdrawal", ("An inquiry",))


def test_a_forgotten_record_is_in_no_store_any_more() -> None:
    world = kept_world(3)
    record, before = told(world)
    other = world.devices[0].write("of somebody else")
    world.sync(2)
    for device, found in zip(world.devices, before, strict=True):
        assert {name for name, secret in found.items() if holds(device, secret)} == set(found)
    decide(world, [forgetting(record)])
    world.sync(2)
    for device, found in zip(world.devices, before, strict=True):
        assert device.texts() == ["of somebody else"]
        assert device.store.record(other) is not None
        for name, secret in found.items():
            assert not holds(device, secret), name
        assert not device.ledger.findings()
        assert not device.ledger.awaiting()


def test_what_remains_says_who_why_and_to_whom_notice_is_owed() -> None:
    world = kept_world(3)
    record, _ = told(world)
    decide(world, [forgetting(record)])
    world.sync(2)
    for device in world.devices:
        (one,) = device.ledger.forgotten()
        assert (one.by, one.reason, one.owed) == (
            ("Linden", "Rowan"),
            "withdrawal",
            ("An inquiry",),
        )
        assert (one.records, one.final) == ((record,), True)
        with pytest.raises(NotFoundError):
            device.ledger.append(record, b"asylia/test/1\nagain")


def test_with_rotation_off_the_keys_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "old_prekeys", lambda here: ())
    monkeypatch.setattr(keeping, "old_epochs", lambda here, chain: ())
    world = kept_world(3)
    record, before = told(world)
    decide(world, [forgetting(record)])
    world.sync(2)
    for device, found in zip(world.devices, before, strict=True):
        kept = {name for name, secret in found.items() if holds(device, secret)}
        assert kept == set(found) - {"record key"}
        assert not device.ledger.forgotten()[0].final
