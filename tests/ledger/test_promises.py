"""The promises of *Keys that go* and of *What two admins sign*, each where it would be broken."""

from base64 import b64encode
from dataclasses import replace

import pytest
from tests.ledger.world import Device, World, decide, forge, kept_world

from asylia.errors import ConflictError, NotFoundError, RefusedError
from asylia.ledger import keeping, proposals
from asylia.ledger.change import Forgetting, Removal, Renaming, Rotation
from asylia.ledger.destroying import look
from asylia.ledger.keeping import Here
from asylia.ledger.prekeys import identities, note_named
from asylia.ledger.replay import Replay
from asylia.ledger.values import SyncReport
from asylia.ledger.voices import Voices, listen
from asylia.values import RecordId, day_of

NAME = "casework"


def kinds(report: SyncReport) -> list[str]:
    return [finding.kind for finding in report.findings]


def forgotten(world: World) -> tuple[RecordId, bytes]:
    """A record that all have read and all have forgotten, and its key."""
    one = world.devices[0]
    record = one.write("gone")
    world.sync(2)
    row = one.store.record(record)
    assert row is not None
    assert row.key is not None
    decide(world, [Forgetting(NAME, (record,), "withdrawal", ())])
    return record, row.key


def before_destroying() -> Here:
    """What a device knows when all have gone on, and it has destroyed nothing yet."""
    world = kept_world(2)
    one, two = world.devices
    one.ledger.propose([Rotation(3)])
    one.sync(world.line)
    two.sync(world.line)
    state = one.state
    with one.store.transaction():
        replay = Replay(one.store, state, identities(one.store))
        replay.take(world.line.blobs[one.store.line_end()[0] :])
        note_named(one.store, one.keys.device, state.teams.values())
        listen(one.store, state)
    here = look(one.store, state, one.keys.device, today=one.ledger.today())
    assert here is not None
    assert keeping.old_prekeys(here)
    return here


def others(here: Here) -> Voices:
    """What has been heard, without the other device's words."""
    voices = here.voices
    return replace(
        voices,
        beats={name: beat for name, beat in voices.beats.items() if name == here.device},
        answers={name: said for name, said in voices.answers.items() if name[1] == here.device},
    )


def test_a_forgotten_records_key_is_gone_from_every_disk() -> None:
    world = kept_world(2)
    record, key = forgotten(world)
    for device in world.devices:
        row = device.store.record(record)
        assert row is not None
        assert row.key is None
        assert key not in device.store.connection.serialize()
        assert device.texts() == []


def test_wrap_keys_of_before_are_gone_once_all_have_gone_on() -> None:
    world = kept_world(2)
    one = world.devices[0]
    old = one.state.compartments[NAME]
    written = b64encode(old.wrap_key)
    assert all(written in device.store.connection.serialize() for device in world.devices)
    forgotten(world)
    assert one.state.compartments[NAME].number > old.number
    for device in world.devices:
        assert written not in device.store.connection.serialize()


def test_nobody_brings_a_forgotten_records_key_back() -> None:
    world = kept_world(2)
    one, two = world.devices
    record, key = forgotten(world)
    world.line.blobs.append(forge(one, record, record_key=key, wrap=True))
    two.sync(world.line)
    row = two.store.record(record)
    assert row is not None
    assert row.key is None
    assert key not in two.store.connection.serialize()


def test_a_prekey_is_destroyed_only_when_all_have_gone_on_and_nothing_is_held() -> None:
    here = before_destroying()
    assert keeping.old_prekeys(replace(here, held=True)) == ()
    assert keeping.old_prekeys(replace(here, voices=others(here))) == ()


def test_epochs_are_destroyed_only_when_all_have_gone_on() -> None:
    world = kept_world(2)
    one, two = world.devices
    record = one.write("gone")
    world.sync(2)
    proposed = one.ledger.propose([Forgetting(NAME, (record,), "withdrawal", ())])
    world.sync()
    two.ledger.sign(proposed.id)
    two.sync(world.line)
    assert len(two.state.trees[NAME].epochs) == 2  # the other one has not said that it goes on
    world.sync(2)
    assert len(two.state.trees[NAME].epochs) == 1


def test_it_is_not_acknowledged_while_something_older_of_its_own_waits() -> None:
    here = before_destroying()
    silent = replace(here, voices=replace(here.voices, own_answers={}))
    assert keeping.acknowledgement(silent, NAME) is not None
    assert keeping.acknowledgement(replace(silent, late=frozenset({NAME})), NAME) is None


def test_a_clock_that_runs_ahead_suspends_nobody() -> None:
    here = before_destroying()
    assert keeping.silent(replace(here, today=here.today + 90)) == {}
    assert len(keeping.silent(replace(here, signed=here.signed + 30))) == 1


def asked(world: World) -> tuple[Device, Device, bytes]:
    """A proposal that waits for the second device's signature."""
    one, two = world.devices
    proposed = one.ledger.propose([Renaming(two.keys.device, "Willow")])
    assert not proposed.posted
    world.sync(2)
    return one, two, proposed.id


def test_a_proposal_is_stale_once_another_epoch_stands_in_its_place() -> None:
    world = kept_world(2)
    one, two, asked_for = asked(world)
    (row,) = two.store.notices()
    notice = proposals.parse_notice(row.content)
    assert notice is not None
    today = two.ledger.today()
    assert not proposals.is_stale(notice, two.state, today + 14)
    assert proposals.is_stale(notice, two.state, today + 15)
    one.ledger.propose([Rotation(3)])
    world.sync(2)
    assert proposals.is_stale(notice, two.state, today)
    with pytest.raises((NotFoundError, ConflictError)):
        two.ledger.sign(asked_for)
    assert two.store.notices() == []  # it held keys


def test_nobody_is_both_of_two_admins() -> None:
    world = kept_world(2)
    one, two, asked_for = asked(world)
    with pytest.raises(RefusedError, match="signed already"):
        one.ledger.sign(asked_for)
    two.ledger.sign(asked_for)
    world.sync(3)
    assert {member.name for member in one.ledger.members()} == {"Linden", "Willow"}


def test_whoever_was_removed_signs_nothing() -> None:
    world = kept_world(3)
    one, two, three = world.devices
    decide(world, [Removal(three.keys.device)])
    proposed = one.ledger.propose([Renaming(two.keys.device, "Willow")])
    world.sync(2)
    with pytest.raises((NotFoundError, RefusedError)):
        three.ledger.sign(proposed.id)


def test_silence_is_named_after_48_hours_and_not_before() -> None:
    world = kept_world(2)
    one, _ = world.devices
    one.sync(world.line)
    world.clock.move(hours=47)
    assert "silent" not in kinds(one.sync(world.line))
    world.clock.move(hours=1)
    assert "silent" in kinds(one.sync(world.line))


def test_an_entry_dated_more_than_two_days_ahead_is_named_and_applied() -> None:
    for ahead, expected in ((2, []), (3, ["misdated"])):
        world = kept_world(2)
        one, two = world.devices
        record = one.write("a")
        world.sync(2)
        day = day_of(world.clock()) + ahead
        world.line.blobs.append(forge(two, record, day=day))
        assert kinds(one.sync(world.line)) == expected
        assert one.texts() == ["a", "forged"]
