"""Screens that show what came and hand out what may leave, over HTTP."""

import re
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from tests.casework.world import World
from tests.desk.world import TAKEN, Browser, desk_on_loopback

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
from asylia.desk.export import Export
from asylia.desk.marking import mark_words
from asylia.envelope.attachment import seal_attachment
from asylia.envelope.control import Attachment
from asylia.record.contents import Claim, Consent, Count, Event
from asylia.tlog.policy import LogParty, Policy, encode_policy
from asylia.values import Day, date_of

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
FILES = {
    "words.txt": b"Plain invented words.",
    "photo.jpg": PNG,
    "run.html": b"<script>\x00</script>",
}
HOSTILE = '<img src=x onerror="alert(1)"> & <script>alert(2)</script>'


def sealed(world: World, name: str, content: bytes) -> Attachment:
    """A file at the relay, as a reporter's page would leave it."""
    reporter = world.reporter()
    return seal_attachment(
        BytesIO(content), len(content), name=name, kind="text/html", send=reporter.put_piece
    )


@pytest.fixture(scope="module")
def reported(world: World) -> World:
    """One report with files, and one that is meant to do harm; a case with a claim and consent."""
    desk = world.desks[0]
    files = tuple(sealed(world, name, content) for name, content in FILES.items())
    world.reporter().send(TAKEN, attachments=files)
    world.reporter().send(HOSTILE, urgency="can_wait")
    take_in(desk)
    event = Event(id="purge", name="An invented purge", kind="purge")
    desk.append(desk.ledger.new_record("casework"), event)
    row = next(one for one in desk.casework().inbox() if one.urgency == "now")
    open_case(desk, row.thread, "RK-417")
    words = Words(desk.casework().thread(row.thread).newest, "They had my phone")
    count = Count(min=1, max=1)
    said = Said(event="purge", property="detained", count=count, could_identify="none")
    claim = record_claim(desk, row.thread, words, said)
    recipient = record_recipient(desk, "An invented inquiry")
    until = Day(desk.today + 100)
    terms = Terms(
        "inquiry", recipient, (), (claim,), "What could happen.", "Linden", "en", until, 30
    )
    record_consent(desk, row.thread, terms)
    return world


@pytest.fixture
def browser(reported: World, tmp_path: Path) -> Iterator[Browser]:
    """An open desk that may build dossiers."""
    log = LogParty(origin=reported.log.name, key=reported.log.ed25519)
    policy = Policy(
        root_hash=reported.founding.root_hash, log=log, witnesses=(), threshold=0, stamp_roots=()
    )
    (tmp_path / "policy.json").write_bytes(encode_policy(policy))
    export = Export.read(tmp_path / "out", tmp_path / "policy.json", ())
    with desk_on_loopback(reported.desks[0], export=export) as running, Browser(running) as one:
        one.enter()
        one.unlock()
        yield one


def thread_address(browser: Browser, words: str) -> str:
    """The address of the thread in whose line these words stand."""
    items = re.findall(r'<a class="item.*?</a>', browser.get("/inbox").text, re.S)
    found = re.search(r'href="(/thread/\w+)"', next(one for one in items if words in one))
    assert found
    return found[1]


def inquiry(browser: Browser) -> str:
    """The id of the one recipient."""
    page = browser.get("/dossiers").text
    found = re.search(r'<option value="(\w+)">An invented inquiry', page)
    assert found
    return found[1]


def opened(browser: Browser, name: str) -> str:
    """The page of one attachment."""
    address = thread_address(browser, "RK-417")
    page = browser.get(address).text
    form = next(f for f in re.findall(r"<form.*?</form>", page, re.S) if name in f)
    fields = dict(re.findall(r'name="(envelope|file)" value="(\w+)"', form))
    return browser.post(f"{address}/file", **fields).text


def test_what_a_writer_wrote_is_text_and_nothing_else(browser: Browser) -> None:
    for page in (browser.get("/inbox"), browser.get(thread_address(browser, "onerror"))):
        assert "<img src=x" not in page.text
        assert "<script>alert" not in page.text
        assert "&lt;img src=x" in page.text


def test_a_text_file_is_shown_as_text(browser: Browser) -> None:
    assert "Plain invented words." in opened(browser, "words.txt")


def test_an_image_is_shown_once_by_what_it_is_and_not_by_its_name(browser: Browser) -> None:
    found = re.search(r'src="(/image/\w+)"', opened(browser, "photo.jpg"))
    assert found
    first, second = browser.get(found[1]), browser.get(found[1])
    assert (first.content, first.headers["content-type"]) == (PNG, "image/png")
    assert "sandbox" in first.headers["content-security-policy"]
    assert second.status_code == 404


