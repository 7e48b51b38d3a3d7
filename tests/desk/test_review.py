"""The review of pairs: one at a time, entered before it is shown, by keyboard, by two, undone."""

import multiprocessing
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import Response
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from tests.casework.world import PASSPHRASE, Hands, World, team
from tests.desk.world import Browser, Running, desk_on_loopback, keys
from tests.opened import opened_to_write

from asylia.casework.review import Opened, Reviews, Vote
from asylia.casework.votes import standings
from asylia.cli._labels import given
from asylia.desk.review_table import table_of
from asylia.desk.reviewing import Reviewing
from asylia.desk.waterfall import waterfall
from asylia.errors import ConflictError, MalformedError, NotFoundError, UsageError
from asylia.record import contents as c
from asylia.record.victims import victims

TABLE = Path(__file__).parents[2] / "examples" / "linkage" / "invented.csv"
NAMES = frozenset(line.split(",")[2] for line in TABLE.read_text("utf-8").splitlines()[1:])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with team(tmp_path_factory.mktemp("team"), Hands(), 2) as made:
        yield made


@pytest.fixture(scope="module")
def running(world: World) -> Iterator[Running]:
    """Linden's desk; the record holds a pseudonym for many of the lines."""
    desk = world.desks[0]
    own = desk.ledger.new_record("casework")
    for n in range(1, 80):
        desk.append(own, c.Person(id=str(n), pseudonym=str(n)))
    desk.synchronise()
    world.desks[1].synchronise()
    with desk_on_loopback(desk) as found:
        yield found


@pytest.fixture(scope="module")
def browser(running: Running) -> Iterator[Browser]:
    with Browser(running) as found:
        found.enter()
        found.unlock()
        with opened_to_write() as written:
            begin(found, "cards and diary", TABLE.read_bytes())
            meanwhile = found.get("/review").text
            assert "Weighing the pairs of 291 records: cards and diary." in meanwhile
            assert not shown(meanwhile)
            assert found.post("/review/next").status_code == 404, "no pair is there yet"
            assert weighed(found).status_code == 200
        compiled = {".nbi", ".nbc", ".pyc"}  # code, kept by Numba and by Python
        files = [one for one in written if not one.isdigit()]  # a pipe has but a number
        assert [one for one in files if not compiled & {*Path(one).suffixes}] == []
        yield found


def begin(browser: Browser, name: str, table: bytes) -> None:
    sent = browser.client.post(
        "/review/begin",
        data={"csrf": browser.desk.door.csrf, "name": name},
        files={"file": ("cards.csv", table, "text/csv")},
        headers=browser.origin,
    )
    assert sent.status_code == 303, sent.text


def weighed(browser: Browser) -> Response:
    """The page once the table is weighed, or what stopped it."""
    until = time.monotonic() + 120
    while (found := browser.get("/review")).status_code == 200 and "/review/watch" in found.text:
        assert time.monotonic() < until
        time.sleep(0.2)
    return found


