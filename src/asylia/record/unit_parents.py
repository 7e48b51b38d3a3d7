"""What a unit is a part of on the days of an act: as entered, and as tellers say of those days.

Upholds: a claim `unit_of` counts only where it asserts, was said by then, was not gone back on, and
surely takes in every day on which the act may lie; "in 2017" says it of no one day.  Who commands a
unit is another question (``record.command``): a commander may stand outside of what the unit is a
part of, and nobody becomes a perpetrator here by commanding.
"""

from collections.abc import Iterable

from asylia.errors import MalformedError
from asylia.record.contents import Organisation
from asylia.record.edtf_dates import Span, inner
from asylia.record.history import recanted_by
from asylia.record.reading import Record
from asylia.record.scope import known_from, readable
from asylia.values import Day


class Parents:
    """Upwards from a unit, in one record, by what had been said by a day."""

    def __init__(self, record: Record, as_of: Day | None = None) -> None:
        self._record = record
        self._told: dict[str, list[tuple[str, Span]]] = {}
        self._known: dict[tuple[str, str], tuple[str, ...]] = {}
        for claim in record.claims:
            if claim.property != "unit_of" or claim.polarity != "asserts":
                continue
            if as_of is not None and known_from(record, claim) > as_of:
                continue
            try:
                surely = inner(claim.facts) if claim.facts else None
            except MalformedError:
                continue
            if surely is not None and not recanted_by(record, claim.id):
                self._told.setdefault(claim.subject, []).append((claim.value, surely))

    def above(self, unit: str, facts: str) -> tuple[str, ...]:
        """The unit and all that it is a part of on every day of ``facts`` (EDTF)."""
        if (unit, facts) not in self._known:
            self._known[unit, facts] = tuple(self._climb(unit, facts))
        return self._known[unit, facts]

    def _climb(self, unit: str, facts: str) -> Iterable[str]:
        found: dict[str, None] = {}
        waiting = [unit] if unit else []
        while waiting:
            at = self._record.find(waiting.pop(0))
            if not isinstance(at, Organisation) or at.id in found:
                continue
            found[at.id] = None
            waiting += [one for one in (at.part_of, *self._then(at.id, facts)) if one]
        return found

    def _then(self, unit: str, facts: str) -> list[str]:
        if unit not in self._told or not facts:
            return []
        asked = readable(facts)
        if asked.first is None or asked.last is None:
            return []
        return [
            whole
            for whole, span in self._told[unit]
            if span.covers(asked.first) and span.covers(asked.last)
        ]
