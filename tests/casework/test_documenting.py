"""From a report to the record: words letter for letter, a pseudonym for each, consent for one."""

import pytest
from tests.casework.world import World

from asylia.casework.arrival import take_in
from asylia.casework.contents import Safety
from asylia.casework.documenting import (
    Said,
    Terms,
    Words,
    draw_pseudonym,
    open_case,
    record_claim,
    record_consent,
    record_recipient,
)
from asylia.casework.place import Place
from asylia.casework.threads import Thread
from asylia.errors import MalformedError, UsageError
from asylia.record.consent import NotPermittedError, permission
from asylia.record.contents import Claim, Concerned, Count, Event, Person
from asylia.values import Day

CELLAR = "four men in uniform took me"
ONE = Count(min=1, max=1)


@pytest.fixture
def world(alone: World) -> World:
    """One device is enough here."""
    return alone


def taken(world: World, **letter: object) -> Thread:
    """A thread that was taken in, and an event that it can be told about."""
    desk = world.desks[0]
    world.reporter().send(**letter)
    take_in(desk)
    event = Event(id="purge", name="An invented purge", kind="purge")
    desk.append(desk.ledger.new_record("casework"), event)
    (row,) = desk.casework().inbox()
    return desk.casework().thread(row.thread)


def claimed(desk: Place, thread: Thread, **said: object) -> str:
    words = Words(thread.newest, CELLAR)
    writer = desk.casework().row(thread.row.thread).pseudonym  # a case since it was read, perhaps
    besides = [one for one in said.get("others", ()) if one.person != writer]
    look = "named" if besides else "none"
    plain = {"event": "purge", "property": "detained", "count": ONE, "could_identify": look}
    fields = {**plain, **said}
    return record_claim(desk, thread.row.thread, words, Said(**fields))


def agreed(desk: Place, thread: Thread, claim: str, recipient: str) -> str:
    terms = Terms(
        purpose="inquiry",
        recipient=recipient,
        onward=(),
        items=(claim,),
        risks_explained="Who sits there, and that nothing can be called back.",
        explained_by="Linden",
        explained_in="en",
        expires_on=Day(desk.today + 100),
        forget_after_days=30,
    )
    return record_consent(desk, thread.row.thread, terms)


def test_a_claim_quotes_the_words_and_says_where(world: World) -> None:
    desk, thread = world.desks[0], taken(world)
    open_case(desk, thread.row.thread, "RK-417")
    name = claimed(desk, thread)
    claim = desk.record().get(name, Claim)
    assert (claim.words, claim.lineage, claim.certainty) == (CELLAR, "RK-417", "reports")
    assert claim.locator == "message 1, text, characters 12-38"
    assert claim.persons == (
        Concerned(person="RK-417", role="speaker"),
        Concerned(person="RK-417", role="subject"),
    )


def test_words_that_are_not_there_are_refused(world: World) -> None:
    desk, thread = world.desks[0], taken(world)
    open_case(desk, thread.row.thread, "RK-417")
    said = Said(event="purge", property="detained", count=ONE)
    for text in ("five men in uniform", ""):
        with pytest.raises(UsageError):
            record_claim(desk, thread.row.thread, Words(thread.newest, text), said)
    assert not desk.record().claims


def test_a_term_that_no_vocabulary_has_is_refused(world: World) -> None:
    desk, thread = world.desks[0], taken(world)
    open_case(desk, thread.row.thread, "RK-417")
    with pytest.raises(MalformedError):
        claimed(desk, thread, property="orientation")
    assert not desk.record().claims


def test_a_claim_needs_a_case(world: World) -> None:
    desk, thread = world.desks[0], taken(world)
    with pytest.raises(UsageError):
        claimed(desk, thread)


def test_who_writes_for_another_must_say_whom_it_happened_to(world: World) -> None:
    desk, thread = world.desks[0], taken(world, on_behalf="another")
    open_case(desk, thread.row.thread, "RK-417")
    with pytest.raises(UsageError):
        claimed(desk, thread)
    friend = Concerned(person="BM-003", role="subject")
    name = claimed(desk, thread, others=(friend,))
    claim = desk.record().get(name, Claim)
    assert friend in claim.persons
    assert desk.record().get("BM-003", Person).pseudonym == "BM-003"


