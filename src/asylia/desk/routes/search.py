"""Search and list of claims, page by page, and the filters that a worker keeps."""

from msgspec import structs
from starlette.responses import Response

from asylia.desk import narrowing, saved
from asylia.desk.atlas import regions
from asylia.desk.found import marked
from asylia.desk.screen import Visit, screen
from asylia.desk.terms import options
from asylia.errors import UsageError
from asylia.record.contents import Act, Claim, Event, Source
from asylia.record.views import claims
from asylia.record.views.asked import words_asked
from asylia.record.views.filters import Filter, encode
from asylia.record.views.matrix import BYS
from asylia.record.views.shelf import Shelf

WHERE = "/search"
_ACT = "/act"  # the act that is the filter's subject
_LISTS = (WHERE, "/timeline", *(f"/matrix/{by}" for by in BYS))
# What a found name narrows a list to.
_NARROWS = {
    "place": "place", "site": "subject", "event": "event", "organisation": "lineage",
    "official": "lineage", "group": "subject", "person": "subject", "source": "source",
    "demand": "subject",
}  # fmt: skip


def show(visit: Visit) -> Response:
    """One page of what is left by the filter of this address."""
    return _page(visit, narrowing.chosen(visit), narrowing.number(visit))


def ask(visit: Visit) -> Response:
    """Take the form and go to what it asks for."""
    return visit.go(narrowing.address(visit, WHERE, narrowing.posted(visit)))


def keep(visit: Visit) -> Response:
    """Keep a filter by a name; it is shown where it was made."""
    where = visit.form.text("where")
    if where not in (*_LISTS, _ACT, *(f"/map/{one.name}" for one in regions())):
        raise UsageError("There is no such list.")
    wanted = narrowing.chosen_by(visit, visit.form.text("filter"))
    if where == _ACT:
        visit.workspace.record.get(wanted.subject, Act)
    name = visit.form.needed("name", "Give the filter a name.")
    one = saved.Saved(name, where, wanted)
    saved.keep(visit.workspace.place.vault, one)
    return visit.go(_kept_at(visit, one), visit.translate("The filter is kept."))


def _kept_at(visit: Visit, one: saved.Saved) -> str:
    """Where a kept filter is shown; one that was kept before tables and maps were named, too."""
    if one.where == _ACT:
        return narrowing.act_at(visit, one.filter.subject, one.filter)
    where = {"/matrix": "/matrix/who", "/map": f"/map/{regions()[-1].name}"}.get(
        one.where, one.where
    )
    return narrowing.address(visit, where, one.filter)


def let_go(visit: Visit) -> Response:
    """Keep a filter no longer."""
    saved.let_go(visit.workspace.place.vault, visit.form.text("name"))
    return visit.go(WHERE, visit.translate("The filter is gone."))


def _page(visit: Visit, wanted: Filter, number: int) -> Response:
    work, language = visit.workspace, visit.desk.language
    work.place.project()
    connection = work.place.vault.connection
    shelf = Shelf(connection)
    found = claims.page(connection, wanted, number)
    names = claims.names(connection, wanted) if wanted.text and number == 1 else ()
    words = work.place.words()
    asked = words_asked(wanted.text)
    shown = [one for name in found.ids if isinstance(one := shelf.find(name), Claim)]
    return visit.page(
        "search.html",
        record=shelf,
        found=found,
        claims=[(one, marked(one.words, asked)) for one in shown],
        names=[
            (
                one,
                narrowing.address(
                    visit, WHERE, structs.replace(Filter(), **{_NARROWS[one.kind]: one.id})
                ),
            )
            for one in names
        ],
        filter=wanted,
        fields=narrowing.fields(visit, wanted),
        told=narrowing.in_words_of(visit, shelf, wanted),
        at=lambda page: narrowing.address(visit, WHERE, wanted, page),
        act_at=lambda name: narrowing.act_at(visit, name, wanted),
        places=narrowing.where_in(visit, shelf, wanted),
        to=lambda **fields: narrowing.address(visit, WHERE, structs.replace(wanted, **fields)),
        kept=[(one, _kept_at(visit, one)) for one in saved.saved(work.place.vault)],
        events=[(work.handles.of(one.id), one.name) for one in shelf.all(Event)],
        terms={name: options(words, of, language) for name, of in narrowing.TERMS.items()},
        source_of=lambda claim: shelf.find(claim.source),
        is_source=lambda one: isinstance(one, Source),
        is_act=lambda name: isinstance(shelf.find(name), Act),
        act_name=lambda name: words["violations"].label(shelf.get(name, Act).violation, language),
        handle=work.handles.of(encode(wanted)),
    )


ROUTES = [
    screen("/search", get=show, post=ask),
    screen("/search/{filter}", get=show),
    screen("/search/{filter}/{page}", get=show),
    screen("/filters", post=keep),
    screen("/filters/gone", post=let_go),
]
