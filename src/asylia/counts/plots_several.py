"""Plots of linkages, or of strata, as SVG: overlap, posterior, and what each table says by itself.

Upholds: what ``plots`` does; the answer over all tables stands in the same picture as that of each,
so that one sees how far it hangs on the linkage, or which stratum it comes from.  The overlap is of
all strata together; linkages have none, since no one of them is right.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from asylia.counts.arrays import np
from asylia.counts.estimate import Estimate, EstimateRefusedError
from asylia.counts.histories import Histories
from asylia.counts.linkages import Linkages
from asylia.counts.plain import CALLED
from asylia.counts.plots import (
    COLOURS,
    PRINTED,
    SHOWN,
    draws_of,
    lines,
    overlap,
    posterior,
    safe,
    svg_of,
    whole_numbers,
)
from asylia.counts.strata import Strata
from asylia.counts.words import BOTH, N_

_MOST_ROWS = 40
Alone = Mapping[str, Estimate | EstimateRefusedError]


def drawn(found: Strata | Linkages, language: str) -> dict[str, bytes]:
    """Each plot that they bear, by name; ``BOTH`` languages for paper."""
    wide, high = PRINTED if language == BOTH else SHOWN
    if isinstance(found, Strata):
        models = {name: (one.total, one.alone) for name, one in found.sums.items()}
    else:
        models = {name: (one.mixed, one.alone) for name, one in found.mixtures.items()}
    together = [all_of for all_of, _ in models.values() if all_of]
    plots: dict[str, bytes] = {}
    if isinstance(found, Strata):
        summed = _summed(found.tables)
        plots["overlap"] = svg_of(lambda figure: overlap(figure, summed, language), (wide, high))
    if together:
        plots["posterior"] = svg_of(
            lambda figure: posterior(figure, together, language), (wide, high)
        )
    rows = _rows(found.tables)
    speaking = {
        name: one for name, one in models.items()
        if one[0] or any(isinstance(each, Estimate) for each in one[1].values())
    }  # fmt: skip
    if speaking:
        words = N_("all strata") if isinstance(found, Strata) else N_("all linkages")
        draw = _each(speaking, found.tables, rows, lines(words, language), language)
        plots["sensitivity"] = svg_of(draw, (wide, 2.2 + 0.22 * len(rows)))
    return plots


def _summed(tables: Mapping[str, Histories]) -> Histories:
    found: dict[tuple[bool, ...], int] = {}
    for one in tables.values():
        for pattern, count in one.patterns.items():
            found[pattern] = found.get(pattern, 0) + count
    return Histories(next(iter(tables.values())).lists, found)


def _rows(tables: Mapping[str, Histories]) -> list[str]:
    """Names by how many persons are seen; of very many, as many as can be read."""
    names = sorted(tables, key=lambda name: tables[name].observed)
    step = np.linspace(0, len(names) - 1, min(len(names), _MOST_ROWS))
    return [names[round(float(at))] for at in step]


def _each(
    models: Mapping[str, tuple[Estimate | None, Alone]],
    tables: Mapping[str, Histories],
    rows: Sequence[str],
    together: str,
    language: str,
) -> Callable[[Figure], None]:
    def draw(figure: Figure) -> None:
        """A pane a model: its interval and middle half for each table, and for all of them."""
        panes = figure.subplots(1, len(models), sharey=True, squeeze=False)[0]
        for pane, (name, (whole, alone)) in zip(panes, models.items(), strict=True):
            colour = COLOURS[list(CALLED).index(name)]
            shown = [(at, each) for at, row in enumerate(rows, 1)
                     if isinstance(each := alone[row], Estimate)]  # fmt: skip
            for at, one in [*([(0, whole)] if whole else []), *shown]:
                _interval(pane, at, one, colour, wide=at == 0)
            refused = [at for at, row in enumerate(rows, 1) if not isinstance(alone[row], Estimate)]
            every = [one for _, one in shown] + ([whole] if whole else [])
            low, high = min(one.low for one in every), max(one.high for one in every)
            pane.set_xscale("log")
            pane.plot([low] * len(refused), refused, "x", color="#8a8a8a", markersize=5)
            whole_numbers(pane.xaxis, low, high, 3)
            pane.tick_params(axis="x", labelsize=7)
            pane.set_title(name, loc="left", fontsize=9, color=colour)
            pane.axhline(0.5, color="#c9d3d9", linewidth=0.8)
        panes[0].set_yticks(
            range(len(rows) + 1),
            [together, *(f"{safe(row)} ({tables[row].observed})" for row in rows)],
            fontsize=8,
        )
        panes[0].invert_yaxis()
        figure.suptitle(
            lines(N_("What each table says by itself"), language),
            x=0.01, ha="left", fontsize=10 if language == BOTH else 12,
        )  # fmt: skip
        words = N_("persons in all, estimated; × where a model refuses; in brackets: persons seen")
        figure.supxlabel(lines(words, language), fontsize=7.5 if language == BOTH else 9)

    return draw


def _interval(pane: Any, at: int, one: Estimate, colour: str, *, wide: bool) -> None:
    low, high = np.quantile(draws_of(one), (0.25, 0.75))
    pane.plot([one.low, one.high], [at, at], color=colour, linewidth=2.5 if wide else 1)
    pane.plot([low, high], [at, at], color=colour, linewidth=6 if wide else 3.5, alpha=0.45)
    pane.plot([one.middle], [at], "o", color=colour, markersize=5 if wide else 3.5)
