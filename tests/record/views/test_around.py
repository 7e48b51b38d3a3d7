"""What a page reads of few contents is what the whole record would tell it."""

import random
from collections.abc import Iterator, Sequence
from itertools import islice

import pytest
from msgspec import structs
from tests.record.views.world import claim, entry, grown
from tests.record.world import ALICE, BORIS

from asylia.record import contents as c
from asylia.record.history import history, named_by, recanted_by
from asylia.record.reading import Record
from asylia.record.scope import told_order
from asylia.record.views import places, sites
from asylia.record.views.around import around, near
from asylia.record.views.filters import Filter
from asylia.record.views.shelf import Shelf

SEEDS = range(12)
DATES = ("2017-03", "2017-03-31", "2017", "2016/2017", "../2017-04", "2017-03/..", "", "nonsense")


def contents(chance: random.Random) -> Iterator[c.Content]:
    """An invented record in which much is done to few claims, some ids twice."""
    claims = [f"k{n}" for n in range(14)]
    for n in range(5):
        within = f"p{chance.randrange(5)}" if chance.random() < 0.6 else ""
        at = {"latitude": 43_000_000 + n, "longitude": 45_000_000} if chance.random() < 0.5 else {}
        name = c.Name(text=f"Place {n}", language="en")
        kind = chance.choice(("settlement", "building", "district"))
        yield c.Place(id=f"p{n}", names=(name,), precision=kind, within=within, **at)
    for n in range(5):
        yield c.Site(id=f"t{n}", name=f"Site {n}", place=f"p{n}", one_of="g1")
    yield c.Group(id="g1", what="sites", description="several")
    yield c.Group(id="g2", what="persons", description="some")
    for own in [*claims, *chance.choices(claims, k=3)]:
        recants = c.Recants(claim=chance.choice(claims)) if chance.random() < 0.3 else None
        yield claim(
            own,
            words=f"words {chance.random()}",
            event=chance.choice(("e1", "e2")),
            property=chance.choice(("killed", "detained", "site_status", "site_exists")),
            subject=chance.choice(("t0", "t1", "t2", "t3", "g1", "g2", "e1")),
            said_on=chance.choice(DATES),
            recants=recants,
        )
    judged = [f"j{n}" for n in range(5)]
    for own in judged:
        pair = tuple(chance.sample(claims, 2))
        yield c.Judgement(
            id=own,
            decision=chance.choice((
                c.OverlapJudged(claim=pair[0], other=pair[1], relation="part"),
                c.Choice(among=pair, chosen=pair[0]),
                c.Grade(of=pair[0], source="B", information=2),
            )),
            reason="heard twice",
            author="H",
        )  # fmt: skip
    for n in range(3):
        yield c.Translation(id=f"x{n}", of=chance.choice(claims), language="ru", words="x", by="H")
        yield c.Masking(id=f"n{n}", claim=chance.choice(claims), persons=(), fields={}, author="H")
    yield c.HandedOver(
        id="h1", form="file", sha256="0" * 64, purpose="inquiry", recipient="r1", onward=(),
        items=tuple(chance.sample(claims, 4)), on=20_000,
    )  # fmt: skip
    for n in range(6):
        of = chance.choice([*claims, *judged, "x0", "x1", "n0"])
        yield c.Undo(id=f"u{n}", of=of, reason="an error", author="H")


def world(seed: int, *, undone: bool = False) -> tuple[object, Record]:
    """In some, claims were taken back with the import that their entries are."""
    chance = random.Random(seed)
    made = list(contents(chance))
    chance.shuffle(made)
    gone = [at for at, one in enumerate(made) if isinstance(one, c.Claim) and at % 3 == 0]
    entries = [
        entry(at, one, on=20_000 + chance.randrange(4), author=chance.choice((ALICE, BORIS)))
        for at, one in enumerate(made)
    ]
    for at in gone if undone else ():
        take_back = c.ImportUndone(
            id=f"z{at}", of="i", items=(made[at].id,), reason="r", author="H"
        )
        said = entry(at, take_back, on=20_003)  # in the ledger's record of what it takes back
        entries.append(structs.replace(said, sequence=500 + at, position=500 + at))
    connection = grown(entries)
    return connection, Record.from_database(connection)


def told(record: Record, own: str) -> tuple[object, ...]:
    """What the page of a claim says of it beside its words."""
    return (
        record.entry(own),
        history(record, own),
        tuple(one for one in record.judgements if own in named_by(one)),
        tuple(record.get(one, c.Claim) for one in recanted_by(record, own)),
        next((one for one in record.all(c.Undo) if one.of == own), None),
        tuple(one for one in record.standing(c.Translation) if one.of == own),
    )


