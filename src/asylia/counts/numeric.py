"""The few functions of SciPy that the models use, with types."""

from typing import Any

from scipy.optimize import linprog
from scipy.special import gammaln, ndtr, ndtri

from asylia.counts.arrays import Floats, np


def log_gamma(values: Any) -> Floats:
    """The logarithm of the gamma function."""
    return np.asarray(gammaln(values), dtype=np.float64)


def normal_cdf(values: Any) -> Floats:
    """The distribution function of the standard normal."""
    return np.asarray(ndtr(values), dtype=np.float64)


def normal_quantile(values: Any) -> Floats:
    """Its inverse."""
    return np.asarray(ndtri(values), dtype=np.float64)


def largest_least(matrix: Floats, totals: Floats) -> float:
    """The largest ``s`` for which some x, none below ``s`` or 0, has ``matrix @ x = totals``."""
    rows, columns = matrix.shape
    equal = np.hstack([matrix, np.zeros((rows, 1))])
    above = np.hstack([-np.eye(columns), np.ones((columns, 1))])
    goal = np.zeros(columns + 1)
    goal[-1] = -1
    found = linprog(
        goal,
        A_ub=above,
        b_ub=np.zeros(columns),
        A_eq=equal,
        b_eq=totals,
        bounds=[(0, None)] * (columns + 1),
        method="highs",
    )
    return float(-found.fun) if found.status == 0 else 0.0
