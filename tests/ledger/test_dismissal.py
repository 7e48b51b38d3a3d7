"""A device that left a compartment: it is told, it heeds that and nobody else's word for it."""

from collections.abc import Callable
from hashlib import sha256

import msgspec
import pytest
from tests.ledger.teams import NAME, Member, Team, make_team
from tests.ledger.test_siblings import clash, merge, team_only

from asylia.crypto.age import Identity, Recipient
from asylia.envelope.signed import SignedBytes
from asylia.errors import UsageError
from asylia.ledger import composing, sealing
from asylia.ledger.absence import AWAY
from asylia.ledger.bar import bar
from asylia.ledger.boxes import record_id
from asylia.ledger.change import Addition, Admission, Dismissal, Forgetting, Suspension
from asylia.ledger.control import Acknowledgement, Heartbeat
from asylia.ledger.destroying import forget_taken
from asylia.ledger.dismissal import DismissalNotice, seal_dismissal, sign_dismissal
from asylia.ledger.entry import CONTROL
from asylia.ledger.epoch import COMMONS, CompartmentEpoch, body_hash
from asylia.values import RecordId
from asylia.wire import encode

KEYS = (b"a" * 32, b"b" * 32)


def begin() -> tuple[Team, list[Member]]:
    """Three admins and one more; two records."""
    team = make_team(3, 1)
    for key in KEYS:
        team.line.append(team.members[0].entry(record_key=key))
        team.pull()
    return team, team.members


def dismiss(team: Team, member: Member) -> CompartmentEpoch:
    one, two = team.members[:2]
    composed = one.compose(Dismissal(NAME, member.device))
    team.post(composed, one, two)
    (epoch,) = composed.compartments
    return epoch


def record(key: bytes) -> RecordId:
    return record_id(NAME, key)


def test_it_is_told_in_the_line_before_and_nobody_else_can_read_it() -> None:
    team, (one, two, three, four) = begin()
    end = len(team.line)
    epoch = dismiss(team, four)
    assert team.pull() == [[], [], [], []]
    (told,) = epoch.told
    hashes = [sha256(blob).digest() for blob in team.line]
    assert end <= hashes.index(told) < hashes.index(one.state.team_hash)
    absence = four.state.absences[NAME]
    assert (absence.number, absence.by) == (epoch.number, one.device)
    assert NAME not in four.state.within(four.device)
    for member in (one, two, three):
        assert member.state.absences == {}
        assert member.store.find_line(told, "epoch") is not None  # named, and opened by nothing
    assert four.store.find_line(told, "notice") is not None


def test_it_makes_nothing_there_any_more() -> None:
    team, (_, __, ___, four) = begin()
    dismiss(team, four)
    team.pull()
    composed = four.compose()
    assert NAME not in {one.compartment for one in composed.compartments}
    assert not four.state.is_writable(NAME) or NAME not in four.state.within(four.device)


def test_one_that_is_admitted_again_goes_on() -> None:
    team, (one, two, _, four) = begin()
    dismiss(team, four)
    team.pull()
    team.post(one.compose(Admission(NAME, four.device)), one, two)
    assert team.pull() == [[], [], [], []]
    assert four.state.absences == {}
    assert NAME in four.state.within(four.device)


def test_a_device_that_comes_back_has_forgotten_what_was_forgotten_meanwhile() -> None:
    """It has read none of the epochs that forgot it, and would carry the key on."""
    team, (one, two, _, four) = begin()
    dismiss(team, four)
    team.pull()
    gone, live = map(record, KEYS)
    team.post(one.compose(Forgetting(NAME, (gone,), "withdrawal", ())), one, two)
    team.pull()
    for member in (one, two):
        forget_taken(member.store, member.state)
    team.post(one.compose(Admission(NAME, four.device)), one, two)
    team.pull()
    keys = {row.record: row.key for row in four.store.records(NAME)}
    assert keys == {gone: None, live: KEYS[1]}
    assert gone in {row.record for row in four.store.forgotten()}
    assert set(four.view().record_keys(NAME)) == {live}


def test_the_signers_word_ends_a_dismissal_that_came_to_nothing() -> None:
    """A crash: the dismissal is in the line, its epoch never comes, another one does."""
    team, (one, two, three, four) = begin()
    composed = one.compose(Dismissal(NAME, four.device))
    team.line += composed.told
    team.pull()
    assert NAME in four.state.absences
    team.line.append(one.entry())  # under the epoch from before it
    team.pull()
    assert NAME in four.state.absences
    team.post(composing.compose_compartment(two.view(), NAME), two)
    team.pull()
    assert NAME in four.state.absences  # by one who may not have known
    for other in (two, three):
        team.line.append(other.entry())
        team.pull()
        assert NAME in four.state.absences
    team.line.append(one.entry())
    team.pull()
    assert four.state.absences == {}


