"""Judgements, translations, taking back, elements, command, going back on a claim; over HTTP."""

import re
from collections.abc import Iterator

import pytest
from tests.casework.world import World
from tests.desk.test_drafts import new_source
from tests.desk.world import Browser, desk_on_loopback

from asylia.record.contents import Judgement, Translation
from asylia.record.figures import figures
from asylia.record.reading import Record
from asylia.values import date_of

TEXT = """At least 3 were held in the invented mill. Six were held, another report says.

A. Nobody commands the invented regiment, they say. Now they say that it was not so."""


@pytest.fixture(scope="module")
def browser(world: World) -> Iterator[Browser]:
    with desk_on_loopback(world.desks[0]) as running, Browser(running) as one:
        one.enter()
        one.unlock()
        yield one


def record_of(browser: Browser) -> Record:
    found: Record = browser.desk.workspace.record
    return found


def claimed(browser: Browser, source: str, words: str, **told: str) -> str:
    """Record a claim; the address of its page."""
    common = {"teller": "-", "event": "new", "new_event": "A day", "new_kind_event": "raid"}
    events = [one.content.id for one in record_of(browser).entered if "event/" in one.content.LABEL]
    if events:
        common["event"] = events[0]
    answer = browser.post(f"{source}/claim", words=words, **{**common, **told})
    assert answer.status_code == 303, re.findall(r'role="alert".*', answer.text)
    claim = record_of(browser).claims[-1]
    return f"/claim/{browser.desk.workspace.handles.of(claim.id)}"


@pytest.fixture(scope="module")
def source(browser: Browser) -> str:
    return new_source(browser, TEXT)


@pytest.fixture(scope="module")
def three(browser: Browser, source: str) -> str:
    return claimed(browser, source, "At least 3 … mill", property="detained", count="at least 3")


@pytest.fixture(scope="module")
def six(browser: Browser, source: str) -> str:
    return claimed(browser, source, "Six were held", property="detained", count="6")


def test_a_grade_needs_a_reason_and_is_undone_with_one(browser: Browser, three: str) -> None:
    before = len(record_of(browser).judgements)
    assert browser.post(f"{three}/grade", source="B", information="2").status_code == 400
    assert (
        browser.post(f"{three}/grade", source="G", information="2", reason="x").status_code == 400
    )
    assert len(record_of(browser).judgements) == before
    graded = browser.post(f"{three}/grade", source="B", information="2", reason="Two others agree.")
    assert graded.status_code == 303
    page = browser.get(three).text
    assert "<b>B2</b>" in page
    assert "Two others agree." in page
    (judgement,) = record_of(browser).all(Judgement)
    handle = browser.desk.workspace.handles.of(judgement.id)
    assert browser.post(f"/judgement/{handle}/undo").status_code == 400
    assert browser.post(f"/judgement/{handle}/undo", reason="Misread.").status_code == 303
    assert "<b>B2</b>" not in browser.get(three).text.partition("Its history")[0]
    listed = browser.get("/judgements").text
    assert "Two others agree." in listed
    assert "Misread." in listed
    assert browser.post(f"/judgement/{handle}/undo", reason="Again.").status_code == 400


def test_a_choice_between_claims_shows_in_the_figures_until_it_is_undone(
    browser: Browser, three: str, six: str
) -> None:
    day = browser.desk.workspace.today
    (_, other) = [one.id for one in record_of(browser).claims if one.property == "detained"]
    told = {"other": other, "relation": "chosen", "reason": "Nearer to it."}
    assert browser.post(f"{three}/relate", **told).status_code == 303
    (chosen,) = figures(record_of(browser), as_of=day).chosen["detained"]
    assert (chosen.min, chosen.reason) == (3, "Nearer to it.")
    handle = browser.desk.workspace.handles.of(chosen.judgement)
    browser.post(f"/judgement/{handle}/undo", reason="Not enough.")
    assert figures(record_of(browser), as_of=day).chosen == {}


def test_what_was_entered_later_does_not_show_as_recorded_on_a_day_before(
    browser: Browser, three: str
) -> None:
    today = date_of(browser.desk.workspace.today).isoformat()
    answer = browser.post("/figures", as_of=today, recorded=today)
    assert answer.headers["location"] == f"/figures/{today}/{today}"
    assert "At least 3 were held" in browser.get(answer.headers["location"]).text
    assert "At least 3 were held" not in browser.get(f"/figures/{today}/2026-01-01").text
    assert browser.post("/figures", as_of=today, recorded="yesterday").status_code == 400


def test_a_name_that_nobody_knows_is_asked_about_and_nothing_is_saved(
    browser: Browser, source: str, three: str
) -> None:
    assert three
    before = len(record_of(browser).entered)
    told = {"words": "Now they say", "property": "account", "value": "said", "teller": "A new body",
            "event": record_of(browser).claims[0].event}  # fmt: skip
    answer = browser.post(f"{source}/claim", **told)
    assert answer.status_code == 400
    assert 'name="new_name" value="A new body"' in answer.text
    assert 'value="Now they say"' in answer.text
    assert len(record_of(browser).entered) == before


