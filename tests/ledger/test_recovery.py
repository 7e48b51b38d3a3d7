"""A team that lost every device comes back by two shares and the line; a drill keeps it so."""

from itertools import combinations

import pytest
from tests.ledger.joiners import Newcomer, admitted, post
from tests.ledger.world import Device, World, make_world

from asylia.errors import ForgedError, UsageError
from asylia.ledger import recovering, recovery, sealing
from asylia.ledger.change import Forgetting, Rotation
from asylia.ledger.recovery import Combined
from asylia.ledger.state import State
from asylia.values import Day


def shares(world: World) -> tuple[bytes, bytes, bytes]:
    founding = world.founding
    return recovery.split(Combined(founding.root, founding.recovery), Day(20_779))


def recovered(world: World, held: tuple[bytes, ...]) -> tuple[Device, recovering.Recovered]:
    """A new device alone with two shares and what the relay holds."""
    newcomer = Newcomer.make(world, "Juniper").device
    old = recovery.combine(held)
    told = recovering.recover(
        newcomer.store,
        newcomer.keys,
        old,
        recovering.replaced(old),
        world.line,
        relay_url="http://127.0.0.1:2",
        name="Juniper",
        clock=world.clock,
    )
    newcomer.restart()
    newcomer.sync(world.line)
    return newcomer, told


@pytest.mark.parametrize("pair", list(combinations(range(3), 2)))
def test_each_pair_of_shares_brings_everything_back(pair: tuple[int, int]) -> None:
    world = make_world()
    linden, rowan = world.devices
    record = linden.write("first")
    world.sync(2)
    rowan.write("second", record)
    world.sync(2)
    everything = shares(world)
    device, told = recovered(world, tuple(everything[at] for at in pair))
    assert device.texts() == ["first", "second"]
    assert told.devices == 2
    assert told.compartments == ("casework", "team")
    assert {one.name: one.state for one in device.ledger.members()} == {
        "Linden": "removed",
        "Rowan": "removed",
        "Juniper": "live",
    }
    device.write("third", record)
    device.sync(world.line)
    assert device.texts() == ["first", "second", "third"]
    assert not device.ledger.findings()


def test_what_was_forgotten_before_the_last_drill_does_not_come_back() -> None:
    world = make_world()
    linden = world.devices[0]
    kept, gone = linden.write("kept"), linden.write("gone")
    world.sync(2)
    old_shares = shares(world)
    post(world, [Forgetting("casework", (gone,), "withdrawal", ())])
    new = recovering.replaced(recovery.combine(old_shares[:2]))
    post(world, [recovering.change_to(new), Rotation(7)])
    post(world, [])
    linden.write("later", kept)
    world.sync(2)
    device, _ = recovered(world, recovery.split(new, Day(20_800))[1:])
    assert device.texts() == ["kept", "later"]
    row = device.store.record(gone)
    assert row is None or row.key is None


def test_a_recovered_device_forgets_what_the_team_forgot() -> None:
    world = make_world()
    linden = world.devices[0]
    gone = linden.write("gone")
    linden.write("kept")
    world.sync(2)
    post(world, [Forgetting("casework", (gone,), "withdrawal", ())])
    device, _ = recovered(world, shares(world)[:2])
    assert device.texts() == ["kept"]
    row = device.store.record(gone)
    assert row is not None
    assert row.key is None


def test_without_a_drill_the_old_shares_still_open_what_was_forgotten() -> None:
    """The negative control: this is what a drill is for, and `SECURITY.md` says so."""
    world = make_world()
    linden = world.devices[0]
    gone = linden.write("gone")
    world.sync(2)
    post(world, [Forgetting("casework", (gone,), "withdrawal", ())])
    before = list(world.line.blobs)
    world.line.show = lambda blobs: [one for one in blobs if one in before[:4]]
    device, _ = recovered(world, shares(world)[:2])
    assert device.texts() == ["gone"]


def test_shares_of_before_the_last_drill_open_nothing_of_after() -> None:
    world = make_world()
    world.devices[0].write("first")
    world.sync(2)
    old = shares(world)
    drilled = recovering.replaced(recovery.combine(old[:2]))
    post(world, [recovering.change_to(drilled)])
    post(world, [])
    assert recovering.check(world.devices[0].store, drilled) == ("", "casework", "team")
    with pytest.raises(ForgedError, match="not sealed to these shares"):
        recovering.check(world.devices[0].store, recovery.combine(old[:2]))
    world.line.show = lambda blobs: blobs[len(world.founding.epochs) :]
    with pytest.raises(ForgedError, match="open no epoch"):
        recovered(world, old[:2])


