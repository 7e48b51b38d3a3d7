"""Where life is at stake: two members decide for somebody who can't be asked, and tell them after.

Upholds: one recipient, a reason in writing, at most thirty days, the other member's own word; who
was decided for and not told stands in the list until they are told.
"""

from starlette.responses import Response

from asylia.casework.agreeing import CannotDecideError, record_life_at_stake, tell
from asylia.desk.consent_form import (
    askable,
    claims_of,
    day_in,
    exhibits_of,
    recipient_in,
    thread_of,
)
from asylia.desk.screen import Visit, screen, status_of
from asylia.errors import AsyliaError, UsageError
from asylia.record.check import LONGEST_LIFE_AT_STAKE
from asylia.record.concerns import concerned
from asylia.record.consent import onward
from asylia.record.contents import Claim, Exhibit, LifeAtStake, Recipient
from asylia.values import Day, date_of


def ask(visit: Visit) -> Response:
    """The form."""
    return _page(visit)


def decide(visit: Visit) -> Response:
    """Take the form; it holds once the other member has seconded it from another device."""
    thread, form, work = thread_of(visit), visit.form, visit.workspace
    if visit.is_repeated:
        return visit.go("/agreements")
    try:
        items = form.texts("items")
        if not askable(visit, thread).issuperset(items):
            raise UsageError("A decision covers words of this case only.")
        other = work.handles.find(form.needed("member", "Choose the other member.")).hex()
        decision = LifeAtStake(
            id=work.place.randomness(16).hex(),
            person=form.needed("person", "Say who can't be asked."),
            recipient=recipient_in(visit),
            items=items,
            reason=form.needed("reason", "Write the reason."),
            decided_by=(work.place.ledger.device.hex(), other),
            decided_on=work.today,
            expires_on=_until(visit),
        )
        record_life_at_stake(work.place, thread.row.record, decision)
    except AsyliaError as refused:
        return _page(visit, refused)
    note = visit.translate("Recorded. It holds once the other member has seconded it.")
    return visit.go("/agreements", f"{note} {visit.send()}")


def told(visit: Visit) -> Response:
    """Note that the person was told: on which day, and how."""
    work, form = visit.workspace, visit.form
    if not visit.is_repeated:
        name = work.handles.find_text(visit.path["decision"])
        how = form.needed("how", "Say how they were told.")
        tell(work.place, name, day_in(form.text("on")), how, work.own_name())
    return visit.go("/agreements", visit.translate("Noted."))


def _until(visit: Visit) -> Day:
    until, today = day_in(visit.form.text("until")), visit.workspace.today
    if not today <= until <= today + LONGEST_LIFE_AT_STAKE:
        raise UsageError("Such a decision ends within 30 days.", hint="Nothing was saved.")
    return until


def _page(visit: Visit, refused: AsyliaError | None = None) -> Response:
    thread, work = thread_of(visit), visit.workspace
    record, claims = work.record, claims_of(visit, thread)
    exhibits = exhibits_of(record, thread)
    items: list[Claim | Exhibit] = [*claims, *(one for one, _ in exhibits)]
    persons = dict.fromkeys(one.person for item in items for one in concerned(record, item) or ())
    own, live = work.own_name(), [one for one in work.place.ledger.members() if one.live]
    return visit.page(
        "at_stake.html",
        thread=thread,
        record=record,
        claims=claims,
        exhibits=exhibits,
        persons=list(persons),
        recipients=[one for one in record.all(Recipient) if not onward(record, one.id)],
        others=[(work.handles.of(one.device), one.name) for one in live if one.name != own],
        last=date_of(Day(work.today + LONGEST_LIFE_AT_STAKE)).isoformat(),
        typed=visit.form,
        reasons=refused.reasons if isinstance(refused, CannotDecideError) else (),
        refused=refused,
        status=status_of(refused) if refused else 200,
    )


ROUTES = [
    screen("/thread/{thread}/at-stake", get=ask, post=decide),
    screen("/agreements/{decision}/told", post=told),
]
