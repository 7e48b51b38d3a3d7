"""Whether chains agree, and how many independent draws theirs are worth.

Split R-hat: Gelman et al. 2013, "Bayesian Data Analysis", 11.4, over ensembles.  Effective size:
the initial monotone sequence of Geyer 1992, "Practical Markov chain Monte Carlo", 3.3, on the
series of an ensemble's mean, so that chains that swap with each other count for what they share.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def split_rhat(draws: Floats) -> float:
    """Of draws[ensemble, iteration, chain]: each ensemble cut in two halves of time."""
    half = draws.shape[1] // 2
    groups = np.concatenate([draws[:, :half], draws[:, -half:]]).reshape(2 * draws.shape[0], -1)
    within = groups.var(axis=1, ddof=1).mean()
    between = groups.mean(axis=1).var(ddof=1)
    if within <= 0:
        return 1.0 if between <= 0 else float("inf")
    return float(np.sqrt(1.0 - 1.0 / groups.shape[1] + between / within))


def mean_error(series: Floats) -> float:
    """The variance of the mean of a stationary series."""
    size = series.size
    centred = series - series.mean()
    width = 1 << (2 * size - 1).bit_length()
    spectrum = np.fft.rfft(centred, width)
    covariance = np.fft.irfft(spectrum * spectrum.conj(), width)[:size] / size
    if covariance[0] <= 0:
        return 0.0
    even = size // 2 * 2
    pairs = covariance[0:even:2] + covariance[1:even:2]
    ends = np.flatnonzero(pairs <= 0)
    pairs = np.minimum.accumulate(pairs[: ends[0] if ends.size else pairs.size])
    total = 2.0 * pairs.sum() - covariance[0]
    return float(max(total, covariance[0] / np.log10(max(size, 10))) / size)


def effective_size(draws: Floats) -> float:
    """Of draws[ensemble, iteration, chain]: how many independent draws would say as much."""
    spread = draws.var()
    errors = [mean_error(ensemble.mean(axis=1)) for ensemble in draws]
    return float(sum(spread / error for error in errors if error > 0))


def upper_end(draws: NDArray[np.int64], power: float, level: float) -> float:
    """The quantile of positive draws, were each as likely again as this power of it."""
    ordered = np.sort(draws, axis=None).astype(np.float64)
    weight = np.exp(power * (np.log(ordered) - np.log(ordered[-1])))
    along = np.cumsum(weight)
    return float(ordered[np.searchsorted(along, level * along[-1])])


def correlation_time(draws: Floats, window: int) -> float:
    """Of draws[ensemble, iteration, chain]: how many of an ensemble's means are worth one draw.

    All ensembles are held against their common mean, so that short series don't look better than
    they are; correlations are added up to ``window`` iterations apart.
    """
    means = draws.mean(axis=2) - draws.mean()
    whole = float((means * means).mean())
    apart = range(1, min(window, means.shape[1] // 4) + 1)
    found = [float((means[:, lag:] * means[:, :-lag]).mean()) for lag in apart]
    return max(0.5, 1.0 + 2.0 * sum(found) / whole) if whole > 0 else 1.0
