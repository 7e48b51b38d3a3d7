"""From a report to the record: the case, the claims with their words quoted, the consent.

Upholds: the words of a claim are found, letter for letter, in what the writer wrote; who speaks in
them is the case's pseudonym; a consent is given by the one who speaks, for that one alone.
Refuses: a claim without a case (nobody could consent), words that are not there, and, where the
writer wrote for another, a claim that does not say whom it happened to.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from asylia.casework.contents import Case
from asylia.casework.place import Place
from asylia.casework.threads import Thread
from asylia.crypto import random
from asylia.errors import NotFoundError, UsageError
from asylia.record.check import check
from asylia.record.claims import Recants
from asylia.record.contents import (
    Claim,
    Concerned,
    Consent,
    Count,
    Event,
    Person,
    Recipient,
    Risks,
    Source,
    Teller,
)
from asylia.record.forms import NOT_STATED, Others
from asylia.values import Day, RecordId, date_of

_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
MOST_DAYS = 365


@dataclass(frozen=True)
class Words:
    """Words of one envelope of a thread, as the writer wrote them."""

    envelope_sha256: bytes
    text: str = field(repr=False)


@dataclass(frozen=True)
class Said:
    """What a worker reads in the words; ids and terms as in ``spec/record.md``."""

    event: str
    property: str
    subject: str = ""  # empty: the person of the case
    value: str = field(default="", repr=False)
    count: Count | None = None
    certainty: str = "reports"
    polarity: str = "asserts"
    perpetrator: str = NOT_STATED
    perpetrator_words: str = field(default="", repr=False)
    motive: str = NOT_STATED
    facts: str = ""
    others: tuple[Concerned, ...] = ()
    could_identify: Others = ""  # whom else the words could: "none", "named" in ``others``
    recants: Recants | None = None


@dataclass(frozen=True)
class Terms:
    """What somebody consented to: purpose, one recipient and whom it tells, which items."""

    purpose: str
    recipient: str
    onward: tuple[str, ...]
    items: tuple[str, ...]
    risks_explained: str = field(repr=False)
    explained_by: str
    explained_in: str  # language
    expires_on: Day
    forget_after_days: int


def draw_pseudonym(place: Place) -> str:
    """Two consonants and three digits that no case has yet."""
    while True:
        drawn = place.randomness(8)
        letters = "".join(_LETTERS[byte % len(_LETTERS)] for byte in drawn[:2])
        pseudonym = f"{letters}-{int.from_bytes(drawn[2:], 'big') % 1000:03}"
        if place.casework().thread_of(pseudonym) is None:
            return pseudonym


def check_pseudonym(untrusted: str) -> str:
    """The same text, if it could hardly be a name; ``UsageError``."""
    if not re.fullmatch(r"[A-Z]{2}-[0-9]{3}", untrusted):
        raise UsageError(
            "A person is named by a pseudonym such as KT-204, never by a name.",
            hint="Nothing was saved. Draw a pseudonym and write that.",
        )
    return untrusted


def open_case(place: Place, thread: bytes, pseudonym: str) -> None:
    """Take a thread on as a case; its person enters the record as a pseudonym and nothing else."""
    row = place.casework().row(thread)
    if row.pseudonym:
        raise UsageError("This thread is a case already.")
    if place.casework().thread_of(pseudonym) is not None:
        raise UsageError("Another case has this pseudonym.", hint="Draw another one.")
    check_pseudonym(pseudonym)
    person = Person(id=pseudonym, pseudonym=pseudonym)
    case = Case(case=place.randomness(16), thread=thread, pseudonym=pseudonym)
    place.append(row.record, case)
    place.append(row.record, person)


def record_person(place: Place, thread: bytes, pseudonym: str) -> None:
    """Somebody of whom only the pseudonym is known, such as one who stands in; once."""
    if place.record().find(check_pseudonym(pseudonym)) is None:
        row = place.casework().row(thread)
        place.append(row.record, Person(id=pseudonym, pseudonym=pseudonym))


def record_claim(place: Place, thread: bytes, words: Words, said: Said) -> str:
    """A claim from a report, under a source of its own per envelope; returns the claim's id."""
    known = place.casework().thread(thread)
    person = _person(known)
    persons = persons_of(known, said.others)
    source, record = _source(place, known, words.envelope_sha256)
    claim = claim_of(
        place,
        said,
        source=source,
        words=words.text,
        tellers=(Teller(who=person),),
        subject=said.subject or person,
        persons=persons,
        locator=_locator(known, words),
        report=known.row.record.hex(),
    )
    enter_persons(place, known.row.record, persons)
    place.append(record, claim)
    return claim.id


def claim_of(
    place: Place,
    said: Said,
    *,
    source: Source,
    words: str,
    tellers: tuple[Teller, ...],
    subject: str,
    persons: tuple[Concerned, ...],
    locator: str,
    report: str,
) -> Claim:
    """A claim under a fresh id, checked and not entered yet."""
    claim = Claim(
        id=_draw_id(place.randomness),
        source=source.id,
        words=words,
        tellers=tellers,
        subject=subject,
        property=said.property,
        event=said.event,
        said_on=source.said_on,
        value=said.value,
        count=said.count,
        certainty=said.certainty,
        polarity=said.polarity,
        perpetrator=said.perpetrator,
        perpetrator_words=said.perpetrator_words,
        motive=said.motive,
        facts=said.facts,
        locator=locator,
        language=source.language,
        persons=persons,
        others=said.could_identify,
        recants=said.recants,
        report=report,
    )
    check(claim, place.words())
    return claim


