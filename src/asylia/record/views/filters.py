# ruff: noqa: S608 - what is put into SQL here are our own columns, never input
"""What a list of the record is narrowed to, as a frozen value, and as conditions of a query.

Upholds: as of a day (said by then) and as recorded on a day (entered by then, not yet taken back)
hold for each list, map and table alike.  Refuses: a filter by motive: nobody is found by one.
"""

import builtins
from typing import Annotated

import msgspec
from msgspec import Meta

from asylia.errors import MalformedError
from asylia.record.forms import MaybeId, MaybeTerm
from asylia.record.views.projection import NEVER

DayNumber = Annotated[int, Meta(ge=-1_000_000, le=4_000_000)]
Asked = Annotated[str, Meta(max_length=200)]
Typed = Annotated[str, Meta(max_length=100)]


class Filter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Empty and None: not narrowed by this.  Days as ``values.Day``."""

    text: Asked = ""
    event: MaybeId = ""
    source: MaybeId = ""
    subject: MaybeId = ""
    property: MaybeTerm = ""
    polarity: MaybeTerm = ""
    certainty: MaybeTerm = ""
    perpetrator: MaybeTerm = ""
    place: MaybeId = ""
    only_there: bool = False  # of the place itself, not of what lies in it
    lineage: MaybeId = ""
    kind: MaybeTerm = ""  # of moments: act, statement, response, event
    term: MaybeTerm = ""  # of moments: which violation, which kind of statement
    who: MaybeId = ""  # of acts: who is said to have done it
    whose_kind: MaybeTerm = ""  # of acts: which kind of perpetrator
    role: MaybeTerm = ""  # of acts: their role
    since: DayNumber | None = None  # of the facts
    until: DayNumber | None = None
    as_of: DayNumber | None = None
    as_recorded_on: DayNumber | None = None

    @builtins.property  # a field above has the name
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        return self != Filter()


Conditions = tuple[list[str], list[object]]


def recorded(chosen: Filter, table: str) -> Conditions:
    """What had been entered by that day and not yet taken back; what stands, if none is given."""
    day = chosen.as_recorded_on
    if day is None:
        return [f"{table}.gone_on = {NEVER}"], []
    return [f"{table}.entered_on <= ?", f"{table}.gone_on > ?"], [day, day]


def narrowed(chosen: Filter, table: str, columns: tuple[str, ...]) -> Conditions:
    """The columns that the filter holds to one value."""
    held = [(name, getattr(chosen, name)) for name in columns if getattr(chosen, name)]
    return [f"{table}.{name} = ?" for name, _ in held], [value for _, value in held]


def within(chosen: Filter, first: str, last: str) -> Conditions:
    """What may have been in these days: its interval and theirs meet."""
    where: list[str] = []
    values: list[object] = []
    if chosen.since is not None:
        where.append(f"{last} >= ?")
        values.append(chosen.since)
    if chosen.until is not None:
        where.append(f"{first} <= ?")
        values.append(chosen.until)
    return where, values


def told(chosen: Filter, act: str, entered_on: str) -> Conditions:
    """As of a day, for acts: something was said of it by then.

    Of an act of which nothing is said at all, the day on which it was entered counts.
    """
    if chosen.as_of is None:
        return [], []
    standing, days = recorded(chosen, "c")
    about = (
        "EXISTS (SELECT 1 FROM views_claim c INDEXED BY views_claim_subject "
        f"WHERE c.subject = {act} AND {' AND '.join(standing)}"
    )
    said = f"{about} AND c.known <= ?)"
    unsaid = f"({entered_on} <= ? AND NOT {about}))"
    return [f"({said} OR {unsaid})"], [*days, chosen.as_of, chosen.as_of, *days]


def joined(*parts: Conditions) -> tuple[str, list[object]]:
    """All of them, as one WHERE (empty if there is none) and its values."""
    where = [one for conditions, _ in parts for one in conditions]
    values = [one for _, some in parts for one in some]
    return (f"WHERE {' AND '.join(where)}" if where else ""), values


def decode(kept: bytes) -> Filter:
    """What ``encode`` gave; ``MalformedError``."""
    try:
        return msgspec.json.decode(kept, type=Filter)
    except msgspec.DecodeError:
        raise MalformedError("this is no filter of ours") from None


def encode(chosen: Filter) -> bytes:
    """For keeping in the vault."""
    return msgspec.json.encode(chosen)
