"""Whom an item concerns: everyone whose consent it needs.

Upholds: a person counts as concerned by being listed, by telling, by being the subject, or by
being the victim of the act that is the subject; more ways in is safer than fewer.  A claim or
exhibit that came from a report and lists nobody is not "about nobody": it is unknown (None).  A
report's own source stands for all of its words, and so for everybody in any claim of it.
"""

from dataclasses import dataclass

from asylia.record.contents import Act, Claim, Content, Custody, Exhibit, Person, Source
from asylia.record.reading import Record

PRIVATE_PERPETRATORS = frozenset({"relatives", "private_persons"})  # held as victims are


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
    elif is_report(content):
        found = _report(record, content.id)
    return found


def is_report(content: Content | None) -> bool:
    """Whether this is the source that stands for the whole of a report to the team."""
    return isinstance(content, Source) and (
        bool(content.report) or content.kind == "report_to_line"
    )


def tells_on_private_persons(record: Record, source: str) -> bool:
    """Whether any claim of this source puts an act down to a relative or another private person."""
    return any(one.perpetrator in PRIVATE_PERPETRATORS for one in _claims(record, source))


def _claims(record: Record, source: str) -> tuple[Claim, ...]:
    """Its claims, those taken back too: what they say of people is in the words all the same."""
    return tuple(one for one in record.all(Claim) if one.source == source)


def _report(record: Record, source: str) -> tuple[Concern, ...] | None:
    """Of a whole statement: everybody in any claim of it; nobody can be masked there."""
    found: dict[str, Concern] = {}
    speaks = False
    for claim in _claims(record, source):
        concerns = _claim(record, claim)
        if concerns is None:
            return None
        found.update({one.person: Concern(one.person, maskable=False) for one in concerns})
        speaks = speaks or any(one.role == "speaker" for one in claim.persons)
    return tuple(found.values()) if speaks else None


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
    if not found and (claim.report or is_report(record.find(claim.source))):
        return None
    return tuple(found.values())
