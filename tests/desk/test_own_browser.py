"""The desk's own Chromium, as a real process: what it keeps, whom it asks, how it ends."""

import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TypeVar

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, Playwright, expect, sync_playwright
from tests.casework.world import PASSPHRASE, World
from tests.desk.processes import Started, alive, arguments, is_alive
from tests.desk.world import TAKEN

from asylia.casework.arrival import take_in
from asylia.desk import browser
from asylia.errors import NotFoundError
from asylia.scratch import PREFIX
from asylia.vault.vault import Vault

SENT = "Stay where you are; somebody comes at noon."
UNSENT = "halfwritten-quokka"
# Chromium as a test can drive it, and hear whom it asks; the desk itself starts it without these.
WRAPPER = """\
#!/bin/sh
exec /usr/bin/chromium --headless=new --no-sandbox --disable-gpu --remote-debugging-port=0 \\
    --log-net-log={log} "$@" 2>/dev/null
"""
# The desk, with nothing that it could end the child or the window by.
TOOTHLESS = """\
from multiprocessing.process import BaseProcess
from asylia.desk.browser import Browser
BaseProcess.kill = Browser.kill = lambda _: None
from asylia.cli import main
main()
"""


T = TypeVar("T")


@dataclass
class Windowed:
    """A desk with its window, and the folders that it could write to."""

    desk: Started
    memory: Path
    disk: Path
    log: Path
    driver: Playwright

    def scratch(self, before: Path | None = None) -> Path:
        """The session's folder in memory; a later one than ``before``."""
        found = wait_for(lambda: set(self.memory.glob(f"{PREFIX}*")) - {before})
        return found.pop()

    def page(self, before: Path | None = None) -> Page:
        """The one window, at the page that it went to by itself."""
        told = self.scratch(before) / "profile" / "DevToolsActivePort"
        port = wait_for(lambda: told.exists() and told.read_text().split())[0]
        context = self.driver.chromium.connect_over_cdp(f"http://127.0.0.1:{port}").contexts[0]
        page = context.pages[0]
        page.wait_for_url("**/unlock")
        return page

    def open(self, page: Page) -> None:
        page.locator("#passphrase").fill(PASSPHRASE)
        page.keyboard.press("Enter")
        page.locator(".item").first.click()
        expect(page.locator("html")).to_have_class("scripted")
        expect(page.locator("#body")).to_be_visible()


def wait_for(look: Callable[[], T], within: float = 60) -> T:
    deadline = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)
    return found


@pytest.fixture(scope="module")
def driver() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def reported(world: World) -> Path:
    """The folder of a vault that holds one report."""
    desk = world.desks[0]
    world.reporter().send(TAKEN)
    take_in(desk)
    desk.vault.close()
    return desk.vault.folder


@pytest.fixture
def memory() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="asylia-test-", dir="/dev/shm"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def start(
    world: World, reported: Path, memory: Path, tmp_path: Path, driver: Playwright
) -> Iterator[Callable[..., Windowed]]:
    """Starts a desk with a window; whatever is left of it at the end is ended."""
    program, log = tmp_path / "chromium", tmp_path / "net-log.json"
    program.write_text(WRAPPER.format(log=log))
    program.chmod(0o700)
    disk = tmp_path / "disk"
    for name in ("home", "temporary"):
        (disk / name).mkdir(parents=True)
    started: list[Started] = []

    def make(**how: tuple[str, ...]) -> Windowed:
        environment = {
            "HOME": str(disk / "home"),
            "TMPDIR": str(disk / "temporary"),
            "XDG_RUNTIME_DIR": str(memory),
            "XDG_CACHE_HOME": str(disk / "home"),
            "XDG_CONFIG_HOME": str(disk / "home"),
        }
        one = Started(
            reported, world.url, "--browser", str(program), environment=environment, **how
        )
        started.append(one)
        return Windowed(one, memory, disk, log, driver)

    yield make
    for one in started:
        with suppress(ProcessLookupError):
            one.process.kill()
        one.process.wait(30)


