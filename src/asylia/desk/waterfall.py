"""The waterfall of a match weight: from the prior, field by field, to where it ends.

Upholds: each bar begins where the one before ended, and its length is its part in bits; the table
beside the drawing says the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 400


@dataclass(frozen=True)
class Step:
    """One bar: its field (empty: the prior), its bits, and where it lies over ``WIDTH`` units."""

    field: str
    bits: float
    x: float
    wide: float


@dataclass(frozen=True)
class Waterfall:
    """The steps, the sum in bits, its chance, and where nought and the end lie."""

    steps: tuple[Step, ...]
    bits: float
    chance: float
    nought: float
    end: float


def waterfall(parts: Sequence[tuple[str, float]]) -> Waterfall:
    """Draw the parts of a weight, the prior first."""
    ends = [0.0]
    for _, bits in parts:
        ends.append(ends[-1] + bits)
    low, high = min(ends), max(ends)
    wide = max(high - low, 1.0)

    def at(bits: float) -> float:
        return round((bits - low) / wide * (WIDTH - 4) + 2, 1)

    steps = tuple(
        Step(field, bits, min(at(a), at(b)), max(round(abs(at(b) - at(a)), 1), 1.0))
        for (field, bits), a, b in zip(parts, ends, ends[1:], strict=False)
    )
    odds = 2.0 ** max(-60.0, min(60.0, ends[-1]))
    return Waterfall(steps, ends[-1], odds / (1 + odds), at(0.0), at(ends[-1]))
