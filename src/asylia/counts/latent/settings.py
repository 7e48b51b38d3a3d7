"""How the sampler is set: one rule from the shape of the data, never by hand for one data set.

Upholds: no number here depends on which data it is, only on how many lists, cells and persons.
Refuses: settings that the compiled part has no room for.
"""

from dataclasses import dataclass

from asylia.counts.histories import Histories
from asylia.errors import UsageError

MOST_CLASSES = 15
LANES = 16


@dataclass(frozen=True)
class Settings:
    """Model: classes K and the Gamma(shape, rate) prior of the concentration.  The rest: effort."""

    classes: int
    shape: float = 0.25
    rate: float = 0.25
    hottest: float = 0.4  # the least power of the likelihood
    ensembles: int = 4
    rounds: int = 5  # of adapting the ladder
    round_length: int = 160  # iterations
    cooling: int = 400  # iterations of an annealed start
    settle: int = 720  # iterations after the ladder stands
    stretch: int = 500  # iterations between looks at the diagnostics
    effective: int = 80_000  # effective samples of log n0, over all ensembles, at which to stop
    longest: int = 12_000  # iterations at which to stop anyway

    def __post_init__(self) -> None:
        if self.classes < 2 or self.ensembles < 4 or not 0 < self.hottest < 1:
            raise UsageError(
                "The latent class model needs two classes and four ensembles at least.",
                hint="Leave the settings out; a rule sets them from the data's shape.",
            )


def settings_for(histories: Histories) -> Settings:
    """From the data's shape alone: as many classes as verdata takes, ``min(2**J - 1, 15)``."""
    filled = sum(1 for at in range(len(histories.lists)) if histories.size(at))
    return Settings(classes=max(2, min(2**filled - 1, MOST_CLASSES)))
