"""Epochs that clash: what the merge says, who makes it, and that no merge says more or less."""

from dataclasses import replace
from itertools import permutations

import msgspec
import pytest
from tests.ledger.teams import NAME, TODAY, Member, Team, addition, copy, make_team

from asylia.crypto.age import Identity
from asylia.envelope.signed import SignedBytes
from asylia.ledger import composing, sealing
from asylia.ledger.change import (
    Dismissal,
    Forgetting,
    Promotion,
    Removal,
    Renaming,
    Rotation,
    Suspension,
)
from asylia.ledger.composing import Composed
from asylia.ledger.control import Acknowledgement
from asylia.ledger.epoch import Relay, TeamEpoch
from asylia.ledger.keys import DeviceKeys
from asylia.values import RecordId
from asylia.wire import encode


def team_only(composed: Composed) -> Composed:
    return replace(composed, compartments=(), pages=())


def states(team: TeamEpoch) -> dict[bytes, str]:
    return {one.signing.fingerprint: one.state for one in team.devices}


def clash(team: Team, *sides: tuple[Composed, tuple[Member, ...]]) -> None:
    """Put siblings into the line; everyone reads them."""
    for composed, signers in sides:
        team.post(composed, *signers)
    team.pull()


def merger(team: Team, chain: str) -> Member:
    name = composing.who_merges(team.members[0].state, chain)
    return next(one for one in team.members if one.device == name)


def merge(team: Team, chain: str) -> Composed:
    """Merge, by whom it is for."""
    one = merger(team, chain)
    composed = composing.compose_merge(one.view(), chain)
    team.post(composed, one)
    return composed


def test_both_suspensions_hold_and_everyone_comes_to_the_same() -> None:
    team = make_team(4)
    one, two, three, four = team.members
    clash(
        team,
        (team_only(one.compose(Suspension(three.device))), (one,)),
        (team_only(two.compose(Suspension(four.device))), (two,)),
    )
    assert all("" in member.state.clashes for member in (one, two))
    merge(team, "")
    assert team.pull(one, two) == [[], []]
    for member in (one, two):
        assert member.state.clashes == set()
        merged = member.state.team
        assert merged is not None
        assert states(merged)[three.device] == states(merged)[four.device] == "suspended"
        assert merged.number == 3
    assert one.state.team == two.state.team


def test_what_either_took_away_is_gone_and_what_one_alone_added_is_not_in() -> None:
    team = make_team(4)
    one, two, three, four = team.members
    new = DeviceKeys.generate()
    clash(
        team,
        (
            team_only(one.compose(addition(team, new, "Willow"), Promotion(four.device, None))),
            (one, two),
        ),
        (team_only(two.compose(Removal(three.device), Rotation(3))), (two, four)),
    )
    merge(team, "")
    team.pull(one, two)
    merged = one.state.team
    assert merged is not None
    assert states(merged)[new.device] == "suspended"  # until it is invited again
    assert states(merged)[three.device] == "removed"
    rows = {device.signing.fingerprint: device for device in merged.devices}
    assert rows[four.device].certificate is None
    assert merged.rotation == 3
    known = {epoch.relay.secret for epoch in one.state.teams.values() if epoch != merged}
    assert merged.relay.secret not in known


def test_a_removed_device_that_races_has_no_say() -> None:
    """It suspends everyone else, and takes the relay to another place."""
    team = make_team(4)
    one, two, three, rogue = team.members
    removal = team_only(one.compose(Removal(rogue.device)))
    attack = team_only(rogue.compose(*(Suspension(m.device) for m in (one, two, three))))
    assert attack.team is not None
    relay = Relay(secret=bytes(32), url="http://127.0.0.1:666")
    attack = replace(attack, team=msgspec.structs.replace(attack.team, relay=relay))
    blobs = [team.blobs(removal, one, two), [_for_all(team, attack, rogue)]]
    for order in permutations(blobs):
        again = make_copy(team)
        for part in order:
            again.line += part
        again.pull(*again.members[:3])
        merge(again, "")
        assert again.pull(*again.members[:3]) == [[], [], []]
        merged = again.members[0].state.team
        assert merged is not None
        assert states(merged) == states(removal.team) | {}  # type: ignore[arg-type]
        assert merged.relay.url != relay.url


