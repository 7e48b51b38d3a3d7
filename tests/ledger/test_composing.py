"""What a device makes of a change: new keys for all, nothing for whoever leaves."""

from dataclasses import replace
from hashlib import sha256

import pytest
from tests.ledger.teams import NAME, TODAY, Member, Team, addition, make_team, memory_store

from asylia.crypto.age import Identity
from asylia.envelope.authority import certify
from asylia.errors import AsyliaError, NotFoundError, RefusedError, UsageError
from asylia.ledger import composing, renewing, sealing
from asylia.ledger.change import (
    Addition,
    Admission,
    Change,
    Closing,
    Dismissal,
    Opening,
    Promotion,
    Removal,
    Renaming,
    Rotation,
    Suspension,
)
from asylia.ledger.epoch import COMMONS
from asylia.ledger.keys import DeviceKeys


def test_without_changes_all_keys_are_new_and_the_offered_prekeys_are_named() -> None:
    team = make_team(3)
    one, two, _ = team.members
    offered = str(Identity.generate().recipient)
    team.line.append(two.beat(offered))
    team.pull()
    composed = composing.compose(one.view({two.device: offered}), ())
    before = one.state
    assert composed.team is not None
    assert offered in {device.prekey for device in composed.team.devices}
    assert not composed.needs_two
    assert {epoch.compartment for epoch in composed.compartments} == {NAME, COMMONS}
    for epoch in composed.compartments:
        old = before.compartments[epoch.compartment]
        assert {epoch.compartment_key, epoch.wrap_key}.isdisjoint(
            {old.compartment_key, old.wrap_key}
        )
        if epoch.compartment == NAME:
            assert epoch.intake[0] not in old.intake
            assert epoch.intake[1].identity == old.intake[0].identity
            assert epoch.intake[1].until == TODAY + renewing.GRACE
    team.post(composed, one)
    assert team.pull(one) == [[]]


def test_a_suspension_draws_a_new_access_secret_and_seals_nothing_to_whom_it_shuts_out() -> None:
    team = make_team(3)
    one, two, three = team.members
    before = one.state.team
    composed = one.compose(Suspension(three.device))
    assert before is not None
    assert composed.team is not None
    assert composed.team.relay.secret != before.relay.secret
    count = len(team.line)
    team.post(composed, one)
    for blob in team.line[count:]:
        sealing.open_epoch(blob, two.keys.prekeys)
        with pytest.raises(sealing.UnopenedError):
            sealing.open_epoch(blob, three.keys.prekeys)


def test_a_removal_draws_new_intake_and_reply_keys() -> None:
    team = make_team(3)
    one, _, three = team.members
    composed = one.compose(Removal(three.device))
    (epoch,) = (one for one in composed.compartments if one.compartment == NAME)
    before = one.state.compartments[NAME]
    assert epoch.reply_seed != before.reply_seed
    assert epoch.earlier_reply_keys == (before.reply_key.public,)
    assert epoch.intake[0].identity != before.intake[0].identity
    assert composed.needs_two


def test_who_is_added_reads_what_was_and_the_live_records() -> None:
    team = make_team(3)
    one, two, _ = team.members
    team.line.append(one.entry(record_key=b"k" * 32))
    team.pull()
    keys, base = DeviceKeys.generate(), len(team.line)
    team.post(one.compose(addition(team, keys, "Willow", admin=False)), one, two)
    team.pull()
    team.line.append(two.entry(record_key=b"k" * 32))
    team.pull()
    before = one.state.teams[one.state.team_hash].previous[0]
    assert _place(team, before) < base
    new = team.joined(Member(keys, memory_store()), base=_place(team, before))
    assert new.pull(team.line) == []
    assert new.texts() == one.texts()
    assert len(new.texts()) == 2


def _place(team: Team, blob_hash: bytes) -> int:
    return next(at for at, blob in enumerate(team.line) if sha256(blob).digest() == blob_hash)


def test_a_new_compartment_is_of_those_who_are_named() -> None:
    team = make_team(3, 1)
    one, two, three, _ = team.members
    names = (one.device, two.device)
    team.post(one.compose(Opening("others", {"en": "x"}, names, reports=True)), one, two)
    assert team.pull(one, two, three) == [[], [], []]
    assert "others" in two.state.compartments
    assert "others" not in three.state.compartments


