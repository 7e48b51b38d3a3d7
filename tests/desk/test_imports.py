"""Imports at the desk: looked at, mapped, tried, applied whole, taken back; over HTTP."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile

import openpyxl
import pytest
from tests.casework.world import World
from tests.desk.world import Browser, desk_on_loopback
from tests.opened import opened_to_write

from asylia.record import contents as c
from asylia.record.reading import IMPORTABLE

TABLE = (Path(__file__).parents[2] / "examples" / "tables" / "arrests.csv").read_bytes()
SOURCE = {
    "source_title": "An invented table of arrests", "source_kind": "compilation",
    "source_language": "en", "source_said_on": "June 2031", "event_name": "Invented arrests",
    "event_kind": "incident", "event_apart": "1", "each_certainty": "reports", "dates": "dmy",
    "places": "settlement", "teller_words": "not said",
}  # fmt: skip
FIELDS = ("row", "facts", "place", "words", "count detained", "count killed", "teller")
MAPPED = {**SOURCE, **{f"column-{at}": field for at, field in enumerate(FIELDS)}}


@pytest.fixture(scope="module")
def browser(world: World) -> Iterator[Browser]:
    with desk_on_loopback(world.desks[0]) as running, Browser(running) as one:
        one.enter()
        one.unlock()
        yield one


def send(browser: Browser, content: bytes, name: str = "arrests.csv", **fields: str) -> str:
    """Send a file as the form does: where it leads, or the page that refuses it."""
    answer = browser.client.post(
        "/imports/new",
        data={"csrf": browser.desk.door.csrf, **fields},
        files={"file": (name, content, "text/html")},
        headers=browser.origin,
    )
    return answer.headers.get("location", answer.text)


def tried(browser: Browser, **fields: str) -> str:
    """Give a mapping: the page of what would come in."""
    answer = browser.post("/imports/mapping", **fields)
    assert answer.headers.get("location") == "/imports/check", answer.text
    return browser.get("/imports/check").text


def applied(browser: Browser, page: str) -> str:
    mark = re.search(r'name="mark" value="(\w+)"', page)
    assert mark
    return browser.post("/imports/apply", mark=mark[1]).headers.get("location", "")


def held(browser: Browser) -> int:
    """How much stands of what a file can bring."""
    record = browser.desk.workspace.record
    return sum(len(record.standing(kind)) for kind in IMPORTABLE)


def test_a_large_file_is_in_no_file_while_it_is_looked_at(browser: Browser) -> None:
    large = TABLE + TABLE.splitlines(keepends=True)[1] * 12_000
    assert len(large) > 1 << 20  # what is over 1 MiB is what libraries put on a disk
    with opened_to_write() as found:
        assert send(browser, large) == "/imports/mapping"
        tried(browser, **MAPPED)
        browser.post("/imports/drop")
    assert found == []
    with opened_to_write() as found, TemporaryFile():
        assert found


def test_a_table_is_looked_at_mapped_tried_applied_once_and_taken_back(browser: Browser) -> None:
    before = held(browser)
    assert send(browser, TABLE) == "/imports/mapping"
    page = browser.get("/imports/mapping").text
    proposed = re.findall(r'id="(column-\d)".*?</select>', page, re.S)
    assert len(proposed) == 7
    assert [re.search(rf'id="column-{at}".*?value="([^"]*)" selected', page, re.S)[1]  # type: ignore[index]
            for at in range(7)] == list(FIELDS)  # fmt: skip
    assert "Six men were taken from a shop" in page
    assert re.search(r"Ethnicity</bdi>.*?faith or ethnicity", page, re.S)
    assert re.search(r"Phone</bdi>.*?no contacts", page, re.S)
    assert 'dir="auto">invented</span>' not in page  # what stands in a column that is never kept
    page = tried(browser, **MAPPED)
    assert ("Every row holds" in page, "4 claims" in page) == (True, True)
    assert re.search(r"Ethnicity</bdi></td><td>2 values passed over", page)
    assert held(browser) == before
    address = applied(browser, page)
    assert address.startswith("/import/")
    record = browser.desk.workspace.record
    (imported,) = record.all(c.Imported)
    assert (imported.form, imported.never_kept) == ("csv", 3)
    claims = [one for one in record.claims if one.said_on == "2031-06"]
    assert {one.facts for one in claims} == {"2031-04-03", "[2031-05-20..2031-05-25]", "2031-21"}
    assert not any("000" in one.words for one in claims)
    assert send(browser, TABLE) == "/imports/mapping"
    assert "there already" in tried(browser, **MAPPED)
    assert browser.post("/imports/drop").status_code == 303
    assert browser.post(f"{address}/undo", reason="").status_code == 400
    assert len([o for o in browser.desk.workspace.record.claims if o.said_on == "2031-06"]) > 0
    assert browser.post(f"{address}/undo", reason="invented").headers["location"] == address
    assert not [o for o in browser.desk.workspace.record.claims if o.said_on == "2031-06"]
    assert held(browser) == before
    assert "taken back" in browser.get("/imports").text
    assert browser.post(f"{address}/undo", reason="again").status_code == 400
    assert send(browser, TABLE) == "/imports/mapping"
    assert re.search(r'value="table-[0-9a-f]{12}-2"', browser.get("/imports/mapping").text)
    (old,) = [o.source for o in record.claims[-1:]]
    again = applied(browser, tried(browser, **MAPPED, source_id=old))  # under the ids that it had
    assert {o.id for o in browser.desk.workspace.record.claims} == {o.id for o in record.claims}
    event = next(o.id for o in browser.desk.workspace.record.all(c.Event) if "arrests" in o.name)
    browser.desk.workspace.place.append(
        browser.desk.workspace.place.ledger.new_record(browser.desk.workspace.place.ledger.home()),
        c.Judgement(id="j-own", reason="x", author="Heron",
                    decision=c.Membership(member=event, event="elsewhere", verdict="belongs")),
    )  # fmt: skip
    page = browser.get(again).text
    assert re.search(
        r"Stays when the import is taken back.*?event</span> <bdi>Invented arrests", page, re.S
    )
    browser.post(f"{again}/undo", reason="invented")
    assert "Stays, though the import was taken back" in browser.get(again).text
    assert browser.desk.workspace.record.held(event) is not None


def test_one_refused_row_keeps_everything_out_and_is_named(browser: Browser) -> None:
    before = held(browser)
    broken = TABLE.replace(b"more than 100", b"a great many")
    assert send(browser, broken) == "/imports/mapping"
    page = tried(browser, **MAPPED)
    assert "1 row can’t come in, so nothing does" in page
    assert re.search(r"line 3</td><td>a number can&#39;t be read", page)
    assert "a great many" not in page  # a row is not repeated
    assert 'class="main"' not in page
    mark = re.search(r'name="mark" value="(\w+)"', page)
    assert mark
    assert browser.post("/imports/apply", mark=mark[1]).status_code == 400
    assert held(browser) == before
    browser.post("/language", language="ru", back="/imports/check")
    page = browser.get("/imports/check").text
    browser.post("/language", language="en", back="/imports/check")
    assert re.search(r"строка 3</td><td>число не читается", page)


def test_what_is_never_kept_can_not_be_mapped_by_hand_either(browser: Browser) -> None:
    before = held(browser)
    send(browser, TABLE)
    # One more column than the table offers: nothing reads it.
    page = tried(browser, **MAPPED, **{"column-7": "words", "column-8": "words"})
    assert not re.search(r"<div class=.quote said.[^>]*>invented", page)
    mapping = "source: {id: t, kind: compilation, title: t, language: en, said_on: '2031'}\n"
    mapping += "event: e\ncolumns: {Ethnicity: words}\n"
    assert send(browser, TABLE, mapping=mapping) == "/imports/check"
    page = browser.get("/imports/check")
    assert (page.status_code, "can’t be mapped" in page.text or "be mapped" in page.text) == (
        403,
        True,
    )
    assert browser.post("/imports/apply", mark="0").status_code == 409
    assert held(browser) == before


def test_what_was_looked_at_is_what_comes_in(browser: Browser) -> None:
    before = held(browser)
    send(browser, TABLE.replace(b"invented table", b"x"))
    page = tried(browser, **MAPPED)
    send(browser, TABLE.replace(b"Six men", b"Ten men"))
    tried(browser, **{**MAPPED, "source_id": "other"})
    assert applied(browser, page) == ""  # another tab's file lies in hand now
    assert held(browser) == before
    browser.post("/imports/drop")
    assert browser.post("/imports/apply", mark="0").status_code == 404


def test_cells_become_terms_and_letters_are_read_as_they_were_written(browser: Browser) -> None:
    text = "Что произошло;Исполнитель;Место\nЛюдей увезли.;силовики;Примерск\n"
    send(browser, text.encode("cp1251"))
    page = browser.get("/imports/mapping").text
    assert "Людей увезли." in page
    assert "cp1251" in page
    told = {**SOURCE, "column-0": "words", "column-1": "perpetrator", "column-2": "place"}
    page = browser.post("/imports/mapping", **told).text
    assert 'name="term-1-0"' in page
    assert "refusal" in tried(browser, **told, **{"term-1-0": ""})
    assert "Every row holds" in tried(browser, **told, **{"term-1-0": "police"})
    browser.post("/imports/drop")


def test_a_workbook_and_files_that_are_none(browser: Browser) -> None:
    book, out = openpyxl.Workbook(), BytesIO()
    for row in (["What happened", "Religion"], ["They came at night.", "x"]):
        book.active.append(row)
    book.save(out)
    assert send(browser, out.getvalue(), "t.xlsx") == "/imports/mapping"
    page = browser.get("/imports/mapping").text
    assert ("They came at night." in page, "Religion" in page) == (True, True)
    page = tried(browser, **SOURCE, **{"column-0": "words"})
    assert "Every row holds" in page
    for content, name, says in (
        (b"PK\x03\x04no", "t.xlsx", "This is no XLSX"),
        (b"", "t.csv", "xpected a header"),
        (b'a,b\n"c', "t.csv", ""),
        (b"x" * 10, "t.doc", "Say of which format"),
        (b"<!DOCTYPE a><a/>", "t.xml", ""),
    ):
        found = send(browser, content, name)
        if found.startswith("/"):
            found = browser.get("/imports/check").text
        assert says in found
        assert "broken" not in found
    assert "Choose a file" in send(browser, b"", "") or browser.desk.workspace.in_hand
    browser.post("/imports/drop")


def test_a_file_in_hand_is_gone_with_the_lock(browser: Browser) -> None:
    send(browser, TABLE)
    workspace = browser.desk.workspace
    assert workspace.in_hand is not None
    browser.post("/lock")
    assert workspace.in_hand is None
