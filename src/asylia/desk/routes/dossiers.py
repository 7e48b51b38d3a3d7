"""Dossiers: choose purpose and recipient, tick, read each text once more, build.

Upholds: nothing is ticked beforehand; nothing is built but what was read in these words and let go
by a hand on the confirmation; a refusal leaves the choice as it was.
"""

from typing import Any

from starlette.responses import Response

from asylia.desk import export
from asylia.desk.screen import Visit, screen, status_of
from asylia.desk.terms import options
from asylia.dossier.export import Request, to_read
from asylia.errors import AsyliaError, UsageError
from asylia.record.contents import Claim, Recipient


def choose(visit: Visit) -> Response:
    """The choice, and what was built before."""
    return _page(visit)


def see(visit: Visit) -> Response:
    """What would leave, and what stays, for this choice."""
    return _see(visit)


def _see(visit: Visit, refused: AsyliaError | None = None) -> Response:
    purpose, recipient = _choice(visit)
    seen = export.preview(visit.workspace.record, purpose, recipient, visit.workspace.today)
    return _page(
        visit,
        purpose=purpose,
        recipient=recipient,
        seen=seen,
        ticked=_ticked(visit, seen),
        refused=refused,
        status=status_of(refused) if refused else 200,
    )


def _ticked(visit: Visit, seen: export.Preview) -> set[str]:
    """The boxes as sent, with a group of the public record all on or all off; none at first."""
    on, off = (visit.form.texts(name) for name in ("tick", "clear"))
    ticked = set(visit.form.texts("items"))
    for claim in seen.leaves:
        if not claim.report and claim.event in on:
            ticked.add(claim.id)
        elif not claim.report and claim.event in off:
            ticked.discard(claim.id)
    return ticked


def read(visit: Visit) -> Response:
    """Each text that would leave, once more and whole, before anything is built."""
    return _read(visit)


def _read(visit: Visit, refused: AsyliaError | None = None) -> Response:
    work, request = visit.workspace, _request(visit)
    try:
        found = to_read(work.record, request, work.place.ledger)
    except AsyliaError as error:
        return _see(visit, error)
    return visit.page(
        "look.html",
        record=work.record,
        request=request,
        found=found,
        refused=refused,
        status=status_of(refused) if refused else 200,
    )


def build(visit: Visit) -> Response:
    """Build from what was ticked and read; nothing is written if anything is missing."""
    work, request = visit.workspace, _request(visit)
    if visit.is_repeated:
        return visit.go("/dossiers", visit.translate("That dossier was built already."))
    if not visit.form.text("confirmed"):
        return _read(visit, UsageError("Confirm that you read each of these; nothing was built."))
    try:
        built = export.build(work.place, work.export, request, _said_read(visit))
    except AsyliaError as refused:  # what was chosen is not thrown away
        return _see(visit, refused)
    claims = sum(isinstance(work.record.find(item), Claim) for item in built.names)
    shown: dict[str, Any] = {"purpose": request.purpose, "recipient": request.recipient}
    return _page(visit, built=built, claims=claims, **shown)


def _said_read(visit: Visit) -> bytes:
    try:
        return bytes.fromhex(visit.form.text("read"))
    except ValueError:
        return b""


def _request(visit: Visit) -> Request:
    purpose, recipient = _choice(visit)
    items = visit.form.texts("items")
    if not items:
        raise UsageError("Nothing is ticked, so there is nothing to build.")
    return Request(purpose, recipient, items)


def _choice(visit: Visit) -> tuple[str, str]:
    purpose = visit.form.needed("purpose", "Choose a purpose.")
    return purpose, visit.form.needed("recipient", "Choose a recipient.")


def _page(visit: Visit, *, status: int = 200, **shown: Any) -> Response:
    record, settings = visit.workspace.record, visit.workspace.export
    empty = {"purpose": "", "recipient": "", "seen": None, "built": None, "refused": None}
    return visit.page(
        "dossiers.html",
        status=status,
        record=record,
        purposes=options(visit.workspace.place.words(), "purposes", visit.desk.language),
        recipients=record.all(Recipient),
        ready=settings is not None,
        earlier=export.earlier(settings.folder) if settings else (),
        **{**empty, **shown},
    )


ROUTES = [
    screen("/dossiers", get=choose, post=see),
    screen("/dossiers/look", post=read),
    screen("/dossiers/build", post=build),
]
