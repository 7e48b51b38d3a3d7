"""Fixtures: a desk over the small world, and a client that sends what a browser's forms send."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright
from tests.casework.world import Hands, World, team
from tests.desk.world import Browser, desk_on_loopback

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="module")
def clock() -> Hands:
    return Hands()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, clock: Hands) -> Iterator[World]:
    """One team of one for a whole file; each test has a desk of its own on it."""
    with team(tmp_path_factory.mktemp("team"), clock, 1) as made:
        yield made


@pytest.fixture
def locked(world: World) -> Iterator[Browser]:
    """A desk that nobody has entered."""
    with desk_on_loopback(world.desks[0]) as running, Browser(running) as browser:
        yield browser


@pytest.fixture
def desk(locked: Browser) -> Browser:
    """A desk that was entered by its link and opened."""
    locked.enter()
    locked.unlock()
    return locked


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        yield browser
        browser.close()