def test_what_the_signer_wrote_before_ends_nothing() -> None:
    team, (one, two, _, four) = begin()
    before = one.state.current[NAME]
    team.post(composing.compose_compartment(two.view(), NAME), two)
    team.pull(one)
    early = one.entry()  # it had not seen the dismissal
    said = DismissalNotice(compartment=NAME, device=four.device, number=before.number + 1)
    team.line.append(_sealed(team, said, one))
    team.line.append(early)
    team.pull()
    assert NAME in four.state.absences
    team.line.append(one.entry())
    team.pull()
    assert four.state.absences == {}


def test_an_epoch_of_one_who_was_not_told_yet_ends_nothing() -> None:
    """Two leave at once; the one that has not read on goes on beside, and takes the other along."""
    team = make_team(3, 2)
    one, two, three, four, five = team.members
    blind = composing.compose_compartment(four.view(), NAME)
    team.post(
        one.compose(Dismissal(NAME, four.device), Dismissal(NAME, five.device)),
        one,
        two,
    )
    team.pull(one, two, three)
    for member in (one, two, three):
        team.line.append(_acknowledgement(member))
    team.pull(one, two, three)
    team.post(blind, four)
    assert team.pull(one, two, three) == [["forked"]] * 3  # it came too late
    team.pull(four, five)
    assert NAME in four.state.absences
    assert NAME in five.state.absences
    team.post(one.compose(Admission(NAME, five.device)), one, two)
    assert team.pull(one, two, three, five) == [[], [], [], []]
    assert five.state.absences == {}
    assert five.state.current[NAME] == one.state.current[NAME]


def _acknowledgement(member: Member) -> bytes:
    return member.says(
        Acknowledgement(destroyed=0, epoch=member.state.current[NAME].blob_hash), NAME
    )


def test_whom_a_merge_leaves_out_is_told_by_the_one_that_merges() -> None:
    """It was let in by one sibling alone."""
    team, (one, two, three, four) = begin()
    dismiss(team, four)
    team.pull()
    admission = one.compose(Admission(NAME, four.device))
    beside = composing.compose_compartment(three.view(), NAME)
    team.post(admission, one, two)
    team.post(beside, three)
    team.pull()
    assert NAME in one.state.clashes
    assert four.state.absences == {}
    (epoch,) = merge(team, NAME).compartments
    assert four.device not in epoch.devices
    assert team.pull(one, two, three) == [[], [], []]
    team.pull(four)
    assert four.state.absences[NAME].number == epoch.number


def test_a_merge_that_does_not_tell_is_refused() -> None:
    team, (one, two, _, four) = begin()
    dismissal = one.compose(Dismissal(NAME, four.device))
    clash(
        team,
        (dismissal, (one, two)),
        (composing.compose_compartment(two.view(), NAME), (two,)),
    )
    by = next(m for m in team.members if m.device == composing.who_merges(one.state, NAME))
    composed = composing.compose_merge(by.view(), NAME)
    (epoch,) = composed.compartments
    assert len(epoch.told) == 1
    team.line += composed.pages
    team.line.append(team.seal(msgspec.structs.replace(epoch, told=()), by))
    assert team.pull(one, two)[0] == ["forged"]


def test_a_suspended_device_that_comes_back_is_in_no_compartment_before_one_takes_it_in() -> None:
    """Nobody told it: it could not read what went on while it was out."""
    team, (one, two, _, four) = begin()
    team.post(one.compose(Suspension(four.device)), one)
    team.pull(one, two)
    key = Identity.generate()
    four.prekeys.append(key)
    team.welcome(four, len(team.line) - 3)
    back = Addition(four.keys.signing.public, str(key.recipient), "Aspen", None, ())
    team.post(one.compose(back), one, two)
    team.pull()
    assert four.state.absences[NAME].number == AWAY
    assert four.state.within(four.device).keys() == {"team"}
    team.post(one.compose(Admission(NAME, four.device)), one, two)
    team.pull()
    assert four.state.absences == {}


# -- who is not heeded


def _sealed(team: Team, said: DismissalNotice, by: Member, to: Member | None = None) -> bytes:
    target = to or next(m for m in team.members if m.device == said.device)
    state = team.members[0].state
    assert state.team is not None
    (prekey,) = (
        d.prekey for d in state.team.devices if d.signing.fingerprint == target.device and d.prekey
    )
    return seal_dismissal(said, by.keys.signing, Recipient.parse(prekey))


def _by_one_outside(team: Team) -> bytes:
    one, _, three, four = team.members
    dismiss(team, three)
    team.pull()
    number = one.state.current[NAME].number + 1
    said = DismissalNotice(compartment=NAME, device=four.device, number=number)
    return _sealed(team, said, three)


def _of_another_device(team: Team) -> bytes:
    one, two, _, four = team.members
    said = DismissalNotice(compartment=NAME, device=two.device, number=3)
    return _sealed(team, said, one, to=four)


def _by_itself(team: Team) -> bytes:
    four = team.members[3]
    said = DismissalNotice(compartment=NAME, device=four.device, number=3)
    return _sealed(team, said, four)


