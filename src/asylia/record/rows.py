"""Claims as rows of figures, each with its words and lineage.

Upholds: claims of one lineage that say the same, of the same place and time, are one row, for
repeating is not confirming; parts stand inside their total, table by table; nothing is added up.
Format: ``spec/figures.md``.
"""

import builtins
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from asylia.record.amounts import Amount
from asylia.record.contents import Claim, Count
from asylia.record.forms import NOT_STATED, Relation
from asylia.record.judged import Judged
from asylia.record.reading import Record
from asylia.record.scope import known_from
from asylia.values import date_of


class OverlapRow(msgspec.Struct, frozen=True, kw_only=True):
    """A relation that is known: told by a source, or judged; ``claim`` is part of ``other``."""

    claim: str
    other: str
    relation: Relation
    by: Literal["source", "judgement"]


class Division(msgspec.Struct, frozen=True, kw_only=True):
    """One table of a total: the claim that gives the total there; its parts name it."""

    total: str
    locator: str
    complete: str
    complete_words: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What one lineage says of one number; ``min`` and ``max`` null: open, or not stated."""

    words: str
    min: int | None
    max: int | None
    perpetrator: str
    event: str
    lineage: str
    overlap: Relation | None
    claims: tuple[str, ...]
    about: bool
    property: str
    certainty: str
    polarity: str
    motive: str
    said_on: str
    at: str
    known_from: str
    overlaps: tuple[OverlapRow, ...]
    parts: tuple["Row", ...]
    complete: str | None
    complete_words: str
    part_of: str
    subject: str
    place: str
    facts: str
    tables: tuple[Division, ...]

    @builtins.property  # the field above has the name
    def amount(self) -> Amount:
        """The number, for arithmetic."""
        return Amount(self.min, self.max)

    @builtins.property
    def cell(self) -> tuple[str, ...]:
        """Of whom, where, when and by whom: what tells one cell of a table from another."""
        return (self.subject, self.place, self.facts, self.perpetrator)

    def is_apart_from(self, total: "Row") -> bool:
        """Whether this part says of whom, where, when or by whom, beyond what its total says."""
        said = zip(self.cell, total.cell, strict=True)
        return any(mine not in ("", NOT_STATED, whole) for mine, whole in said)

    def parts_in(self, table: Division) -> tuple["Row", ...]:
        """The parts that stand in one of the tables."""
        return tuple(part for part in self.parts if part.part_of == table.total)


def rows_of(
    record: Record, relations: Sequence[OverlapRow], claims: Sequence[Claim]
) -> tuple[Row, ...]:
    """Rows for claims of one property, in the order in which they became known."""
    totals = {claim.id: claim.part_of for claim in claims}
    parts: dict[str, list[Claim]] = {}
    tops: dict[tuple[object, ...], list[Claim]] = {}
    for claim in sorted(claims, key=lambda one: known_from(record, one)):
        if claim.part_of in totals and not _in_a_ring(claim.id, totals):
            parts.setdefault(claim.part_of, []).append(claim)
        else:
            tops.setdefault(_says(claim), []).append(claim)
    groups = list(tops.values())
    return tuple(
        _row(
            record,
            group,
            _inner(record, relations, group, parts),
            _overlap(group, groups, relations),
        )
        for group in groups
    )


def known_relations(judged: Judged, claims: Iterable[Claim]) -> tuple[OverlapRow, ...]:
    """Every relation between these claims that a source tells or a judgement decides."""
    held = {claim.id for claim in claims}
    found: dict[frozenset[str], OverlapRow] = {}
    for claim in claims:
        for one in claim.overlaps:
            if one.other in held:
                found[frozenset((claim.id, one.other))] = OverlapRow(
                    claim=claim.id, other=one.other, relation=one.relation, by="source"
                )
    for pair, (relation, part) in judged.overlaps.items():
        if pair <= held and len(pair) == 2:
            first, second = sorted(pair, key=lambda one: one != part)
            found[pair] = OverlapRow(claim=first, other=second, relation=relation, by="judgement")
    return tuple(found.values())


def _in_a_ring(claim: str, totals: dict[str, str]) -> bool:
    """Whether going from part to total never ends; such claims stand side by side instead."""
    seen: set[str] = set()
    while claim in totals and claim not in seen:
        seen.add(claim)
        claim = totals[claim]
    return claim in seen


def _says(claim: Claim) -> tuple[object, ...]:
    count = claim.count or Count()
    return (
        claim.event, claim.subject, claim.property, claim.lineage, count.min, count.max,
        count.about, claim.perpetrator, claim.motive, claim.certainty, claim.polarity,
        claim.place, claim.facts, claim.series, claim.part_of,
    )  # fmt: skip


def _inner(
    record: Record,
    relations: Sequence[OverlapRow],
    group: list[Claim],
    parts: dict[str, list[Claim]],
) -> tuple[Row, ...]:
    claims = [part for claim in group for part in parts.get(claim.id, ())]
    groups = [[claim] for claim in claims]
    inner = [_inner(record, relations, [claim], parts) for claim in claims]
    return tuple(
        _row(record, one, below, _overlap(one, groups, relations))
        for one, below in zip(groups, inner, strict=True)
    )


def _overlap(
    group: list[Claim], groups: list[list[Claim]], relations: Sequence[OverlapRow]
) -> tuple[Relation | None, tuple[OverlapRow, ...]]:
    """The relation to the other rows where it is one, and the relations known one by one."""
    mine = {claim.id for claim in group}
    known = tuple(one for one in relations if {one.claim, one.other} & mine)
    if len(groups) < 2:
        return None, known
    if not known:  # to each of the others: they need not be gone through
        return "not_known", known
    others = [other for other in groups if other is not group]
    kinds = {_relation(mine, {claim.id for claim in other}, known) for other in others}
    return (kinds.pop() if len(kinds) == 1 else "not_known"), known


def _relation(mine: set[str], theirs: set[str], known: tuple[OverlapRow, ...]) -> Relation:
    between = {one.relation for one in known if {one.claim, one.other} & theirs}
    return between.pop() if len(between) == 1 and mine else "not_known"


def _row(
    record: Record,
    group: list[Claim],
    parts: tuple[Row, ...],
    overlap: tuple[Relation | None, tuple[OverlapRow, ...]],
) -> Row:
    first = group[0]
    count = first.count or Count()
    return Row(
        words=first.words,
        min=count.min,
        max=count.max,
        perpetrator=first.perpetrator,
        event=first.event,
        lineage=first.lineage,
        overlap=overlap[0],
        claims=tuple(claim.id for claim in group),
        about=count.about,
        property=first.property,
        certainty=first.certainty,
        polarity=first.polarity,
        motive=first.motive,
        said_on=first.said_on,
        at=first.facts or first.said_on,
        known_from=date_of(known_from(record, first)).isoformat(),
        overlaps=overlap[1],
        parts=parts,
        complete=first.parts.complete if first.parts else None,
        complete_words=first.parts.words if first.parts else "",
        part_of=first.part_of,
        subject=first.subject,
        place=first.place,
        facts=first.facts,
        tables=_tables(group, parts),
    )


def _tables(group: Sequence[Claim], parts: Sequence[Row]) -> tuple[Division, ...]:
    divided = {part.part_of for part in parts}
    return tuple(
        Division(
            total=claim.id,
            locator=claim.locator,
            complete=claim.parts.complete if claim.parts else NOT_STATED,
            complete_words=claim.parts.words if claim.parts else "",
        )
        for claim in group
        if claim.id in divided
    )


def values_apart(rows: Iterable[Row]) -> tuple[tuple[Row, Row], ...]:
    """Pairs of rows that can't both be the number: asserted, and their ranges do not meet.

    What is told of another place, or of another time, is another number.
    """
    near: dict[tuple[str, str], list[tuple[int, Row]]] = {}
    for at, row in enumerate(rows):
        if row.polarity == "asserts" and not row.about and row.amount.is_stated:
            near.setdefault((row.event, row.place), []).append((at, row))
    apart = {
        (at, beside): (one, other)
        for asserted in near.values()
        for (at, one), (beside, other) in _below(asserted)
        if (one.facts == other.facts or "" in (one.facts, other.facts)) and not _nested(one, other)
    }
    return tuple(apart[pair] for pair in sorted(apart))


def _below(rows: list[tuple[int, Row]]) -> Iterator[tuple[tuple[int, Row], tuple[int, Row]]]:
    """Pairs of which one is surely less than the other; pairs that meet are not gone through."""
    by_low = sorted(rows, key=lambda one: one[1].min or 0)
    lows = [one[1].min or 0 for one in by_low]
    for one in rows:
        if one[1].max is not None:
            for other in by_low[bisect_right(lows, one[1].max) :]:
                if other is not one:
                    yield (one, other) if one[0] < other[0] else (other, one)


def _nested(one: Row, other: Row) -> bool:
    return any(
        known.relation in ("part", "distinct") and {known.claim, known.other} & set(other.claims)
        for known in one.overlaps
    )
