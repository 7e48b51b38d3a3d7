"""Estimates at the desk: a table or the record's own lists in; numbers, refusals and plots out."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import Response
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect
from tests.casework.world import World
from tests.desk.world import Browser, desk_on_loopback, enter_example, keys

from asylia.counts import strata
from asylia.counts.table import parse
from asylia.desk import estimated as estimated_page
from asylia.desk.estimating import Estimated, Estimating
from asylia.record.contents import Claim

EXAMPLES = Path(__file__).parents[2] / "examples"
KOSOVO = (EXAMPLES / "tables" / "kosovo-1999.csv").read_bytes()
TWO = b"a,b,count\n1,0,5\n0,1,5\n1,1,3\n"


@pytest.fixture(scope="module")
def browser(world: World) -> Iterator[Browser]:
    enter_example(world.desks[0], EXAMPLES / "documented")
    with desk_on_loopback(world.desks[0]) as running, Browser(running) as found:
        found.enter()
        found.unlock()
        yield found


def begin(
    browser: Browser, table: bytes | None, models: str = "chao", name: str = "counts.csv"
) -> Response:
    """Send the form as a browser would; without a file, the record's own lists."""
    name = name if table is not None else ""
    return browser.client.post(
        "/estimates/begin",
        data={"csrf": browser.desk.door.csrf, "models": models, "seed": "1"},
        files={"file": (name, table or b"", "text/csv")},
        headers=browser.origin,
    )


def held(browser: Browser) -> Estimating:
    work = browser.desk.workspace
    assert work is not None
    assert work.estimating is not None
    return work.estimating


def estimated(browser: Browser, table: bytes | None, models: str = "chao") -> str:
    assert begin(browser, table, models).status_code == 303
    until = time.monotonic() + 60
    while held(browser).runs:
        assert time.monotonic() < until
        time.sleep(0.05)
    return browser.get("/estimates").text


def test_a_number_stands_with_its_interval_and_what_it_assumes(browser: Browser) -> None:
    shown = estimated(browser, KOSOVO)
    assert "8,591" in shown
    assert "assuming that" in shown
    assert "8,190–9,033" in shown
    pictures = re.findall(r'<img src="(/estimates/plot/\w+)"', shown)
    assert "/estimates/plot/overlap" in pictures
    for one in pictures:
        answer = browser.get(one)
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert answer.content.startswith(b"<?xml")
    assert browser.get("/estimates/plot/elsewhere").status_code == 404
    browser.post("/language", language="ru", back="/estimates")
    told = browser.get("/estimates").text
    assert "нижняя граница" in told
    browser.post("/language", language="en", back="/estimates")


def test_a_files_name_turns_nothing_around_on_the_page(browser: Browser) -> None:
    assert begin(browser, TWO, name="seen\u202evsc.csv").status_code == 303
    for _ in range(600):
        if not held(browser).runs:
            break
        time.sleep(0.05)
    shown = browser.get("/estimates").text
    assert "\u202e" not in shown
    assert "seen‹202E›vsc.csv" in shown
    estimated(browser, KOSOVO)


