"""The latent class model as an estimator: what its sampler found, or why that can't be trusted.

Upholds: the sampler's own refusals stand (``latent``); its draws are whole.  More than ``MOST``
lists are pooled, the smallest first: with many small lists there are states hundreds of nats apart
between which no chain goes, since a class has a probability for each list (measured: 12 to 24 lists
refused, the same tables with 8 or 10 settled on one answer).  Where the upper end hangs on the
prior, it says by how much.

Refuses, with a hint, where Numba is not installed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from asylia.counts.arrays import np
from asylia.counts.estimate import LEVEL, Estimate, EstimateRefusedError, Evidence, pooling
from asylia.counts.histories import Histories
from asylia.counts.needs import need
from asylia.counts.words import N_, said, whole

if TYPE_CHECKING:
    from asylia.counts.latent import LatentFit, Settings


MOST = 8
SWAYING = "upper_by_jeffreys"  # among the diagnostics, where it is told
SWAYED = 1.1  # times as high is the upper end by another usual prior: so much is told


def _quiet(_share: float) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Latent:
    """Classes of persons who are alike to find (Manrique-Vallier 2016)."""

    seed: int = 1
    name: str = "lcmcr"
    progress: Callable[[float], None] = field(default=_quiet, compare=False)
    keep: Callable[["LatentFit"], None] | None = field(default=None, compare=False)
    settings: "Settings | None" = None  # by the rule of ``latent.settings``, if none are given

    def estimate(self, histories: Histories, evidence: Evidence) -> Estimate:
        """The posterior of N, or the refusal of the sampler's own checks."""
        need("numba")
        from asylia.counts.latent import fit  # noqa: PLC0415 - Numba, when it is needed

        used = histories.filled().pooled(MOST)
        found = fit(used, seed=self.seed, settings=self.settings, progress=self.progress)
        if self.keep:
            self.keep(found)
        diagnostics = {"rhat": found.rhat, "ess": found.ess}
        if found.refused:
            raise EstimateRefusedError(
                N_("the sampler did not settle: %(why)s"),
                found.refused.helps,
                why=found.refused.said,
                diagnostics=diagnostics,
            )
        assumptions = [
            said(N_("persons are of a few kinds, and one of a kind is in each list by chance")),
            said(N_("those in no list are of the same kinds as those who are")),
            said(
                N_(
                    "before the data, each chance of being listed is as likely as any other, and "
                    "N has the prior 1/N"
                )
            ),
        ]
        if found.upper_by_jeffreys > SWAYED * found.interval95[1]:
            diagnostics[SWAYING] = float(found.upper_by_jeffreys)
            assumptions.append(
                said(
                    N_(
                        "the upper end rests on that as well: were small chances likelier, by "
                        "Jeffreys' prior, it would be %(high)s"
                    ),
                    high=whole(found.upper_by_jeffreys),
                )
            )
        assumptions += pooling(used, evidence)
        return Estimate(
            self.name,
            tuple(assumptions),
            found.median,
            *found.interval95,
            LEVEL,
            diagnostics,
            np.asarray(found.draws, dtype=np.float64),
        )
