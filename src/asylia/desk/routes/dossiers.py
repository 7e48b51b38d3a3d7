"""Dossiers: choose purpose and recipient, tick, read each text once more, build.

Upholds: nothing is ticked beforehand; of an exhibit its record and log go, and its file only where
that is ticked too; nothing is built but what was read in these words and let go by a hand on the
confirmation; a refusal leaves the choice as it was.
"""

from typing import Any

from starlette.responses import Response

from asylia.casework.exhibits import original_of
from asylia.casework.looking import looks_at
from asylia.desk import export
from asylia.desk.evidence import address_of, content_of, text_shown
from asylia.desk.routes.keeping_estimates import chosen
from asylia.desk.screen import Visit, screen, status_of
from asylia.desk.terms import options
from asylia.dossier.export import Request, to_read
from asylia.dossier.preview import Preview, preview
from asylia.errors import AsyliaError, UsageError
from asylia.record.concerns import concerned
from asylia.record.contents import Claim, Derived, Exhibit, Recipient
from asylia.record.mediatypes import Kind, kind_of
from asylia.record.pieces import are_here


def choose(visit: Visit) -> Response:
    """The choice, and what was built before."""
    return _page(visit)


def see(visit: Visit) -> Response:
    """What would leave, and what stays, for this choice."""
    return _see(visit)


def _see(visit: Visit, refused: AsyliaError | None = None) -> Response:
    purpose, recipient = _choice(visit)
    work = visit.workspace
    connection = work.place.vault.connection
    seen = preview(
        work.record,
        purpose,
        recipient,
        work.today,
        lambda one: are_here(connection, one.sha256, one.size),
    )
    return _page(
        visit,
        purpose=purpose,
        recipient=recipient,
        seen=seen,
        ticked=_ticked(visit, seen),
        files=set(visit.form.texts("files")),
        estimates=set(visit.form.texts("estimates")),
        refused=refused,
        status=status_of(refused) if refused else 200,
    )


def _ticked(visit: Visit, seen: Preview) -> set[str]:
    """The boxes as sent, with a group of the public record all on or all off; none at first."""
    on, off = (visit.form.texts(name) for name in ("tick", "clear"))
    ticked = {*visit.form.texts("items"), *visit.form.texts("files")}
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
        files=set(request.items) - set(request.records_only),
        exhibits={one.item: _shown(visit, one.item) for one in found.quotations if one.exhibit},
        estimates=[(handle, one) for handle, one in work.kept.items() if one in found.estimates],
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
    shown: dict[str, Any] = {"purpose": request.purpose, "recipient": request.recipient}
    exhibits = [one for one in built.names if isinstance(work.record.find(one), Exhibit)]
    return _page(
        visit,
        built=built,
        claims=sum(isinstance(work.record.find(item), Claim) for item in built.names),
        exhibits=len(exhibits),
        files=len(set(exhibits) - set(request.records_only)),
        **shown,
    )


def _shown(visit: Visit, item: str) -> dict[str, Any]:
    """What the page shows of an exhibit: its bytes as far as a browser can, who looked at it."""
    work = visit.workspace
    one = work.record.get(item, Exhibit)
    content, _ = content_of(visit, one)
    kind = kind_of(content) if content is not None else Kind(one.media_type)
    return {
        "exhibit": one,
        "address": address_of(visit, item),
        "shows": kind.shows if content is not None else "nothing",
        "text": text_shown(content, kind),
        "original": original_of(work.record, one),
        "made": next((made for made in work.record.all(Derived) if made.exhibit == item), None),
        "looks": looks_at(work.record, one),
        "concerns": concerned(work.record, one) or (),
    }


def _said_read(visit: Visit) -> bytes:
    try:
        return bytes.fromhex(visit.form.text("read"))
    except ValueError:
        return b""


def _request(visit: Visit) -> Request:
    """What was ticked; an exhibit's bytes go only where its file was ticked as well as its log."""
    purpose, recipient = _choice(visit)
    files = visit.form.texts("files")
    items = tuple(dict.fromkeys((*visit.form.texts("items"), *files)))
    if not items:
        raise UsageError("Nothing is ticked, so there is nothing to build.")
    record = visit.workspace.record
    bare = (one for one in items if one not in files and isinstance(record.find(one), Exhibit))
    return Request(purpose, recipient, items, tuple(bare), chosen(visit))


def _choice(visit: Visit) -> tuple[str, str]:
    purpose = visit.form.needed("purpose", "Choose a purpose.")
    return purpose, visit.form.needed("recipient", "Choose a recipient.")


def _page(visit: Visit, *, status: int = 200, **shown: Any) -> Response:
    record, settings = visit.workspace.record, visit.workspace.export
    empty: dict[str, Any] = {"purpose": "", "recipient": "", "seen": None, "built": None}
    empty |= {"refused": None, "estimates": ()}
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
