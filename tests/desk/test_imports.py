"""Imports at the desk: looked at, mapped, tried, applied whole, taken back; over HTTP."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import openpyxl
import pytest
from tests.casework.world import World
from tests.desk.world import Browser, desk_on_loopback
from tests.opened import opened_to_write

from asylia.record import contents as c
from asylia.record.consent import NotPermittedError, permission
from asylia.record.reading import IMPORTABLE
from asylia.values import Day

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


ESF = (Path(__file__).parents[1] / "exchange" / "by_hand.xml").read_bytes()
FTM = b"""{"id": "d-1", "schema": "Document", "properties": {"title": ["An invented paper"]}}
{"id": "p-1", "schema": "Vessel", "properties": {"name": ["x"]}}
"""
OWN = b"item,id,name,kind,colour\nevent,ev 1,An invented day,nothing,\norganisation,o9,x,ngo,red\n"
BAD = {
    "an XML": ("a.xml", ESF, "esf", "type_of_act: не наш термин; назовите его в сопоставлении"),
    "its place": ("a.xml", ESF, "esf", "строка 61, address"),
    "no XML": ("a.xml", b"<events", "esf", "неправильно построенный XML"),
    "an entity": ("a.ftm", FTM, "ftm", "источник без дня, в который это сказано"),
    "another": ("a.ftm", FTM, "ftm", "Vessel: в летописи для этого нет места"),
    "no entity": ("a.ftm", b"[]\n", "ftm", "ожидается высказывание или объект FollowTheMoney"),
    "a cell": ("a.csv", OWN, "csv", "у organisation нет поля colour"),
    "an id": ("a.csv", OWN, "csv", "id: "),
    "a term": ("a.csv", OWN.replace(b"ev 1", b"ev1"), "csv",
               "nothing — не термин словаря event_kinds"),
    "submissions": ("a.json", b"{", "kobo", "Файл обрывается"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_why_a_file_stays_out_is_told_in_russian(browser: Browser, name: str) -> None:
    file, content, form, told = BAD[name]
    browser.desk.language = "ru"
    try:
        answer = send(browser, content, file, form=form)
        page = browser.get("/imports/check").text if answer.startswith("/") else answer
        browser.post("/imports/drop")
    finally:
        browser.desk.language = "en"
    assert told in page, re.findall(
        r"role=.alert.*?</p>|<td class=.nowrap soft.>.*?</td>", page, re.S
    )
    assert not re.search(r"\bexpected\b|is no term|has no place|not well-formed", page)


def waiting_at(browser: Browser, page: str, about: str) -> list[str]:
    (form,) = re.findall(rf'value="{about}">.*?</form>', page, re.S)[:1]
    return re.findall(r'name="items" value="([^"]+)"', form)


def said(browser: Browser, address: str, *items: str, **fields: str) -> Any:
    return browser.post(f"{address}/whom", items=list(items), **fields)


def may_leave(browser: Browser, item: str) -> str:
    """The grounds on which an item would leave to a court, or what is missing."""
    record = browser.desk.workspace.record
    try:
        (one,) = permission(
            record, "inquiry", "court", (item,), browser.desk.workspace.today
        ).items  # fmt: skip
    except NotPermittedError as stays:
        return " | ".join(stays.missing)
    return f"{one.consents} {one.of_nobody} {one.fields.get('name', '')}"


def test_a_member_says_whom_a_files_words_concern_and_consent_decides(browser: Browser) -> None:
    place = browser.desk.workspace.place
    where = place.ledger.new_record(place.ledger.home())
    place.append(where, c.Recipient(id="court", name="An invented court"))
    table = TABLE.replace(b"Six men", b"Five men")
    assert send(browser, table, "other.csv") == "/imports/mapping"
    address = applied(browser, tried(browser, **{**MAPPED, "event_name": "The arrest of Wren"}))
    shown = browser.get(address).text
    assert re.search(r"Of \d+ items nobody said whom they concern", shown)
    page = browser.get(f"{address}/whom").text
    claims, titles = (waiting_at(browser, page, one) for one in ("claims", "titles"))
    assert len(claims) == 4
    assert not re.search(r"<input[^>]*\schecked", page)  # nothing is answered for the worker
    record = browser.desk.workspace.record
    event = record.get(claims[0], c.Claim).event
    assert event in titles
    assert all("does not say whom" in may_leave(browser, one) for one in claims)
    assert may_leave(browser, event) == f"() False {event}"

    spoken: dict[str, str] = {"about": "claims", "whose": "person", "speaker": "KT-204"}
    wrong = ({}, {"whose": "person"}, {**spoken, "speaker": ""}, {**spoken, "speaker": "Wren"})
    for fields in (*wrong, {**spoken, "others": "named"}, spoken):
        answer = said(browser, address, claims[0], **{"about": "claims", **fields})
        assert answer.status_code == 400, fields
    assert said(browser, address, **spoken, others="none").status_code == 400
    assert said(browser, address, "court", **spoken, others="none").status_code == 400
    assert not browser.desk.workspace.record.all(c.ItemLook)
    ticked = browser.post(f"{address}/whom", tick="claims", about="claims").text
    assert len(re.findall(r"name=.items. [^>]*checked", ticked)) == 4

    both = claims[:2]
    assert said(browser, address, *both, **spoken, others="none").status_code == 303
    third = {"person": "DV-118", "role": "subject"}
    nobody = {"about": "claims", "whose": "nobody"}
    assert said(browser, address, claims[2], **nobody, others="named", **third).status_code == 303
    assert said(browser, address, claims[3], **nobody, others="none").status_code == 303
    record = browser.desk.workspace.record
    assert {one.id for one in record.all(c.Person)} >= {"KT-204", "DV-118"}
    assert "KT-204" in may_leave(browser, both[0])
    assert "DV-118" in may_leave(browser, claims[2])
    assert may_leave(browser, claims[3]) == "() True "
    agreed = c.Consent(
        id="co", person="KT-204", given_by="KT-204", purpose="inquiry", recipient="court",
        onward=(), items=tuple(both), given_on=browser.desk.workspace.today,
        expires_on=Day(browser.desk.workspace.today + 9),
        risks=c.Risks(explained="x", by="Heron", language="en", on=browser.desk.workspace.today),
    )  # fmt: skip
    place.append(where, agreed)
    assert [may_leave(browser, one) for one in both] == ["('co',) False "] * 2

    page = browser.get(f"{address}/whom").text
    assert (waiting_at(browser, page, "titles"), "claims wait" in page) == (titles, False)
    assert said(browser, address, event, about="titles").status_code == 400
    assert said(browser, address, event, about="titles", nobody="1").status_code == 303
    assert may_leave(browser, event) == "() False The arrest of Wren"
    page = browser.get(f"{address}/whom").text
    undo = re.findall(r'action="(/import/\w+/whom/\w+/undo)"', page)
    assert len(undo) == 5
    assert browser.post(undo[0], reason="read again").status_code == 303
    assert may_leave(browser, event) == f"() False {event}"
    assert "KT-204" in browser.get(f"/claim/{browser.desk.workspace.handles.of(both[0])}").text


def test_a_file_in_hand_is_gone_with_the_lock(browser: Browser) -> None:
    send(browser, TABLE)
    workspace = browser.desk.workspace
    assert workspace.in_hand is not None
    browser.post("/lock")
    assert workspace.in_hand is None
