"""A lost laptop, and an alarm, by keyboard in a real Chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from tests.casework.world import PASSPHRASE, Hands, World
from tests.desk.hearing import hear
from tests.desk.team import meet, three
from tests.desk.test_line import named
from tests.desk.world import TOKEN, Running, desk_on_loopback, keys


@pytest.fixture(scope="module")
def team_of_three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with three(tmp_path_factory.mktemp("team"), Hands()) as (world, aspen):
        meet(*world.desks, aspen, rounds=1)
        named(world.desks[0], "silent")
        yield world


@pytest.fixture(scope="module")
def running(team_of_three: World) -> Iterator[Running]:
    with desk_on_loopback(team_of_three.desks[0]) as found:
        yield found


@pytest.fixture(scope="module")
def said() -> list[str]:
    return []


@pytest.fixture(scope="module")
def page(chromium: Chromium, running: Running, said: list[str]) -> Iterator[Page]:
    """Linden's desk, from the link on; the tests of this file follow one another."""
    context = chromium.new_context(viewport={"width": 1366, "height": 900})
    page = context.new_page()
    hear(page, running.url, said)
    page.goto(f"{running.url}/enter/{TOKEN}")
    page.locator("#passphrase").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Inbox")
    yield page
    context.close()


def test_a_device_is_shut_out_without_touching_the_mouse(page: Page) -> None:
    keys(page, "g", "t")
    expect(page.locator("h1")).to_have_text("Team")
    keys(page, "j")
    expect(page.locator("[data-row]").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("A device of Aspen")
    expect(page.get_by_role("button", name="Suspend it now")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".note")).to_contain_text("Suspended")
    aspen = page.locator("tbody", has_text="Aspen")
    expect(aspen).to_contain_text("Suspended")


def test_an_alarm_is_seen_everywhere_and_settled_by_voice(page: Page) -> None:
    keys(page, "g", "c")
    expect(page.locator("a.banner")).to_contain_text("Nothing new from anybody for 48 hours")
    keys(page, "g", "l")
    expect(page.locator("h1")).to_have_text("The line")
    expect(page.locator("a.banner")).to_have_count(0)
    expect(page.locator(".words-six li")).to_have_count(6)
    keys(page, "w")
    expect(page.locator("#theirs")).to_be_focused()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.locator(".place")).to_have_text("Number 3")
    page.locator("#who").select_option("Rowan")
    page.locator("#who").press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".note")).to_have_text("Noted on this device.")
    keys(page, "g", "c")
    expect(page.locator("h1")).to_have_text("Cases")
    expect(page.locator("a.banner")).to_have_count(0)


def test_every_heading_and_field_has_a_name_and_no_page_is_wider_than_a_phone(
    page: Page, running: Running
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for address in ("/team", "/line", "/forgotten", "/line/reread"):
        page.goto(running.url + address)
        expect(page.locator("h1")).to_have_count(1)
        for field in page.locator("main input:not([type=hidden]), main select").all():
            assert field.evaluate("one => one.labels.length") == 1
        for section in page.locator("section[aria-labelledby]").all():
            title = section.get_attribute("aria-labelledby")
            assert page.locator(f"#{title}").inner_text()
        wide = "() => [document.documentElement, document.querySelector('.body')]"
        assert page.evaluate(f"({wide})().every(one => one.scrollWidth <= one.clientWidth)")


def test_nothing_was_complained_of(said: list[str]) -> None:
    assert said == []
