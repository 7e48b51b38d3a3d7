"""A claim as an inquiry reads it: names instead of the record's ids, and only names that may leave.

Upholds: only officials and organisations are named; a person is never named, not even by pseudonym
(two recipients could join what they hold by it); a report to the team has no title outside it.
Refuses a claim whose source, event or teller the record does not hold.
"""

from collections.abc import Callable, Mapping

from asylia.errors import RefusedError
from asylia.record.concerns import is_nameless
from asylia.record.contents import (
    Act,
    Claim,
    Count,
    Demand,
    Event,
    Group,
    Official,
    Organisation,
    Person,
    Place,
    Response,
    Site,
    Source,
    Statement,
    Teller,
)
from asylia.record.forms import NOT_STATED, UNKNOWN
from asylia.record.places import coarse
from asylia.record.reading import Record
from asylia.record.vocabulary import vocabulary

LINK = " ← "
UNNAMED = "unnamed"
SOMEBODY = "a person known to the team"
REPORT = "a report to the team"
# Out of a file, and nobody looked whom it could name; or of an exhibit that shows somebody.
WITHHELD = "a name that stays with the team"
MASKED = "_masked"
YES = "yes"

CONCEPTS = {
    "certainty": "certainty",
    "motive": "motives",
    "parts_complete": "complete",
    "perpetrator": "perpetrators",
    "polarity": "polarity",
    "property": "properties",
    "source_kind": "source_kinds",
}
# A field of ``record.fields`` and what it becomes here.  What is missing (id, row, overlaps)
# names things by the record's own ids, which would join two recipients' bundles.
BECOMES: Mapping[str, tuple[str, ...]] = {
    "certainty": ("certainty",),
    "count": ("count",),
    "count.about": ("count_about",),
    "count.max": ("count_max",),
    "count.min": ("count_min",),
    "event": ("event",),
    "facts": ("facts",),
    "language": ("language",),
    "lineage": ("lineage",),
    "locator": ("locator",),
    "motive": ("motive",),
    "part_of": ("part_of_a_total",),
    "parts.complete": ("parts_complete",),
    "parts.words": ("parts_words",),
    "perpetrator": ("perpetrator",),
    "perpetrator_words": ("perpetrator_words",),
    "place": ("place",),
    "polarity": ("polarity",),
    "property": ("property",),
    "recants.circumstances": ("recants_circumstances",),
    "recants.claim": ("recants",),
    "said_on": ("said_on",),
    "series": ("running_total",),
    "source": ("source", "source_kind", "source_said_on"),
    "subject": ("subject",),
    "tellers": ("tellers",),
    "value": ("value",),
    "words": ("words",),
}


def wording(record: Record, claim: Claim) -> dict[str, str]:
    """Every field of the claim that could ever leave, in words; what is empty gives none."""
    source = record.get(claim.source, Source)
    reported = bool(source.report) or source.kind == "report_to_line"
    out = {
        "certainty": claim.certainty,
        "event": _name(record, claim.event),
        "facts": claim.facts,
        "language": claim.language or source.language,
        "lineage": UNKNOWN if claim.lineage == UNKNOWN else _name(record, claim.lineage),
        "locator": claim.locator,
        "motive": claim.motive,
        "perpetrator": claim.perpetrator,
        "part_of_a_total": YES if claim.part_of else "",
        "perpetrator_words": claim.perpetrator_words,
        "place": _place(record, claim.place),
        "polarity": claim.polarity,
        "property": claim.property,
        "running_total": YES if claim.series else "",
        "said_on": claim.said_on,
        "source": REPORT if reported else _source(record, source),
        "source_kind": source.kind,
        "source_said_on": source.said_on,
        "subject": _name(record, claim.subject),
        "tellers": LINK.join(_teller(record, link) for link in claim.tellers),
        "value": _value(record, claim),
        "words": claim.words,
    }
    if claim.recants:
        out |= {"recants": YES, "recants_circumstances": claim.recants.circumstances}
    if claim.parts:
        out |= {"parts_complete": claim.parts.complete, "parts_words": claim.parts.words}
    whole = {**out, **_count(claim.count)}
    return {name: _readable(record, name, text) for name, text in whole.items() if text}


def _readable(record: Record, name: str, text: str) -> str:
    """A term as it ships; one of the team's own by its label, which no recipient could look up."""
    concept = CONCEPTS.get(name)
    own = concept is not None and text not in vocabulary(concept)
    return record.vocabulary(concept).label(text) if concept and own else text


def _count(count: Count | None) -> dict[str, str]:
    if count is None:
        return {}
    if count.min is None and count.max is None:
        return {"count": NOT_STATED}
    ends = {"count_min": count.min, "count_max": count.max}
    out = {name: "open" if end is None else str(end) for name, end in ends.items()}
    return {**out, "count_about": YES} if count.about else out


def _value(record: Record, claim: Claim) -> str:
    known = record.vocabulary("properties").terms.get(claim.property)
    return _name(record, claim.value) if known and known.takes == "id" else claim.value


def _teller(record: Record, link: Teller) -> str:
    return _name(record, link.who) if link.who else link.as_given or UNNAMED


def _name(record: Record, content_id: str) -> str:
    content = record.find(content_id)
    describe = _DESCRIBED.get(type(content))
    if content is not None and record.is_untitled(content):
        return WITHHELD
    if content is None or describe is None:
        raise RefusedError(
            "a claim speaks of something that the record does not hold",
            hint="Bring this device up to date; if it stays, enter what the claim refers to.",
        )
    return describe(record, content) or NOT_STATED


def _place(record: Record, place: str) -> str:
    """The place, or the nearest around it that is coarse enough to leave."""
    found = coarse(record, place)
    return found.names[0].text if found else ""


def _inner(record: Record, place: Place) -> str:
    return _place(record, place.id)


def _source(record: Record, source: Source) -> str:
    stays = record.is_untitled(source) or is_nameless(record, source)
    return WITHHELD if stays else source.title


def _event(_: Record, event: Event) -> str:
    return event.name


def _act(record: Record, act: Act) -> str:
    return f"{record.vocabulary('violations').label(act.violation)} ({_name(record, act.victim)})"


def _group(_: Record, group: Group) -> str:
    return group.description


def _person(_: Record, __: Person) -> str:
    return SOMEBODY


def _organisation(_: Record, organisation: Organisation) -> str:
    return organisation.name


def _official(_: Record, official: Official) -> str:
    return ", ".join(part for part in (official.name, official.office) if part)


def _site(_: Record, site: Site) -> str:
    return site.name or "a site that is not named"


def _statement(record: Record, said: Statement) -> str:
    kind = record.vocabulary("statements").label(said.kind)
    return _dated(f"{kind}, by {_name(record, said.by)}", said.on)


def _demand(record: Record, demand: Demand) -> str:
    by = ", ".join(_name(record, one) for one in demand.by)
    return f"demand by {by} on {', '.join(demand.to)}, that {demand.must_act}: {demand.what}"


def _response(record: Record, response: Response) -> str:
    kind = record.vocabulary("responses").label(response.kind)
    by = ", ".join(_name(record, one) for one in response.by)
    return _dated(f"{kind}, by {by}", response.on)


def _dated(text: str, day: str) -> str:
    return f"{text}, {day}" if day else text


_DESCRIBED: Mapping[type[object], Callable[..., str]] = {
    Act: _act,
    Demand: _demand,
    Event: _event,
    Group: _group,
    Official: _official,
    Organisation: _organisation,
    Person: _person,
    Place: _inner,
    Response: _response,
    Site: _site,
    Statement: _statement,
}
