"""Founding signs the first intake bundle; two admins renew it, or one alone."""

import msgspec
import pytest
from tests.ledger.world import World

from asylia.envelope.bundle import verify_bundle
from asylia.errors import NotFoundError, RefusedError
from asylia.values import day_of


def test_the_first_bundle_names_what_opens_envelopes(world: World) -> None:
    one = world.devices[0]
    bundle = verify_bundle(one.ledger.bundle(), one.ledger.root, day_of(world.clock()))
    (identity,) = one.ledger.intake_identities()
    assert one.ledger.intake_identities()[identity] == "casework"
    assert bundle.compartment("casework").recipient == identity.recipient
    assert bundle.compartment("casework").reply_key == one.ledger.reply_key("casework").public
    assert bundle.root_hash == one.ledger.root_hash == world.founding.root_hash


def test_two_admins_renew_the_bundle(world: World) -> None:
    one, two = world.devices
    world.sync()
    first = one.ledger.bundle()
    world.clock.move(days=7)
    assert one.ledger.renew_bundle() is None
    assert one.ledger.bundle() == first
    world.sync()
    admitted = two.ledger.admit_bundle()
    assert admitted != first
    world.sync(2)
    assert one.ledger.bundle() == two.ledger.bundle() == admitted
    verify_bundle(admitted, one.ledger.root, day_of(world.clock()))


def test_a_device_alone_renews_the_bundle_alone(alone: World) -> None:
    one = alone.devices[0]
    alone.clock.move(days=7)
    assert one.ledger.renew_bundle() == one.ledger.bundle()


def test_an_old_bundle_is_none(world: World) -> None:
    world.clock.move(days=15)
    with pytest.raises(NotFoundError):
        world.devices[0].ledger.bundle()


def test_nothing_is_admitted_that_was_not_proposed(world: World) -> None:
    one, two = world.devices
    world.sync()
    world.clock.move(days=7)
    with pytest.raises(NotFoundError):
        two.ledger.admit_bundle()
    one.ledger.renew_bundle()
    with pytest.raises(NotFoundError):
        one.ledger.admit_bundle()


def test_a_proposal_that_says_another_thing_is_not_signed(world: World) -> None:

    one, two = world.devices
    world.sync()
    world.clock.move(days=7)
    ledger = one.ledger
    honest = ledger._composed()
    other = msgspec.structs.replace(
        honest.compartments[0], intake_recipient=str(world.founding.recovery.recipient)
    )
    ledger._propose(msgspec.structs.replace(honest, compartments=(other,)))
    world.sync()
    with pytest.raises(NotFoundError):
        two.ledger.admit_bundle()


def test_a_device_that_is_no_admin_signs_none(world: World) -> None:
    one = world.devices[0]
    devices = one.ledger._state.team.devices  # type: ignore[union-attr]

    bare = tuple(msgspec.structs.replace(device, certificate=None) for device in devices)
    team = msgspec.structs.replace(one.ledger._team, devices=bare)
    one.ledger._state.teams[one.ledger._state.team_hash] = team
    with pytest.raises(RefusedError):
        one.ledger.renew_bundle()
