"""The page of a source: what its fields offer, and what is read of what is typed so far.

Upholds: what can't be read yet hinders nobody from typing on.  Reads only.
"""

from collections.abc import Sequence
from typing import Any

from asylia.casework.public import text_of
from asylia.desk.claim_form import ClaimForm
from asylia.desk.forms import Form
from asylia.desk.marking import mark_spans
from asylia.desk.screen import Visit
from asylia.desk.shapes import offered
from asylia.desk.terms import Options, name_of, options
from asylia.desk.typed_names import OFFICIAL
from asylia.errors import AsyliaError, UsageError
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
from asylia.record.reading import Record
from asylia.record.typed_counts import typed_count
from asylia.record.typed_dates import typed_date

_SHOWN = ("value", "facts", "said_on", "on")  # dates that are told back as they were read


def choices(visit: Visit, known: Record) -> dict[str, Any]:
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


def hints(visit: Visit, source: Source, typed: Form) -> dict[str, Any]:
    """What is read of what is typed so far."""
    known = visit.workspace.record
    words = found(text_of(known, source.id), typed.text("words"))
    form = ClaimForm(known, typed, lambda: "", words[0])
    return {
        "words": words,
        "count": _read_count(typed.text("count")),
        "dates": [one for name in _SHOWN if (one := _read_date(typed.text(name)))],
        "lineage": form.names.lineage(),
        "unknown": form.names.unknown(),
        "alike": alike(known, form.entering(source.id)) if typed.text("property") else (),
    }


def found(text: str, typed: str) -> tuple[str, str]:
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


def carried(visit: Visit, source: Source) -> Form:
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


def marked(text: str, claims: Sequence[Claim]) -> list[tuple[int, Any]]:
    """The paragraphs, each with what is quoted of it marked."""
    spans = [at for one in claims if (at := find_again(text, one.words, one.locator)) is not None]
    return [
        (one.number, mark_spans(one.text, [(a - one.start, b - one.start) for a, b in spans]))
        for one in paragraphs(text)
    ]
