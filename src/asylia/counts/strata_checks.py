"""What moves an estimate over strata: a list left out of all of them, links missed in each.

Upholds: each row is a sum over all strata, by draws as every sum is, of the models that need no
chains; a stratum that then refuses refuses the sum, which is an answer too.  A stratum in which
nobody stands in the list is the same without it.
"""

from collections.abc import Callable, Mapping

from asylia.counts.checks import LEFT_OUT, MISSED, Checks, Row, quick
from asylia.counts.combining import over_strata
from asylia.counts.estimate import Estimate, EstimateRefusedError, Estimator
from asylia.counts.histories import Histories
from asylia.counts.missed import SHARES, put_back

Tables = Mapping[str, Histories]


def checked(tables: Tables, seed: int, progress: Callable[[str, float], None]) -> Checks:
    """Each list left out, and each share of links put back."""
    names = list(dict.fromkeys(name for one in tables.values() for name in one.lists))
    left_out = {}
    for at, name in enumerate(names):
        progress(LEFT_OUT, at / len(names))
        left_out[name] = _row({key: _without(one, name) for key, one in tables.items()}, seed)
    progress(LEFT_OUT, 1.0)
    missed = {}
    for at, share in enumerate(SHARES):
        progress(MISSED, at / len(SHARES))
        missed[share] = _row({key: put_back(one, share) for key, one in tables.items()}, seed)
    progress(MISSED, 1.0)
    return Checks(left_out, missed)


def _without(histories: Histories, name: str) -> Histories:
    return histories.without(histories.lists.index(name)) if name in histories.lists else histories


def _row(tables: Tables, seed: int) -> Row:
    return {one.name: _tried(one, tables, seed) for one in quick(seed)}


def _tried(estimator: Estimator, tables: Tables, seed: int) -> Estimate | EstimateRefusedError:
    try:
        return over_strata(tables, estimator, seed=seed)
    except EstimateRefusedError as refusal:
        return refusal