def near_in(record: Record, own: c.Claim, most: int) -> tuple[c.Claim, ...]:
    """The claims of its event, by way of the whole record."""
    others = [one for one in record.claims if one.event == own.event and one.id != own.id]
    same = list(islice((one for one in others if one.property == own.property), most))
    rest = (one for one in others if one.property != own.property)
    return (*same, *islice(rest, most - len(same)))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_claim_is_told_of_as_the_whole_record_tells_of_it(seed: int) -> None:
    connection, record = world(seed)
    for own in record.all(c.Claim):
        few = around(connection, own.id)
        assert told(few, own.id) == told(record, own.id)
        assert len(few.entered) < len(record.entered)
        for most in (0, 1, 4, 300):
            assert near(connection, Shelf(connection), own, most) == near_in(record, own, most)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_claim_that_went_with_its_import_is_told_of_in_the_same_way(seed: int) -> None:
    connection, record = world(seed, undone=True)
    gone = 0
    for own in record.all(c.Claim):
        assert told(around(connection, own.id), own.id) == told(record, own.id)
        by_id = {one.id: one for one in near(connection, Shelf(connection), own, 300)}
        assert by_id == {one.id: one for one in near_in(record, own, 300)}
        gone += own.id in record.taken_back
    assert gone
    shelf = Shelf(connection)
    shelf.bring(one.content.id for one in record.everything)
    assert all(shelf.find(one.id) == record.find(one.id) for one in record.all(c.Claim))


def test_without_what_touches_what_touches_a_claim_it_would_be_told_wrongly() -> None:
    wrong = 0
    for seed in SEEDS:
        connection, record = world(seed)
        for own in record.all(c.Claim):
            first = [own.id, *(one for (one,) in connection.execute(  # type: ignore[attr-defined]
                "SELECT id FROM views_touch WHERE of = ?", (own.id,))
            )]  # fmt: skip
            few = Record.of(one for one in record.entered if one.content.id in first)
            wrong += told(few, own.id) != told(record, own.id)
    assert wrong


def places_in(record: Record) -> list[tuple[str, list[str]]]:
    """Sites, and then groups of them that were told of, with their claims, as the record has it."""

    def about(own: str) -> list[c.Claim]:
        claims = [one for one in record.claims if one.subject == own]
        return sorted(claims, key=lambda one: told_order(one.said_on))

    found = [(one.id, about(one.id)) for one in record.all(c.Site)]
    found.sort(key=lambda one: told_order(one[1][0].said_on if one[1] else ""))
    groups = [(one.id, about(one.id)) for one in record.all(c.Group) if one.what == "sites"]
    found += [one for one in groups if one[1]]
    return [(own, [one.id for one in claims]) for own, claims in found]


def shown(rows: Sequence[places.Told]) -> list[tuple[str, list[str]]]:
    return [(one.subject.id, [claim.id for claim in one.claims]) for one in rows]


@pytest.mark.parametrize("seed", SEEDS)
def test_pages_of_places_are_what_the_whole_record_holds(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection, record = world(seed)
    whole = places.page(connection, Shelf(connection))
    expected = places_in(record)
    assert shown((*whole.sites, *whole.groups)) == expected
    assert all(one.total == len(one.claims) for one in (*whole.sites, *whole.groups))
    monkeypatch.setattr(places, "PAGE", 2)
    monkeypatch.setattr(places, "MOST", 1)
    pages = [places.page(connection, Shelf(connection), n) for n in range(1, whole.total)]
    assert pages[0].pages == -(-whole.total // 2)
    cut = [one for page in pages for one in shown((*page.sites, *page.groups))]
    assert cut == [(own, claims[:1]) for own, claims in expected]
    totals = [one.total for page in pages for one in (*page.sites, *page.groups)]
    assert totals == [len(claims) for _, claims in expected]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_map_reads_its_places_in_one_query_a_step_and_finds_the_same_areas(seed: int) -> None:
    connection, record = world(seed)
    shelf = Shelf(connection)
    asked: list[str] = []
    connection.set_trace_callback(asked.append)  # type: ignore[attr-defined]
    found = sites.sites(connection, shelf, record.all(c.Site), Filter())
    connection.set_trace_callback(None)  # type: ignore[attr-defined]
    assert [one.area for one in found] == [
        sites.area_of(record, one.place) for one in record.all(c.Site)
    ]
    assert sum("record_content" in one for one in asked) <= len(record.all(c.Place))
    assert not any("LIMIT 1" in one for one in asked)
    assert [shelf.find(one) for one in ("p0", "nobody")] == [record.find("p0"), None]
