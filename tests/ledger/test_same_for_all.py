"""The same entries are applied by one who was there, one who came later, one who destroyed."""

from hashlib import sha256

import pytest
from tests.ledger.teams import NAME, Member, Team, addition, make_team, memory_store

from asylia.ledger import composing
from asylia.ledger.change import Admission, Dismissal, Suspension
from asylia.ledger.keys import DeviceKeys
from asylia.ledger.state import EpochKeys, State


def destroyed(member: Member) -> None:
    """The bodies of all epochs but the newest are gone, and nothing is left in memory."""
    state = member.state
    newest = {*state.newest(""), *(head for name in state.trees for head in state.newest(name))}
    with member.store.transaction():
        old = [name for name, _ in member.store.epochs() if name not in newest]
        assert old
        member.store.destroy_epochs(old)


def story(team: Team) -> EpochKeys:
    """A member writes, leaves, writes on, comes back, leaves again, writes on, comes back."""
    one, two, _, author = team.members
    first = author.state.current[NAME]
    for _ in range(2):
        team.line.append(author.entry())
        team.pull()
        old = author.state.current[NAME]
        blobs = team.blobs(one.compose(Dismissal(NAME, author.device)), one, two)
        # On the way: under the old epoch, before the new one stands in the line.
        team.line.append(author.entry())
        author.pull(team.line)
        team.line += blobs
        # And behind it: the author cannot know.
        team.line.append(author.entry(under=old))
        author.pull(team.line)
        assert team.pull(one, two) == [["forged"], ["forged"]]
        team.line.append(one.entry(record_key=b"o" * 32))
        team.pull()
        team.post(one.compose(Admission(NAME, author.device)), one, two)
        team.pull()
    return first


def place(team: Team, blob_hash: bytes) -> int:
    return next(at for at, blob in enumerate(team.line) if sha256(blob).digest() == blob_hash)


def test_who_was_there_and_who_comes_later_and_who_destroyed_apply_the_same() -> None:
    team = make_team(3, 1)
    one, two, three, author = team.members
    first = story(team)
    destroyed(three)
    team.line.append(author.entry(under=first))  # of old, with the relay's help
    assert team.pull(one, three) == [["forged"], ["forged"]]
    team.line.append(author.entry())
    assert team.pull(one, three, author)[:2] == [[], []]
    later = team.joined(two)
    later.pull(team.line)
    assert one.texts() == three.texts() == later.texts() == author.texts()
    assert len(one.texts()) == 7
    assert one.state.limits[NAME] == three.state.limits[NAME] == later.state.limits[NAME]


def test_one_that_is_let_in_late_applies_the_same() -> None:
    """It opens no epoch from before: what counts follows from the newest one's ``earlier``."""
    team = make_team(3, 1)
    one, two, _, author = team.members
    first = story(team)
    keys, base = DeviceKeys.generate(), place(team, one.state.team_hash)
    team.post(one.compose(addition(team, keys, "Willow")), one, two)
    team.pull()
    new = team.joined(Member(keys, memory_store()), base=base)
    team.line.append(author.entry(under=first))
    new.pull(team.line)
    one.pull(team.line)
    assert new.texts() == one.texts()
    assert len(new.texts()) == 6
    assert new.state.team == one.state.team
    assert new.state.limits[NAME] == one.state.limits[NAME]


def test_without_the_limits_they_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    team = make_team(3, 1)
    one, two, *_ = team.members
    story(team)
    monkeypatch.setattr(State, "may_write", lambda *_: True)
    later = team.joined(two)
    later.pull(team.line)
    assert later.texts() != one.texts()


def test_an_author_counts_until_the_epoch_without_it_whatever_its_maker_had_seen() -> None:
    """A maker that looks away can't undo what others have read."""
    team = make_team(3, 1)
    one, two, three, author = team.members
    blind = one.view()  # before the author's entry
    team.line.append(author.entry())
    team.pull(two, three)
    team.post(composing.compose(blind, [Suspension(author.device)]), one)
    assert team.pull(two, three) == [[], []]
    assert len(two.texts()) == 1
    later = team.joined(one)
    later.pull(team.line)
    assert later.texts() == two.texts()


def test_what_a_device_wrote_while_it_was_out_waits_to_be_sealed_anew() -> None:
    team = make_team(3, 1)
    one, two, _, author = team.members
    team.line.append(author.entry(b"asylia/test/1\nbefore"))
    team.pull()
    old = author.state.current[NAME]
    team.post(one.compose(Dismissal(NAME, author.device)), one, two)
    team.line.append(author.entry(b"asylia/test/1\nout of it", under=old))
    team.pull()
    assert len(author.texts()) == 2
    team.post(one.compose(Admission(NAME, author.device)), one, two)
    team.pull()
    waiting = author.store.unsealed(10, [NAME], [])
    assert [row.content for row in waiting] == [b"asylia/test/1\nout of it"]
    assert author.state.chains[NAME, author.device].sequence == 0
    assert author.state.chains[NAME, author.device] == one.state.chains[NAME, author.device]
