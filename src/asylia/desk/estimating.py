"""An estimate that is being worked out, in memory, beside the desk's own thread.

Upholds: what goes in is counts, which name nobody; one runs at a time; what came out, or why it did
not, stays until another is begun or the desk locks.  Refuses a second one while one runs.
"""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from asylia.counts.estimate import Estimate
from asylia.counts.histories import Histories
from asylia.counts.plain import CALLED, NO_ESTIMATE, sentence, sentences
from asylia.counts.plots import drawn
from asylia.counts.verdict import MODELS, Verdict, assess
from asylia.counts.words import Said, said

QUICK = tuple(name for name in MODELS if name != "lcmcr")
PLOTS = ("overlap", "posterior", "sensitivity", "trace")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Estimated:
    """A verdict, and its plots, drawn once a language."""

    verdict: Verdict
    traces: Any = field(default=None, repr=False)
    _drawn: dict[str, dict[str, bytes]] = field(default_factory=dict, repr=False)

    def plots(self, language: str) -> Mapping[str, bytes]:
        """The plots by name, with words in this language."""
        if language not in self._drawn:
            self._drawn[language] = drawn(self.verdict, self.traces, language)
        return self._drawn[language]


@dataclass
class Estimating:
    """One run: of which table, what is done of it, and what came out."""

    name: str
    histories: Histories
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
        """Each model by its name, and how many hundredths of it are done."""
        return [
            (said(CALLED[name]).within(language), round(100 * self.done.get(name, 0.0)))
            for name in self.models
        ]

    def _run(self) -> Estimated:
        kept: list[Any] = []
        verdict = assess(
            self.histories,
            seed=self.seed,
            models=self.models,
            progress=self._progress,
            keep=kept.append,
        )
        found = Estimated(verdict, kept[-1].traces if kept else None)
        found.plots(self.language)
        return found

    def _progress(self, name: str, share: float) -> None:
        self.done[name] = share


def told(found: Estimated, language: str) -> dict[str, Any]:
    """What a page says of a verdict, in a language."""
    verdict = found.verdict
    return {
        "sentences": [one.within(language) for one in sentences(verdict) if one != NO_ESTIMATE],
        "refused": verdict.refused is not None,
        "warned": NO_ESTIMATE.within(language) if verdict.estimates else "",
        "span": verdict.span,
        "models": [
            (said(CALLED[name]).within(language), one, sentence(one).within(language))
            for name, one in verdict.answers.items()
        ],
        "left_out": [
            (name, _cells(row, language)) for name, row in verdict.checks.left_out.items()
        ],
        "missed": [
            (round(100 * share), _cells(row, language))
            for share, row in verdict.checks.missed.items()
        ],
        "plots": [name for name in PLOTS if name in found.plots(language)],
    }


def _cells(row: Row, language: str) -> str:
    """What each model would say; where none does, why."""
    numbers = [
        f"{said(CALLED[name]).within(language)}: {one.middle} ({one.low}–{one.high})"
        for name, one in row.items()
        if isinstance(one, Estimate)
    ]
    reasons: set[str] = {
        one.said.within(language)
        for one in row.values()
        if not isinstance(one, Estimate) and isinstance(one.said, Said)
    }
    return "; ".join(numbers or sorted(reasons))