def make_copy(team: Team) -> Team:
    """The same team, as it is now, on other disks."""
    members = [
        Member(one.keys, copy(one.store.connection.serialize()), list(one.prekeys))
        for one in team.members
    ]
    return Team(team.root, team.recovery, members, list(team.line))


def _for_all(team: Team, composed: Composed, signer: Member) -> bytes:
    """Sealed to everyone's prekeys, those whom it shuts out too."""
    assert composed.team is not None
    body = encode(composed.team)
    signed = SignedBytes(body, signer.keys.signing.sign("asylia/team-epoch/1 epoch", body))
    before = signer.state.team
    assert before is not None
    return sealing.seal_epoch(signed, before.recipients)


WRONG = {
    "a device live that one sibling suspended": lambda e, t: {
        "devices": tuple(
            msgspec.structs.replace(
                d, state="live", prekey=str(t.members[2].keys.prekeys[0].recipient)
            )
            if d.signing.fingerprint == t.members[2].device
            else d
            for d in e.devices
        )
    },
    "a device removed that was suspended": lambda e, t: {
        "devices": tuple(
            msgspec.structs.replace(d, state="removed")
            if d.signing.fingerprint == t.members[2].device
            else d
            for d in e.devices
        )
    },
    "a certificate taken": lambda e, t: {
        "devices": tuple(
            msgspec.structs.replace(d, certificate=None)
            if d.signing.fingerprint == t.members[3].device
            else d
            for d in e.devices
        )
    },
    "a device left out": lambda e, t: {
        "devices": tuple(d for d in e.devices if d.signing.fingerprint != t.members[2].device)
    },
    "another recovery recipient": lambda *_: {"recovery": str(Identity.generate().recipient)},
    "another rotation": lambda *_: {"rotation": 29},
    "another relay": lambda e, _: {"relay": msgspec.structs.replace(e.relay, url="http://x")},
    "the access secret of before": lambda e, t: {
        "relay": msgspec.structs.replace(
            e.relay, secret=t.members[0].state.teams[e.previous[0]].relay.secret
        )
    },
    "a jump in number": lambda e, _: {"number": e.number + 1},
    "a prekey of the maker's choice": lambda e, t: {
        "devices": tuple(
            msgspec.structs.replace(d, prekey=str(Identity.generate().recipient))
            if d.signing.fingerprint == t.members[3].device
            else d
            for d in e.devices
        )
    },
}


@pytest.mark.parametrize("name", WRONG)
def test_a_merge_of_the_team_that_says_another_thing_is_refused(name: str) -> None:
    team = make_team(4)
    one, two, three, _ = team.members
    clash(
        team,
        (team_only(one.compose(Suspension(three.device))), (one,)),
        (team_only(two.compose(Rotation(3))), (two,)),
    )
    by = merger(team, "")
    composed = composing.compose_merge(by.view(), "")
    assert composed.team is not None
    bad = msgspec.structs.replace(composed.team, **WRONG[name](composed.team, team))
    for signers in ((by,), (one, two)):
        team.line.append(team.seal(bad, *signers))
        assert two.pull(team.line) == ["forged"]
    team.post(composed, by)
    assert two.pull(team.line) == []


def test_a_merge_by_another_than_who_may_is_refused() -> None:
    team = make_team(4)
    one, two, *_ = team.members
    clash(
        team,
        (team_only(one.compose(Rotation(2))), (one,)),
        (team_only(two.compose(Rotation(3))), (two,)),
    )
    by = merger(team, "")
    other = next(member for member in team.members if member is not by)
    team.post(composing.compose_merge(by.view(), ""), other)
    assert two.pull(team.line) == ["forged"]


def test_three_siblings_are_merged_two_by_two() -> None:
    team = make_team(4)
    one, two, three, four = team.members
    clash(
        team,
        (team_only(one.compose(Suspension(four.device))), (one,)),
        (team_only(two.compose(Rotation(3))), (two,)),
        (team_only(three.compose(Rotation(4))), (three,)),
    )
    assert len(one.state.newest("")) == 3
    for _ in range(2):
        assert "" in one.state.clashes
        merge(team, "")
        assert team.pull(one, two, three) == [[], [], []]
    assert one.state.clashes == set()
    assert one.state.team == two.state.team == three.state.team
    assert one.state.team is not None
    assert states(one.state.team)[four.device] == "suspended"


