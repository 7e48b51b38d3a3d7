"""A device that was out and is back, and blobs that a relay kept until then."""

from hashlib import sha256

import msgspec
from tests.ledger.teams import NAME, Team, make_team
from tests.ledger.test_dismissal import KEYS, begin, record

from asylia.crypto.age import Identity
from asylia.ledger import composing
from asylia.ledger.absence import AWAY
from asylia.ledger.bar import bar
from asylia.ledger.change import Addition, Admission, Forgetting, Opening, Suspension
from asylia.ledger.destroying import forget_taken
from asylia.ledger.sealing import open_keyring
from asylia.ledger.store import ForgottenRow


def welcomed(team: Team) -> None:
    """Let the fourth device, which was suspended, back into the team and no compartment."""
    one, two, _, four = team.members
    newest = [sha256(blob).digest() for blob in team.line].index(one.state.team_hash)
    key = Identity.generate()
    four.prekeys.append(key)
    team.welcome(four, newest)
    back = Addition(four.keys.signing.public, str(key.recipient), "Aspen", None, ())
    team.post(one.compose(back), one, two)
    team.pull()


def test_an_epoch_that_was_kept_back_takes_nobody_in_again() -> None:
    team, (one, two, three, four) = begin()
    gone, _ = map(record, KEYS)
    kept = team.blobs(composing.compose_compartment(two.view(), NAME), two)
    team.post(one.compose(Suspension(four.device)), one)
    team.pull(one, two, three)
    welcomed(team)
    assert four.state.absences[NAME].number == AWAY
    team.post(one.compose(Forgetting(NAME, (gone,), "withdrawal", ())), one, two)
    team.pull()
    for member in (one, two, three):
        forget_taken(member.store, member.state)
    team.line += kept
    team.pull()
    made = four.compose()
    ours = [epoch for epoch in made.compartments if epoch.compartment == NAME]
    carried = {
        name for epoch in ours for page in made.pages for name in open_keyring(page, epoch.wrap_key)
    }
    assert NAME in four.state.absences
    assert gone not in carried


def test_who_leaves_twice_is_reckoned_with_as_after_the_first_time() -> None:
    team, (one, two, three, four) = begin()
    team.post(one.compose(Suspension(four.device)), one)
    team.pull(one, two, three)
    first = one.state.gone[four.device]
    row = ForgottenRow(b"r" * 16, NAME, 9, max(first.number - 1, first.acknowledged))
    before = bar(one.state, row)
    welcomed(team)
    team.line.append(four.beat())
    team.pull()
    assert one.state.acknowledged["", four.device] > first.acknowledged
    team.post(one.compose(Suspension(four.device)), one)
    team.pull(one, two, three)
    assert bar(one.state, row) >= before


def test_no_epoch_takes_entries_of_another_compartment_for_dismissals() -> None:
    team = make_team(3, 1)
    one, two, three, four = team.members
    opening = Opening("legal", {"en": "Legal"}, (one.device, two.device), False)
    team.post(one.compose(opening), one, two)
    team.pull()
    team.line.append(one.entry(compartment="legal", record_key=b"k" * 32))
    place = len(team.line) - 1
    team.pull()
    made = composing.compose_compartment(four.view(), NAME)
    name = sha256(team.line[place]).digest()
    team.line += made.pages
    team.line.append(team.seal(msgspec.structs.replace(made.compartments[0], told=(name,)), four))
    team.pull()
    row = three.store.line_row(place)
    assert row is not None
    assert row.state == "unread"
    team.post(one.compose(Admission("legal", three.device)), one, two)
    team.pull()
    assert [one.compartment for one in three.store.entries(0, 100, 1)] == ["legal"]
