"""The line page: what was found in plain words, six words to compare, what settles an alarm."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest
from tests.casework.world import Hands, World
from tests.desk.team import meet, opened, three
from tests.desk.world import Browser

from asylia.casework.place import Place
from asylia.desk.comparing import GRAVITY
from asylia.ledger.outcome import finding
from asylia.ledger.values import FindingKind

BANNER = 'class="banner"'


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def people(tmp_path: Path, hands: Hands) -> Iterator[tuple[World, Place]]:
    with three(tmp_path, hands) as made:
        yield made


def named(place: Place, kind: FindingKind, position: int = 7) -> None:
    """Something is found wrong, as replay would name it."""
    place.vault.store.add_finding(finding(kind, position, f"an invented {kind} at {position}"))


def place_in(browser: Browser) -> Place:
    assert browser.desk.workspace is not None
    return browser.desk.workspace.place


def settle(browser: Browser, who: str = "Rowan") -> int:
    page = browser.get("/line").text
    fields = dict(re.findall(r'name="(shown|count)" value="(\w+)"', page))
    return browser.post("/line/settle", who=who, **fields).status_code


def words_of(page: str) -> list[str]:
    (spoken,) = re.findall(r'<ol class="words-six".*?</ol>', page, re.S)
    return re.findall(r"<li>(\w+)</li>", spoken)


def place_of(page: str) -> int:
    found = re.search(r"Number (\d+)", page)
    assert found
    return int(found[1])


@pytest.mark.parametrize("macro", ["title", "means", "todo"])
def test_every_kind_is_told_in_words_of_its_own(macro: str) -> None:
    template = Path(str(files("asylia.desk") / "templates" / "_alarm.html")).read_text("utf-8")
    (body,) = re.findall(rf"{{% macro {macro}\(kind\) %}}.*?{{% endmacro %}}", template)
    named = set(re.findall(r'"([a-z_]+)"', re.sub(r'_\(".*?"\)', "", body)))
    (left_out,) = set(get_args(FindingKind)) - named  # the one that the last branch is for
    assert left_out == "misdated"
    assert set(GRAVITY) == set(get_args(FindingKind))


def test_a_relay_that_takes_back_what_it_showed_raises_an_alarm_on_every_page(
    people: tuple[World, Place], tmp_path: Path
) -> None:
    linden, _ = people[0].desks
    shorten(tmp_path, 3)
    with opened(linden) as browser:
        browser.post("/fetch", back="/inbox")
        for address in ("/inbox", "/cases", "/team", "/help"):
            page = browser.get(address).text
            assert BANNER in page
            assert "The relay has lost something, or hides it" in page
        page = browser.get("/line").text
        assert "A restored backup does this" in page
        assert "What to do:" in page
        assert "Take the relay’s line as it is now" in page


def shorten(folder: Path, by: int) -> None:
    """The relay loses the end of the line, as a restored copy does."""
    with closing(sqlite3.connect(folder / "relay.sqlite")) as relay, relay:
        relay.execute(
            "DELETE FROM entry WHERE position > (SELECT max(position) FROM entry) - ?", (by,)
        )


def test_all_well_by_voice_settles_what_was_shown_on_this_device_alone(
    people: tuple[World, Place],
) -> None:
    linden, rowan = people[0].desks
    for place in (linden, rowan):
        named(place, "forked")
        named(place, "silent")
    with opened(linden) as browser:
        assert BANNER in browser.get("/inbox").text
        assert settle(browser, who="Nobody at all") == 400
        assert settle(browser, who="") == 400
        assert BANNER in browser.get("/inbox").text
        assert settle(browser) == 303
        assert BANNER not in browser.get("/inbox").text
        page = browser.get("/line").text
        assert "Settled before" in page
        assert "with Rowan" in page
    with opened(linden) as browser:  # it is kept in the vault
        assert BANNER not in browser.get("/inbox").text
        named(place_in(browser), "replayed", 9)
        assert BANNER in browser.get("/inbox").text
    with opened(rowan) as browser:
        assert BANNER in browser.get("/inbox").text


def test_what_was_found_since_the_page_was_shown_is_not_settled_with_it(
    people: tuple[World, Place],
) -> None:
    linden, _ = people[0].desks
    named(linden, "missing")
    with opened(linden) as browser:
        page = browser.get("/line").text
        fields = dict(re.findall(r'name="(shown|count)" value="(\w+)"', page))
        named(place_in(browser), "altered", 9)
        assert browser.post("/line/settle", who="Rowan", **fields).status_code == 409
        assert BANNER in browser.get("/inbox").text


def test_two_desks_at_different_places_compare_at_the_lower_one(
    people: tuple[World, Place],
) -> None:
    linden, rowan = people[0].desks
    meet(linden, rowan)
    with opened(rowan) as browser:
        page = browser.get("/line").text
        theirs, words = place_of(page), words_of(page)
    linden.append(linden.ledger.new_record("casework"), b"asylia/test/1\nmore")
    meet(linden, rounds=1)
    with opened(linden) as browser:
        page = browser.get("/line").text
        assert place_of(page) > theirs
        assert words_of(page) != words
        assert len(words_of(page)) == 6
        page = browser.post("/line", theirs=str(theirs)).text
        assert (place_of(page), words_of(page)) == (theirs, words)
        page = browser.post("/line", theirs="999999").text
        assert "has seen the line up to number" in page
        assert browser.post("/line", theirs="many").status_code == 400


def test_without_the_forms_token_no_alarm_goes(people: tuple[World, Place]) -> None:
    linden, _ = people[0].desks
    named(linden, "altered")
    with opened(linden) as browser:
        for address in ("/line/settle", "/line/reread"):
            data = {"who": "Rowan", "restored": "1"}
            sent = browser.client.post(address, data=data, headers=browser.origin)
            assert sent.status_code == 403
        assert BANNER in browser.get("/inbox").text


def test_the_line_is_taken_anew_only_by_who_was_told_that_it_was_restored(
    people: tuple[World, Place],
) -> None:
    linden, _ = people[0].desks
    with opened(linden) as browser:
        assert "I was told by voice" in browser.get("/line/reread").text
        answer = browser.post("/line/reread")
        assert answer.status_code == 400
        assert "was restored" in answer.text


def test_a_restored_relay_is_given_back_what_it_lacks_and_the_alarm_waits_for_a_voice(
    people: tuple[World, Place], tmp_path: Path
) -> None:
    linden, rowan = people[0].desks
    whole = len(linden.courier.ledger_page(0))
    shorten(tmp_path, 3)
    with opened(linden) as browser:
        browser.post("/fetch", back="/inbox")
        assert browser.post("/line/reread", restored="1").status_code == 303
        page = browser.get("/line").text
        assert "3 things that it lacked were given back." in page
        assert "The relay has lost something, or hides it" in page
        assert settle(browser) == 303
        assert BANNER not in browser.get("/inbox").text
    assert len(linden.courier.ledger_page(0)) >= whole
    meet(linden, rowan)
    assert linden.ledger.state_words() == rowan.ledger.state_words()
    with opened(rowan) as browser:
        assert BANNER not in browser.get("/inbox").text