def test_nobody_writes_while_the_team_or_the_compartment_clashes() -> None:
    team = make_team(3)
    one, two, _ = team.members
    clash(
        team,
        (composing.compose_compartment(one.view(), NAME), (one,)),
        (composing.compose_compartment(two.view(), NAME), (two,)),
    )
    assert one.state.clashes == {NAME}
    merge(team, NAME)
    assert team.pull() == [[], [], []]
    assert one.state.clashes == set()


def test_a_compartments_merge_forgets_and_shuts_out_what_either_does() -> None:
    team = make_team(3, 1)
    one, two, three, four = team.members
    team.line += [one.entry(record_key=b"a" * 32)]
    team.pull()
    team.line += [one.entry(record_key=b"b" * 32)]
    team.pull()
    first, second = (RecordId(row.record) for row in one.store.records(NAME))
    forgetting = one.compose(Forgetting(NAME, (first,), "withdrawal", ()))
    dismissal = two.compose(Dismissal(NAME, four.device))
    assert forgetting.team == dismissal.team  # one and the same, sealed twice
    clash(team, (forgetting, (one, two)), (dismissal, (two, three)))
    assert one.state.clashes == {NAME}
    composed = merge(team, NAME)
    assert team.pull(one, two, three) == [[], [], []]
    (epoch,) = composed.compartments
    assert epoch.forgotten == (first,)
    assert four.device not in epoch.devices
    row = two.store.record(second)
    assert row is not None
    assert row.carried == two.state.current[NAME].blob_hash
    assert epoch.reply_seed not in {
        one.state.trees[NAME].epochs[name].reply_seed for name in epoch.previous
    }
    assert {one.epoch for one in epoch.earlier} >= set(epoch.previous)


BAD_MERGE = {
    "a record kept": lambda e, _: {"forgotten": ()},
    "a device back": lambda e, t: {"devices": tuple(sorted({*e.devices, t.members[3].device}))},
    "a device less": lambda e, t: {
        "devices": tuple(name for name in e.devices if name != t.members[2].device)
    },
    "a history without a sibling": lambda e, _: {"earlier": e.earlier[:-1]},
    "an intake key dropped": lambda e, _: {"intake": e.intake[:2]},
    "an intake key of a sibling as its own": lambda e, _: {
        "intake": (
            msgspec.structs.replace(e.intake[1], until=None),
            *e.intake[2:],
        )
    },
    "the reply key that one who left knows": lambda e, t: {
        "reply_seed": t.members[0].state.trees[NAME].epochs[e.previous[0]].reply_seed
    },
    "a wrap key of a sibling": lambda e, t: {
        "wrap_key": t.members[0].state.trees[NAME].epochs[e.previous[1]].wrap_key
    },
    "other labels": lambda *_: {"labels": {"en": "y"}},
    "closed": lambda *_: {"successor": "others"},
}


@pytest.mark.parametrize("name", BAD_MERGE)
def test_a_merge_of_a_compartment_that_says_another_thing_is_refused(name: str) -> None:
    team = make_team(3, 1)
    one, two, three, four = team.members
    forgetting = one.compose(Forgetting(NAME, (RecordId(bytes(16)),), "withdrawal", ()))
    dismissal = two.compose(Dismissal(NAME, four.device))
    assert forgetting.team == dismissal.team  # one and the same, sealed twice
    clash(team, (forgetting, (one, two)), (dismissal, (two, three)))
    assert one.state.clashes == {NAME}
    by = merger(team, NAME)
    composed = composing.compose_merge(by.view(), NAME)
    (epoch,) = composed.compartments
    bad = msgspec.structs.replace(epoch, **BAD_MERGE[name](epoch, team))
    team.post(replace(composed, compartments=(bad,)), by)
    assert one.pull(team.line) in (["forged"], ["malformed"])
    team.line.pop()
    team.line.append(team.seal(epoch, by))
    assert two.pull(team.line) == []