def press_panic(page: Page) -> None:
    for _ in range(3):
        with suppress(PlaywrightError):  # the window goes while the key is still going up
            page.keyboard.press("Escape")


def test_it_keeps_nothing_asks_nobody_and_one_key_ends_it(
    start: Callable[..., Windowed], reported: Path
) -> None:
    one = start()
    page = one.page()
    one.open(page)
    page.locator("#body").fill(SENT)
    page.locator("form.reply button").click()
    expect(page.locator(".message.ours").last).to_contain_text(SENT)
    expect(page.locator("html")).to_have_class("scripted")
    page.locator("#body").fill(UNSENT)
    page.locator("#body").press("Escape")
    expect(page.locator("#body")).to_have_value(UNSENT)  # one Escape ends nothing
    everything = one.desk.all()
    assert len(everything) > 5
    for pid in everything:
        assert b"/enter/" not in arguments(pid)
    assert b"--no-sandbox" not in b"".join(map(str.encode, browser.flags(Path("x"), "y")))
    time.sleep(1.1)
    page.locator("#body").focus()
    press_panic(page)
    assert alive(everything) == set()
    assert one.desk.process.wait(30) == 0
    assert list(one.memory.iterdir()) == []
    assert "".join(one.desk.said) == ""
    written = {path for path in one.disk.rglob("*") if path.is_file()}
    assert written == set()
    kept = what_the_vault_holds(reported)
    assert SENT in kept
    assert UNSENT not in kept
    on_disk = b"".join(path.read_bytes() for path in reported.rglob("*") if path.is_file())
    assert UNSENT.encode() not in on_disk  # where it lies as a draft, it lies sealed
    events = set(network(one.log))
    assert {kind for kind, _ in events} & ASKED == set()
    reached = {address for kind, address in events if kind == "TCP_CONNECT_ATTEMPT" and address}
    assert reached
    assert {address.rpartition(":")[0] for address in reached} <= {"[::1]", "127.0.0.1"}


def what_the_vault_holds(folder: Path) -> str:
    """Every row of every table but sealed drafts, opened with the passphrase."""
    vault = Vault.open(folder, PASSPHRASE)
    try:
        tables = vault.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = [name for (name,) in tables]
        rows = [
            row
            for name in names
            for row in vault.connection.execute(f"SELECT * FROM {name}")
            if "draft/" not in str(row[0])
        ]
    finally:
        vault.close()
    return str(rows)


# Chromium's names for a name asked of a server, and for bytes that left otherwise than by TCP.
ASKED = {"DNS_TRANSACTION", "HOST_RESOLVER_DNS_TASK", "HOST_RESOLVER_SYSTEM_TASK", "UDP_BYTES_SENT"}


def network(log: Path) -> Iterator[tuple[str, str]]:
    """What Chromium's own log of its network says: kinds of events, and the address of each.

    The log is cut off where its writer was killed; its last line may be half.
    """
    first, _, *lines = log.read_text("utf-8", "replace").splitlines()
    kinds = json.loads(first.rstrip(",") + "}")["constants"]["logEventTypes"]
    names = {number: name for name, number in kinds.items()}
    for line in lines:
        with suppress(json.JSONDecodeError):
            event = json.loads(line.rstrip(","))
            yield names[event["type"]], event.get("params", {}).get("address", "")


