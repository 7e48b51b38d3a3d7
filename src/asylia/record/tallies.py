"""Sites, statements, demands and responses, tallied as tellers give them.

Upholds: what is counted is distinct subjects after sameness was judged, each with its claims; a
number that tellers give differently is no number (None).  Format: ``spec/figures.md``.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeVar

import msgspec

from asylia.record.contents import (
    Claim,
    Content,
    Demand,
    Response,
    Site,
    Statement,
)
from asylia.record.judged import Judged
from asylia.record.reading import Record
from asylia.record.rows import OverlapRow, Row, rows_of

K = TypeVar("K", bound=Content)
DENIALS = frozenset({"denial", "denial_of_existence"})
_OF_SITES = frozenset({"site_exists", "site_described", "site_status", "sites"})


class Sites(msgspec.Struct, frozen=True, kw_only=True):
    """Places of detention: how many are claimed, named, and said to be destroyed and moved."""

    claimed: int | None
    named: int
    destroyed_and_moved: int
    rows: tuple[Row, ...]
    claims: tuple[str, ...]


class Statements(msgspec.Struct, frozen=True, kw_only=True):
    """What those in power said: distinct statements, and who made them."""

    officials: int
    denials: int
    threats: int
    by_kind: dict[str, int]
    claims: tuple[str, ...]


class Demands(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked of those in power."""

    total: int
    claims: tuple[str, ...]


class Responses(msgspec.Struct, frozen=True, kw_only=True):
    """What they did; ``in_reply`` only where a teller says so."""

    total: int
    by_kind: dict[str, int]
    in_reply: int
    claims: tuple[str, ...]


def sites(
    record: Record, judged: Judged, claims: Sequence[Claim], relations: Sequence[OverlapRow]
) -> Sites:
    """Tally the claims about sites; unnamed sites are claimed, never named."""
    about = [claim for claim in claims if claim.property in _OF_SITES]
    rows = rows_of(record, relations, [claim for claim in about if claim.property == "sites"])
    told = {row.min for row in rows if row.polarity == "asserts"}
    exists = _subjects(record, _asserted(about, "site_exists"), Site)
    named = {judged.one_of(site.id) for site in exists if site.name}
    status = _asserted(about, "site_status")
    gone, moved = (
        {judged.one_of(claim.subject) for claim in status if claim.value == value}
        for value in ("destroyed", "moved")
    )
    return Sites(
        claimed=told.pop() if len(told) == 1 else None,
        named=len(named),
        destroyed_and_moved=len(gone & moved),
        rows=rows,
        claims=_ids(about),
    )


def statements(record: Record, judged: Judged, claims: Sequence[Claim]) -> Statements:
    """Tally the statements that were made."""
    about = _asserted(claims, "statement_made")
    made = _distinct(judged, _subjects(record, about, Statement))
    kinds = Counter(one.kind for one in made)
    return Statements(
        officials=len({judged.one_of(one.by) for one in made}),
        denials=sum(kinds[kind] for kind in DENIALS),
        threats=kinds["threat"],
        by_kind=dict(sorted(kinds.items())),
        claims=_ids(about),
    )


def demands(record: Record, judged: Judged, claims: Sequence[Claim]) -> Demands:
    """Tally the demands that were made."""
    about = _asserted(claims, "demand_made")
    return Demands(
        total=len(_distinct(judged, _subjects(record, about, Demand))), claims=_ids(about)
    )


def responses(record: Record, judged: Judged, claims: Sequence[Claim]) -> Responses:
    """Tally the responses, by kind, and those that a teller says were in reply to a demand."""
    about = _asserted(claims, "response_made")
    made = _distinct(judged, _subjects(record, about, Response))
    return Responses(
        total=len(made),
        by_kind=dict(sorted(Counter(one.kind for one in made).items())),
        in_reply=sum(1 for one in made if one.in_reply_to),
        claims=_ids(about),
    )


def _asserted(claims: Iterable[Claim], prop: str) -> list[Claim]:
    return [one for one in claims if one.property == prop and one.polarity == "asserts"]


def _subjects(record: Record, claims: Iterable[Claim], kind: type[K]) -> list[K]:
    found = (record.find(subject) for subject in dict.fromkeys(one.subject for one in claims))
    return [one for one in found if isinstance(one, kind)]


def _distinct(judged: Judged, subjects: Iterable[K]) -> tuple[K, ...]:
    """One of each group that was judged to be the same, the first that became known."""
    first: dict[str, K] = {}
    for one in subjects:
        first.setdefault(judged.one_of(one.id), one)
    return tuple(first.values())


def _ids(claims: Iterable[Claim]) -> tuple[str, ...]:
    return tuple(claim.id for claim in claims)
