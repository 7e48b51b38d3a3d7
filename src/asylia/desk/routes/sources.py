"""Sources: what lies before us, the claims taken from each, and entering them by hand."""

from collections.abc import Sequence

from starlette.responses import Response

from asylia.casework.public import (
    NewSource,
    add_text,
    enter_claim,
    enter_source,
    public_kinds,
    text_of,
)
from asylia.desk import narrowing
from asylia.desk.claim_form import ClaimForm
from asylia.desk.forms import Form
from asylia.desk.screen import Visit, screen, status_of
from asylia.desk.source_page import carried, choices, found, hints, marked
from asylia.desk.typed_names import UnknownNamesError
from asylia.errors import AsyliaError, UsageError
from asylia.languages import LANGUAGES
from asylia.record.contents import Claim, Event, Source
from asylia.record.likeness import alike
from asylia.record.naming import Names
from asylia.record.reading import Record
from asylia.record.typed_dates import typed_date
from asylia.record.views import sources as views
from asylia.record.views.filters import Filter
from asylia.record.views.shelf import Shelf
from asylia.values import RecordId

_DRAFT, _SOURCES = "claim", "/sources"
_SHOWN = 25  # claims of one source in the list of sources; the rest can be searched
LISTED = 300  # claims in a field of choice: more would be a page that nobody can use


def show(visit: Visit) -> Response:
    """A page of the sources with claims from each, in the order of entry."""
    work = visit.workspace
    work.place.project()
    connection = work.place.vault.connection
    shelf = Shelf(connection)
    found = views.page(connection, shelf, narrowing.number(visit))
    rows = []
    for source in found.rows:
        taken = views.taken_from(connection, source.id, _SHOWN)
        claims = [one for name in taken.ids if isinstance(one := shelf.find(name), Claim)]
        rows.append((source, claims, taken.total))
    return visit.page(
        "sources.html",
        record=shelf,
        rows=rows,
        found=found,
        at=lambda page: _SOURCES if page == 1 else f"{_SOURCES}/{page}",
        claims_from=lambda name: narrowing.address(visit, "/search", Filter(source=name)),
        kinds=public_kinds(work.place.words()),
    )


def ask(visit: Visit) -> Response:
    """The form for a new public source."""
    return _ask(visit, Form({}))


def _ask(visit: Visit, typed: Form, refused: AsyliaError | None = None) -> Response:
    words = visit.workspace.place.words()
    known = words["source_kinds"]
    return visit.page(
        "source_new.html",
        kinds=[(one, known.label(one, visit.desk.language)) for one in public_kinds(words)],
        spoken=LANGUAGES,
        typed=typed,
        refused=refused,
        status=status_of(refused) if refused else 200,
    )


def enter(visit: Visit) -> Response:
    """Take the form: the source and its text go into the record."""
    form, work = visit.form, visit.workspace
    if visit.is_repeated:
        return visit.go("/sources")
    try:
        new = NewSource(
            kind=form.needed("kind", "Say what kind of source it is."),
            title=form.needed("title", "Give the source a title."),
            language=form.needed("language", "Say in which language it is."),
            said_on=typed_date(form.needed("said_on", "Say when it was published or said.")),
            address=form.text("address"),
            text=form.text("text"),
        )
        source = enter_source(work.place, new)
    except AsyliaError as refused:  # a pasted text is not thrown away
        return _ask(visit, form, refused)
    note = visit.translate("The source is entered. Now quote what it says, claim by claim.")
    return visit.go(f"/source/{work.handles.of(source)}", note)


def work_on(visit: Visit) -> Response:
    """The text of a source, what is quoted of it, and the form for the next claim."""
    source = _source(visit)
    draft = visit.workspace.drafts.find(_DRAFT, _record_of(visit, source))
    return _work_on(visit, source, draft or carried(visit, source), is_draft=draft is not None)


