"""Sources: what lies before us, the claims taken from each, and entering them by hand."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from asylia.casework.public import (
    NewSource,
    add_text,
    enter_claim,
    enter_source,
    public_kinds,
    text_of,
)
from asylia.desk.claim_form import OFFICIAL, ClaimForm, UnknownNamesError
from asylia.desk.forms import Form
from asylia.desk.marking import mark_spans
from asylia.desk.screen import Visit, screen, status_of
from asylia.desk.shapes import offered
from asylia.desk.terms import Options, name_of, options
from asylia.errors import AsyliaError, UsageError
from asylia.languages import LANGUAGES
from asylia.record.anchors import anchor, find_again, paragraphs
from asylia.record.claims import Teller
from asylia.record.contents import (
    Claim,
    Count,
    Demand,
    Event,
    Group,
    Place,
    Site,
    Source,
    Statement,
)
from asylia.record.contents import Response as Answer
from asylia.record.likeness import alike
from asylia.record.naming import Names
from asylia.record.reading import Record
from asylia.record.typed_counts import typed_count
from asylia.record.typed_dates import typed_date
from asylia.values import RecordId

_DRAFT = "claim"
_SHOWN = ("value", "facts", "said_on", "on")  # dates that are told back as they were read


def show(visit: Visit) -> Response:
    """Every source with its claims, in the order of entry."""
    record = visit.workspace.record
    rows = [
        (source, [claim for claim in record.claims if claim.source == source.id])
        for source in record.all(Source)
    ]
    kinds = public_kinds(record.words)
    return visit.page("sources.html", record=record, rows=rows, kinds=kinds)


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
    return _work_on(visit, source, draft or _carried(visit, source), is_draft=draft is not None)


def record(visit: Visit) -> Response:
    """Take the form: the claim goes into the record, with what it is about."""
    source, work = _source(visit), visit.workspace
    address = f"/source/{visit.path['source']}"
    if visit.is_repeated:
        return visit.go(address)
    known = work.record
    found, _ = _found(text_of(known, source.id), visit.form.text("words"))
    form = ClaimForm(known, visit.form, lambda: work.place.randomness(16).hex(), found)
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
    return visit.part("_hints.html", record=work.record, hints=_hints(visit, source, visit.form))


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
        everything=known.claims,
        parts=_marked(text, claims),
        typed=typed,
        is_draft=is_draft,
        refused=refused,
        unknown=new,
        names=names.shown,
        hints=_hints(visit, source, typed),
        status=status_of(refused) if refused else 200,
        **_choices(visit, known),
    )


def _choices(visit: Visit, known: Record) -> dict[str, Any]:
    """What the fields offer."""
    language, words = visit.desk.language, known.words
    properties = words["properties"]
    concepts = {
        "statement_kind": "statements", "response_kind": "responses", "certainty": "certainty",
        "polarity": "polarity", "perpetrator": "perpetrators", "motive": "motives",
        "new_kind_event": "event_kinds", "new_precision": "precision", "relation": "relations",
        "complete": "complete",
    }  # fmt: skip
    valued = {
        term.vocabulary: options(words, term.vocabulary, language)
        for term in properties.terms.values()
        if term.takes == "term"
    }
    said: Options = [
        (one.id, f"{name_of(known, one.id)}: {words['statements'].label(one.kind, language)}")
        for one in known.all(Statement)
    ]
    said += [(one.id, one.what) for one in known.all(Demand)]
    said += [
        (one.id, f"{name_of(known, one.by[0])}: {words['responses'].label(one.kind, language)}")
        for one in known.all(Answer)
        if one.by
    ]
    return {
        "properties": [
            (prop, properties.label(prop, language), shape) for prop, shape in offered(words)
        ],
        "terms": {name: options(words, one, language) for name, one in concepts.items()},
        "valued": valued,
        "actor_kinds": [
            (OFFICIAL, visit.translate("somebody in office")),
            *options(words, "organisations", language),
        ],
        "events": [(one.id, one.name) for one in known.all(Event)],
        "sites": [
            (one.id, one.name or visit.translate("a site without a name"))
            for one in known.all(Site)
        ],
        "site_groups": [
            (one.id, one.description) for one in known.all(Group) if one.what == "sites"
        ],
        "person_groups": [
            (one.id, one.description) for one in known.all(Group) if one.what == "persons"
        ],
        "places": [(one.id, one.names[0].text) for one in known.all(Place)],
        "demands": [(one.id, one.what) for one in known.all(Demand)],
        "said_before": said,
        "series": sorted({one.series for one in known.claims if one.series}),
    }


def _hints(visit: Visit, source: Source, typed: Form) -> dict[str, Any]:
    """What is read of what is typed so far."""
    known = visit.workspace.record
    found = _found(text_of(known, source.id), typed.text("words"))
    form = ClaimForm(known, typed, lambda: "", found[0])
    return {
        "words": found,
        "count": _read_count(typed.text("count")),
        "dates": [one for name in _SHOWN if (one := _read_date(typed.text(name)))],
        "lineage": form.lineage(),
        "unknown": form.unknown(),
        "alike": alike(known, form.entering(source.id)) if typed.text("property") else (),
    }


def _found(text: str, typed: str) -> tuple[str, str]:
    """The words as they stand in the text with their place, or what is wrong."""
    if not text or not typed:
        return "", ""
    try:
        at = anchor(text, typed)
    except UsageError as error:
        return "", error.message
    return at.words, at.locator


def _read_count(typed: str) -> Count | None:
    try:
        return typed_count(typed)
    except AsyliaError:
        return None


def _read_date(typed: str) -> str:
    try:
        read = typed_date(typed)
    except AsyliaError:
        return ""
    return read if read and any(letter.isdigit() for letter in read) else ""


def _carried(visit: Visit, source: Source) -> Form:
    """Who tells and the event, from the claim before; nothing else is carried over."""
    known = visit.workspace.record
    before = next((one for one in reversed(known.claims) if one.source == source.id), None)
    if before is None:
        return Form({})
    tellers = [_typed_teller(known, one) for one in before.tellers]
    return Form({"teller": tellers, "event": [before.event]})


def _typed_teller(known: Record, one: Teller) -> str:
    if not one.who:
        return f"“{one.as_given}”" if one.as_given else "–"
    return name_of(known, one.who)


def _marked(text: str, claims: Sequence[Claim]) -> list[tuple[int, Any]]:
    """The paragraphs, each with what is quoted of it marked."""
    spans = [at for one in claims if (at := find_again(text, one.words, one.locator)) is not None]
    return [
        (one.number, mark_spans(one.text, [(a - one.start, b - one.start) for a, b in spans]))
        for one in paragraphs(text)
    ]


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
    screen("/source", get=ask, post=enter),
    screen("/source/{source}", get=work_on),
    screen("/source/{source}/claim", post=record),
    screen("/source/{source}/typed", post=typed),
    screen("/source/{source}/drop", post=drop),
    screen("/source/{source}/text", post=more),
]