def test_any_other_file_stays_shut(browser: Browser) -> None:
    page = opened(browser, "run.html")
    assert "does not open it" in page
    assert "script>\x00" not in page


def test_an_address_of_another_session_leads_nowhere(browser: Browser) -> None:
    assert browser.get("/thread/0123456789ab").status_code == 404
    assert browser.get("/claim/0123456789ab").status_code == 404


def test_a_name_is_no_pseudonym(browser: Browser) -> None:
    address = thread_address(browser, "onerror")
    assert browser.post(f"{address}/case", pseudonym="Anna").status_code == 400
    assert "Anna" not in browser.get("/cases").text


def test_a_day_that_is_none_is_said_in_plain_words(browser: Browser) -> None:
    answer = browser.get("/figures/2017-02-31")
    assert answer.status_code == 400
    assert "2017-12-31" in answer.text


def test_a_dossier_without_consent_is_refused_and_says_what_is_missing(browser: Browser) -> None:
    recipient = inquiry(browser)
    page = browser.post("/dossiers", purpose="court", recipient=recipient).text
    assert "1 claim stays" in page
    assert 'class="why"' in page
    (item,) = [one.id for one in browser.desk.workspace.record.all(Claim) if one.report]
    browser.post("/language", language="ru", back="/dossiers")
    told = {"purpose": "court", "recipient": recipient, "items": item}
    answer = browser.post("/dossiers/look", **told)
    browser.post("/language", language="en", back="/dossiers")
    assert answer.status_code == 403
    assert "Передавать нельзя:" in answer.text
    assert "нет согласия на цель" in answer.text
    assert f'value="{item}" checked' not in answer.text  # it stays, so there is no box


def read_and_built(browser: Browser, *items: str, **choice: str) -> str:
    """Tick, read, confirm, build: the page that comes of it."""
    page = browser.post("/dossiers/look", items=list(items), **choice).text
    found = dict(re.findall(r'name="(read|once)" value="(\w+)"', page))
    return browser.post("/dossiers/build", items=list(items), confirmed="1", **found, **choice).text


def test_nothing_is_ticked_beforehand(browser: Browser) -> None:
    page = browser.get(f"{thread_address(browser, 'RK-417')}/consent").text
    assert 'name="items"' in page
    assert "checked" not in page
    choice = {"purpose": "inquiry", "recipient": inquiry(browser)}
    page = browser.post("/dossiers", **choice).text
    assert 'name="items"' in page
    assert "checked" not in page


def test_a_consent_to_a_claim_is_none_to_the_whole_report_that_it_is_from(browser: Browser) -> None:
    address = f"{thread_address(browser, 'RK-417')}/consent"
    claim, _whole = re.findall(r'name="items" value="(\w+)"', browser.get(address).text)
    told = {
        "recipient": inquiry(browser),
        "risks": "What could happen.",
        "understood": "1",
        "explained_in": "en",
    }
    day = browser.desk.workspace.today + 100
    until = date_of(Day(day)).isoformat()
    answer = browser.post(address, purpose="un_procedure", items=claim, until=until, **told)
    assert answer.status_code == 303
    given = [one for one in browser.desk.workspace.record.all(Consent) if one.items]
    assert {one.purpose: one.items for one in given}["un_procedure"] == (claim,)


def test_a_whole_report_leaves_when_it_was_ticked_for_both(
    browser: Browser, tmp_path: Path
) -> None:
    address = f"{thread_address(browser, 'RK-417')}/consent"
    _, whole = re.findall(r'name="items" value="(\w+)">', browser.get(address).text)
    choice = {"purpose": "referral", "recipient": inquiry(browser)}
    assert whole not in browser.post("/dossiers", **choice).text
    until = date_of(Day(browser.desk.workspace.today + 100)).isoformat()
    told = {"risks": "What could happen.", "understood": "1", "explained_in": "en", "until": until}
    browser.post(address, items=whole, **choice, **told)
    assert f'name="items" value="{whole}">' in browser.post("/dossiers", **choice).text
    assert "I fear my uncle" in browser.post("/dossiers/look", items=whole, **choice).text
    assert "Built and sealed" in read_and_built(browser, whole, **choice)
    (words,) = (tmp_path / "out").glob("*/data/arrivals/*/statement.json")
    assert "They had my phone" in words.read_text()
    assert "dossier-" in browser.get("/dossiers").text  # and stands in the list of those before


