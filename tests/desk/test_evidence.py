"""Exhibits and interviews at the desk: over HTTP what must not get through, in Chromium a walk."""

import io
import re
import socket
import tempfile
import wave
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from tests.casework.world import World
from tests.confined import files
from tests.desk.test_screens import sealed
from tests.desk.world import TAKEN, Browser, desk_on_loopback, keys
from tests.opened import opened_to_write

from asylia.casework.arrival import take_in
from asylia.casework.documenting import open_case
from asylia.casework.forgetting import look
from asylia.record import contents as c
from asylia.record.consent import NotPermittedError, permission
from asylia.record.pieces import MOST
from asylia.values import date_of

SAVED = {
    "kind": "web_page", "description": "An invented article", "given_by": "Linden",
    "purpose": "as a source", "address": files.ADDRESS, "saved_on": "2026-11-20",
}  # fmt: skip
CALL = {"kind": "audio", "description": "A call", "given_by": "RK-417", "purpose": "kept",
        "case": "RK-417"}  # fmt: skip


def wav(seconds: int) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16_000 * seconds))
    return out.getvalue()


@pytest.fixture(scope="module")
def cased(world: World) -> World:
    desk = world.desks[0]
    photo = sealed(world, "photo.png", files.png())
    world.reporter().send(TAKEN, attachments=(photo,))
    take_in(desk)
    (row,) = desk.casework().inbox()
    open_case(desk, row.thread, "RK-417")
    return world


@pytest.fixture(scope="module")
def browser(cased: World) -> Iterator[Browser]:
    with desk_on_loopback(cased.desks[0]) as running, Browser(running) as one:
        one.enter()
        one.unlock()
        yield one


def upload(browser: Browser, content: bytes, **fields: str) -> tuple[int, str]:
    """Send a file as the form does: status, and where it leads or what it says."""
    answer = browser.client.post(
        "/exhibits/new",
        data={"csrf": browser.desk.door.csrf, **fields},
        files={"file": ("untrusted.name", content, "text/html")},
        headers=browser.origin,
    )
    return answer.status_code, answer.headers.get("location", answer.text)


def case(browser: Browser) -> str:
    found = re.search(r'href="(/thread/\w+)"', browser.get("/cases").text)
    assert found
    return found[1]


def kept(browser: Browser) -> int:
    return len(browser.desk.workspace.record.all(c.Exhibit))


def test_a_file_is_taken_in_by_its_own_address_alone(browser: Browser) -> None:
    before = kept(browser)
    body = {"csrf": browser.desk.door.csrf}
    for address in ("/inbox", "/exhibits", "/language", "/exhibits/new/x", "/thread/x/reply"):
        answer = browser.client.post(
            address, data=body, files={"file": ("a", b"x")}, headers=browser.origin
        )
        assert answer.status_code == 415
    for headers in ({}, {"origin": "http://evil.example"}):
        answer = browser.client.post(
            "/exhibits/new", data=body, files={"file": ("a", b"x")}, headers=headers
        )
        assert answer.status_code == 403
    forged = {**SAVED, "csrf": "guess"}
    assert upload(browser, b"x", **forged)[0] == 403
    assert kept(browser) == before


def test_what_is_lacking_or_too_large_keeps_nothing_and_says_so(browser: Browser) -> None:
    before = kept(browser)
    for content, fields, status, says in (
        (b"", SAVED, 400, "empty"),
        (b"x", {**SAVED, "description": ""}, 400, "Describe it"),
        (b"x", {**SAVED, "saved_on": "yesterday"}, 400, "2026-12-31"),
        (b"x", {**SAVED, "saved_on": "2027-01-01"}, 400, "not later than today"),
        (b"x", {**SAVED, "case": "XX-000"}, 404, "no such case"),
        (bytes(MOST + 1), SAVED, 403, "larger than 64 MiB"),
    ):
        found, told = upload(browser, content, **fields)
        assert (found, says in told) == (status, True), told
        assert f'value="{fields["purpose"]}"' in told  # what was typed is kept
    body = b'--b\r\nContent-Disposition: form-data; name="csrf"\r\n\r\ncut'
    kind = {"content-type": "multipart/form-data; boundary=b", **browser.origin}
    assert browser.client.post("/exhibits/new", content=body, headers=kind).status_code == 400
    assert kept(browser) == before


