"""Each row of who may sign which epoch: it holds, and a lesser signature is refused."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

import msgspec
import pytest
from tests.ledger.teams import NAME, TODAY, Member, Team, addition, altered, make_team
from tests.ledger.world import memory_store

from asylia.crypto.age import Identity
from asylia.crypto.signing import SigningKey
from asylia.envelope.authority import certify
from asylia.envelope.signed import SignedBytes
from asylia.ledger import composing, rights, sealing
from asylia.ledger.change import (
    Admission,
    Change,
    Closing,
    Dismissal,
    Forgetting,
    Opening,
    Promotion,
    Recovering,
    Removal,
    Renaming,
    Rotation,
    Suspension,
)
from asylia.ledger.composing import Composed
from asylia.ledger.epoch import COMMONS
from asylia.ledger.keys import DeviceKeys
from asylia.values import Day, RecordId
from asylia.wire import encode

Make = Callable[[Team], Change]
STRONG: dict[str, Make] = {
    "addition": lambda t: addition(t, DeviceKeys.generate(), "Willow"),
    "removal": lambda t: Removal(t.members[2].device),
    "promotion": lambda t: Promotion(
        t.members[3].device,
        certify(t.root, t.members[3].keys.signing.public, not_before=TODAY),
    ),
    "certificate taken": lambda t: Promotion(t.members[2].device, None),
    "name": lambda t: Renaming(t.members[3].device, "Willow"),
    "recovery": lambda _: Recovering(str(Identity.generate().recipient)),
    "dismissal": lambda t: Dismissal(NAME, t.members[3].device),
    "forgetting": lambda _: Forgetting(NAME, (RecordId(bytes(16)),), "error", ()),
    "closing": lambda _: Closing(NAME, "others"),
    "opening": lambda t: Opening(
        "others", {"en": "x"}, tuple(one.device for one in t.members[:2]), reports=False
    ),
}
WEAK: dict[str, Make] = {
    "suspension": lambda t: Suspension(t.members[2].device),
    "rotation": lambda _: Rotation(3),
}


def judge(team: Team, composed: Composed, *signers: Member) -> list[str]:
    """What the second device finds wrong with it."""
    team.post(composed, *signers)
    return team.members[1].pull(team.line)


@pytest.mark.parametrize("name", STRONG)
def test_a_strong_change_holds_by_two_admins(name: str) -> None:
    team = make_team(3, 1)
    one, two, *_ = team.members
    composed = one.compose(STRONG[name](team))
    assert composed.needs_two
    assert judge(team, composed, one, two) == []


@pytest.mark.parametrize("name", STRONG)
def test_a_strong_change_is_refused_from_less(name: str) -> None:
    for pick in ([0], [0, 3], [3], [0, 0]):
        team = make_team(3, 1)
        composed = team.members[0].compose(STRONG[name](team))
        assert "forged" in judge(team, composed, *(team.members[at] for at in pick))
        state = team.members[1].state
        assert state.current[NAME].number == 1
        assert "others" not in state.compartments


@pytest.mark.parametrize("name", WEAK)
def test_a_weak_change_holds_by_one_admin_and_not_by_another_member(name: str) -> None:
    for pick, expected in ((0, []), (3, ["forged"])):
        team = make_team(3, 1)
        composed = team.members[0].compose(WEAK[name](team))
        assert not composed.needs_two
        found = judge(team, replace(composed, compartments=()), team.members[pick])
        assert found == expected


def test_new_keys_alone_hold_by_any_device_of_the_compartment() -> None:
    team = make_team(3, 1)
    member = team.members[3]
    composed = composing.compose_compartment(member.view(), NAME)
    assert judge(team, composed, member) == []
    assert team.members[1].state.current[NAME].number == 2


def test_new_keys_by_one_who_is_not_in_the_compartment_are_refused() -> None:
    team = make_team(3, 1)
    one, two, three, other = team.members
    team.post(one.compose(Dismissal(NAME, other.device)), one, two)
    team.pull()
    composed = composing.compose_compartment(one.view(), NAME)
    team.post(composed, other)
    assert three.pull(team.line) == ["forged"]


def test_the_commons_follow_the_team_by_any_live_device() -> None:
    team = make_team(3, 1)
    one, *_, member = team.members
    composed = one.compose(Suspension(team.members[2].device))
    team.post(replace(composed, compartments=(), pages=()), one)
    team.pull(one, member)
    commons = composing.compose_compartment(member.view(), COMMONS)
    team.post(commons, member)
    assert team.pull(one, member) == [[], []]
    assert team.members[2].device not in one.state.compartments[COMMONS].devices


def test_the_commons_without_a_live_device_are_refused() -> None:
    team = make_team(3, 1)
    one, two, *_ = team.members
    composed = composing.compose_compartment(one.view(), COMMONS)
    (epoch,) = composed.compartments
    less = msgspec.structs.replace(
        epoch, devices=tuple(d for d in epoch.devices if d != team.members[3].device)
    )
    assert judge(team, replace(composed, compartments=(less,)), one, two) == ["forged"]


def test_the_commons_with_a_device_that_was_suspended_are_refused() -> None:
    team = make_team(3, 1)
    one, *_, four = team.members
    composed = one.compose(Suspension(four.device))
    kept = tuple(
        msgspec.structs.replace(epoch, devices=tuple(sorted((*epoch.devices, four.device))))
        if epoch.compartment == COMMONS
        else epoch
        for epoch in composed.compartments
    )
    assert judge(team, replace(composed, compartments=kept), one) == ["forged"]


def test_a_rogue_admin_alone_adds_nobody_and_takes_no_rights() -> None:
    team = make_team(3, 1)
    rogue, *_ = team.members
    friend = DeviceKeys.generate()
    assert "forged" in judge(team, rogue.compose(addition(team, friend, "Friend")), rogue)
    commons = composing.compose_compartment(rogue.view(), NAME)
    (epoch,) = commons.compartments
    more = msgspec.structs.replace(epoch, devices=tuple(sorted((*epoch.devices, friend.device))))
    assert judge(team, replace(commons, compartments=(more,)), rogue) == ["forged"]


def test_an_admin_who_suspends_all_others_gains_nothing() -> None:
    team = make_team(3)
    rogue, two, three = team.members
    for victim in (two, three):
        team.post(rogue.compose(Suspension(victim.device)), rogue)
        rogue.pull(team.line)
    team.post(rogue.compose(addition(team, DeviceKeys.generate(), "Friend")), rogue)
    assert "forged" in rogue.pull(team.line)


def test_with_one_admin_left_the_root_is_the_second() -> None:
    team = make_team(3)
    one, two, three = team.members
    for gone in (two, three):
        team.post(one.compose(Suspension(gone.device)), one)
        one.pull(team.line)
    change = Recovering(str(Identity.generate().recipient))
    for seconds, number in (([], 3), ([SigningKey.generate("pair")], 3), ([team.root], 4)):
        composed = one.compose(change)
        assert composed.team is not None
        signers = [one, *(_Key(key) for key in seconds)]
        team.line.append(team.seal(composed.team, *signers))  # type: ignore[arg-type]
        assert bool(one.pull(team.line)) == (number == 3)
        assert one.state.team is not None
        assert one.state.team.number == number


class _Key:
    """A signer that is no device."""

    def __init__(self, key: SigningKey) -> None:
        self.keys = type("Keys", (), {"signing": key})()


def test_an_admin_that_signs_alone_is_the_only_one() -> None:
    """Else it could suspend the others, and then do all by itself."""
    team = make_team(3)
    one, two, three = team.members
    alone = certify(team.root, three.keys.signing.public, not_before=TODAY, alone=True)
    base = replace(one.compose(), compartments=(), pages=())
    assert base.team is not None
    devices = tuple(
        msgspec.structs.replace(device, certificate=alone)
        if device.signing.fingerprint == three.device
        else device
        for device in base.team.devices
    )
    assert judge(team, altered(base, devices=devices), one, two) == ["forged"]


def test_an_epoch_with_two_signatures_by_one_device_counts_it_once() -> None:
    team = make_team(3)
    one, *_ = team.members
    composed = one.compose(Recovering(str(Identity.generate().recipient)))
    assert "forged" in judge(team, composed, one, one)


# -- recovery


def recovery(team: Team, keys: DeviceKeys, **fields: object) -> Composed:
    """Everyone out, a new device in."""
    one = team.members[0]
    base = one.compose()
    assert base.team is not None
    added = addition(team, keys, "Willow")
    certificate = certify(team.root, keys.signing.public, not_before=TODAY, alone=True)
    gone = [
        msgspec.structs.replace(device, state="removed", prekey=None)
        for device in base.team.devices
    ]
    new = replace(added, certificate=certificate)
    row = type(gone[0])(
        certificate=new.certificate,
        name=new.name,
        prekey=new.prekey,
        signing=new.signing,
        state="live",
    )
    devices = tuple(sorted([*gone, row], key=lambda device: device.signing.fingerprint))
    return altered(replace(base, compartments=(), pages=()), devices=devices, **fields)


def test_the_root_alone_puts_one_new_device_in_the_place_of_all() -> None:
    for key, number in ((None, 2), (SigningKey.generate("pair"), 1)):
        team = make_team(3)
        composed = recovery(team, DeviceKeys.generate())
        assert composed.team is not None
        blob = team.seal(composed.team, _Key(key or team.root))  # type: ignore[arg-type]
        # The old devices can't open it: judged as the recovery identity reads it.
        found = _judged_by_recovery(team, blob)
        assert found == ([] if number == 2 else ["forged"])


def test_the_root_alone_changes_nothing_else() -> None:
    team = make_team(3)
    composed = team.members[0].compose(Removal(team.members[2].device))
    assert composed.team is not None
    blob = team.seal(composed.team, _Key(team.root))  # type: ignore[arg-type]
    assert _judged_by_recovery(team, blob) == ["forged"]


def _judged_by_recovery(team: Team, blob: bytes) -> list[str]:
    one = team.members[0]
    one.prekeys.append(team.recovery)
    team.line.append(blob)
    return one.pull(team.line)


# -- prekeys


def test_a_team_epoch_names_the_prekeys_that_were_offered_and_no_other() -> None:
    team = make_team(3)
    one, two, three = team.members
    offered, old, other = (str(Identity.generate().recipient) for _ in range(3))
    team.line += [two.beat(old)]
    team.pull()
    team.line += [two.beat(offered)]
    assert team.pull() == [[], [], []]

    def named(prekey: str) -> Composed:
        base = composing.compose(one.view({two.device: prekey}), ())
        return replace(base, compartments=(), pages=())

    team.line.append(team.seal(named(other).team, one))  # type: ignore[arg-type]
    assert three.pull(team.line) == ["forged"]
    team.line.append(team.seal(named(offered).team, one))  # type: ignore[arg-type]
    assert three.pull(team.line) == []
    one.pull(team.line)
    # Back to one that it may have destroyed.
    team.line.append(team.seal(named(old).team, one))  # type: ignore[arg-type]
    assert three.pull(team.line) == ["forged"]


# -- keys of a compartment


@pytest.mark.parametrize(
    "name", ["wrap key", "compartment key", "intake dropped", "intake ended", "reply key dropped"]
)
def test_keys_are_new_and_those_in_use_are_carried(name: str) -> None:
    team = make_team(3)
    one, two, three = team.members
    composed = composing.compose_compartment(one.view(), NAME)
    (epoch,) = composed.compartments
    before = one.state.compartments[NAME]
    fields = {
        "wrap key": {"wrap_key": before.wrap_key},
        "compartment key": {"compartment_key": before.compartment_key},
        "intake dropped": {"intake": epoch.intake[:1]},
        "intake ended": {
            "intake": (
                epoch.intake[0],
                msgspec.structs.replace(epoch.intake[1], until=TODAY - 1),
                *epoch.intake[2:],
            )
        },
        "reply key dropped": {"reply_seed": bytes(32)},
    }[name]
    bad = msgspec.structs.replace(epoch, **fields)
    team.post(replace(composed, compartments=(bad,)), one, two)
    assert three.pull(team.line) == ["forged"]


def test_weekly_keys_leave_the_old_intake_key_in_grace_and_drop_it_when_it_is_over() -> None:
    team = make_team(3)
    one, two, _ = team.members
    first = one.state.compartments[NAME].intake[0].identity
    for week in range(1, 8):
        composed = composing.compose_compartment(one.view(day=TODAY + 7 * week), NAME)
        team.post(composed, one)
        assert team.pull(one, two) == [[], []]
    intake = one.state.compartments[NAME].intake
    assert len(intake) == 6  # the current one; four weeks of grace, both ends of it
    assert first not in {key.identity for key in intake}


def test_what_was_closed_takes_nobody_in_and_opens_no_more() -> None:
    team = make_team(3, 1)
    one, two, _, member = team.members
    team.post(one.compose(Dismissal(NAME, member.device), Closing(NAME, "others")), one, two)
    team.pull(one, two)
    composed = one.compose(Admission(NAME, member.device))
    team.post(composed, one, two)
    assert "forged" in two.pull(team.line)


def test_an_epoch_under_a_team_epoch_from_before_a_suspension_does_not_count() -> None:
    team = make_team(3)
    one, two, rogue = team.members
    late = composing.compose_compartment(rogue.view(), NAME)
    team.post(replace(one.compose(Suspension(rogue.device)), compartments=(), pages=()), one)
    team.post(late, rogue)
    assert two.pull(team.line) == ["forged"]


def test_one_signature_changes_nothing_of_a_compartment_but_its_keys_and_its_days() -> None:
    """The control of the next one: without a change, the same epoch holds by one."""
    team = make_team(3, 1)
    composed = composing.compose_compartment(team.members[0].view(), NAME)
    assert judge(team, composed, team.members[0]) == []


@pytest.mark.parametrize("name", ["device", "forgotten", "intake", "labels", "successor"])
def test_one_signature_changes_nothing_else_of_a_compartment(name: str) -> None:
    team = make_team(3, 1)
    one, two, _, member = team.members
    if name == "device":
        team.post(one.compose(Dismissal(NAME, member.device)), one, two)
        team.pull()
    composed = composing.compose_compartment(one.view(), NAME)
    (epoch,) = composed.compartments
    fields: dict[str, dict[str, object]] = {
        "device": {"devices": tuple(sorted((*epoch.devices, member.device)))},
        "forgotten": {"forgotten": (bytes(16),)},
        "intake": {"intake": ()},
        "labels": {"labels": {"en": "y"}},
        "successor": {"successor": "others"},
    }
    more = replace(composed, compartments=(msgspec.structs.replace(epoch, **fields[name]),))
    number = two.state.current[NAME].number
    assert judge(team, more, one) == ["forged"]
    assert two.state.current[NAME].number == number
    assert judge(team, more, one, two) == []
    assert two.state.current[NAME].number == number + 1


def test_one_that_is_let_in_takes_nobodys_word_alone() -> None:
    """It opens no epoch from before, so it checks against those whom the history names."""
    for alone in (True, False):
        team = make_team(3)
        one, two, _ = team.members
        keys = DeviceKeys.generate()
        base = next(
            at for at, blob in enumerate(team.line) if sha256(blob).digest() == one.state.team_hash
        )
        composed = one.compose(addition(team, keys, "Willow"))
        assert composed.team is not None
        team.line.append(team.seal(composed.team, one, two))
        team.line += composed.pages
        for epoch in composed.compartments:
            team.line.append(
                team.seal(epoch, *([one] if alone else [one, two]), team=composed.team)
            )
        new = team.joined(Member(keys, memory_store()), base=base)
        assert ("forged" in new.pull(team.line)) == alone
        assert (NAME in new.state.current) != alone


def test_a_signature_in_another_admins_name_does_not_count() -> None:
    team = make_team(3)
    one, two, three = team.members
    epoch = altered(one.compose(), recovery=str(Identity.generate().recipient)).team
    assert epoch is not None
    body = encode(epoch)
    own = one.keys.signing.sign(f"{epoch.LABEL} epoch", body)
    false = [msgspec.structs.replace(one, key=two.device) for one in own]
    blob = sealing.seal_epoch(SignedBytes(body, (*own, *false)), epoch.recipients)
    team.line.append(blob)
    assert three.pull(team.line) == ["forged"]


def test_one_admin_does_not_bring_a_suspended_device_back() -> None:
    for count, expected in ((1, ["forged"]), (2, [])):
        team = make_team(3)
        one, two, three = team.members
        team.post(replace(one.compose(Suspension(three.device)), compartments=(), pages=()), one)
        team.pull(one, two)
        base = replace(one.compose(), compartments=(), pages=())
        assert base.team is not None
        devices = tuple(
            msgspec.structs.replace(
                device, state="live", prekey=str(three.keys.prekeys[0].recipient)
            )
            if device.signing.fingerprint == three.device
            else device
            for device in base.team.devices
        )
        assert judge(team, altered(base, devices=devices), *(one, two)[:count]) == expected


@pytest.mark.parametrize("flaw", ["another device's", "not valid yet"])
def test_a_certificate_is_its_own_devices_and_valid_by_then(flaw: str) -> None:
    team = make_team(3, 1)
    one, two, three, member = team.members
    signing, day = member.keys.signing.public, TODAY
    if flaw == "another device's":
        signing = three.keys.signing.public
    else:
        day = Day(TODAY + 1)
    base = replace(one.compose(), compartments=(), pages=())
    assert base.team is not None
    for certificate, expected in (
        (certify(team.root, signing, not_before=day), ["forged"]),
        (certify(team.root, member.keys.signing.public, not_before=TODAY), []),
    ):
        devices = tuple(
            msgspec.structs.replace(device, certificate=certificate)
            if device.signing.fingerprint == member.device
            else device
            for device in base.team.devices
        )
        assert judge(team, altered(base, devices=devices), one, two) == expected


def test_the_minimum_version_rises_by_two_admins_and_never_falls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rights, "VERSION", 2)  # as a later version of this program reads it
    team = make_team(3)
    one, two, _ = team.members

    def named(version: int) -> Composed:
        return altered(replace(one.compose(), compartments=(), pages=()), minimum_version=version)

    assert judge(team, named(2), one) == ["forged"]
    assert judge(team, named(2), one, two) == []
    one.pull(team.line)
    assert judge(team, named(1), one, two) == ["forged"]
    assert judge(team, named(2), one, two) == []


def test_two_admins_do_not_put_the_team_under_another_root() -> None:
    team, other = make_team(3), SigningKey.generate("pair")
    one, two, _ = team.members
    base = replace(one.compose(), compartments=(), pages=())
    assert base.team is not None
    devices = tuple(
        msgspec.structs.replace(
            device, certificate=certify(other, device.signing, not_before=TODAY)
        )
        for device in base.team.devices
    )
    changed = altered(base, root=other.public, devices=devices)
    assert judge(team, changed, one, two) == ["forged"]
