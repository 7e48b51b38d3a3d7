"""A public source is entered by hand in a real browser, without a mouse, and gives its figures."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from tests.casework.world import PASSPHRASE, World
from tests.desk import s1
from tests.desk.hearing import hear
from tests.desk.typist import Typist
from tests.desk.world import TOKEN, Running, desk_on_loopback, keys

from asylia.casework.public import text_of
from asylia.cli.figures import ask, plain
from asylia.counts.summary import summary
from asylia.record.anchors import find_again
from asylia.record.contents import Source
from asylia.record.figures import Figures, figures
from asylia.record.reading import Record
from asylia.values import day_of

EXAMPLE = Path(__file__).parents[2] / "examples" / "chechnya-2017"
AS_OF = date(2017, 7, 31)
TEN, KEYS = 10, 1300  # of an account of ten claims, its source and four new names and all
SELECT = """words => {
  for (const one of document.querySelectorAll("[data-paragraph]")) {
    const text = [...one.childNodes].find((node) => node.textContent.includes(words));
    if (!text) continue;
    const at = text.textContent.indexOf(words), range = document.createRange();
    const node = text.nodeType === 3 ? text : text.firstChild;
    range.setStart(node, at); range.setEnd(node, at + words.length);
    getSelection().removeAllRanges(); getSelection().addRange(range);
  }
}"""
_IDS = {
    "claims", "claim", "other", "overlaps", "lineage", "event", "part_of", "events", "source",
    "words", "text", "subject", "locator",
}  # fmt: skip


@pytest.fixture(scope="module")
def running(world: World) -> Iterator[Running]:
    with desk_on_loopback(world.desks[0]) as found:
        yield found


@pytest.fixture(scope="module")
def said() -> list[str]:
    return []


@pytest.fixture(scope="module")
def page(chromium: Chromium, running: Running, said: list[str]) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1000, "height": 600})
    page = context.new_page()
    hear(page, running.url, said)
    page.goto(f"{running.url}/enter/{TOKEN}")
    page.locator("#passphrase").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Inbox")
    yield page
    context.close()


def record_of(running: Running) -> Record:
    found: Record = running.app.state.desk.workspace.record
    return found


def enter(hand: Typist, claim: s1.Typed) -> None:
    """Type one claim and record it, telling of new names where the desk asks."""
    sent = hand.page.locator(".quoted tbody tr").count()
    if hand.jumps:
        hand.put(claim)
    else:
        type_in(hand, claim)
    hand.submit()
    asked = hand.page.locator(".fields.new legend").all_inner_texts()
    if asked and hand.jumps:
        kinds = [s1.KINDS[name] for name in asked]
        hand.put([(field, one[at]) for one in kinds for at, field in enumerate(s1.ASKED)])
    elif asked:
        for name in asked:
            kind, office = s1.KINDS[name]
            hand.fill("new_kind", kind)
            if office:
                hand.fill("new_office", office)
            hand.press("Tab")
    if asked:
        hand.submit()
    told = hand.page.locator("[role=alert]").all_inner_texts()
    assert (hand.page.locator(".quoted tbody tr").count(), told) == (sent + 1, []), claim


def type_in(hand: Typist, claim: s1.Typed) -> None:
    last = ""
    for name, text in claim:
        if name == last:
            hand.press("Tab")
        if text:
            hand.fill(name, text)
        else:
            hand.go(name)
            hand.press("Control+a", "Delete")
        last = name


def test_s1_is_entered_by_hand(page: Page, running: Running) -> None:
    hand, ten = Typist(page), (0, 0.0)
    keys(page, "g", "s")
    expect(page.locator("h1")).to_have_text("Sources")
    keys(page, "n")
    expect(page.locator("#title")).to_be_focused()
    hand.fill("title", s1.TITLE)
    hand.fill("kind", "press")
    hand.fill("language", "en")
    hand.fill("said_on", s1.SAID_ON)
    hand.go("text")
    hand.paste(s1.TEXT)
    hand.send("The source is entered.")
    expect(page.locator("#words")).to_be_focused()
    for claim in s1.CLAIMS:
        enter(hand, claim)
        if len(record_of(running).claims) == TEN:
            ten, hand.jumps = (hand.strokes, hand.seconds), True
    print(f"ten claims and their source: {ten[0]} keys, {ten[1]:.1f} s of typing and waiting")
    assert ten[0] < KEYS
    record = record_of(running)
    (source,) = record.sources
    assert (source.said_on, source.language) == ("2017-07-01/2017-07-10", "en")
    assert len(record.claims) == len(s1.CLAIMS)


def shape(found: Figures) -> Any:
    """Figures without ids, names and the words, which are ours in either."""
    return _without(plain(found, summary(found.victims, found.sameness)))


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _without(one)
            for key, one in value.items()
            if key not in _IDS and not (key == "total" and isinstance(one, str))  # a claim's id
        }
    return [_without(one) for one in value] if isinstance(value, list | tuple) else value


def test_what_was_entered_gives_the_figures_of_the_files(running: Running) -> None:
    record = record_of(running)
    (source,) = record.all(Source)
    typed = figures(record, as_of=day_of(AS_OF), source=source.id)
    files = ask(EXAMPLE, source="S1", as_of=AS_OF.isoformat())
    assert shape(typed) == shape(files)


def test_one_count_less_would_be_noticed(running: Running) -> None:
    record = record_of(running)
    less = Record.of(one for one in record.entered if one.content.id != record.claims[3].id)
    files = ask(EXAMPLE, source="S1", as_of=AS_OF.isoformat())
    (source,) = record.sources
    assert shape(figures(less, as_of=day_of(AS_OF), source=source.id)) != shape(files)


def test_every_claim_says_where_its_words_stand(running: Running) -> None:
    record = record_of(running)
    text = text_of(record, record.sources[0].id)
    for claim in record.claims:
        at = find_again(text, claim.words, claim.locator)
        assert at is not None
        assert text[at[0] : at[1]] == claim.words
        assert f"characters {at[0] + 1}-{at[1]}" in claim.locator


def test_what_is_like_it_is_pointed_out_while_typing_and_hinders_nothing(page: Page) -> None:
    hand = Typist(page)
    hand.fill("words", "At least 6 … murdered")
    hand.fill("property", "killed")
    expect(page.locator("#hints")).to_contain_text("These words are quoted already:")
    hand.fill("count", "at least 6")
    expect(page.locator("#hints")).to_contain_text("6 or more")
    before = page.locator(".quoted tbody tr").count()
    hand.submit()
    expect(page.locator(".note")).to_contain_text("is like it")
    assert page.locator(".quoted tbody tr").count() == before + 1


def test_selected_words_go_into_the_form_with_their_paragraph(page: Page) -> None:
    page.evaluate(SELECT, "secret prisons")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("q")
    expect(page.locator("#words")).to_have_value("2: secret prisons")
    expect(page.locator("#property")).to_be_focused()
    expect(page.locator("#hints")).to_contain_text("paragraph 2")


def test_the_browser_keeps_nothing_and_asks_nobody_else(page: Page, said: list[str]) -> None:
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert [one for one in said if "status of 400" not in one] == []  # new names were asked for
