"""Figures: what sources say, by lineage, as of a day, as recorded on a day.

Upholds: no sum over claims, no single number without a judgement, "not stated" stays null, and
each number opens to its claims.  Refuses: a source or event that the record does not have.
What is *documented* and what is *estimated* are other numbers (``asylia.counts``).
Format: ``spec/figures.md``.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec

from asylia.record import flags as f
from asylia.record import tallies
from asylia.record.contents import Claim, Count
from asylia.record.dates import DateRow, date_rows, within_flags
from asylia.record.forms import Verdict
from asylia.record.reading import Record
from asylia.record.rows import OverlapRow, Row, known_relations, rows_of
from asylia.record.scope import Scope, readable, scope
from asylia.record.victims import VictimRow, victim_rows
from asylia.values import Day, date_of

ALWAYS = ("detained", "tortured", "killed")


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What is told in words."""

    words: str
    value: str
    lineage: str
    claims: tuple[str, ...]


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """A value that somebody chose, by a judgement, with the reason."""

    claim: str
    words: str
    min: int | None
    max: int | None
    judgement: str
    reason: str


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that ``spec/figures.md`` names; ``plain`` gives the JSON."""

    as_of: date
    as_recorded_on: date | None
    source: str | None
    events: tuple[str, ...]
    counts: dict[str, tuple[Row, ...]]
    dates: dict[str, tuple[DateRow, ...]]
    series: dict[str, tuple[Row, ...]]
    sites: tallies.Sites
    statements: tallies.Statements
    demands: tallies.Demands
    responses: tallies.Responses
    accounts: dict[str, tuple[Account, ...]]
    chosen: dict[str, tuple[Chosen, ...]]
    outside: dict[str, dict[str, tuple[Row, ...]]]
    flags: tuple[f.Flag, ...]
    victims: tuple[VictimRow, ...]  # for ``counts``, with the sameness that was judged
    sameness: tuple[tuple[str, str, Verdict], ...]

    def plain(self) -> dict[str, Any]:
        """What stands under ``figures`` in the JSON; ``victims`` and ``sameness`` are left out."""
        whole: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self))
        del whole["victims"], whole["sameness"]
        demands = whole.pop("demands")
        return {
            **{name: whole.pop(name) for name in ("as_of", "as_recorded_on", "source", "events")},
            **whole.pop("counts"),
            **whole.pop("dates"),
            **whole,
            "demands": demands["total"],
            "claims": {"demands": demands["claims"]},
        }


def figures(
    record: Record,
    *,
    as_of: Day,
    as_recorded_on: Day | None = None,
    source: str | None = None,
    event: str | None = None,
) -> Figures:
    """What had been said by ``as_of`` and entered by ``as_recorded_on``."""
    asked = scope(record, as_of=as_of, as_recorded_on=as_recorded_on, source=source, event=event)
    relations = known_relations(asked.judged, asked.inside)
    counts = {
        name: rows_of(asked.record, relations, claims)
        for name, claims in _counted(asked.record, asked.inside).items()
    }
    series = _series(asked, relations)
    dates = {
        name: date_rows(claims)
        for name, claims in _taking(asked.record, asked.inside, "date").items()
    }
    about = (asked.record, asked.judged, asked.inside)
    sites = tallies.sites(*about, relations)
    return Figures(
        as_of=date_of(as_of),
        as_recorded_on=None if as_recorded_on is None else date_of(as_recorded_on),
        source=source,
        events=asked.events,
        counts=counts,
        dates=dates,
        series=series,
        sites=sites,
        statements=tallies.statements(*about),
        demands=tallies.demands(*about),
        responses=tallies.responses(*about),
        accounts=_accounts(asked),
        chosen=_chosen(asked),
        outside={other: _outside(asked, claims) for other, claims in asked.outside.items()},
        flags=tuple(_flags(asked, relations, counts, series, dates, sites.rows)),
        victims=victim_rows(asked.record, asked.inside),
        sameness=tuple(
            (min(pair), max(pair), verdict) for pair, verdict in asked.judged.sameness.items()
        ),
    )


def _outside(asked: Scope, claims: Sequence[Claim]) -> dict[str, tuple[Row, ...]]:
    relations = known_relations(asked.judged, claims)
    counted = _counted(asked.record, claims, ()).items()
    return {name: rows_of(asked.record, relations, told) for name, told in counted}


def _taking(record: Record, claims: Iterable[Claim], *takes: str) -> dict[str, list[Claim]]:
    """Claims by property, for properties whose answer stands where ``takes`` says."""
    terms = record.vocabulary("properties").terms
    found: dict[str, list[Claim]] = {}
    for claim in claims:
        prop = terms.get(claim.property)
        if prop and prop.takes in takes:
            found.setdefault(claim.property, []).append(claim)
    return found


def _counted(
    record: Record, claims: Sequence[Claim], always: Iterable[str] = ALWAYS
) -> dict[str, list[Claim]]:
    """Counted claims by property, without those of sites, of a series, or parts of one."""
    in_series = _series_of(claims)
    counted = _taking(record, (one for one in claims if one.id not in in_series), "count")
    counted.pop("sites", None)
    return {**{name: [] for name in always}, **counted}


def _series_of(claims: Iterable[Claim]) -> dict[str, str]:
    """Claim to series: its own, or that of the total that it is a part of, however deep."""
    held = {claim.id: claim for claim in claims}
    found: dict[str, str] = {}
    for claim in held.values():
        way: dict[str, None] = {}
        at: Claim | None = claim
        while at and at.id not in way and at.id not in found and not at.series:
            way[at.id] = None
            at = held.get(at.part_of)
        name = (found.get(at.id) or at.series) if at else ""
        found |= dict.fromkeys((*way, *((at.id,) if at else ())), name)
    return {claim: name for claim, name in found.items() if name}


def _series(asked: Scope, relations: Sequence[OverlapRow]) -> dict[str, tuple[Row, ...]]:
    in_series = _series_of(asked.inside)
    found: dict[str, list[Claim]] = {}
    for claim in asked.inside:
        if name := in_series.get(claim.id):
            found.setdefault(name, []).append(claim)
    return {
        name: _in_order(rows_of(asked.record, relations, claims)) for name, claims in found.items()
    }


def _in_order(rows: Sequence[Row]) -> tuple[Row, ...]:
    def place(row: Row) -> tuple[str, str]:
        last = readable(row.at).last
        return row.known_from if last is None else date_of(last).isoformat(), row.known_from

    return tuple(sorted(rows, key=place))


def _accounts(asked: Scope) -> dict[str, tuple[Account, ...]]:
    return {
        name: tuple(
            Account(words=one.words, value=one.value, lineage=one.lineage, claims=(one.id,))
            for one in claims
        )
        for name, claims in _taking(asked.record, asked.inside, "text", "term").items()
        if name != "site_status"
    }


def _chosen(asked: Scope) -> dict[str, tuple[Chosen, ...]]:
    inside = {claim.id: claim for claim in asked.inside}
    apart = {one for pair in asked.judged.contradictions for one in pair}
    found: dict[str, tuple[Chosen, ...]] = {}
    for judgement, choice in asked.judged.choices:
        claim = inside.get(choice.chosen)
        if claim is None or judgement.id in apart:
            continue
        count = claim.count or Count()
        one = Chosen(
            claim=claim.id,
            words=claim.words,
            min=count.min,
            max=count.max,
            judgement=judgement.id,
            reason=judgement.reason,
        )
        found[claim.property] = (*found.get(claim.property, ()), one)
    return found


def _flags(
    asked: Scope,
    relations: Sequence[OverlapRow],
    counts: dict[str, tuple[Row, ...]],
    series: dict[str, tuple[Row, ...]],
    dates: dict[str, tuple[DateRow, ...]],
    sites: tuple[Row, ...],
) -> Iterable[f.Flag]:
    yield from f.series_flags(series)
    for rows in (*counts.values(), *series.values(), sites):
        yield from f.part_flags(rows)
        yield from f.cell_flags(rows)
    properties = asked.record.vocabulary("properties")
    yield from f.row_flags(counts, properties)
    yield from within_flags(dates, properties)
    yield from f.open_questions(relations, asked.inside)
    yield from f.recantations(asked.inside)
    yield from f.contradictions(asked.judged)
    yield from f.outside_flags(asked.outside)
