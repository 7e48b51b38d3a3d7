"""From a verdict of ``counts`` to the file that a bundle carries, and back to what can be said.

Upholds: the file says what the verdict says and nothing else, in both languages; a verdict made
again from the file gives the same sentences.  Refuses what ``check_to_keep`` refuses.  Needs the
extra ``counting``.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from asylia.counts.checks import Checks, Known, Row
from asylia.counts.estimate import Estimate, EstimateRefusedError, bearable
from asylia.counts.nhoi import Point
from asylia.counts.plots import drawn
from asylia.counts.verdict import Answer, Verdict
from asylia.counts.words import BOTH
from asylia.dossier.estimate import About, Kept, check_to_keep
from asylia.dossier.estimate_files import histories_of
from asylia.dossier.estimate_formats import (
    CurvePoint,
    EstimateFile,
    Interval,
    Missed,
    ModelAnswer,
    OfList,
    Spoken,
)
from asylia.dossier.estimate_parts import (
    Spoke,
    chains,
    fraction,
    in_both,
    interval,
    patterns_of,
    plot_facts,
    refusal,
    refused_of,
    sizes_of,
    software,
    spoke_of,
    spoken_of,
)
from asylia.wire import encode


def keep(verdict: Verdict, traces: Any, seed: int, about: About) -> Kept:
    """The file and its plots; ``RefusedError`` where these answers are no estimate to carry."""
    histories = verdict.histories
    check_to_keep({"": histories}, len(verdict.answers))
    plots = drawn(verdict, traces, BOTH)
    checks, at = verdict.checks, {name: at for at, name in enumerate(histories.lists)}
    made = EstimateFile(
        as_of=about.as_of,
        counted=about.counted,
        curve=tuple(_point(one) for one in checks.curve),
        known=tuple(OfList(list=at[n], answers=_row(k.row)) for n, k in checks.known.items()),
        left_out=tuple(OfList(list=at[n], answers=_row(r)) for n, r in checks.left_out.items()),
        lists=histories.lists,
        missed=tuple(
            Missed(percent=round(100 * share), answers=_row(row))
            for share, row in checks.missed.items()
        ),
        models=tuple(_answer(one) for one in verdict.answers.values()),
        observed=histories.observed,
        patterns=patterns_of(histories),
        plots=plot_facts(plots),
        recaptured=histories.recaptured,
        refused=refusal(verdict.refused),
        seed=seed,
        sizes=sizes_of(histories),
        software=software(),
        span=interval(verdict.span),
        title=about.title,
    )
    found = Kept(encode(made), plots, about.claims)
    found.said  # noqa: B018 - whatever a recipient would refuse is not kept
    return found


def verdict_of(said: EstimateFile) -> Verdict:
    """The verdict that the file was made of, but for draws and traces."""
    histories = histories_of(said)[""]
    try:
        evidence = bearable(histories)
    except EstimateRefusedError:
        evidence = None
    answers: dict[str, Answer] = {}
    for one in said.models:
        spoke = spoke_of(one)
        estimate = spoke if isinstance(spoke, Estimate) else None
        refused = spoke if isinstance(spoke, EstimateRefusedError) else None
        answers[one.model] = Answer(one.model, estimate, refused, 0.0)
    names = said.lists
    checks = Checks(
        left_out={names[one.list]: _spoken(one.answers) for one in said.left_out},
        missed={one.percent / 100: _spoken(one.answers) for one in said.missed},
        curve=tuple(
            Point(float(one.factor), one.median, one.interval.low, one.interval.high)
            for one in said.curve
        ),
        known={
            names[one.list]: Known(said.sizes[one.list], _spoken(one.answers))
            for one in said.known
        },
    )  # fmt: skip
    return Verdict(histories, evidence, refused_of(said.refused), answers, checks)


def _answer(one: Answer) -> ModelAnswer:
    found, spoken = one.estimate, one.estimate or one.refused
    ess, rhat = chains(spoken.diagnostics if spoken else {})
    return ModelAnswer(
        assumptions=tuple(in_both(each) for each in found.assumptions) if found else (),
        ess=ess,
        interval=interval((found.low, found.high)) if found else None,
        median=found.middle if found else None,
        model=one.model,  # type: ignore[arg-type]
        refused=refusal(one.refused),
        rhat=rhat,
    )


def _row(row: Row) -> tuple[Spoken, ...]:
    return tuple(spoken_of(name, one) for name, one in row.items())


def _point(one: Point) -> CurvePoint:
    span = Interval(low=one.low, high=one.high)
    return CurvePoint(factor=fraction(one.factor), interval=span, median=one.middle)


def _spoken(answers: Iterable[Spoken]) -> Mapping[str, Spoke]:
    return {one.model: spoke_of(one) for one in answers}
