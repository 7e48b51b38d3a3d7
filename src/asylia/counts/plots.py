"""Plots of a verdict as SVG: overlap, posterior, sensitivity, trace.

Upholds: text stays text (for screen readers and for search), the same verdict gives the same bytes,
nothing is fetched, and no file is written: each plot is bytes.  Refuses, with a hint, where
matplotlib is not installed.
"""

import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from asylia.counts.arrays import Floats, np
from asylia.counts.estimate import Estimate
from asylia.counts.histories import Histories
from asylia.counts.needs import need
from asylia.counts.nhoi import Point
from asylia.counts.plain import CALLED
from asylia.counts.words import BOTH, N_, Said, fraction, said, within_both

need("matplotlib")

import matplotlib as mpl  # noqa: E402 - first it is said what is missing
from matplotlib.figure import Figure  # noqa: E402

if TYPE_CHECKING:
    from asylia.counts.verdict import Verdict

_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "asylia",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_INK, _PALE = "#1b3a4b", "#c9d3d9"
COLOURS = ("#1b3a4b", "#b5541c", "#3c7a57", "#7a4b94", "#8a6d00", "#a03557")
_MOST_PATTERNS = 24
_LONGEST_NAME = 28
_FEWEST_TICKS = 3
SHOWN, PRINTED = (9, 5.5), (7.2, 4.6)  # inches; on paper letters must stay large enough


def drawn(verdict: "Verdict", traces: "Floats | None", language: str) -> dict[str, bytes]:
    """Each plot that the verdict bears, by name; ``BOTH`` languages for paper."""
    plots: dict[str, Callable[[Figure], None]] = {
        "overlap": lambda figure: overlap(figure, verdict.histories, language)
    }
    if any(one.draws is not None for one in verdict.estimates):
        plots["posterior"] = lambda figure: posterior(figure, verdict.estimates, language)
    if verdict.checks.curve:
        plots["sensitivity"] = lambda figure: _sensitivity(figure, verdict, language)
    if traces is not None:
        plots["trace"] = lambda figure: _trace(figure, traces, language)
    size = PRINTED if language == BOTH else SHOWN
    return {name: svg_of(draw, size) for name, draw in plots.items()}


def svg_of(draw: Callable[[Figure], None], size: tuple[float, float]) -> bytes:
    """A figure of this size in inches, drawn, as SVG."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=size, layout="constrained")
        draw(figure)
        held = io.BytesIO()
        figure.savefig(held, format="svg", metadata={"Date": None, "Creator": "Asylia"})
        return held.getvalue()


def overlap(figure: Figure, histories: Histories, language: str) -> None:
    """An UpSet plot: bars of patterns above, which lists each is in below."""
    order = sorted(histories.patterns.items(), key=lambda one: (-one[1], one[0]))[:_MOST_PATTERNS]
    upper, lower = figure.subplots(
        2, 1, sharex=True, height_ratios=(2, max(len(histories.lists) / 5, 0.8))
    )
    places = np.arange(len(order))
    upper.bar(places, [count for _, count in order], color=_INK)
    for place, (_, count) in enumerate(order):
        upper.annotate(set_off(count), (place, count), ha="center", va="bottom", fontsize=8)
    upper.set_ylabel(lines(N_("persons"), language))
    upper.set_title(told_in(N_("Persons by the lists that they stand in"), language), loc="left")
    upper.tick_params(bottom=False)
    for place, (pattern, _) in enumerate(order):
        held = [at for at, inside in enumerate(pattern) if inside]
        lower.scatter([place] * len(pattern), range(len(pattern)), color=_PALE, s=28)
        lower.plot([place] * len(held), held, color=_INK, marker="o", markersize=5.5)
    lower.set_yticks(
        range(len(histories.lists)),
        [
            f"{safe(name)} ({set_off(histories.size(at))})"
            for at, name in enumerate(histories.lists)
        ],
    )
    lower.invert_yaxis()
    lower.set_xticks([])
    for side in lower.spines.values():
        side.set_visible(False)


def posterior(figure: Figure, estimates: Sequence[Estimate], language: str) -> None:
    """What each model holds for likely, one above the other, on a common log scale."""
    shown = [one for one in estimates if one.draws is not None]
    low = min(float(np.quantile(draws_of(one), 0.005)) for one in shown)
    high = max(float(np.quantile(draws_of(one), 0.995)) for one in shown)
    edges = np.geomspace(max(low * 0.98, 1), high * 1.02, 81)
    panes = figure.subplots(len(shown), 1, sharex=True, squeeze=False)[:, 0]
    colours = dict(zip(CALLED, COLOURS, strict=True))
    for pane, one in zip(panes, shown, strict=True):
        colour = colours[one.estimator]
        heights, _ = np.histogram(draws_of(one), bins=edges)
        pane.stairs(heights, edges, fill=True, color=colour, alpha=0.35)
        pane.plot([one.low, one.high], [0, 0], color=colour, linewidth=5, clip_on=False)
        pane.axvline(one.middle, color=colour, linewidth=1.5)
        pane.set_yticks([])
        pane.spines["left"].set_visible(False)
        words = f"{told_in(CALLED[one.estimator], language)}: {set_off(one.middle)} "
        words += f"({set_off(one.low)}–{set_off(one.high)})"
        pane.set_title(words, loc="left", fontsize=7.5 if language == BOTH else 9, color=colour)
    panes[-1].set_xscale("log")
    whole_numbers(panes[-1].xaxis, low, high)
    panes[-1].set_xlabel(told_in(N_("persons in all, estimated"), language))


def _sensitivity(figure: Figure, verdict: "Verdict", language: str) -> None:
    """Each model's interval as it is, and as it would be otherwise."""
    rows: list[tuple[str, Estimate | Point]] = [
        (told_in(N_("as it is"), language), one) for one in verdict.estimates
    ]
    checks = verdict.checks
    for name, row in checks.left_out.items():
        words = _words(said(N_("without %(name)s"), name=safe(name)), language)
        rows += [(words, one) for one in row.values() if isinstance(one, Estimate)]
    for share, row in checks.missed.items():
        words = _words(said(N_("%(share)s %% of links missed"), share=round(100 * share)), language)
        rows += [(words, one) for one in row.values() if isinstance(one, Estimate)]
    rows += [
        (_words(said(N_("unseen × %(factor)s"), factor=fraction(one.factor)), language), one)
        for one in checks.curve
        if one.factor != 1
    ]
    figure.set_size_inches(figure.get_figwidth(), 1.6 + 0.19 * len(rows))
    pane = figure.subplots()
    colours = dict(zip(CALLED, COLOURS, strict=True))
    told: set[str] = set()
    for place, (_, one) in enumerate(rows):
        model = one.estimator if isinstance(one, Estimate) else "nhoi"
        label = "" if model in told else told_in(CALLED[model], language)
        told.add(model)
        pane.plot([one.low, one.high], [place, place], color=colours[model], linewidth=2)
        pane.plot([one.middle], [place], "o", color=colours[model], markersize=4, label=label)
    names = [name for name, _ in rows]
    pane.set_yticks(
        range(len(names)),
        ["" if at and names[at - 1] == name else name for at, name in enumerate(names)],
        fontsize=8,
    )
    pane.invert_yaxis()
    pane.set_xscale("log")
    every = [one for _, one in rows]
    whole_numbers(pane.xaxis, min(one.low for one in every), max(one.high for one in every))
    pane.set_xlabel(told_in(N_("persons in all, estimated"), language))
    pane.set_title(told_in(N_("What moves the answer"), language), loc="left")
    figure.legend(
        loc="outside lower center", ncols=1 if language == BOTH else 2, fontsize=8, frameon=False
    )