def test_no_other_host_can_be_asked(
    start: Callable[..., Windowed], driver: Playwright, tmp_path: Path
) -> None:
    heard: list[str] = []

    class Ear(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    ear = HTTPServer(("127.0.0.1", 0), Ear)
    threading.Thread(target=ear.serve_forever, daemon=True).start()
    addresses = [f"http://{name}:{ear.server_port}/" for name in ("127.0.0.1", "a.localhost")]
    page = start().page()
    for address in addresses:
        with pytest.raises(PlaywrightError, match="ERR_NAME_NOT_RESOLVED"):
            page.goto(address)
    assert heard == []
    log = tmp_path / "free.json"
    free = driver.chromium.launch(
        executable_path="/usr/bin/chromium", args=["--no-sandbox", f"--log-net-log={log}"]
    )
    for address in addresses:
        free.new_page().goto(address)
    with suppress(PlaywrightError):
        free.new_page().goto("http://nowhere.invalid/", timeout=10_000)
    free.close()
    ear.shutdown()
    assert heard.count("/") == len(addresses)
    assert {kind for kind, _ in network(log)} & ASKED


def test_the_button_works_without_scripts_and_while_the_desk_is_stopped(
    start: Callable[..., Windowed],
) -> None:
    one = start()
    page = one.page()
    one.open(page)
    page.route("**/*.js", lambda route: route.abort())
    page.reload()
    expect(page.locator("html")).not_to_have_class("scripted")
    everything = one.desk.all()
    os.kill(one.desk.key_holder(), signal.SIGSTOP)
    with suppress(PlaywrightError):
        page.locator("form[data-panic] button").click(no_wait_after=True)
    assert alive(everything) == set()
    assert list(one.memory.iterdir()) == []


@pytest.mark.parametrize("how", ["window closed", "SIGTERM"])
def test_every_ending_from_outside_ends_the_window_too(
    start: Callable[..., Windowed], how: str
) -> None:
    one = start()
    page = one.page()
    everything = one.desk.all()
    if how == "window closed":
        page.close()
    else:
        one.desk.process.send_signal(getattr(signal, how))
    assert alive(everything) == set()
    assert one.desk.process.wait(30) == 0
    assert list(one.memory.iterdir()) == []


def test_when_the_parent_is_killed_nothing_lives_on(start: Callable[..., Windowed]) -> None:
    one = start()
    one.open(one.page())
    everything, left = one.desk.all(), one.scratch()
    one.desk.process.kill()
    assert alive(everything) == set()
    assert left.exists()
    again = start()
    again.page(left)
    assert not left.exists()


def test_a_lock_ends_the_window_and_a_fresh_one_asks(start: Callable[..., Windowed]) -> None:
    one = start()
    page = one.page()
    one.open(page)
    before = one.scratch()
    session = one.desk.all() - {one.desk.process.pid}
    holder = one.desk.key_holder()
    windows = {pid for pid in session if b"chromium" in arguments(pid)}
    assert windows
    with suppress(PlaywrightError):
        page.locator("form[action='/lock'] button").click(no_wait_after=True)
    assert alive(windows | {holder}) == set()
    again = one.page(before)
    assert not before.exists()
    one.open(again)


def test_with_nothing_to_end_it_by_the_test_sees_it_live(start: Callable[..., Windowed]) -> None:
    one = start(command=(sys.executable, "-c", TOOTHLESS, "desk"))
    page = one.page()
    one.open(page)
    everything, holder = one.desk.all(), one.desk.key_holder()
    press_panic(page)
    assert holder in alive(everything, within=3)
    assert is_alive(one.desk.process.pid)


def test_a_browser_that_does_not_start_is_said(world: World, reported: Path, memory: Path) -> None:
    environment = {"XDG_RUNTIME_DIR": str(memory)}
    one = Started(reported, world.url, "--browser", "/bin/false", environment=environment)
    assert one.process.wait(60) != 0
    wait_for(lambda: "did not start" in "".join(one.said))
    assert list(memory.iterdir()) == []


def test_a_browser_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        browser.find(tmp_path / "none")


def test_it_sees_no_more_of_the_environment_than_a_window_needs() -> None:
    outer = {"HOME": "/home/me", "DISPLAY": ":0", "LC_ALL": "ru", "http_proxy": "x", "SECRET": "y"}
    seen = browser.environment(outer, Path("/memory"))
    assert seen["XAUTHORITY"] == "/home/me/.Xauthority"
    assert {"http_proxy", "SECRET"}.isdisjoint(seen)
    assert {seen[name] for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME")} == {"/memory"}