def test_in_a_browser_by_keyboard_the_plots_are_pictures_and_nothing_complains(
    browser: Browser, chromium: Chromium
) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    name, value = next(iter(browser.client.cookies.items()))
    context.add_cookies([{"name": name, "value": value, "url": browser.url}])
    said: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{browser.url}/inbox")
    keys(page, "g", "z")
    expect(page.locator(".plot img").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    wide = page.evaluate("[...document.images].map(one => one.complete && one.naturalWidth)")
    assert wide
    assert all(width > 100 for width in wide)
    assert said == []
    context.close()


def test_a_refusal_is_an_answer_with_its_reason(browser: Browser) -> None:
    shown = estimated(browser, TWO, "all")
    assert "there are fewer than 3 lists of persons" in shown
    assert shown.count("nobody should publish") == 1
    assert shown.count("there are fewer than 3 lists of persons") == 1  # not once a model
    assert "refused</span>" not in shown


def test_without_a_file_the_records_own_lists_are_asked(browser: Browser) -> None:
    shown = estimated(browser, None)
    assert "Persons in at least one of 2 lists: 3" in shown
    assert held(browser).given.alone.lists == ("The Heron archive", "The Stork diary")
    record = browser.desk.workspace.record  # type: ignore[union-attr]
    counted = [record.get(one, Claim) for one in held(browser).claims]
    assert len({one.subject for one in counted}) >= 3  # whoever is counted is asked about
    browser.post("/estimates/drop")
    assert 'type="file"' in browser.get("/estimates").text


@pytest.mark.parametrize("table", [b"nothing of the kind", b"a,count\n1,-1\n", b"\xff\xfe"])
def test_what_is_no_table_is_refused_and_nothing_runs(browser: Browser, table: bytes) -> None:
    browser.post("/estimates/drop")
    answer = begin(browser, table)
    assert answer.status_code == 400
    assert "no table of counts" in answer.text
    assert browser.desk.workspace is not None
    assert browser.desk.workspace.estimating is None
    assert browser.get("/estimates/watch").status_code == 404


def test_why_a_table_is_none_is_told_in_the_workers_language(browser: Browser) -> None:
    browser.post("/estimates/drop")
    browser.post("/language", language="ru", back="/estimates")
    told = begin(browser, b"a,b,c,count\n1,1,0,5\n1,1,0,-2\n").text
    assert "сочетание из строки 3 стоит там дважды" in told
    assert "stands there twice" not in told
    browser.post("/language", language="en", back="/estimates")
    assert (
        "pattern of line 3 stands there twice"
        in begin(browser, b"a,b,c,count\n1,1,0,5\n1,1,0,-2\n").text
    )


@pytest.mark.parametrize(
    ("by", "says", "kept"),
    [
        ("stratum", "Stratum by stratum", ["overlap", "posterior", "sensitivity"]),
        ("linkage", "Linkage by linkage", ["posterior", "sensitivity"]),
    ],
)
def test_strata_and_linkages_are_asked_table_by_table_and_together(
    browser: Browser, by: str, says: str, kept: list[str]
) -> None:
    head, *rows = KOSOVO.decode().split()
    both = [f"{by},{head}", *(f"{name},{row}" for name in ("north", "south") for row in rows)]
    shown = estimated(browser, "\n".join(both).encode())
    assert says in shown
    assert shown.count("seen in at least one list: 4,400") == 2
    assert ("8,800" in shown) is (by == "stratum")  # added up, or the same persons twice
    assert re.findall(r'<img src="/estimates/plot/(\w+)"', shown) == kept
    drawing = browser.get("/estimates/plot/sensitivity").text
    assert "north (4400)" in drawing
    assert browser.get("/estimates/plot/trace").status_code == 404
    assert held(browser).progress("ru")[0][1] == 100
    assert "It leaves with all tables that it rests on" in shown
    about = {"title": "Two districts", "as_of": "2026-11-01", "counted": "published"}
    refused = browser.post("/estimates/keep", **about)
    assert refused.status_code == 403  # of one model; three stand side by side, or none leaves
    assert "at least three models side by side" in refused.text
    browser.post("/estimates/drop")


def test_what_moves_a_sum_over_strata_stands_in_rows() -> None:
    table = parse(KOSOVO).without(3)
    found = strata.over({"north": table, "south": table}, models=("graphs", "chao", "nhoi"))
    told = estimated_page.told(Estimated(found, None, {"ru": {}}), "ru")
    heads = [head for head, _ in told["moved"]]
    assert heads[0] == f"Без списка {table.lists[0]}"
    assert len(heads) == len(table.lists) + 4
    assert {len(row) for _, row in told["moved"]} == {1, 3}  # two lists are left: a refusal
    bare = strata.over({"north": table}, models=("chao",))
    assert estimated_page.told(Estimated(bare, None, {"ru": {}}), "ru")["moved"] == []
