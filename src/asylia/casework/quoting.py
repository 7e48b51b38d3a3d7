"""Claims from the text of an exhibit, or from the account of an interview, words quoted.

Upholds: the words of a claim are found, letter for letter, in the text that is kept, and its place
in it is written down with that text's own hash.  Refuses: words that are not there, and a claim
from a case's words that does not say whom it concerns (``documenting``).
"""

from dataclasses import dataclass, field

from asylia.casework.documenting import Said, claim_of, enter_persons, persons_of
from asylia.casework.exhibits import original_of, record_of
from asylia.casework.place import Place
from asylia.casework.threads import Thread
from asylia.casework.words import capture_of, text_of
from asylia.errors import NotFoundError, UsageError
from asylia.record.check import check
from asylia.record.contents import (
    Account,
    Concerned,
    Exhibit,
    Interview,
    Organisation,
    Source,
    Teller,
)
from asylia.record.reading import Record
from asylia.values import RecordId, date_of


@dataclass(frozen=True)
class Passage:
    """A text that can be quoted, and what a claim from it is entered under.

    ``thread``: the case whose words these are, if they are a case's.
    """

    source: Source
    record: RecordId
    text: str = field(repr=False)
    where: str
    thread: Thread | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Told:
    """Who tells it in a text that is nobody's of ours: an id, or a name as the text gives it."""

    who: str = ""
    as_given: str = ""
    said_on: str = ""
    language: str = ""


def of_account(place: Place, account: Account) -> Passage:
    """The account of an interview; its teller is the person who was asked."""
    record = place.record()
    interview = record.get(account.interview, Interview)
    thread = _thread(place, interview.report)
    if thread is None:
        raise NotFoundError("The case of this interview is not here.")
    source = Source(
        id=source_id(interview.id),
        kind="interview",
        title="Interview",
        language=account.language,
        said_on=date_of(interview.on).isoformat(),
    )
    return Passage(source, thread.row.record, account.words, "account", thread)


def of_exhibit(place: Place, exhibit: Exhibit, told: Told) -> Passage:
    """A text, or one that was read from an original: the source is the original."""
    record = place.record()
    original = original_of(record, exhibit) or exhibit
    text = text_of(place, exhibit)
    known = record.find(source_id(original.id))
    capture = capture_of(record, original)
    source = known if isinstance(known, Source) else Source(
        id=source_id(original.id),
        kind=original.kind,
        title=original.description[:500],
        language=told.language,
        said_on=told.said_on,
        address=capture.address[:500] if capture else "",
        exhibit=original.id,
    )  # fmt: skip
    thread = _thread(place, original.report) if original.report else None
    where = f"text {exhibit.sha256.hex()[:16]}"
    return Passage(source, record_of(record, place, original), text, where, thread)


def quote(place: Place, passage: Passage, words: str, said: Said, told: Told) -> str:
    """Enter a claim from a passage, and its source at first need; returns the claim's id."""
    at = passage.text.find(words)
    if not words or at < 0:
        raise UsageError(
            "These words are not in the text as it is kept.",
            hint="Copy them from it; a claim quotes letter for letter.",
        )
    persons, tellers, subject = _who(passage, said, told)
    check(passage.source, place.words())
    claim = claim_of(
        place,
        said,
        source=passage.source,
        words=words,
        tellers=tellers,
        subject=subject,
        persons=persons,
        locator=f"{passage.where}, characters {at + 1}-{at + len(words)}",
        report=passage.thread.row.record.hex() if passage.thread else "",
    )
    with place.vault.store.transaction():
        if place.record().find(passage.source.id) is None:
            place.append(passage.record, passage.source)
        enter_persons(place, passage.record, persons)
        place.append(passage.record, claim)
    return claim.id


def record_teller(place: Place, name: str, kind: str) -> str:
    """An organisation or outlet that tells something; returns its id."""
    teller = Organisation(id=place.randomness(16).hex(), name=name, kind=kind)
    check(teller, place.words())
    place.append(place.ledger.new_record(place.ledger.home()), teller)
    return teller.id


def source_id(of: str) -> str:
    """The id of the source that an exhibit or interview becomes: the same on every device."""
    return f"s-{of}"[:64]


def account_of(record: Record, interview: Interview) -> Account | None:
    """The account that was given in an interview."""
    return next((one for one in record.all(Account) if one.interview == interview.id), None)


def _who(
    passage: Passage, said: Said, told: Told
) -> tuple[tuple[Concerned, ...], tuple[Teller, ...], str]:
    if passage.thread is not None:
        person = passage.thread.row.pseudonym
        persons = persons_of(passage.thread, said.others)
        return persons, (Teller(who=person),), said.subject or person
    if not told.who and not told.as_given:
        raise UsageError("Say who tells it.", hint="Nothing was saved.")
    teller = Teller(who=told.who, as_given=told.as_given)
    return tuple(said.others), (teller,), said.subject or said.event


def _thread(place: Place, report: str) -> Thread | None:
    casework = place.casework()
    thread = casework.thread_in(report)
    return None if thread is None else casework.thread(thread)
