"""Dated claims as rows: one a distinct value, and how the values lie to each other.

Upholds: "end of February" is not "February"; it is said to lie within it.  No value is chosen.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from asylia.record.contents import Claim
from asylia.record.edtf_dates import Relation
from asylia.record.flags import Flag
from asylia.record.scope import readable
from asylia.record.vocabulary import Vocabulary
from asylia.values import Day, date_of


class DateRelation(msgspec.Struct, frozen=True, kw_only=True):
    """How a value lies to another: ``within`` means inside the other."""

    value: str
    relation: Relation


class DateRow(msgspec.Struct, frozen=True, kw_only=True):
    """One value, with the first and last day it allows (null: open) and who gives it."""

    value: str
    first: str | None
    last: str | None
    words: tuple[str, ...]
    lineages: tuple[str, ...]
    relations: tuple[DateRelation, ...]
    claims: tuple[str, ...]


def date_rows(claims: Sequence[Claim]) -> tuple[DateRow, ...]:
    """Rows in order of the first day, then of the value's text."""
    by_value: dict[str, list[Claim]] = {}
    for claim in claims:
        by_value.setdefault(claim.value, []).append(claim)
    ordered = sorted(by_value, key=lambda value: (readable(value).first or 0, value))
    return tuple(_row(value, by_value[value], ordered) for value in ordered)


def within_flags(dates: Mapping[str, Sequence[DateRow]], properties: Vocabulary) -> Iterator[Flag]:
    """A value that lies within another: not a contradiction, and not the same."""
    for name, rows in dates.items():
        label = properties.label(name)
        for row in rows:
            for one in row.relations:
                if one.relation == "within":
                    said = f"\u201c{row.words[0]}\u201d ({row.value})"
                    text = f"{label}: {said} lies within {one.value}"
                    yield Flag(kind="lies_within", text=text, claims=row.claims)


def _row(value: str, claims: Sequence[Claim], values: Sequence[str]) -> DateRow:
    own = readable(value)
    return DateRow(
        value=value,
        first=_iso(own.first),
        last=_iso(own.last),
        words=tuple(dict.fromkeys(claim.words for claim in claims)),
        lineages=tuple(dict.fromkeys(claim.lineage for claim in claims)),
        relations=tuple(
            DateRelation(value=other, relation=own.relation(readable(other)))
            for other in values
            if other != value
        ),
        claims=tuple(claim.id for claim in claims),
    )


def _iso(day: Day | None) -> str | None:
    return None if day is None else date_of(day).isoformat()
