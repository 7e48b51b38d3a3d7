"""A worker's real name lies sealed in one compartment, and is read for one device at a time."""

import pytest
from tests.ledger.joiners import Newcomer, admitted
from tests.ledger.world import World, make_world

from asylia.casework.names import COMPARTMENT, keep_name, name_of
from asylia.errors import MalformedError, NotFoundError, RefusedError

NAME = "Wilhelmina Quillfeather"


def world_with_identity() -> World:
    return make_world(2, casework={"en": "Casework"}, identity={"en": "Who is who"})


def test_a_name_is_read_for_the_device_that_it_was_kept_for() -> None:
    world = world_with_identity()
    linden, rowan = world.devices
    keep_name(linden.ledger, rowan.keys.device, "Somebody Else")
    world.clock.move(days=1)
    keep_name(linden.ledger, rowan.keys.device, NAME)
    world.sync(2)
    assert name_of(rowan.ledger, rowan.keys.device) == NAME
    with pytest.raises(NotFoundError):
        name_of(rowan.ledger, linden.keys.device)


def test_nobody_outside_the_compartment_reads_or_keeps_a_name() -> None:
    world = world_with_identity()
    linden = world.devices[0]
    keep_name(linden.ledger, linden.keys.device, NAME)
    world.sync(2)
    third = admitted(world, Newcomer.make(world), "casework")
    with pytest.raises(NotFoundError):
        name_of(third.ledger, linden.keys.device)
    with pytest.raises(RefusedError):
        keep_name(third.ledger, linden.keys.device, NAME)


def test_no_blob_and_no_epoch_holds_a_name() -> None:
    world = world_with_identity()
    linden = world.devices[0]
    keep_name(linden.ledger, linden.keys.device, NAME)
    world.sync(2)
    third = admitted(world, Newcomer.make(world), "casework", COMPARTMENT)
    assert name_of(third.ledger, linden.keys.device) == NAME
    shown = [*world.line.blobs, *(signed for _, signed in third.store.epochs())]
    assert not any(NAME.encode() in one for one in shown)
    assert any(b"Linden" in signed for _, signed in third.store.epochs())  # pseudonyms do


@pytest.mark.parametrize("name", ["", "x" * 201])
def test_a_name_has_a_length(name: str) -> None:
    linden = world_with_identity().devices[0]
    with pytest.raises(MalformedError):
        keep_name(linden.ledger, linden.keys.device, name)
