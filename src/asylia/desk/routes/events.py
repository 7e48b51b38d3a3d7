"""An event's elements table, and who is said to have commanded a unit on a day.

Upholds: what tells against stands beside what tells for; a gap says so.  Command is what tellers
say.
"""

from datetime import date
from typing import Literal

from starlette.responses import Response

from asylia.casework.judging import judge
from asylia.desk.screen import Visit, screen
from asylia.desk.terms import options
from asylia.errors import UsageError
from asylia.record.claims import Bearing
from asylia.record.command import commanders
from asylia.record.contents import Claim, Event, Exhibit, Organisation
from asylia.record.elements import elements
from asylia.record.scope import scope
from asylia.record.typed_dates import typed_date
from asylia.values import Day, date_of, day_of

_LISTED = 300  # claims in a field of choice, the newest


def show(visit: Visit) -> Response:
    """The table of today."""
    return _show(visit, visit.workspace.today)


def as_of(visit: Visit) -> Response:
    """The table as of the day in the address."""
    return _show(visit, _day(visit.path["day"]))


def choose(visit: Visit) -> Response:
    """Go to another day."""
    day = date_of(_day(visit.form.text("as_of"))).isoformat()
    return visit.go(f"/event/{visit.path['event']}/{day}")


def _show(visit: Visit, day: Day) -> Response:
    record, event = visit.workspace.record, _event(visit)
    inside = scope(record, as_of=day, event=event.id).inside
    return visit.page(
        "event.html",
        event=event,
        record=record,
        rows=elements(record, event.id, as_of=day),
        day=date_of(day).isoformat(),
        claims=inside[-_LISTED:],
        exhibits=record.all(Exhibit),
        offered=options(record.words, "elements", visit.desk.language),
        claim_of=lambda item: found if isinstance(found := record.find(item), Claim) else None,
    )


def bear(visit: Visit) -> Response:
    """A claim or exhibit tells for, or against, an element."""
    event, form, address = _event(visit), visit.form, f"/event/{visit.path['event']}"
    if visit.is_repeated:
        return visit.go(address)
    side: Literal["for", "against"] = "against" if form.text("bears") == "against" else "for"
    decision = Bearing(
        event=event.id,
        element=form.needed("element", "Choose an element."),
        item=form.needed("item", "Choose a claim or an exhibit."),
        bears=side,
    )
    reason = form.needed("reason", "A judgement needs its reason.")
    judge(visit.workspace.place, decision, reason, visit.workspace.own_name())
    return visit.go(address, visit.translate("Judged. It can be undone."))


def ask_command(visit: Visit) -> Response:
    """Go to the unit and the day that were chosen."""
    unit = visit.form.needed("unit", "Say which unit is meant.")
    visit.workspace.record.get(unit, Organisation)
    day = typed_date(visit.form.needed("on", "Write a day as 2017-12-31."))
    return visit.go(f"/command/{visit.workspace.handles.of(unit)}/{date_of(_day(day)).isoformat()}")


def command(visit: Visit) -> Response:
    """Everybody who is said to have commanded the unit, or one above it, on that day."""
    record = visit.workspace.record
    name = visit.workspace.handles.find_text(visit.path["unit"])
    unit, day = record.get(name, Organisation), _day(visit.path["day"])
    return visit.page(
        "command.html",
        record=record,
        unit=unit,
        day=day,
        rows=[(one, record.get(one.claim, Claim)) for one in commanders(record, unit.id, day)],
        units=[(one.id, one.name) for one in record.all(Organisation)],
        claims_of=lambda ids: [record.get(one, Claim) for one in ids],
    )


def _event(visit: Visit) -> Event:
    name = visit.workspace.handles.find_text(visit.path["event"])
    return visit.workspace.record.get(name, Event)


def _day(text: str) -> Day:
    try:
        return day_of(date.fromisoformat(text))
    except ValueError:
        raise UsageError("Write a day as 2017-12-31.") from None


ROUTES = [
    screen("/event/{event}", get=show, post=bear),
    screen("/event/{event}/as-of", post=choose),
    screen("/event/{event}/{day}", get=as_of),
    screen("/command", post=ask_command),
    screen("/command/{unit}/{day}", get=command),
]
