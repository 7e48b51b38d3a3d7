"""Claims by page and by search: the same on every device, as of any day; what is never found."""

import random

import pytest
from tests.record.samples import SAMPLES
from tests.record.views.world import claim, entry, grown, of, rows
from tests.record.world import ALICE, BORIS

from asylia.record import contents as c
from asylia.record.reading import Record
from asylia.record.scope import known_from
from asylia.record.views import claims
from asylia.record.views.filters import Filter, decode, encode
from asylia.record.views.shelf import Shelf


def found(connection: object, **narrowed: object) -> list[str]:
    return sorted(claims.page(connection, Filter(**narrowed)).ids)  # type: ignore[arg-type]


def test_the_order_of_arrival_makes_no_difference() -> None:
    entries = [entry(at, one) for at, one in enumerate(SAMPLES)]
    entries += [
        entry(100, claim("k9", "gay men in Argun", subject="p1")),
        entry(101, c.Translation(id="y9", of="k9", language="ru", words="геи в Аргуне", by="H")),
        entry(
            102, c.Masking(id="n9", claim="k1", persons=("p1",), fields={"words": "x"}, author="H")
        ),
        entry(103, c.Undo(id="u9", of="k3", reason="wrong", author="H"), on=20_003),
        entry(104, claim("k1", "another under its id"), on=20_009),
    ]
    first = grown(entries)
    for seed in range(6):
        random.Random(seed).shuffle(entries)
        other = grown(entries)
        assert rows(other) == rows(first)
        assert found(other, text="Аргун") == found(first, text="Argun") == ["k9"]


def test_a_list_holds_what_the_record_holds() -> None:
    connection = of(*SAMPLES)
    record = Record.from_database(connection)
    assert found(connection) == sorted(one.id for one in record.claims)
    for one in record.claims:
        day = known_from(record, one)
        assert one.id in found(connection, as_of=day)
        assert one.id not in found(connection, as_of=day - 1)
    shelf = Shelf(connection)
    for entered in record.entered:
        assert shelf.entry(entered.content.id) == entered
    assert shelf.all(c.Claim) == record.all(c.Claim)
    assert shelf.standing(c.Judgement) == record.judgements


def test_as_recorded_on_a_day_what_came_later_is_not_there_and_what_was_taken_back_is() -> None:
    connection = grown([
        entry(0, claim("k1"), on=10), entry(1, claim("k2"), on=12),
        entry(2, c.Undo(id="u", of="k1", reason="wrong", author="H"), on=14),
    ])  # fmt: skip
    assert found(connection) == ["k2"]
    assert found(connection, as_recorded_on=9) == []
    assert found(connection, as_recorded_on=11) == ["k1"]
    assert found(connection, as_recorded_on=13) == ["k1", "k2"]
    assert found(connection, as_recorded_on=14) == ["k2"]


def test_of_one_id_the_first_counts() -> None:
    later, earlier = claim("k1", "in Argun"), claim("k1", "in Grozny", event="e2")
    for entries in ([entry(0, later, on=9), entry(1, earlier, on=8, author=BORIS)],) * 2:
        connection = grown(entries)
        assert found(connection, event="e2") == ["k1"]
        assert found(connection, event="e1") == []
        entries.reverse()


@pytest.mark.parametrize("asked", ["Grozny", "Грозный", "грозного", '"из Грозного"', "гроз*"])
def test_one_finds_the_other(asked: str) -> None:
    connection = of(claim("k1", "их вывезли из Грозного"), claim("k2", "taken to Argun"))
    assert found(connection, text=asked) == ["k1"]
    assert found(connection, text="Аргуне") == ["k2"]
    assert found(connection, text=f"{asked} Argun") == []


