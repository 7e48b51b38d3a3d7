"""What devices do of their own accord: say, destroy, take turns, merge, suspend."""

from dataclasses import replace

import pytest
from tests.ledger.world import Device, World, decide, kept_world, memory_store

from asylia.errors import RefusedError, UnavailableError
from asylia.ledger import keeping
from asylia.ledger.change import Removal, Renaming, Suspension
from asylia.ledger.destroying import look
from asylia.ledger.keeping import Here


def here(device: Device) -> Here:
    found = look(device.store, device.state, device.keys.device, today=device.ledger.today())
    assert found is not None
    return found


def numbers(device: Device) -> dict[str, list[int]]:
    return {name: [one.number for one in kept] for name, kept in here(device).kept.items()}


def pages(device: Device) -> bytes:
    found: bytes = device.store.connection.serialize()
    return found


def test_a_week_later_keys_are_new_and_the_old_ones_are_gone() -> None:
    world = kept_world()
    world.devices[0].write("first")
    world.sync(2)
    before = [here(device) for device in world.devices]
    wraps = [one.state.compartments["casework"].wrap_key for one in before]
    world.clock.move(days=7)
    world.sync(3)
    for device in world.devices:
        assert numbers(device) == {"": [1], "casework": [1], "team": [1]}
        assert [row.since for row in device.store.prekeys()] == [None, 1]
        assert device.texts() == ["first"]
        assert not device.ledger.awaiting()
    rows = {row.identity for one in before for row in one.prekeys if row.since is not None}
    for device in world.devices:
        assert not any(row.encode() in pages(device) for row in rows)
        assert not any(wrap.hex() in pages(device).hex() for wrap in wraps)


def test_nothing_goes_while_one_device_has_not_said_that_it_goes_on() -> None:
    world = kept_world()
    one, other = sorted(world.devices, key=lambda one: one.keys.device)
    world.clock.move(days=7)
    for _ in range(3):
        one.sync(world.line)
    assert numbers(one) == {"": [0, 1], "casework": [0, 1], "team": [0, 1]}
    awaited = [named for named in one.ledger.awaiting() if named.what == "acknowledgement"]
    assert {named.name for named in awaited} == {other.name}
    assert {named.compartment for named in awaited} == {"", "casework", "team"}
    assert {named.until - named.since for named in awaited} == {30}
    world.sync(2)
    assert numbers(one) == numbers(other) == {"": [1], "casework": [1], "team": [1]}


def test_nothing_goes_while_something_in_the_line_is_missing() -> None:
    world = kept_world()
    linden, _ = world.devices
    found = here(linden)
    assert keeping.old_prekeys(_with(found, held=True)) == ()
    for chain in found.kept:
        assert keeping.old_epochs(_with(found, held=True), chain) == ()


def _with(found: Here, **fields: object) -> Here:
    return replace(found, **fields)  # type: ignore[arg-type]


def test_one_heartbeat_a_day_and_nothing_else_where_nothing_changes() -> None:
    world = kept_world()
    before = len(world.line.blobs)
    world.sync(3)
    assert len(world.line.blobs) == before
    world.clock.move(days=1)
    world.sync(3)
    assert len(world.line.blobs) == before + 2


def test_an_acknowledgement_waits_for_what_was_sealed_before() -> None:
    world = kept_world()
    linden, _ = world.devices
    found = here(linden)
    answered = _with(found, voices=_with_no_answers(found))
    assert keeping.acknowledgement(answered, "casework") is not None
    late = _with(answered, late=frozenset({"casework"}))
    assert keeping.acknowledgement(late, "casework") is None


def _with_no_answers(found: Here) -> object:
    return replace(found.voices, own_answers={})


def test_only_the_device_whose_turn_it_is_rotates() -> None:
    world = kept_world()
    world.clock.move(days=7)
    first, second = sorted(world.devices, key=lambda one: one.keys.device)
    second.sync(world.line)
    assert numbers(second)[""] == [0]
    first.sync(world.line)
    assert numbers(first)[""] == [0, 1]
    world = kept_world()
    world.clock.move(days=8)
    second = max(world.devices, key=lambda one: one.keys.device)
    second.sync(world.line)
    assert numbers(second)[""] == [0, 1]


