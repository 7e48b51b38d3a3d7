"""The part of the rehearsal that a browser plays: the page with scripts, and the desk.

Upholds: one Chromium profile on the disk, kept, so that the search after it can look inside.
Refuses: to pretend; where no browser can be driven, it says so.
"""

import re
import shutil
from dataclasses import dataclass, field

from asylia.rehearsal import invented
from asylia.rehearsal.desk import running_desk
from asylia.rehearsal.driver import Page, expect, sync_playwright
from asylia.rehearsal.play import Rehearsal
from asylia.rehearsal.team import Team

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Browsed:
    """The phrase that the browser drew, and what could not be played here."""

    phrase: tuple[str, ...] = field(default=(), repr=False)
    not_covered: tuple[str, ...] = ()


def browse(rehearsal: Rehearsal, team: Team) -> Browsed:
    """Write with scripts, read and answer at the desk, lock it; the profile stays on the disk."""
    chromium = shutil.which("chromium")
    if sync_playwright is None or chromium is None:
        return Browsed(not_covered=("the browser's profile: no Chromium that can be driven here",))
    folder = rehearsal.world.folder / "profile"
    with sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            folder,
            executable_path=chromium,
            args=list(_FLAGS),
            env=dict(rehearsal.world.environment),
        )
        page = context.new_page()
        phrase = _write(page, rehearsal.page_url)
        rehearsal.tell("A second report was sealed by a browser with scripts.")
        with running_desk(rehearsal.world, team) as link:
            _work(page, link, team.passphrases["first"])
        rehearsal.tell("A worker read and answered it at the desk, and locked the desk.")
        context.close()
    return Browsed(phrase)


def _write(page: "Page", address: str) -> tuple[str, ...]:
    page.goto(f"{address}/ru/write")
    page.locator("#text").fill(invented.REPORT)
    page.locator("input[name=contact][value=yes]").check()
    page.locator("#how").fill(invented.SAFE_HOW)
    page.locator("#when").fill(invented.SAFE_WHEN)
    page.locator("form[data-form=write] button[type=submit]").click()
    words = page.locator("ol[data-words] li")
    expect(words).to_have_count(9, timeout=30_000)
    expect(words.first).to_have_text(re.compile(r"\S"))
    return tuple(word.strip() for word in words.all_inner_texts())


def _work(page: "Page", link: str, passphrase: str) -> None:
    page.goto(link)
    page.locator("#passphrase").fill(passphrase)
    page.keyboard.press("Enter")
    page.locator("[data-keys=F]").click()
    page.goto(page.url)
    page.get_by_text(invented.REPORT[:20]).first.click()
    expect(page.locator("[data-words]").first).to_contain_text("Нигдеево")
    page.locator("#body").fill(invented.REPLY)
    page.locator("form.reply button").click()
    expect(page.locator(".message.ours").last).to_contain_text(invented.REPLY[:20])
    page.locator("form[action='/lock'] button").click()
    expect(page.locator("form[action='/lock']")).to_have_count(0)
