"""Estimates: a table of counts in, the models' answers or their refusals out, with plots.

Upholds: what is estimated stands apart from what is said and documented, each number with what it
assumes; a refusal is an answer.  The counts name nobody.  Refuses a table that is none.
"""

from typing import TYPE_CHECKING

from starlette.responses import Response

from asylia.counts.histories import Histories
from asylia.counts.needs import MissingExtraError, need
from asylia.counts.summary import plausible
from asylia.counts.table import Tables, parse_tables
from asylia.desk.screen import Visit, screen
from asylia.desk.terms import name_of
from asylia.errors import ConflictError, MalformedError, NotFoundError, UnavailableError
from asylia.record.victims import victims

if TYPE_CHECKING:
    from asylia.desk.estimating import Estimating

WHERE = "/estimates"


def show(visit: Visit) -> Response:
    """The form; what runs; or what came out."""
    held, shown = visit.workspace.estimating, None
    try:
        found = held.estimated if held else None
    except Exception:  # whatever stopped it is told once, and another can be begun
        visit.workspace.estimating = None
        raise
    if found:
        from asylia.desk.estimated import told  # noqa: PLC0415 - needs the extra `counting`

        shown = told(found, visit.desk.language)
    return visit.page("estimates.html", held=held, shown=shown)


def begin(visit: Visit) -> Response:
    """Begin an estimate from a file, or from the record's own lists."""
    work, form = visit.workspace, visit.form
    try:
        need("numpy", "scipy", "numba", "matplotlib")
    except MissingExtraError:
        raise UnavailableError(
            "Estimates need packages that are not installed.",
            hint="Install them with the extra `counting`: pip install 'asylia[counting]'.",
        ) from None
    if work.estimating is not None and work.estimating.runs:
        raise ConflictError("An estimate is being worked out.", hint="Wait until it is done.")
    from asylia.counts.verdict import MODELS  # noqa: PLC0415 - needs the extra `counting`
    from asylia.desk.estimating import QUICK, Estimating  # noqa: PLC0415

    seed = form.whole("seed", "The seed is a whole number.")
    asked = {"all": MODELS, "quick": QUICK}.get(form.text("models"))
    chosen = form.text("models")
    models = asked or tuple(name for name in MODELS if name == chosen) or MODELS
    if visit.upload is not None:
        name, given = visit.upload.untrusted_name, _given(bytes(visit.upload.content))
        claims: tuple[str, ...] = ()
    else:
        name, (histories, claims) = visit.translate("the record's own lists"), _own(visit)
        given = Tables("", {"": histories})
    work.estimating = Estimating(
        name, given, models, 1 if seed is None else seed, visit.desk.language, claims
    )
    work.estimating.begin()
    return visit.go(WHERE)


def watch(visit: Visit) -> Response:
    """How far it is; once it is done, the whole page is asked for."""
    held = _held(visit)
    answer = visit.part("_estimating.html", held=held)
    if not held.runs:
        answer.headers["HX-Redirect"] = WHERE
    return answer


def drop(visit: Visit) -> Response:
    """Let go of what came out."""
    if visit.workspace.estimating is not None and not visit.workspace.estimating.runs:
        visit.workspace.estimating = None
    return visit.go(WHERE)


def plot(visit: Visit) -> Response:
    """One plot, as a picture."""
    found = _held(visit).estimated
    svg = found.plots(visit.desk.language).get(visit.path["plot"]) if found else None
    if svg is None:
        raise NotFoundError("There is no such picture.")
    return Response(svg, media_type="image/svg+xml")


def _held(visit: Visit) -> "Estimating":
    held = visit.workspace.estimating
    if held is None:
        raise NotFoundError("No estimate is in hand.")
    return held


def _given(untrusted: bytes) -> Tables:
    try:
        return parse_tables(untrusted)
    except MalformedError as error:
        raise MalformedError("The file is no table of counts.", hint=error.message) from None


def _own(visit: Visit) -> tuple[Histories, tuple[str, ...]]:
    """Who is documented by whom: each lineage a list, as few persons as judgements allow.

    And the claims that say so: whoever is counted for a recipient is asked about by these.
    """
    record = visit.workspace.record
    found = victims(record, as_of=visit.workspace.today)
    partition = plausible((row.victim for row in found.rows), found.sameness)[0]
    told = [row for row in found.rows if row.lineage != "unknown"]
    names = {row.lineage: name_of(record, row.lineage) for row in told}
    called = {
        one: name if list(names.values()).count(name) == 1 else one for one, name in names.items()
    }
    counted = Histories.of(((called[row.lineage], row.victim) for row in told), partition)
    return counted, tuple(dict.fromkeys(row.claim for row in told))


ROUTES = [
    screen(WHERE, get=show),
    screen(f"{WHERE}/begin", post=begin),
    screen(f"{WHERE}/watch", get=watch, touches=False),
    screen(f"{WHERE}/drop", post=drop),
    screen(f"{WHERE}/plot/{{plot}}", get=plot),
]
