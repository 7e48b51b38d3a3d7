"""Who commanded a unit on a day, and according to whom: claims `commands` and `unit_of` over time.

Upholds: an answer is what tellers say, each with its claim, never a chain of command of our own;
who is over a unit is told only by way of claims that say whose unit it is; a denial and a
recantation are shown beside what they deny.  Refuses: to read "in 2017" as "on every day of 2017".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from asylia.errors import MalformedError
from asylia.record.contents import Claim
from asylia.record.edtf_dates import inner, span
from asylia.record.history import recanted_by
from asylia.record.judged import Judged, judged
from asylia.record.reading import Record
from asylia.record.scope import known_from
from asylia.values import Day

Surely = Literal["told", "possible", "no_date"]


@dataclass(frozen=True)
class Command:
    """One claim that ``who`` commanded ``unit``.

    ``unit`` is the one asked for, or one above it by way of the claims in ``through``.  ``holds``:
    the words cover the day; they leave it possible; they give no date.  ``recanted_by``: claims.
    """

    who: str
    unit: str
    claim: str
    lineage: str
    polarity: str
    certainty: str
    holds: Surely
    through: tuple[str, ...]
    recanted_by: tuple[str, ...]


def commanders(
    whole: Record,
    unit: str,
    on: Day,
    *,
    as_of: Day | None = None,
    as_recorded_on: Day | None = None,
) -> tuple[Command, ...]:
    """Everybody who is said to have commanded this unit, or one above it, on that day.

    ``as_of``: only what had been said by then.  Nearest first; of one unit in order of entry.
    """
    record = whole.recorded_by(as_recorded_on)
    said = [
        one
        for one in record.claims
        if one.property in ("commands", "unit_of")
        if as_of is None or known_from(record, one) <= as_of
    ]
    return tuple(_above(record, judged(record), said, unit, on))


def _above(
    record: Record, decided: Judged, said: list[Claim], unit: str, on: Day
) -> Iterator[Command]:
    seen: set[str] = set()
    waiting: list[tuple[str, tuple[str, ...]]] = [(decided.one_of(unit), ())]
    while waiting:
        at, through = waiting.pop(0)
        if at in seen:
            continue
        seen.add(at)
        for claim in said:
            holds = _holds(claim, on)
            if holds is None:
                continue
            if claim.property == "commands" and decided.one_of(claim.value) == at:
                yield _command(record, claim, at, holds, through)
            elif _is_part(claim) and decided.one_of(claim.subject) == at:
                waiting.append((decided.one_of(claim.value), (*through, claim.id)))


def _is_part(claim: Claim) -> bool:
    return claim.property == "unit_of" and claim.polarity == "asserts"


def _holds(claim: Claim, on: Day) -> Surely | None:
    """Whether what the claim tells is told of this day; None if it is told of other days."""
    try:
        outer, surely = span(claim.facts), inner(claim.facts)
    except MalformedError:
        return "no_date"
    if not outer.covers(on):
        return None
    return "told" if surely is not None and surely.covers(on) else "possible"


def _command(
    record: Record, claim: Claim, unit: str, holds: Surely, through: tuple[str, ...]
) -> Command:
    return Command(
        who=claim.subject,
        unit=unit,
        claim=claim.id,
        lineage=claim.lineage,
        polarity=claim.polarity,
        certainty=claim.certainty,
        holds=holds,
        through=through,
        recanted_by=recanted_by(record, claim.id),
    )
