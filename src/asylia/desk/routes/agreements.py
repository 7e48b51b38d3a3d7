"""What people said besides yes: refusals, who stands in, what two members decide, withdrawals.

Upholds: a decision in somebody's stead shows its reason and whose second word it waits for; after a
withdrawal each recipient is listed with the text to send.  The desk sends none of it.
"""

from collections.abc import Sequence
from typing import Any, Literal

from starlette.responses import Response

from asylia.casework.agreeing import (
    CannotStandInError,
    record_proxy,
    record_refusal,
    second,
    word_of,
)
from asylia.casework.documenting import check_pseudonym, record_person
from asylia.casework.threads import Thread
from asylia.casework.withdrawal import draft_notices, withdraw
from asylia.desk.consent_form import (
    askable,
    claims_of,
    day_in,
    exhibits_of,
    items_in,
    recipient_in,
    risks_in,
    spoken,
    thread_of,
    told_by_others,
)
from asylia.desk.forms import Form
from asylia.desk.screen import Visit, screen, status_of
from asylia.desk.terms import options
from asylia.errors import AsyliaError, UsageError
from asylia.record.concerns import concerned, persons_in
from asylia.record.consent import LINKAGE, onward
from asylia.record.contents import (
    Claim,
    Consent,
    LifeAtStake,
    Notice,
    PersonTold,
    Proxy,
    Recipient,
    Refusal,
    Seconded,
    Withdrawal,
)
from asylia.record.notices import stopped_by
from asylia.record.reading import Record
from asylia.record.withdrawals import withdrawn
from asylia.values import Day, DeviceId, date_of

_REVEALS: dict[str, Literal["yes", "no", "not_known"]] = {
    "yes": "yes", "no": "no", "not_known": "not_known",
}  # fmt: skip
PROXY_DAYS = 90


def show(visit: Visit) -> Response:
    """Decisions that wait or hold, refusals, withdrawals with what went out and the notices."""
    work = visit.workspace
    record, gone = work.record, withdrawn(work.record)
    seconded = {one.decision for one in record.all(Seconded)}
    decisions: list[Proxy | LifeAtStake] = [*record.all(Proxy), *record.all(LifeAtStake)]
    return visit.page(
        "agreements.html",
        record=record,
        decisions=[
            (one, one.id in seconded, one.id in gone, word_of(work.place, one)) for one in decisions
        ],
        refusals=record.all(Refusal),
        withdrawals=[
            (
                one,
                stopped_by(record, one),
                [notice for notice in record.all(Notice) if notice.withdrawal == one.id],
            )
            for one in record.all(Withdrawal)
        ],
        consents=[one for one in record.all(Consent) if one.id not in gone],
        member=lambda device: _name(visit, device),
        told_of=lambda decision: _told(record, decision),
        today=work.today,
        today_iso=date_of(work.today).isoformat(),
    )


def _told(record: Record, decision: LifeAtStake) -> tuple[Day, str] | None:
    """When and how the person was told of what was decided for them."""
    if decision.told_on is not None:
        return decision.told_on, ""
    told = (one for one in record.all(PersonTold) if one.decision == decision.id)
    return next(((one.on, one.how) for one in told), None)


def agree(visit: Visit) -> Response:
    """Second a decision, from this other device."""
    work = visit.workspace
    name = work.handles.find_text(visit.path["decision"])
    found = work.record.find(name)
    mine = word_of(work.place, found) if isinstance(found, Proxy | LifeAtStake) else ""
    if not mine:
        raise UsageError("This does not wait for a word of yours.", hint="Nothing was saved.")
    if not visit.is_repeated:
        second(work.place, name, mine)
    return visit.go("/agreements", visit.translate("Seconded. It holds."))


def take_back(visit: Visit) -> Response:
    """One consent withdrawn, as the person said: every export on it stops at once."""
    work = visit.workspace
    if visit.is_repeated:
        return visit.go("/agreements")
    consent = work.record.get(work.handles.find_text(visit.path["consent"]), Consent)
    channel = visit.form.needed("channel", "Say how they said it.")
    made = withdraw(work.place, consent, channel)
    told = visit.plural("%(num)s notice drafted.", "%(num)s notices drafted.", made)
    note = visit.translate("Withdrawn. Nothing leaves on it any more.")
    return visit.go("/agreements", f"{note} {told} {visit.send()}".rstrip())


def notices(visit: Visit) -> Response:
    """Draft what recipients have to be told and no notice tells yet."""
    made = draft_notices(visit.workspace.place)
    told = visit.plural("%(num)s notice drafted.", "%(num)s notices drafted.", made)
    return visit.go("/agreements", told)


def ask_refusal(visit: Visit) -> Response:
    """The form for a no."""
    thread = thread_of(visit)
    return visit.page("refusal.html", **_shown(visit, thread), typed=visit.form, refused=None)


def refuse(visit: Visit) -> Response:
    """Take the form: a no is recorded as a yes is."""
    thread, form, work = thread_of(visit), visit.form, visit.workspace
    address = f"/thread/{visit.path['thread']}"
    if visit.is_repeated:
        return visit.go(address)
    try:
        purpose = form.needed("purpose", "Choose a purpose.")
        own = () if purpose == LINKAGE else _own(visit, thread, told_by_others(visit, thread))
        refusal = Refusal(
            id=work.place.randomness(16).hex(),
            person=thread.row.pseudonym,
            purpose=purpose,
            recipient=recipient_in(visit),
            items=own,
            risks=risks_in(visit),
            on=work.today,
        )
        record_refusal(work.place, thread.row.thread, refusal)
    except AsyliaError as refused:
        return _again(visit, "refusal.html", thread, refused)
    note = visit.translate("The refusal is recorded. It stops what an older consent let leave.")
    return visit.go(address, note)


