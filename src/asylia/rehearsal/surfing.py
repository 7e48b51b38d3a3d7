"""The part of the rehearsal that a browser plays: the page with scripts and without, and the desk.

Upholds: Chromium's profiles on the disk, kept, so that the search after it can look inside.
Refuses: to pretend; where no browser can be driven, it says so.
"""

import re
import shutil
from dataclasses import dataclass, field

from asylia.rehearsal import invented
from asylia.rehearsal.canaries import Canary
from asylia.rehearsal.desk import running_desk
from asylia.rehearsal.driver import Page, expect, sync_playwright
from asylia.rehearsal.play import Rehearsal
from asylia.rehearsal.seizure import Looked
from asylia.rehearsal.team import Team
from asylia.rehearsal.unscripted import FLAGS, fill_report, surf


@dataclass(frozen=True)
class Browsed:
    """What was drawn and typed, what was seen meanwhile, and what could not be played here."""

    phrase: tuple[str, ...] = field(default=(), repr=False)
    canaries: tuple[Canary, ...] = field(default=(), repr=False)
    seen: tuple[Looked, ...] = ()
    not_covered: tuple[str, ...] = ()


def browse(rehearsal: Rehearsal, team: Team) -> Browsed:
    """The page with scripts and the desk in one profile, the page without in another."""
    program = shutil.which("chromium")
    if sync_playwright is None or program is None:
        return Browsed(not_covered=("the browser's profile: no Chromium that can be driven here",))
    world = rehearsal.world
    with sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            world.folder / "profile",
            executable_path=program,
            args=list(FLAGS),
            env=dict(world.environment),
        )
        page = context.new_page()
        phrase = _write(page, rehearsal.page_url)
        rehearsal.tell("A second report was sealed by a browser with scripts.")
        with running_desk(world, team) as link:
            _work(page, link, team.passphrases["first"])
        rehearsal.tell("A worker read and answered it at the desk, and locked the desk.")
        context.close()
        profile = world.folder / "profile-without-scripts"
        surfed = surf(driver.chromium, program, rehearsal.page_url, profile, world.environment)
        rehearsal.tell("A third report was written, and added to, in a browser without scripts.")
    return Browsed(phrase, surfed.canaries, (surfed.running,))


def _write(page: "Page", address: str) -> tuple[str, ...]:
    fill_report(page, address)
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
