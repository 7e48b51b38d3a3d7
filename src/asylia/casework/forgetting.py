"""Forgetting a case: which records go, who has to be told, and from which day on.

Upholds: a record goes whole or not at all, and only where everything in it is this case's; the
delay that the person chose is kept, unless that person asked again in a safe way.  Refuses: a
withdrawal that nobody made.  Rules: ``spec/casework.md``, "Forgetting".
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from asylia.casework.place import Place
from asylia.casework.threads import Thread
from asylia.errors import RefusedError, UsageError
from asylia.ledger.change import Forgetting
from asylia.ledger.control import Reason
from asylia.ledger.values import Proposed
from asylia.record.contents import (
    Account,
    Capture,
    Claim,
    Consent,
    Content,
    Credentials,
    Custody,
    Derived,
    Exhibit,
    ExhibitLook,
    FirstAccountOnly,
    HandedOver,
    Interview,
    ItemLook,
    Judgement,
    LifeAtStake,
    Masking,
    Notice,
    PersonTold,
    Proxy,
    Recipient,
    Refusal,
    Seconded,
    Source,
    SupportOffered,
    ToldElsewhere,
    Translation,
    Undo,
    Withdrawal,
)
from asylia.record.reading import Record
from asylia.record.references import references
from asylia.record.withdrawals import forget_on
from asylia.values import Day, RecordId


@dataclass(frozen=True)
class Forgettable:
    """What would go with a case.

    ``records``: compartment -> records.  ``owed``: names of those who could have been given
    something of it.  ``shared``: contents of the case that lie in records with other things, and
    stay.  ``withdrawn_on`` and ``until``: since when the person wants out, and the day on which the
    delay that they chose is over.
    """

    records: Mapping[str, tuple[RecordId, ...]]
    messages: int
    replies: int
    claims: int
    consents: int
    owed: tuple[str, ...]
    shared: int
    withdrawn_on: Day | None
    until: Day | None

    def is_early(self, today: Day) -> bool:
        """Whether the delay that the person chose still runs."""
        return self.until is not None and today < self.until


def look(place: Place, thread: bytes) -> Forgettable:
    """What forgetting this thread's case would take; ``NotFoundError`` where there is none."""
    known, record = place.casework().thread(thread), place.record()
    thread_records = frozenset(place.casework().records_of(thread))
    own = _own(known, record, thread_records)
    going = _going(record, own, thread_records)
    records: dict[str, list[RecordId]] = {}
    for one in sorted(going):
        row = place.vault.store.record(one)
        if row is not None:
            records.setdefault(row.compartment, []).append(one)
    withdrawn_on, until = _delay(known, record)
    return Forgettable(
        records={name: tuple(several) for name, several in records.items()},
        messages=len(known.submissions),
        replies=sum(one.kind == "reply" for one in known.replies),
        claims=sum(one.id in own for one in record.all(Claim)),
        consents=sum(one.id in own for one in record.all(Consent)),
        owed=_owed(record, own),
        shared=sum(one.content.id in own and one.record not in going for one in record.everything),
        withdrawn_on=withdrawn_on,
        until=until,
    )


def forget(
    place: Place,
    thread: bytes,
    reason: Reason,
    owed: Collection[str],
    *,
    asked_again: bool = False,
) -> Proposed:
    """Propose that the case be forgotten; where this device signs alone, it is.

    ``owed``: names out of ``Forgettable.owed``.  ``asked_again``: the person asked, or asked again,
    in a safe way.  Raises ``RefusedError`` before the delay is over, and for a withdrawal that
    nobody made; then nothing was proposed.
    """
    found = look(place, thread)
    if found.is_early(place.today) and not asked_again:
        raise RefusedError(
            "The delay that this person chose is not over yet.",
            hint="Before that day it goes only if the person asked again in a safe way.",
        )
    if reason == "withdrawal" and found.withdrawn_on is None and not asked_again:
        raise RefusedError(
            "Nobody has withdrawn.", hint="Say that the person asked in a safe way, if so."
        )
    if not set(owed) <= set(found.owed):
        raise UsageError("Notice is owed only to those who could have been given something.")
    changes = [
        Forgetting(compartment, records, reason, tuple(sorted(owed)))
        for compartment, records in found.records.items()
    ]
    return place.ledger.propose(changes)


