"""How two records of incidents agree, field by field, as levels that a model gives weights to.

Upholds: a level is a number from 0; -1 where either record lacks the field (``docs/counting.md``
has the table).  Days and numbers of victims are intervals; a place is its name, what it lies in and
its coordinates, one field; spellings in Cyrillic, Latin and Arabic letters meet.  Nothing here
knows a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from asylia.counts.arrays import Flags, Floats, Wholes
from asylia.counts.incidents import amounts
from asylia.counts.incidents.table import Incidents
from asylia.counts.linking import dates, names
from asylia.counts.linking.constants import CONSTANTS
from asylia.counts.linking.vocabulary import Vocabulary

LEVELS = {"day": 10, "place": 6, "act": 5, "victims": 6, "unit": 5}
FIELDS = tuple(LEVELS)
MISSING = -1
_RARE = np.array([2.0, 4.0, 6.0])  # bits
_SPELT = CONSTANTS._replace(least_alike=0.88, worth_sound=90, spellings=400)  # tried with these
_MONTH, _QUARTER, _YEAR = 31, 92, 366


@dataclass(frozen=True)
class Words:
    """Whole texts as numbers, how rare each is, and which are spellings of each other."""

    numbers: Wholes
    bits: Floats
    near: Wholes  # pairs as one number, sorted

    @classmethod
    def of(cls, column: Sequence[str] | None, size: int) -> "Words":
        """Of a column's texts; whatever stands in none is missing."""
        folded = [" ".join(names.tokens(one)) for one in column or [""] * size]
        known, at = Vocabulary.of([(one,) if one else () for one in folded], lambda _: (), _SPELT)
        first = np.repeat(np.arange(len(known.tokens)), np.diff(known.near_starts))
        near = np.sort(first * max(len(known.tokens), 1) + known.near)
        numbers = np.array([at.get(one, MISSING) for one in folded], np.int64)
        return cls(numbers, known.bits, near)

    def levels(self, left: Wholes, right: Wholes) -> Wholes:
        """0 where they differ, else up to 4 by how rare they are."""
        one, other = self.numbers[left], self.numbers[right]
        if not len(self.bits):
            return np.full(len(left), MISSING)
        found = 1 + np.searchsorted(_RARE, self.bits[np.maximum(one, 0)])
        return np.where((one < 0) | (other < 0), MISSING, np.where(one == other, found, 0))

    def alike(self, left: Wholes, right: Wholes) -> Flags:
        """Whether two are spellings of each other, and not the same."""
        wanted = self.numbers[left] * max(len(self.bits), 1) + self.numbers[right]
        at = np.minimum(np.searchsorted(self.near, wanted), max(len(self.near) - 1, 0))
        there = (self.numbers[left] >= 0) & (self.numbers[right] >= 0)
        return there & (self.near[at] == wanted) if len(self.near) else np.zeros(len(left), bool)


@dataclass(frozen=True)
class Told:
    """All that comparing records needs."""

    size: int
    fields: tuple[str, ...]
    span: Wholes  # first and last day; -1 where it is not known
    amount: Wholes  # least and most; -1 where it is not known
    place: Words
    region: Words
    spot: Floats
    act: Words
    units: tuple[frozenset[int], ...]
    unit_bits: Floats
    lists: Wholes

    def level(self, field: str, left: Wholes, right: Wholes) -> Wholes:
        """Of many pairs of rows."""
        if field == "day":
            return _days(self.span, left, right)
        if field == "place":
            return self._places(left, right)
        if field == "act":
            return self.act.levels(left, right)
        return _amounts(self.amount, left, right) if field == "victims" else self._said(left, right)

    def kilometres(self, left: Wholes, right: Wholes) -> Floats:
        """Between two spots; not a number where one is not known."""
        one, other = self.spot[left], self.spot[right]
        middle = np.radians((one[:, 0] + other[:, 0]) / 2)
        turn = (one[:, 1] - other[:, 1] + 180) % 360 - 180  # the shorter way round
        east = turn * np.cos(middle)
        return np.asarray(111.2 * np.hypot(one[:, 0] - other[:, 0], east))

    def inside(self, left: Wholes, right: Wholes) -> Wholes:
        """Whether what places lie in is the same: 0 if not; spellings of one name are one."""
        return np.where(
            self.region.alike(left, right), 1, np.minimum(self.region.levels(left, right), 1)
        )

    def _places(self, left: Wholes, right: Wholes) -> Wholes:
        same, inside = self.place.levels(left, right), self.inside(left, right)
        far = self.kilometres(left, right)
        out = np.full(len(left), MISSING)
        known = (same >= 0) | (inside >= 0) | ~np.isnan(far)
        out[known] = 0
        out[inside > 0] = 1
        for kilometres, level in ((60.0, 2), (15.0, 3), (1.0, 5)):
            out[far < kilometres] = level
        alike = self.place.alike(left, right) & (inside != 0)
        out[alike] = np.maximum(out[alike], 3)
        agree = (same > 0) & (inside != 0)
        out[agree] = np.maximum(out[agree], np.where(same[agree] > 1, 5, 4))
        return out

    def _said(self, left: Wholes, right: Wholes) -> Wholes:
        out = np.full(len(left), MISSING)
        for at, (i, j) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
            one, other = self.units[i], self.units[j]
            if one and other:
                shared = sum(float(self.unit_bits[token]) for token in one & other)
                out[at] = 0 if shared <= 0 else 1 + int(np.searchsorted(_RARE * 2, shared))
        return out