WORD = b"canary-of-an-upload-4711 "
LARGE = b"\x00" + WORD * (50_000_000 // len(WORD))


def lying_in(*folders: Path) -> list[str]:
    """Files that hold a piece of the large file in clear."""
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return [path.name for path in files if WORD in path.read_bytes()]


def test_a_large_upload_is_in_no_file_of_the_desk_while_it_comes_or_after(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # where a library would spool it
    vault = browser.desk.workspace.place.vault.folder
    told = {**SAVED, "description": "Fifty megabytes"}
    with opened_to_write() as found:
        _, address = upload(browser, LARGE, **told)
        assert "byte for byte" in browser.get(address).text
    assert found == []
    assert lying_in(vault, tmp_path) == []
    assert sum(one.stat().st_size for one in vault.iterdir()) > len(LARGE)  # it is there, sealed
    with opened_to_write() as found, tempfile.NamedTemporaryFile() as spooled:  # the control
        spooled.write(LARGE[:100])
        spooled.flush()
        assert len(lying_in(tmp_path)) == 1
    assert found


def test_an_upload_that_breaks_off_keeps_nothing_and_the_desk_works_on(browser: Browser) -> None:
    before, pieces = kept(browser), rows(browser)
    port = int(browser.host.rpartition(":")[2])
    fields = {"csrf": browser.desk.door.csrf, **SAVED}
    whole = httpx.Request("POST", f"http://{browser.host}/exhibits/new", data=fields,
                          files={"file": ("a", LARGE[:2_000_000])})  # fmt: skip
    body = whole.read()
    (cookie,) = [f"{name}={value}" for name, value in browser.client.cookies.items()]
    head = (
        f"POST /exhibits/new HTTP/1.1\r\nHost: {browser.host}\r\nOrigin: http://{browser.host}\r\n"
        f"Cookie: {cookie}\r\nContent-Type: {whole.headers['content-type']}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()
    for sent in (len(body) // 2, len(body) - 40, len(body)):
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(head + body[:sent])
            if sent == len(body):  # the control: the same bytes to their end are taken in
                assert b"303 See Other" in line.recv(4096)
        assert browser.get("/exhibits").status_code == 200
        whole_now = sent == len(body)
        assert (kept(browser) - before, rows(browser) > pieces) == (int(whole_now), whole_now)


def rows(browser: Browser) -> int:
    """Pieces of exhibits that the vault holds."""
    connection = browser.desk.workspace.place.vault.connection
    return int(connection.execute("SELECT count(*) FROM piece").fetchone()[0])


@pytest.mark.parametrize(
    ("content", "form", "says"),
    [
        (files.png(50_000, rows=100)[:2000], {"in_en": "1"}, "ould not be read"),
        (b"%PDF-1.7 nothing follows", {}, "ould not be read"),
        (b"\x1f\x8bcut", {}, "ould not be read"),
    ],
    ids=["an image cut off", "a PDF without pages", "an archive cut off"],
)
def test_a_hostile_file_is_kept_whole_and_what_can_not_be_read_is_said(
    browser: Browser, content: bytes, form: dict[str, str], says: str
) -> None:
    _, address = upload(browser, content, **SAVED)
    before = kept(browser)
    answer = browser.post(f"{address}/read", **form)
    assert (answer.status_code, says in answer.text) == (400, True), answer.text
    page = browser.get(address).text
    assert "byte for byte" in page
    assert kept(browser) == before  # no half copy stays


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (files.signed(), "Nobody changed the file since it was signed"),
        (files.png(), "That says nothing against it"),
    ],
    ids=["signed", "plain"],
)
def test_credentials_are_told_in_plain_words(browser: Browser, content: bytes, says: str) -> None:
    _, address = upload(browser, content, **SAVED)
    assert says not in browser.get(address).text
    assert browser.post(f"{address}/credentials").status_code == 303
    assert says in browser.get(address).text


def test_a_player_gets_the_ranges_that_it_asks_for(browser: Browser) -> None:
    sound = wav(200)
    _, address = upload(browser, sound, **CALL)
    whole = browser.get(f"{address}/content")
    assert (whole.content, whole.headers["content-type"]) == (sound, "audio/wav")
    assert "no-store" in whole.headers["cache-control"]
    some = browser.get(f"{address}/content", range="bytes=10-19")
    assert (some.status_code, some.content) == (206, sound[10:20])
    assert some.headers["content-range"] == f"bytes 10-19/{len(sound)}"
    rest = browser.get(f"{address}/content", range="bytes=10-")
    assert rest.content == sound[10 : 10 + len(rest.content)]
    assert len(rest.content) == 2 << 20
    for odd in ("bytes=9999999999-", "bytes=-5", "bytes=5-1", "bytes=1-2,4-5", "lines=1-2", "x"):
        assert browser.get(f"{address}/content", range=odd).status_code == 200


def test_what_would_run_something_is_never_sent(browser: Browser) -> None:
    _, address = upload(browser, files.PAGE.encode(), **SAVED)
    assert browser.get(f"{address}/content").status_code == 404
    page = browser.get(address).text
    assert "text/html" in page
    assert "planted by a script" not in page


def test_other_bytes_are_named_loudly_and_not_shown(browser: Browser) -> None:
    _, address = upload(browser, b"The true words.", **{**SAVED, "description": "Changed"})
    assert "The true words." in browser.get(address).text
    vault = browser.desk.workspace.place.vault
    vault.connection.execute(
        "UPDATE piece SET content = ? WHERE content = ?", (b"The same size!!", b"The true words.")
    )
    page = browser.get(address).text
    assert "These are not the bytes that were taken in" in page
    assert "The same size!!" not in page
    lost = {"action": "handed_over", "on": "2026-11-22", "by": "Linden", "to": "Rowan",
            "purpose": "kept", "before": "00" * 32, "after": "11" * 32}  # fmt: skip
    assert browser.post(f"{address}/custody", **lost).status_code == 303
    page = browser.get(address).text
    assert "The custody log does not hold" in page
    assert "these are other bytes" in page
    assert "changed or exchanged" in page
    assert "does not hold" in browser.get("/exhibits").text
    for wrong in ({"before": "no hash"}, {"to": ""}, {"on": "2026-12-30"}):
        assert browser.post(f"{address}/custody", **{**lost, **wrong}).status_code == 400


def test_an_attachment_is_kept_as_an_exhibit_of_its_case(browser: Browser) -> None:
    address = case(browser)
    form = re.search(r'name="envelope" value="(\w+)"', browser.get(address).text)
    assert form
    told = {"envelope": form[1], "file": "0"}
    assert "Keep it as an exhibit" in browser.post(f"{address}/file", **told).text
    answer = browser.post(f"{address}/file/keep", **told)
    page = browser.get(answer.headers["location"]).text
    assert ("photo.png" in page, "RK-417" in page, "image/png" in page) == (True, True, True)


@pytest.fixture
def page(chromium: Chromium, browser: Browser, cased: World) -> Iterator[Page]:
    """A page with the session of the module's desk."""
    context = chromium.new_context(viewport={"width": 1360, "height": 900})
    port = browser.host.rpartition(":")[2]
    name, value = next(iter(browser.client.cookies.items()))
    host = browser.host.partition(":")[0]
    context.add_cookies([
        {"name": name, "value": value, "domain": host, "path": "/", "httpOnly": True,
         "sameSite": "Strict"}
    ])  # fmt: skip
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(f"http://{host}:{port}/exhibits")
    yield page
    context.close()


def test_a_saved_page_becomes_a_claim_and_an_account_is_written_by_keyboard(
    page: Page, browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "page.wacz").write_bytes(files.wacz())
    keys(page, "n")
    page.set_input_files("#file", tmp_path / "page.wacz")
    for name, value in SAVED.items():
        page.select_option(f"#{name}", value) if name == "kind" else page.fill(f"#{name}", value)
    page.keyboard.press("Enter")
    expect(page.locator(".notice").first).to_contain_text("byte for byte")
    page.focus("input[name=others][value=none]")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("#look li")).to_contain_text("nobody besides")
    keys(page, "c", "n")
    expect(page.locator("#action")).to_be_focused()
    for typed in ("hand", "2026-11-22", "Example town", "", "Rowan", "examination"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("table.custody")).to_contain_text("Rowan")
    keys(page, "u", "r")
    expect(page.locator(".words")).to_contain_text(files.QUOTE)
    expect(page.locator(".words")).not_to_contain_text("planted")
    page.locator("[data-words]").evaluate(
        """(place, words) => {
          const text = place.firstChild, at = text.textContent.indexOf(words);
          const range = document.createRange();
          range.setStart(text, at); range.setEnd(text, at + words.length);
          getSelection().removeAllRanges(); getSelection().addRange(range);
        }""",
        "At least three men",
    )
    page.wait_for_timeout(100)
    keys(page, "q")
    expect(page.locator("#words")).to_have_value("At least three men")
    for name, value in {"new_teller": "An invented paper", "said_on": "2026-11-20",
                        "language": "en", "new_event": "An invented night"}.items():  # fmt: skip
        page.fill(f"#{name}", value)
    page.select_option("#property", "killed")
    page.fill("#least", "3")
    page.select_option("#certainty", "reports")
    page.check("input[name=others][value=none]")
    page.locator("button.main").click()
    expect(page.locator("mark")).to_have_text("At least three men")
    (claim,) = browser.desk.workspace.record.claims
    assert claim.locator.startswith("text ")
    assert claim.event == claim.subject

    page.goto(page.url.partition("/exhibit")[0] + case(browser))
    keys(page, "n")
    expect(page.locator("a.main")).to_have_count(0)
    page.check("input[value=none_to_give]")
    page.select_option("#answer", "later")
    page.get_by_role("button", name="Record the offer").click()
    expect(page.locator("a.main")).to_be_visible()
    keys(page, "n")
    page.select_option("#manner", "call")
    page.fill("#about", "the night")
    page.check("input[name=flag_minor]")
    page.fill("#words", "I was at home. They came.")
    page.check("input[name=own_words]")
    page.locator("button.main").click()
    expect(page.get_by_role("alert")).to_contain_text("needs a specialist")
    expect(page.locator("#words")).to_have_value("I was at home. They came.")
    for name, value in {"who1": "Rowan", "note1": "trained", "specialist": "Rowan"}.items():
        page.fill(f"#{name}", value)
    page.select_option("#role1", "specialist")
    page.check("input[name=own_words]")
    page.focus("#words")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".words")).to_have_text("I was at home. They came.")
    keys(page, "g", "w")
    expect(page.locator("tbody")).to_contain_text("RK-417")
    assert "at home" not in page.locator("main").inner_text()
    page.goto(page.url.replace("/interviews", case(browser) + "/ask"))
    assert "at home" not in page.locator("main").inner_text()
    page.locator("a.main").click()
    expect(page.locator("#repeat_because")).to_have_attribute("required", "")


