"""Acts, statements, responses and events along their days, and one act whole."""

from msgspec import structs
from starlette.responses import Response

from asylia.desk import narrowing
from asylia.desk.bars import Scale
from asylia.desk.screen import Visit, screen
from asylia.desk.terms import options
from asylia.record.contents import Act, Claim, Event, Statement
from asylia.record.contents import Response as Answer
from asylia.record.views import claims, timeline
from asylia.record.views.filters import Filter, encode
from asylia.record.views.shelf import Shelf
from asylia.record.views.timeline import Moment
from asylia.values import Day, date_of

WHERE = "/timeline"
_MOST_CLAIMS = 100
_APART = 3  # columns between two years in words


def show(visit: Visit) -> Response:
    """One page of the timeline."""
    return _page(visit, narrowing.chosen(visit), narrowing.number(visit))


def ask(visit: Visit) -> Response:
    """Take the form and go to what it asks for."""
    return visit.go(narrowing.address(visit, WHERE, narrowing.posted(visit)))


def act(visit: Visit) -> Response:
    """One act: what was done, to whom, by whom, and all that is told of it, as of the days."""
    work = visit.workspace
    work.place.project()
    shelf = Shelf(work.place.vault.connection)
    found = shelf.get(work.handles.find_text(visit.path["act"]), Act)
    days = narrowing.days_of(narrowing.chosen(visit))
    entered = shelf.entry(found.id).entered_on
    about = structs.replace(days, subject=found.id)
    told: list[Claim] = []
    total = 0
    for number in range(1, _MOST_CLAIMS // claims.PAGE + 1):
        listed = claims.page(work.place.vault.connection, about, number)
        total = listed.total
        told += [one for name in listed.ids if isinstance(one := shelf.find(name), Claim)]
        if number >= listed.pages:
            break
    kinds = dict.fromkeys(one.property for one in told)
    return visit.page(
        "act.html",
        record=shelf,
        act=found,
        entered=entered,
        unknown=days.as_recorded_on is not None and entered > days.as_recorded_on,
        filter=days,
        fields=narrowing.fields(visit, days),
        told=narrowing.in_words_of(visit, shelf, days),
        whole=f"/act/{visit.path['act']}",
        handle=work.handles.of(encode(about)),
        groups=[(kind, [one for one in told if one.property == kind]) for kind in kinds],
        total=total,
        shown=len(told),
        all_claims=narrowing.address(visit, "/search", about),
        denied=[one for one in told if one.polarity == "denies"],
        of_event=narrowing.address(visit, WHERE, structs.replace(days, event=found.event)),
    )


def ask_act(visit: Visit) -> Response:
    """Take the form of an act's page: as of which days it is to be shown."""
    name = visit.workspace.handles.find_text(visit.path["act"])
    return visit.go(narrowing.act_at(visit, name, narrowing.posted(visit)))


def _page(visit: Visit, wanted: Filter, number: int) -> Response:
    work, language = visit.workspace, visit.desk.language
    work.place.project()
    connection = work.place.vault.connection
    shelf = Shelf(connection)
    found = timeline.page(connection, wanted, number)
    scale, rows = Scale.of(found.rows), _contents(shelf, found.rows)
    words = work.place.words()
    over = timeline.overview(connection, wanted)
    kinds = narrowing.kind_names(visit)
    terms = [
        (f"{kind}:{term}", f"{kinds[kind]}: {label}")
        for kind, concept in narrowing.CONCEPTS.items()
        for term, label in options(words, concept, language)
    ]
    return visit.page(
        "timeline.html",
        record=shelf,
        found=found,
        scale=scale,
        rows=[(one, what, _bar(scale, one, what)) for one, what in rows],
        overview=_columns(visit, over, wanted) if over else (),
        filter=wanted,
        fields=narrowing.fields(visit, wanted)
        | {"term": f"{wanted.kind}:{wanted.term}" if wanted.term else ""},
        told=narrowing.in_words_of(visit, shelf, wanted),
        at=lambda page: narrowing.address(visit, WHERE, wanted, page),
        act_at=lambda name: narrowing.act_at(visit, name, wanted),
        places=narrowing.where_in(visit, shelf, wanted),
        several=len({one.event for _, one in rows if not isinstance(one, Event)}) > 1,
        claims_of=lambda name: narrowing.address(
            visit, "/search", structs.replace(narrowing.days_of(wanted), subject=name)
        ),
        only_event=lambda name: narrowing.address(
            visit, WHERE, structs.replace(wanted, event=name)
        ),
        events=[(work.handles.of(one.id), one.name) for one in shelf.all(Event)],
        terms=terms,
        kinds=kinds,
        concepts=narrowing.CONCEPTS,
        handle=work.handles.of(encode(wanted)),
    )


Dated = Act | Statement | Answer | Event


def _contents(shelf: Shelf, rows: tuple[Moment, ...]) -> list[tuple[Moment, Dated]]:
    found = [(one, shelf.find(one.id)) for one in rows]
    return [(one, what) for one, what in found if isinstance(what, Dated)]


def _edtf(what: Dated) -> str:
    return what.interval if isinstance(what, Act | Event) else what.on


def _bar(scale: Scale | None, moment: Moment, what: Dated) -> object:
    return scale.bar(moment, _edtf(what)) if scale else None


def _columns(visit: Visit, over: timeline.Overview, wanted: Filter) -> list[dict[str, object]]:
    """The columns of the overview, each leading to its days."""
    most, labelled = max(over.counts), (-_APART, 0)  # where the last year stands, and which
    out: list[dict[str, object]] = []
    for at, count in enumerate(over.counts):
        first = int(over.start + at * over.width)
        last = int(over.start + (at + 1) * over.width) - 1
        days = structs.replace(wanted, since=first, until=last)
        year = date_of(Day(first)).year
        label = year if year != labelled[1] and at - labelled[0] >= _APART else ""
        labelled = (at, year) if label else labelled
        out.append({
            "count": count,
            "height": round(56 * count / most, 1),
            "first": Day(first),
            "last": Day(last),
            "year": label,
            "address": narrowing.address(visit, WHERE, days) if count else "",
        })  # fmt: skip
    return out


ROUTES = [
    screen("/timeline", get=show, post=ask),
    screen("/timeline/{filter}", get=show),
    screen("/timeline/{filter}/{page}", get=show),
    screen("/act/{act}", get=act, post=ask_act),
    screen("/act/{act}/{filter}", get=act),
]
