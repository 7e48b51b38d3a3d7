"""What a hostile reporter, colleague, program on this machine or tired hand can't do."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from tests.casework.world import World
from tests.desk.world import Browser, Running, desk_on_loopback

from asylia.casework.arrival import take_in
from asylia.casework.documenting import open_case, record_recipient
from asylia.desk import loopback
from asylia.desk.export import Export
from asylia.desk.marking import as_written, mark_words
from asylia.desk.workspace import Workspace
from asylia.errors import RefusedError
from asylia.record.contents import Claim, Consent, Event
from asylia.tlog.policy import LogParty, Policy
from asylia.visible import visible

LINES = "They came at night.\r\nThey asked for my brother.\r\nI ran."
TURNING = "photo\u202egpj.exe"
MARKUP = '<img src=x> 100 %d "'


@pytest.fixture(scope="module")
def reported(world: World) -> World:
    """One case, whose writer's machine ends lines as Windows does."""
    desk = world.desks[0]
    world.reporter().send(LINES)
    take_in(desk)
    (row,) = desk.casework().inbox()
    open_case(desk, row.thread, "RK-417")
    return world


@pytest.fixture
def running(reported: World, tmp_path: Path) -> Iterator[Running]:
    log = LogParty(origin=reported.log.name, key=reported.log.ed25519)
    root = reported.founding.root_hash
    policy = Policy(root_hash=root, log=log, witnesses=(), threshold=0, stamp_roots=())
    export = Export(tmp_path, policy)
    with desk_on_loopback(reported.desks[0], export=export) as found:
        yield found


@pytest.fixture
def browser(running: Running) -> Iterator[Browser]:
    with Browser(running) as found:
        found.enter()
        found.unlock()
        yield found


def thread_of(browser: Browser) -> str:
    found = re.search(r'href="(/thread/\w+)"', browser.get("/inbox").text)
    assert found
    return found[1]


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return found[1]


def work_of(browser: Browser) -> Workspace:
    assert browser.desk.workspace is not None
    return browser.desk.workspace


def claim_form(browser: Browser, words: str, **fields: str) -> dict[str, str]:
    thread = thread_of(browser)
    envelope = field(browser.get(thread).text, "envelope")
    told = {"property": "account", "value": "night", "certainty": "saw", "polarity": "asserts"}
    kinds = {"perpetrator": "not_stated", "motive": "not_stated", "new_kind": "raid"}
    kinds["others"] = "none"
    once = field(browser.post(f"{thread}/quote", envelope=envelope, words=words).text, "once")
    return {"envelope": envelope, "words": words, "once": once, **told, **kinds, **fields}


def test_nobody_else_can_listen_where_a_browser_looks_first() -> None:
    listening = loopback.listen_on_loopback()
    families = {one.family for one in listening}
    port = listening[0].getsockname()[1]
    assert {one.getsockname()[1] for one in listening} == {port}
    if socket.AF_INET6 in families:
        with socket.socket(socket.AF_INET6) as thief, pytest.raises(OSError, match="in use"):
            thief.bind(("::1", port))
    for one in listening:
        one.close()


def test_a_port_that_another_program_has_on_six_is_refused() -> None:
    with socket.socket(socket.AF_INET6) as thief:
        try:
            thief.bind(("::1", 0))
        except OSError:
            pytest.skip("this machine speaks no IPv6")
        thief.listen()
        with pytest.raises(RefusedError):
            loopback.listen_on_loopback(thief.getsockname()[1])


def test_the_browser_reaches_the_desk_itself(chromium: Chromium) -> None:
    listening = loopback.listen_on_loopback()
    page = chromium.new_page()
    url = f"http://desk-0badcafe.localhost:{listening[0].getsockname()[1]}/"
    page.evaluate("url => { void fetch(url, {mode: 'no-cors'}).catch(() => 0) }", url)
    listening[-1].settimeout(10)
    heard, _ = listening[-1].accept()  # the last is the one that it tries first
    for one in (heard, *listening):
        one.close()
    page.close()


def test_looking_without_reading_is_refused(browser: Browser) -> None:
    assert browser.client.head("/inbox").status_code == 405
    assert browser.client.head("/enter/token").status_code == 405