def test_a_translation_finds_its_claim_once() -> None:
    connection = of(
        claim("k1", "das Kellergewölbe in Grosny"),
        c.Translation(id="y1", of="k1", language="en", words="the cellar in Grosny", by="H"),
    )
    page = claims.page(connection, Filter(text="Grosny"))
    assert (page.ids, page.total) == (("k1",), 1)
    assert found(connection, text="cellars") == ["k1"]


def test_a_masked_field_is_not_found_nor_its_translation() -> None:
    told = (
        claim(
            "k1",
            "the baker of Shali",
            value="his shop",
            persons=(c.Concerned(person="p1", role="subject"),),
        ),
        c.Translation(id="y1", of="k1", language="ru", words="пекарь из Шали", by="H"),
    )
    masking = c.Masking(
        id="m1", claim="k1", persons=("p1",), fields={"words": "a man of the town"}, author="H"
    )
    before = of(*told)
    assert found(before, text="baker") == found(before, text="пекарь") == ["k1"]
    for order in ((*told, masking), (masking, *told)):
        connection = of(*order)
        assert found(connection, text="baker") == found(connection, text="пекарь") == []
        assert found(connection, text="p1") == []
        assert found(connection, text="shop") == found(connection, text="town") == ["k1"]


def test_nobody_is_found_by_orientation_but_an_officials_words_are() -> None:
    connection = of(
        claim("k1", "he is gay, a waiter", subject="p1"),
        claim("k2", "there are no such people, no gay men"),
        c.Person(id="p1", pseudonym="KT-204"),
    )
    assert found(connection, text="waiter") == ["k1"]
    texts = connection.execute("SELECT about FROM views_text WHERE stems LIKE '%gay%'").fetchall()
    assert texts == [("k2",)]


def test_the_compartment_of_identities_is_never_searched() -> None:
    connection = grown([entry(0, claim("k1", "Argun"), where="identity"), entry(1, claim("k2"))])
    assert rows(connection) == rows(grown([entry(1, claim("k2"))]))


def test_names_are_found_apart_from_claims() -> None:
    connection = of(*SAMPLES, claim("k7", "the mill of Nowhere"))
    named = {(one.kind, one.id) for one in claims.names(connection, Filter(text="mill"))}
    assert named == {("site", "t1")}
    assert found(connection, text="mill") == ["k7"]


def test_pages_follow_each_other_and_none_is_shown_twice() -> None:
    connection = of(*(claim(f"k{n}", f"word{n % 3} common", place="q1") for n in range(60)))
    for narrowed in (Filter(), Filter(place="q1"), Filter(text="common"), Filter(text="word1")):
        pages = [claims.page(connection, narrowed, n) for n in range(1, 5)]
        ids = [one for page in pages for one in page.ids]
        assert len(ids) == len(set(ids)) == pages[0].total


@pytest.mark.parametrize("most", [2, 5])
def test_a_common_word_costs_no_order_of_all_that_have_it(
    monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    connection = of(
        *(claim(f"k{n}", "common", certainty="saw" if n % 2 else "reports") for n in range(9))
    )
    monkeypatch.setattr(claims, "MOST", most)
    page = claims.page(connection, Filter(text="common"))
    assert (page.total, page.is_more, page.order) == (most, True, "entered")
    assert page.ids[0] == "k8"
    narrowed = claims.page(connection, Filter(text="common", certainty="saw"))
    assert set(narrowed.ids) == {"k1", "k3", "k5", "k7"}
    assert narrowed.order == "said"


def test_a_filter_is_kept_whole_and_nothing_else_is_one() -> None:
    one = Filter(text="x", event="e1", as_of=17_000)
    assert decode(encode(one)) == one
    assert "motive" not in Filter.__struct_fields__
    assert not any(
        "motive" in line for line in rows(of(*SAMPLES, claim("k5", motive="not_stated")))
    )


def test_who_entered_makes_no_difference_to_what_is_found() -> None:
    for author in (ALICE, BORIS):
        assert found(grown([entry(0, claim("k1"), author=author)])) == ["k1"]