def test_two_epochs_at_the_same_time_become_one_and_nothing_is_lost() -> None:
    world = kept_world()
    linden, rowan = world.devices
    world.clock.move(days=20)
    honest = world.line.show
    world.line.show = lambda blobs: blobs[:before]
    before = len(world.line.blobs)
    for device in world.devices:
        device.write(f"by {device.name}")
        _ignoring(device, world)
    world.line.show = honest
    world.sync(4)
    for device in world.devices:
        assert not device.state.clashes
        assert sorted(device.texts()) == ["by Linden", "by Rowan"]
        assert {one.kind for one in device.ledger.findings()} <= {"forked", "silent", "altered"}
    assert numbers(linden) == numbers(rowan)
    assert [len(kept) for kept in numbers(linden).values()] == [1, 1, 1]
    assert linden.store.line_end() == rowan.store.line_end()


def _ignoring(device: Device, world: World) -> None:
    device.sync(world.line)


def test_a_silent_device_is_suspended_by_what_others_signed_and_shut_out() -> None:
    world = kept_world(3)
    linden, rowan, alder = world.devices
    alder.write("never sent")
    for _ in range(32):
        world.clock.move(days=1)
        linden.sync(world.line)
        rowan.sync(world.line)
    states = {one.name: one.state for one in linden.ledger.members()}
    assert states == {"Linden": "live", "Rowan": "live", "Alder": "suspended"}
    assert all(alder.keys.device not in one.devices for one in linden.state.compartments.values())
    assert [len(kept) for kept in numbers(linden).values()] == [1, 1, 1]
    report = alder.sync(world.line)
    assert "outside" in {one.kind for one in report.findings}
    assert report.waiting == 1
    assert alder.texts() == ["never sent"]


def test_no_clock_of_its_own_makes_a_device_suspend_another() -> None:
    world = kept_world(3)
    linden = world.devices[0]
    world.clock.move(days=90)
    linden.sync(world.line)
    assert {one.state for one in linden.ledger.members()} == {"live"}
    assert keeping.silent(here(linden)) == {}
    ahead = _with(here(linden), signed=here(linden).today)
    assert set(keeping.silent(ahead)) == {one.keys.device for one in world.devices[1:]}


def test_a_removed_device_reads_nothing_new_and_its_secret_opens_nothing() -> None:
    world = kept_world(3)
    linden, rowan, alder = world.devices
    old = linden.ledger.relay.secret
    world.line.opens = old
    decide(
        World(world.founding, [linden, rowan], world.clock, world.line),
        [Removal(alder.keys.device)],
    )
    record = linden.write("after")
    linden.sync(world.line)
    rowan.sync(world.line)
    assert linden.ledger.relay.secret != old
    assert (world.line.opens, world.line.reads) == (linden.ledger.relay.secret, old)
    assert rowan.texts() == ["after"]
    alder.write("into the void")
    assert "outside" in {one.kind for one in alder.sync(world.line).findings}
    assert alder.store.record(record) is None
    world.line.reads = None
    with pytest.raises(RefusedError):
        alder.sync(world.line)


def test_who_was_away_finds_the_new_secret_in_the_line() -> None:
    world = kept_world(4)
    linden, rowan, alder, hazel = world.devices
    world.line.opens = linden.ledger.relay.secret
    there = World(world.founding, [linden, rowan, hazel], world.clock, world.line)
    decide(there, [Suspension(alder.keys.device)])
    there.devices.remove(rowan)
    assert rowan.sync(world.line).findings == ()
    rowan.write("with the new one")
    assert rowan.sync(world.line).sent == 1
    assert world.line.shown == world.line.opens


def test_48_hours_without_a_word_are_named_once() -> None:
    world = kept_world()
    linden, _ = world.devices
    world.clock.move(hours=47)
    assert linden.sync(world.line).findings == ()
    world.clock.move(hours=1)
    assert [one.kind for one in linden.sync(world.line).findings] == ["silent"]
    assert linden.sync(world.line).findings == ()
    alone = kept_world(1)
    alone.clock.move(days=5)
    assert alone.devices[0].sync(alone.line).findings == ()


