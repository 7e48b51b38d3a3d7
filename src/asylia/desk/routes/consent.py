"""Consent: purpose by recipient by onward recipients by items, with the risks explained."""

from datetime import timedelta

from starlette.responses import Response

from asylia.casework.documenting import Terms, record_consent
from asylia.desk.consent_form import (
    askable,
    claims_of,
    day_in,
    exhibits_of,
    items_in,
    recipient_in,
    reports_of,
    risks_in,
    spoken,
    thread_of,
    told_by_others,
)
from asylia.desk.screen import Visit, screen
from asylia.desk.terms import options
from asylia.errors import UsageError
from asylia.record.agreements import FORGET_AFTER_DAYS
from asylia.record.concerns import looked_at
from asylia.record.consent import onward
from asylia.record.contents import Recipient
from asylia.values import date_of

_DELAYS = {"0": 0, "7": 7, "14": 14, "30": 30, "90": 90}


def ask(visit: Visit) -> Response:
    """The form: this person's own words and exhibits, what others told of them, and recipients."""
    thread, known = thread_of(visit), visit.workspace.record
    claims = claims_of(visit, thread)
    return visit.page(
        "consent.html",
        thread=thread,
        claims=claims,
        about=told_by_others(visit, thread),
        reports=reports_of(known, claims),
        exhibits=[(one, made, looked_at(known, one)) for one, made in exhibits_of(known, thread)],
        recipients=known.all(Recipient),
        purposes=options(visit.workspace.place.words(), "purposes", visit.desk.language),
        until=(date_of(visit.workspace.today) + timedelta(days=180)).isoformat(),
        delays=list(_DELAYS),
        spoken=spoken(thread),
        record=known,
        looked_at=looked_at,
    )


def give(visit: Visit) -> Response:
    """Take the form: what was agreed goes into the record."""
    thread, form = thread_of(visit), visit.form
    address = f"/thread/{visit.path['thread']}"
    if visit.is_repeated:
        return visit.go(address)
    if not form.text("understood"):
        raise UsageError("A consent counts only if the risks were understood.")
    whole = {one.id for one in reports_of(visit.workspace.record, claims_of(visit, thread))}
    about = {one.id for one in told_by_others(visit, thread)}
    person, purpose = thread.row.pseudonym, form.needed("purpose", "Choose a purpose.")
    items = items_in(visit, purpose, person)
    if not (askable(visit, thread) | whole | about | {person}).issuperset(items):
        raise UsageError("A consent covers what concerns this person, only.")
    until = day_in(form.text("until"))
    risks = risks_in(visit)
    recipient = recipient_in(visit)
    terms = Terms(
        purpose=purpose,
        recipient=recipient,
        onward=onward(visit.workspace.record, recipient),
        items=items,
        risks_explained=risks.explained,
        explained_by=risks.by,
        explained_in=risks.language,
        expires_on=until,
        forget_after_days=_DELAYS.get(form.text("delay"), FORGET_AFTER_DAYS),
    )
    record_consent(visit.workspace.place, thread.row.thread, terms)
    return visit.go(address, visit.translate("The consent is recorded."))


ROUTES = [screen("/thread/{thread}/consent", get=ask, post=give)]
