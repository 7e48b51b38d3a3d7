"""Each attack of a hostile relay is named, and nothing of it is applied."""

import os
from hashlib import sha256

import pytest
from tests.ledger.world import (
    LABEL,
    Device,
    World,
    compartment_epoch,
    forge,
    make_world,
    memory_store,
    sealed,
)

from asylia.crypto.signing import SigningKey
from asylia.ledger.entry import Head
from asylia.ledger.values import SyncReport


@pytest.fixture
def busy(world: World) -> World:
    """Three entries of Linden's, all with Rowan; the last two only at the relay."""
    one, two = world.devices
    record = one.write("a")
    world.sync()
    one.write("b", record)
    one.write("c", record)
    one.sync(world.line)
    assert two.texts() == ["a"]
    return world


def kinds(report: SyncReport) -> list[str]:
    return sorted(finding.kind for finding in report.findings)


def altered(blob: bytes) -> bytes:
    return blob[:-1] + bytes([blob[-1] ^ 1])


def test_an_honest_relay_gives_no_finding(busy: World) -> None:
    two = busy.devices[1]
    report = two.sync(busy.line)
    assert report.findings == ()
    assert report.unread == 0
    assert two.texts() == ["a", "b", "c"]


def test_an_altered_blob_is_not_applied_and_what_builds_on_it_is_missing_it(busy: World) -> None:
    two = busy.devices[1]
    busy.line.show = lambda blobs: [
        *blobs[:-2],
        blobs[-2][:-1] + bytes([blobs[-2][-1] ^ 1]),
        blobs[-1],
    ]
    report = two.sync(busy.line)
    assert kinds(report) == ["missing"]
    assert report.unread == 1
    assert "Linden's entry 3" in report.findings[0].text
    assert two.texts() == ["a"]


def test_its_author_sees_that_another_blob_stands_in_the_acknowledged_place(world: World) -> None:
    one = world.devices[0]
    world.sync()
    one.write("a")
    world.line.show = lambda blobs: [*blobs[:2], *(os.urandom(len(blob)) for blob in blobs[2:])]
    report = one.sync(world.line)
    assert kinds(report) == ["altered"]
    assert one.ledger.waiting() == 1


def test_a_missing_blob_is_named_and_applied_when_it_comes(busy: World) -> None:
    two = busy.devices[1]
    whole = list(busy.line.blobs)
    busy.line.blobs = [*whole[:-2], whole[-1]]
    report = two.sync(busy.line)
    assert kinds(report) == ["missing"]
    assert two.texts() == ["a"]
    busy.line.blobs.append(whole[-2])
    report = two.sync(busy.line)
    assert "missing" not in kinds(report)
    assert "reordered" in kinds(report)
    assert two.texts() == ["a", "b", "c"]


def test_re_ordered_blobs_are_applied_in_their_authors_order_and_named(busy: World) -> None:
    two = busy.devices[1]
    busy.line.show = lambda blobs: [*blobs[:-2], blobs[-1], blobs[-2]]
    report = two.sync(busy.line)
    assert kinds(report) == ["reordered"]
    assert two.texts() == ["a", "b", "c"]


def test_a_replayed_blob_is_applied_once_and_named(busy: World) -> None:
    two = busy.devices[1]
    busy.line.show = lambda blobs: [*blobs, blobs[-2]]
    report = two.sync(busy.line)
    assert kinds(report) == ["replayed"]
    assert two.texts() == ["a", "b", "c"]


def test_a_replayed_epoch_is_named(busy: World) -> None:
    two = busy.devices[1]
    busy.line.show = lambda blobs: [*blobs, blobs[0], blobs[1]]
    assert kinds(two.sync(busy.line)) == ["replayed", "replayed"]


