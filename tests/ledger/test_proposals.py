"""What two admins sign: said in words that the epochs bear out, checked before it is signed."""

import msgspec
import pytest
from tests.ledger.world import Device, World, decide, kept_world

from asylia.crypto.age import Recipient
from asylia.crypto.signing import SigningKey
from asylia.envelope.authority import certify
from asylia.envelope.bundle import verify_bundle
from asylia.errors import (
    AsyliaError,
    ConflictError,
    ForgedError,
    MalformedError,
    NotFoundError,
    RefusedError,
)
from asylia.ledger import proposals, sealing
from asylia.ledger.change import (
    Admission,
    Closing,
    Dismissal,
    Forgetting,
    Opening,
    Promotion,
    Removal,
    Renaming,
    Rotation,
    Suspension,
)
from asylia.ledger.dismissal import DismissalNotice, seal_dismissal
from asylia.ledger.proposals import ProposalNotice, parse_notice
from asylia.ledger.signers import by_fingerprint
from asylia.values import RecordId
from asylia.wire import decode, encode


def proposed(world: World, *changes: object) -> bytes:
    done = world.devices[0].ledger.propose(changes)  # type: ignore[arg-type]
    assert not done.posted
    world.sync()
    return done.id


def opened(device: Device) -> ProposalNotice:
    (row,) = device.store.notices()
    notice = parse_notice(row.content)
    assert notice is not None
    return notice


@pytest.fixture
def three() -> World:
    return kept_world(3)


def test_the_second_admin_reads_what_changes_and_nothing_happens_before_the_word(
    three: World,
) -> None:
    linden, rowan, alder = three.devices
    changes = [Renaming(alder.keys.device, "Oak"), Rotation(5)]
    proposed(three, *changes)
    three.sync(2)
    for device, signed in ((linden, True), (rowan, False)):
        (one,) = device.ledger.proposals()
        assert (one.by, one.stale, one.signed_by_me) == ("Linden", False, signed)
        renamed, rotation = one.words
        assert renamed.endswith(" is called Oak from now on.")
        assert rotation == "Keys are made anew every 5 days."
    assert alder.ledger.proposals() == ()
    assert "Oak" not in {one.name for one in linden.ledger.members()}
    rowan.ledger.sign(one.id)
    three.sync(3)
    for device in three.devices:
        assert "Oak" in {one.name for one in device.ledger.members()}
        assert device.ledger.proposals() == ()
        assert not device.ledger.findings()
        assert not device.store.notices()


@pytest.mark.parametrize("what", ["opening", "closing", "admission", "dismissal", "promotion"])
def test_each_kind_of_change_is_told_and_carried_out(three: World, what: str) -> None:
    linden, rowan, alder = three.devices
    both = (linden.keys.device, rowan.keys.device)
    decide(three, [Opening("leg", {"en": "Leg"}, both, reports=False)])
    certificate = certify(
        three.founding.root,
        alder.keys.signing.public,
        not_before=linden.ledger.today(),
        alone=False,
    )
    change, word = {
        "opening": (
            Opening("new", {"en": "New"}, both, reports=True),
            "New is opened for ",
        ),
        "closing": (Closing("leg", "casework"), "Leg is closed; Casework takes over."),
        "admission": (Admission("leg", alder.keys.device), "Alder's device is let into Leg"),
        "dismissal": (Dismissal("casework", alder.keys.device), "taken out of Casework."),
        "promotion": (Promotion(alder.keys.device, certificate), "Alder's device becomes an admin"),
    }[what]
    proposed(three, change)
    (one,) = rowan.ledger.proposals()
    assert any(word in sentence for sentence in one.words)
    rowan.ledger.sign(one.id)
    three.sync(3)
    inside = {
        device.name: [one.id for one in device.ledger.compartments()] for device in three.devices
    }
    wanted = {
        "opening": (["casework", "leg", "new"], ["casework"]),
        "closing": (["casework"], ["casework"]),
        "admission": (["casework", "leg"], ["casework", "leg"]),
        "dismissal": (["casework", "leg"], []),
        "promotion": (["casework", "leg"], ["casework"]),
    }[what]
    assert (inside["Linden"], inside["Alder"]) == wanted
    named = {device.name: [f.kind for f in device.ledger.findings()] for device in three.devices}
    assert named.pop("Alder") == (["outside"] if what == "dismissal" else [])
    assert not any(named.values())
    if what == "dismissal":
        assert alder.keys.device not in linden.state.compartments["casework"].devices
    if what == "promotion":
        assert alder.ledger.certificate() == certificate


