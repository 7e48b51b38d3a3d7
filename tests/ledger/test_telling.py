"""A device that left a compartment, in weeks with a relay that keeps it from being told."""

from hashlib import sha256

import pytest
from tests.ledger.campaign import NAME, Campaign, KnowingAttacker
from tests.ledger.closure import Secrets
from tests.ledger.world import Device

from asylia.errors import UnavailableError
from asylia.ledger import joining
from asylia.ledger.change import Dismissal
from asylia.ledger.sealing import AGE
from asylia.values import RecordId


@pytest.fixture(autouse=True)
def _quick_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining, "_MEMORY_KIB", 64)


class Life:
    """Three admins, one that is dismissed, a record that is forgotten then."""

    def __init__(self) -> None:
        self.campaign = Campaign.begin(third=True)
        one = self.campaign.admins[0]
        left = self.campaign.add(admin=False)
        assert left is not None
        self.left = left
        self.text = self.campaign.write(one, None)
        self.campaign.sync_all(2)

    @property
    def record(self) -> RecordId:
        return self.campaign.written[self.text][0]

    def dismiss(self) -> set[bytes]:
        """Out of its sight; the hashes of what tells it."""
        self.campaign.devices.remove(self.left)
        self.campaign.decide(Dismissal(NAME, self.left.keys.device))
        self.campaign.devices.append(self.left)
        return set(self.campaign.admins[0].state.compartments[NAME].told)

    def hide(self, told: set[bytes]) -> None:
        self.campaign.relay.false[self.left.keys.device] = lambda blobs: [
            blob for blob in blobs if sha256(blob).digest() not in told
        ]

    def days(self, count: int = 1) -> None:
        self.campaign.world.clock.move(days=count)
        self.campaign.sync_all(2)
        if not self.is_live():
            self.campaign.devices = [d for d in self.campaign.devices if d is not self.left]

    def fail_to_send(self) -> set[bytes]:
        """What it sealed, and the relay did not take."""
        relay, name = self.campaign.relay, self.left.keys.device
        relay.deaf.add(name)
        with pytest.raises(UnavailableError):
            self.campaign.sync(self.left)
        relay.deaf.discard(name)
        return {row.blob for row in self.left.store.outbox()}

    def opens(self) -> bool:
        """Whether the devices that are in the compartment and every blob give the record."""
        known = Secrets(frozenset(self.campaign.keys), frozenset(self.campaign.identities))
        attacker = KnowingAttacker(known).take(*self.campaign.relay.true)
        for device in self.campaign.inside:
            attacker.take_store(device.store.connection)
        return attacker.reads(self.text)

    def is_final(self) -> bool:
        return any(
            one.final for device in self.campaign.inside for one in device.ledger.forgotten()
        )

    def is_live(self) -> bool:
        team = self.campaign.admins[0].ledger.members()
        return any(one.live and one.device == self.left.keys.device for one in team)


def test_an_epoch_of_its_own_that_never_left_goes_when_it_is_told() -> None:
    """Also where a relay shows it nothing else that came meanwhile."""
    life = Life()
    campaign, relay, left = life.campaign, life.campaign.relay, life.left
    campaign.devices.remove(left)
    campaign.world.clock.move(days=8)
    campaign.sync_all(2)
    hashes = [sha256(blob).digest() for blob in relay.true]
    end = hashes.index(campaign.admins[0].state.team_hash) + 1
    relay.false[left.keys.device] = lambda blobs: blobs[:end]
    campaign.world.clock.move(days=4)
    made = life.fail_to_send()
    assert any(blob.startswith(AGE) for blob in made), "it made no epoch of the compartment"
    campaign.devices.append(left)
    told = life.dismiss()
    relay.false[left.keys.device] = lambda blobs: [
        *blobs[:end],
        *(blob for blob in blobs if sha256(blob).digest() in told),
    ]
    campaign.sync(left)
    assert NAME in left.state.absences
    assert not {blob for blob in made if blob.startswith(AGE)} & set(relay.true)


def test_an_entry_of_its_own_that_never_left_waits_when_it_is_told() -> None:
    life = Life()
    life.left.write("what it had in mind")
    made = life.fail_to_send()
    assert made
    life.dismiss()
    life.campaign.sync_all(3)
    assert not made & set(life.campaign.relay.true)
    assert not life.left.store.outbox()
    assert life.left.ledger.waiting() == 1


def kinds(device: Device) -> set[str]:
    return {one.kind for one in device.ledger.findings()}


