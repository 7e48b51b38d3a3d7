"""A device comes to a team by card, invitation and eight words, or comes back; else it does not."""

from hashlib import sha256

import msgspec
import pytest
from tests.ledger.joiners import Newcomer, addition, admitted, invited, post
from tests.ledger.world import make_world

from asylia.errors import ForgedError, NotFoundError, RefusedError
from asylia.ledger import entering, inviting, joining
from asylia.ledger.change import Removal, Suspension
from asylia.ledger.prekeys import identities
from asylia.ledger.state import State


@pytest.fixture(autouse=True)
def cheap_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second of Argon2id for each list of words; the vectors hold its true costs."""
    monkeypatch.setattr(joining, "_MEMORY_KIB", 64)


def test_a_third_device_comes_by_its_words_and_reads_what_was() -> None:
    world = make_world()
    linden, rowan = world.devices
    linden.write("before")
    world.sync(2)
    third = admitted(world, Newcomer.make(world), "casework")
    assert third.texts() == ["before"]
    assert {one.name for one in third.ledger.members()} == {"Linden", "Rowan", "Willow"}
    third.write("after")
    third.sync(world.line)
    world.sync(2)
    assert rowan.texts() == ["before", "after"]
    assert not third.ledger.findings()
    assert not rowan.ledger.findings()


def test_a_swapped_card_gives_other_words() -> None:
    world = make_world()
    newcomer, stranger = Newcomer.make(world), Newcomer.make(world, "Stranger")
    sealed = invited(world, stranger)  # the card that reached the admin was another's
    with pytest.raises(ForgedError):
        newcomer.open(sealed, world)
    # The stranger opens it, and passes on an invitation of its own making.
    opened = stranger.open(sealed, world)
    admin = world.devices[0]
    assert newcomer.card != stranger.card
    entering.show_card(newcomer.device.store, newcomer.device.keys)
    with pytest.raises(ForgedError, match="not the words"):
        inviting.recognise(admin.ledger, admin.store, newcomer.words(opened))
    assert inviting.recognise(admin.ledger, admin.store, stranger.words(opened))


def test_a_swapped_invitation_gives_other_words() -> None:
    world, other = make_world(), make_world(1)
    newcomer = Newcomer.make(world)
    true = newcomer.open(invited(world, newcomer), world)
    false = newcomer.open(invited(other, newcomer), other)
    admin = world.devices[0]
    assert newcomer.words(true) != newcomer.words(false)
    with pytest.raises(ForgedError, match="not the words"):
        inviting.recognise(admin.ledger, admin.store, newcomer.words(false))


def test_words_of_an_invitation_older_than_its_days_are_nobodys() -> None:
    world = make_world()
    newcomer = Newcomer.make(world)
    sealed = invited(world, newcomer)
    opened, admin = newcomer.open(sealed, world), world.devices[0]
    world.clock.move(days=14)
    assert inviting.recognise(admin.ledger, admin.store, newcomer.words(opened))
    world.clock.move(days=1)
    with pytest.raises(ForgedError):
        inviting.recognise(admin.ledger, admin.store, newcomer.words(opened))
    with pytest.raises(RefusedError, match="older than 14 days"):
        newcomer.open(sealed, world)


def test_an_invitation_is_used_once() -> None:
    world = make_world()
    newcomer = Newcomer.make(world)
    opened, admin = newcomer.open(invited(world, newcomer), world), world.devices[0]
    card = inviting.recognise(admin.ledger, admin.store, newcomer.words(opened))
    inviting.settled(admin.ledger, admin.store, card)
    with pytest.raises(ForgedError):
        inviting.recognise(admin.ledger, admin.store, newcomer.words(opened))


def test_a_relay_that_shows_another_line_than_the_inviting_device_saw_is_found_out() -> None:
    world = make_world()
    world.devices[0].write("before")
    world.sync(2)
    newcomer = Newcomer.make(world)
    opened = newcomer.open(invited(world, newcomer), world)
    whole = list(world.line.blobs)
    for shown in (whole[:-1], whole[:1] + whole[2:], [whole[0], *whole], [*whole[:2], b"junk"]):
        world.line.show = lambda _, shown=shown: shown
        with pytest.raises(ForgedError, match="does not show this device"):
            entering.enter(newcomer.device.store, opened, world.line)
        assert newcomer.device.store.line_end()[0] == 0
        assert State.load(newcomer.device.store) is None
    world.line.show = lambda blobs: blobs
    entering.enter(newcomer.device.store, opened, world.line)
    assert newcomer.device.store.line_end()[0] == len(whole)


def test_a_welcome_that_the_invitation_does_not_name_is_not_followed() -> None:
    world = make_world()
    newcomer = Newcomer.make(world)
    first = newcomer.open(invited(world, newcomer), world)
    second = newcomer.open(invited(world, newcomer), world)
    swapped = first._replace(
        invitation=msgspec.structs.replace(second.invitation, welcome=bytes(32))
    )
    with pytest.raises(ForgedError, match="not in the line"):
        entering.enter(newcomer.device.store, swapped, world.line)
    late = first._replace(
        invitation=msgspec.structs.replace(first.invitation, welcome=second.invitation.welcome)
    )
    with pytest.raises(ForgedError, match="not in the line"):  # behind what was promised
        entering.enter(newcomer.device.store, late, world.line)


def test_who_is_in_the_team_or_was_removed_is_not_invited() -> None:
    world = make_world()
    rowan = world.devices[1]
    with pytest.raises(RefusedError, match="in the team already"):
        invited(world, Newcomer(rowan))
    third = admitted(world, Newcomer.make(world))
    post(world, [Removal(third.keys.device)])
    with pytest.raises(RefusedError, match="removed"):
        invited(world, Newcomer(third))


def test_only_an_admin_invites() -> None:
    world = make_world()
    third = admitted(world, Newcomer.make(world))
    world.devices.append(third)
    with pytest.raises(RefusedError, match="no admin"):
        invited(world, Newcomer.make(world), by=2)


def test_a_suspended_device_comes_back_with_a_new_card_and_keeps_what_it_had() -> None:
    world = make_world()
    third = admitted(world, Newcomer.make(world), "casework")
    third.write("mine")
    third.sync(world.line)
    world.sync(2)
    post(world, [Suspension(third.keys.device)])
    world.devices[0].write("while it was away")
    world.sync(2)
    third.restart()
    third.sync(world.line)
    assert "while it was away" not in third.texts()
    newcomer = Newcomer(third)
    sealed = invited(world, newcomer)
    opened = newcomer.open(sealed, world)
    admin = world.devices[0]
    card = inviting.recognise(admin.ledger, admin.store, newcomer.words(opened))
    assert card.device == third.keys.device
    entering.enter(third.store, opened, world.line)
    assert entering.waits(third.store, third.keys.device) is not None
    post(world, [addition(card, "Willow", "casework")])
    entering.look(third.store, world.line)
    assert entering.waits(third.store, third.keys.device) is None
    third.restart()
    third.sync(world.line)
    assert sorted(third.texts()) == ["mine", "while it was away"]
    third.write("back")
    third.sync(world.line)
    world.sync(2)
    assert "back" in world.devices[1].texts()


def test_an_invitation_of_another_team_is_not_opened_in_this_vault() -> None:
    world, other = make_world(), make_world(1)
    third = admitted(world, Newcomer.make(world))
    sealed = invited(other, Newcomer(third))
    with pytest.raises(RefusedError, match="another team"):
        entering.open_invitation(third.store, sealed, third.ledger.today())


def test_a_vault_without_card_or_team_says_what_to_do() -> None:
    world = make_world()
    newcomer = Newcomer.make(world)
    with pytest.raises(NotFoundError, match="entered no team"):
        entering.waits(newcomer.device.store, newcomer.device.keys.device)


@pytest.mark.parametrize("text", ["", "abandon " * 8, "x" * 1000])
def test_other_words_admit_nobody(text: str) -> None:
    world = make_world()
    newcomer = Newcomer.make(world)
    invited(world, newcomer)
    admin = world.devices[0]
    with pytest.raises(ForgedError):
        inviting.recognise(admin.ledger, admin.store, text)


def test_no_blob_and_no_card_names_the_worker() -> None:
    world = make_world()
    newcomer = Newcomer.make(world, "Juniper")
    third = admitted(world, newcomer, "casework", name="Juniper")
    assert any(one.name == "Juniper" for one in third.ledger.members())
    for blob in (*world.line.blobs, newcomer.card):
        assert b"Juniper" not in blob


def test_a_welcome_is_the_one_and_of_the_team_that_the_invitation_names() -> None:
    world, other = make_world(), make_world(1)
    newcomer = Newcomer.make(world)
    here = newcomer.open(invited(world, newcomer), world).invitation
    there = newcomer.open(invited(other, newcomer), other).invitation
    prekeys = list(identities(newcomer.device.store))
    blobs = {sha256(blob).digest(): blob for blob in (*world.line.blobs, *other.line.blobs)}
    mine, false = blobs[here.welcome], blobs[there.welcome]
    assert joining.open_welcome(mine, prekeys, here).epoch.root == world.founding.root.public
    with pytest.raises(ForgedError, match="not the welcome"):
        joining.open_welcome(false, prekeys, here)
    mixed = msgspec.structs.replace(here, welcome=there.welcome)
    with pytest.raises(ForgedError, match="another team"):
        joining.open_welcome(false, prekeys, mixed)


def test_who_comes_back_takes_prekeys_that_were_offered_while_it_was_away() -> None:
    world = make_world()
    third = admitted(world, Newcomer.make(world), "casework")
    post(world, [Suspension(third.keys.device)])
    for _ in range(3):
        world.clock.move(days=8)  # rotations: the others' prekeys are new ones
        world.sync(3)
    newcomer = Newcomer(third)
    opened = newcomer.open(invited(world, newcomer), world)
    world.clock.move(days=8)
    world.sync(3)
    admin = world.devices[0]
    card = inviting.recognise(admin.ledger, admin.store, newcomer.words(opened))
    entering.enter(third.store, opened, world.line)
    proposed = admin.ledger.propose([addition(card, "Willow", "casework")])
    world.sync(2)
    if not proposed.posted:
        world.devices[1].ledger.sign(proposed.id)
    world.sync(3)
    entering.look(third.store, world.line)
    assert entering.waits(third.store, third.keys.device) is None
    third.restart()
    third.sync(world.line)
    assert not [one for one in third.ledger.findings() if one.kind == "forged"]
