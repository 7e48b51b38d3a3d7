"""Sites of detention and acts on a map: areas, with their status as of a day; never people."""

from datetime import date

from msgspec import structs
from starlette.responses import Response

from asylia.desk import narrowing
from asylia.desk.atlas import Ellipse, Region, region, regions
from asylia.desk.days import in_words
from asylia.desk.marks import Marks
from asylia.desk.screen import Visit, screen
from asylia.record.contents import Event, Site
from asylia.record.views import sites
from asylia.record.views.filters import encode
from asylia.record.views.hierarchy import holding
from asylia.record.views.shelf import Shelf
from asylia.values import Day, day_of

WHERE = "/map"
_MOST_PLACES = 40  # with acts, those that have the most


def show(visit: Visit) -> Response:
    """The region of the address, or the one that fits."""
    work = visit.workspace
    work.place.project()
    connection = work.place.vault.connection
    wanted, shelf = narrowing.chosen(visit), Shelf(connection)
    shown = sites.sites(connection, shelf, shelf.all(Site), wanted)
    acts = sites.acts_by_place(connection, shelf, wanted)
    shelf.bring(said.lineage for one in shown for said in one.said)
    areas = [one.area for one in shown] + [one.area for one in acts]
    chosen = region(visit.path.get("region", ""), [one for one in areas if one is not None])
    numbered = [
        (number, _drawn(chosen, ones[0].area), ones)
        for number, ones in enumerate(_groups(shown), 1)
    ]
    language = visit.desk.language
    label, pages = visit.labels, visit.desk.pages
    marks = Marks(
        visit.translate,
        visit.plural,
        label,
        lambda one: pages.name_of(language, shelf, one),
        lambda day: in_words(day, language),
    )
    here = f"{WHERE}/{chosen.name}"
    return visit.page(
        "map.html",
        record=shelf,
        region=chosen,
        regions=[
            (
                one.label(language),
                narrowing.address(visit, f"{WHERE}/{one.name}", wanted),
                one,
            )
            for one in regions()
        ],
        groups=numbered,
        drawn=sorted((one for one in numbered if one[1]), key=_wide, reverse=True),
        marks=marks,
        acts=[(one, _drawn(chosen, one.area)) for one in acts[:_MOST_PLACES]],
        left_out=max(0, len(acts) - _MOST_PLACES),
        acts_at=lambda place: narrowing.address(
            visit, "/timeline", structs.replace(wanted, kind="act", place=place, only_there=True)
        ),
        all_in=lambda place: narrowing.address(
            visit, "/timeline", structs.replace(wanted, kind="act", place=place, only_there=False)
        ),
        holding=frozenset(holding(connection)),
        places=narrowing.where_in(visit, shelf, wanted),
        claims_of=lambda name: narrowing.address(
            visit, "/search", structs.replace(narrowing.days_of(wanted), subject=name)
        ),
        claim=lambda name: f"/claim/{work.handles.of(name)}",
        whole=here,
        years=[
            (one, narrowing.address(visit, here, structs.replace(wanted, as_of=_end(one))))
            for one in sites.years(connection)
        ],
        filter=wanted,
        fields=narrowing.fields(visit, wanted),
        told=narrowing.in_words_of(visit, shelf, wanted),
        events=[(work.handles.of(one.id), one.name) for one in shelf.all(Event)],
        handle=work.handles.of(encode(wanted)),
    )


def ask(visit: Visit) -> Response:
    """Take the form and go to what it asks for."""
    where = f"{WHERE}/{region(visit.path['region'], []).name}"
    return visit.go(narrowing.address(visit, where, narrowing.posted(visit)))


def _groups(shown: tuple[sites.SiteShown, ...]) -> list[list[sites.SiteShown]]:
    """Sites of one area stand together, under one number."""
    found: dict[object, list[sites.SiteShown]] = {}
    for one in shown:
        found.setdefault(one.area or one.site.place or "", []).append(one)
    return list(found.values())


def _wide(one: tuple[int, Ellipse | None, list[sites.SiteShown]]) -> float:
    """The wide ones are drawn first, so that the small ones are seen."""
    return one[1].rx if one[1] else 0


def _drawn(chosen: Region, area: sites.Area | None) -> Ellipse | None:
    return chosen.draw(area) if area is not None else None


def _end(year: int) -> Day:
    return day_of(date(year, 12, 31))


ROUTES = [
    screen("/map", get=show),
    screen("/map/{region}", get=show, post=ask),
    screen("/map/{region}/{filter}", get=show),
]
