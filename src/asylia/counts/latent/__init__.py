"""The Bayesian latent class estimate of Manrique-Vallier 2016, by a sampler that mixes.

    fitted = fit(histories, seed=1)
    fitted.refused or (fitted.median, fitted.interval95)

Upholds: importing this pulls in no compiler and no arrays; ``fit`` does, and says in plain words
what to install where they are missing.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from asylia.counts.estimate import bearable
from asylia.counts.histories import Histories
from asylia.counts.latent.settings import Settings, settings_for
from asylia.counts.words import N_, spoken
from asylia.errors import UnavailableError

if TYPE_CHECKING:
    from asylia.counts.latent.fitting import LatentFit

__all__ = ["LatentFit", "Settings", "fit", "settings_for"]


def fit(
    histories: Histories,
    *,
    seed: int,
    settings: Settings | None = None,
    progress: Callable[[float], None] | None = None,
) -> "LatentFit":
    """Sample until the draws are worth enough; ``progress`` is told the share that is done.

    ``EstimateRefusedError`` where the lists can't bear any estimate
    (:func:`asylia.counts.estimate.bearable`).  Where the sampler itself gives reason for distrust,
    the answer says so in ``refused``.
    """
    bearable(histories)
    try:
        from asylia.counts.latent import fitting  # noqa: PLC0415 - only here may Numba come in
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in {"numba", "numpy", "llvmlite"}:
            raise
        raise UnavailableError(
            spoken(
                N_("counting needs the package %(package)s, which is not installed"),
                package=missing.name,
            ),
            hint=N_("Install what counting needs: pip install 'asylia[counting]'."),
        ) from missing
    return fitting.sample(histories, seed=seed, settings=settings, progress=progress)


def __getattr__(name: str) -> object:
    if name == "LatentFit":
        from asylia.counts.latent.fitting import LatentFit  # noqa: PLC0415

        return LatentFit
    raise AttributeError(name)
