"""Sources and sites: page by page, only what stands, in the order in which it was told."""

import re
from collections.abc import Iterator

import pytest
from tests.casework.world import World
from tests.desk.world import Browser, Running, desk_on_loopback

from asylia.record import contents as c
from asylia.record.views import sources
from asylia.record.views.shelf import Shelf

SOURCES = tuple(
    c.Source(id=f"s{n:02}", kind="article", title=f"Text {n}", language="en", said_on="2017")
    for n in range(23)
)
SITE = c.Site(id="t1", name="An invented cellar", place="p1")
UNTOLD = c.Site(id="t2", name="Another", place="p1")


def claim(n: int, said_on: str) -> c.Claim:
    return c.Claim(
        id=f"k{n:02}", source="s00", words=f"Words number {n}.", tellers=(c.Teller(who="u1"),),
        subject="t1" if n < 3 else "e1", property="site_exists", event="e1", said_on=said_on,
        language="en",
    )  # fmt: skip


CLAIMS = tuple(claim(n, f"20{19 - n % 3}-01-02") for n in range(30))


@pytest.fixture(scope="module")
def running(world: World) -> Iterator[Running]:
    desk = world.desks[0]
    own = desk.ledger.new_record("casework")
    undo = c.Undo(id="x1", of="k29", reason="Ours was an error", author="Linden")
    known = (
        c.Event(id="e1", name="An invented purge", kind="purge"),
        c.Organisation(id="u1", name="An invented unit", kind="unit"),
        UNTOLD,
        SITE,
    )
    for one in (*known, *SOURCES, *CLAIMS, undo):
        desk.append(own, one)
    desk.project()
    shelf = Shelf(desk.vault.connection)
    first = sources.page(desk.vault.connection, shelf)
    assert [[one.id for one in first.rows], first.total, first.pages] == [
        [one.id for one in SOURCES[:20]], 23, 2,
    ]  # fmt: skip
    taken = sources.taken_from(desk.vault.connection, "s00", 25)
    assert [taken.ids, taken.total] == [tuple(one.id for one in CLAIMS[:25]), 29]
    assert sources.taken_from(desk.vault.connection, "s01", 25).total == 0
    with desk_on_loopback(desk) as found:
        yield found


@pytest.fixture(scope="module")
def browser(running: Running) -> Iterator[Browser]:
    with Browser(running) as found:
        found.enter()
        found.unlock()
        yield found


def test_sources_come_by_page_and_lead_to_all_their_claims(browser: Browser) -> None:
    first = browser.get("/sources").text
    assert ">23 sources<" in first
    assert first.count("<details") == 20
    assert ">29 claims<" in first
    assert first.count("Words number") == 25
    onward = re.search(r'href="(/search/\w+)">all claims from this source', first)
    assert onward is not None
    assert "29 claims" in browser.get(onward[1]).text
    second = browser.get("/sources/2").text
    assert second.count("<details") == 3
    assert "all claims from this source" not in second
    assert "Text 22" in second
    assert browser.get("/sources/0").status_code == 404


def test_what_was_taken_back_is_in_no_list(browser: Browser) -> None:
    browser.post("/language", language="ru", back="/sources")
    assert "все утверждения из этого источника" in browser.get("/sources").text
    browser.post("/language", language="en", back="/sources")
    assert "Words number 29" not in browser.get("/sources").text


def test_sites_stand_by_when_they_were_first_told_of(browser: Browser) -> None:
    shown = browser.get("/sites").text
    assert shown.index("An invented cellar") < shown.index("Another")
    told = re.findall(r"Words number (\d+)", shown)
    assert told == ["2", "1", "0"]
    assert shown.count("No claim about it stands.") == 1
