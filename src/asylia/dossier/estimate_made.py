"""From a verdict of ``counts`` to the file that a bundle carries, and back to what can be said.

Upholds: the file says what the verdict says and nothing else, in both languages; a verdict made
again from the file gives the same sentences.  Refuses what ``check_to_keep`` refuses.  Needs the
extra ``counting``.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from importlib.metadata import version
from math import isfinite
from typing import Any

from asylia.counts.checks import Checks, Known, Row
from asylia.counts.estimate import LEVEL, Estimate, EstimateRefusedError, bearable
from asylia.counts.nhoi import Point
from asylia.counts.plots import drawn
from asylia.counts.verdict import Answer, Verdict
from asylia.counts.words import BOTH, Fixed, Said
from asylia.dossier.estimate import About, Kept, check_to_keep, histories_of
from asylia.dossier.estimate_formats import (
    CurvePoint,
    EstimateFile,
    Interval,
    Missed,
    ModelAnswer,
    OfList,
    PatternCount,
    PlotFacts,
    Refusal,
    Spoken,
    Told,
)
from asylia.wire import encode

_BY = ("asylia", "numpy", "scipy", "numba")
Spoke = Estimate | EstimateRefusedError


def keep(verdict: Verdict, traces: Any, seed: int, about: About) -> Kept:
    """The file and its plots; ``RefusedError`` where these answers are no estimate to carry."""
    histories = verdict.histories
    check_to_keep(histories, len(verdict.answers))
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
        patterns=tuple(
            PatternCount(lists="".join("01"[bit] for bit in pattern), count=count)
            for pattern, count in histories.patterns.items()
            if count
        ),
        plots=tuple(
            PlotFacts(name=name, sha256=sha256(svg).digest(), size=len(svg))  # type: ignore[arg-type]
            for name, svg in plots.items()
        ),
        recaptured=histories.recaptured,
        refused=_refusal(verdict.refused),
        seed=seed,
        sizes=tuple(histories.size(place) for place in range(len(histories.lists))),
        software=", ".join(f"{name} {version(name)}" for name in _BY),
        span=Interval(low=verdict.span[0], high=verdict.span[1]) if verdict.span else None,
        title=about.title,
    )
    found = Kept(encode(made), plots, about.claims)
    found.said  # noqa: B018 - whatever a recipient would refuse is not kept
    return found


def verdict_of(said: EstimateFile) -> Verdict:
    """The verdict that the file was made of, but for draws and traces."""
    histories = histories_of(said)
    try:
        evidence = bearable(histories)
    except EstimateRefusedError:
        evidence = None
    answers: dict[str, Answer] = {}
    for one in said.models:
        spoke = _spoke(one)
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
    return Verdict(histories, evidence, _refused(said.refused), answers, checks)


def _answer(one: Answer) -> ModelAnswer:
    found, spoken = one.estimate, one.estimate or one.refused
    diagnostics = spoken.diagnostics if spoken else {}
    rhat, ess = diagnostics.get("rhat"), diagnostics.get("ess")
    return ModelAnswer(
        assumptions=tuple(_told(each) for each in found.assumptions) if found else (),
        ess=round(ess) if ess is not None and isfinite(ess) else None,
        interval=Interval(low=found.low, high=found.high) if found else None,
        median=found.middle if found else None,
        model=one.model,  # type: ignore[arg-type]
        refused=_refusal(one.refused),
        rhat=_fraction(rhat) if rhat is not None and isfinite(rhat) else None,
    )


def _row(row: Row) -> tuple[Spoken, ...]:
    return tuple(_spoken_of(name, one) for name, one in row.items())


def _spoken_of(name: str, one: Spoke) -> Spoken:
    found = one if isinstance(one, Estimate) else None
    return Spoken(
        interval=Interval(low=found.low, high=found.high) if found else None,
        median=found.middle if found else None,
        model=name,  # type: ignore[arg-type]
        refused=_refusal(one) if isinstance(one, EstimateRefusedError) else None,
    )


def _point(one: Point) -> CurvePoint:
    span = Interval(low=one.low, high=one.high)
    return CurvePoint(factor=_fraction(one.factor), interval=span, median=one.middle)


def _fraction(value: float) -> str:
    """Four places at most, in its shortest form."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _refusal(refused: EstimateRefusedError | None) -> Refusal | None:
    if refused is None:
        return None
    return Refusal(helps=_told(refused.helps) if refused.helps else None, why=_told(refused.said))


def _told(one: Said) -> Told:
    return Told(en=one.within("en"), ru=one.within("ru"))


def _spoken(answers: Iterable[Spoken]) -> Mapping[str, Spoke]:
    return {one.model: _spoke(one) for one in answers}


def _spoke(one: Spoken) -> Spoke:
    refused = _refused(one.refused)
    if refused is not None:
        return refused
    told = one.assumptions if isinstance(one, ModelAnswer) else ()
    assumed = tuple(_fixed(each) for each in told)
    span = one.interval or Interval(low=0, high=0)
    return Estimate(one.model, assumed, one.median or 0, span.low, span.high, LEVEL, {})


def _refused(one: Refusal | None) -> EstimateRefusedError | None:
    if one is None:
        return None
    return EstimateRefusedError.told(_fixed(one.why), _fixed(one.helps) if one.helps else None)


def _fixed(one: Told) -> Said:
    return Fixed(one.en, {"ru": one.ru})
