"""Dossiers: choose purpose and recipient, see what would leave and what stays and why, build."""

from typing import Any

from starlette.responses import Response

from asylia.desk import export
from asylia.desk.screen import Visit, screen
from asylia.desk.terms import options
from asylia.dossier.export import Request
from asylia.errors import UsageError
from asylia.record.contents import Claim, Recipient


def choose(visit: Visit) -> Response:
    """The choice."""
    return _page(visit, purpose="", recipient="", seen=None, built=None)


def look(visit: Visit) -> Response:
    """What would leave, and what stays, for this choice."""
    purpose, recipient = _choice(visit)
    seen = export.preview(visit.workspace.record, purpose, recipient, visit.workspace.today)
    ticked = _ticked(visit, seen)
    return _page(visit, purpose=purpose, recipient=recipient, seen=seen, built=None, ticked=ticked)


def _ticked(visit: Visit, seen: export.Preview) -> set[str]:
    """The boxes as sent, with one group's all on or all off; at first, those of the cases."""
    on, off = (visit.form.texts(name) for name in ("tick", "clear"))
    if not on and not off:
        return {claim.id for claim in seen.leaves if claim.report}
    ticked = set(visit.form.texts("items"))
    for claim in seen.leaves:
        group = "" if claim.report else claim.event
        if group in on:
            ticked.add(claim.id)
        elif group in off:
            ticked.discard(claim.id)
    return ticked


def build(visit: Visit) -> Response:
    """Build from the ticked claims; nothing is written if anything is missing."""
    purpose, recipient = _choice(visit)
    items = visit.form.texts("items")
    if not items:
        raise UsageError("Nothing is ticked, so there is nothing to build.")
    work = visit.workspace
    if visit.is_repeated:
        return visit.go("/dossiers", visit.translate("That dossier was built already."))
    built = export.build(work.place, work.export, Request(purpose, recipient, items))
    claims = sum(isinstance(work.record.find(item), Claim) for item in built.names)
    return _page(visit, purpose=purpose, recipient=recipient, seen=None, built=built, claims=claims)


def _choice(visit: Visit) -> tuple[str, str]:
    purpose = visit.form.needed("purpose", "Choose a purpose.")
    return purpose, visit.form.needed("recipient", "Choose a recipient.")


def _page(visit: Visit, **shown: Any) -> Response:
    record = visit.workspace.record
    return visit.page(
        "dossiers.html",
        record=record,
        purposes=options(visit.workspace.place.words(), "purposes", visit.desk.language),
        recipients=record.all(Recipient),
        ready=visit.workspace.export is not None,
        **shown,
    )


ROUTES = [
    screen("/dossiers", get=choose, post=look),
    screen("/dossiers/build", post=build),
]
