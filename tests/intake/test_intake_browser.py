"""The page in a real Chromium, with scripts and without, every request recorded."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect, sync_playwright

from asylia.intake.pages import EXIT_URL
from asylia.rehearsal.canaries import Canary, Sighting, phrase_canaries, sightings

from .world import World

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TEXT = "Canary-Alder was taken on a made-up Tuesday.\nКанарейка Вымышленная."
HOW, WHEN = "canary-number 000-111", "Канарейка: после восьми"
FILE = {"name": "canary-photo.jpg", "mimeType": "image/jpeg", "buffer": b"canary-bytes " * 100_000}
TYPED = (
    Canary("the text", "Canary-Alder"),
    Canary("the text, Russian", "Вымышленная"),
    Canary("how", HOW),
    Canary("when", WHEN),
    Canary("the file's name", "canary-photo"),
    Canary("the file", "canary-bytes "),
)


@dataclass
class Recorder:
    """Everything that a page sent: method and address, headers, body."""

    requests: list[Request] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("request", lambda request: self.requests.append(request))  # noqa: PLW0108
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def all(self) -> bytes:
        """One stretch of bytes a request."""
        parts = []
        for request in self.requests:
            head = f"{request.method} {request.url}\n{json.dumps(request.all_headers())}\n"
            parts.append(head.encode() + (request.post_data_buffer or b""))
        return b"\n".join(parts)

    def found(self, canaries: tuple[Canary, ...]) -> list[Sighting]:
        return list(sightings(self.all(), canaries))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGS)
        yield started
        started.close()


@contextmanager
def opened(
    browser: Browser, *, scripts: bool = True, width: int = 360, touch: bool = False
) -> Iterator[tuple[Page, Recorder]]:
    context = browser.new_context(
        java_script_enabled=scripts,
        viewport={"width": width, "height": 640},
        has_touch=touch,
        is_mobile=touch,
    )
    page, recorder = context.new_page(), Recorder()
    page.set_default_timeout(20_000)
    recorder.watch(page)
    yield page, recorder
    assert context.cookies() == []
    context.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def write(page: Page, world: World) -> tuple[str, ...]:
    """From the first page to the nine words."""
    page.goto(f"{world.page}/en/")
    page.get_by_role("link", name="Write to us").click()
    page.get_by_label("What is happening?").fill(TEXT)
    page.get_by_label("Someone is in danger now").check()
    page.get_by_label("Someone else").check()
    page.get_by_label("Yes").check()
    page.get_by_label("How?").fill(HOW)
    page.get_by_label("When is it safe").fill(WHEN)
    page.get_by_label("A file").set_input_files([FILE])
    page.get_by_label("Language of the nine words").select_option("fr")
    press(page, "Seal and send")
    expect(page.get_by_role("heading", name="Your nine words")).to_be_visible()
    words = page.locator("ol[data-words] li").all_inner_texts()
    return tuple(re.sub(r"[\d\s]", "", word) for word in words)


def border(field: Locator) -> str:
    """How the edge of a field looks."""
    edge = "[style.borderTopColor, style.borderTopWidth, style.borderTopStyle].join(' ')"
    return str(
        field.evaluate(f"field => {{ const style = getComputedStyle(field); return {edge} }}")
    )


def practise(page: Page, words: tuple[str, ...]) -> None:
    press(page, "I have them: let me try")
    expect(page.locator("ol[data-words]")).to_have_count(0)
    page.get_by_label("Word 2").fill(words[1])
    page.get_by_label("Word 6").fill("canary")
    page.get_by_label("Word 7").fill(words[6].upper())
    press(page, "Check")
    expect(page.get_by_role("alert")).to_contain_text("Not the same yet")
    marked = page.locator("[aria-invalid=true]")
    expect(marked).to_have_count(1)
    assert border(marked) != border(page.get_by_label("Word 2"))
    page.get_by_label("Word 6").fill(words[5])
    press(page, "Check")
    expect(page.get_by_role("heading", name="You know your words")).to_be_visible()


def come_back(page: Page, world: World, words: tuple[str, ...]) -> None:
    page.goto(f"{world.page}/en/")
    page.get_by_role("link", name="I have my nine words").click()
    page.get_by_label("Your nine words").fill("\n".join(words))
    page.get_by_label("Language of the nine words").select_option("fr")
    press(page, "Look for a reply")
    expect(page.get_by_role("heading", name="Replies")).to_be_visible()


def whole_way(page: Page, world: World) -> tuple[str, ...]:
    """Every step that a reporter can take, and what the desk sees of each."""
    words = write(page, world)
    practise(page, words)
    [report] = world.take_in()
    control = report.control
    assert report.statement.text == TEXT
    assert (control.urgency, control.on_behalf) == ("now", "another")
    assert control.safe_contact
    assert (control.safe_contact.how, control.safe_contact.when) == (HOW, WHEN)
    [attachment] = control.attachments
    assert (attachment.name, attachment.size) == (FILE["name"], len(FILE["buffer"]))
    assert all(world.piece(piece) for piece in attachment.pieces)

    come_back(page, world, words)
    expect(page.locator("main")).to_contain_text("not fetched yet, or a word is wrong")
    world.reply(control, "A made-up reply.\n<b>Second line.</b>", "One more.")
    come_back(page, world, words)
    expect(page.locator("article")).to_have_text(
        ["A made-up reply.\n<b>Second line.</b>", "One more."]
    )
    expect(page.get_by_text("They are deleted from the server")).to_be_visible()
    expect(page.get_by_text("not fetched yet")).to_be_hidden()
    assert world.states(control)[:4] == [2, 2, 2, 0]

    page.get_by_label("Your message").fill("Canary-Alder, once more.")
    press(page, "Seal and send")
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()
    come_back(page, world, words)
    expect(page.get_by_text("Our team has your message")).to_be_visible()
    expect(page.locator("article")).to_have_count(0)
    press(page, "Take back what I wrote")
    page.get_by_label("delete it after a waiting time").check()
    press(page, "Send this")
    expect(page.get_by_text("Your request has been sent")).to_be_visible()
    later = {each.control.kind: each for each in world.take_in()}
    assert set(later) == {"follow_up", "delete"}
    assert later["follow_up"].statement.text == "Canary-Alder, once more."
    for each in later.values():
        assert (each.control.urgency, each.control.safe_contact) == ("as_before", None)
    assert {each.control.thread_key for each in later.values()} == {control.thread_key}
    return words


def test_with_scripts_no_word_and_no_phrase_leaves_the_device(
    browser: Browser, world: World
) -> None:
    with opened(browser) as (page, recorder):
        words = whole_way(page, world)
        single = tuple(Canary(f"word {n}", f" {word} ") for n, word in enumerate(words))
        assert recorder.found((*TYPED, *phrase_canaries("the phrase", words), *single)) == []
        assert recorder.said == []
        sent = {(each.method, each.url.removeprefix(world.page)[:12]) for each in recorder.requests}
        assert ("PUT", "/v1/envelope") in sent
        assert not [each for each in sent if each[0] == "POST" and not each[1].startswith("/v1/")]
        stores = "[localStorage.length, sessionStorage.length, document.cookie]"
        assert page.evaluate(stores) == [0, 0, ""]
        assert page.evaluate("indexedDB.databases().then(all => all.length)") == 0


def test_without_scripts_the_whole_way_works_and_the_page_says_who_can_read(
    browser: Browser, world: World
) -> None:
    with opened(browser, scripts=False) as (page, recorder):
        page.goto(f"{world.page}/en/write")
        expect(page.get_by_text("For that moment the server could read it")).to_be_visible()
        expect(page.get_by_text("Your device seals the message")).to_be_hidden()
        words = whole_way(page, world)
        addresses = "\n".join(each.url for each in recorder.requests).encode()
        assert list(sightings(addresses, (*TYPED, *phrase_canaries("the phrase", words)))) == []


def test_the_recorder_does_see_a_canary_that_is_sent_in_clear(
    browser: Browser, world: World
) -> None:
    with opened(browser) as (page, recorder):
        page.goto(f"{world.page}/en/write")
        page.evaluate(
            "text => fetch('/v1/drops/read', {method: 'POST', body: btoa(text)})", "xCanary-Alder"
        )
        [seen] = recorder.found(TYPED)
        assert (seen.canary, seen.form) == ("the text", "base64")


def test_with_scripts_the_page_says_that_the_device_seals(browser: Browser, world: World) -> None:
    with opened(browser) as (page, _):
        for path in ("write", "return"):
            page.goto(f"{world.page}/en/{path}")
            expect(page.get_by_text("Your device")).to_be_visible()
            expect(page.get_by_text("For that moment")).to_be_hidden()


LACKING = ("globalThis.TransformStream", "Element.prototype.replaceChildren")


@pytest.mark.parametrize("lacking", LACKING)
def test_where_the_browser_lacks_something_the_plain_page_stays_and_says_so(
    browser: Browser, world: World, lacking: str
) -> None:
    with opened(browser) as (page, _):
        page.add_init_script(f"delete {lacking}")
        page.goto(f"{world.page}/en/write")
        expect(page.get_by_text("For that moment the server could read it")).to_be_visible()
        page.get_by_label("What is happening?").fill("Plain.")
        press(page, "Seal and send")
        expect(page.locator("input[name=pass]")).to_have_count(1)
    [plain] = world.take_in()
    assert (plain.statement.text, plain.control.on_behalf) == ("Plain.", "not_said")


def test_with_scripts_a_failure_never_falls_back_to_sending_in_clear(
    browser: Browser, world: World
) -> None:
    with opened(browser) as (page, recorder):
        page.goto(f"{world.page}/ru/write")
        page.route("**/v1/bundle", lambda route: route.fulfill(body=b"asylia/signed/1\nfalse"))
        page.get_by_label("Что происходит?").fill(TEXT)
        press(page, "Зашифровать и отправить")
        expect(page.get_by_role("alert")).to_contain_text("Не пишите здесь")
        page.unroute("**/v1/bundle")
        page.route("**/v1/envelopes/*", lambda route: route.abort())
        press(page, "Зашифровать и отправить")
        expect(page.get_by_role("alert")).to_contain_text("Сейчас связи с нами нет")
        assert page.get_by_label("Что происходит?").input_value() == TEXT
        assert recorder.found(TYPED) == []
    assert world.take_in() == []


def test_slips_are_named_before_anything_is_sent(browser: Browser, world: World) -> None:
    with opened(browser) as (page, recorder):
        page.goto(f"{world.page}/en/write")
        press(page, "Seal and send")
        expect(page.get_by_role("alert")).to_contain_text("Write something first")
        page.goto(f"{world.page}/en/return")
        page.get_by_label("Your nine words").fill(
            "abandon amount zzzz four five six seven eight nine"
        )
        press(page, "Look for a reply")
        expect(page.get_by_role("alert")).to_contain_text("Word 3 is not in the list")
        assert {each.method for each in recorder.requests} == {"GET"}


@pytest.mark.parametrize("lacking", LACKING)
def test_the_way_out_works_in_a_browser_that_lacks_something(
    browser: Browser, world: World, lacking: str
) -> None:
    with opened(browser) as (page, _):
        page.add_init_script(f"delete {lacking}")
        page.route(
            EXIT_URL, lambda route: route.fulfill(body="elsewhere", content_type="text/html")
        )
        page.goto(f"{world.page}/en/write")
        page.get_by_role("link", name="Leave now").click()
        expect(page).to_have_url(EXIT_URL)


def test_a_page_that_cannot_seal_never_says_that_it_does(browser: Browser, world: World) -> None:
    with opened(browser) as (page, _):
        page.add_init_script(
            "addEventListener('readystatechange', () => { document.body.dataset.root = '!' }, true)"
        )
        page.goto(f"{world.page}/en/write")
        expect(page.get_by_text("For that moment the server could read it")).to_be_visible()


@pytest.mark.parametrize("by", ["link", "escape"])
def test_the_way_out_leaves_at_once_and_nothing_to_go_back_to(
    browser: Browser, world: World, by: str
) -> None:
    with opened(browser) as (page, recorder):
        page.route(
            EXIT_URL, lambda route: route.fulfill(body="elsewhere", content_type="text/html")
        )
        page.goto("about:blank")
        page.goto(f"{world.page}/en/")
        page.get_by_role("link", name="Write to us").click()
        page.get_by_label("What is happening?").fill(TEXT)
        if by == "link":
            page.get_by_role("link", name="Leave now").click()
        else:
            page.keyboard.press("Escape")
            page.keyboard.press("Escape")
        expect(page).to_have_url(EXIT_URL)
        assert "referer" not in recorder.requests[-1].all_headers()
        page.go_back()
        expect(page).to_have_url("about:blank")


def test_without_scripts_the_way_out_is_a_link_that_names_no_page(
    browser: Browser, world: World
) -> None:
    with opened(browser, scripts=False) as (page, recorder):
        page.route(
            EXIT_URL, lambda route: route.fulfill(body="elsewhere", content_type="text/html")
        )
        page.goto(f"{world.page}/ru/return")
        page.get_by_role("link", name="Быстро уйти").click()
        expect(page).to_have_url(EXIT_URL)
        assert "referer" not in recorder.requests[-1].all_headers()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_narrow_screen_needs_no_sideways_scrolling(
    browser: Browser, world: World, language: str
) -> None:
    with opened(browser, width=320) as (page, _):
        for path in ("", "write", "return", "sealed", "nowhere"):
            page.goto(f"{world.page}/{language}/{path}")
            assert page.evaluate("document.documentElement.scrollWidth") == 320


COVERED = """[document.activeElement.name,
  document.querySelector("main").contains(document.activeElement) &&
  document.activeElement.getBoundingClientRect().top <
  document.querySelector("header").getBoundingClientRect().bottom]"""


@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("touch", [False, True])
def test_the_way_out_never_covers_what_has_the_focus(
    browser: Browser, world: World, width: int, language: str, touch: bool
) -> None:
    with opened(browser, width=width, touch=touch) as (page, _):
        page.goto(f"{world.page}/{language}/write")
        page.locator("#contact").check()
        reached = []
        for key in ["Tab"] * 14 + ["Shift+Tab"] * 14:
            page.keyboard.press(key)
            name, covered = page.evaluate(COVERED)
            reached.append(name)
            assert not covered, (key, name)
        assert {"text", "how", "when", "file", "words_language"} <= set(reached)


def test_where_nothing_hovers_no_key_is_spoken_of(browser: Browser, world: World) -> None:
    for touch in (False, True):
        with opened(browser, width=1000, touch=touch) as (page, _):
            page.goto(f"{world.page}/ru/write")
            expect(page.get_by_text("дважды нажмите Esc")).to_be_visible(visible=not touch)


def test_the_whole_form_works_by_keyboard(browser: Browser, world: World) -> None:
    with opened(browser, width=1000) as (page, _):
        page.goto(f"{world.page}/en/write")
        reached = []
        for _ in range(14):
            page.keyboard.press("Tab")
            reached.append(
                page.evaluate("document.activeElement.name || document.activeElement.textContent")
            )
        expected = ["Leave now", "Русский", "text", "urgency", "on_behalf", "contact", "file",
                    "words_language", "Seal and send"]  # fmt: skip
        assert reached[: len(expected)] == expected


def test_a_page_saved_to_a_file_seals_without_a_network(
    browser: Browser, world: World, tmp_path: Path
) -> None:
    saved, keys = tmp_path / "page.html", tmp_path / "keys.txt"
    saved.write_bytes(httpx.get(f"{world.page}/en/offline.html", trust_env=False).content)
    keys.write_bytes(httpx.get(f"{world.page}/keys.txt", trust_env=False).content)
    with opened(browser) as (page, recorder):
        page.context.set_offline(True)
        page.goto(saved.as_uri())
        page.get_by_label("What is happening?").fill(TEXT)
        press(page, "Seal")
        expect(page.get_by_role("alert")).to_contain_text("Choose the key file first")
        page.get_by_label("The key file").set_input_files(keys)
        press(page, "Seal")
        expect(page.get_by_role("heading", name="Your nine words")).to_be_visible()
        armored = page.get_by_label("Your sealed text").input_value()
        assert [each.url for each in recorder.requests] == [saved.as_uri()]
        assert recorder.said == []
        page.context.set_offline(False)
        page.goto(f"{world.page}/en/sealed")
        page.get_by_label("The sealed text").fill(armored[:-100])
        press(page, "Send")
        expect(page.get_by_role("alert")).to_contain_text("not whole")
        page.get_by_label("The sealed text").fill(armored)
        press(page, "Send")
        expect(page.get_by_text("The sealed text has been sent")).to_be_visible()
    assert [each.statement.text for each in world.take_in()] == [TEXT]
