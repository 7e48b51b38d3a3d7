"""What a worker sees at a glance: nothing spills, nothing hides, nothing is told too softly."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from starlette.applications import Starlette
from tests.casework.world import PASSPHRASE, World
from tests.desk.world import TOKEN, Browser, desk_on_loopback, send_reports

from asylia.casework.arrival import take_in
from asylia.desk.panic import PanicForm
from asylia.envelope.control import SafeContact

INSIDE = """name => {
  const badge = document.querySelector(name), box = badge.getBoundingClientRect();
  const text = document.createRange(); text.selectNodeContents(badge);
  const words = text.getBoundingClientRect(), whole = badge.closest("button");
  const button = whole.getBoundingClientRect(), said = whole.querySelector(".name");
  return words.left >= box.left && words.right <= box.right && words.height < 20
    && box.right <= button.right && said.scrollWidth <= said.clientWidth + 1;
}"""


@pytest.fixture(scope="module")
def reported(world: World) -> World:
    send_reports(world)
    hidden = SafeContact(may_contact=False, how="", when="")
    world.reporter().send("Only through this page, please.", safe_contact=hidden)
    take_in(world.desks[0])
    return world


@pytest.fixture
def page(chromium: Chromium, reported: World) -> Iterator[Page]:
    with desk_on_loopback(reported.desks[0]) as running:
        app: Starlette = running.app
        app.state.desk.panic = PanicForm(origin=running.url, secret="none")
        context = chromium.new_context(viewport={"width": 1280, "height": 800})
        page = context.new_page()
        page.goto(f"{running.url}/enter/{TOKEN}")
        yield page
        context.close()


def unlocked(page: Page) -> Page:
    page.fill("#passphrase", PASSPHRASE)
    page.keyboard.press("Enter")
    expect(page.locator(".item").first).to_be_visible()
    return page


def test_a_wrong_passphrase_is_told_as_an_error(page: Page) -> None:
    page.fill("#passphrase", "not these six words at all")
    page.keyboard.press("Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("does not open this vault")
    expect(alert).to_have_class(re.compile("urgent"))
    soft = page.locator("p.faint").first.evaluate("one => getComputedStyle(one).color")
    assert alert.evaluate("one => getComputedStyle(one).color") != soft


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("width", [1280, 1440])
def test_the_badges_hold_their_words(page: Page, width: int, language: str) -> None:
    unlocked(page).set_viewport_size({"width": width, "height": 800})
    if language == "ru":
        page.locator('button[name="language"][value="ru"]').click()
        expect(page.locator("html")).to_have_attribute("lang", "ru")
    for badge in (".panic kbd", ".lock kbd"):
        assert page.evaluate(INSIDE, badge)


def test_the_list_stays_beside_an_open_thread(page: Page) -> None:
    unlocked(page).locator(".item").first.click()
    expect(page.locator(".talk")).to_be_visible()
    expect(page.locator(".list .item").first).to_be_visible()
    page.set_viewport_size({"width": 800, "height": 800})
    expect(page.locator(".list")).to_be_hidden()


def test_who_may_be_answered_here_alone_is_never_called_not_to_be_contacted(page: Page) -> None:
    one = unlocked(page).locator(".item", has_text="Only through this page")
    expect(one).to_contain_text("Answer here only")
    assert "Do not contact" not in page.content()
    one.click()
    expect(page.locator(".safe")).to_contain_text("Answer here only.")


def test_six_words_are_those_of_the_workers_language(world: World) -> None:
    with desk_on_loopback(world.desks[0]) as running, Browser(running) as browser:
        browser.enter()
        browser.unlock()
        english = re.findall(r"<li>(\w+)</li>", browser.get("/line").text)
        browser.post("/language", language="ru", back="/line")
        page = browser.get("/line").text
        russian = re.findall(r"<li>(\w+)</li>", page)
        assert len(english) == len(russian) == 6
        assert all(re.fullmatch(r"[а-яё]+", word) for word in russian)
        assert f'<span lang="en">{" ".join(english)}</span>' in page
