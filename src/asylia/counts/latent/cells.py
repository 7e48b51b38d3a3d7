"""The observed cells of a table as a tree: each cell extends the largest one within it.

So a class's probability of a cell is its parent's times the odds of the lists that it adds, and
the expected members of each list come back along the same branches.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asylia.counts.histories import Histories
from asylia.counts.latent.settings import Settings

Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]


@dataclass(frozen=True)
class Cells:
    """Cell 0 is that of nobody seen; ``extra[begin[c]:begin[c + 1]]`` are the lists c adds."""

    lists: int
    count: Floats
    parent: Wholes
    begin: Wholes
    extra: Wholes

    @classmethod
    def of(cls, histories: Histories) -> "Cells":
        """Of the cells that hold somebody, the smaller ones first; lists without anybody go."""
        filled = [at for at in range(len(histories.lists)) if histories.size(at)]
        held = sorted(
            (tuple(place for place, at in enumerate(filled) if pattern[at]), count)
            for pattern, count in histories.patterns.items()
            if count
        )
        held.sort(key=lambda cell: len(cell[0]))
        parent, begin, extra = [0], [0], list[int]()
        for at, (lists, _) in enumerate(held):
            within = [
                (len(other), -place)
                for place, (other, _) in enumerate(held[:at], start=1)
                if set(other) < set(lists)
            ]
            above = -max(within)[1] if within else 0
            begin.append(len(extra))
            extra.extend(sorted(set(lists) - set(held[above - 1][0] if above else ())))
            parent.append(above)
        begin.append(len(extra))
        return cls(
            lists=len(filled),
            count=np.array([0.0, *(count for _, count in held)]),
            parent=np.array(parent, dtype=np.int64),
            begin=np.array(begin, dtype=np.int64),
            extra=np.array(extra, dtype=np.int64),
        )

    @property
    def persons(self) -> int:
        """Persons seen."""
        return int(self.count.sum())

    def packed(self, settings: Settings) -> tuple[object, ...]:
        """As the compiled functions take it."""
        shape, rate = settings.shape, settings.rate
        head = (self.lists, settings.classes, shape, rate, float(self.persons))
        return (*head, self.count, self.parent, self.begin, self.extra)
