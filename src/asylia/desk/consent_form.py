"""What the forms of consent, refusal and standing in share: recipient, risks, items, days.

Upholds: an item is one of the thread's own claims, one out of a file that somebody said to concern
its person, or an exhibit of its case or that shows its person; a person's own yes or no also covers
what others told of them; a new recipient is written down with
whom they tell.  Refuses, with what to write: what is missing.
"""

from datetime import date

from asylia.casework.documenting import record_recipient
from asylia.casework.threads import Thread
from asylia.desk.screen import Visit
from asylia.errors import UsageError
from asylia.record.concerns import concerned, is_report
from asylia.record.consent import LINKAGE
from asylia.record.contents import Act, Claim, Derived, Exhibit, Risks, Source
from asylia.record.copies import in_families
from asylia.record.reading import Record
from asylia.values import Day, day_of

NEW = "new"  # in place of a recipient's id: the one whose name was typed


def thread_of(visit: Visit) -> Thread:
    """The thread in the address."""
    return visit.workspace.casework.thread(visit.workspace.handles.find(visit.path["thread"]))


def claims_of(visit: Visit, thread: Thread) -> list[Claim]:
    """What was recorded from a thread, and what came in with a file and is said to concern it."""
    report, record = thread.row.record.hex(), visit.workspace.record
    return [one for one in record.claims if one.report == report or _is_said(record, one, thread)]


def _is_said(record: Record, claim: Claim, thread: Thread) -> bool:
    name = thread.row.pseudonym
    looks = record.looks_at(claim) if name else ()
    return any(one.person == name for look in looks for one in look.persons)


def exhibits_of(record: Record, thread: Thread) -> list[tuple[Exhibit, Derived | None]]:
    """The exhibits of a case, and any other that concerns its person; originals before copies."""
    report, person = thread.row.record.hex(), thread.row.pseudonym

    def asks(one: Exhibit) -> bool:
        return one.report == report or any(
            its.person == person for its in concerned(record, one) or () if person
        )

    return list(in_families(record, (one for one in record.all(Exhibit) if asks(one))))


def told_by_others(visit: Visit, thread: Thread) -> list[Claim]:
    """Claims in others' words that concern this case's person: theirs to say yes or no to as well.

    Each needs everybody whom it concerns; nobody's yes is another's.
    """
    record, person = visit.workspace.record, thread.row.pseudonym
    if not person:
        return []
    own = {one.id for one in claims_of(visit, thread)}
    names = {person, *(one.id for one in record.all(Act) if one.victim == person)}

    def may(claim: Claim) -> bool:  # what costs little first: a record has many claims
        listed = any(one.person == person for one in claim.persons)
        return listed or claim.subject in names or any(one.who == person for one in claim.tellers)

    return [
        one
        for one in record.claims
        if one.id not in own and may(one)
        if any(its.person == person for its in concerned(record, one) or ())
    ]


def askable(visit: Visit, thread: Thread) -> set[str]:
    """Ids of the claims and exhibits that this case's person can say yes or no to."""
    known = visit.workspace.record
    claims = {claim.id for claim in claims_of(visit, thread)}
    return claims | {one.id for one, _ in exhibits_of(known, thread)}


def reports_of(record: Record, claims: list[Claim]) -> list[Source]:
    """The reports that these claims quote: the account of an interview is none, and stays."""
    found = (record.get(one, Source) for one in dict.fromkeys(c.source for c in claims))
    return [one for one in found if is_report(one)]


def recipient_in(visit: Visit) -> str:
    """The recipient that was chosen; a new one is written down, with those whom they tell."""
    chosen = visit.form.needed("recipient", "Choose a recipient.")
    if chosen != NEW:
        return chosen
    name = visit.form.needed("new_recipient", "Say who may be given it.")
    tells = [line.strip() for line in visit.form.text("new_tells").splitlines() if line.strip()]
    ids = [record_recipient(visit.workspace.place, told) for told in tells]
    return record_recipient(visit.workspace.place, name, ids)


def items_in(visit: Visit, purpose: str, person: str) -> tuple[str, ...]:
    """What was ticked; for being counted across lists it is the person, and nothing is ticked."""
    items = visit.form.texts("items")
    if purpose == LINKAGE:
        if items:
            raise UsageError("Being counted across lists is agreed to by itself: tick nothing.")
        return (person,)
    if not items:
        raise UsageError("A consent names what may leave; tick at least one of it.")
    return tuple(items)


def risks_in(visit: Visit) -> Risks:
    """What was explained, today, by whoever works here."""
    return Risks(
        explained=visit.form.needed("risks", "Write down which risks were explained."),
        by=visit.workspace.own_name(),
        language=visit.form.needed(
            "explained_in", "Say in which language the risks were explained."
        ),
        on=visit.workspace.today,
    )


def spoken(thread: Thread) -> str:
    """The language in which the person wrote last: the likeliest one to be spoken to in."""
    return thread.submissions[-1].submission.statement.language if thread.submissions else ""


def day_in(text: str) -> Day:
    """A last day as typed."""
    try:
        return day_of(date.fromisoformat(text))
    except ValueError:
        raise UsageError("Write the last day as 2026-12-31.") from None
