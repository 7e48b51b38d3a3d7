"""An estimate that is being worked out, in memory, beside the desk's own thread.

Upholds: what goes in is counts, which name nobody; one runs at a time; what came out, or why it did
not, stays until another is begun or the desk locks.  Refuses a second one while one runs.
"""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from asylia.counts import linkages, plots, plots_several, strata
from asylia.counts.plain import CALLED, CHECKING
from asylia.counts.table import STRATUM, Tables
from asylia.counts.verdict import MODELS, Verdict, assess
from asylia.counts.words import said

QUICK = tuple(name for name in MODELS if name != "lcmcr")
PLOTS = ("overlap", "posterior", "sensitivity", "trace")
Found = Verdict | strata.Strata | linkages.Linkages


@dataclass(frozen=True)
class Estimated:
    """What was found of one table or of several, and its plots, drawn once a language."""

    found: Found
    traces: Any = field(default=None, repr=False)
    _drawn: dict[str, dict[str, bytes]] = field(default_factory=dict, repr=False)

    def plots(self, language: str) -> Mapping[str, bytes]:
        """The plots by name, with words in this language."""
        if language not in self._drawn:
            self._drawn[language] = (
                plots.drawn(self.found, self.traces, language)
                if isinstance(self.found, Verdict)
                else plots_several.drawn(self.found, language)
            )
        return self._drawn[language]


@dataclass
class Estimating:
    """One run: of which table, what is done of it, and what came out."""

    name: str
    given: Tables
    models: tuple[str, ...]
    seed: int
    language: str  # that plots are drawn in beforehand
    claims: tuple[str, ...] = ()  # of the record, where its own lists are counted
    done: dict[str, float] = field(default_factory=dict)
    _work: Future[Estimated] | None = field(default=None, repr=False)

    def begin(self) -> None:
        """Start it in a thread of its own."""
        thread = ThreadPoolExecutor(1, thread_name_prefix="estimate")
        self._work = thread.submit(self._run)
        thread.shutdown(wait=False)

    @property
    def runs(self) -> bool:
        """Whether it is still being worked out."""
        return self._work is not None and not self._work.done()

    @property
    def estimated(self) -> Estimated | None:
        """What came out; None while it runs.  Raises what stopped it."""
        return self._work.result() if self._work is not None and self._work.done() else None

    def progress(self, language: str) -> list[tuple[str, int]]:
        """Each model, and what else was begun, by its name, and how many hundredths are done."""
        begun = [name for name in CHECKING if name in self.done]
        return [
            (
                said({**CALLED, **CHECKING}[name]).within(language),
                round(100 * self.done.get(name, 0.0)),
            )
            for name in (*self.models, *begun)
        ]

    def _run(self) -> Estimated:
        kept: list[Any] = []
        found = self._found(kept)
        estimated = Estimated(found, kept[-1].traces if kept else None)
        estimated.plots(self.language)
        return estimated

    def _found(self, kept: list[Any]) -> Found:
        tables, seed, models, watch = self.given.tables, self.seed, self.models, self._progress
        if not self.given.by:
            return assess(
                self.given.alone, seed=seed, models=models, progress=watch, keep=kept.append
            )
        over = strata.over if self.given.by == STRATUM else linkages.over
        return over(tables, seed=seed, models=models, progress=watch)

    def _progress(self, name: str, share: float) -> None:
        self.done[name] = share
