"""Imports: a file of another program, looked at and mapped, tried, applied whole, taken back.

Upholds: nothing enters the record before somebody saw what would come, what is refused and what is
never kept; what enters is what was seen.  Reading, mapping and entering are ``exchange``'s.
"""

from dataclasses import replace

from starlette.responses import Response

from asylia.casework.importing import to_take_back, undo_import
from asylia.desk import mapping_form
from asylia.desk.in_hand import TEXTS, InHand, encoding_for, form_of
from asylia.desk.screen import Visit, screen, status_of
from asylia.desk.terms import Called, Options, name_of
from asylia.errors import AsyliaError, ConflictError, MalformedError, NotFoundError, UsageError
from asylia.exchange import entering
from asylia.exchange.imports import FORMATS, TABLES, Looked, Taken
from asylia.exchange.report import Report
from asylia.exchange.taking import kinds
from asylia.exchange.text import ENCODINGS
from asylia.record.contents import (
    Act,
    Claim,
    Content,
    Event,
    Group,
    Imported,
    Judgement,
    Official,
    Organisation,
)
from asylia.record.leaning import Stays, standing, standing_by_import
from asylia.record.looking import said, waiting
from asylia.record.reading import Entered, Record

_SHOWN = 200  # lines of a report on a page
_EXAMPLES = 5


def show_all(visit: Visit) -> Response:
    """Every import, the newest first, and what is in hand."""
    record, work = visit.workspace.record, visit.workspace
    names, stand = work.names(), standing_by_import(record)
    rows = [
        (one, entry.entered_on, names.get(entry.author, "") if entry.author else "",
         stand.get(one.id, 0))
        for one in reversed(record.all(Imported))
        for entry in (record.entry(one.id),)
    ]  # fmt: skip
    return visit.page("imports.html", rows=rows, in_hand=work.in_hand)


def ask(visit: Visit) -> Response:
    """The form for a file, or for another way to read the one in hand."""
    return _ask(visit, None)


def _ask(visit: Visit, refused: AsyliaError | None) -> Response:
    return visit.page(
        "import_new.html",
        status=status_of(refused) if refused else 200,
        in_hand=visit.workspace.in_hand,
        formats=FORMATS,
        encodings=ENCODINGS,
        refused=refused,
    )


def take(visit: Visit) -> Response:
    """Take the file into memory, and go on to its columns or to what it would bring."""
    form, work = visit.form, visit.workspace
    before = work.in_hand
    if visit.upload is None and before is None:
        raise UsageError("Choose a file.", hint="Nothing was kept. Go back and choose it.")
    content = bytes(visit.upload.content) if visit.upload else b""
    name = visit.upload.untrusted_name if visit.upload else ""
    if visit.upload is None and before is not None:
        content, name = before.content, before.untrusted_name
    kind = form.text("form") or form_of(name)
    if kind not in FORMATS:
        raise UsageError("Say of which format the file is.", hint="Nothing was kept.")
    work.in_hand = InHand(
        untrusted_name=name,
        content=content,
        form=kind,
        encoding=form.text("encoding") if kind in TEXTS else "",
        sheet=form.text("sheet"),
        rows=form.text("rows"),
        mapping=form.text("mapping").encode(),
    )
    if kind in TEXTS and not work.in_hand.encoding:
        work.in_hand = replace(work.in_hand, encoding=encoding_for(kind, content))
    try:
        looked = work.in_hand.look()
    except AsyliaError as refused:
        return _ask(visit, refused)
    if looked is None or looked.is_ours or work.in_hand.mapping:
        return visit.go("/imports/check")
    return visit.go("/imports/mapping")


def ask_mapping(visit: Visit) -> Response:
    """Each column with what stands in it and the field that it may be."""
    return _mapping(visit)


