"""Figures by page are the figures: every value on some page, every flag where it belongs."""

import random
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path

import pytest
from tests.casework.world import World
from tests.desk.world import Browser, desk_on_loopback
from tests.record.world import claim, record_of

from asylia.desk import figured
from asylia.desk.figured import Asked, Figured, Kept
from asylia.record import contents as c
from asylia.record.figures import Figures, figures
from asylia.record.reading import Entered, Record
from asylia.record.rows import Row, rows_of, values_apart
from asylia.values import Day

TODAY = Day(20_100)
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
TOLD = {
    "counts": {"values_apart", "parts_do_not_add_up", "cells_apart", "open_question"},
    "dates": {"lies_within"},
    "series": {
        "series_falls", "revised", "parts_do_not_add_up", "cells_apart", "open_question",
    },
}  # fmt: skip


def case(name: str) -> Record:
    return Record.from_folder(EXAMPLES / name, Day(20_000))


def expected(found: Figures) -> dict[tuple[str, str, str], Sequence[object]]:
    """Rows by section, as the figures have them."""
    own: dict[tuple[str, str, str], Sequence[object]] = {}
    for kind, told in (("counts", found.counts), ("dates", found.dates), ("series", found.series)):
        own |= {(kind, name, ""): told[name] for name in told}  # type: ignore[index]
    outside = {
        ("outside", name, event): rows
        for event, told in found.outside.items()
        for name, rows in told.items()
    }
    return own | outside


@pytest.mark.parametrize("name", ["chechnya-2017", "syria-2011-2021"])
def test_the_pages_of_a_section_hold_each_of_its_values_once(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figured, "ON_ONE", 3)
    record = case(name)
    found = Figured.of(record, TODAY, None)
    assert found.found == figures(record, as_of=TODAY)
    rows = expected(found.found)
    seen = {}
    for one in found.sections:
        key = (one.kind, one.name, one.within)
        asked = Asked(as_of=TODAY, recorded=None, kind=one.kind, name=one.name, within=one.within)
        pages = [found.page(asked, n) for n in range(1, found.page(asked, 1).pages + 1)]
        seen[key] = tuple(row for page in pages for row in page.rows)
        assert all(0 < len(page.rows) <= 3 for page in pages) or not rows[key]
        assert {page.total for page in pages} == {len(rows[key])}
    assert seen == {key: tuple(told) for key, told in rows.items()}
    assert found.most_pages == max(-(-len(told) // 3) for told in rows.values()) > 1


@pytest.mark.parametrize("name", ["chechnya-2017", "syria-2011-2021"])
def test_each_flag_stands_in_the_sections_whose_claims_it_names(name: str) -> None:
    found = Figured.of(case(name), TODAY, None)
    shown = 0
    for one in found.sections:
        held = {claim for row in one.rows for claim in row.claims}
        flags = [
            flag
            for flag in found.found.flags
            if flag.kind in TOLD.get(one.kind, ()) and not held.isdisjoint(flag.claims)
        ]
        assert [notice.flag for notice in one.notices] == flags
        shown += len(flags)
        for notice in one.notices:
            if notice.flag.kind == "values_apart":
                apart = [
                    row for row in one.rows if not set(notice.flag.claims).isdisjoint(row.claims)
                ]
                assert notice.words == tuple(dict.fromkeys(str(row.words) for row in apart))
    assert shown


def test_figures_are_kept_for_as_long_as_the_record_is_the_same() -> None:
    kept, first = Kept(), record_of([claim("k")])
    found = kept.figures(first, TODAY, None)
    assert kept.figures(first, TODAY, None) is found
    assert kept.figures(first, Day(TODAY - 1), None) is not found
    more = first.followed_by([Entered(claim("k2", count=c.Count(min=9)), Day(20_050))])
    after = kept.figures(more, TODAY, None)
    assert after.found == figures(more, as_of=TODAY) != found.found
    for day in range(4):
        kept.figures(more, Day(day), None)
    assert kept.figures(more, TODAY, None) is not after  # few are kept


def row(chance: random.Random, n: int) -> Row:
    most = chance.choice((None, chance.randrange(12)))
    least = chance.choice((None, chance.randrange(12)))
    made = claim(
        f"k{n}",
        count=c.Count(min=least, max=most, about=chance.random() < 0.1),
        polarity=chance.choice(("asserts", "asserts", "denies")),
        place=chance.choice(("", "p1")),
        facts=chance.choice(("", "2017", "2018")),
    )
    return rows_of(record_of([made]), (), [made])[0]


def apart_one_by_one(rows: Iterable[Row]) -> list[tuple[Row, Row]]:
    """Every pair gone through."""
    return [
        (one, other)
        for one, other in combinations(rows, 2)
        if (one.polarity, other.polarity) == ("asserts", "asserts")
        and not (one.about or other.about)
        and (one.event, one.place) == (other.event, other.place)
        and (one.facts == other.facts or "" in (one.facts, other.facts))
        and not one.amount.meets(other.amount)
    ]


@pytest.mark.parametrize("seed", range(20))
def test_values_that_lie_apart_are_those_that_going_through_all_pairs_finds(seed: int) -> None:
    chance = random.Random(seed)
    rows = [row(chance, n) for n in range(60)]
    found = values_apart(rows)
    assert [tuple(map(id, pair)) for pair in found] == [
        tuple(map(id, pair)) for pair in apart_one_by_one(rows)
    ]
    assert found


def test_a_section_with_more_values_than_a_page_opens_to_the_rest(world: World) -> None:
    place = world.desks[0]
    record = place.ledger.new_record("casework")
    place.append(record, c.Event(id="e1", name="An invented raid", kind="raid"))
    place.append(record, c.Source(id="src", kind="article", title="T", language="en", said_on=""))
    for n in range(figured.ON_ONE + 2):
        facts = {"subject": "e1", "event": "e1", "facts": f"2017-01-{1 + n % 28:02}"}
        count = c.Count(min=n + 1, max=n + 1)
        place.append(record, claim(f"v{n}", words=f"value {n}.", count=count, **facts))
    with desk_on_loopback(place) as running, Browser(running) as browser:
        browser.enter()
        browser.unlock()
        whole = browser.get("/figures").text
        assert whole.count('class="saying"') == figured.ON_ALL
        assert "52 values" in whole
        assert "Tellers differ:" in whole
        assert whole.count("value 2.") < whole.count("value ")
        address = whole.split('href="/values/')[1].split('"')[0]
        first = browser.get(f"/values/{address}").text
        second = browser.get(f"/values/{address}/2").text
        assert first.count('class="saying"') == figured.ON_ONE
        assert second.count('class="saying"') == 2
        assert "page 2 of 2" in second
        assert browser.get("/values/none").status_code == 404
        assert browser.get(f"/values/{address}/3").status_code == 404
        assert f"/values/{address}" not in browser.get("/figures/2000-01-01").text