@pytest.fixture(scope="module")
def page(chromium: Chromium, browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    name, value = next(iter(browser.client.cookies.items()))
    context.add_cookies([{"name": name, "value": value, "url": browser.url}])
    said: list[str] = []
    found = context.new_page()
    found.on("console", lambda message: said.append(message.text))
    yield found, said
    context.close()


def held(browser: Browser) -> Reviewing:
    work = browser.desk.workspace
    assert work is not None
    assert work.reviewing is not None
    return work.reviewing


def entered(browser: Browser, kind: type) -> int:
    return sum(1 for one in held(browser).noted() if isinstance(one.content, kind))


def shown(text: str) -> set[str]:
    return {name for name in NAMES if f"<bdi>{name}</bdi>" in text}


def test_the_overview_shows_no_name_and_the_pair_its_two_after_it_was_entered(
    browser: Browser,
) -> None:
    assert not shown(browser.get("/review").text)
    before = entered(browser, Opened)
    gone = browser.post("/review/next")
    pair = browser.get(gone.headers["location"])
    assert 1 <= len(shown(pair.text)) <= 2
    assert entered(browser, Opened) == before + 1
    browser.get(gone.headers["location"])
    assert entered(browser, Opened) == before + 1, "looking again opens nothing"
    other = held(browser).weighed.pair(0)
    assert other != held(browser).opened
    work = browser.desk.workspace
    assert work is not None
    elsewhere = f"/review/pair/{work.handles.of(chr(10).join(other))}"
    closed = browser.get(elsewhere)
    assert closed.status_code == 303
    assert not shown(closed.text)
    assert browser.post(elsewhere, verdict="same").status_code == 403
    browser.post("/review/close")
    assert browser.get(gone.headers["location"]).status_code == 303


def test_ten_pairs_by_ten_keys_and_one_taken_back(
    page: tuple[Page, list[str]], browser: Browser
) -> None:
    window, said = page
    window.goto(f"{browser.url}/inbox")
    keys(window, "g", "u")
    expect(window.locator("h1")).to_have_text("Same person?")
    keys(window, "n")
    window.wait_for_url("**/review/pair/*")
    began, before = time.perf_counter(), entered(browser, Vote)
    for key in "1221312212":
        address = window.url
        keys(window, key)
        window.wait_for_url(lambda url, address=address: url != address)  # type: ignore[misc]
    assert time.perf_counter() - began < 60, "ten pairs a minute"
    assert entered(browser, Vote) == before + 10
    mine = [one for one in held(browser).standings().values() if "Linden" in one.votes]
    assert len(mine) == 10
    assert held(browser).trained(held(browser).standings()).labels == 9, "one can't be told"
    keys(window, "z")
    expect(window.locator(".note")).to_contain_text("taken back")
    assert sum(1 for s in held(browser).standings().values() if "Linden" in s.votes) == 9
    expect(window.locator(".waterfall tr")).to_have_count(5)
    keys(window, "u")
    window.wait_for_url("**/review")
    assert said == []


def test_the_other_reviewer_is_not_told_and_what_differs_is_settled(
    browser: Browser, world: World
) -> None:
    rowan, mine = world.desks[1], held(browser)
    linden = browser.desk.workspace
    assert linden is not None
    linden.synchronise()
    rowan.synchronise()
    theirs = Reviewing(
        Reviews(rowan), Reviews(rowan).begin(mine.name), "Rowan", 0, mine.records, mine.weighed
    )
    known = mine.standings()
    (same,) = [p for p, s in known.items() if s.votes["Linden"].verdict == "same"][:1]
    two = next(p for p, s in known.items() if s.votes["Linden"].verdict == "distinct")
    for pair in (same, two):
        assert pair in set(theirs.queue())
        theirs.open(pair, "review")
        theirs.vote(pair, "same")
    rowan.synchronise()
    linden.synchronise()
    stood = mine.standings()
    assert (stood[same].state, stood[two].state) == ("agreed", "apart")

    listed = browser.get("/review").text
    assert re.search(r"Linden: <b>two persons</b>, Rowan: <b>the same</b>", listed)
    (address,) = re.findall(r'action="(/review/pair/\w+)/open"', listed)
    gone = browser.post(f"{address}/open")
    assert "Rowan: <b>the same</b>" in browser.get(gone.headers["location"]).text
    assert browser.post(f"{address}/settle", verdict="distinct").status_code == 400
    browser.post(f"{address}/settle", verdict="distinct", reason="Two fathers' names.")
    final = mine.standings()[two]
    assert (final.state, final.verdict, len(final.votes)) == ("settled", "distinct", 2)
    browser.post(f"{address}/unsettle")
    assert mine.standings()[two].state == "apart"


def test_ids_alone_go_on_and_the_minimum_follows(browser: Browser, world: World) -> None:
    work = browser.desk.workspace
    assert work is not None
    (same,) = [pair for pair, s in held(browser).standings().items() if s.verdict == "same"]
    own = work.place.ledger.new_record("casework")
    for key in same:
        if work.record.find(key) is None:
            work.place.append(own, c.Person(id=key, pseudonym=key))
    shown_due = browser.get("/review").text
    assert "the documented number takes them to be one" in shown_due
    browser.post("/review/pass", once="mark-of-a-form")
    made = [one for one in work.record.judgements if isinstance(one.decision, c.Sameness)]
    verdicts = [one.decision.verdict for one in made]
    assert verdicts.count("same") == 1
    assert verdicts.count("not_known") >= 1
    assert len(victims(work.record, as_of=work.today).sameness) == len(made)
    again = browser.get("/review").text
    assert "Nothing is due." in again
    whole = b"".join(one.content for one in work.place.ledger.entries()).decode()
    assert "asylia/review-opened/1" in whole
    assert not {name for name in NAMES if name in whole}, "no name enters the ledger"


def test_what_two_decided_moves_what_is_counted_and_comes_back(
    page: tuple[Page, list[str]], browser: Browser, world: World
) -> None:
    """At the desk, in Chromium: joined by two votes, open again once one is taken back, parted."""
    window, said = page
    work, mine, rowan = browser.desk.workspace, held(browser), world.desks[1]
    assert work is not None
    (pair,) = [pair for pair, one in mine.standings().items() if one.verdict == "same"]
    own = work.place.ledger.new_record("casework")
    for content in (
        c.Source(
            id="src", kind="article", title="An invented article", language="en", said_on="2020"
        ),
        c.Event(id="ev", name="An invented event", kind="incident"),
        c.Organisation(id="org", name="An invented NGO", kind="ngo"),
        *(
            c.Claim(
                id=f"K{n}", source="src", words="held", tellers=(c.Teller(who="org"),),
                subject=key, property="detained", event="ev", said_on="2020-01-01",
                count=c.Count(min=1, max=1),
            )
            for n, key in enumerate(pair)
        ),
    ):  # fmt: skip
        work.place.append(own, content)

    def counted() -> str:
        window.goto(f"{browser.url}/documented")
        return window.locator("p.least").inner_text()

    def pass_on() -> None:
        window.goto(f"{browser.url}/review")
        window.get_by_role("button", name="Pass them on").click()
        window.wait_for_url("**/review")

    def of_rowan(verdict: str | None) -> None:
        work.synchronise()
        rowan.synchronise()
        theirs = Reviewing(
            Reviews(rowan), Reviews(rowan).begin(mine.name), "Rowan", 0, mine.records, mine.weighed
        )
        if verdict is None:
            while pair not in {theirs.undo()}:
                pass
        else:
            theirs.open(pair, "review")
            theirs.vote(pair, "distinct")
        rowan.synchronise()
        work.synchronise()

    assert counted() == "at least 1 distinct persons"
    window.locator("p.least a").click()
    joined = window.locator(".person-counted")
    expect(joined).to_have_count(1)
    expect(joined).to_contain_text(f"{pair[0]} = {pair[1]}")
    expect(joined).to_contain_text("the same person, linkage review: those who looked agree, 22 ")
    assert not {"Linden", "Rowan"} & {*re.findall(r"\w+", joined.inner_text())}

    of_rowan(None)
    assert counted() == "at least 1 distinct persons", "nothing changes before it is passed on"
    pass_on()
    assert "if nobody is taken for another, 2" in counted()

    of_rowan("distinct")
    mine.open(pair, "settle")
    mine.adjudicate(pair, "distinct", "Two fathers' names.")
    pass_on()
    assert counted() == "at least 2 distinct persons"
    window.locator("p.least a").click()
    expect(window.locator(".person-counted")).to_have_count(2)
    expect(window.locator(".person-counted").first).to_contain_text(
        "two persons, linkage review: those who looked differed, and it was settled"
    )
    mine.unsettle(pair)
    pass_on()
    assert "if nobody is taken for another, 2" in counted()
    assert said == []


def test_the_command_takes_what_is_decided_from_the_vault(
    browser: Browser, world: World, tmp_path: Path
) -> None:
    """On Rowan's device: two ids and a verdict, to memory; a single vote is less sure."""
    rowan = world.desks[1]
    folder, reviews = rowan.vault.folder, Reviews(rowan)
    known = standings(reviews.of(reviews.begin("cards and diary")), 2, reviews.people())
    told = {pair: one.label for pair, one in known.items() if one.label is not None}
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE, "utf-8")
    with pytest.raises(ConflictError, match="open in another program"):
        given(None, folder, None, secret)
    rowan.vault.close()
    with opened_to_write() as written:
        labels = given(None, folder, "cards and diary", secret)
    assert all(one.startswith(str(folder)) for one in written)
    assert {one.pair: (one.verdict, one.sure) for one in labels} == told
    assert {one.sure for one in labels} == {0.75}, "what was decided was taken back above"
    with pytest.raises(NotFoundError, match="no such review"):
        given(None, folder, "another", secret)
    with pytest.raises(UsageError, match="not from both"):
        given(TABLE, folder, None, None)