def test_the_new_screens_are_there_in_russian_and_without_scripts(
    chromium: Chromium, browser: Browser
) -> None:
    browser.post("/language", language="ru", back="/exhibits")
    try:
        for address, says in (
            ("/exhibits", "Материалы"),
            ("/exhibits/new", "Принять файл"),
            ("/interviews", "Реестр"),
            (f"{case(browser)}/ask", "Сначала помощь"),
            (f"{case(browser)}/interview", "Рассказ"),
        ):
            assert says in browser.get(address).text
    finally:
        browser.post("/language", language="en", back="/exhibits")


def held(browser: Browser, **changed: str) -> dict[str, str]:
    return {
        "on": date_of(browser.desk.workspace.today).isoformat(), "manner": "in_person",
        "mode": "first_account", "about": "the night", "language": "ru", "who0": "Linden",
        "role0": "interviewer", "own_words": "1",
        "words": "I stood at my window. They took the baker's son.",
    } | changed  # fmt: skip


def test_whoever_never_wrote_is_asked_all_the_same_with_help_first(browser: Browser) -> None:
    work = browser.desk.workspace
    assert browser.post("/interviews/ask", pseudonym="A Name").status_code == 400
    assert browser.post("/interviews/ask", pseudonym="RK-417").status_code == 400  # a case has it
    ask = browser.post("/interviews/ask", pseudonym="WR-118").headers["location"]
    case = ask.removesuffix("/ask")
    assert browser.post(f"{case}/interview", **held(browser)).status_code == 403  # no help offered
    browser.post(f"{case}/support", kinds="medical", answer="later")
    girl = held(browser, flag_minor="1")
    assert "needs a specialist" in browser.post(f"{case}/interview", **girl).text
    assert browser.post(f"{case}/interview", **held(browser)).status_code == 303
    again = browser.post(f"{case}/interview", **held(browser))
    assert "no reason is written" in again.text
    before = browser.get(ask).text
    assert "the night" in before
    assert "window" not in before  # that there is an account, never what it says
    assert [one.person for one in work.record.all(c.Interview)].count("WR-118") == 1
    page = browser.get(case).text
    assert "Never wrote to the line" in page
    assert "Seal and send" not in page
    assert browser.post(f"{case}/reply", body="Hello").status_code == 400
    assert "WR-118" in browser.get("/cases").text
    assert "WR-118" not in browser.get("/inbox").text