def _mapping(visit: Visit, refused: AsyliaError | None = None, note: str = "") -> Response:
    in_hand, looked = _in_hand(visit), _looked(visit)
    record, language = visit.workspace.record, visit.desk.language
    first = {
        **mapping_form.proposed(looked),
        "source_kind": "compilation",
        "source_language": language,
        "source_id": _free_id(record, f"table-{in_hand.digest[:12]}"),
        "event_apart": "1",
        "event_kind": "incident",
        "each_certainty": "reports",
        "dates": "ymd" if in_hand.form == "uwazi" else "edtf",
        "places": "settlement",
        "rows": in_hand.rows,
    }
    typed = dict(in_hand.typed) or first
    if visit.form.names():
        typed = {name: visit.form.text(name) for name in visit.form.names()}
    return visit.page(
        "import_mapping.html",
        status=status_of(refused) if refused else 200,
        in_hand=in_hand,
        looked=looked,
        typed=typed,
        refused=refused,
        doubt=note,
        unknown=mapping_form.unknown_terms(looked, typed, record.words),
        languages_offered=mapping_form.translations(looked),
        events=[(one.id, name_of(record, one.id)) for one in record.all(Event)],
        tellers=_tellers(record),
        offered=mapping_form.offered(record.words, language),
    )


def _free_id(record: Record, name: str) -> str:
    """The same, or with a number behind it where what was under it was taken back.

    A corrected mapping gives other words, and under an id that others had they could not leave.
    """
    at, found = 1, name
    while record.find(found) is not None and record.held(found) is None:
        at, found = at + 1, f"{name}-{at + 1}"
    return found


def take_mapping(visit: Visit) -> Response:
    """Keep the mapping in memory and show what it would bring."""
    in_hand, looked, form = _in_hand(visit), _looked(visit), visit.form
    words = visit.workspace.record.words
    typed = {name: form.text(name) for name in form.names() if name not in ("csrf", "once")}
    asked = mapping_form.unknown_terms(looked, typed, words)
    if any(f"term-{at}-{number}" not in typed for at, number, _, _ in asked):
        visit.workspace.in_hand = replace(in_hand, typed=typed)
        return _mapping(visit, note="terms")
    try:
        mapping = mapping_form.mapping_of(form, looked, words, in_hand.digest)
    except AsyliaError as refused:
        return _mapping(visit, refused)
    rows = form.text("rows") or in_hand.rows
    visit.workspace.in_hand = replace(in_hand, mapping=mapping, typed=typed, rows=rows)
    return visit.go("/imports/check")


def check(visit: Visit) -> Response:
    """What would come in, what is refused and why, what is lost and what is never kept."""
    in_hand, record = _in_hand(visit), visit.workspace.record
    report = Report()
    try:
        taken = in_hand.read(record, report)
    except AsyliaError as refused:
        return _checked(visit, in_hand, report, Taken((), b""), refused=refused)
    return _checked(visit, in_hand, report, taken)


def _checked(
    visit: Visit, in_hand: InHand, report: Report, taken: Taken, refused: AsyliaError | None = None
) -> Response:
    claims = [one for one in taken.contents if isinstance(one, Claim)][:_EXAMPLES]
    named = [one for one in taken.contents if not isinstance(one, Claim)]
    work = visit.workspace
    known = work.record.everything
    shown = Record.of((*known, *(Entered(one, work.today) for one in (*named, *claims))))
    return visit.page(
        "import_check.html",
        status=status_of(refused) if refused else 200,
        in_hand=in_hand,
        report=report,
        refused=refused,
        kinds=list(kinds(taken.contents)),
        coming=len(taken.contents),
        claims=claims,
        record=shown,
        most=_SHOWN,
        is_table=in_hand.form in TABLES,
    )


def apply(visit: Visit) -> Response:
    """Enter all of it, or nothing: exactly what was looked at."""
    work = visit.workspace
    if visit.is_repeated:
        return visit.go("/imports")
    in_hand = _in_hand(visit)
    if visit.form.text("mark") != in_hand.mark:
        raise ConflictError(
            "Another file or another mapping was looked at in the meantime.",
            hint="Nothing was imported. Look at what would come in once more.",
        )
    report = Report()
    taken = in_hand.read(work.record, report)
    if not taken.contents and not report.refused.count:
        raise UsageError("Everything of it is there already.", hint="Nothing was imported.")
    name = entering.enter(work.place, in_hand.form, taken, report)
    work.in_hand = None
    waits = visit.send()
    return visit.go(_address(visit, name), waits or visit.translate("All of it came in."))


