"""Whom an item concerns: everyone whose consent it needs.

Upholds: a person counts as concerned by being listed, by telling, by being the subject, or by
being the victim of the act that is the subject; more ways in is safer than fewer.  A claim or
exhibit that came from a report, or from an interview, a medical document or an imported file of
the team's own whose teller is unnamed, and lists nobody is not "about nobody": it is unknown
(None), until somebody who looked says whom it concerns, or of a file's words that it is nobody.  A
report's own source stands for all of its words, and so for everybody in any claim of it; what is
written of any other source (its title, its day) is of whomever the exhibit shows that it is, and,
of an interview or a medical document, of everybody in its claims.
"""

from dataclasses import dataclass

from asylia.record.check import is_private
from asylia.record.contents import (
    Act,
    Capture,
    Claim,
    Concerned,
    Content,
    Custody,
    Demand,
    Exhibit,
    ExhibitLook,
    Person,
    Response,
    Source,
    Statement,
    Translation,
)
from asylia.record.copies import family
from asylia.record.reading import Record

_REPORT = "report_to_line"
_OF_SOMEBODY = frozenset({"interview", "medical_document", _REPORT})  # never of nobody


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
        found = _exhibit(record, content)
    elif isinstance(content, Act | Statement | Demand | Response):
        found = tuple(Concern(one, maskable=False) for one in _behind(record, content))
    elif isinstance(content, Person):
        found = (Concern(content.id, maskable=False),)
    elif isinstance(content, Custody | Translation):
        item = record.find(content.item if isinstance(content, Custody) else content.of)
        whole = concerned(record, item) if isinstance(item, Claim | Exhibit) else None
        found = whole and tuple(Concern(one.person, maskable=False) for one in whole)
    elif isinstance(content, Source):
        found = _report(record, content.id) if is_report(content) else _source(record, content)
    return found


def looked_at(record: Record, content: Content) -> bool:
    """Whether somebody said, of words that a person gave the team, whom else they could identify.

    Of a report's own source: of every claim of it.  Of every exhibit, a copy as much as an
    original: faces and voices, and what stands in the background, are nobody's words.  Of a source
    that is kept as an exhibit: of that one, for its title describes it; a saved page is public.
    """
    if isinstance(content, Custody | Translation):
        item = record.find(content.item if isinstance(content, Custody) else content.of)
        return item is None or looked_at(record, item)
    if is_report(content):
        return all(one.others for one in _claims(record, content.id))
    if isinstance(content, Source):
        kept = _kept(record, content)
        return kept is None or looked_at(record, kept) or _is_saved_page(record, kept)
    if isinstance(content, Exhibit):
        return any(one.exhibit == content.id for one in record.all(ExhibitLook))
    if not isinstance(content, Claim) or content.others or not _theirs(record, content):
        return True
    return bool(record.looks_at(content))


def _theirs(record: Record, claim: Claim) -> bool:
    """Whether a claim's words are a person's to the team, not a publication's."""
    source = record.find(claim.source)
    told = isinstance(source, Source) and (bool(source.report) or _is_told(record, source))
    return bool(claim.report) or told


def _is_told(record: Record, source: Source) -> bool:
    """Whether its words are of somebody by its kind, or it is a file of the team's own."""
    return _is_of_somebody(record, source.kind) or bool(record.own_paper(source.id))


def arrived(record: Record, content: Content) -> bool:
    """Whether everything that tells whom the item concerns is in the record, not on its way."""
    return all(record.find(one) is not None for one in _points_to(content))


def _points_to(content: Content | None) -> tuple[str, ...]:
    pointed: tuple[str, ...] = ()
    if isinstance(content, Source):
        pointed = (content.exhibit,) if content.exhibit else ()
    elif isinstance(content, Claim):
        tellers = (link.who for link in content.tellers if link.who)
        pointed = (content.source, content.subject, *tellers)
    elif isinstance(content, Act):
        pointed = (content.victim,)
    elif isinstance(content, Translation):
        pointed = (content.of,)
    elif isinstance(content, Statement):
        pointed = (content.by,)
    elif isinstance(content, Demand | Response):
        pointed = content.by
    return pointed


def _behind(record: Record, subject: Content | None) -> tuple[str, ...]:
    """The persons whom a subject is, or whom it points to."""
    if isinstance(subject, Person):
        return (subject.id,)
    return tuple(one for one in _points_to(subject) if isinstance(record.find(one), Person))


def is_report(content: Content | None) -> bool:
    """Whether this is the source that stands for the whole of a report to the team."""
    return isinstance(content, Source) and (bool(content.report) or content.kind == _REPORT)


def tells_on_private_persons(record: Record, source: str) -> bool:
    """Whether any claim of this source puts an act down to a relative or another private person."""
    return any(is_private(one.perpetrator, record.words) for one in _claims(record, source))


