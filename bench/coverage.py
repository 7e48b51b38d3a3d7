"""How often intervals hold the number that is known: lists inside others, made-up populations.

By model, and for the verdict that ``asylia estimate`` gives: the span of all models' intervals, or
a refusal.  Each share stands with its own 95 % interval (Clopper and Pearson 1934).  Of Chao's
bound, the lower end must not be above the number.  Nothing was set on ``held_out``.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from scipy.stats import beta

from asylia.counts.verdict import BOUND, MODELS, Verdict, assess
from bench.totals import FOLDER, PUBLIC, Known, held_out, lists, populations, read

VERDICT = "verdict"


def run() -> dict[str, Any]:
    """Coverage on known totals (all, and of the sets held out) and on made-up populations."""
    if not FOLDER.is_dir():
        return {"skipped": "the data sets do not lie beside the checkout"}
    public = told(lists({name: read(name) for name in PUBLIC}))
    kept = told(lists(held_out()))
    made = told(populations())
    return {
        "known_totals": {**summed([*public, *kept]), "cases": [*public, *kept]},
        "of_which_held_out": summed(kept),
        "made_up_populations": {**summed(made), "cases": made},
    }


def told(known: Iterable[Known]) -> list[dict[str, Any]]:
    """What each model and the verdict say of each table whose total is known."""
    return [
        {
            "set": one.group,
            "what": one.name,
            "total": one.total,
            "seen": one.histories.observed,
            **_said(assess(one.histories, seed=1, moved=False)),
        }
        for one in known
    ]


def _said(found: Verdict) -> dict[str, Any]:
    answers: dict[str, Any] = {
        name: [one.estimate.low, one.estimate.high] if one.estimate else None
        for name, one in found.answers.items()
    }
    whole = list(found.span) if found.span and not found.refused else None
    return {**answers, VERDICT: whole, "refused": found.refused.reason if found.refused else None}


def summed(cases: list[dict[str, Any]]) -> dict[str, Any]:
    """By model and for the verdict: answered, held, the share with its interval, widths, misses."""
    return {name: _summed(name, cases) for name in (*MODELS, VERDICT)}


def _summed(name: str, cases: list[dict[str, Any]]) -> dict[str, Any]:
    answered = [one for one in cases if one[name]]
    missed = [one for one in answered if not holds(name, one[name], one["total"])]
    held, many = len(answered) - len(missed), len(answered)
    width = [one[name][1] / max(one[name][0], 1) for one in answered]
    return {
        "answered": many,
        "refused": len(cases) - many,
        "held": held,
        "share": round(held / many, 3) if many else None,
        "interval95": clopper_pearson(held, many),
        "upper_over_lower_end": {
            "median": round(float(np.median(width)), 2) if width else None,
            "most": round(max(width), 1) if width else None,
        },
        "missed": [f"{one['set']}: {one['what']}" for one in missed],
    }


def holds(name: str, interval: list[int], total: int) -> bool:
    """Whether an interval holds the number; a bound does if its lower end is not above it."""
    return interval[0] <= total and (name == BOUND or total <= interval[1])


def clopper_pearson(held: int, many: int) -> list[float]:
    """The exact 95 % interval of a share."""
    low = float(beta.ppf(0.025, held, many - held + 1)) if held else 0.0
    high = float(beta.ppf(0.975, held + 1, many - held)) if held < many else 1.0
    return [round(low, 3), round(high, 3)]
