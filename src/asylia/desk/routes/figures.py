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


def choose(visit: Visit) -> Response:
    """Go to another day."""
    return visit.go(f"/figures/{date_of(_day(visit.form.text('as_of'))).isoformat()}")


def _figures(visit: Visit, day: Day) -> Response:
    record = visit.workspace.record
    found = figures(record, as_of=day)
    return visit.page(
        "figures.html",
        record=record,
        found=found,
        counted=summary(found.victims, found.sameness),
        day=date_of(day).isoformat(),
        today=date_of(visit.workspace.today).isoformat(),
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
]
