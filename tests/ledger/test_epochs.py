"""Who may sign which epoch, and what a device does under the next one."""

from dataclasses import replace
from hashlib import sha256

import msgspec
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
    team_epoch,
)

from asylia.crypto.age import Identity
from asylia.crypto.signing import SigningKey
from asylia.envelope.authority import certify
from asylia.errors import AsyliaError, ForgedError, MalformedError, UsageError
from asylia.ledger import sealing
from asylia.ledger.boxes import record_id
from asylia.ledger.dismissal import DismissalNotice, seal_dismissal
from asylia.ledger.epoch import Device as Row
from asylia.ledger.epoch import TeamEpoch
from asylia.ledger.founding import Founder, found
from asylia.ledger.keys import DeviceKeys
from asylia.ledger.store import ForgottenRow
from asylia.ledger.values import SyncReport


def take(world: World, blob: bytes, by: Device | None = None) -> SyncReport:
    """Put a blob into the line and have the second device, or another one, look at it."""
    world.line.blobs.append(blob)
    return (by or world.devices[-1]).sync(world.line)


def kinds(report: SyncReport) -> list[str]:
    return sorted(finding.kind for finding in report.findings)


def row(team: TeamEpoch, at: int, **changes: object) -> tuple[Row, ...]:
    rows = list(team.devices)
    rows[at] = msgspec.structs.replace(rows[at], **changes)
    return tuple(rows)


def newcomer(**changes: object) -> Row:
    keys = DeviceKeys.generate()
    fields = {
        "certificate": None,
        "name": "Aspen",
        "prekey": str(keys.prekeys[0].recipient),
        "signing": keys.signing.public,
        "state": "live",
    }
    return Row(**(fields | changes))  # type: ignore[arg-type]


def with_newcomer(team: TeamEpoch, one: Row) -> tuple[Row, ...]:
    return tuple(sorted((*team.devices, one), key=lambda device: device.signing.fingerprint))


