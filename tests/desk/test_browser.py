"""A worker's path through the desk by keyboard, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from tests.casework.world import PASSPHRASE, World
from tests.desk.hearing import hear
from tests.desk.world import TOKEN, Running, desk_on_loopback, enter_example, keys, send_reports

from asylia.casework.arrival import take_in

EXAMPLE = Path(__file__).parents[2] / "examples" / "chechnya-2017"
CELLAR = "They kept me in a cellar for nine days"
# The key follows in the same task, before the browser has told anybody of the selection.
SELECT_AND_PRESS_Q = """words => {
  const text = document.querySelector("[data-words]").firstChild;
  const at = text.textContent.indexOf(words), range = document.createRange();
  range.setStart(text, at); range.setEnd(text, at + words.length);
  getSelection().removeAllRanges(); getSelection().addRange(range);
  const key = new KeyboardEvent("keydown", {key: "q", code: "KeyQ", bubbles: true});
  document.body.dispatchEvent(key);
}"""


# A write to the browser's storage is said, even one that is taken back within the same page.
TELL_WHAT_IS_STORED = """
    const write = Storage.prototype.setItem;
    Storage.prototype.setItem = function (key, value) {
      console.log(`stored ${key}`);
      write.call(this, key, value);
    };
"""


@pytest.fixture(scope="module")
def running(world: World) -> Iterator[Running]:
    desk = world.desks[0]
    enter_example(desk, EXAMPLE)
    send_reports(world)
    take_in(desk)
    with desk_on_loopback(desk) as found:
        yield found


@pytest.fixture(scope="module")
def said() -> list[str]:
    """What the browser complained of, on the console or as a request that left the desk."""
    return []


@pytest.fixture(scope="module")
def page(chromium: Chromium, running: Running, said: list[str]) -> Iterator[Page]:
    """One worker at one desk, from the link on; the tests of this file follow one another."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    hear(page, running.url, said)
    page.add_init_script(TELL_WHAT_IS_STORED)
    page.goto(f"{running.url}/enter/{TOKEN}")
    page.locator("#passphrase").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Inbox")
    yield page
    context.close()


def test_the_most_urgent_report_is_one_key_away(page: Page) -> None:
    keys(page, "j")
    expect(page.locator(".item").first).to_be_focused()
    keys(page, "j")
    keys(page, "k")
    taken = page.locator(".item", has_text="bus stop")
    while "bus stop" not in page.locator(".item:focus").inner_text():
        keys(page, "j")
    expect(taken).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".safe")).to_contain_text("Signal")
    expect(page.locator(".words").first).to_contain_text("cellar for nine days")


def test_a_case_is_opened_and_answered_by_keyboard(page: Page) -> None:
    page.locator("#pseudonym").fill("RK-417")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("RK-417")
    keys(page, "r")
    page.keyboard.type("We have read it. Agree on a word with us.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.ours .words")).to_have_text(
        "We have read it. Agree on a word with us."
    )
    expect(page.locator(".message.ours")).to_contain_text("at the relay")


def test_selected_words_become_a_claim(page: Page) -> None:
    expect(page.locator("html")).to_have_class("scripted")
    page.evaluate(SELECT_AND_PRESS_Q, CELLAR)
    expect(page.locator("#words")).to_have_value(CELLAR)
    expect(page.locator("#property")).to_be_focused()
    expect(page.locator("#least")).to_be_hidden()
    page.locator("#property").select_option("detained")
    page.locator("#least").fill("1")
    page.locator("#most").fill("1")
    page.locator("#certainty").select_option("saw")
    expect(page.locator("#person0")).to_be_hidden()
    page.locator("[name=others][value=named]").check()
    expect(page.locator("#person0")).to_be_visible()
    page.locator("[name=others][value=none]").check()
    page.locator("#most").press("Enter")
    expect(page.locator("mark")).to_have_text(CELLAR)
    expect(page.locator(".facts")).to_contain_text("detained")


def test_consent_is_recorded_and_shown_in_the_preview(page: Page) -> None:
    keys(page, "a")
    expect(page.locator("h1")).to_have_text("Record consent")
    page.locator("#purpose").select_option("inquiry")
    page.locator("#recipient").select_option("new")
    page.locator("[name=items]").first.check()
    page.locator("#new_recipient").fill("An invented inquiry")
    page.locator("#risks").fill("Who sits there, and that nothing can be called back.")
    page.locator("[name=understood]").check()
    page.locator("#until").press("Enter")
    expect(page.locator(".facts")).to_contain_text("An invented inquiry")
    keys(page, "g", "x")
    page.locator("#purpose").select_option("court")
    page.locator("#recipient").select_option("An invented inquiry")
    page.locator("#recipient").press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".why")).to_have_count(1)
    page.locator("#purpose").select_option("inquiry")
    page.get_by_role("button", name="See what would leave").click()
    expect(page.locator(".why")).to_have_count(0)


def test_every_figure_opens_to_its_claims(page: Page, running: Running) -> None:
    keys(page, "g", "f")
    page.locator("#as_of").fill("2017-04-05")
    page.locator("#as_of").press("Enter")
    expect(page).to_have_url(f"{running.url}/figures/2017-04-05")
    killed = page.locator(".figure", has=page.get_by_role("heading", name="killed", exact=True))
    expect(killed.locator(".saying")).to_have_text(
        ["3 killed", "at least 3 murders confirmed of 20 reported"]
    )
    expect(killed.locator(".bounds")).to_have_text(["3", "3 or more"])
    killed.locator("summary").first.press("Enter")
    expect(killed.locator("table .quote").first).to_have_text("3 killed")
    for cell in page.locator("details.cell").all():
        assert cell.locator("tbody tr").count() > 0


def test_each_place_is_two_keys_away_and_its_address_and_title_tell_nothing(
    page: Page, running: Running
) -> None:
    places = dict(zip("icfspod", ("inbox", "cases", "figures", "sources", "sites", "statements",
                                  "demands"), strict=True))  # fmt: skip
    for key, place in places.items():
        keys(page, "g", key)
        expect(page).to_have_url(f"{running.url}/{place}")
    keys(page, "?")
    expect(page.locator("h1")).to_have_text("Keys")
    for address in ("/cases", "/inbox"):
        page.goto(running.url + address)
        page.get_by_role("link", name="RK-417").click()
        expect(page.locator(".safe")).to_be_visible()
        assert "RK-417" not in page.title()
        assert "RK-417" not in page.url
        page.keyboard.press("Escape")


def test_in_russian_the_page_says_so(page: Page, running: Running) -> None:
    page.goto(running.url + "/inbox")
    page.get_by_role("button", name="Русский").click()
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    expect(page.locator("h1")).to_have_text("Входящие")
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Inbox")


def test_the_browser_keeps_nothing_and_asks_nobody_else(page: Page, said: list[str]) -> None:
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert page.evaluate("document.cookie") == ""
    assert all(cookie["expires"] == -1 for cookie in page.context.cookies())
    assert said == []
