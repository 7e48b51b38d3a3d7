"""What moves the answer: a list left out, links missed in linkage, a term that binds all lists.

Upholds: each is run with the models that need no chains, so that it is quick; a refusal is an
answer here too.  With three lists, leaving one out leaves two, which are refused.
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
CURVE, LEFT_OUT, MISSED = "curve", "left_out", "missed"


@dataclass(frozen=True)
class Checks:
    """``left_out``: list -> row; ``missed``: share of links -> row; ``curve``: of ``nhoi``."""

    left_out: Mapping[str, Row] = field(default_factory=dict)
    missed: Mapping[float, Row] = field(default_factory=dict)
    curve: tuple[Point, ...] = ()


def checked(histories: Histories, seed: int, progress: Callable[[str, float], None]) -> Checks:
    """All three."""
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
    return Checks(left_out, missed, curve(histories, seed))


def _row(histories: Histories, seed: int) -> Row:
    quick: tuple[Estimator, ...] = (Averaging(seed), Chao(seed), NoHighest(seed))
    return {one.name: _tried(one, histories) for one in quick}


def _tried(estimator: Estimator, histories: Histories) -> Estimate | EstimateRefusedError:
    try:
        return estimator.estimate(histories, bearable(histories))
    except EstimateRefusedError as refusal:
        return refusal