def drop(visit: Visit) -> Response:
    """Forget the file in hand."""
    visit.workspace.in_hand = None
    return visit.go("/imports", visit.translate("The file is gone from memory; nothing came in."))


def show(visit: Visit) -> Response:
    """One import: what came, what of it stands, and how to take it back."""
    work, record = visit.workspace, visit.workspace.record
    one = _imported(visit)
    entry = record.entry(one.id)
    own = [each.content for each in record.brought(one.id)]
    stand = {each.content.id for each in standing(record, one.id)}
    claims = [each for each in own if isinstance(each, Claim) and each.id in stand]
    found = work.place.kept(f"import-{one.id}", lambda: to_take_back(record, one.id))
    wait = work.place.kept(f"waiting-{one.id}", lambda: waiting(record, one.id))
    called = Called(lambda: record)
    return visit.page(
        "import_done.html",
        imported=one,
        entered_on=entry.entered_on,
        by=work.names().get(entry.author, "") if entry.author else "",
        kinds=list(kinds(own)),
        standing=len(stand),
        going=len(found.items),
        wait=len(wait.claims) + len(wait.titles),
        looked=bool(said(record, one.id)),
        staying=[
            (record.find(each.item), called(each.item), _leaner(visit, each), each.is_there_anyway)
            for each in found.staying[:_SHOWN]
        ],
        more_staying=max(0, len(found.staying) - _SHOWN),
        claims=claims[:_SHOWN],
        more=max(0, len(claims) - _SHOWN),
        record=record,
    )


def undo(visit: Visit) -> Response:
    """Take back all of it that nothing else leans on, with a reason."""
    one = _imported(visit)
    if visit.is_repeated:
        return visit.go(_address(visit, one.id))
    undone = undo_import(
        visit.workspace.place,
        one.id,
        visit.form.needed("reason", "Write the reason."),
        visit.workspace.own_name(),
    )
    note = visit.plural(
        "%(num)s content was taken back, with the reason.",
        "%(num)s contents were taken back, with the reason.",
        undone.count,
    )
    if undone.staying:
        stay = len(undone.staying)
        note += " " + visit.plural(
            "%(num)s stays: it is named below.", "%(num)s stay: they are named below.", stay
        )
    return visit.go(_address(visit, one.id), visit.send() or note)


def _leaner(visit: Visit, one: Stays) -> tuple[Content | None, str, str]:
    """What leans on it, what people call it, and where it is shown; empty for what has no page."""
    work, record = visit.workspace, visit.workspace.record
    found = record.find(one.because)
    pages = ((Imported, "import"), (Claim, "claim"), (Act, "act"), (Event, "event"))
    place = next((name for kind, name in pages if isinstance(found, kind)), "")
    address = f"/{place}/{work.handles.of(one.because)}" if place else ""
    name = found.reason if isinstance(found, Judgement) else Called(lambda: record)(one.because)
    return found, name, address


def _tellers(record: Record) -> Options:
    found = (Organisation, Official, Group)
    return [(one.id, name_of(record, one.id)) for kind in found for one in record.all(kind)]


def _in_hand(visit: Visit) -> InHand:
    found = visit.workspace.in_hand
    if found is None:
        raise NotFoundError("No file is in hand.", hint="Choose it once more.")
    return found


def _looked(visit: Visit) -> Looked:
    found = _in_hand(visit).look()
    if found is None:
        raise MalformedError("This format says itself what is what; it takes no mapping.")
    return found


def _imported(visit: Visit) -> Imported:
    name = visit.workspace.handles.find_text(visit.path["import"])
    return visit.workspace.record.get(name, Imported)


def _address(visit: Visit, name: str) -> str:
    return f"/import/{visit.workspace.handles.of(name)}"


ROUTES = [
    screen("/imports", get=show_all),
    screen("/imports/new", get=ask, post=take),
    screen("/imports/mapping", get=ask_mapping, post=take_mapping),
    screen("/imports/check", get=check),
    screen("/imports/apply", post=apply),
    screen("/imports/drop", post=drop),
    screen("/import/{import}", get=show),
    screen("/import/{import}/undo", post=undo),
]
