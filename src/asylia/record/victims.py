"""Who is said to have suffered what, by pseudonym: plain rows for ``counts``.

Upholds: a row is one asserted claim about one pseudonym, or about an act whose victim is one;
where, when and by which unit are as that claim has them, or as the one act has them that it can be
about; a place is never finer than may be shown; what is not told stays empty.  Refuses: groups,
whose persons can't be pointed at (they are told as numbers), and motives.
Format: ``spec/figures.md``.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache

import msgspec

from asylia.record.concerns import persons_in
from asylia.record.contents import Act, Claim, Grade, Person, Place
from asylia.record.forms import NOT_STATED, Verdict
from asylia.record.places import coarse
from asylia.record.reading import Record
from asylia.record.scope import readable, scope
from asylia.record.unit_parents import Parents
from asylia.values import Day, date_of

DID_IT = frozenset({"ordered", "took_part", NOT_STATED})  # who looked on is no perpetrator unit


class VictimRow(msgspec.Struct, frozen=True, kw_only=True):
    """One claim that one pseudonym suffered one kind of act.

    ``places``: where, and what lies around it.  ``month``: as ``2017-03``, if told to a month.
    ``units``: who ordered it or took part, as is said, and what that was part of.  ``reliability``
    and ``information``: of the grade in force, ``""`` and 0 where there is none.
    """

    claim: str
    victim: str
    act: str
    event: str
    lineage: str
    places: tuple[str, ...] = ()
    month: str = ""
    units: tuple[str, ...] = ()
    reliability: str = ""
    information: int = 0


class ToldAsNumber(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of an act by numbers alone: nobody in them can be pointed at."""

    act: str
    lineages: tuple[str, ...]
    claims: tuple[str, ...]


class Victims(msgspec.Struct, frozen=True, kw_only=True):
    """Rows, how their pseudonyms lie to each other, and what is told by numbers alone."""

    as_of: date
    as_recorded_on: date | None
    source: str | None
    events: tuple[str, ...]
    rows: tuple[VictimRow, ...]
    sameness: tuple[tuple[str, str, Verdict], ...]
    numbers: tuple[ToldAsNumber, ...]
    contradictions: tuple[tuple[str, ...], ...]  # judgements that decide nothing
    grades_apart: tuple[str, ...]  # graded twice, differently: held to be not graded


def victims(
    record: Record,
    *,
    as_of: Day,
    as_recorded_on: Day | None = None,
    source: str | None = None,
    event: str | None = None,
) -> Victims:
    """What had been said of persons by ``as_of`` and entered by ``as_recorded_on``."""
    asked = scope(record, as_of=as_of, as_recorded_on=as_recorded_on, source=source, event=event)
    rows = victim_rows(asked.record, asked.inside, as_of)
    judged = asked.judged
    return Victims(
        as_of=date_of(as_of),
        as_recorded_on=None if as_recorded_on is None else date_of(as_recorded_on),
        source=source,
        events=asked.events,
        rows=rows,
        sameness=tuple((min(two), max(two), how) for two, how in judged.sameness.items()),
        numbers=_numbers(asked.record, asked.inside, {row.claim for row in rows}),
        contradictions=judged.contradictions,
        grades_apart=tuple(_grades(asked.record)[1]),
    )


def victim_rows(
    record: Record, claims: Iterable[Claim], as_of: Day | None = None
) -> tuple[VictimRow, ...]:
    """Who is said to have suffered what: asserted claims about persons, and about acts on them.

    ``as_of``: what units are a part of is told by what had been said by then.
    """
    reader = _Reader(record, as_of)
    return tuple(row for claim in claims for row in reader.rows(claim))


