"""Recording a claim from a report with its words quoted, and reading one claim whole."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup, escape
from starlette.responses import Response

from asylia.casework.documenting import (
    Said,
    Words,
    draw_pseudonym,
    record_claim,
    record_event,
)
from asylia.casework.threads import Thread
from asylia.desk.concerned_form import could_identify, others_in
from asylia.desk.forms import Form
from asylia.desk.marking import as_written, texts_of
from asylia.desk.routes.masking import field_names
from asylia.desk.screen import Visit, screen
from asylia.desk.terms import Options, options, subjects
from asylia.errors import UsageError
from asylia.record.claims import Recants
from asylia.record.concerns import persons_in
from asylia.record.contents import (
    Act,
    Claim,
    Concerned,
    Count,
    Event,
    ImportUndone,
    Masking,
    Translation,
    Undo,
)
from asylia.record.history import history, named_by, recanted_by
from asylia.record.masks import maskable
from asylia.record.reading import Record
from asylia.record.views.around import around, near
from asylia.record.views.shelf import Shelf
from asylia.visible import visible

_LISTED = 300  # claims in a field of choice
_SHOWN, _LEEWAY = 80, 5  # letters of each, and how many more are not worth a sign


def quote(visit: Visit) -> Response:
    """The claim form, with the words that were selected."""
    thread, words = _thread(visit), visit.form.text("words")
    draft = visit.workspace.drafts.find("claim", thread.row.record)
    mine = draft if draft and (not words or draft.text("words") == words) else None
    return _form(visit, thread, words or (mine.text("words") if mine else ""), mine)


def record(visit: Visit) -> Response:
    """Take the form: the claim goes into the record."""
    thread, form = _thread(visit), visit.form
    address = f"/thread/{visit.path['thread']}"
    if visit.is_repeated:
        return visit.go(address)
    said = replace(said_in(visit, thread.row.pseudonym), recants=_recants(visit, thread))
    envelope, words = _envelope(visit), form.needed("words", "Quote the words of the report.")
    quoted = Words(envelope, as_written(texts_of(thread, envelope), words))
    record_claim(visit.workspace.place, thread.row.thread, quoted, said)
    visit.workspace.drafts.drop("claim", thread.row.record)
    return visit.go(address, visit.translate("The claim is recorded."))


def said_in(visit: Visit, speaker: str) -> Said:
    """What the form says of the quoted words; ``speaker``: the case's pseudonym, if it is one's."""
    form, typed = visit.form, others_in(visit)
    own = (Concerned(person=speaker, role="subject"),)
    others = (*typed, *(own if speaker and form.text("of_writer") else ()))
    return Said(
        event=form.text("event") or _new_event(visit),
        property=form.needed("property", "Say what the words tell."),
        subject=form.text("subject") or _sufferer(others),
        value=form.text("value"),
        count=_count(visit),
        certainty=form.needed("certainty", "Say how sure they are."),
        polarity=form.text("polarity"),
        perpetrator=form.text("perpetrator"),
        perpetrator_words=form.text("perpetrator_words"),
        motive=form.text("motive"),
        facts=form.text("facts"),
        others=others,
        could_identify=could_identify(visit, speaker, typed),
    )


def show(visit: Visit) -> Response:
    """One claim: words, tellers, dates, judgements about it."""
    work = visit.workspace
    work.place.project()
    connection = work.place.vault.connection
    name = work.handles.find_text(visit.path["claim"])
    known, shelf = around(connection, name), Shelf(connection)
    claim = known.get(name, Claim)
    undone = known.taken_back
    return visit.page(
        "claim.html",
        back=_back(visit, claim),
        record=shelf,
        claim=claim,
        source=shelf.find(claim.source),
        entered=known.entry(claim.id),
        judgements=[one for one in known.judgements if claim.id in named_by(one)],
        taken_back=_taken_back(known, claim.id),
        recanted=[known.get(one, Claim) for one in recanted_by(known, claim.id)],
        translations=[
            one for one in known.all(Translation) if one.of == claim.id and one.id not in undone
        ],
        moments=history(known, claim.id),
        persons=_maskable(known, shelf, claim),
        maskings=[one for one in known.standing(Masking) if one.claim == claim.id],
        field_names=field_names(visit),
        devices=work.names(),
        concerns=tuple(dict.fromkeys(persons_in(known, claim))),
        near=_choices(visit, near(connection, shelf, claim, _LISTED)),
        relations=options(work.place.words(), "relations", visit.desk.language),
    )


def _maskable(known: Record, shelf: Shelf, claim: Claim) -> tuple[str, ...]:
    """Who can be masked in it: what the claim points to tells of whom it is."""
    subject = shelf.find(claim.subject)
    victim = (subject.victim,) if isinstance(subject, Act) else ()
    pointed = (claim.subject, claim.source, *(one.who for one in claim.tellers), *victim)
    there = [shelf.entry(one) for one in dict.fromkeys(pointed) if one and shelf.find(one)]
    return maskable(Record.of((*known.entered, *there)), claim)


def _taken_back(known: Record, claim: str) -> Undo | ImportUndone | None:
    """What took it back, alone or with its import."""
    if claim not in known.taken_back:
        return None
    alone = (one for one in known.all(Undo) if one.of == claim)
    return next(alone, None) or next(
        (one for one in known.all(ImportUndone) if claim in one.items), None
    )


def _choices(visit: Visit, claims: Sequence[Claim]) -> Markup:
    """Claims to choose one from, by what they tell and the beginning of their words.

    Hundreds of them: put together here, since a template takes three times as long.
    """
    label = visit.labels
    labels = {one.property: label("properties", one.property) for one in claims}
    told = "".join(
        f'<option value="{one.id}">'
        f"{escape(visible(f'{labels[one.property]}: {_begun(one.words)}'))}</option>"
        for one in claims
    )
    return Markup(told)  # noqa: S704 - escaped; an id has no sign that means anything


def _begun(words: str) -> str:
    if len(words) <= _SHOWN + _LEEWAY:
        return words
    return f"{words[: _SHOWN - 3].rsplit(' ', 1)[0]}..."


def _back(visit: Visit, claim: Claim) -> str:
    """Where a claim was recorded from: its thread, or the sources of the public record."""
    if not claim.report:
        return "/sources"
    work = visit.workspace
    thread = work.casework.thread_in(claim.report)
    return "/sources" if thread is None else f"/thread/{work.handles.of(thread)}"


def _form(visit: Visit, thread: Thread, words: str, draft: Form | None) -> Response:
    report = thread.row.record.hex()
    return visit.page(
        "quote.html",
        thread=thread,
        words=words,
        typed=draft or Form({}),
        is_draft=draft is not None,
        earlier=[one for one in visit.workspace.record.claims if one.report == report],
        envelope=visit.form.text("envelope"),
        **choices(visit),
    )


def choices(visit: Visit) -> dict[str, Any]:
    """What a form for a claim lets choose from."""
    language, known = visit.desk.language, visit.workspace.record
    properties = known.vocabulary("properties")
    takes: Options = [(name, term.takes) for name, term in properties.terms.items()]
    return {
        "events": [(event.id, event.name) for event in known.all(Event)],
        "subjects": subjects(known),
        "takes": dict(takes),
        "another": draw_pseudonym(visit.workspace.place),
        "terms": {
            concept: options(known.words, concept, language)
            for concept in (
                "properties",
                "certainty",
                "polarity",
                "perpetrators",
                "motives",
                "event_kinds",
            )
        },
    }


def _new_event(visit: Visit) -> str:
    name = visit.form.needed("new_event", "Say which event this is told about.")
    return record_event(visit.workspace.place, name, visit.form.text("new_kind"))


def _count(visit: Visit) -> Count | None:
    """Least, most, about; ``None`` where neither end is given and the box "not stated" is not."""
    sentence = "A count is a whole number."
    least, most = visit.form.whole("least", sentence), visit.form.whole("most", sentence)
    if least is not None and most is not None and least > most:
        raise UsageError("The least is more than the most; nothing was saved.")
    about = bool(visit.form.text("about"))
    if least is None and most is None:
        return Count() if visit.form.text("not_stated") else None
    return Count(min=least, max=most, about=about)


def _recants(visit: Visit, thread: Thread) -> Recants | None:
    """The earlier claim of this very thread that these words go back on."""
    earlier = visit.form.text("recants")
    if not earlier:
        return None
    claim = visit.workspace.record.get(earlier, Claim)
    if claim.report != thread.row.record.hex():
        raise UsageError("Only a claim of this thread can be gone back on here.")
    return Recants(claim=claim.id, circumstances=visit.form.text("circumstances"))


def _sufferer(others: tuple[Concerned, ...]) -> str:
    """Whom the words say it happened to, if they say; else it is the person of the case."""
    return next((one.person for one in others if one.role == "subject"), "")


def _thread(visit: Visit) -> Thread:
    return visit.workspace.casework.thread(visit.workspace.handles.find(visit.path["thread"]))


def _envelope(visit: Visit) -> bytes:
    return visit.workspace.handles.find(visit.form.text("envelope"))


ROUTES = [
    screen("/thread/{thread}/quote", post=quote),
    screen("/thread/{thread}/claim", post=record),
    screen("/claim/{claim}", get=show),
]
