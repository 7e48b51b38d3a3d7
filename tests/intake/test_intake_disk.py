"""What an ordinary Chromium keeps of the page with scripts off, when forms go out in clear."""

import os
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from asylia.rehearsal.seizure import Searcher
from asylia.rehearsal.unscripted import FLAGS, RUNNING, Change, Surfed, alter, fill_report, surf

from .world import World

FIELD = '<input type="password" value="x" hidden readonly autocomplete="off">'
PROGRAM = "/usr/bin/chromium"


def surfed(world: World, profile: Path, change: Change | None = None) -> tuple[Surfed, set[str]]:
    """The play, and what its profile betrays once the browser is closed."""
    with sync_playwright() as driver:
        done = surf(driver.chromium, PROGRAM, world.page, profile, os.environ, change=change)
    world.take_in()
    found = Searcher(done.canaries).folders("closed", [profile]).findings
    return done, {one.what for one in found}


def test_without_scripts_nothing_typed_and_no_word_is_left_in_the_profile(
    world: World, tmp_path: Path
) -> None:
    done, left = surfed(world, tmp_path / "profile")
    assert done.running.part == RUNNING
    assert done.running.files > 20
    assert done.running.findings == ()
    assert left == set()


def test_without_the_field_the_browser_betrays_it_all(world: World, tmp_path: Path) -> None:
    done, left = surfed(world, tmp_path / "profile", lambda page: page.replace(FIELD, ""))
    running = {one.what for one in done.running.findings}
    for found in (running, left):
        assert {"the village", "where to leave a note", "the attachment's name"} <= found
        assert {"word 7 as typed", "phrase without scripts, words 1 and 2"} <= found


def asked_to_save(world: World, profile: Path, *, with_a_real_one: bool) -> bool:
    """Whether the browser would offer to save a password after writing and practising."""
    with sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            profile,
            executable_path=PROGRAM,
            args=list(FLAGS),
            ignore_default_args=["--enable-automation"],  # with it the browser never offers
        )
        told = context.new_page()
        told.goto("chrome://password-manager-internals")
        page = context.new_page()
        scripts = context.new_cdp_session(page)
        scripts.send("Emulation.setScriptExecutionDisabled", {"value": True})
        if with_a_real_one:
            typed = '<input type="password" name="p" value="typed">'
            alter(context, lambda text: text.replace(FIELD, typed))
        fill_report(page, world.page)
        page.locator("form[data-form=write] button").click()
        page.locator("form[data-form=noted] button").click()
        page.locator("#word-2").fill("word")
        page.locator("button[value=check]").click()
        page.locator("button[value=show]").click()
        page.locator("ol[data-words]").wait_for()
        expect(told.locator("body")).to_contain_text("PasswordManager::ProvisionallySaveForm")
        said = told.locator("body").inner_text()
        context.close()
    world.take_in()
    return "Show password prompt" in said


def test_the_browser_does_not_offer_to_save_a_password(world: World, tmp_path: Path) -> None:
    assert not asked_to_save(world, tmp_path / "ours", with_a_real_one=False)
    assert asked_to_save(world, tmp_path / "theirs", with_a_real_one=True)


def reads_out(page: Page, selector: str) -> bool:
    """Whether the accessibility tree has this element."""
    tools = page.context.new_cdp_session(page)
    root = tools.send("DOM.getDocument")["root"]["nodeId"]
    found = tools.send("DOM.querySelector", {"nodeId": root, "selector": selector})
    wanted = tools.send("DOM.describeNode", found)["node"]["backendNodeId"]
    nodes = tools.send("Accessibility.getFullAXTree")["nodes"]
    return wanted in {node.get("backendDOMNodeId") for node in nodes if not node["ignored"]}


def test_neither_keyboard_nor_screen_reader_meets_the_field(world: World) -> None:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=PROGRAM, args=list(FLAGS))
        page = browser.new_page()
        for path, other in (("write", "#text"), ("return", "#words"), ("sealed", "#sealed")):
            page.goto(f"{world.page}/en/{path}")
            focused = f"document.querySelector('{other}') === document.activeElement"
            for selector, met in ((other, True), ("input[type=password]", False)):
                assert reads_out(page, selector) is met
                page.evaluate("document.activeElement.blur()")
                page.locator(selector).evaluate("field => field.focus()")
                assert page.evaluate(focused) is met
        browser.close()
