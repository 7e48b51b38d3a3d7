"""The desk in its own browser window: opened, worked in, locked, and ended by the panic key.

Upholds: the folder in memory that desk and browser write to is looked into after the lock and after
the end; then nothing at all may be in it.  Refuses: to pretend; where no browser can be driven or
no folder lies in memory, it says so.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from asylia import scratch
from asylia.desk import browser
from asylia.errors import NotFoundError, UnavailableError
from asylia.rehearsal import invented
from asylia.rehearsal.desk import started_desk
from asylia.rehearsal.driver import Page, PlaywrightError, expect, sync_playwright
from asylia.rehearsal.seizure import Finding, Looked
from asylia.rehearsal.stage import PLANTED, Stage

PART = "a locked device: its vault, and the memory of its own window"
UNSENT = "полуслово-кустарник, которое никто не отправил"
_PATIENCE = 60.0
# Chromium as the check can drive it; it does not run as root in its own sandbox.
_WRAPPER = """\
#!/bin/sh
exec {program} --headless=new {root} --disable-gpu --remote-debugging-port=0 "$@" 2>/dev/null
"""
T = TypeVar("T")


def look_at_a_locked_device(stage: Stage, *, plant: bool = False) -> Looked:
    """Work at the desk in its own window, lock it, end it; look at what is left each time."""
    base = scratch.base()
    if sync_playwright is None or base is None:
        why = "no folder in memory" if base is None else "no browser can be driven here"
        return Looked(PART, not_covered=(f"the desk's own window: {why}",))
    try:
        program = _wrapped(stage.world.folder, browser.find())
    except NotFoundError as error:
        return Looked(PART, not_covered=(f"the desk's own window: {error.message}",))
    stage.canaries.append(replace(PLANTED, name="a reply that was not sent", text=UNSENT))
    with _memory(base) as memory:
        environment = {"XDG_RUNTIME_DIR": str(memory)}
        with started_desk(
            stage.world, stage.team, "--browser", str(program), environment=environment
        ) as desk:
            used = _work_and_lock(stage, memory, desk)
        if plant:
            (memory / "planted").write_bytes(PLANTED.plain)
        left = [path for path in memory.rglob("*") if path.is_file()]
        vault = stage.searcher().folders(PART, [stage.world.vault("first")])
        found = tuple(Finding(str(path), "left in memory", "after the end") for path in left)
        searched = stage.searcher().folders(PART, [memory]) if left else Looked(PART)
    return used + vault + searched + Looked(PART, findings=found)


def _work_and_lock(stage: Stage, memory: Path, desk: subprocess.Popen[str]) -> Looked:
    """Open, write, lock, and panic in the window that comes next."""
    with sync_playwright() as driver:

        def window(folder: Path) -> "Page":
            told = folder / "profile" / "DevToolsActivePort"
            port = _wait(lambda: told.read_text("ascii").split() if told.exists() else [])[0]
            context = driver.chromium.connect_over_cdp(f"http://127.0.0.1:{port}").contexts[0]
            context.pages[0].wait_for_url("**/unlock")
            return context.pages[0]

        before = _session(memory, None)
        page = window(before)
        _work(page, stage.team.passphrases["first"])
        open_files = sum(1 for path in before.rglob("*") if path.is_file())
        with suppress(PlaywrightError):  # the window goes while the button still goes up
            page.locator("form[action='/lock'] button").click(no_wait_after=True)
        after = _session(memory, before)
        page = window(after)
        _wait(lambda: not before.exists())
        locked = stage.searcher().folders(PART, [memory], in_use=True)
        for _ in range(3):
            with suppress(PlaywrightError):
                page.keyboard.press("Escape")
        desk.wait(_PATIENCE)
    stage.rehearsal.tell(f"A desk in its own window ({open_files} files in memory) was locked.")
    return locked


def _work(page: "Page", passphrase: str) -> None:
    page.locator("#passphrase").fill(passphrase)
    page.keyboard.press("Enter")
    page.get_by_text(invented.REPORT[:20]).first.click()
    expect(page.locator("#body")).to_be_visible()
    page.locator("#body").fill(invented.REPLY)
    page.locator("form.reply button").click()
    expect(page.locator(".message.ours").last).to_contain_text(invented.REPLY[:20])
    with page.expect_response("**/typed/reply"):  # so that a draft of it lies in the vault
        page.locator("#body").fill(UNSENT)


def _session(memory: Path, before: Path | None) -> Path:
    """The running session's folder; a later one than ``before``."""
    return _wait(lambda: {*memory.glob(f"{scratch.PREFIX}*")} - {before}).pop()


def _wrapped(folder: Path, program: Path) -> Path:
    wrapper = folder / "chromium"
    root = "--no-sandbox" if os.geteuid() == 0 else ""
    wrapper.write_text(_WRAPPER.format(program=program, root=root), "utf-8")
    wrapper.chmod(0o700)
    return wrapper


@contextmanager
def _memory(base: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="asylia-check-", dir=base))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(look: Callable[[], T]) -> T:
    deadline = time.monotonic() + _PATIENCE
    while not (found := look()):
        if time.monotonic() > deadline:
            raise UnavailableError("the desk's window did not do what was waited for")
        time.sleep(0.02)
    return found