def test_a_length_of_thousands_of_digits_is_refused(browser: Browser) -> None:
    port = int(browser.host.rpartition(":")[2])
    head = f"POST /language HTTP/1.1\r\nHost: {browser.host}\r\nOrigin: http://{browser.host}\r\n"
    kind = "Content-Type: application/x-www-form-urlencoded\r\n"
    with socket.create_connection(("127.0.0.1", port), 10) as sent:
        sent.sendall(f"{head}{kind}Content-Length: {'9' * 5000}\r\n\r\n".encode())
        assert sent.recv(64).split()[1] in (b"400", b"413")


def test_a_message_of_an_error_is_text_and_no_markup(browser: Browser) -> None:
    asked = {"purpose": "inquiry", "recipient": MARKUP, "items": MARKUP}
    answer = browser.post("/dossiers/look", **asked)
    assert answer.status_code == 403
    assert "<img src=x>" not in answer.text
    assert "&lt;img src=x&gt; 100 %d" in answer.text


def test_a_handle_of_another_kind_is_not_found(browser: Browser) -> None:
    thread = thread_of(browser).rpartition("/")[2]
    assert browser.get(f"/claim/{thread}").status_code == 404


def test_the_same_form_sent_twice_is_taken_once(browser: Browser) -> None:
    thread = thread_of(browser)
    once = field(browser.get(thread).text, "once")
    for _ in range(2):
        assert browser.post(f"{thread}/reply", body="Stay inside.", once=once).status_code == 303
    assert browser.get(thread).text.count("Stay inside.") == 1
    again = field(browser.get(thread).text, "once")
    browser.post(f"{thread}/reply", body="Stay inside.", once=again)
    assert browser.get(thread).text.count("Stay inside.") == 2


def test_a_reply_that_is_not_taken_stays_in_its_box(browser: Browser) -> None:
    thread = thread_of(browser)
    words = "An hour of work. " * 800
    answer = browser.post(f"{thread}/reply", body=words)
    assert answer.status_code == 400
    assert f"{words.strip()}</textarea>" in answer.text
    assert 'role="alert"' in answer.text


def test_a_quote_is_found_whatever_the_line_ends(browser: Browser) -> None:
    form = claim_form(browser, "at night.\nThey asked", new_event="An invented raid", event="")
    assert browser.post(f"{thread_of(browser)}/claim", **form).status_code == 303
    record = work_of(browser).record
    (claim,) = [one for one in record.claims if one.property == "account"]
    assert claim.words == "at night.\r\nThey asked"
    assert record.get(claim.event, Event).name == "An invented raid"
    assert browser.post(f"{thread_of(browser)}/claim", **form).status_code == 303
    assert len(work_of(browser).record.claims) == 1


def test_a_quote_that_is_not_there_stays_refused(browser: Browser) -> None:
    assert as_written([LINES], "at night.\nnever") == "at night.\nnever"
    form = claim_form(browser, "never said", new_event="An invented raid", event="")
    assert browser.post(f"{thread_of(browser)}/claim", **form).status_code == 400


def test_a_consent_to_words_of_others_is_refused_and_writes_nothing(browser: Browser) -> None:
    thread = thread_of(browser)
    told = {"new_recipient": "An invented inquiry", "risks": "What could happen.", "until": ""}
    told |= {"understood": "1", "explained_in": "en", "purpose": "inquiry", "items": "0" * 32}
    before = len(work_of(browser).record.entered)
    assert browser.post(f"{thread}/consent", **told).status_code == 400
    assert len(work_of(browser).record.entered) == before
    assert not work_of(browser).record.all(Consent)


def test_a_consent_names_everyone_who_will_be_told_in_turn(browser: Browser) -> None:
    work, thread = work_of(browser), thread_of(browser)
    last = record_recipient(work.place, "An invented archive")
    middle = record_recipient(work.place, "An invented prosecutor", [last])
    first = record_recipient(work.place, "An invented inquiry", [middle])
    (claim,) = [one for one in work.record.all(Claim) if one.report]
    told = {"recipient": first, "risks": "What could happen.", "until": "2027-01-31"}
    told |= {"understood": "1", "explained_in": "en", "purpose": "inquiry", "items": claim.id}
    assert browser.post(f"{thread}/consent", **told).status_code == 303
    (given,) = work_of(browser).record.all(Consent)
    assert set(given.onward) == {middle, last}


