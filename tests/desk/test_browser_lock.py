"""Locking, and working without scripts, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect
from tests.casework.world import PASSPHRASE, World
from tests.desk.world import TAKEN, TOKEN, Running, desk_on_loopback, enter_example, keys

from asylia.casework.arrival import take_in
from asylia.casework.documenting import open_case

EXAMPLE = Path(__file__).parents[2] / "examples" / "chechnya-2017"


@pytest.fixture(scope="module")
def reported(world: World) -> World:
    """A team with one case."""
    desk = world.desks[0]
    enter_example(desk, EXAMPLE)
    world.reporter().send(TAKEN)
    take_in(desk)
    (row,) = desk.casework().inbox()
    open_case(desk, row.thread, "RK-417")
    return world


@pytest.fixture
def running(reported: World) -> Iterator[Running]:
    with desk_on_loopback(reported.desks[0]) as found:
        yield found


def test_it_works_without_scripts(chromium: Chromium, running: Running) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{running.url}/enter/{TOKEN}")
    page.locator("#passphrase").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    page.locator(".item", has_text="RK-417").click()
    page.locator(".quoting button").first.click()
    page.locator("#words").fill("They had my phone")
    page.locator("#property").select_option("account")
    page.locator("#certainty").select_option("saw")
    page.locator("[name=others][value=none]").check()
    page.locator("#value").fill("phone read")
    page.get_by_role("button", name="Record the claim").click()
    expect(page.locator("mark")).to_have_count(1)
    page.get_by_role("button", name="Lock").click()
    expect(page.locator("h1")).to_have_text("Locked")
    context.close()


def test_one_key_locks_and_nothing_is_left_on_the_screen(
    chromium: Chromium, running: Running
) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{running.url}/enter/{TOKEN}")
    page.locator("#passphrase").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    page.locator(".item", has_text="RK-417").click()
    expect(page.locator(".reply")).to_be_visible()
    keys(page, "Control+Shift+KeyL")
    expect(page.locator("h1")).to_have_text("Locked")
    assert running.ended.wait(5)
    page.go_back()
    expect(page.locator("h1")).to_have_text("The desk is locked")
    assert TAKEN[:20] not in page.content()
    context.close()
