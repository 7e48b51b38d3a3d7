"""Estimates that are held ready for a dossier, until the desk locks.

Upholds: of whom and as of when is said by whoever keeps one; where the record's own lists were
counted, that they consented is never said here: the dossier computes it.  What is held names
nobody.  Refuses what a recipient's checker would refuse.
"""

from datetime import date
from typing import TYPE_CHECKING

from starlette.responses import Response

from asylia.desk.evidence import day_typed
from asylia.desk.screen import Visit, screen
from asylia.dossier.estimate import About, Kept
from asylia.dossier.estimate_formats import Counted
from asylia.errors import ConflictError, NotFoundError, UsageError
from asylia.values import date_of

if TYPE_CHECKING:
    from asylia.desk.estimating import Estimated

WHERE = "/estimates"
_LONGEST = 500
_MOST = 8
_HANDLE = 16  # hex digits
_OWN: Counted = "record"
_STATED: dict[str, Counted] = {"published": "published", "agreed": "agreed"}


def keep(visit: Visit) -> Response:
    """Hold what came out ready, with what the table does not say of itself."""
    work, form = visit.workspace, visit.form
    held = work.estimating
    found = held.estimated if held else None
    if held is None or found is None:
        raise NotFoundError("No estimate is in hand.")
    if len(work.kept) >= _MOST:
        raise ConflictError("Eight estimates are held ready; let go of one first.")
    title = form.needed("title", "Say of whom the lists are.")
    if len(title) > _LONGEST or "\n" in title:
        raise UsageError("Say of whom the lists are, in one line.", hint="Nothing was saved.")
    if held.claims:
        on, counted = date_of(work.today), _OWN
    else:
        on = _day(visit)
        counted = _STATED.get(form.text("counted"), _OWN)
        if counted == _OWN:
            raise UsageError("Say why those in the lists may be counted.")
    one = _made(found, held.seed, About(title, on.isoformat(), counted, held.claims))
    work.kept[one.digest.hex()[:_HANDLE]] = one
    return visit.go("/dossiers", visit.translate("Held ready for a dossier until the desk locks."))


def _made(estimated: "Estimated", seed: int, about: About) -> Kept:
    """The file, of one table or of several."""
    from asylia.counts.verdict import Verdict  # noqa: PLC0415 - needs the extra `counting`
    from asylia.dossier import estimate_made, several_made  # noqa: PLC0415

    found = estimated.found
    if isinstance(found, Verdict):
        return estimate_made.keep(found, estimated.traces, seed, about)
    return several_made.keep(found, seed, about)


def let_go(visit: Visit) -> Response:
    """Hold one no longer."""
    visit.workspace.kept.pop(visit.form.text("estimate"), None)
    return visit.go(WHERE)


def chosen(visit: Visit) -> tuple[Kept, ...]:
    """Those that were ticked for a dossier."""
    handles = dict.fromkeys(visit.form.texts("estimates"))
    missing = [one for one in handles if one not in visit.workspace.kept]
    if missing:
        raise NotFoundError(
            "An estimate that was ticked is held no longer.",
            hint="Nothing was built. Make it once more under Estimates.",
        )
    return tuple(visit.workspace.kept[one] for one in handles)


def _day(visit: Visit) -> date:
    return date_of(day_typed(visit.form.needed("as_of", "Say until which day the lists count.")))


ROUTES = [
    screen(f"{WHERE}/keep", post=keep),
    screen(f"{WHERE}/let-go", post=let_go),
]