def test_a_source_without_a_text_asks_where_its_words_stand(browser: Browser, three: str) -> None:
    assert three
    bare = new_source(browser, "")
    page = browser.get(bare).text
    assert re.search(r"<details class=\"fold\" open>.*name=\"where\"", page, re.S)
    told = {"words": "Heard in a broadcast.", "property": "account", "value": "heard",
            "teller": "-", "event": record_of(browser).claims[0].event}  # fmt: skip
    assert browser.post(f"{bare}/claim", **told).status_code == 400
    assert browser.post(f"{bare}/claim", **told, where="minute 3").status_code == 303
    claim = record_of(browser).claims[-1]
    assert (claim.words, claim.locator) == ("Heard in a broadcast.", "minute 3")


def test_a_translation_stands_beside_the_words(browser: Browser, three: str) -> None:
    told = {"language": "ru", "words": "Не менее трёх держали на вымышленной мельнице."}
    assert browser.post(f"{three}/translation", **told).status_code == 303
    page = browser.get(three).text
    assert told["words"] in page
    assert "At least 3 were held in the invented mill" in page
    (translation,) = record_of(browser).all(Translation)
    assert translation.by == browser.desk.workspace.own_name()


def test_what_was_taken_back_stays_readable(browser: Browser, source: str) -> None:
    address = claimed(browser, source, "another report says", property="account", value="a report")
    assert browser.post(f"{address}/back", reason="Quoted too little.").status_code == 303
    page = browser.get(address).text
    assert "Quoted too little." in page
    assert "another report says" in page
    assert "another report says" not in [one.words for one in record_of(browser).claims]


def test_a_recantation_stands_beside_the_claim(browser: Browser, source: str, six: str) -> None:
    (old,) = [one.id for one in record_of(browser).claims if one.words == "Six were held"]
    told = {"recants": old, "circumstances": "After two days in custody."}
    told |= {"property": "account", "value": "it was not so", "polarity": "denies"}
    new = claimed(browser, source, "they say that it was not so", **told)
    for page in (browser.get(six).text, browser.get(new).text):
        assert "After two days in custody." in page
        assert "Both stand." in page
    assert "gone back on" in browser.get(six).text
    assert old in [one.id for one in record_of(browser).claims]


def test_the_elements_of_an_event_show_for_against_and_gaps(browser: Browser, three: str) -> None:
    listed = browser.get("/judgements").text
    address = re.search(r'href="(/event/\w+)"', listed)
    assert address
    page = browser.get(address[1]).text
    gaps = page.count("gap: nothing tells for it")
    assert gaps > 0
    item = next(one.id for one in record_of(browser).claims if one.property == "detained")
    told = {"element": "attack_policy", "item": item, "bears": "for", "reason": "It was ordered."}
    assert browser.post(address[1], **told).status_code == 303
    page = browser.get(address[1]).text
    assert "It was ordered." in page
    assert page.count("gap: nothing tells for it") == gaps - 1
    browser.post(address[1], **told | {"bears": "against", "reason": "It was not."})
    assert "judged both ways" in browser.get(address[1]).text
    assert browser.post(address[1], **told | {"item": "nobody"}).status_code == 400


def test_who_commands_is_what_tellers_say(browser: Browser, source: str) -> None:
    told = {
        "property": "commands", "who": "An invented colonel", "unit": "The invented regiment",
        "facts": "2017", "polarity": "denies",
        "new_name": ["An invented colonel", "The invented regiment"],
        "new_kind": ["official", "unit"], "new_office": ["colonel of the invented regiment", ""],
    }  # fmt: skip
    claimed(browser, source, "Nobody commands the invented regiment", **told)  # type: ignore[arg-type]
    unit = next(
        one.content.id for one in record_of(browser).entered
        if getattr(one.content, "name", "") == "The invented regiment"
    )  # fmt: skip
    answer = browser.post("/command", unit=unit, on="1 March 2017")
    assert answer.status_code == 303
    page = browser.get(answer.headers["location"]).text
    assert "colonel of the invented regiment" in page
    assert "denies" in page
    assert "possible by the words" in page
    answer = browser.post("/command", unit=unit, on="2019-03-01")
    assert "Nobody is said to have commanded it" in browser.get(answer.headers["location"]).text


def test_sameness_is_judged_and_needs_two(browser: Browser) -> None:
    ids = [
        one.content.id for one in record_of(browser).entered
        if "official/" in one.content.LABEL or "organisation/" in one.content.LABEL
    ]  # fmt: skip
    same = {"one": ids[0], "verdict": "distinct", "reason": "One is a person."}
    assert browser.post("/judgements/sameness", **same, other=ids[0]).status_code == 400
    assert browser.post("/judgements/sameness", **same, other=ids[1]).status_code == 303
    assert "One is a person." in browser.get("/judgements").text


def test_every_page_is_there_in_russian(browser: Browser, three: str) -> None:
    browser.post("/language", language="ru", back="/judgements")
    try:
        event = re.search(r'href="(/event/\w+)"', browser.get("/judgements").text)
        assert event
        for address, words in (
            ("/judgements", "Решено до сих пор"), (event[1], "Говорит против"),
            (three, "Его история"), ("/source", "Внести источник"), ("/agreements", "Согласия"),
        ):  # fmt: skip
            answer = browser.get(address)
            assert answer.status_code == 200
            assert words in answer.text
    finally:
        browser.post("/language", language="en", back="/judgements")
