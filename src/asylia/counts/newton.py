"""Poisson log-linear fits of many tables and models at once, by Newton's method.

Upholds: terms at minus infinity and their cells are left out (``candidates``); the criterion is
BIC with the observed as sample size (Schwarz 1978; Silverman, Chan and Vincent 2024),
each term of the model counted.  Where no estimate exists the likelihood still has a supremum, and
the criterion comes near it; whether the number means anything is for ``candidates.existence``.
"""

from dataclasses import dataclass

from asylia.counts.arrays import Flags, Floats, Wholes, np
from asylia.counts.candidates import cells_left, design, infinite

_MOST_STEPS = 30
_NEAR = 1e-9
_ENDED = 1e-5  # persons by which a margin may still be off
_FAR = 30.0  # a term beyond this is on its way to infinity
_LONGEST = 5.0  # step of a term
_AT_ONCE = 2048


@dataclass(frozen=True)
class Fits:
    """Of each table: the unseen, BIC, and the least fitted cell (0 where Newton did not end)."""

    unseen: Floats
    criterion: Floats
    least: Floats


def fit(tables: Wholes, models: Flags, lists: int) -> Fits:
    """Fit each table (cells 1 and up) by the model in the same row."""
    parts = [
        _fit(tables[start : start + _AT_ONCE], models[start : start + _AT_ONCE], lists)
        for start in range(0, len(tables), _AT_ONCE)
    ]
    return Fits(
        np.concatenate([one.unseen for one in parts]),
        np.concatenate([one.criterion for one in parts]),
        np.concatenate([one.least for one in parts]),
    )


def _fit(tables: Wholes, models: Flags, lists: int) -> Fits:
    matrix = design(lists)
    gone = infinite(tables, models, lists)
    inside = cells_left(gone, lists).astype(np.float64)
    free = (models & ~gone).astype(np.float64)
    counts = tables * inside
    fitted: Floats = (counts + 0.5) * inside
    terms = _solve(matrix, free, fitted, np.log(counts + 0.5) * fitted)
    for _ in range(_MOST_STEPS):
        fitted = np.exp(_within(terms @ matrix.T, _FAR)) * inside
        slope = (counts - fitted) @ matrix * free
        step = _solve(matrix, free, fitted, counts - fitted)
        terms = _within(terms + _within(step, _LONGEST), _FAR)
        if np.abs(slope).max() < _NEAR * counts.sum():
            break
    logs = _within(terms @ matrix.T, _FAR)
    fitted = np.exp(logs) * inside
    likelihood = (counts * logs - fitted).sum(axis=1)
    criterion: Floats = models.sum(axis=1) * np.log(tables.sum(axis=1)) - 2 * likelihood
    slope = np.abs((counts - fitted) @ matrix * free).max(axis=1)
    least = np.where(inside > 0, fitted, np.inf).min(axis=1)
    return Fits(np.exp(terms[:, 0]), criterion, np.where(slope < _ENDED, least, 0.0))


def _solve(matrix: Floats, free: Floats, weights: Floats, pull: Floats) -> Floats:
    """Weighted least squares of each row, for its free terms; others stay at nothing."""
    square: Floats = np.swapaxes(weights[:, :, None] * matrix, 1, 2) @ matrix
    square *= free[:, :, None] * free[:, None, :]
    at = np.arange(matrix.shape[1])
    held: Floats = (1 - free) + 1e-9 * (1 + square[:, at, at])
    square[:, at, at] += held
    right = (pull @ matrix) * free
    return np.asarray(np.linalg.solve(square, right[:, :, None])[:, :, 0], dtype=np.float64)


def _within(values: Floats, bound: float) -> Floats:
    clipped: Floats = np.clip(values, -bound, bound)
    return clipped
