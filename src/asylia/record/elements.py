"""The elements table of an event: for each legal element, what tells for it, what against, gaps.

Upholds: every line opens to its claim or exhibit and to the judgement that put it there, with its
reason; what tells against is as easy to see as what tells for; an element with nothing for it is a
gap and says so.  Decides nothing: whether a crime was committed is for a court.  Refuses an event
that the record does not have.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from asylia.record.contents import Act, Bearing, Claim
from asylia.record.reading import Record
from asylia.record.scope import known_from, scope
from asylia.values import Day


@dataclass(frozen=True)
class Item:
    """A claim or exhibit under an element; ``stands``: nobody took it back."""

    id: str
    judgement: str
    reason: str
    author: str
    stands: bool


@dataclass(frozen=True)
class ElementRow:
    """One element.  ``disputed``: items that one judgement puts for and another against."""

    element: str
    under: str
    article: str
    tells_for: tuple[Item, ...]
    tells_against: tuple[Item, ...]
    disputed: tuple[str, ...]

    @property
    def is_gap(self) -> bool:
        """Whether nothing that stands tells for it."""
        return not any(one.stands for one in self.tells_for)


def elements(
    whole: Record, event: str, *, as_of: Day, as_recorded_on: Day | None = None
) -> tuple[ElementRow, ...]:
    """The table of an event and those judged to belong to it; elements of what was done there."""
    asked = scope(whole, as_of=as_of, as_recorded_on=as_recorded_on, event=event)
    record, events = asked.record, set(asked.events)
    known = record.vocabulary("elements")
    bearing = [
        (by.id, by.reason, by.author, one)
        for by, one in record.decided(Bearing)
        if one.event in events and _said(record, one.item, as_of)
    ]
    violations = _violations(record, asked.inside, events)
    violations |= {known.terms[one.element].under for *_, one in bearing if one.element in known}
    return tuple(
        _row(record, name, known.terms[name].under, bearing)
        for name in known.offered
        if known.terms[name].under in {"", *violations}
    )


def _said(record: Record, item: str, as_of: Day) -> bool:
    found = record.find(item)
    return not isinstance(found, Claim) or known_from(record, found) <= as_of


def _violations(record: Record, claims: Iterable[Claim], events: set[str]) -> set[str]:
    """The violations that acts and claims of these events tell of."""
    properties = record.vocabulary("properties").terms
    told = {properties[one.property].act for one in claims if one.property in properties}
    return (told - {""}) | {one.violation for one in record.all(Act) if one.event in events}


def _row(
    record: Record, name: str, under: str, bearing: Iterable[tuple[str, str, str, Bearing]]
) -> ElementRow:
    sides: dict[str, list[Item]] = {"for": [], "against": []}
    for by, reason, author, one in bearing:
        if one.element == name:
            stands = one.item not in record.taken_back and record.find(one.item) is not None
            sides[one.bears].append(Item(one.item, by, reason, author, stands))
    both = {one.id for one in sides["for"]} & {one.id for one in sides["against"]}
    article = record.vocabulary("elements").terms[name].crosswalks.get("rome_statute", "")
    return ElementRow(
        element=name,
        under=under,
        article=article,
        tells_for=tuple(sides["for"]),
        tells_against=tuple(sides["against"]),
        disputed=tuple(sorted(both)),
    )
