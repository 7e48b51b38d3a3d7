"""Forgetting a case: what goes is listed, the delay is kept, a second admin signs."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.casework.world import Hands, Reporter, World
from tests.desk.team import meet, opened, three
from tests.desk.test_team import proposal_of
from tests.desk.world import TAKEN, Browser

from asylia.casework.arrival import take_in
from asylia.casework.documenting import (
    Said,
    Terms,
    Words,
    open_case,
    record_claim,
    record_consent,
    record_recipient,
)
from asylia.casework.place import Place
from asylia.record.contents import Count, Event
from asylia.values import Day

CASE = "RK-417"


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def people(tmp_path: Path, hands: Hands) -> Iterator[tuple[World, Place]]:
    with three(tmp_path, hands) as made:
        yield made


@pytest.fixture
def reporter(people: tuple[World, Place]) -> Reporter:
    """Somebody whose report became a case with a claim, and who consented to an inquiry."""
    world, aspen = people
    linden, rowan = world.desks
    reporter = world.reporter()
    reporter.send(TAKEN)
    take_in(linden)
    event = Event(id="purge", name="An invented purge", kind="purge")
    linden.append(linden.ledger.new_record("casework"), event)
    (row,) = linden.casework().inbox()
    open_case(linden, row.thread, CASE)
    words = Words(linden.casework().thread(row.thread).newest, "They had my phone")
    count = Count(min=1, max=1)
    said = Said(event="purge", property="detained", count=count, could_identify="none")
    claim = record_claim(linden, row.thread, words, said)
    recipient = record_recipient(linden, "An invented inquiry", ())
    until = Day(linden.today + 100)
    terms = Terms(
        "inquiry", recipient, (), (claim,), "What could happen.", "Linden", "en", until, 14
    )
    record_consent(linden, row.thread, terms)
    meet(linden, rowan, aspen)
    return reporter


def withdraw(world: World, reporter: Reporter) -> None:
    reporter.send("Please forget me.", kind="withdraw")
    take_in(world.desks[0])
    meet(*world.desks)


def thread_of(browser: Browser) -> str:
    found = re.search(r'href="(/thread/\w+)"', browser.get("/inbox").text)
    assert found
    return found[1]


LISTS = (
    "/inbox", "/cases", "/figures", "/sources", "/dossiers", "/team", "/forgotten", "/sites",
    "/search", "/timeline", "/map", "/matrix", "/documented",
)  # fmt: skip


def everything(browser: Browser) -> str:
    return "".join(browser.get(address).text for address in LISTS)


def test_a_withdrawn_case_waits_for_the_delay_that_the_person_chose(
    people: tuple[World, Place], reporter: Reporter, hands: Hands
) -> None:
    world = people[0]
    linden, _ = world.desks
    withdraw(world, reporter)
    with opened(linden) as browser:
        address = f"{thread_of(browser)}/forget"
        page = browser.get(address).text
        assert "it is forgotten on 6 December 2026, not before" in page
        assert "2 messages of theirs" in page
        assert "1 claim recorded from it" in page
        assert "An invented inquiry" in page
        answer = browser.post(address, reason="withdrawal", owed="An invented inquiry")
        assert answer.status_code == 403
        assert "The delay that this person chose is not over yet." in answer.text
        assert linden_proposals(browser) == 0
        hands.move(days=14)
        assert "was over on 6 December 2026" in browser.get(address).text
        assert browser.post(address, reason="withdrawal").status_code == 303
        assert linden_proposals(browser) == 1


def linden_proposals(browser: Browser) -> int:
    workspace = browser.desk.workspace
    assert workspace is not None
    return len(workspace.place.ledger.proposals())


def test_who_asked_again_in_a_safe_way_need_not_wait(
    people: tuple[World, Place], reporter: Reporter
) -> None:
    world = people[0]
    withdraw(world, reporter)
    with opened(world.desks[0]) as browser:
        address = f"{thread_of(browser)}/forget"
        assert "The person asked again in a safe way." in browser.get(address).text
        answer = browser.post(address, reason="withdrawal", asked_again="1")
        assert answer.status_code == 303


def test_a_withdrawal_that_nobody_made_is_refused(
    people: tuple[World, Place], reporter: Reporter
) -> None:
    assert reporter
    with opened(people[0].desks[0]) as browser:
        address = f"{thread_of(browser)}/forget"
        answer = browser.post(address, reason="withdrawal")
        assert answer.status_code == 403
        assert browser.post(address, reason="because").status_code == 400
        assert browser.post(address, reason="error", owed="Somebody else").status_code == 400
        assert linden_proposals(browser) == 0


def test_a_case_is_gone_once_the_second_admin_has_signed(
    people: tuple[World, Place], reporter: Reporter
) -> None:
    world, aspen = people
    linden, rowan = world.desks
    assert reporter
    with opened(linden) as browser:
        browser.post(f"{thread_of(browser)}/forget", reason="error", owed="An invented inquiry")
        assert CASE in browser.get("/inbox").text
    meet(rowan, rounds=1)
    with opened(rowan) as browser:
        thread = thread_of(browser)
        assert (
            "Linden proposed on 22 November 2026 that it be forgotten" in browser.get(thread).text
        )
        address = proposal_of(browser)
        assert f">{CASE}</a>" in browser.get(address).text
        assert re.search(
            r"2 records in Casework will be forgotten for good", browser.get(address).text
        )
        assert browser.post(address).status_code == 303
        assert_gone(browser)
        assert browser.get(thread).status_code == 404
        page = browser.get("/forgotten").text
        assert "Forgotten here. Not yet gone for good:" in page
        assert "Linden’s device has not acknowledged since 22 November 2026" in page
        assert "It was entered in error." in page
        assert "Linden, Rowan" in page
        assert "An invented inquiry" in page
        assert "Aspen’s device" in browser.get("/team").text
    meet(linden, aspen, rowan)
    meet(linden, aspen, rowan)
    for place in (linden, rowan, aspen):
        with opened(place) as browser:
            assert_gone(browser)
            page = browser.get("/forgotten").text
            assert "Gone for good from all current devices." in page
            assert "until the next drill" in page
            assert "until 20 December 2026" in page


def assert_gone(browser: Browser) -> None:
    shown = everything(browser)
    for word in (CASE, "bus stop", "They had my phone", "cellar"):
        assert word not in shown


def test_a_removed_devices_store_is_named_among_what_may_still_hold_it(
    people: tuple[World, Place], reporter: Reporter
) -> None:
    world, _ = people
    linden, rowan = world.desks
    assert reporter
    with opened(linden) as browser:
        page = browser.get("/team").text
        row = next(one for one in re.findall(r"<tbody>.*?</tbody>", page, re.S) if "Aspen" in one)
        (address,) = re.findall(r"/team/device/\w+", row)
        browser.post(f"{address}/suspend")
        browser.post(f"{thread_of(browser)}/forget", reason="retention")
    meet(rowan)
    rowan.ledger.sign(rowan.ledger.proposals()[0].id)
    meet(rowan, linden)
    with opened(linden) as browser:
        assert "Aspen (suspended)" in browser.get("/forgotten").text


def test_who_is_no_admin_can_propose_no_forgetting(
    people: tuple[World, Place], reporter: Reporter
) -> None:
    world, aspen = people
    assert reporter
    with opened(aspen) as browser:
        address = f"{thread_of(browser)}/forget"
        assert "<form" not in browser.get(address).text.split("<main")[1]
        assert browser.post(address, reason="error").status_code == 403
    meet(aspen, *world.desks)
    assert world.desks[0].ledger.proposals() == ()
    assert world.desks[0].ledger.findings() == ()


def test_without_the_forms_token_nothing_is_proposed(
    people: tuple[World, Place], reporter: Reporter
) -> None:
    assert reporter
    with opened(people[0].desks[0]) as browser:
        address = f"{thread_of(browser)}/forget"
        sent = browser.client.post(address, data={"reason": "error"}, headers=browser.origin)
        assert sent.status_code == 403
        assert linden_proposals(browser) == 0


def test_a_team_of_one_forgets_at_once_and_is_told_that_nobody_checks(world: World) -> None:
    (linden,) = world.desks
    world.reporter().send(TAKEN)
    take_in(linden)
    with opened(linden) as browser:
        address = f"{thread_of(browser)}/forget"
        assert "This device signs alone: nobody checks what it signs." in browser.get(address).text
        answer = browser.post(address, reason="error")
        assert (answer.status_code, answer.headers["location"]) == (303, "/forgotten")
        assert_gone(browser)
        assert "It was entered in error." in browser.get("/forgotten").text
