"""Files that leave: choose for what, for whom and in which format, read each text, write.

Upholds: what leaves is computed from consent by ``exchange``, as for the command; who and what
stays, and why, is shown first; what concerns persons was read in these words; the team is told
before the first byte.  Refuses to write over anything, and where no folder was given.
"""

from pathlib import Path
from typing import Any

from starlette.responses import Response

from asylia.desk.screen import Visit, screen, status_of
from asylia.desk.terms import options
from asylia.errors import AsyliaError, RefusedError, UsageError
from asylia.exchange.announcing import announcing
from asylia.exchange.choosing import Asked
from asylia.exchange.export import FORMATS, export, look_over
from asylia.exchange.report import Report
from asylia.record.contents import Recipient
from asylia.values import date_of

_ENDINGS = {"ftm": "ftm.json", "esf": "xml", "jsonld": "jsonld", "geojson": "geojson"}


def choose(visit: Visit) -> Response:
    """The choice."""
    return _page(visit)


def see(visit: Visit) -> Response:
    """What would leave, every text of persons in it, and what stays."""
    return _see(visit)


def _see(visit: Visit, refused: AsyliaError | None = None) -> Response:
    asked, form = _asked(visit)
    shown = {"purpose": asked.purpose, "recipient": asked.recipient, "form": form}
    try:
        chosen, look = look_over(visit.workspace.record, asked, Report())
    except AsyliaError as error:
        return _page(visit, refused=refused or error, **shown)
    return _page(visit, refused=refused, chosen=chosen, look=look, **shown)


def write(visit: Visit) -> Response:
    """Write what was read; nothing is written if anything of it is another now."""
    asked, form = _asked(visit)
    work = visit.workspace
    if visit.is_repeated:
        return visit.go("/files", visit.translate("That file was written already."))
    if not visit.form.text("confirmed"):
        return _see(visit, UsageError("Confirm that you read each of these; nothing was written."))
    if work.export is None:
        raise RefusedError(
            "This desk was started without a folder for what leaves.",
            hint="Ask whoever sets the machines up to start this desk with one.",
        )
    try:
        read = bytes.fromhex(visit.form.text("read"))
    except ValueError:
        read = b""
    report = Report()
    path = _free(work.export.folder, f"record-{date_of(work.today).isoformat()}", form)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        made = export(
            work.record, asked, form, path, announcing(work.place), report, read=read or None
        )
    except AsyliaError as refused:
        return _see(visit, refused)
    return _page(visit, made=made, lost=report.lost)


def _free(folder: Path, name: str, form: str) -> Path:
    number, ending = 1, _ENDINGS.get(form, form)
    while (path := folder / f"{name}-{number}.{ending}").exists():
        number += 1
    return path


def _asked(visit: Visit) -> tuple[Asked, str]:
    purpose = visit.form.needed("purpose", "Choose a purpose.")
    recipient = visit.form.needed("recipient", "Choose a recipient.")
    form = visit.form.text("form")
    if form not in FORMATS:
        raise UsageError("Choose a format.")
    return Asked(purpose, recipient, (), visit.workspace.today), form


def _page(visit: Visit, *, refused: AsyliaError | None = None, **shown: Any) -> Response:
    record = visit.workspace.record
    empty = {"purpose": "", "recipient": "", "form": "", "chosen": None, "look": None,
             "made": None, "lost": None}  # fmt: skip
    return visit.page(
        "files.html",
        status=status_of(refused) if refused else 200,
        record=record,
        refused=refused,
        purposes=options(record.words, "purposes", visit.desk.language),
        recipients=record.all(Recipient),
        ready=visit.workspace.export is not None,
        **{**empty, **shown},
    )


ROUTES = [
    screen("/files", get=choose, post=see),
    screen("/files/write", post=write),
]