def record(visit: Visit) -> Response:
    """Take the form: the claim goes into the record, with what it is about."""
    source, work = _source(visit), visit.workspace
    address = f"/source/{visit.path['source']}"
    if visit.is_repeated:
        return visit.go(address)
    known = work.record
    words, _ = found(text_of(known, source.id), visit.form.text("words"))
    form = ClaimForm(known, visit.form, lambda: work.place.randomness(16).hex(), words)
    like = alike(known, form.entering(source.id))
    try:
        said, subjects = form.read()
        enter_claim(work.place, source.id, said, subjects)
    except AsyliaError as refused:  # what was typed is not thrown away
        return _work_on(visit, source, visit.form, refused=refused)
    work.drafts.drop(_DRAFT, _record_of(visit, source))
    told = visit.translate("The claim is recorded.")
    if like:
        more = visit.plural(
            "%(num)s claim is like it; look whether it is the same.",
            "%(num)s claims are like it; look whether they are the same.",
            len(like),
        )
        told = f"{told} {more}"
    return visit.go(address, told)


def typed(visit: Visit) -> Response:
    """While somebody types: keep the draft, and say what is read and what is like it."""
    source, work = _source(visit), visit.workspace
    if not work.was_sent(visit.form.text("once")):
        work.drafts.keep(_DRAFT, _record_of(visit, source), visit.form, work.today)
    return visit.part("_hints.html", record=work.record, hints=hints(visit, source, visit.form))


def drop(visit: Visit) -> Response:
    """Destroy the draft and begin anew."""
    source = _source(visit)
    visit.workspace.drafts.drop(_DRAFT, _record_of(visit, source))
    return visit.go(f"/source/{visit.path['source']}")


def more(visit: Visit) -> Response:
    """A further part of the source's text."""
    source = _source(visit)
    if not visit.is_repeated:
        text = visit.form.needed("text", "Paste the text.")
        add_text(visit.workspace.place, source.id, text)
    return visit.go(f"/source/{visit.path['source']}")


def _work_on(
    visit: Visit,
    source: Source,
    typed: Form,
    *,
    is_draft: bool = False,
    refused: AsyliaError | None = None,
) -> Response:
    known = visit.workspace.record
    claims = [one for one in known.claims if one.source == source.id]
    text = text_of(known, source.id)
    names = Names.of(known)
    new = refused.names if isinstance(refused, UnknownNamesError) else ()
    return visit.page(
        "source.html",
        source=source,
        record=known,
        claims=claims,
        everything=_to_go_back_on(known, claims, typed.text("recants")),
        parts=marked(text, claims),
        typed=typed,
        is_draft=is_draft,
        refused=refused,
        unknown=new,
        names=names.shown,
        hints=hints(visit, source, typed),
        status=status_of(refused) if refused else 200,
        **choices(visit, known),
    )


def _to_go_back_on(known: Record, own: Sequence[Claim], chosen: str) -> tuple[Claim, ...]:
    """Claims of these events that can be gone back on: the newest, and the one that is chosen."""
    events = {one.event for one in own} or {one.id for one in known.all(Event)}
    near = [one for one in known.claims if one.event in events][-LISTED:]
    return tuple(one for one in known.claims if one.id == chosen and one not in near) + tuple(near)


def _source(visit: Visit) -> Source:
    name = visit.workspace.handles.find_text(visit.path["source"])
    return visit.workspace.record.get(name, Source)


def _record_of(visit: Visit, source: Source) -> RecordId:
    where = visit.workspace.record.entry(source.id).record
    if where is None:
        raise UsageError("This source lies in no record of the ledger.")
    return where


ROUTES = [
    screen("/sources", get=show),
    screen("/sources/{page}", get=show),
    screen("/source", get=ask, post=enter),
    screen("/source/{source}", get=work_on),
    screen("/source/{source}/claim", post=record),
    screen("/source/{source}/typed", post=typed),
    screen("/source/{source}/drop", post=drop),
    screen("/source/{source}/text", post=more),
]
