"""What moves the answer: a list left out, links missed in linkage, a term that binds all lists.

And how far the models are right where one can know: each list as the others see it, whose total is
in the table (Binette and Steorts 2022, internal consistency).

Upholds: each is run with the models that need no chains, so that it is quick; a refusal is an
answer here too.  With three lists, leaving one out leaves two, which are refused; so are the
persons of one list.  With more than ``MOST_AVERAGED`` lists, known totals do without the graphs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from asylia.counts.averaging import Averaging
from asylia.counts.chao import Chao
from asylia.counts.estimate import Estimate, EstimateRefusedError, Estimator, bearable
from asylia.counts.histories import Histories
from asylia.counts.missed import SHARES, put_back
from asylia.counts.nhoi import NoHighest, Point, curve

Row = Mapping[str, "Estimate | EstimateRefusedError"]  # model -> what it says then
CURVE, LEFT_OUT, MISSED, KNOWN = "curve", "left_out", "missed", "known_totals"
MOST_AVERAGED = 8


@dataclass(frozen=True)
class Known:
    """A list's total, and what models say of it from the persons whom other lists share."""

    total: int
    row: Row

    @property
    def held(self) -> bool:
        """Whether it lies between the lowest and the highest end of the intervals."""
        found = [one for one in self.row.values() if isinstance(one, Estimate)]
        return min(e.low for e in found) <= self.total <= max(e.high for e in found)


@dataclass(frozen=True)
class Checks:
    """``left_out``: list -> row; ``missed``: share of links -> row; ``curve``: of ``nhoi``.

    ``known``: list -> its total, for lists whose persons are enough in the others.
    """

    left_out: Mapping[str, Row] = field(default_factory=dict)
    missed: Mapping[float, Row] = field(default_factory=dict)
    curve: tuple[Point, ...] = ()
    known: Mapping[str, Known] = field(default_factory=dict)


def checked(histories: Histories, seed: int, progress: Callable[[str, float], None]) -> Checks:
    """All four."""
    left_out = {}
    for at, name in enumerate(histories.lists):
        progress(LEFT_OUT, at / len(histories.lists))
        left_out[name] = _row(histories.without(at), seed)
    progress(LEFT_OUT, 1.0)
    missed = {}
    for at, share in enumerate(SHARES):
        progress(MISSED, at / len(SHARES))
        missed[share] = _row(put_back(histories, share), seed)
    progress(MISSED, 1.0)
    return Checks(left_out, missed, curve(histories, seed), _known(histories, seed, progress))


def _known(
    histories: Histories, seed: int, progress: Callable[[str, float], None]
) -> Mapping[str, Known]:
    found = {}
    wide = len(histories.lists)
    for at, name in enumerate(histories.lists):
        progress(KNOWN, at / wide)
        row = _row(histories.inside(at), seed, averaged=wide <= MOST_AVERAGED)
        if any(isinstance(one, Estimate) for one in row.values()):
            found[name] = Known(histories.size(at), row)
    progress(KNOWN, 1.0)
    return found


def quick(seed: int) -> tuple[Estimator, ...]:
    """The models that need no chains."""
    return (Averaging(seed), Chao(seed), NoHighest(seed))


def _row(histories: Histories, seed: int, *, averaged: bool = True) -> Row:
    return {one.name: _tried(one, histories) for one in quick(seed)[not averaged :]}


def _tried(estimator: Estimator, histories: Histories) -> Estimate | EstimateRefusedError:
    try:
        return estimator.estimate(histories.telling(), bearable(histories))
    except EstimateRefusedError as refusal:
        return refusal