def record_recipient(place: Place, name: str, tells: Sequence[str] = ()) -> str:
    """One who may be given something, and those whom they tell; returns the recipient's id."""
    recipient = Recipient(id=_draw_id(place.randomness), name=name, tells=tuple(tells))
    check(recipient)
    place.append(place.ledger.new_record(_compartment(place)), recipient)
    return recipient.id


def record_event(place: Place, name: str, kind: str) -> str:
    """What holds acts together, for claims to be told about; returns the event's id."""
    event = Event(id=_draw_id(place.randomness), name=name, kind=kind)
    check(event, place.words())
    place.append(place.ledger.new_record(_compartment(place)), event)
    return event.id


def record_consent(place: Place, thread: bytes, terms: Terms) -> str:
    """What the writer of this case agreed to, for their own words; returns the consent's id."""
    known = place.casework().thread(thread)
    person = _person(known)
    if not place.today < terms.expires_on <= place.today + MOST_DAYS:
        raise UsageError("A consent ends after today and within a year.")
    consent = Consent(
        id=_draw_id(place.randomness),
        person=person,
        given_by=person,
        purpose=terms.purpose,
        recipient=terms.recipient,
        onward=terms.onward,
        items=terms.items,
        risks=Risks(
            explained=terms.risks_explained,
            by=terms.explained_by,
            language=terms.explained_in,
            on=place.today,
        ),
        given_on=place.today,
        expires_on=terms.expires_on,
        forget_after_days=terms.forget_after_days,
    )
    check(consent)
    place.append(known.row.record, consent)
    return consent.id


def source_id(envelope_sha256: bytes) -> str:
    """The id of the source that an envelope becomes: the same on every device."""
    return envelope_sha256[:16].hex()


def _source(place: Place, known: Thread, envelope: bytes) -> tuple[Source, RecordId]:
    """The source of this envelope and the ledger record that it lies in, made at first need."""
    record = place.record()
    name = source_id(envelope)
    if isinstance(found := record.find(name), Source):
        where = record.entry(name).record
        return found, where if where is not None else known.row.record
    one = next(
        (s for s in known.submissions if s.submission.arrival.envelope_sha256 == envelope), None
    )
    if one is None:
        raise NotFoundError("These words are not of this thread.")
    source = Source(
        id=name,
        kind="report_to_line",
        title="Report to the line",
        language=one.submission.statement.language,
        said_on=date_of(one.entered_on).isoformat(),
        report=known.row.record.hex(),
    )
    check(source)
    own = place.ledger.new_record(one.submission.arrival.compartment)
    place.append(own, source)
    return source, own


def _locator(known: Thread, words: Words) -> str:
    for number, one in enumerate(known.submissions, start=1):
        if one.submission.arrival.envelope_sha256 != words.envelope_sha256:
            continue
        statement = one.submission.statement
        for where, text in (
            ("text", statement.text),
            *((a.question, a.text) for a in statement.answers),
        ):
            at = text.find(words.text)
            if words.text and at >= 0:
                return f"message {number}, {where}, characters {at + 1}-{at + len(words.text)}"
    raise UsageError(
        "These words are not in the report as written.",
        hint="Select them in the report; a claim quotes letter for letter.",
    )


def persons_of(known: Thread, others: Sequence[Concerned]) -> tuple[Concerned, ...]:
    """Who speaks, whom it happened to, who else is named; each at most once a role."""
    person = _person(known)
    own = [Concerned(person=person, role="speaker")]
    if not any(one.role == "subject" for one in others):
        if known.row.on_behalf == "another":
            raise UsageError(
                "The writer wrote for another person: say whom it happened to.",
                hint="Give that person a pseudonym of their own, with the role of subject.",
            )
        if known.row.on_behalf == "not_said":
            raise UsageError(
                "The writer did not say whom it is about: say whom it happened to.",
                hint="Name them as the subject; by the writer's pseudonym, if it was the writer.",
            )
        own.append(Concerned(person=person, role="subject"))
    return tuple(dict.fromkeys((*own, *others)))


def enter_persons(place: Place, where: RecordId, persons: Sequence[Concerned]) -> None:
    """Those of these persons whom the record does not know yet, each as a pseudonym alone."""
    record = place.record()
    for name in dict.fromkeys(one.person for one in persons):
        if record.find(name) is None:
            place.append(where, Person(id=check_pseudonym(name), pseudonym=name))


def _person(known: Thread) -> str:
    if not known.row.pseudonym:
        raise UsageError("Open a case first.", hint="A claim and a consent need a pseudonym.")
    return known.row.pseudonym


def _compartment(place: Place) -> str:
    return place.ledger.home()


def _draw_id(randomness: random.Randomness) -> str:
    return randomness(16).hex()
