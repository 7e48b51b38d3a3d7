"""Whom an item concerns: everyone whose consent it needs.

Upholds: a person counts as concerned by being listed, by telling, by being the subject, or by
being the victim of the act that is the subject; more ways in is safer than fewer.  A claim or
exhibit that came from a report and lists nobody is not "about nobody": it is unknown (None).
"""

from dataclasses import dataclass

from asylia.record.contents import Act, Claim, Content, Custody, Exhibit, Person, Source
from asylia.record.reading import Record


@dataclass(frozen=True)
class Concern:
    """One person, whether masking can stand in for consent, and whether ``subject`` names them."""

    person: str
    maskable: bool
    by_subject: bool = False


def concerned(record: Record, content: Content) -> tuple[Concern, ...] | None:
    """Everyone whom the item concerns; None where that was never written down."""
    found: tuple[Concern, ...] | None = ()
    if isinstance(content, Claim):
        found = _claim(record, content)
    elif isinstance(content, Exhibit):
        found = _exhibit(content)
    elif isinstance(content, Act):
        victim = record.find(content.victim)
        found = (Concern(victim.id, maskable=False),) if isinstance(victim, Person) else ()
    elif isinstance(content, Custody):
        item = record.find(content.item)
        found = concerned(record, item) if isinstance(item, Claim | Exhibit) else None
    elif isinstance(content, Source) and _is_report(content):
        found = None
    return found


def _exhibit(exhibit: Exhibit) -> tuple[Concern, ...] | None:
    if exhibit.report and not exhibit.persons:
        return None
    return tuple(Concern(one.person, maskable=False) for one in exhibit.persons)


def _claim(record: Record, claim: Claim) -> tuple[Concern, ...] | None:
    found: dict[str, Concern] = {}
    for one in claim.persons:
        earlier = found.get(one.person)
        maskable = one.role != "speaker" and (earlier is None or earlier.maskable)
        found[one.person] = Concern(one.person, maskable)
    subject = record.find(claim.subject)
    if isinstance(subject, Act):
        subject = record.find(subject.victim)
    if isinstance(subject, Person):
        maskable = found[subject.id].maskable if subject.id in found else True
        found[subject.id] = Concern(subject.id, maskable, by_subject=True)
    for link in claim.tellers:
        if isinstance(record.find(link.who), Person):
            found.setdefault(link.who, Concern(link.who, maskable=True))
    if not found and (claim.report or _from_report(record, claim)):
        return None
    return tuple(found.values())


def _from_report(record: Record, claim: Claim) -> bool:
    source = record.find(claim.source)
    return isinstance(source, Source) and _is_report(source)


def _is_report(source: Source) -> bool:
    return bool(source.report) or source.kind == "report_to_line"