def _trace(figure: Figure, traces: Floats, language: str) -> None:
    """Each ensemble's mean of the logarithm of the unseen, step by step."""
    pane = figure.subplots()
    for at, one in enumerate(traces):
        pane.plot(np.exp(one), linewidth=0.7, color=COLOURS[at % len(COLOURS)], label=str(at + 1))
    pane.set_yscale("log")
    whole_numbers(pane.yaxis, float(np.exp(traces.min())), float(np.exp(traces.max())))
    pane.set_title(told_in(N_("Do independent chains say the same?"), language), loc="left")
    pane.set_xlabel(told_in(N_("step"), language))
    pane.set_ylabel(lines(N_("persons unseen, mean of each ensemble"), language))
    pane.legend(frameon=False, fontsize=8, ncols=4)


def whole_numbers(axis: Any, low: float, high: float, most: int = 7) -> None:
    """At most seven, or so many, round ticks within the range, as whole numbers, on a log axis."""
    from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator, NullLocator  # noqa: PLC0415

    powers = range(int(np.floor(np.log10(max(low, 1)))), int(np.ceil(np.log10(high))) + 1)
    for steps in ((1, 1.5, 2, 3, 4, 5, 6, 8), (1, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
        ticks = [s * 10**p for p in powers for s in steps if low <= s * 10**p <= high]
        if len(ticks) <= most:
            break
    if len(ticks) < _FEWEST_TICKS:  # a narrow range: then at even steps
        even = MaxNLocator(4, integer=True).tick_values(low, high)
        ticks = [one for one in even if low <= one <= high]
    ticks = ticks or [low, high]  # where no round number lies between
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(FixedFormatter([set_off(round(tick)) for tick in ticks]))
    axis.set_minor_locator(NullLocator())


def set_off(number: int) -> str:
    """Digits as readers of either language know them, with a space before thousands."""
    return f"{number:,}".replace(",", " ")


def draws_of(one: Estimate) -> Floats:
    """Its draws, or its middle where it has none."""
    return one.draws if one.draws is not None else np.array([one.middle], dtype=np.float64)


def told_in(sentence: str, language: str) -> str:
    """A marked sentence in a language, or in both."""
    return _words(said(sentence), language)


def lines(sentence: str, language: str) -> str:
    """Along an axis there is room for one language a line."""
    return "\n".join(told_in(sentence, one) for one in language.split("+"))


def _words(one: Said, language: str) -> str:
    return within_both(one) if language == BOTH else one.within(language)


def safe(name: str) -> str:
    """A list's name as letters: a dollar sign would make it mathematics.

    Of a long one both ends: in full it would push the plot out of the picture.
    """
    if len(name) > _LONGEST_NAME:
        half = _LONGEST_NAME // 2
        name = f"{name[:half].rstrip()}…{name[1 - half :].lstrip()}"
    return name.replace("$", r"\$")