# What changes in the team, and how many admins must sign it.
CHANGES = {
    "relay": (lambda t: {"relay": msgspec.structs.replace(t.relay, secret=bytes(32))}, 1),
    "suspension": (lambda t: {"devices": row(t, 1, state="suspended", prekey=None)}, 1),
    "removal": (lambda t: {"devices": row(t, 1, state="removed", prekey=None)}, 2),
    "name": (lambda t: {"devices": row(t, 1, name="Other")}, 2),
    "addition": (lambda t: {"devices": with_newcomer(t, newcomer())}, 2),
    "certificate": (lambda t: {"devices": row(t, 1, certificate=None)}, 2),
    "recovery": (lambda t: {"recovery": str(Identity.generate().recipient)}, 2),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_the_team_needs_its_signatures(name: str) -> None:
    change, needed = CHANGES[name]
    for signers in (0, 1, 2):
        world = make_world(2)
        world.sync()
        team = world.devices[0].state.team
        assert team is not None
        keys = [device.keys for device in world.devices]
        first = [one for one in keys if one.device == team.devices[0].signing.fingerprint]
        rest = [one for one in keys if one not in first]
        epoch = team_epoch(world, **change(team))
        blob = sealed(world, epoch, [*first, *rest][:signers] or [DeviceKeys.generate()])
        report = take(world, blob)
        after = world.devices[-1].state.team
        assert after is not None
        assert (kinds(report), after.number) == (([], 1) if signers >= needed else (["forged"], 0))


REFUSED_ALWAYS = {
    "another root": lambda t: {"root": SigningKey(bytes(32), "pair").public},
    "a device left out": lambda t: {"devices": t.devices[:1]},
    "a jump in number": lambda t: {"number": 3},
    "a certificate of another root": lambda t: {
        "devices": row(
            t,
            0,
            certificate=certify(
                SigningKey(bytes(32), "pair"), t.devices[0].signing, not_before=t.day
            ),
        )
    },
    "a newer version": lambda t: {"minimum_version": 2},
    "a prekey that was not offered": lambda t: {
        "devices": row(t, 1, prekey=str(Identity.generate().recipient))
    },
    "no admin left": lambda t: {
        "devices": tuple(msgspec.structs.replace(one, certificate=None) for one in t.devices)
    },
    "unsorted devices": lambda t: {"devices": t.devices[::-1]},
    "a live device without a prekey": lambda t: {"devices": row(t, 0, prekey=None)},
}


@pytest.mark.parametrize("name", REFUSED_ALWAYS)
def test_what_no_signature_allows_is_refused(name: str, world: World) -> None:
    world.sync()
    epoch = team_epoch(world)
    changed = msgspec.structs.replace(epoch, **REFUSED_ALWAYS[name](epoch))
    report = take(world, sealed(world, changed, [device.keys for device in world.devices]))
    assert len(report.findings) == 1
    after = world.devices[-1].state.team
    assert after is not None
    assert after.number == 0


def test_a_device_alone_signs_alone(alone: World) -> None:
    alone.sync()
    epoch = team_epoch(alone)
    added = msgspec.structs.replace(epoch, devices=with_newcomer(epoch, newcomer()))
    assert kinds(take(alone, sealed(alone, added, [alone.devices[0].keys]))) == []
    assert len(alone.devices[0].ledger.members()) == 2


def test_under_the_next_epoch_both_go_on_and_old_records_stay_open(world: World) -> None:
    one, two = world.devices
    record = one.write("before")
    world.sync(2)
    row = one.store.record(record)
    assert row is not None
    assert row.key is not None
    epoch = compartment_epoch(world)
    pages = sealing.seal_keyring({record: row.key}, epoch.wrap_key)
    epoch = msgspec.structs.replace(epoch, keyring=tuple(sha256(page).digest() for page in pages))
    world.line.blobs += [*pages, sealed(world, epoch, [one.keys])]
    assert [kinds(report) for report in world.sync()] == [[], []]
    assert one.ledger.compartments()[0].epoch == 1
    two.write("after", record)
    fresh = two.write("a new record")
    assert [kinds(report) for report in world.sync(2)] == [[]] * 4
    assert one.texts() == two.texts() == ["before", "after", "a new record"]
    wrapped = one.store.record(fresh)
    assert wrapped is not None
    assert wrapped.carried == one.epoch.blob_hash


def test_a_record_that_an_epoch_does_not_know_is_given_again(world: World) -> None:
    one, two = world.devices
    record = one.write("before")
    world.sync(2)
    take(world, sealed(world, compartment_epoch(world), [one.keys]))  # its keyring is empty
    one.sync(world.line)
    one.write("again", record)
    world.sync(2)
    row = two.store.record(record)
    assert row is not None
    assert row.carried == two.epoch.blob_hash
    assert two.texts() == ["before", "again"]


def test_an_epoch_whose_keyring_does_not_stand_before_it_is_refused(world: World) -> None:
    world.sync()
    epoch = compartment_epoch(world)
    live = {record_id(epoch.compartment, bytes(32)): bytes(32)}
    (page,) = sealing.seal_keyring(live, epoch.wrap_key)
    epoch = msgspec.structs.replace(epoch, keyring=(sha256(page).digest(),))
    blob = sealed(world, epoch, [world.devices[0].keys])
    assert kinds(take(world, blob)) == ["forked"]
    assert kinds(take(world, page)) == []
    assert world.devices[-1].ledger.compartments()[0].epoch == 0


def without_second(world: World) -> dict[str, object]:
    return {"devices": (world.devices[0].keys.device,)}


def test_taking_a_live_device_out_of_a_compartment_needs_two_admins_who_tell_it(
    world: World,
) -> None:
    world.sync()
    one, two = world.devices
    said = DismissalNotice(compartment="casework", device=two.keys.device, number=1)
    told = seal_dismissal(said, one.keys.signing, two.keys.prekeys[0].recipient)
    both = [device.keys for device in world.devices]
    silent = compartment_epoch(world, **without_second(world))
    assert kinds(take(world, sealed(world, silent, both), by=one)) == ["forged"]
    epoch = msgspec.structs.replace(silent, told=(sha256(told).digest(),))
    assert kinds(take(world, sealed(world, epoch, both), by=one)) == ["forked"]  # it comes too late
    world.line.blobs.append(told)
    assert kinds(take(world, sealed(world, epoch, [one.keys]), by=one)) == ["forged"]
    assert kinds(take(world, sealed(world, epoch, both), by=one)) == []
    assert two.keys.device not in one.state.compartments["casework"].devices


def test_a_suspended_device_is_taken_out_by_one_and_writes_no_more(world: World) -> None:
    one, two = world.devices
    record = one.write("a")
    world.sync()
    two.write("b", record)
    world.sync(2)
    late = forge(two, record, LABEL + b"late")
    team = one.state.team
    assert team is not None
    at = [d.signing.fingerprint for d in team.devices].index(two.keys.device)
    suspension = team_epoch(world, devices=row(team, at, state="suspended", prekey=None))
    world.line.blobs.append(sealed(world, suspension, [one.keys]))
    assert kinds(one.sync(world.line)) == []
    epoch = compartment_epoch(world, **without_second(world))
    world.line.blobs += [sealed(world, epoch, [one.keys]), late]
    assert kinds(one.sync(world.line)) == ["forged"]
    assert one.texts() == ["a", "b"]
    assert [member.live for member in one.ledger.members()] == [True, False]


def test_what_a_taken_out_device_wrote_before_is_still_checked_and_read(world: World) -> None:
    one, two = world.devices
    record = two.write("by Rowan, before")
    world.sync(2)
    team = one.state.team
    assert team is not None
    at = [d.signing.fingerprint for d in team.devices].index(two.keys.device)
    suspension = team_epoch(world, devices=row(team, at, state="suspended", prekey=None))
    world.line.blobs.append(sealed(world, suspension, [one.keys]))
    one.sync(world.line)
    epoch = compartment_epoch(world, **without_second(world))
    world.line.blobs.append(sealed(world, epoch, [one.keys]))
    one.sync(world.line)
    # The same device, from nothing but its keys and the line.
    store = memory_store()
    world.founding.enter(store, one.keys)
    again = Device("Linden", one.keys, store, world.clock)
    assert kinds(again.sync(world.line)) == []
    assert again.texts() == ["by Rowan, before"]
    again.write("on", record)
    assert kinds(again.sync(world.line)) == []


BAD_EPOCHS = {
    "a key used again": lambda e: {"compartment_key": e.earlier[-1].compartment_key},
    "another history": lambda e: {"earlier": e.earlier[:-1]},
    "a history of others": lambda e: {
        "earlier": (msgspec.structs.replace(e.earlier[0], devices=e.devices[:1]),)
    },
    "an unknown member": lambda e: {"devices": tuple(sorted((*e.devices, bytes(32))))},
    "an intake key that is none": lambda e: {
        "intake": (msgspec.structs.replace(e.intake[0], identity="AGE-SECRET-KEY-PQ-1" + "Q" * 40),)
    },
    "no English name": lambda e: {"labels": {"ru": "Помощь"}},
}


@pytest.mark.parametrize("name", BAD_EPOCHS)
def test_a_compartments_epoch_against_the_rules_is_refused(name: str, world: World) -> None:
    world.sync()
    epoch = compartment_epoch(world)
    changed = msgspec.structs.replace(epoch, **BAD_EPOCHS[name](epoch))
    blob = sealed(world, changed, [device.keys for device in world.devices])
    assert len(take(world, blob).findings) == 1
    assert world.devices[-1].ledger.compartments()[0].epoch == 0


def test_two_epochs_at_the_same_time_are_named_and_nobody_writes(world: World) -> None:
    one, two = world.devices
    world.sync()
    first = compartment_epoch(world)
    second = compartment_epoch(world, compartment_key=bytes(31) + b"1")
    world.line.blobs += [sealed(world, first, [one.keys]), sealed(world, second, [two.keys])]
    assert [kinds(report) for report in world.sync()] == [["forked"], ["forked"]]
    one.write("waits")
    assert one.sync(world.line).waiting == 1
    one.restart()
    assert one.sync(world.line).waiting == 1


def test_the_blobs_of_teams_of_any_size_up_to_fifteen_have_as_many_stanzas(world: World) -> None:
    assert {blob.count(b"\n-> ") for blob in world.founding.epochs} == {16}
    assert {blob.count(b"\n-> ") for blob in make_world(1).founding.epochs} == {16}


def test_the_recovery_identity_opens_every_epoch(world: World) -> None:
    for blob in world.founding.epochs:
        sealing.open_epoch(blob, [world.founding.recovery])
    with pytest.raises(sealing.UnopenedError):
        sealing.open_epoch(world.founding.epochs[0], [Identity.generate()])


def test_another_teams_founding_is_not_taken(world: World) -> None:
    keys = DeviceKeys.generate()
    other = found([Founder(keys, "Other")], relay_url="http://127.0.0.1:1", clock=world.clock)
    store = memory_store()
    with pytest.raises((ForgedError, MalformedError)):
        replace(other, root=world.founding.root).enter(store, keys)
    assert store.value("root") is None


def test_a_store_is_entered_once(world: World) -> None:
    one = world.devices[0]
    with pytest.raises(UsageError):
        world.founding.enter(one.store, one.keys)


def test_a_ceremony_is_for_one_or_two_devices() -> None:
    founders = [Founder(DeviceKeys.generate(), str(n)) for n in range(3)]
    for count in (0, 3):
        with pytest.raises(AsyliaError):
            found(founders[:count], relay_url="http://127.0.0.1:1")


@pytest.mark.parametrize("flaw", ["a key of another record", "a key of what it forgets"])
def test_a_keyring_gives_each_live_record_its_own_key_or_is_refused(
    flaw: str, world: World
) -> None:
    world.sync()
    epoch, key = compartment_epoch(world), bytes(32)
    record = record_id(epoch.compartment, key)
    live = {record: key}
    if flaw == "a key of another record":
        live = {record: bytes([1]) * 32}
    else:
        epoch = msgspec.structs.replace(epoch, forgotten=(record,))
    pages = sealing.seal_keyring(live, epoch.wrap_key)
    epoch = msgspec.structs.replace(epoch, keyring=tuple(sha256(page).digest() for page in pages))
    world.line.blobs += pages
    both = [device.keys for device in world.devices]
    assert kinds(take(world, sealed(world, epoch, both))) == ["forged"]
    assert world.devices[-1].ledger.compartments()[0].epoch == 0


def test_a_keyring_does_not_bring_back_what_a_device_has_forgotten(world: World) -> None:
    one, two = world.devices
    record = one.write("gone")
    world.sync(2)
    row = two.store.record(record)
    assert row is not None
    assert row.key is not None
    two.store.forget([ForgottenRow(record, "casework", 0, 0)])
    two.restart()
    epoch = compartment_epoch(world)
    pages = sealing.seal_keyring({record: row.key}, epoch.wrap_key)
    epoch = msgspec.structs.replace(epoch, keyring=tuple(sha256(page).digest() for page in pages))
    world.line.blobs += pages
    assert kinds(take(world, sealed(world, epoch, [one.keys]))) == []
    assert two.ledger.compartments()[0].epoch == 1
    again = two.store.record(record)
    assert again is not None
    assert again.key is None
