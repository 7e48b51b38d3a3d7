"""Figures as of a day: what each lineage says, contradictions side by side, every number opens."""

from datetime import date

from starlette.responses import Response

from asylia.counts.summary import summary
from asylia.desk.screen import Visit, screen
from asylia.errors import UsageError
from asylia.record.contents import Claim
from asylia.record.figures import figures
from asylia.values import Day, date_of, day_of


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
    address = f"/figures/{date_of(_day(visit.form.text('as_of'))).isoformat()}"
    if recorded := visit.form.text("recorded"):
        address += f"/{date_of(_day(recorded)).isoformat()}"
    return visit.go(address)


def _figures(visit: Visit, day: Day, recorded: Day | None = None) -> Response:
    record = visit.workspace.record
    found = figures(record, as_of=day, as_recorded_on=recorded)
    return visit.page(
        "figures.html",
        record=record,
        found=found,
        counted=summary(found.victims, found.sameness),
        day=date_of(day).isoformat(),
        today=date_of(visit.workspace.today).isoformat(),
        recorded=date_of(recorded).isoformat() if recorded is not None else "",
        rows_with=lambda rows, ids: [row for row in rows if not set(ids).isdisjoint(row.claims)],
        claims_of=lambda ids: [c for i in ids if isinstance(c := record.find(i), Claim)],
    )


def _day(text: str) -> Day:
    try:
        return day_of(date.fromisoformat(text))
    except ValueError:
        raise UsageError("Write a day as 2017-12-31.") from None


ROUTES = [
    screen("/figures", get=show, post=choose),
    screen("/figures/{day}", get=as_of),
    screen("/figures/{day}/{recorded}", get=as_recorded_on),
]
