"""Arithmetic of counts: how two numbers of sources lie to each other, and what parts make up.

Upholds: an open end stays open, "not stated" is no number and never becomes zero; nothing here
chooses between two numbers.  ``least`` and ``most`` are inclusive, each None where it is open.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Amount:
    """From ``least`` to ``most``; both None: not stated."""

    least: int | None = None
    most: int | None = None

    @property
    def is_stated(self) -> bool:
        """Whether the source gives any number."""
        return self.least is not None or self.most is not None

    @property
    def low(self) -> int:
        """The least there can be: nobody, where the source gives no least."""
        return self.least or 0

    def meets(self, other: "Amount") -> bool:
        """Whether one number can be both; whoever states none contradicts nobody."""
        if not (self.is_stated and other.is_stated):
            return True
        return not (_below(self.most, other.low) or _below(other.most, self.low))

    def contains(self, other: "Amount") -> bool:
        """Whether every number that the other allows is one that this allows; both stated."""
        if not (self.is_stated and other.is_stated) or other.low < self.low:
            return False
        return self.most is None or (other.most is not None and other.most <= self.most)

    def is_below(self, other: "Amount") -> bool:
        """Whether this is surely less than the other."""
        return self.is_stated and other.is_stated and _below(self.most, other.low)


def whole_of(parts: Iterable[Amount]) -> Amount:
    """What parts make up together; a part without a most leaves the most open."""
    told = tuple(parts)
    tops = [one.most for one in told if one.most is not None]
    most = sum(tops) if told and len(tops) == len(told) else None
    return Amount(sum(one.low for one in told), most)


def _below(most: int | None, low: int) -> bool:
    return most is not None and most < low