def _own(known: Thread, record: Record, thread: Collection[RecordId]) -> frozenset[str]:
    """Ids of the contents that tell of this case, and of what was noted about those.

    Two desks that take one report in at the same time make two records of its thread, and what each
    writes before it hears of the other lies in its own.
    """
    reports, person = {one.hex() for one in thread}, known.row.pseudonym
    own = {
        one.content.id
        for one in record.entered
        if one.record in thread or _tells_of(one.content, reports, person)
    }
    size = -1
    while size != len(own):  # a note about a note: a second pass finds it
        size = len(own)
        own |= {one.content.id for one in record.entered if _is_about(one.content, own)}
    return frozenset(own)


def _tells_of(content: Content, reports: Collection[str], person: str) -> bool:
    match content:
        case Source(report=of) | Claim(report=of) | Exhibit(report=of):
            return of in reports
        case (
            Consent(person=of)
            | Refusal(person=of)
            | Proxy(person=of)
            | Withdrawal(person=of)
            | LifeAtStake(person=of)
            | SupportOffered(person=of)
            | Interview(person=of)
            | Account(person=of)
            | ToldElsewhere(person=of)
            | FirstAccountOnly(person=of)
        ):
            return bool(person) and of == person
        case _:
            return False


def _is_about(content: Content, own: Collection[str]) -> bool:
    match content:
        case (
            Masking(claim=of)
            | Custody(item=of)
            | Undo(of=of)
            | Seconded(decision=of)
            | PersonTold(decision=of)
        ):
            return of in own
        case Translation(of=of) | Notice(withdrawal=of):
            return of in own
        case Capture(exhibit=of) | Credentials(exhibit=of) | Derived(exhibit=of):
            return of in own
        case ExhibitLook(exhibit=of) | ItemLook(item=of):
            return of in own
        case Judgement():
            return any(target in own for _, target, _ in references(content))
        case _:
            return False


def _going(
    record: Record, own: Collection[str], thread: frozenset[RecordId]
) -> frozenset[RecordId]:
    """The thread's records, and each other one in which everything is this case's."""
    mixed = {one.record for one in record.everything if one.content.id not in own}
    wholly = {one.record for one in record.everything if one.content.id in own} - mixed
    return thread | {one for one in wholly if one is not None}


def _delay(known: Thread, record: Record) -> tuple[Day | None, Day | None]:
    """Since when the person wants out, and the day on which the delay they chose is over."""
    asked = [
        one.entered_on
        for one in known.submissions
        if one.submission.control.kind in {"withdraw", "delete"}
    ]
    made = [one for one in record.all(Withdrawal) if one.person == known.row.pseudonym]
    asked += [record.entry(one.id).entered_on for one in made]
    ends = [forget_on(record, one) for one in made]
    return min(asked, default=None), min(ends, default=None)


def _owed(record: Record, own: frozenset[str]) -> tuple[str, ...]:
    """Names of those who were given something, or whom a consent or a decision let have it."""
    allowed: set[str] = set()
    for one in record.entered:
        match one.content:
            case Consent(id=name, recipient=recipient, onward=onward) if name in own:
                allowed |= {recipient, *onward}
            case Proxy(id=name, recipient=recipient, onward=onward) if name in own:
                allowed |= {recipient, *onward}
            case LifeAtStake(id=name, recipient=recipient) if name in own:
                allowed.add(recipient)
            case HandedOver(recipient=recipient, onward=onward, items=items) if own & set(items):
                allowed |= {recipient, *onward}
    return tuple(sorted({one.name for one in record.all(Recipient) if one.id in allowed}))