class _Reader:
    """What stays the same from claim to claim."""

    def __init__(self, record: Record, as_of: Day | None) -> None:
        self._record = record
        self._properties = record.vocabulary("properties").terms
        self._grades = _grades(record)[0]
        self._acts: dict[tuple[str, str, str], list[Act]] = {}
        for act in record.all(Act):
            self._acts.setdefault((act.victim, act.violation, act.event), []).append(act)
        self._around = cache(self._places)
        self._parents = Parents(record, as_of)

    def rows(self, claim: Claim) -> Iterable[VictimRow]:
        prop = self._properties.get(claim.property)
        if prop is None or claim.polarity != "asserts":
            return
        subject = self._record.find(claim.subject)
        if isinstance(subject, Act):
            if isinstance(self._record.find(subject.victim), Person):
                yield self._row(claim, subject.victim, prop.act or subject.violation, subject)
            return
        if not prop.act:
            return
        concerns = persons_in(self._record, claim)
        told = dict.fromkeys(one.person for one in concerns if one.role == "subject")
        if isinstance(subject, Person):
            told[claim.subject] = None
        for victim in told:
            acts = self._acts.get((victim, prop.act, claim.event), [])
            yield self._row(claim, victim, prop.act, acts[0] if len(acts) == 1 else None)

    def _row(self, claim: Claim, victim: str, act: str, about: Act | None) -> VictimRow:
        place = claim.place or (about.place if about else "")
        facts = claim.facts or (about.interval if about else "")
        month = _month(claim.facts) or (_month(about.interval) if about else "")
        reliability, information = self._graded(claim)
        return VictimRow(
            claim=claim.id,
            victim=victim,
            act=act,
            event=claim.event,
            lineage=claim.lineage,
            places=self._around(place),
            month=month,
            units=tuple(
                dict.fromkeys(
                    above
                    for unit in self._by(claim, about)
                    for above in self._parents.above(unit, facts)
                )
            ),
            reliability=reliability,
            information=information,
        )

    def _by(self, claim: Claim, about: Act | None) -> Iterable[str]:
        prop = self._properties.get(claim.property)
        if prop is not None and prop.role in DID_IT:
            yield claim.value
        for one in about.perpetrators if about else ():
            if one.role in DID_IT:
                yield one.who

    def _places(self, place: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        at = coarse(self._record, place) if place else None
        while at is not None and at.id not in found:
            found[at.id] = None
            around = self._record.find(at.within) if at.within else None
            at = around if isinstance(around, Place) else None
        return tuple(found)

    def _graded(self, claim: Claim) -> tuple[str, int]:
        return self._grades.get(claim.id) or self._grades.get(claim.source) or ("", 0)


def _month(edtf: str) -> str:
    """The month in which all of it lies; empty if it is not told to a month, or in doubt."""
    found = readable(edtf) if edtf else None
    if found is None or found.first is None or found.last is None or found.approximate:
        return ""
    first, last = (date_of(day).isoformat()[:7] for day in (found.first, found.last))
    return first if first == last else ""


def _grades(record: Record) -> tuple[dict[str, tuple[str, int]], list[str]]:
    """The grade in force of each claim or source; and those that were graded differently."""
    told: dict[str, set[tuple[str, int]]] = {}
    for _, grade in record.decided(Grade):
        told.setdefault(grade.of, set()).add((grade.source, grade.information))
    alone = {of: next(iter(grades)) for of, grades in told.items() if len(grades) == 1}
    return alone, sorted(told.keys() - alone.keys())


def _numbers(
    record: Record, claims: Sequence[Claim], by_person: set[str]
) -> tuple[ToldAsNumber, ...]:
    terms = record.vocabulary("properties").terms
    found: dict[str, list[Claim]] = {}
    for claim in claims:
        prop = terms.get(claim.property)
        if claim.id in by_person or claim.polarity != "asserts":
            continue
        if prop and prop.act and prop.takes == "count":
            found.setdefault(prop.act, []).append(claim)
    return tuple(
        ToldAsNumber(
            act=act,
            lineages=tuple(dict.fromkeys(one.lineage for one in told)),
            claims=tuple(one.id for one in told),
        )
        for act, told in found.items()
    )