def test_what_they_say_leaves_on_their_consent_and_no_more_once_they_withdrew(
    browser: Browser,
) -> None:
    work = browser.desk.workspace
    interview = next(one for one in work.record.all(c.Interview) if one.person == "WR-118")
    thread = work.casework.thread_of("WR-118")
    assert thread is not None
    case = f"/thread/{work.handles.of(thread)}"
    here = f"/interview/{work.handles.of(interview.id)}"
    said = {
        "words": "They took the baker's son", "new_event": "A night told of", "new_kind": "raid",
        "property": "detained", "certainty": "saw", "least": "1", "most": "1",
        "person": "BM-003", "role": "subject", "others": "named", "polarity": "asserts",
        "perpetrator": "not_stated", "motive": "not_stated",
    }  # fmt: skip
    unsaid = said | {"person": "", "others": "none"}
    assert browser.post(f"{here}/claim", **unsaid).status_code == 400  # to whom it happened
    assert browser.post(f"{here}/claim", **said).status_code == 303
    claim = work.record.claims[-1]
    assert {(one.person, one.role) for one in claim.persons} == {
        ("WR-118", "speaker"), ("BM-003", "subject")
    }  # fmt: skip
    assert f'href="{case}"' in browser.get(f"/claim/{work.handles.of(claim.id)}").text
    agreed = {
        "purpose": "inquiry", "recipient": "new", "new_recipient": "An invented inquiry",
        "items": claim.id, "risks": "all of them", "explained_in": "ru", "until": "2026-12-31",
        "understood": "1",
    }  # fmt: skip
    assert browser.post(f"{case}/consent", **agreed).status_code == 303
    (consent,) = [one for one in work.record.all(c.Consent) if one.person == "WR-118"]

    def lacks() -> str:
        with pytest.raises(NotPermittedError) as refused:
            permission(work.record, "inquiry", consent.recipient, [claim.id], work.today)
        return " ".join(refused.value.missing)

    assert "BM-003" in lacks()
    assert "WR-118" not in lacks()
    assert browser.post(f"{case}/withdrawn").status_code == 400  # how is not said
    assert browser.post(f"{case}/withdrawn", how="by phone").status_code == 303
    assert "WR-118" in lacks()
    assert "by phone" in browser.get(case).text
    found = look(work.place, thread)
    assert (found.claims, found.shared) == (1, 0)
    assert found.owed == ("An invented inquiry",)


def test_one_of_whom_others_told_is_asked_under_the_same_pseudonym(browser: Browser) -> None:
    assert 'value="BM-003"' in browser.get("/interviews").text
    assert browser.post("/interviews/ask", pseudonym="BM-003").status_code == 303
    persons = [one for one in browser.desk.workspace.record.all(c.Person) if one.id == "BM-003"]
    assert len(persons) == 1