def _of_a_compartment_it_is_not_in(team: Team) -> bytes:
    one, four = team.members[0], team.members[3]
    said = DismissalNotice(compartment="evidence", device=four.device, number=3)
    return _sealed(team, said, one)


def _by_one_who_was_suspended(team: Team) -> bytes:
    one, _, three, four = team.members
    team.post(team_only(one.compose(Suspension(three.device))), one)  # it is in the compartment yet
    team.pull()
    said = DismissalNotice(compartment=NAME, device=four.device, number=9)
    return _sealed(team, said, three)


FALSE: dict[str, Callable[[Team], bytes]] = {
    "by one outside": _by_one_outside,
    "of another device": _of_another_device,
    "by itself": _by_itself,
    "of a compartment that it is not in": _of_a_compartment_it_is_not_in,
    "by one who was suspended": _by_one_who_was_suspended,
}


@pytest.mark.parametrize("name", FALSE)
def test_a_dismissal_is_not_heeded(name: str) -> None:
    team, (*_, four) = begin()
    team.line.append(FALSE[name](team))
    team.pull(*team.members[:3])
    assert four.pull(team.line) == ["forged"]
    assert four.state.absences == {}


def test_a_dismissal_in_anothers_name_is_not_heeded() -> None:
    team, (one, _, three, four) = begin()
    said = DismissalNotice(compartment=NAME, device=four.device, number=3)
    renamed = tuple(
        msgspec.structs.replace(false, key=one.device)
        for false in sign_dismissal(said, three.keys.signing).signatures
    )
    body = sign_dismissal(said, one.keys.signing).body
    prekey = four.keys.prekeys[0].recipient
    team.line.append(sealing.seal_notice(SignedBytes(body, renamed).encode(), [prekey]))
    assert four.pull(team.line) == ["forged"]
    assert four.state.absences == {}


def test_an_old_dismissal_that_is_shown_again_changes_nothing() -> None:
    team, (one, two, _, four) = begin()
    (told,) = one.compose(Dismissal(NAME, four.device)).told
    epoch = dismiss(team, four)
    team.post(one.compose(Admission(NAME, four.device)), one, two) if team.pull() else None
    team.pull()
    assert four.state.absences == {}
    first = next(blob for blob in team.line if sha256(blob).digest() == epoch.told[0])
    team.line.append(first)
    assert four.pull(team.line) == ["replayed"]
    team.line.append(told)  # the same words, sealed another time
    team.pull()
    assert four.state.absences == {}


def test_nobody_signs_its_own_dismissal() -> None:
    _, (one, *_) = begin()
    with pytest.raises(UsageError):
        one.compose(Dismissal(NAME, one.device))


def test_an_epoch_does_not_name_a_dismissal_that_another_named() -> None:
    team, (one, two, three, four) = begin()
    epoch = dismiss(team, four)
    team.pull()
    composed = one.compose(Dismissal(NAME, three.device))
    (next_one,) = composed.compartments
    old = msgspec.structs.replace(next_one, told=epoch.told)
    assert composed.team is not None
    blobs = team.blobs(composed, one, two)
    team.line += blobs[:-1]
    team.pull(one, two)
    team.line.append(team.seal(old, one, two))
    assert team.pull(one, two) == [["forked"], ["forked"]]


# -- when a record is shut


def test_a_record_is_shut_only_when_the_keys_in_use_are_newer_than_its_forgetting() -> None:
    """Who had read the team's epoch and not yet the forgetting may have sealed its key to these."""
    team, (one, two, *_) = begin()
    composed = one.compose(Forgetting(NAME, (record(KEYS[0]),), "withdrawal", ()))
    team.post(composed, one, two)
    team.pull()
    forget_taken(two.store, two.state)
    (row,) = two.store.forgotten()
    assert composed.team is not None
    assert row.team == composed.team.number
    assert bar(two.state, row) == row.team


def test_one_that_left_the_team_unheard_is_reckoned_with() -> None:
    team, (one, two, three, four) = begin()
    dismiss(team, four)
    team.pull()
    team.post(one.compose(Forgetting(NAME, (record(KEYS[0]),), "withdrawal", ())), one, two)
    team.pull()
    forget_taken(two.store, two.state)
    (row,) = two.store.forgotten()
    for _ in range(2):
        team.post(one.compose(), one)
        team.pull()
    team.line.append(three.beat())
    team.pull()
    team.post(one.compose(Suspension(three.device)), one)
    team.pull(one, two)
    last = two.state.team
    assert last is not None
    assert bar(two.state, row) == row.team  # it had said that it read on
    team.line.append(_from_another_line(four))
    team.pull(one, two)
    team.post(one.compose(Suspension(four.device)), one)
    team.pull(one, two)
    assert bar(two.state, row) == last.number


def _from_another_line(member: Member) -> bytes:
    """A heartbeat of one that was shown something else: it may not have read what stands here."""
    team = member.state.team
    assert team is not None
    said = Heartbeat(destroyed=0, prekey=None, team=body_hash(encode(team)))
    return member.entry(encode(said), kind=CONTROL, compartment=COMMONS, line=bytes(32))