def test_the_table_is_gone_with_the_desk(browser: Browser) -> None:
    browser.post("/review/next")
    browser.post("/review/drop")
    assert browser.desk.workspace is not None
    assert browser.desk.workspace.reviewing is None
    assert browser.post("/review/next").status_code == 404
    for language, title in (("ru", "Проверка пар записей"), ("en", "Review of pairs")):
        browser.post("/language", language=language, back="/review")
        assert title in browser.get("/review").text


def test_columns_of_another_name_are_not_read() -> None:
    table = "id,given,family,born,faith,orientation\nPA-1,Ivan,Vydumanov,1980,x,y\n"
    records, left_out = table_of(table.encode())
    assert (records.columns["name"], left_out) == (["Ivan Vydumanov"], 2)
    assert set(records.columns) == {"name", "born"}


@pytest.mark.parametrize(
    "untrusted",
    [
        b"id,name\n",
        b"name\nIvan\n",
        b"id,name\n../x,Ivan\n",
        b"id,born\nPA-1,1980\n",
        b"id,name,name\nPA-1,Ivan,Ivan\n",
        b"id,name\nPA-1,Ivan\nPA-1,Ivan\n",
        b"",
    ],
)
def test_what_is_no_table_of_records_is_refused(untrusted: bytes) -> None:
    with pytest.raises(MalformedError):
        table_of(untrusted)