def test_injected_junk_is_unread_and_named_when_it_is_shown_to_one_side_only(busy: World) -> None:
    one, two = busy.devices
    junk = os.urandom(1100)
    busy.line.show = lambda blobs: [*blobs[:4], junk, *blobs[4:]]
    report = two.sync(busy.line)
    assert report.unread == 1
    assert kinds(report) == []
    one.write("d")
    busy.line.show = lambda blobs: blobs
    one.sync(busy.line)
    busy.line.show = lambda blobs: [*blobs[:4], junk, *blobs[4:]]
    assert kinds(two.sync(busy.line)) == ["forked"]  # "d" says what Linden had seen
    assert two.texts() == ["a", "b", "c", "d"]


def test_injected_junk_twice_is_a_replay(busy: World) -> None:
    junk = os.urandom(1100)
    busy.line.show = lambda blobs: [*blobs, junk, junk]
    assert kinds(busy.devices[1].sync(busy.line)) == ["replayed"]


def test_a_relay_that_goes_back_is_named(busy: World) -> None:
    two = busy.devices[1]
    two.sync(busy.line)
    busy.line.show = lambda blobs: blobs[:-1]
    assert kinds(two.sync(busy.line)) == ["rolled_back"]
    busy.line.show = lambda blobs: [*blobs[:-1], os.urandom(1100), os.urandom(1100)]
    assert kinds(two.sync(busy.line)) == ["altered"]
    assert two.texts() == ["a", "b", "c"]


def test_two_lines_are_named_at_the_first_entry_that_passes_between_them(world: World) -> None:
    one, two = world.devices
    record = one.write("a")
    world.sync()
    junk = os.urandom(1100)
    world.line.blobs.append(junk)
    one.sync(world.line)
    world.line.blobs.remove(junk)
    two.sync(world.line)
    one.write("b", record)
    world.line.show = lambda blobs: [*blobs[:4], junk, *blobs[4:]]
    one.sync(world.line)
    world.line.show = lambda blobs: blobs
    report = two.sync(world.line)
    assert kinds(report) == ["forked"]
    assert two.texts() == ["a", "b"]


def test_findings_stay_and_are_told_once(busy: World) -> None:
    two = busy.devices[1]
    busy.line.show = lambda blobs: [*blobs, blobs[-2]]
    assert kinds(two.sync(busy.line)) == ["replayed"]
    assert kinds(two.sync(busy.line)) == []
    two.restart()
    assert [finding.kind for finding in two.ledger.findings()] == ["replayed"]
    assert all(finding.hint for finding in two.ledger.findings())


def test_a_blob_that_is_too_long_is_refused(busy: World) -> None:
    two = busy.devices[1]
    busy.line.blobs.append(bytes((1 << 20) + 1))
    assert kinds(two.sync(busy.line)) == ["malformed"]