def _claims(record: Record, source: str) -> tuple[Claim, ...]:
    """Its claims, those taken back too: what they say of people is in the words all the same."""
    whole = record.find(source)
    report = whole.report if isinstance(whole, Source) else ""
    return tuple(
        one
        for one in record.all(Claim)
        if one.source == source or (report and one.report == report)
    )


def _report(record: Record, source: str) -> tuple[Concern, ...] | None:
    """Of a whole statement: everybody in any claim of it; nobody can be masked there."""
    found: dict[str, Concern] = {}
    speaks = False
    for claim in _claims(record, source):
        concerns = _claim(record, claim)
        if concerns is None:
            return None
        found.update({one.person: Concern(one.person, maskable=False) for one in concerns})
        speaks = speaks or any(one.role == "speaker" for one in persons_in(record, claim))
    return tuple(found.values()) if speaks else None


def is_nameless(record: Record, source: Source) -> bool:
    """Whether the title stays with the team: it describes an exhibit that shows somebody.

    Or that may: nobody has looked yet, and it is no page that was saved.
    """
    if is_report(source):
        return True
    return _kept(record, source) is not None and (
        concerned(record, source) != () or not looked_at(record, source)
    )


def _source(record: Record, source: Source) -> tuple[Concern, ...] | None:
    """Of a source that is no report: who is seen in it, and of somebody's words all whom they name.

    Nobody can be masked there: that there is such a source, and since when, is told by it.
    """
    kept = _kept(record, source)
    found = [] if kept is None else [concerned(record, kept)]
    if _is_of_somebody(record, source.kind):
        found += [_claim(record, one) for one in record.all(Claim) if one.source == source.id]
    persons: dict[str, None] = {}
    for concerns in found:
        if concerns is None:
            return None
        persons.update((one.person, None) for one in concerns)
    return tuple(Concern(one, maskable=False) for one in persons)


def _kept(record: Record, source: Source) -> Exhibit | None:
    """The exhibit that this source is kept as."""
    found = record.find(source.exhibit) if source.exhibit else None
    return found if isinstance(found, Exhibit) else None


def _is_saved_page(record: Record, exhibit: Exhibit) -> bool:
    return any(one.exhibit == exhibit.id for one in record.all(Capture))


def _is_of_somebody(record: Record, kind: str) -> bool:
    return record.vocabulary("source_kinds").within(kind, _OF_SOMEBODY)


def _exhibit(record: Record, exhibit: Exhibit) -> tuple[Concern, ...] | None:
    """Those listed, and those whom somebody who looked saw in it, or in what it was made of.

    Of a report as it came, everybody in any claim from that report as well.
    """
    kin = family(record, exhibit.id)
    near = (one for name in kin if isinstance(one := record.find(name), Exhibit))
    persons = {one.person for its in (exhibit, *near) for one in its.persons}
    looks = (one for one in record.all(ExhibitLook) if one.exhibit in kin)
    persons.update(one.person for look in looks for one in look.persons)
    if not persons and (exhibit.report or _is_of_somebody(record, exhibit.kind)):
        return None
    if exhibit.kind == _REPORT and exhibit.report:
        for claim in record.all(Claim):
            if claim.report == exhibit.report:
                persons.update(one.person for one in _claim(record, claim) or ())
    return tuple(Concern(one, maskable=False) for one in sorted(persons))


def persons_in(record: Record, claim: Claim) -> tuple[Concerned, ...]:
    """Whom its words concern: as it says itself, and as somebody said who looked at them."""
    looks = record.looks_at(claim)
    return (*claim.persons, *(one for look in looks for one in look.persons))


def is_of_nobody(record: Record, claim: Claim) -> bool:
    """Whether somebody said of words out of a file that they are nobody's and name nobody.

    Words of an interview, a medical document or a report are always somebody's.
    """
    source, looks = record.find(claim.source), record.looks_at(claim)
    kind = source.kind if isinstance(source, Source) else _REPORT
    is_paper = bool(record.own_paper(claim.source)) and not _is_of_somebody(record, kind)
    return bool(looks) and is_paper and not claim.report and not persons_in(record, claim)


def _claim(record: Record, claim: Claim) -> tuple[Concern, ...] | None:
    found: dict[str, Concern] = {}
    for one in persons_in(record, claim):
        earlier = found.get(one.person)
        maskable = one.role != "speaker" and (earlier is None or earlier.maskable)
        found[one.person] = Concern(one.person, maskable)
    for person in _behind(record, record.find(claim.subject)):
        maskable = found[person].maskable if person in found else True
        found[person] = Concern(person, maskable, by_subject=True)
    for link in claim.tellers:
        if isinstance(record.find(link.who), Person):
            found.setdefault(link.who, Concern(link.who, maskable=True))
    source = record.find(claim.source)
    unnamed = any(not link.who for link in claim.tellers)
    theirs = isinstance(source, Source) and _is_told(record, source) and unnamed
    whose = claim.report or is_report(source) or theirs
    if not found and whose and not is_of_nobody(record, claim):
        return None
    return tuple(found.values())
