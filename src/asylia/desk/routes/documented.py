"""Documented: how many distinct persons, at least; each number opens to persons and claims.

Upholds: pseudonyms alone; a number is never added to another that it may overlap, and the page says
so; what is told by numbers alone stands apart; who decided that two are one is told by role and
day.  Refuses: a table by motive.
"""

from collections.abc import Callable
from dataclasses import dataclass

from msgspec import structs
from starlette.responses import Response

from asylia.casework.deciders import Deciders
from asylia.counts.dimensions import Counted, count
from asylia.counts.tables import Number, Table
from asylia.desk import narrowing
from asylia.desk.days import spoken
from asylia.desk.screen import Visit, screen
from asylia.desk.terms import options
from asylia.errors import NotFoundError
from asylia.record.contents import Claim, Event
from asylia.record.reading import Record
from asylia.record.victims import Victims, victims
from asylia.record.views.filters import Filter, encode
from asylia.values import Day, date_of

WHERE = "/documented"
_SHOWN = 40  # persons a page


@dataclass(frozen=True)
class Asked:
    """What a filter leaves, counted."""

    victims: Victims
    counted: Counted

    def number(self, table: str, key: str) -> Number | None:
        """One number: of all (no ``table``), of a line, or, without a key, of what is not told."""
        if not table:
            return self.counted.whole
        found = next((one for one in self.counted.tables if one.by == table), None)
        if found is None or not key:
            return found.untold if found else None
        return next((line.number for line in found.lines if line.key == key), None)


def show(visit: Visit) -> Response:
    """All tables of what the address's filter leaves."""
    wanted = narrowing.chosen(visit)
    found, record = _asked(visit, wanted), visit.workspace.record
    work = visit.workspace
    terms = options(work.place.words(), "violations", visit.desk.language)
    told = {row.act for row in found.victims.rows} | {wanted.term}
    return visit.page(
        "documented.html",
        record=record,
        found=found,
        tables=[one for one in found.counted.tables if one.lines],
        name=lambda table, key: _name(visit, record, table, key),
        to=lambda table="", key="": _to(visit, wanted, table, key),
        filter=wanted,
        fields=narrowing.fields(visit, wanted)
        | {"term": f"act:{wanted.term}" if wanted.term else ""},
        told=_in_words(visit, record, wanted),
        events=[(work.handles.of(one.id), one.name) for one in record.all(Event)],
        terms=[(f"act:{term}", label) for term, label in terms if term in told],
        as_of=date_of(_until(visit, wanted)),
        why=_why(visit),
    )


def ask(visit: Visit) -> Response:
    """Take the form and go to what it asks for."""
    return visit.go(narrowing.address(visit, WHERE, narrowing.posted(visit)))


def opened(visit: Visit) -> Response:
    """One number: its persons, their pseudonyms and claims."""
    wanted, record = narrowing.chosen(visit), visit.workspace.record
    table, _, key = visit.workspace.handles.find_text(visit.path["number"]).partition("\n")
    counted = _asked(visit, wanted).number(table, key)
    if counted is None:
        raise NotFoundError("There is no such number any more.", hint="Start again from the table.")
    at = narrowing.number(visit)
    first = (at - 1) * _SHOWN
    casework = visit.workspace.casework
    recorded = None if wanted.as_recorded_on is None else Day(wanted.as_recorded_on)
    deciders = Deciders(record.recorded_by(recorded))
    every = {key for person in counted.persons for key in person.keys}
    return visit.page(
        "documented_number.html",
        record=record,
        counted=counted,
        what=_name(visit, record, table, key) if table else "",
        table=table,
        told=_in_words(visit, record, wanted),
        persons=counted.persons[first : first + _SHOWN],
        at=at,
        pages=-(-len(counted.persons) // _SHOWN),
        page_at=lambda page: f"{_to(visit, wanted, table, key)}/{page}",
        back=narrowing.address(visit, WHERE, wanted),
        case_of=casework.thread_of,
        decided=lambda keys: deciders.of(keys, every),
        claims_of=lambda ids: [c for i in ids if isinstance(c := record.find(i), Claim)],
    )


def _asked(visit: Visit, wanted: Filter) -> Asked:
    def ask() -> Asked:
        recorded = None if wanted.as_recorded_on is None else Day(wanted.as_recorded_on)
        found = victims(
            visit.workspace.record,
            as_of=_until(visit, wanted),
            as_recorded_on=recorded,
            event=wanted.event or None,
        )
        if wanted.term:
            found = structs.replace(
                found,
                rows=tuple(row for row in found.rows if row.act == wanted.term),
                numbers=tuple(one for one in found.numbers if one.act == wanted.term),
            )
        return Asked(found, count(found.rows, found.sameness))

    return visit.workspace.place.kept(f"documented {encode(wanted)!r}", ask)


def _until(visit: Visit, wanted: Filter) -> Day:
    return visit.workspace.today if wanted.as_of is None else Day(wanted.as_of)


def _to(visit: Visit, wanted: Filter, table: str, key: str) -> str:
    handles = visit.workspace.handles
    return f"{WHERE}/{handles.of(encode(wanted))}/{handles.of(f'{table}{chr(10)}{key}')}"


def _in_words(visit: Visit, record: Record, wanted: Filter) -> list[tuple[str, str]]:
    return narrowing.in_words_of(visit, record, structs.replace(wanted, kind="", term="")) + (
        [(visit.translate("Kind"), visit.labels("violations", wanted.term))] if wanted.term else []
    )


def _name(visit: Visit, record: Record, table: str, key: str) -> str:
    """What a line is called; without a key, the persons of whom it isn't told."""
    translate = visit.translate
    if not key:
        return {
            "place": translate("no place told that may be shown"),
            "month": translate("not told to a month"),
            "unit": translate("no unit named"),
        }.get(table, translate("not graded, or can't be judged"))
    if table == "violation":
        return visit.labels("violations", key)
    if table == "month":
        return spoken(key, visit.desk.language)
    if table in ("place", "unit"):
        return visit.desk.pages.name_of(visit.desk.language, record, key)
    return key if key in ("1", "A") else translate("%(grade)s or better") % {"grade": key}


def _why(visit: Visit) -> Callable[[Table], str]:
    def of(table: Table) -> str:
        return "; ".join(one.within(visit.desk.language) for one in table.why_not)

    return of


ROUTES = [
    screen(WHERE, get=show, post=ask),
    screen(f"{WHERE}/{{filter}}", get=show),
    screen(f"{WHERE}/{{filter}}/{{number}}", get=opened),
    screen(f"{WHERE}/{{filter}}/{{number}}/{{page}}", get=opened),
]
