"""Whoever never wrote to the line and is asked all the same; and withdrawals by other ways.

Upholds: what comes before any question comes before here too; a withdrawal counts at once.
"""

from starlette.responses import Response

from asylia.casework.meeting import meet
from asylia.casework.withdrawal import withdraw_all
from asylia.desk.consent_form import thread_of
from asylia.desk.screen import Visit, screen
from asylia.errors import UsageError


def begin(visit: Visit) -> Response:
    """Go to what comes before asking: in the case that was chosen, or in a new one."""
    work, form = visit.workspace, visit.form
    chosen = form.text("case")
    if chosen:
        thread = work.casework.row(work.handles.find(chosen)).thread
        return visit.go(f"/thread/{work.handles.of(thread)}/ask")
    if visit.is_repeated:
        return visit.go("/interviews")
    met = meet(work.place, form.needed("pseudonym", "Give the person a pseudonym."))
    return visit.go(f"/thread/{work.handles.of(met)}/ask", visit.translate("The case is open."))


def withdrawn(visit: Visit) -> Response:
    """Record that the person withdrew everything, and in which way we heard of it."""
    thread, form = thread_of(visit), visit.form
    address = f"/thread/{visit.path['thread']}"
    if not thread.row.pseudonym:
        raise UsageError("Open a case first.", hint="Without one there is nothing to withdraw.")
    if not visit.is_repeated:
        how = form.needed("how", "Say in which way they withdrew.")
        withdraw_all(visit.workspace.place, thread.row.thread, how)
    note = visit.translate("Withdrawn. Nothing of theirs leaves any more.")
    return visit.go(address, f"{note} {visit.send()}")


ROUTES = [
    screen("/interviews/ask", post=begin),
    screen("/thread/{thread}/withdrawn", post=withdrawn),
]
