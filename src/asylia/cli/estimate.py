"""``asylia estimate``: how many there are beside those in the lists, or why nobody can say.

Upholds: asks ``counts`` and prints what it says, refusals too; a refusal is an answer, and leaves
with 0.  What is drawn goes to a folder that the caller names, and names no person: a table of
counts has none.  Refuses: what ``counts.table`` refuses, a model that is none, a seed below zero.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from asylia.cli import estimate_linkages
from asylia.cli.estimate_shown import print_verdict
from asylia.counts.needs import need
from asylia.counts.table import read_linkages
from asylia.errors import UsageError

app = App(name="estimate", help="How many there are beside those in the lists, or why not.")
Model = Literal["lcmcr", "graphs", "loglinear", "chao", "nhoi", "all"]
Language = Literal["en", "ru"]
_LARGEST_SEED = 2**63 - 1


@app.default
def estimate(
    counts: Path,
    /,
    *,
    model: Model = "all",
    seed: int = 1,
    language: Language = "en",
    plots: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative=())] = False,
) -> None:
    """Estimate how many persons there are in all, from the table in COUNTS.

    COUNTS is a CSV file: one column of 0 and 1 a list, a column named count, one row a pattern of
    lists. Each model rests on assumptions of its own; run all of them before you publish anything.
    A column named linkage makes of it several tables: the same records, joined into persons in
    several plausible ways; the interval then carries how unsure the linkage is.
    An example: `asylia estimate examples/tables/kosovo-1999.csv --model chao`.

    Parameters
    ----------
    counts
        The table of counts.
    model
        One model, or all: lcmcr (latent classes), graphs (averaging over decomposable graphs),
        loglinear (selection inside the bootstrap), chao (a lower bound), nhoi (no highest-order
        interaction).
    seed
        The same seed gives the same answer.
    language
        The language of sentences and plots.
    plots
        A folder for plots as SVG: overlap, posterior, sensitivity, trace.
    as_json
        Print one JSON object instead of sentences.

    """
    if not 0 <= seed <= _LARGEST_SEED:
        raise UsageError("the seed is no number from 0 up", hint="Use a whole number such as 1.")
    tables = read_linkages(counts)
    need()
    from asylia.counts.plain import plain  # noqa: PLC0415 - arrays, when they are needed
    from asylia.counts.verdict import MODELS, assess  # noqa: PLC0415

    asked = MODELS if model == "all" else (model,)
    if set(tables) != {""}:
        if plots is not None:
            raise UsageError(
                "plots are of one table, and the file holds several linkages",
                hint="Leave out --plots, or give a file with one linkage and no such column.",
            )
        with _watched() as progress:
            found = estimate_linkages.assess(tables, seed, asked, progress)
        if as_json:
            from asylia.counts.linkages_told import plain as told  # noqa: PLC0415 - arrays

            print(json.dumps({**told(found), "seed": seed}, ensure_ascii=False, indent=2))
        else:
            estimate_linkages.print_linkages(found, Console(highlight=False), language)
        return
    kept: list[object] = []
    with _watched() as progress:
        verdict = assess(tables[""], seed=seed, models=asked, progress=progress, keep=kept.append)
    if plots is not None:
        from asylia.cli.estimate_plots import write_plots  # noqa: PLC0415

        write_plots(verdict, kept, plots, language)
    if as_json:
        print(json.dumps({**plain(verdict), "seed": seed}, ensure_ascii=False, indent=2))
    else:
        print_verdict(verdict, Console(highlight=False), language)


@contextmanager
def _watched() -> Iterator[Callable[[str, float], None]]:
    """Bars on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _name, _share: None
        return
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<12}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(name: str, share: float) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=1.0)
            bars.update(tasks[name], completed=share)

        yield progress