FORGERIES = {
    "signed by another key": ({"signer": SigningKey(bytes(32), "ed25519")}, "forged"),
    "of a device that is no member": ({"header": {"author": bytes(32)}}, "forged"),
    "naming another epoch": ({"header": {"epoch": bytes(32)}}, "forged"),
    "naming another compartment": ({"header": {"compartment": "evidence"}}, "forged"),
    "with another previous": ({"header": {"previous": bytes(32)}}, "forged"),
    "twice with one sequence": ({"header": {"sequence": 0}}, "forked"),
    "with a record key of its own": ({"record_key": bytes(31) + b"1", "wrap": True}, "forged"),
    "of a record without a key": ({"record": bytes(15) + b"1"}, "missing"),
    "of no record": ({"record": bytes(16)}, "malformed"),
    "of another kind than its record's": ({"header": {"kind": 2}}, "malformed"),
    "naming its own author's": ({"heads": "own"}, "malformed"),
    "naming an entry otherwise": ({"heads": "other"}, "forked"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_an_entry_that_a_key_opens_is_refused_when_it_is(name: str, world: World) -> None:
    how, kind = FORGERIES[name]
    one, two = world.devices
    record = one.write("a")
    world.sync()
    two.write("b", record)
    world.sync(2)
    arguments = {"record": record, **{k: v for k, v in how.items() if k not in ("header", "heads")}}
    heads = how.get("heads")
    if heads == "own":
        arguments["heads"] = (Head(one.keys.device, 0, bytes(32)),)
    if heads == "other":
        arguments["heads"] = (Head(two.keys.device, 0, bytes(32)),)
    blob = forge(one, **arguments, **how.get("header", {}))  # type: ignore[arg-type]
    world.line.blobs.append(blob)
    report = two.sync(world.line)
    assert kinds(report) == [kind]
    assert two.texts() == ["a", "b"]


def test_content_that_does_not_open_stays_shut_and_stops_no_chain(world: World) -> None:
    one, two = world.devices
    record = one.write("a")
    world.sync()
    shut = forge(one, record, record_key=bytes(31) + b"1")
    after = forge(one, record, LABEL + b"b", sequence=2, previous=sha256(shut).digest())
    world.line.blobs += [shut, after]
    assert kinds(two.sync(world.line)) == []
    assert two.texts() == ["a", "b"]
    assert [finding.kind for finding in two.ledger.findings()] == ["forged"]


def test_the_same_entry_made_by_the_rules_is_applied(world: World) -> None:
    one, two = world.devices
    record = one.write("a")
    world.sync()
    world.line.blobs.append(forge(one, record, LABEL + b"b"))
    report = two.sync(world.line)
    assert kinds(report) == []
    assert two.texts() == ["a", "b"]


def test_what_follows_a_refused_entry_is_held(world: World) -> None:
    one, two = world.devices
    record = one.write("a")
    world.sync()
    bad = forge(one, record, previous=bytes(32))
    after = forge(one, record, sequence=2, previous=sha256(bad).digest())
    world.line.blobs += [bad, after]
    assert kinds(two.sync(world.line)) == ["forged", "missing"]
    assert two.texts() == ["a"]


def test_an_entry_of_another_team_is_unread(world: World) -> None:
    other = make_world(1)
    other.devices[0].write("elsewhere")
    other.sync()
    world.line.blobs += other.line.blobs
    report = world.devices[0].sync(world.line)
    assert report.unread == 4
    assert world.devices[0].texts() == []


def test_an_author_does_not_go_back_to_an_older_epoch(world: World) -> None:
    one, two = world.devices
    record = one.write("a")
    world.sync(2)
    old = one.epoch
    world.line.blobs.append(sealed(world, compartment_epoch(world), [one.keys]))
    world.sync()
    one.write("b", record)
    world.sync(2)
    world.line.blobs.append(forge(one, record, LABEL + b"c", under=old))
    assert kinds(two.sync(world.line)) == ["forged"]
    assert two.texts() == ["a", "b"]


def test_an_entry_waits_for_what_it_names_of_another_author(world: World) -> None:
    one, two = world.devices
    record = one.write("a")
    world.sync(2)
    two.write("b", record)
    world.sync(2)
    one.write("c", record)  # names "b" among its heads
    one.sync(world.line)
    reader = Device(two.name, two.keys, memory_store(), world.clock)
    world.founding.enter(reader.store, reader.keys)
    world.line.show = lambda blobs: [*blobs[:-2], blobs[-1]]
    assert "missing" in kinds(reader.sync(world.line))
    assert reader.texts() == ["a"]
    world.line.show = lambda blobs: [*blobs[:-2], blobs[-1], blobs[-2]]
    assert "reordered" in kinds(reader.sync(world.line))
    assert reader.texts() == ["a", "b", "c"]


def test_its_author_sees_it_where_another_blob_stands_there_for_good(world: World) -> None:
    one = world.devices[0]
    world.sync()
    one.write("a")
    count, other = len(world.line.blobs), os.urandom(1100)
    world.line.show = lambda blobs: [*blobs[:count], *([other] * (len(blobs) - count))]
    report = one.sync(world.line)
    assert kinds(report) == ["altered"]
    assert "shows it not" in report.findings[0].text
    assert one.ledger.waiting() == 1