def test_where_nobody_said_whom_it_is_about_nobody_is_taken_for_the_one(world: World) -> None:
    desk, thread = world.desks[0], taken(world, on_behalf="not_said")
    assert thread.row.on_behalf == "not_said"
    open_case(desk, thread.row.thread, "RK-417")
    with pytest.raises(UsageError):
        claimed(desk, thread)
    writer = Concerned(person="RK-417", role="subject")
    name = claimed(desk, thread, others=(writer,), could_identify="none")
    assert writer in desk.record().get(name, Claim).persons


def test_nobody_consents_for_somebody_else(world: World) -> None:
    """The writer's consent lets the writer's words go, not those that name the friend."""
    desk, thread = world.desks[0], taken(world, on_behalf="another")
    open_case(desk, thread.row.thread, "RK-417")
    claim = claimed(desk, thread, others=(Concerned(person="BM-003", role="subject"),))
    recipient = record_recipient(desk, "An invented inquiry")
    agreed(desk, thread, claim, recipient)
    with pytest.raises(NotPermittedError) as refused:
        permission(desk.record(), "inquiry", recipient, [claim], desk.today)
    assert any("BM-003" in why for why in refused.value.missing)


def test_consent_lets_go_and_a_withdrawal_by_the_phrase_stops_it(world: World) -> None:
    desk = world.desks[0]
    reporter = world.reporter()
    reporter.send()
    take_in(desk)
    event = Event(id="purge", name="An invented purge", kind="purge")
    desk.append(desk.ledger.new_record("casework"), event)
    (row,) = desk.casework().inbox()
    thread = desk.casework().thread(row.thread)
    open_case(desk, thread.row.thread, "RK-417")
    claim, recipient = claimed(desk, thread), record_recipient(desk, "An invented inquiry")
    asked = ("inquiry", recipient, [claim])
    with pytest.raises(NotPermittedError):
        permission(desk.record(), *asked, desk.today)
    agreed(desk, thread, claim, recipient)
    assert permission(desk.record(), *asked, desk.today).items[0].item == claim
    reporter.send("", kind="withdraw")
    take_in(desk)
    with pytest.raises(NotPermittedError):
        permission(desk.record(), *asked, desk.today)
    (row,) = desk.casework().inbox()
    assert row.wants_out


def test_a_consent_ends_within_a_year(world: World) -> None:
    desk, thread = world.desks[0], taken(world)
    open_case(desk, thread.row.thread, "RK-417")
    claim, recipient = claimed(desk, thread), record_recipient(desk, "An invented inquiry")
    for days in (0, 366):
        terms = Terms(
            "inquiry", recipient, (), (claim,), "risks", "Linden", "en", Day(desk.today + days), 0
        )
        with pytest.raises(UsageError):
            record_consent(desk, thread.row.thread, terms)


def test_pseudonyms_are_not_given_twice(world: World) -> None:
    desk, thread = world.desks[0], taken(world)
    drawn = iter([bytes(8), bytes(8), b"\x01" * 8])
    open_case(desk, thread.row.thread, "BB-000")
    desk.randomness = lambda _: next(drawn)
    assert draw_pseudonym(desk) != "BB-000"
    with pytest.raises(UsageError):
        open_case(desk, thread.row.thread, "RK-417")


def test_the_newest_word_on_safe_contact_counts(world: World) -> None:
    desk, reporter = world.desks[0], world.reporter()
    reporter.send()
    take_in(desk)
    (row,) = desk.casework().inbox()
    newest = desk.casework().thread(row.thread).newest
    noted = Safety(thread=row.thread, answers=newest, may_contact=False, notes="Brother reads it.")
    desk.append(row.record, noted)
    safe = desk.casework().row(row.thread).safe_contact
    assert (safe.may_contact, safe.by, safe.notes) == (False, "team", "Brother reads it.")
    reporter.send("Thanks.", kind="follow_up", safe_contact=None)
    take_in(desk)
    safe = desk.casework().row(row.thread).safe_contact
    assert (safe.may_contact, safe.by, safe.notes) == (False, "team", "Brother reads it.")
    reporter.send("New number.", kind="follow_up")
    take_in(desk)
    safe = desk.casework().row(row.thread).safe_contact
    assert (safe.may_contact, safe.by, safe.notes) == (True, "writer", "Brother reads it.")
