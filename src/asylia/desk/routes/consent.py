"""Consent: purpose by recipient by onward recipients by items, with the risks explained."""

from datetime import date, timedelta

from starlette.responses import Response

from asylia.casework.documenting import Terms, record_consent, record_recipient
from asylia.casework.threads import Thread
from asylia.desk.screen import Visit, screen
from asylia.desk.terms import options
from asylia.errors import UsageError
from asylia.record.agreements import FORGET_AFTER_DAYS
from asylia.record.consent import onward
from asylia.record.contents import Claim, Recipient, Source
from asylia.values import date_of, day_of

NEW = "new"  # in place of a recipient's id: the one whose name was typed
_DELAYS = {"0": 0, "7": 7, "14": 14, "30": 30, "90": 90}


def ask(visit: Visit) -> Response:
    """The form: what this person's own words are, and who could be given them."""
    thread, known = _thread(visit), visit.workspace.record
    claims = _claims(visit, thread)
    return visit.page(
        "consent.html",
        thread=thread,
        claims=claims,
        reports=[known.get(one, Source) for one in dict.fromkeys(c.source for c in claims)],
        recipients=known.all(Recipient),
        purposes=options(visit.workspace.place.words(), "purposes", visit.desk.language),
        until=(date_of(visit.workspace.today) + timedelta(days=180)).isoformat(),
        delays=list(_DELAYS),
        spoken=_spoken(thread),
        record=known,
    )


def give(visit: Visit) -> Response:
    """Take the form: what was agreed goes into the record."""
    thread, form = _thread(visit), visit.form
    address = f"/thread/{visit.path['thread']}"
    if visit.is_repeated:
        return visit.go(address)
    if not form.text("understood"):
        raise UsageError("A consent counts only if the risks were understood.")
    items = form.texts("items")
    if not items:
        raise UsageError("A consent names what may leave; tick at least one claim.")
    claims = _claims(visit, thread)
    if not {own for claim in claims for own in (claim.id, claim.source)}.issuperset(items):
        raise UsageError("A consent covers the writer's own words only.")
    until = day_of(_date(form.text("until")))
    risks = form.needed("risks", "Write down which risks were explained.")
    purpose = form.needed("purpose", "Choose a purpose.")
    recipient = form.needed("recipient", "Choose a recipient.")
    recipient = _new_recipient(visit) if recipient == NEW else recipient
    terms = Terms(
        purpose=purpose,
        recipient=recipient,
        onward=onward(visit.workspace.record, recipient),
        items=tuple(items),
        risks_explained=risks,
        explained_by=visit.workspace.own_name(),
        explained_in=form.needed("explained_in", "Say in which language the risks were explained."),
        expires_on=until,
        forget_after_days=_DELAYS.get(form.text("delay"), FORGET_AFTER_DAYS),
    )
    record_consent(visit.workspace.place, thread.row.thread, terms)
    return visit.go(address, visit.translate("The consent is recorded."))


def _new_recipient(visit: Visit) -> str:
    name = visit.form.needed("new_recipient", "Say who may be given it.")
    tells = [line.strip() for line in visit.form.text("new_tells").splitlines() if line.strip()]
    ids = [record_recipient(visit.workspace.place, told) for told in tells]
    return record_recipient(visit.workspace.place, name, ids)


def _claims(visit: Visit, thread: Thread) -> list[Claim]:
    report = thread.row.record.hex()
    return [claim for claim in visit.workspace.record.claims if claim.report == report]


def _spoken(thread: Thread) -> str:
    """The language in which the person wrote last: the likeliest one to be spoken to in."""
    return thread.submissions[-1].submission.statement.language if thread.submissions else ""


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("Write the last day as 2026-12-31.") from None


def _thread(visit: Visit) -> Thread:
    return visit.workspace.casework.thread(visit.workspace.handles.find(visit.path["thread"]))


ROUTES = [screen("/thread/{thread}/consent", get=ask, post=give)]