def test_a_dossier_that_was_not_read_is_not_built_and_the_choice_stays(
    browser: Browser, tmp_path: Path
) -> None:
    choice = {"purpose": "inquiry", "recipient": inquiry(browser)}
    page = browser.post("/dossiers", **choice).text
    (item,) = re.findall(r'name="items" value="(\w+)"', page)
    page = browser.post("/dossiers/look", items=item, **choice).text
    read = re.search(r'name="read" value="(\w+)"', page)
    assert read
    answer = browser.post("/dossiers/build", items=item, read=read[1], **choice)
    assert (answer.status_code, "Confirm that you read" in answer.text) == (400, True)
    answer = browser.post("/dossiers/build", items=item, read="00", confirmed="1", **choice)
    assert (answer.status_code, "was not read in these words" in answer.text) == (403, True)
    assert f'value="{item}" checked' in answer.text
    assert not (tmp_path / "out").exists()


def test_an_unticked_look_at_others_records_nothing(browser: Browser) -> None:
    address = thread_address(browser, "RK-417")
    page = browser.get(address).text
    envelope = re.search(r'name="envelope" value="(\w+)"', page)
    assert envelope
    form = browser.post(f"{address}/quote", envelope=envelope[1], words="I fear my uncle").text
    for name in ("others", "certainty", "polarity"):
        assert f'name="{name}"' in form
    assert "checked" not in form
    assert not re.search(r'<option value="saw" selected', form)
    told = {"envelope": envelope[1], "words": "I fear my uncle", "event": "purge",
            "property": "account", "value": "fear", "polarity": "asserts",
            "perpetrator": "not_stated", "motive": "not_stated"}  # fmt: skip
    before = len(browser.desk.workspace.record.claims)
    for lacking in (
        {"certainty": "saw"}, {"certainty": "", "others": "none"},
        {"certainty": "saw", "others": "named"},
        {"certainty": "saw", "others": "none", "person": "BM-003", "role": "third"},
    ):  # fmt: skip
        assert browser.post(f"{address}/claim", **told, **lacking).status_code == 400
    assert len(browser.desk.workspace.record.claims) == before
    named = {"certainty": "saw", "others": "named", "person": "BM-003", "role": "third"}
    assert browser.post(f"{address}/claim", **told, **named).status_code == 303


def test_where_the_writer_did_not_say_whom_it_is_about_it_can_be_the_writer(
    browser: Browser, reported: World
) -> None:
    place = browser.desk.workspace.place
    reported_so = "Nobody has come to ask since."
    reported.reporter().send(reported_so, on_behalf="not_said")
    take_in(place)
    (thread,) = [one for one in place.casework().inbox() if one.on_behalf == "not_said"]
    open_case(place, thread.thread, "DT-118")
    address = thread_address(browser, reported_so)
    envelope = re.search(r'name="envelope" value="(\w+)"', browser.get(address).text)
    assert envelope
    told = {"envelope": envelope[1], "words": "Nobody has come", "event": "purge",
            "property": "account", "value": "alone", "polarity": "asserts", "certainty": "saw",
            "perpetrator": "not_stated", "motive": "not_stated", "others": "none"}  # fmt: skip
    form = browser.post(f"{address}/quote", envelope=envelope[1], words="Nobody has come").text
    assert 'name="of_writer"' in form
    assert browser.post(f"{address}/claim", **told).status_code == 400  # of whom?
    unnamed = {**told, "others": "named", "of_writer": "1"}  # whom else, was not said
    assert browser.post(f"{address}/claim", **unnamed).status_code == 400
    assert browser.post(f"{address}/claim", **told, of_writer="1").status_code == 303
    (claim,) = [one for one in place.record().all(Claim) if one.words == "Nobody has come"]
    assert (claim.others, {one.person for one in claim.persons}) == ("none", {"DT-118"})


def test_what_the_desk_builds_the_inquiry_can_check(browser: Browser, tmp_path: Path) -> None:
    recipient = inquiry(browser)
    choice = {"purpose": "inquiry", "recipient": recipient}
    page = browser.post("/dossiers", **choice).text
    item = re.search(r'name="items" value="(\w+)"', page)
    assert item
    assert "Built and sealed" in read_and_built(browser, item[1], **choice)
    (bundle,) = (tmp_path / "out").iterdir()
    command = [sys.executable, "-m", "asylia_verify", bundle, "--policy", tmp_path / "policy.json"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_marks_join_and_escape() -> None:
    assert mark_words("a<b>c", ["<b", "b>"]) == "a<mark>&lt;b&gt;</mark>c"
    assert mark_words("plain", ["", "not there"]) == "plain"


def test_why_something_stays_is_told_in_the_worker_s_language(browser: Browser) -> None:
    recipient = inquiry(browser)
    assert "no consent to the purpose court" in stays(browser, recipient)
    browser.desk.language = "ru"
    told = stays(browser, recipient)
    assert "нет согласия на цель court" in told
    assert "no consent" not in told


def stays(browser: Browser, recipient: str) -> str:
    return browser.post("/dossiers", purpose="court", recipient=recipient).text