def test_a_table_that_nothing_can_be_learnt_from_is_refused(browser: Browser) -> None:
    begin(browser, "three", b"".join(TABLE.read_bytes().splitlines(keepends=True)[:3]))
    told = weighed(browser)
    assert told.status_code == 403
    assert "too few" in told.text
    assert "three" not in browser.get("/review").text, "no review was begun"


def test_a_table_that_is_let_go_of_is_weighed_no_further(browser: Browser) -> None:
    work = browser.desk.workspace
    assert work is not None
    begin(browser, "four", TABLE.read_bytes())
    (process,) = multiprocessing.active_children()
    again = browser.post("/review/begin", name="five")
    assert (again.status_code, "is being weighed" in again.text) == (409, True)
    browser.post("/review/drop")
    assert not multiprocessing.active_children()
    assert (work.weighing, work.reviewing) == (None, None)
    begin(browser, "four", TABLE.read_bytes())
    (process,) = multiprocessing.active_children()
    process.kill()
    assert "stopped by itself" in weighed(browser).text
    begin(browser, "four", TABLE.read_bytes())
    browser.post("/lock")
    assert not multiprocessing.active_children()


def test_each_bar_of_the_waterfall_begins_where_the_one_before_ended() -> None:
    drawn = waterfall((("", -8.0), ("name", -2.0), ("born", 11.0)))
    assert drawn.bits == pytest.approx(1.0)
    assert drawn.chance == pytest.approx(2 / 3)
    prior, name, born = drawn.steps
    assert prior.x + prior.wide == pytest.approx(drawn.nought, abs=0.2)
    assert name.x + name.wide == pytest.approx(prior.x, abs=0.2)
    assert born.x == pytest.approx(name.x, abs=0.2)
    assert born.x + born.wide == pytest.approx(drawn.end, abs=0.2)