def test_being_counted_across_lists_is_agreed_to_by_itself(browser: Browser) -> None:
    work, thread = work_of(browser), thread_of(browser)
    told = {"recipient": record_recipient(work.place, "An invented linker"), "purpose": "linkage"}
    told |= {"risks": "What could happen.", "until": "2027-01-31", "understood": "1"}
    told |= {"explained_in": "en"}
    before = len(work.record.all(Consent))
    assert "tick nothing" in browser.get(f"{thread}/consent").text
    assert browser.post(f"{thread}/consent", **told, items="0" * 32).status_code == 400
    assert len(work.record.all(Consent)) == before
    assert browser.post(f"{thread}/consent", **told).status_code == 303
    (given,) = [one for one in work.record.all(Consent) if one.purpose == "linkage"]
    assert given.items == (given.person,)


def test_hundreds_of_boxes_make_a_form(browser: Browser) -> None:
    thread = thread_of(browser)
    data = {"csrf": browser.desk.door.csrf, "items": [f"{n:032x}" for n in range(2000)]}
    answer = browser.client.post(f"{thread}/consent", data=data, headers=browser.origin)
    assert "does not parse" not in answer.text


def test_what_would_turn_the_text_around_it_is_shown_instead() -> None:
    assert visible(TURNING) == "photo\u2039202E\u203agpj.exe"
    assert visible("a\nb\x00\u2028c\x9f") == "a\nb\u20390000\u203a\u20392028\u203ac\u2039009F\u203a"
    joined = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"  # a joiner that Persian needs
    assert visible(joined) == joined


def test_a_round_that_fails_in_any_way_is_never_shown_as_in_step(browser: Browser) -> None:
    work = work_of(browser)
    work.fetch()
    assert work.relay_state().kind == "in_step"
    courier, work.place.courier = work.place.courier, None  # type: ignore[assignment]
    with pytest.raises(AttributeError):
        work.fetch()
    work.place.courier = courier
    assert work.relay_state().kind == "silent"


def test_locking_asks_the_browser_to_forget(browser: Browser) -> None:
    cleared = browser.post("/lock").headers["clear-site-data"]
    assert '"cache"' in cleared
    assert '"storage"' in cleared


HIDING = "He said\u202e no\u202c, I\u200b saw\u2066 it\u2069."
SHOWN = "He said‹202E› no‹202C›, I‹200B› saw‹2066› it‹2069›."


def test_a_quote_of_words_that_hide_something_keeps_every_character() -> None:
    assert visible(HIDING) == SHOWN
    assert as_written([HIDING], SHOWN) == HIDING
    assert as_written([HIDING], "no‹202C›, I") == "no\u202c, I"
    literal = "They wrote ‹202E› in it."
    assert as_written([literal], literal) == literal
    assert as_written(["plain ‹0041› text"], "‹0041› text") == "‹0041› text"


def test_without_a_mouse_words_are_quoted_by_how_they_begin_and_end() -> None:
    told = "They came at night.\r\nThey took him away, and they came again."
    assert as_written([told, "Another answer."], "they came … took him") == told[:34]
    for unclear in ("they … came", "him … night", "nobody … away", "They …", "… away"):
        assert as_written([told], unclear) == unclear  # in two places, or in none
    assert as_written([told, told], "they came … took him") == "they came … took him"
    assert as_written(["He said … nothing.", told], "said … nothing") == "said … nothing"
    assert mark_words(HIDING, ["no\u202c, I"]) == (
        "He said‹202E› <mark>no‹202C›, I</mark>‹200B› saw‹2066› it‹2069›."
    )


def test_no_page_obeys_what_acts_unseen_in_a_report(world: World, browser: Browser) -> None:
    world.reporter().send(HIDING, urgency="can_wait")
    take_in(work_of(browser).place)
    address = next(
        found[1]
        for found in re.finditer(r'href="(/thread/\w+)"', browser.get("/inbox").text)
        if "He said" in browser.get(found[1]).text
    )
    for page in (browser.get("/inbox").text, browser.get(address).text):
        assert "He said‹202E› no" in page
        assert not any(sign in page for sign in "\u202e\u2066\u200b\u202c")