def test_a_relay_that_keeps_the_dismissal_from_it_alone_brings_nothing_back_unnoticed() -> None:
    life = Life()
    life.hide(life.dismiss())
    life.campaign.forget(life.record)
    opened = 0
    for _ in range(17):
        life.days(3)
        opens, final = life.opens(), life.is_final()
        opened += opens
        assert not (opens and final), "a record is said to be shut for good, and opens"
    assert opened > 5, "the device went on, and nothing came of it"
    assert "forked" in kinds(life.campaign.admins[0])
    assert not life.is_live()
    assert life.is_final()


def test_a_relay_that_shows_it_nothing_new_holds_finality_up_until_it_is_suspended() -> None:
    life = Life()
    end = len(life.campaign.relay.true)
    life.campaign.relay.false[life.left.keys.device] = lambda blobs: blobs[:end]
    life.dismiss()
    life.campaign.forget(life.record)
    for _ in range(15):
        life.days(3)
        assert not (life.opens() and life.is_final())
    assert not life.is_live()
    assert life.is_final()


def test_one_that_was_away_is_told_when_it_comes_and_seals_nothing_to_what_stays() -> None:
    life = Life()
    life.dismiss()
    life.campaign.devices.remove(life.left)
    life.campaign.forget(life.record)
    for _ in range(5):
        life.days(2)
        assert not life.is_final()
    life.campaign.devices.append(life.left)
    for _ in range(6):
        life.days()
        assert not (life.opens() and life.is_final())
    assert life.is_final()
    assert "outside" in kinds(life.left)
    assert life.left.ledger.compartments() == ()


@pytest.mark.parametrize("at", [0, 5, 14])
def test_a_crash_while_it_is_told_changes_nothing(at: int) -> None:
    life = Life()
    life.dismiss()
    life.campaign.forget(life.record)
    life.campaign.crash(life.left, at)
    for _ in range(5):
        life.days()
        assert not (life.opens() and life.is_final())
    assert life.is_final()


@pytest.mark.parametrize("at", [0, 2, 8])
def test_a_crash_of_the_one_that_tells_it_changes_nothing(at: int) -> None:
    life = Life()
    campaign = life.campaign
    first, second, *_ = campaign.admins
    first.ledger.propose([Dismissal(NAME, life.left.keys.device)])
    campaign.sync(first)
    campaign.sync(second)
    (waiting,) = [one for one in second.ledger.proposals() if not one.stale]
    second.ledger.sign(waiting.id)
    campaign.crash(second, at)
    campaign.sync(life.left)
    campaign.sync_all(3)
    assert life.left.keys.device not in first.state.compartments[NAME].devices
    assert NAME in life.left.state.absences
    campaign.forget(life.record)
    for _ in range(5):
        life.days()
        assert not (life.opens() and life.is_final())
    assert life.is_final()


def posts_and_stops(life: Life) -> tuple[Device, Device]:
    """The admin whose turn comes first proposes; another signs, and does not get it all out.

    The dismissal and the team epoch are in the line, and the compartment's epoch is not.
    """
    campaign = life.campaign
    proposer, *_, poster = sorted(campaign.admins, key=lambda one: one.keys.device)
    campaign.sync_all(2)
    proposer.ledger.propose([Dismissal(NAME, life.left.keys.device)])
    campaign.sync(proposer)
    campaign.sync(poster)
    (proposed,) = poster.ledger.proposals()
    poster.ledger.sign(proposed.id)
    campaign.relay.takes[poster.keys.device] = 2
    with pytest.raises(UnavailableError):
        campaign.sync(poster)
    campaign.relay.takes.clear()
    return proposer, poster


def is_in(life: Life, device: Device) -> bool:
    return life.left.keys.device in device.state.compartments[NAME].devices


def test_no_turn_overtakes_what_two_signed_and_one_is_posting() -> None:
    life = Life()
    proposer, poster = posts_and_stops(life)
    others = [one for one in life.campaign.devices if one is not poster]
    for device in (*others, *others, poster, *others):
        life.campaign.sync(device)
    assert not is_in(life, proposer)
    assert NAME in life.left.state.absences
    assert not proposer.state.clashes
    assert [one.ledger.proposals() for one in life.campaign.admins] == [()] * 3


def test_what_two_signed_is_asked_again_where_its_poster_stayed_away_for_a_day() -> None:
    life = Life()
    campaign = life.campaign
    proposer, poster = posts_and_stops(life)
    campaign.devices.remove(poster)
    campaign.world.clock.move(days=1)
    campaign.sync_all(3)
    campaign.devices.append(poster)
    assert is_in(life, proposer)
    campaign.sync_all(3)
    assert is_in(life, proposer)
    assert NAME not in life.left.state.absences, "it is in again by the word of who dismissed it"
    (again,) = proposer.ledger.proposals()
    assert not again.stale
    assert not again.signed_by_me
    proposer.ledger.sign(again.id)
    campaign.sync_all(3)
    assert not is_in(life, proposer)
    assert NAME in life.left.state.absences
