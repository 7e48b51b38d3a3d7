"""Forgetting a case, and what remains of what was forgotten.

The page lists what goes and whom notice is owed before anything is proposed; the delay that the
person chose is kept by ``casework.forgetting``.  What remains names nobody.
"""

from starlette.responses import Response

from asylia.casework import forgetting
from asylia.casework.threads import Thread
from asylia.desk import teamwork
from asylia.desk.screen import Visit, screen
from asylia.errors import UsageError
from asylia.ledger.control import Reason

_REASONS: dict[str, Reason] = {
    "withdrawal": "withdrawal",
    "retention": "retention",
    "error": "error",
    "order": "order",
}


def ask(visit: Visit) -> Response:
    """What would go, who had something of it, and from when on it may go."""
    thread, work = _thread(visit), visit.workspace
    found = forgetting.look(work.place, thread.row.thread)
    members = work.place.ledger.members()
    return visit.page(
        "forget.html",
        thread=thread,
        found=found,
        early=found.is_early(work.today),
        alone=teamwork.signs_alone(members),
        admin=any(one.own and one.live and one.admin for one in members),
        reason="withdrawal" if found.withdrawn_on is not None else "",
        labels={one.id: one.labels for one in work.place.ledger.compartments()},
    )


def propose(visit: Visit) -> Response:
    """Propose it; a team of one forgets at once."""
    thread, form = _thread(visit), visit.form
    if visit.is_repeated:
        return visit.go("/team")
    reason = _REASONS.get(form.text("reason"))
    if reason is None:
        raise UsageError("Say why it is to be forgotten.", hint="Nothing was proposed.")
    visit.send()  # what is due goes first: an epoch in between would make the proposal stale
    proposed = forgetting.forget(
        visit.workspace.place,
        thread.row.thread,
        reason,
        form.texts("owed"),
        asked_again=bool(form.text("asked_again")),
    )
    sent = visit.send()
    if proposed.posted:
        return visit.go("/forgotten", f"{visit.translate('Forgotten on this device.')} {sent}")
    asked = visit.translate("Proposed. It is forgotten once another admin has signed.")
    return visit.go("/team", f"{asked} {sent}")


def show(visit: Visit) -> Response:
    """What was forgotten: when, by whom, why, to whom notice is owed; who still holds what."""
    ledger = visit.workspace.place.ledger
    awaited, members = ledger.awaiting(), ledger.members()
    return visit.page(
        "forgotten.html",
        rows=[
            teamwork.gone(one, awaited, members, ledger.device)
            for one in reversed(ledger.forgotten())
        ],
        labels={one.id: one.labels for one in ledger.compartments()},
        today=visit.workspace.today,
    )


def _thread(visit: Visit) -> Thread:
    return visit.workspace.casework.thread(visit.workspace.handles.find(visit.path["thread"]))


ROUTES = [
    screen("/thread/{thread}/forget", get=ask, post=propose),
    screen("/forgotten", get=show),
]