def test_a_sibling_that_is_shown_late_is_refused_once_all_have_gone_on() -> None:
    team = make_team(3)
    one, two, three = team.members
    late = team.blobs(team_only(three.compose(Suspension(one.device))), three)
    team.post(team_only(one.compose(Rotation(3))), one)
    team.pull()
    for member in team.members:
        team.line.append(member.beat())
        team.pull()
    assert one.state.closed("") == 2
    team.line += late
    assert team.pull(two, three) == [["forked"], ["forked"]]
    assert two.state.clashes == set()


def test_a_sibling_that_is_shown_before_all_have_gone_on_is_merged() -> None:
    """The negative control: without the acknowledgements the same blob makes a clash."""
    team = make_team(3)
    one, two, three = team.members
    late = team.blobs(team_only(three.compose(Suspension(one.device))), three)
    team.post(team_only(one.compose(Rotation(3))), one)
    team.pull()
    for member in (one, two):
        team.line.append(member.beat())
        team.pull()
    team.line += late
    two.pull(team.line)
    assert two.state.clashes == {""}


def test_a_compartments_sibling_that_is_shown_late_is_refused_too() -> None:
    team = make_team(3)
    one, two, three = team.members
    late = team.blobs(composing.compose_compartment(three.view(), NAME), three)
    team.post(composing.compose_compartment(one.view(), NAME), one)
    team.pull()
    for member in team.members:
        said = Acknowledgement(destroyed=0, epoch=member.state.current[NAME].blob_hash)
        team.line.append(member.says(said, NAME))
        team.pull()
    team.line += late
    assert team.pull(one, two) == [["forked"], ["forked"]]


def test_a_device_that_refused_a_sibling_goes_on_under_the_merge() -> None:
    """Two lines, or a sibling that only some could open: nobody is stuck."""
    team = make_team(3)
    three, one, two = sorted(team.members, key=lambda m: m.device, reverse=True)
    team.post(team_only(one.compose(Rotation(3))), one)
    composed = team_only(two.compose(Rotation(4)))
    assert composed.team is not None
    # The second sibling is sealed to its maker and to the first alone.
    narrow = [Identity.parse(m.keys.prekeys[0].reveal()).recipient for m in (one, two)]
    signed = sealing.sign_epoch(composed.team, [two.keys.signing])
    team.line.append(sealing.seal_epoch(signed, narrow))
    team.pull(one, two, three)
    assert one.state.clashes == two.state.clashes == {""}
    assert three.state.clashes == set()
    name = composing.who_merges(one.state, "")
    maker = next(m for m in team.members if m.device == name)
    team.post(composing.compose_merge(maker.view(), ""), maker)
    assert team.pull(one, two, three)[2] == []
    assert three.state.team == one.state.team


def test_the_same_epoch_sealed_twice_is_one() -> None:
    """Two admins can both be the second one to sign a proposal."""
    team = make_team(3)
    one, two, three = team.members
    composed = one.compose(Renaming(three.device, "Willow"))
    team.post(composed, one, two)
    team.post(composed, one, three)
    assert team.pull() == [[], [], []]
    assert one.state.clashes == set()


def test_an_epoch_that_stands_in_the_line_twice_is_named() -> None:
    team = make_team(3)
    one, two, _ = team.members
    blobs = team.blobs(team_only(one.compose(Rotation(3))), one)
    team.line += blobs + blobs
    assert two.pull(team.line) == ["replayed"]


def test_an_old_epoch_of_another_place_does_not_come_back() -> None:
    team = make_team(3)
    one, two, three = team.members
    for days in (3, 4):
        team.post(team_only(one.compose(Rotation(days))), one)
        team.pull()
    old = one.state.teams[one.state.teams[one.state.team_hash].previous[0]]
    again = msgspec.structs.replace(old, number=4, previous=(one.state.team_hash,), day=TODAY)
    team.line.append(team.seal(again, three))
    assert two.pull(team.line) == []  # a rotation like any other: three is an admin
    assert two.state.team is not None
    assert two.state.team.number == 4