def promoted(world: World) -> Device:
    """The third device, an admin's from now on."""
    key, today = world.devices[2].keys.signing.public, world.devices[0].ledger.today()
    certificate = certify(world.founding.root, key, not_before=today, alone=False)
    decide(world, [Promotion(key.fingerprint, certificate)])
    return world.devices[2]


def test_an_admin_outside_a_compartment_reads_no_proposal_of_it(three: World) -> None:
    """It holds the compartment's keys; and who is taken out would have them for the next epoch."""
    linden, rowan, alder = three.devices
    promoted(three)
    both = (linden.keys.device, rowan.keys.device)
    decide(three, [Opening("leg", {"en": "Leg"}, both, reports=False)])
    for change in (Closing("leg", "casework"), Dismissal("casework", alder.keys.device)):
        proposed(three, change)
        assert [one.signed_by_me for one in rowan.ledger.proposals()] == [False]
        assert alder.ledger.proposals() == ()
        rowan.ledger.sign(rowan.ledger.proposals()[0].id)
        three.sync(3)
        assert not rowan.ledger.proposals()


def test_one_that_was_told_that_it_left_signs_nothing_there(three: World) -> None:
    """It has read that, and not yet what else came with it."""
    linden, rowan, _ = three.devices
    alder = promoted(three)
    proposal = proposed(three, Forgetting("casework", (RecordId(bytes(16)),), "error", ()))
    number = linden.state.current["casework"].number + 1
    said = DismissalNotice(compartment="casework", device=alder.keys.device, number=number)
    team = rowan.state.team
    assert team is not None
    prekey = Recipient.parse(by_fingerprint(team)[alder.keys.device].prekey or "")
    assert [one.stale for one in alder.ledger.proposals()] == [False]
    three.line.put_ledger(seal_dismissal(said, linden.keys.signing, prekey))
    alder.sync(three.line)
    with pytest.raises((ConflictError, NotFoundError)):
        alder.ledger.sign(proposal)
    assert [one.stale for one in rowan.ledger.proposals()] == [False]


def test_what_no_second_admin_could_sign_is_not_proposed(three: World) -> None:
    linden, rowan, _ = three.devices
    both = (linden.keys.device, rowan.keys.device)
    decide(three, [Opening("leg", {"en": "Leg"}, both, reports=False)])
    with pytest.raises(RefusedError):
        linden.ledger.propose([Dismissal("leg", rowan.keys.device)])
    assert not linden.store.outbox()


def test_what_one_may_do_is_posted_at_once_and_a_team_of_one_needs_nobody() -> None:
    world = kept_world()
    linden, rowan = world.devices
    assert linden.ledger.propose([Suspension(rowan.keys.device)]).posted
    alone = kept_world(1)
    device = alone.devices[0]
    record = device.write("soon forgotten")
    alone.sync()
    assert device.ledger.propose([Forgetting("casework", (record,), "order", ())]).posted
    alone.sync(2)
    (one,) = device.ledger.forgotten()
    assert (one.by, one.final) == (("Linden",), True)


def test_a_stale_proposal_is_not_signed_and_its_keys_go(three: World) -> None:
    linden, rowan, _ = three.devices
    name = proposed(three, Renaming(linden.keys.device, "Lime"))
    secret = opened(rowan).epochs[0]
    three.clock.move(days=15)
    (one,) = rowan.ledger.proposals()
    assert one.stale
    with pytest.raises(ConflictError):
        rowan.ledger.sign(name)
    three.sync(2)
    assert rowan.ledger.proposals() == ()
    assert secret not in rowan.store.connection.serialize()
    with pytest.raises(NotFoundError):
        rowan.ledger.sign(name)