def test_a_suspended_device_comes_back_with_a_new_prekey() -> None:
    team = make_team(3)
    one, two, three = team.members
    team.post(one.compose(Suspension(three.device)), one)
    team.pull()
    back_from = one.state.team_hash
    fresh = Identity.generate()
    back = replace(
        addition(team, three.keys, "Aspen 0"), prekey=str(fresh.recipient), compartments=(NAME,)
    )
    team.post(one.compose(back), one, two)
    three.prekeys.append(fresh)
    team.welcome(three, _place(team, back_from))
    assert team.pull() == [[], [], []]
    assert three.state.team == one.state.team
    team.line.append(three.entry())
    assert team.pull() == [[], [], []]


def test_who_was_shut_out_does_not_come_back_by_one_admin() -> None:
    team = make_team(3)
    one, two, three = team.members
    team.post(one.compose(Suspension(three.device)), one)
    team.pull()
    back = replace(addition(team, three.keys, "Aspen 0"), prekey=str(Identity.generate().recipient))
    team.post(one.compose(back), one)
    assert "forged" in two.pull(team.line)


REFUSED: dict[str, tuple[type[AsyliaError], object]] = {
    "who is not there": (NotFoundError, lambda _: Renaming(bytes(32), "x")),
    "who left already": (UsageError, lambda _: None),
    "who is in already": (RefusedError, lambda t: addition(t, t.members[1].keys, "x")),
    "another compartment": (RefusedError, lambda t: Admission("others", t.members[1].device)),
    "one that is there": (UsageError, lambda _: Opening(NAME, {"en": "x"}, (), reports=False)),
    "one of a single admin": (
        UsageError,
        lambda team: Opening("leg-1", {"en": "x"}, (team.members[0].device,), reports=False),
    ),
    "the commons anew": (UsageError, lambda _: Opening(COMMONS, {"en": "x"}, (), reports=False)),
    "a second admin beside one that signs alone": (UsageError, lambda _: None),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_made_is_said(name: str) -> None:
    error, make = REFUSED[name]
    team = make_team(3)
    one, two, three = team.members
    change: Change
    if name == "who left already":
        team.post(one.compose(Suspension(three.device)), one)
        team.pull()
        change = Suspension(three.device)
    elif name.startswith("a second admin"):
        alone = certify(team.root, two.keys.signing.public, not_before=TODAY, alone=True)
        change = Promotion(two.device, alone)
    else:
        change = make(team)  # type: ignore[operator]
    with pytest.raises(error):
        one.compose(change)


def test_nothing_is_made_while_the_team_clashes() -> None:
    team = make_team(3)
    one, two, _ = team.members
    for maker, days in ((one, 3), (two, 4)):
        composed = maker.compose(Rotation(days))
        team.post(replace(composed, compartments=(), pages=()), maker)
    team.pull()
    with pytest.raises(RefusedError):
        one.compose(Rotation(5))
    assert not one.state.is_writable(NAME)
    assert not one.state.is_writable(COMMONS)


def test_nobody_writes_beside_one_who_left_until_the_next_epoch() -> None:
    team = make_team(3)
    one, two, three = team.members
    team.post(replace(one.compose(Suspension(three.device)), compartments=(), pages=()), one)
    team.pull()
    assert not two.state.is_writable(NAME)
    team.post(composing.compose_compartment(two.view(), NAME), two)
    assert team.pull(one, two) == [[], []]
    assert two.state.is_writable(NAME)


def test_a_closed_compartment_keeps_its_successor() -> None:
    team = make_team(3)
    one, two, _ = team.members
    team.post(one.compose(Closing(NAME, "others")), one, two)
    team.pull()
    team.post(composing.compose_compartment(one.view(), NAME), one)
    assert team.pull() == [[], [], []]
    assert two.state.compartments[NAME].successor == "others"


def test_a_device_that_is_not_in_the_team_makes_nothing() -> None:
    team = make_team(3)
    one, *_ = team.members
    with pytest.raises(RefusedError):
        composing.compose(replace(one.view(), device=bytes(32)), ())


def test_an_addition_is_made_as_it_is_asked_for() -> None:
    team = make_team(3)
    one, *_ = team.members
    asked: Addition = addition(team, DeviceKeys.generate(), "Willow")
    composed = one.compose(asked, Dismissal(NAME, team.members[2].device))
    (epoch,) = (each for each in composed.compartments if each.compartment == NAME)
    assert asked.signing.fingerprint in epoch.devices
    assert team.members[2].device not in epoch.devices


def test_a_clock_that_is_behind_dates_no_epoch_before_a_certificate_in_it() -> None:
    team = make_team(2, 1)
    one, two, _ = team.members
    made = one.compose(day=TODAY - 2)
    assert made.team is not None
    assert made.team.day == TODAY  # the founders' certificates hold from today
    team.post(made, one, two)
    assert team.pull() == [[], [], []]