def ask_proxy(visit: Visit) -> Response:
    """The form for somebody who stands in for a person who can't be asked."""
    thread = thread_of(visit)
    return visit.page("proxy.html", **_shown(visit, thread), typed=visit.form, refused=None)


def stand_in(visit: Visit) -> Response:
    """Take the form; it holds once the other member has seconded it from another device."""
    thread, form, work = thread_of(visit), visit.form, visit.workspace
    if visit.is_repeated:
        return visit.go("/agreements")
    try:
        proxy = _proxy(visit, thread, form)
        record_proxy(work.place, thread.row.record, proxy)
    except AsyliaError as refused:
        return _again(visit, "proxy.html", thread, refused)
    sent = visit.send()
    note = visit.translate("Recorded. It holds once the other member has seconded it.")
    return visit.go("/agreements", f"{note} {sent}")


def _proxy(visit: Visit, thread: Thread, form: Form) -> Proxy:
    work = visit.workspace
    person = form.needed("person", "Say who can't be asked.")
    purpose = form.needed("purpose", "Choose a purpose.")
    items = items_in(visit, purpose, person)
    if purpose != LINKAGE:
        _own(visit, thread)
    reveals = _REVEALS.get(form.text("reveals"))
    if reveals is None:
        raise UsageError(
            "Say whether asking could tell them about the person.", hint="Nothing was saved."
        )
    until = day_in(form.text("until"))
    if not work.today < until <= work.today + PROXY_DAYS:
        raise UsageError("A word in somebody's stead ends after today and within 90 days.")
    given_by = check_pseudonym(form.needed("given_by", "Say who stands in."))
    other = work.handles.find(form.needed("member", "Choose the other member.")).hex()
    recipient = recipient_in(visit)
    proxy = Proxy(
        id=work.place.randomness(16).hex(),
        person=person,
        given_by=given_by,
        standing=form.needed("standing", "Say what they are to the person."),
        cannot_be_asked=form.needed("cannot_be_asked", "Say why the person can't be asked."),
        reveals=reveals,
        reason=form.needed("reason", "Write the reason."),
        purpose=purpose,
        recipient=recipient,
        onward=onward(work.record, recipient),
        items=items,
        risks=risks_in(visit),
        given_on=work.today,
        expires_on=until,
        decided_by=(work.place.ledger.device.hex(), other),
    )
    record_person(work.place, thread.row.thread, given_by)
    return proxy


def _again(visit: Visit, page: str, thread: Thread, refused: AsyliaError) -> Response:
    """The form as it was typed, and why it was not taken."""
    reasons = refused.reasons if isinstance(refused, CannotStandInError) else ()
    shown = _shown(visit, thread)
    return visit.page(
        page,
        **{**shown, "reasons": reasons},
        typed=visit.form,
        refused=refused,
        status=status_of(refused),
    )


def _shown(visit: Visit, thread: Thread) -> dict[str, Any]:
    record, language = visit.workspace.record, visit.desk.language
    claims, exhibits = claims_of(visit, thread), exhibits_of(record, thread)
    seen = (one.person for exhibit, _ in exhibits for one in concerned(record, exhibit) or ())
    named = (*(one.person for claim in claims for one in persons_in(record, claim)), *seen)
    persons = dict.fromkeys(one for one in named if one != thread.row.pseudonym)
    members = visit.workspace.place.ledger.members()
    own = visit.workspace.own_name()
    others = {one.name: one.device for one in members if one.live and one.name != own}
    words = record.words
    return {
        "thread": thread,
        "record": record,
        "claims": claims,
        "about": told_by_others(visit, thread),
        "exhibits": exhibits,
        "persons": list(persons),
        "recipients": record.all(Recipient),
        "purposes": options(words, "purposes", language),
        "standings": options(words, "standings", language),
        "causes": options(words, "cannot_be_asked", language),
        "others": [(visit.workspace.handles.of(device), name) for name, device in others.items()],
        "spoken": spoken(thread),
        "reasons": (),
    }


def _own(visit: Visit, thread: Thread, more: Sequence[Claim] = ()) -> tuple[str, ...]:
    items = visit.form.texts("items")
    if not (askable(visit, thread) | {one.id for one in more}).issuperset(items):
        raise UsageError("A consent covers what concerns this person, only.")
    return items


def _name(visit: Visit, device: str) -> str:
    """Whose device it is; what was written there, where it is none of the team's."""
    try:
        return visit.workspace.names().get(DeviceId(bytes.fromhex(device)), device)
    except ValueError:
        return device


ROUTES = [
    screen("/agreements", get=show),
    screen("/agreements/notices", post=notices),
    screen("/agreements/{decision}", post=agree),
    screen("/agreements/{consent}/withdraw", post=take_back),
    screen("/thread/{thread}/refusal", get=ask_refusal, post=refuse),
    screen("/thread/{thread}/proxy", get=ask_proxy, post=stand_in),
]