def test_an_epoch_that_comes_between_makes_it_stale(three: World) -> None:
    linden, rowan, alder = three.devices
    name = proposed(three, Renaming(linden.keys.device, "Lime"))
    rowan.ledger.propose([Suspension(alder.keys.device)])
    rowan.sync(three.line)
    with pytest.raises((ConflictError, NotFoundError)):
        rowan.ledger.sign(name)


def test_one_device_never_is_both_admins(three: World) -> None:
    linden = three.devices[0]
    name = proposed(three, Renaming(linden.keys.device, "Lime"))
    with pytest.raises(RefusedError, match="signed already"):
        linden.ledger.sign(name)


def test_what_the_others_would_refuse_is_not_signed(three: World) -> None:
    """A proposal that leaves a device out of the team, or whose first signature is false."""
    linden, rowan, _ = three.devices
    name = proposed(three, Renaming(linden.keys.device, "Lime"))
    (row,) = rowan.store.notices()
    notice = opened(rowan)
    (signed, team), *rest = proposals.epochs_of(notice)
    less = msgspec.structs.replace(team, devices=team.devices[:2])
    wrong = sealing.sign_epoch(less, [linden.keys.signing])
    stranger = sealing.sign_epoch(team, [SigningKey(bytes(32), "pair")])
    for forged in (wrong, stranger):
        bad = (forged.encode(), *(one.encode() for one, _ in rest))
        rowan.store.destroy_notice(name)
        content = encode(msgspec.structs.replace(notice, epochs=bad))
        rowan.store.put_notice(row._replace(content=content))
        before = rowan.store.outbox()
        with pytest.raises(ForgedError):
            rowan.ledger.sign(name)
        assert rowan.store.outbox() == before
    assert signed.signatures


def test_who_is_no_admin_signs_nothing(three: World) -> None:
    linden, rowan, alder = three.devices
    name = proposed(three, Renaming(linden.keys.device, "Lime"))
    alder.store.put_notice(rowan.store.notices()[0])
    with pytest.raises(RefusedError, match="no admin"):
        alder.ledger.sign(name)


def test_a_removal_brings_a_bundle_with_new_keys(three: World) -> None:
    linden, _, alder = three.devices
    before = verify_bundle(linden.ledger.bundle(), linden.ledger.root, linden.ledger.today())
    three.devices.remove(alder)
    three.clock.move(days=1)
    decide(three, [Removal(alder.keys.device)])
    for device in three.devices:
        after = verify_bundle(device.ledger.bundle(), device.ledger.root, device.ledger.today())
        (old,), (new,) = before.compartments, after.compartments
        assert new.intake_recipient != old.intake_recipient
        assert new.reply_key != old.reply_key
        assert old.reply_key in new.earlier_reply_keys
        opens = {str(identity.recipient) for identity in device.ledger.intake_identities()}
        assert opens >= {old.intake_recipient, new.intake_recipient}


def test_a_notice_is_parsed_strictly(three: World) -> None:
    proposed(three, Forgetting("casework", (RecordId(bytes(16)),), "error", ()))
    content = three.devices[1].store.notices()[0].content
    assert decode(content, ProposalNotice).forgotten_by == three.devices[0].keys.device
    assert parse_notice(b"asylia/welcome/1\n{}") is None
    for damaged in (content[:-1], content + b" ", content.replace(b"epochs", b"eqochs")):
        with pytest.raises(MalformedError):
            parse_notice(damaged)
    notice = decode(content, ProposalNotice)
    twice = msgspec.structs.replace(notice, epochs=(notice.epochs[0], notice.epochs[0]))
    with pytest.raises(AsyliaError):
        parse_notice(encode(twice))
