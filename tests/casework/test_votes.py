"""Votes on pairs, over real ledgers: one person one vote, undo, adjudication, what is passed on."""

import itertools
from collections.abc import Iterator

import httpx
import pytest
from tests.casework.world import COSTS, PASSPHRASE, Hands, World, team

from asylia.casework.passing import due, pass_on
from asylia.casework.place import Place
from asylia.casework.review import (
    Adjudication,
    Begun,
    Content,
    Noted,
    Opened,
    Pair,
    Passed,
    Reviews,
    Undone,
    Vote,
)
from asylia.casework.votes import Standing, implied, standings
from asylia.errors import RefusedError
from asylia.ledger.courier import TeamCourier
from asylia.ledger.founding import Founder, found
from asylia.record.contents import Judgement, Person, Sameness
from asylia.record.forms import Verdict
from asylia.values import Day, DeviceId
from asylia.vault.vault import Vault

AB, BC, AC = ("a", "b"), ("b", "c"), ("a", "c")
_number = itertools.count()


def noted(by: str, content: Content, device: int = 0) -> Noted:
    return Noted(content, DeviceId(bytes([device]) * 32), by, Day(20_000))


def vote(by: str, verdict: Verdict, pair: Pair = AB, device: int = 0) -> Noted:
    return noted(by, Vote(id=f"v{next(_number)}", pair=pair, verdict=verdict), device)


def settled(by: str, verdict: Verdict, *votes: Noted, pair: Pair = AB) -> Noted:
    content = Adjudication(
        id=f"s{next(_number)}",
        pair=pair,
        verdict=verdict,
        reason="seen again",
        votes=tuple(one.content.id for one in votes),
    )
    return noted(by, content)


def undone(by: str, what: Noted) -> Noted:
    return noted(by, Undone(id=f"u{next(_number)}", of=what.content.id))


def told(*what: Noted, needed: int = 2) -> Standing:
    return standings(what, needed)[AB]


def test_the_states_of_a_pair() -> None:
    one, other, differs = vote("L", "same"), vote("R", "same"), vote("R", "distinct")
    assert (told(one).state, told(one).verdict) == ("once", None)
    assert (told(one, needed=1).state, told(one, needed=1).verdict) == ("agreed", "same")
    assert (told(one, other).state, told(one, other).verdict) == ("agreed", "same")
    assert (told(one, differs).state, told(one, differs).verdict) == ("apart", None)
    final = told(one, differs, settled("T", "distinct", one, differs))
    assert (final.state, final.verdict, final.adjudicated_by) == ("settled", "distinct", "T")
    assert {who: v.verdict for who, v in final.votes.items()} == {"L": "same", "R": "distinct"}
    assert (told(one, vote("R", "not_known")).state) == "apart"


def test_one_person_has_one_vote_from_however_many_devices() -> None:
    twice = told(vote("L", "distinct", device=1), vote("L", "same", device=2))
    assert (twice.state, len(twice.votes)) == ("once", 1)
    assert twice.votes["L"].verdict == "same", "the later one stands"


def test_a_vote_is_taken_back_by_who_gave_it_and_by_nobody_else() -> None:
    mine, theirs = vote("L", "same"), vote("R", "distinct")
    assert told(mine, theirs, undone("L", mine)).votes.keys() == {"R"}
    assert told(mine, theirs, undone("L", theirs)).votes.keys() == {"L", "R"}
    assert AB not in standings([mine, undone("L", mine)], 2)
    decided = settled("T", "same", mine, theirs)
    assert told(mine, theirs, decided).state == "settled"
    assert told(mine, theirs, decided, undone("R", decided)).state == "apart"


def test_an_id_that_two_people_use_takes_nobody_elses_vote_back() -> None:
    mine = vote("L", "same")
    like = noted("R", Vote(id=mine.content.id, pair=AB, verdict="distinct"))
    final = noted("R", Adjudication(id=mine.content.id, pair=AB, verdict="same", reason="x",
                                    votes=()))  # fmt: skip
    for other in (like, final):
        for order in ([mine, other], [other, mine]):
            assert told(*order, undone("R", mine)).votes["L"].verdict == "same"
    assert "L" not in told(mine, vote("R", "same"), like, undone("L", mine)).votes


def test_an_adjudication_by_hand_that_nobody_was_asked_for_decides_nothing() -> None:
    mine, theirs = vote("L", "same"), vote("R", "distinct")
    agreed, elsewhere = vote("R", "same"), vote("R", "distinct", AC)
    assert standings([settled("T", "same")], 2) == {}, "no vote at all"
    assert told(mine, settled("T", "distinct", mine)).state == "once"
    assert told(mine, agreed, settled("T", "distinct", mine, agreed)).verdict == "same"
    assert told(mine, elsewhere, settled("T", "distinct", mine, elsewhere)).state == "once"
    third = noted("T", Opened(id="o-t", pair=AC, reason="review"))
    own = settled("R", "distinct", mine, theirs)
    assert told(mine, theirs, third, own).state == "apart", "a third was there"
    assert told(mine, theirs, own).state == "settled", "there was none"
    assert standings([mine, theirs, third, own], 2, {"L", "R"})[AB].state == "settled"
    early = Noted(own.content, own.author, "T", Day(19_999))
    assert told(mine, theirs, early).state == "apart", "dated before the votes"


def test_a_third_person_settles_it_where_there_is_one() -> None:
    apart = told(vote("L", "same"), vote("R", "distinct"))
    assert apart.may_adjudicate("T", {"L", "R", "T"})
    assert not apart.may_adjudicate("L", {"L", "R", "T"})
    assert apart.may_adjudicate("L", {"L", "R"})
    assert not told(vote("L", "same"), vote("R", "same")).may_adjudicate("T", {"L", "R", "T"})


