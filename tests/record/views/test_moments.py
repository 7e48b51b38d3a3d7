"""Timeline, matrix, map: what is uncertain keeps its ends, nothing is more exact than told."""

from datetime import date

import pytest
from tests.record.views.world import claim, entry, grown, of

from asylia.record import contents as c
from asylia.record.views import claims, hierarchy, sites, timeline
from asylia.record.views.filters import Filter
from asylia.record.views.matrix import matrix
from asylia.record.views.shelf import Shelf
from asylia.values import day_of

UNITS = (
    c.Organisation(id="u1", name="Department", kind="public_body"),
    c.Organisation(id="u2", name="Unit", kind="unit", part_of="u1"),
    c.Official(id="f1", name="", office="commander"),
    c.Official(id="f2", name="", office="commander"),
)


def act(
    own: str, interval: str = "", *by: tuple[str, str], violation: str = "torture", place: str = ""
) -> c.Act:
    return c.Act(
        id=own, event="e1", violation=violation, victim="g1", interval=interval, place=place,
        perpetrators=tuple(c.Involved(kind="police", who=who, role=role) for who, role in by),
    )  # fmt: skip


def place(own: str, precision: str, within: str = "", at: tuple[int, int] | None = None) -> c.Place:
    return c.Place(
        id=own, names=(c.Name(text=own, language="en"),), precision=precision, within=within,
        latitude=at[0] if at else None, longitude=at[1] if at else None,
    )  # fmt: skip


def day(text: str) -> int:
    return day_of(date.fromisoformat(text))


@pytest.mark.parametrize(
    ("interval", "in_march", "in_may"),
    [
        ("2017-03-05", True, False), ("2017", True, True), ("2017-02/2017-03", True, False),
        ("../2017-03-02", True, False), ("2017-04/..", False, True), ("", False, False),
        ("[2017-03-30..2017-05-02]", True, True), ("2017-21", True, True),
    ],
)  # fmt: skip
def test_an_act_is_in_every_window_in_which_it_may_have_been(
    interval: str, in_march: bool, in_may: bool
) -> None:
    connection = of(act("a1", interval))
    for month, expected in (("03", in_march), ("05", in_may)):
        window = Filter(since=day(f"2017-{month}-01"), until=day(f"2017-{month}-31"))
        assert bool(timeline.page(connection, window).rows) is expected
    assert [one.id for one in timeline.page(connection, Filter()).rows] == ["a1"]


def test_what_has_no_date_comes_last_and_open_ends_stay_open() -> None:
    connection = of(act("a1"), act("a2", "2017"), act("a3", "../2016"), act("a4", "2018/.."))
    rows = timeline.page(connection, Filter()).rows
    assert [one.id for one in rows] == ["a3", "a2", "a4", "a1"]
    assert [(one.first is None, one.last is None, one.dated) for one in rows] == [
        (True, False, True), (False, False, True), (False, True, True), (True, True, False),
    ]  # fmt: skip
    over = timeline.overview(connection, Filter())
    assert over is not None
    assert sum(over.counts) == 2  # of a first day that is known
    assert timeline.overview(of(act("a1")), Filter()) is None


def test_as_of_a_day_an_act_is_there_once_something_was_said_of_it() -> None:
    connection = of(act("a1"), claim("k1", subject="a1", said_on="2018-06-01"))
    assert timeline.page(connection, Filter(as_of=day("2018-05-31"))).total == 0
    assert timeline.page(connection, Filter(as_of=day("2018-06-01"))).total == 1


def test_as_of_a_day_list_table_and_map_have_the_same_acts() -> None:
    told = act("a1", "2016", ("u2", "took_part"), place="town")
    untold = act("a2", "2016", ("u2", "took_part"), place="town")  # entered on day 2
    undo = c.Undo(id="u", of="k1", reason="misheard", author="Heron")
    before, after = day("2018-12-31"), day("2019-01-01")
    connection = grown([
        entry(1, claim("k1", subject="a1", said_on="2018-06-01"), on=1), entry(2, told, on=1),
        entry(3, untold, on=2), *(entry(9 + n, unit) for n, unit in enumerate(UNITS)),
        entry(4, place("town", "settlement")), entry(5, undo, on=after),
    ])  # fmt: skip
    shelf = Shelf(connection)
    for as_of, recorded, acts in (
        (1, before, 0),  # dated long before, and nothing was said of it
        (2, before, 1),
        (day("2018-05-31"), before, 1),
        (day("2018-06-01"), before, 2),
        (day("2018-06-01"), 1, 1),
        (1, after, 1),  # all that was said of it is taken back
    ):
        chosen = Filter(as_of=as_of, as_recorded_on=recorded)
        assert timeline.page(connection, chosen).total == acts
        rows = matrix(connection, shelf, chosen).lines
        assert sum(one.acts for one in rows) == acts
        assert sum(one.acts for one in sites.acts_by_place(connection, shelf, chosen)) == acts


def test_a_district_finds_what_lies_in_its_settlements() -> None:
    connection = of(
        place("land", "region"), place("district", "district", "land"),
        place("town", "settlement", "district"), place("yard", "building", "town"),
        place("other", "district", "land"), *UNITS, c.Site(id="t1", name="mill", place="yard"),
        *(act(f"a{n}", "", ("u2", "took_part"), place=at)
          for n, at in enumerate(("district", "town", "yard", "other", ""))),
        *(claim(f"k{n}", place=at) for n, at in enumerate(("district", "town", "yard", "other"))),
    )  # fmt: skip
    shelf = Shelf(connection)
    for name, found, its_sites in (
        ("land", 4, 1), ("district", 3, 1), ("town", 2, 1), ("yard", 1, 1), ("other", 1, 0),
        ("nowhere", 0, 0),
    ):  # fmt: skip
        chosen = Filter(place=name)
        assert timeline.page(connection, chosen).total == found
        assert claims.page(connection, chosen).total == found
        assert sum(one.acts for one in matrix(connection, shelf, chosen).lines) == found
        assert sum(one.acts for one in sites.acts_by_place(connection, shelf, chosen)) == found
        shown = sites.sites(connection, shelf, shelf.all(c.Site), chosen)
        assert len(shown) == its_sites
        alone = Filter(place=name, only_there=True)
        assert timeline.page(connection, alone).total == (name not in ("land", "nowhere"))
    assert set(hierarchy.holding(connection)) == {"land", "district", "town"}