def test_shares_of_another_team_open_nothing() -> None:
    world, other = make_world(), make_world(1)
    held = shares(other)[:2]
    with pytest.raises(ForgedError, match="another team"):
        recovering.check(world.devices[0].store, recovery.combine(held))
    with pytest.raises(ForgedError, match="open no epoch"):
        recovered(world, held)


def test_a_failed_recovery_leaves_the_vault_as_it_was() -> None:
    world, other = make_world(), make_world(1)
    newcomer = Newcomer.make(world).device
    old = recovery.combine(shares(other)[:2])
    with pytest.raises(ForgedError):
        recovering.recover(
            newcomer.store,
            newcomer.keys,
            old,
            recovering.replaced(old),
            world.line,
            relay_url="http://127.0.0.1:2",
            name="Juniper",
        )
    assert State.load(newcomer.store) is None
    assert newcomer.store.line_end()[0] == 0
    assert not newcomer.store.outbox()


def test_a_recovery_goes_into_an_empty_vault_only() -> None:
    world = make_world()
    linden = world.devices[0]
    old = recovery.combine(shares(world)[:2])
    with pytest.raises(UsageError, match="belongs to a team"):
        recovering.recover(
            linden.store,
            linden.keys,
            old,
            recovering.replaced(old),
            world.line,
            relay_url="http://127.0.0.1:2",
            name="Juniper",
        )


def test_a_drill_waits_for_an_epoch_that_is_not_sealed_to_the_shares_yet() -> None:
    world = make_world()
    drilled = recovering.replaced(recovery.combine(shares(world)[:2]))
    post(world, [recovering.change_to(drilled)])
    with pytest.raises(ForgedError, match="newest epoch of casework"):
        recovering.check(world.devices[0].store, drilled)


def test_an_old_device_takes_no_part_after_a_recovery_and_learns_of_it() -> None:
    world = make_world()
    linden = world.devices[0]
    linden.write("first")
    world.sync(2)
    device, _ = recovered(world, shares(world)[:2])
    linden.write("from a device that was thought lost")
    linden.sync(world.line)
    device.sync(world.line)
    assert device.texts() == ["first"]


def test_a_recovered_team_grows_again() -> None:
    world = make_world()
    world.devices[0].write("first")
    world.sync(2)
    device, _ = recovered(world, shares(world)[:2])
    again = World(world.founding, [device], world.clock, world.line)
    second = admitted(again, Newcomer.make(again), "casework")
    assert second.texts() == ["first"]


def test_a_team_that_was_lost_while_its_epochs_clashed_comes_back_whole() -> None:
    world = make_world()
    linden = world.devices[0]
    linden.write("first")
    world.sync(2)
    post(world, [], by=0, meet=False)
    post(world, [], by=1, meet=False)
    post(world, [Rotation(5)], by=1, meet=False)
    linden.write("never sealed")
    world.sync(2)
    assert linden.state.clashes >= {"", "casework"}
    device, told = recovered(world, shares(world)[:2])
    assert told.compartments == ("casework", "team")
    assert device.state.clashes == set()
    device.write("second")
    device.sync(world.line)
    assert device.texts() == ["first", "second"]
    assert not [one for one in device.ledger.findings() if one.kind != "forked"]


def test_a_recovery_does_not_begin_with_an_epoch_of_another_team() -> None:
    """The recovery recipient is no secret: whoever knows it can seal a team of its own to it."""
    world, other = make_world(), make_world(1)
    world.devices[0].write("first")
    world.sync(2)
    signed, _ = sealing.open_epoch(other.founding.epochs[0], [other.founding.recovery])
    false = sealing.seal_epoch(signed, [world.founding.recovery.recipient])
    world.line.blobs.insert(0, false)
    device, told = recovered(world, shares(world)[:2])
    assert told.devices == 2
    assert device.texts() == ["first"]


def test_custodians_with_shares_of_two_drills_are_told_so() -> None:
    """Not that one of them copied wrongly: they are to bring the newest."""
    world = make_world()
    before, after = shares(world), shares(world)
    with pytest.raises(ForgedError, match="two sets"):
        recovery.combine([before[0], after[1]])
