"""Figures by page: a section for each thing that is told in numbers, its values some at a time.

Upholds: every value stands on some page of its section, in the order of ``record.figures``; what
must be told of a section (tellers differ, a total falls) stands on each of its pages, whichever
values are on it.  Refuses: a section that there is not.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import msgspec

from asylia.counts.summary import Summary, summary
from asylia.errors import NotFoundError
from asylia.record.dates import DateRow
from asylia.record.figures import Figures, figures
from asylia.record.flags import Flag
from asylia.record.reading import Record
from asylia.record.rows import Row
from asylia.values import Day

ON_ALL, ON_ONE = 25, 50  # values of a section beside the others, and on a page of its own
_WORDS = 20  # of those that differ, how many are quoted
Kind = Literal["counts", "dates", "series", "outside"]
_TOLD: dict[Kind, frozenset[str]] = {
    "counts": frozenset(
        ("values_apart", "parts_do_not_add_up", "cells_apart", "open_question")
    ),
    "dates": frozenset(("lies_within",)),
    "series": frozenset(
        ("series_falls", "revised", "parts_do_not_add_up", "cells_apart", "open_question")
    ),
    "outside": frozenset(),
}  # fmt: skip


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which section, as of which days; ``within``: the other event, if it is of one."""

    as_of: int
    recorded: int | None
    kind: Kind
    name: str
    within: str = ""


class Notice(NamedTuple):
    """A flag, and the words in which those differ whom it concerns; ``more`` if not all of them."""

    flag: Flag
    words: tuple[str, ...]
    more: bool


@dataclass(frozen=True)
class Section:
    """Everything that is told of one thing."""

    kind: Kind
    name: str
    within: str
    rows: Sequence[Row] | Sequence[DateRow]
    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class Shown:
    """One page of a section."""

    section: Section
    rows: Sequence[Row] | Sequence[DateRow]
    number: int
    pages: int

    @property
    def total(self) -> int:
        """How many values there are."""
        return len(self.section.rows)


@dataclass(frozen=True)
class Figured:
    """Figures of a record as of some days, cut into sections."""

    found: Figures
    counted: Summary
    sections: tuple[Section, ...]

    @classmethod
    def of(cls, record: Record, as_of: Day, recorded: Day | None) -> "Figured":
        """Reckon it all."""
        found = figures(record, as_of=as_of, as_recorded_on=recorded)
        counted = summary(found.victims, found.sameness)
        return cls(found, counted, tuple(_sections(record, found)))

    @property
    def most_pages(self) -> int:
        """Of the section with the most values."""
        return max((_pages(one) for one in self.sections), default=1)

    def of_kind(self, kind: Kind) -> list[Shown]:
        """The beginning of each section of a kind."""
        return [
            Shown(one, one.rows[:ON_ALL], 1, _pages(one))
            for one in self.sections
            if one.kind == kind
        ]

    def page(self, asked: Asked, number: int) -> Shown:
        """One page of one section; ``NotFoundError``."""
        for one in self.sections:
            if (one.kind, one.name, one.within) == (asked.kind, asked.name, asked.within):
                rows = one.rows[ON_ONE * (number - 1) :][:ON_ONE]
                return Shown(one, rows, number, _pages(one))
        raise NotFoundError("There is no such number any more.", hint="Start again from the table.")


class Kept:
    """The figures that were asked for last, for as long as the record is the same."""

    def __init__(self, most: int = 2) -> None:
        self._most = most
        self._record: Record | None = None
        self._known: dict[tuple[Day, Day | None], Figured] = {}

    def figures(self, record: Record, as_of: Day, recorded: Day | None) -> Figured:
        """As ``Figured.of``, reckoned anew once anything came to the record or went from it."""
        if self._record is not record:
            self._record, self._known = record, {}
        key = (as_of, recorded)
        found = self._known.pop(key, None) or Figured.of(record, as_of, recorded)
        self._known[key] = found
        while len(self._known) > self._most:
            del self._known[next(iter(self._known))]
        return found


def decode(kept: bytes) -> Asked:
    """What ``encode`` gave; ``NotFoundError``."""
    try:
        return msgspec.json.decode(kept, type=Asked)
    except msgspec.DecodeError:
        raise NotFoundError("There is no such page.") from None


def encode(asked: Asked) -> bytes:
    """For a handle in an address."""
    return msgspec.json.encode(asked)


def _pages(section: Section) -> int:
    return max(1, -(-len(section.rows) // ON_ONE))


def _sections(record: Record, found: Figures) -> Iterator[Section]:
    cut = _Cut(record, found.flags)
    for name, rows in found.counts.items():
        yield cut.section("counts", name, rows)
    for name, dates in found.dates.items():
        yield cut.section("dates", name, dates)
    for name, rows in found.series.items():
        yield cut.section("series", name, rows)
    for event, properties in found.outside.items():
        for name, rows in properties.items():
            yield cut.section("outside", name, rows, event)


class _Cut:
    """Puts each flag to the sections that hold one of its claims."""

    def __init__(self, record: Record, flags: Iterable[Flag]) -> None:
        self._record = record
        self._flags = tuple(flags)
        self._flagged = frozenset(claim for flag in self._flags for claim in flag.claims)

    def section(
        self, kind: Kind, name: str, rows: Sequence[Row] | Sequence[DateRow], within: str = ""
    ) -> Section:
        at: dict[str, Row | DateRow] = {}
        if _TOLD[kind] and self._flagged:
            at = {claim: row for row in rows for claim in row.claims if claim in self._flagged}
        notices = tuple(
            self._notice(flag, at)
            for flag in self._flags
            if flag.kind in _TOLD[kind] and any(claim in at for claim in flag.claims)
        )
        return Section(kind, name, within, rows, notices)

    def _notice(self, flag: Flag, at: dict[str, Row | DateRow]) -> Notice:
        """Where tellers differ, the rows of the section; else the claims, in the flag's order."""
        told: Iterable[str]
        if flag.kind == "values_apart":
            held = set(flag.claims)
            told = (str(row.words) for claim, row in at.items() if claim in held)
        else:
            told = (_words(self._record, claim) for claim in flag.claims)
        words = tuple(one for one in dict.fromkeys(told) if one)
        return Notice(flag, words[:_WORDS], len(words) > _WORDS)


def _words(record: Record, claim: str) -> str:
    found = record.find(claim)
    return str(getattr(found, "words", ""))
