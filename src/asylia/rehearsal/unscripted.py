"""The part of the rehearsal that a browser with scripts off plays: each form, posted in clear.

Upholds: a profile of its own on the disk, no private window, looked into while the browser runs
and has written its session down, and kept for the search after it was closed.  Refuses: to look
before the browser wrote anything down, since then there would be nothing to find.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from asylia.errors import UnavailableError
from asylia.intake.pages import ASKED
from asylia.rehearsal import invented
from asylia.rehearsal.canaries import Canary, phrase_canaries
from asylia.rehearsal.driver import BrowserContext, BrowserType, Page, Route, expect
from asylia.rehearsal.seizure import Looked, Searcher

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
RUNNING = "the profile of a browser with scripts off, while it runs"
_PATIENCE = 30.0
Change = Callable[[str], str]


@dataclass(frozen=True)
class Surfed:
    """The phrase that the page drew, all that was typed, and what was seen while it was open."""

    phrase: tuple[str, ...] = field(repr=False)
    canaries: tuple[Canary, ...] = field(repr=False)
    running: Looked


def surf(
    chromium: "BrowserType",
    program: str,
    address: str,
    profile: Path,
    environment: Mapping[str, str],
    *,
    change: Change | None = None,
) -> Surfed:
    """Write, practise, come back and write more, in Russian; ``change`` alters each page."""
    context = chromium.launch_persistent_context(
        profile,
        executable_path=program,
        args=list(FLAGS),
        env=dict(environment),
        java_script_enabled=False,
    )
    if change is not None:
        alter(context, change)
    page = context.new_page()
    phrase = _write(page, address)
    canaries = (*invented.CANARIES, *phrase_canaries("phrase without scripts", phrase))
    canaries += _practise(page, phrase)
    _come_back(page, address, phrase)
    _await_session(profile, page.url)
    running = Searcher(canaries).folders(RUNNING, [profile], in_use=True)
    context.close()
    return Surfed(phrase, canaries, running)


def alter(context: "BrowserContext", change: Change) -> None:
    """Have each page arrive changed, as a control for what the page itself does."""

    def serve(route: "Route") -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=change(answer.text()))

    context.route("**/ru/**", serve)


def fill_report(page: "Page", address: str) -> None:
    """Open the form and type the invented report and its safe contact into it."""
    page.goto(f"{address}/ru/write")
    page.locator("#text").fill(invented.REPORT)
    page.locator("input[name=contact][value=yes]").check()
    page.locator("#how").fill(invented.SAFE_HOW)
    page.locator("#when").fill(invented.SAFE_WHEN)


def _write(page: "Page", address: str) -> tuple[str, ...]:
    fill_report(page, address)
    page.locator("#file").set_input_files(
        {"name": invented.FILE_NAME, "mimeType": "text/plain", "buffer": invented.FILE}
    )
    page.locator("form[data-form=write] button").click()
    words = page.locator("ol[data-words] li")
    expect(words).to_have_count(9)
    return tuple(word.strip() for word in words.all_inner_texts())


def _practise(page: "Page", phrase: tuple[str, ...]) -> tuple[Canary, ...]:
    """Once with a slip; each word as a form in clear would carry it."""
    page.locator("form[data-form=noted] button").click()
    for slip in (phrase[0], ""):
        for number in ASKED:
            page.locator(f"#word-{number}").fill(slip or phrase[number - 1])
        page.locator("button[value=check]").click()
    expect(page.locator("form[data-form=practice]")).to_have_count(0)
    return tuple(
        Canary(f"word {number} as typed", f'name="word-{number}"\r\n\r\n{phrase[number - 1]}\r\n')
        for number in ASKED
    )


def _come_back(page: "Page", address: str, phrase: tuple[str, ...]) -> None:
    page.goto(f"{address}/ru/return")
    page.locator("#words").fill(" ".join(phrase))
    page.locator("form[data-form=return] button").click()
    page.locator("#text").fill(invented.REPORT)
    page.locator("form[data-form=more] button").click()
    expect(page.locator("form")).to_have_count(0)


def _await_session(profile: Path, address: str) -> None:
    """Until the browser has noted its newest page, with what it keeps of the form behind it."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        for path in (profile / "Default" / "Sessions").glob("Session_*"):
            if address.encode() in path.read_bytes():
                return
        time.sleep(0.2)
    raise UnavailableError("the browser wrote no session down: nothing could be looked into")
