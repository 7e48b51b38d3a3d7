"""Figures as of a day: what each lineage says, contradictions side by side, every number opens.

A large record has more values than a page holds: each section shows its first, and opens to the
rest page by page (``figured``).
"""

from datetime import date
from typing import Any

from starlette.responses import Response

from asylia.desk import narrowing
from asylia.desk.figured import Asked, Section, decode, encode
from asylia.desk.screen import Visit, screen
from asylia.errors import UsageError
from asylia.record.contents import Claim
from asylia.record.reading import Record
from asylia.record.rows import Row
from asylia.record.views.filters import Filter
from asylia.values import Day, date_of, day_of

_VALUES = "/values"
_CLAIMS, _PERSONS = 50, 25  # of a value, and of a documented number


def show(visit: Visit) -> Response:
    """As of today."""
    return _figures(visit, visit.workspace.today)


def as_of(visit: Visit) -> Response:
    """As of the day in the address."""
    return _figures(visit, _day(visit.path["day"]))


def as_recorded_on(visit: Visit) -> Response:
    """As of a day, from what had been entered by another."""
    return _figures(visit, _day(visit.path["day"]), _day(visit.path["recorded"]))


def choose(visit: Visit) -> Response:
    """Go to other days."""
    recorded = visit.form.text("recorded")
    day = _day(visit.form.text("as_of"))
    return visit.go(_address(day, _day(recorded) if recorded else None))


def values(visit: Visit) -> Response:
    """One section whole, page by page."""
    work = visit.workspace
    asked = decode(work.handles.find(visit.path["values"]))
    recorded = None if asked.recorded is None else Day(asked.recorded)
    found = work.figured.figures(work.record, Day(asked.as_of), recorded)
    address = f"{_VALUES}/{visit.path['values']}"
    return visit.page(
        "values.html",
        shown=found.page(asked, narrowing.number(visit, found.most_pages)),
        back=_address(Day(asked.as_of), recorded),
        page_at=lambda page: address if page == 1 else f"{address}/{page}",
        **_opening(visit, work.record),
    )


def _figures(visit: Visit, day: Day, recorded: Day | None = None) -> Response:
    work, record = visit.workspace, visit.workspace.record
    figured = work.figured.figures(record, day, recorded)

    def page_of(section: Section) -> str:
        asked = Asked(
            as_of=day,
            recorded=recorded,
            kind=section.kind,
            name=section.name,
            within=section.within,
        )
        return f"{_VALUES}/{work.handles.of(encode(asked))}"

    return visit.page(
        "figures.html",
        figured=figured,
        found=figured.found,
        counted=figured.counted,
        persons=_PERSONS,
        page_of=page_of,
        day=date_of(day).isoformat(),
        today=date_of(work.today).isoformat(),
        recorded=date_of(recorded).isoformat() if recorded is not None else "",
        **_opening(visit, record),
    )


def _opening(visit: Visit, record: Record) -> dict[str, Any]:
    """How a value opens to its claims: the first of them, and where the rest is."""

    def all_like(row: Row | None) -> str:
        chosen = Filter(
            property=row.property, event=row.event, subject=row.subject, lineage=row.lineage
        ) if row else Filter()  # fmt: skip
        return narrowing.address(visit, "/search", chosen)

    return {
        "record": record,
        "most": _CLAIMS,
        "all_like": all_like,
        "claims_of": lambda ids: [c for i in ids if isinstance(c := record.find(i), Claim)],
    }


def _address(day: Day, recorded: Day | None) -> str:
    address = f"/figures/{date_of(day).isoformat()}"
    return address if recorded is None else f"{address}/{date_of(recorded).isoformat()}"


def _day(text: str) -> Day:
    try:
        return day_of(date.fromisoformat(text))
    except ValueError:
        raise UsageError("Write a day as 2017-12-31.") from None


ROUTES = [
    screen("/figures", get=show, post=choose),
    screen("/figures/{day}", get=as_of),
    screen("/figures/{day}/{recorded}", get=as_recorded_on),
    screen(f"{_VALUES}/{{values}}", get=values),
    screen(f"{_VALUES}/{{values}}/{{page}}", get=values),
]