def test_decided_pairs_imply_others_and_contradictions_are_named() -> None:
    def of(**verdicts: Verdict) -> list[Standing]:
        votes = [vote("L", v, (name[0], name[1])) for name, v in verdicts.items()]
        return list(standings(votes, 1).values())

    chain = implied(of(ab="same", bc="same"))
    assert (chain.verdict(AC), chain.torn) == ("same", ())
    assert implied(of(ab="same", bc="distinct")).verdict(AC) == "distinct"
    assert implied(of(ab="same", bc="not_known")).verdict(AC) is None
    assert implied(of(ab="distinct", bc="distinct")).verdict(AC) is None
    assert implied(of(ab="same", bc="same", ac="distinct")).torn == (AC,)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with team(tmp_path_factory.mktemp("team"), Hands(), 2) as made:
        yield made


def judgements(place: Place) -> list[tuple[tuple[str, ...], str]]:
    return [
        (one.decision.ids, one.decision.verdict)
        for one in place.record().judgements
        if isinstance(one, Judgement) and isinstance(one.decision, Sameness)
    ]


def test_votes_travel_and_what_is_decided_is_passed_on_as_ids(world: World) -> None:
    linden, rowan = world.desks
    mine, theirs = Reviews(linden), Reviews(rowan)
    review = mine.begin("cards")
    own = linden.ledger.new_record("casework")
    for key in ("a", "b", "c"):
        linden.append(own, Person(id=key, pseudonym=key))
    mine.add(review, Opened(id="o1", pair=AB, reason="review"))
    mine.add(review, Vote(id="w1", pair=AB, verdict="same"))
    linden.synchronise()
    rowan.synchronise()
    assert theirs.begin("cards") == review, "the same review, found by its name"
    assert [one.by for one in theirs.of(review)] == ["Linden"] * 3
    theirs.add(review, Vote(id="w2", pair=AB, verdict="same"))
    rowan.synchronise()
    linden.synchronise()
    known = standings(mine.of(review), mine.reviewers())
    assert (mine.reviewers(), known[AB].state) == (2, "agreed")

    changes = due(linden.record(), known, {BC: 0.4, ("a", "stranger"): 0.9, AB: 0.9})
    assert [(one.pair, one.verdict) for one in changes] == [(AB, "same"), (BC, "not_known")]
    assert pass_on(linden, mine, review, changes) == 2
    assert judgements(linden) == [(AB, "same"), (BC, "not_known")]
    assert not any("cards" in one.reason for one in linden.record().judgements)
    again = standings(mine.of(review), mine.reviewers())
    assert due(linden.record(), again, {BC: 0.4}) == ()

    (back,) = due(linden.record(), again, {})
    assert (back.pair, back.verdict) == (BC, None)
    theirs.add(review, Undone(id="w3", of="w2"))
    theirs.add(review, Vote(id="w4", pair=AB, verdict="distinct"))
    rowan.synchronise()
    linden.synchronise()
    apart = standings(mine.of(review), mine.reviewers())
    assert apart[AB].state == "apart"
    pass_on(linden, mine, review, due(linden.record(), apart, {}))
    assert judgements(linden) == [], "what holds no more is taken back"
    compartments = {e.label: e.compartment for e in linden.ledger.entries() if "review" in e.label}
    assert set(compartments.values()) == {"identity"}
    assert {Begun.LABEL, Opened.LABEL, Vote.LABEL, Undone.LABEL, Passed.LABEL} <= set(compartments)


def test_whoever_is_not_in_the_compartment_reviews_nothing(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    vault = Vault.create(tmp_path_factory.mktemp("other") / "vault", PASSPHRASE, costs=COSTS)
    clock = Hands()
    url = "http://127.0.0.1:9"
    labels = {"casework": {"en": "Casework", "ru": "Дела"}}
    outside = found(
        [Founder(vault.keys(), "Stork")], relay_url=url, compartments=labels, clock=clock
    )
    outside.enter(vault.store, vault.keys())
    courier = TeamCourier(url, outside.relay.secret, httpx.Client())
    reviews = Reviews(Place(vault, vault.ledger(clock=clock), courier, clock))
    with pytest.raises(RefusedError):
        reviews.begin("cards")
    assert reviews.names() == {}
    vault.close()


def test_a_passed_entry_has_nobody_take_back_what_no_review_passed_on(world: World) -> None:
    place = world.desks[0]
    reviews = Reviews(place)
    review = reviews.begin("by hand")
    own = place.ledger.new_record("casework")
    for key in ("d", "e"):
        place.append(own, Person(id=key, pseudonym=key))
    by_hand = Judgement(id="j-own", decision=Sameness(ids=("d", "e"), verdict="same"),
                        reason="their mother said so", author="Linden")  # fmt: skip
    place.append(own, by_hand)
    for number, target in enumerate(("d", "j-own", "nothing")):
        passed = Passed(id=f"p{number}", pair=("d", "e"), verdict="same", judgement=target)
        reviews.add(review, passed)
        known = standings(reviews.of(review), 2)
        assert due(place.record(), known, {}) == (), "nothing is decided, and nothing to take back"
    changes = due(place.record(), known, {("d", "e"): 0.5})
    assert [(one.verdict, one.before) for one in changes] == [("not_known", None)]
    assert pass_on(place, reviews, review, changes) == 1
    (back,) = due(place.record(), standings(reviews.of(review), 2), {})
    assert back.before is not None, "what a review passed on is taken back"
    assert pass_on(place, reviews, review, (back,)) == 1
    gone = place.record().taken_back
    assert back.before.judgement in gone
    assert gone.isdisjoint({"d", "j-own", "nothing"})
