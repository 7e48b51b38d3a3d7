"""What one member's device can do to the others by what it signs, and what it can't."""

from hashlib import sha256

import pytest
from tests.ledger.world import LABEL, World, forge, make_world

from asylia.crypto.signing import Signature
from asylia.envelope.signed import SignedBytes
from asylia.ledger import boxes, bundles
from asylia.ledger.entry import CONTROL, NO_RECORD
from asylia.values import Day, day_of
from asylia.wire import encode


def test_one_device_cannot_move_the_day_of_the_others(world: World) -> None:
    one, two = world.devices
    record = one.write("a")
    world.sync(2)
    world.line.put_ledger(forge(two, record, day=90_000))
    world.sync(2)
    assert len(one.texts()) == 2
    assert one.ledger.today() == day_of(world.clock())
    assert one.ledger.bundle()
    one.restart()
    assert one.ledger.today() == day_of(world.clock())


def test_the_day_that_two_devices_signed_outlasts_a_clock_set_back(world: World) -> None:
    one, two = world.devices
    record = one.write("a")
    world.sync(2)
    signed = Day(day_of(world.clock()) + 30)
    for device in (one, two):
        world.line.put_ledger(forge(device, record, day=signed))
        world.sync(2)
    assert one.ledger.today() == two.ledger.today() == signed
    one.restart()
    assert one.ledger.today() == signed


def test_a_later_entry_with_an_earlier_day_does_not_bring_the_day_down(alone: World) -> None:
    one = alone.devices[0]
    one.write("a")
    alone.sync()
    signed = one.ledger.today()
    alone.clock.move(days=-20)
    record = one.write("b")
    alone.line.put_ledger(forge(one, record, wrap=True, day=day_of(alone.clock())))
    alone.sync()
    assert one.ledger.today() == signed


def test_a_day_that_is_no_date_is_refused(world: World) -> None:
    one, two = world.devices
    record = one.write("a")
    world.sync(2)
    world.line.put_ledger(forge(two, record, day=2**32 - 1))
    assert [finding.kind for finding in one.sync(world.line).findings] == ["malformed"]


@pytest.mark.parametrize("knows_the_key", [True, False])
def test_nobody_takes_a_record_s_name_first_in_another_compartment(knows_the_key: bool) -> None:
    world = make_world(2, casework={"en": "Casework"}, evidence={"en": "Evidence"})
    one, two = world.devices
    world.sync(2)
    record = one.write("true")
    known = one.store.record(record)
    assert known is not None
    key = known.key if knows_the_key else bytes(32)
    evidence = two.state.current["evidence"]
    false = forge(
        two, record, record_key=key, wrap=True, under=evidence, compartment="evidence", sequence=0
    )
    world.line.put_ledger(false)
    assert [f.kind for report in world.sync(2) for f in report.findings] == ["forged", "forged"]
    one.write("after", record)
    world.sync(2)
    assert one.texts() == two.texts() == ["true", "after"]


def test_a_records_name_follows_from_its_key() -> None:
    label = b"asylia/entry/1 record\n"
    parts = b"\0\0\0\x08casework" + b"\0\0\0\x20" + bytes(32)
    assert boxes.record_id("casework", bytes(32)) == sha256(label + parts).digest()[:16]


def test_a_control_entry_of_another_kind_does_not_end_the_bundle(world: World) -> None:
    one, two = world.devices
    world.sync(2)
    good = one.ledger.bundle()
    junk = SignedBytes(b"no bundle", (_signature(two.keys.device),)).encode()
    for content in (b"asylia/later/1\n{}", encode(bundles.BundleProposal(bundle=junk))):
        two.ledger._append("casework", NO_RECORD, CONTROL, content)
    world.sync(2)
    world.clock.move(days=1)
    assert one.ledger.bundle() == good
    assert one.ledger.renew_bundle() is None


def test_a_false_signature_brought_by_another_does_not_spoil_a_bundle(world: World) -> None:
    one, two = world.devices
    world.sync(2)
    world.clock.move(days=7)
    one.ledger.renew_bundle()
    world.sync(2)
    admitted = two.ledger.admit_bundle()
    body = SignedBytes.parse(admitted).body
    spoilt = SignedBytes(body, (_signature(one.keys.device),)).encode()
    two.ledger._append(
        "casework", NO_RECORD, CONTROL, encode(bundles.BundleProposal(bundle=spoilt))
    )
    world.sync(2)
    assert one.ledger.bundle() == two.ledger.bundle() == admitted


def test_entries_shown_in_reverse_are_opened_a_few_times_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, count, opened = make_world(2), 60, []
    one, two = world.devices
    world.sync(2)
    founded = len(world.line.blobs)
    record = one.ledger.new_record("casework")
    for at in range(count):
        one.ledger.append(record, LABEL + str(at).encode())
    one.sync(world.line)
    world.line.blobs[founded:] = world.line.blobs[: founded - 1 : -1]
    checked = boxes.verify_author
    monkeypatch.setattr(boxes, "verify_author", lambda *a: (opened.append(1), checked(*a)))
    two.sync(world.line)
    assert two.texts() == [str(at) for at in range(count)]
    assert len(opened) <= 4 * count


def _signature(device: bytes) -> Signature:
    return Signature(algorithm="ed25519", key=device, signature=bytes(64))
