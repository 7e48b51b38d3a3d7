"""What is drawn without a template: escaped, as wide as it is known, and said in full."""

from markupsafe import Markup, escape

from asylia.desk.atlas import Ellipse
from asylia.desk.bars import Scale
from asylia.desk.marks import Marks
from asylia.record.contents import Site
from asylia.record.views.sites import ActsAt, Area, Said, SiteShown
from asylia.record.views.timeline import Moment
from asylia.values import Day

AT = Ellipse(x=10, y=20, rx=6, ry=7, dashed=True)
HOSTILE = "<b>Cellar\u202e\"'"
SHOWN = "&lt;b&gt;Cellar‹202E›&#34;&#39;"


def marks() -> Marks:
    return Marks(
        lambda text: text,
        lambda one, many, count: (one if count == 1 else many) % {"num": count},
        lambda concept, term: f"{concept}&{term}",
        lambda name: escape(f"<{name}>"),
        lambda day: f"day {day}",
    )


def site(*said: Said, name: str = HOSTILE, area: Area | None = None) -> SiteShown:
    return SiteShown(Site(id="t1", name=name, place="p1"), area, said)


def said(status: str, known: int, polarity: str = "asserts", lineage: str = "u1") -> Said:
    return Said(f"k{known}", status, known, polarity, lineage)


def test_names_are_text_and_nothing_else() -> None:
    drawn = marks().sites(3, AT, [site(said("in_use", 1)), site(name="")])
    assert isinstance(drawn, Markup)
    assert f'aria-label="{SHOWN}; a site without a name"' in drawn
    assert f"<title>{SHOWN}: site_status&amp;in_use a site without a name: " in drawn
    assert "<b>" not in drawn
    assert 'class="site-at in_use somewhere" cx="10" cy="20" rx="6" ry="7"' in drawn
    assert 'href="#site-3"' in drawn


def test_several_statuses_are_mixed_and_none_is_unsaid() -> None:
    both = [site(said("in_use", 1)), site(said("moved", 1))]
    assert "site-at mixed" in marks().sites(1, AT, both)
    assert "site-at unsaid" in marks().sites(1, AT, [site()])
    assert "tellers differ" in marks().status(site(said("in_use", 1), said("moved", 1)))
    assert "tellers differ" not in marks().status(site(said("in_use", 1), said("moved", 2)))
    assert "nothing was said of it" in marks().status(site())


def test_how_exactly_a_place_is_known_is_said_of_each() -> None:
    told = marks()
    areas = (None, Area(1, 2, 300), Area(1, 2, 5_000), Area(1, 2, 5_000, "p9"))
    assert [str(told.how_exact(one)) for one in areas] == [
        "not on the map: no coordinates",
        "within 300 m",
        "within 5 km",
        "somewhere in &lt;p9&gt;",
    ]
    drawn = told.acts(ActsAt("p1", areas[2], 4, True), AT)
    assert "<title>&lt;p1&gt;: 4 acts, within 5 km</title>" in drawn


def test_the_last_two_are_told_and_how_many_stand_before() -> None:
    one = site(said("in_use", 1), said("moved", 2, "denies"), said("closed", 3, lineage="unknown"))
    told = marks().told(one, more="/search/x", claim=lambda name: f"/claim/{name}")
    assert '<a class="soft" href="/search/x">1 earlier</a>' in told
    assert "k1" not in told
    assert '<b class="warn">polarity&amp;denies</b> <a class="soft" href="/claim/k2">' in told
    assert "&lt;u1&gt;</span></li><li>" in told
    assert told.endswith('<span class="faint">lineage unknown</span></li></ol>')


def test_a_bar_has_its_ticks_its_sure_days_and_its_open_ends() -> None:
    days = Moment("act", "a1", 100, 160, dated=True)
    scale = Scale.of([days, Moment("act", "a2", 400, 900, dated=True)])
    assert scale is not None
    drawn = scale.drawn(scale.bar(days, "1970-04-11/1970-06-10"))
    assert drawn.count("v14") == len(scale.ticks) > 1
    assert 'class="sure"' in drawn
    assert 'class="open"' not in drawn
    opened = scale.drawn(scale.bar(Moment("act", "a1", 100, None, dated=True), "1970-04-11/"))
    assert (opened.count('class="open"'), opened.count('class="sure"')) == (1, 0)
    assert scale.drawn(None) == ""
    assert scale.first < Day(100)