def told(records: Incidents) -> Told:
    """Read every column once."""
    size = len(records)
    words = [names.tokens(one) for one in records.column("unit") or [""] * size]
    known, numbers = Vocabulary.of(words, partial(names.kin, by=_SPELT), _SPELT)
    units = tuple(frozenset(numbers[token] for token in one) for one in words)
    there = {
        "day": records.column("day") is not None,
        "place": any(records.column(kind) for kind in ("place", "region", "latitude")),
        "act": records.column("act") is not None,
        "victims": records.column("victims") is not None,
        "unit": records.column("unit") is not None,
    }
    return Told(
        size,
        tuple(name for name in FIELDS if there[name]),
        _spans(records.column("day"), size),
        _numbers(records.column("victims"), size),
        Words.of(records.column("place"), size),
        Words.of(records.column("region"), size),
        _spots(records, size),
        Words.of(records.column("act"), size),
        units,
        known.bits,
        Words.of(records.lists or None, size).numbers,
    )


def _days(span: Wholes, left: Wholes, right: Wholes) -> Wholes:
    one, other = span[left], span[right]
    wide = np.maximum(one[:, 1] - one[:, 0], other[:, 1] - other[:, 0])
    apart = np.maximum(one[:, 0] - other[:, 1], other[:, 0] - one[:, 1])
    out = np.zeros(len(left), np.int64)
    for most, level in ((_YEAR, 1), (_QUARTER, 2), (_MONTH, 4), (7, 6), (3, 7), (1, 8), (0, 9)):
        out[apart <= most] = level
    meets = (apart <= 0) & (wide > 0)
    told_as = np.select([wide <= 7, wide <= _MONTH, wide <= _YEAR], [7, 5, 3], 2)
    out[meets] = told_as[meets]
    out[(one[:, 0] < 0) | (other[:, 0] < 0)] = MISSING
    return out


def _amounts(amount: Wholes, left: Wholes, right: Wholes) -> Wholes:
    one, other = amount[left], amount[right]
    least, most = np.maximum(one[:, 0], other[:, 0]), np.minimum(one[:, 1], other[:, 1])
    share = np.maximum(most, 1) / np.maximum(least, 1)  # under 1 where they do not meet
    out = np.select([share >= 1, share >= 0.8, share >= 0.5], [3, 2, 1], 0)
    exact = (one[:, 0] == one[:, 1]) & (one == other).all(axis=1)
    out[exact] = np.where(one[exact, 0] >= 5, 5, 4)
    out[(one[:, 0] < 0) | (other[:, 0] < 0)] = MISSING
    return out


def _spans(column: Sequence[str] | None, size: int) -> Wholes:
    out = np.full((size, 2), MISSING, np.int64)
    for at, text in enumerate(column or ()):
        if (found := dates.read(text)) is not None:
            out[at] = found.first, found.last
    return out


def _numbers(column: Sequence[str] | None, size: int) -> Wholes:
    out = np.full((size, 2), MISSING, np.int64)
    for at, text in enumerate(column or ()):
        if (found := amounts.read(text)) is not None:
            out[at] = found
    return out


def _spots(records: Incidents, size: int) -> Floats:
    out = np.full((size, 2), np.nan)
    for to, (kind, most) in enumerate((("latitude", 90.0), ("longitude", 180.0))):
        for at, text in enumerate(records.column(kind) or ()):
            try:
                degrees = float(text or "nan")
            except ValueError:
                continue
            if abs(degrees) <= most:
                out[at, to] = degrees
    return out
