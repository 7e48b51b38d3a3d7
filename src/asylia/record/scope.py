"""Which claims a question is about: entered by then, said by then, from that source, of that event.

Upholds: a claim is known from the last possible day on which it was said; an event that stands
apart stays outside until a judgement says that it belongs.  Format: ``spec/figures.md``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from asylia.errors import MalformedError, NotFoundError, Sentence
from asylia.record.contents import Claim, Event, Source
from asylia.record.edtf_dates import Span, span
from asylia.record.judged import Judged, judged
from asylia.record.reading import Record
from asylia.values import Day

_SHOWN = 40  # ids to choose from, when none fits
_LAST = 1 << 30


@dataclass(frozen=True)
class Scope:
    """The claims inside, those outside by event, and the judgements that hold among them."""

    record: Record
    judged: Judged
    inside: tuple[Claim, ...]
    outside: dict[str, tuple[Claim, ...]]
    events: tuple[str, ...]


def scope(
    whole: Record,
    *,
    as_of: Day,
    as_recorded_on: Day | None = None,
    source: str | None = None,
    event: str | None = None,
) -> Scope:
    """Choose the claims; ``NotFoundError`` for a source or event that the record does not have."""
    if source is not None:
        _hold(source, Sentence("the record has no source under that id"), whole.all(Source))
    if event is not None:
        _hold(event, Sentence("the record has no event under that id"), whole.all(Event))
    record = whole.recorded_by(as_recorded_on)
    decisions = judged(record)
    events = _events(record, decisions, event)
    said = [
        claim
        for claim in record.claims
        if known_from(record, claim) <= as_of and source in (None, claim.source)
    ]
    inside = tuple(claim for claim in said if _belongs(claim, events, decisions))
    held = {claim.id for claim in inside}
    outside: dict[str, tuple[Claim, ...]] = {}
    for claim in said:
        if claim.id not in held:
            outside[claim.event] = (*outside.get(claim.event, ()), claim)
    return Scope(record, decisions, inside, outside, events)


def _hold(wanted: str, what: str, held: Sequence[Source] | Sequence[Event]) -> None:
    ids = [one.id for one in held]
    if wanted not in ids:
        some = ", ".join(ids[:_SHOWN])
        raise NotFoundError(
            what, hint=Sentence("It has: %(ids)s.", ids=some) if some else "It has none."
        )


def known_from(record: Record, claim: Claim) -> Day:
    """The last possible day on which it was said; where that is open, the day it was entered."""
    last = readable(claim.said_on).last
    return record.entry(claim.id).entered_on if last is None else last


def readable(untrusted_edtf: str) -> Span:
    """The span of an EDTF text; of one that can't be read, a span open at both ends."""
    try:
        return span(untrusted_edtf)
    except MalformedError:
        return Span(None, None)


def told_order(edtf: str) -> tuple[int, int]:
    """For sorting: by the last day that the date allows, then the first; what has none is last."""
    if not edtf:
        return _LAST, _LAST
    found = readable(edtf)
    first, last = found.first, found.last
    return _LAST if last is None else last, 0 if first is None else first


def _events(record: Record, decisions: Judged, event: str | None) -> tuple[str, ...]:
    all_events = record.all(Event)
    chosen = [event] if event else [one.id for one in all_events if not one.apart]
    if event and not isinstance(record.find(event), Event):
        raise NotFoundError("the record had no such event by then")
    grown = dict.fromkeys(chosen)
    while added := [
        member
        for (member, whole), belongs in decisions.memberships.items()
        if belongs and whole in grown and member not in grown
        if isinstance(record.find(member), Event)
    ]:
        grown.update(dict.fromkeys(added))
    return tuple(grown)


def _belongs(claim: Claim, events: tuple[str, ...], decisions: Judged) -> bool:
    by_claim = [decisions.memberships.get((claim.id, event)) for event in events]
    if any(by_claim):
        return True
    own_excluded = decisions.memberships.get((claim.id, claim.event)) is False
    return claim.event in events and not own_excluded