def test_an_entry_dated_ahead_is_applied_and_named() -> None:
    world = kept_world()
    linden, rowan = world.devices
    rowan.write("from the future")
    rowan.clock = type(world.clock)(world.clock.now)
    rowan.clock.move(days=5)
    rowan.restart()
    rowan.write("from further")
    rowan.sync(world.line)
    report = linden.sync(world.line)
    assert {one.kind for one in report.findings} == {"misdated"}
    assert linden.texts() == ["from the future", "from further"]


def test_what_was_made_and_never_left_is_made_anew_behind_what_came_first() -> None:
    world = kept_world()
    linden, rowan = world.devices
    assert linden.ledger.propose([Suspension(rowan.keys.device)]).posted
    decided = rowan.ledger.propose([Renaming(linden.keys.device, "Lime")])
    assert not decided.posted
    world.clock.move(days=9)
    rowan.sync(world.line)
    assert numbers(rowan)[""] == [0, 1]
    linden.sync(world.line)
    states = {one.name: one.state for one in linden.ledger.members()}
    assert states == {"Linden": "live", "Rowan": "suspended"}
    assert not linden.state.clashes


def test_a_vault_from_an_older_copy_seals_anew_what_lost_its_place() -> None:
    world = kept_world()
    linden, rowan = world.devices
    record = linden.write("first")
    world.sync(2)
    copy, seen = pages(linden), len(world.line.blobs)
    linden.write("after the copy", record)
    linden.sync(world.line)
    linden.store = memory_store()
    linden.store.connection.deserialize(copy)
    linden.restart()
    linden.write("in the copy", record)
    behind = type(world.line)()  # a relay that shows what was, and takes nothing
    behind.blobs = world.line.blobs[:seen]
    behind.takes = False
    with pytest.raises(UnavailableError):
        linden.sync(behind)
    (sealed,) = [row for row in linden.store.outbox() if row.compartment == "casework"]
    linden.sync(world.line)
    rowan.sync(world.line)
    assert linden.ledger.waiting() == 0
    assert sealed.blob not in world.line.blobs
    assert rowan.texts() == ["first", "after the copy", "in the copy"]
    assert sorted(rowan.texts()) == sorted(linden.texts())
    assert not rowan.ledger.findings()


class Crash(BaseException):
    """The device loses power."""


WRITES = (
    "put_value", "add_line", "set_line_state", "add_epoch", "destroy_epochs", "put_prekey",
    "destroy_prekey", "put_said", "drop_said", "put_notice", "destroy_notice", "forget",
    "put_records", "add_waiting", "add_applied", "add_outbox", "drop_outbox", "set_sequence",
    "acknowledge", "settle", "add_finding", "hold", "release",
)  # fmt: skip


def crashing(device: Device, after: int) -> None:
    """From now on the device dies at its ``after``-th write."""
    seen = 0
    store = device.store

    def wrap(name: str) -> None:
        true = getattr(store, name)

        def write(*values: object) -> object:
            nonlocal seen
            seen += 1
            if seen == after:
                raise Crash
            return true(*values)

        setattr(store, name, write)

    for name in WRITES:
        if hasattr(store, name):
            wrap(name)


def healed(device: Device) -> None:
    for name in WRITES:
        device.store.__dict__.pop(name, None)
    device.restart()


def test_a_crash_at_any_write_loses_nothing_and_doubles_nothing() -> None:
    """A week's rotation, an entry, a sync: killed at every third write of it, then gone on with."""
    after, done = 1, False
    while not done:
        world = kept_world()
        device = min(world.devices, key=lambda one: one.keys.device)
        other = max(world.devices, key=lambda one: one.keys.device)
        other.write("from the other")
        other.sync(world.line)
        world.clock.move(days=7)
        crashing(device, after)
        try:
            device.write("once")
            device.sync(world.line)
            done = True
        except Crash:
            pass
        healed(device)
        if not done and "once" not in device.texts():
            device.write("once")
        world.sync(3)
        for one in world.devices:
            assert sorted(one.texts()) == ["from the other", "once"], after
            assert numbers(one) == {"": [1], "casework": [1], "team": [1]}, after
            assert not {f.kind for f in one.ledger.findings()} - {"silent"}, after
        after += 3
    assert after > 20