def test_a_ring_of_places_ends_and_what_lay_where_is_as_recorded() -> None:
    ring = of(place("x", "district", "y"), place("y", "district", "x"), act("a1", place="x"))
    assert timeline.page(ring, Filter(place="y")).total == 1
    late = grown([
        entry(1, place("d", "district"), on=1), entry(2, act("a1", place="t"), on=1),
        entry(3, place("t", "settlement", "d"), on=5),
    ])  # fmt: skip
    assert timeline.page(late, Filter(place="d", as_recorded_on=4)).total == 0
    assert timeline.page(late, Filter(place="d", as_recorded_on=5)).total == 1


def test_a_number_counts_acts_once_and_opens_to_them() -> None:
    connection = of(
        *UNITS,
        act("a1", "2017", ("u2", "took_part"), ("f1", "ordered"), ("f2", "ordered")),
        act("a2", "2018", ("u2", "took_part"), ("u2", "ordered")),
        act("a3", "", ("u1", "took_part"), violation="killing"),
        act("a4"),
    )
    shelf = Shelf(connection)
    found = matrix(connection, shelf, Filter())
    assert [(one.key, one.depth, one.cells) for one in found.lines] == [
        ("f1", 0, {"torture": 1}), ("f2", 0, {"torture": 1}), ("u1", 0, {"killing": 1}),
        ("u2", 1, {"torture": 2}),
    ]  # fmt: skip
    for by, name in (("who", "who"), ("role", "role"), ("kind", "whose_kind")):
        for line in matrix(connection, shelf, Filter(), by).lines:  # type: ignore[arg-type]
            for term, count in line.cells.items():
                opened = Filter(kind="act", term=term, **{name: line.key})
                assert timeline.page(connection, opened).total == count
    by_office = matrix(connection, shelf, Filter(), "office").lines
    assert {one.key: one.acts for one in by_office} == {"commander": 1, "": 3}
    in_2018 = matrix(connection, shelf, Filter(since=day("2018-01-01"), until=day("2018-12-31")))
    assert [(one.key, one.acts) for one in in_2018.lines] == [("u2", 1)]


def test_a_ring_of_units_ends() -> None:
    ring = (
        c.Organisation(id="x", name="x", kind="unit", part_of="y"),
        c.Organisation(id="y", name="y", kind="unit", part_of="x"),
    )
    connection = of(*ring, act("a1", "", ("x", "ordered"), ("y", "ordered")))
    assert {one.key for one in matrix(connection, Shelf(connection), Filter()).lines} == {"x", "y"}


def test_acts_stand_at_a_settlement_or_something_larger() -> None:
    connection = of(
        place("yard", "building", "town", (43_100_000, 45_100_000)),
        place("town", "settlement", "land", (43_200_000, 45_200_000)),
        place("land", "region"), place("lost", "described"),
        act("a1", place="yard"), act("a2", place="town"), act("a3", place="land"),
        act("a4", place="lost"), act("a5"),
    )  # fmt: skip
    found = {one.place: one for one in sites.acts_by_place(connection, Shelf(connection), Filter())}
    assert {name: one.acts for name, one in found.items()} == {"town": 2, "land": 1, "": 2}
    assert found["town"].area == sites.Area(43.2, 45.2, 5_000)
    assert not found["town"].exact
    assert found["land"].exact
    assert found["land"].area is None


def test_a_site_is_drawn_as_wide_as_its_place_is_known() -> None:
    connection = of(
        place("town", "settlement", at=(43_200_000, 45_200_000)),
        place("cellar", "building", "town"),
    )
    area = sites.area_of(Shelf(connection), "cellar")
    assert area == sites.Area(43.2, 45.2, 5_000, within="town")
    ring = of(place("a", "building", "b"), place("b", "building", "a"))
    assert sites.area_of(Shelf(ring), "a") is None
    assert sites.coarse_place(Shelf(ring), "a") == ""


def test_a_sites_status_is_what_was_said_last_by_then() -> None:
    def said(own: str, status: str, on: str, **more: object) -> c.Claim:
        return claim(own, subject="t1", property="site_status", value=status, said_on=on, **more)

    site = c.Site(id="t1", name="mill")
    connection = grown([
        entry(at, one, on=10 + at)
        for at, one in enumerate((
            site, said("k1", "in_use", "2017-03"), said("k2", "moved", "2018"),
            said("k3", "destroyed", "2018-12-31"), said("k4", "closed", "2019", polarity="denies"),
        ))
    ])  # fmt: skip

    def status(**narrowed: object) -> tuple[str, ...]:
        chosen = Filter(**narrowed)  # type: ignore[arg-type]
        (shown,) = sites.sites(connection, Shelf(connection), (site,), chosen)
        return shown.status

    assert status(as_of=day("2017-01-01")) == ()
    assert status(as_of=day("2017-12-31")) == ("in_use",)
    assert status() == ("moved", "destroyed")
    assert status(as_recorded_on=12) == ("moved",)
    assert sites.years(connection) == (2017, 2018, 2019)
