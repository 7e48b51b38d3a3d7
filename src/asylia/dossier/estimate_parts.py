"""Parts of an estimate's file, from what ``counts`` says and back.

Upholds: whole numbers, and fractions as text; each sentence in both languages; what is read back
says what was written.  Refuses nothing.  Needs the extra ``counting``.
"""

from collections.abc import Mapping
from hashlib import sha256
from importlib.metadata import version
from math import isfinite

from asylia.counts.estimate import LEVEL, Estimate, EstimateRefusedError
from asylia.counts.histories import Histories
from asylia.counts.words import Fixed, Said
from asylia.dossier.estimate_formats import (
    Combined,
    Interval,
    ModelAnswer,
    PatternCount,
    PlotFacts,
    Refusal,
    Spoken,
    Told,
)

_BY = ("asylia", "numpy", "scipy", "numba")
Spoke = Estimate | EstimateRefusedError


def software() -> str:
    """What it was made with."""
    return ", ".join(f"{name} {version(name)}" for name in _BY)


def interval(span: tuple[int, int] | None) -> Interval | None:
    """A span as a file has it."""
    return Interval(low=span[0], high=span[1]) if span else None


def patterns_of(histories: Histories) -> tuple[PatternCount, ...]:
    """The rows of a table, in its order."""
    return tuple(
        PatternCount(lists="".join("01"[bit] for bit in pattern), count=count)
        for pattern, count in histories.patterns.items()
        if count
    )


def sizes_of(histories: Histories) -> tuple[int, ...]:
    """How many each list holds."""
    return tuple(histories.size(place) for place in range(len(histories.lists)))


def plot_facts(plots: Mapping[str, bytes]) -> tuple[PlotFacts, ...]:
    """By what each plot is known again."""
    return tuple(
        PlotFacts(name=name, sha256=sha256(svg).digest(), size=len(svg))  # type: ignore[arg-type]
        for name, svg in plots.items()
    )


def chains(diagnostics: Mapping[str, float]) -> tuple[int | None, str | None]:
    """How chains ran: the effective sample size and R-hat, where there are any."""
    rhat, ess = diagnostics.get("rhat"), diagnostics.get("ess")
    return (
        round(ess) if ess is not None and isfinite(ess) else None,
        fraction(rhat) if rhat is not None and isfinite(rhat) else None,
    )


def spoken_of(name: str, one: Spoke) -> Spoken:
    """What one model says of one table, as a file has it."""
    found = one if isinstance(one, Estimate) else None
    return Spoken(
        interval=interval((found.low, found.high)) if found else None,
        median=found.middle if found else None,
        model=name,  # type: ignore[arg-type]
        refused=refusal(one) if isinstance(one, EstimateRefusedError) else None,
    )


def fraction(value: float) -> str:
    """Four places at most, in its shortest form."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def refusal(refused: EstimateRefusedError | None) -> Refusal | None:
    """Why there is none, in both languages."""
    if refused is None:
        return None
    return Refusal(
        helps=in_both(refused.helps) if refused.helps else None, why=in_both(refused.said)
    )


def in_both(one: Said) -> Told:
    """One sentence in both languages."""
    return Told(en=one.within("en"), ru=one.within("ru"))


def spoke_of(one: Spoken) -> Spoke:
    """What a model said, back from a file."""
    refused = refused_of(one.refused)
    if refused is not None:
        return refused
    told = one.assumptions if isinstance(one, (ModelAnswer, Combined)) else ()
    assumed = tuple(fixed(each) for each in told)
    span = one.interval or Interval(low=0, high=0)
    return Estimate(one.model, assumed, one.median or 0, span.low, span.high, LEVEL, {})


def refused_of(one: Refusal | None) -> EstimateRefusedError | None:
    """Why there is none, back from a file."""
    if one is None:
        return None
    return EstimateRefusedError.told(fixed(one.why), fixed(one.helps) if one.helps else None)


def fixed(one: Told) -> Said:
    """A sentence back from a file."""
    return Fixed(one.en, {"ru": one.ru})
