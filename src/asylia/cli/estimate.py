"""``asylia estimate``: how many there are beside those in the lists, or why nobody can say.

Upholds: asks ``counts`` and prints what it says, refusals too; a refusal is an answer, and leaves
with 0.  What is drawn goes to a folder that the caller names, and names no person: a table of
counts has none.  What stops it is told in the language asked for.  Refuses:
what ``counts.table`` refuses, a model that is none, a seed below zero.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from asylia.cli._language import Language, speaks
from asylia.cli.estimate_kept import Keeping, check_tables, write_kept, write_several_kept
from asylia.cli.estimate_linkages import print_linkages
from asylia.cli.estimate_plots import check_folder, write_plots, write_several
from asylia.cli.estimate_shown import print_verdict
from asylia.cli.estimate_strata import print_strata
from asylia.counts.needs import need
from asylia.counts.table import STRATUM, Tables, read_tables
from asylia.counts.words import said
from asylia.errors import UsageError

app = App(name="estimate", help="How many there are beside those in the lists, or why not.")
Model = Literal["lcmcr", "graphs", "loglinear", "chao", "nhoi", "robust", "all"]
_LARGEST_SEED = 2**63 - 1
_NOTHING = Keeping()


@app.default
@speaks
def estimate(
    counts: Path,
    /,
    *,
    model: Model = "all",
    covariates: str = "",
    seed: int = 1,
    language: Language = "en",
    plots: Path | None = None,
    keeping: Keeping = _NOTHING,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> None:
    """Estimate how many persons there are in all, from the table in COUNTS.

    COUNTS is a CSV file: one column of 0 and 1 a list, a column named count, one row a pattern of
    lists. Each model rests on assumptions of its own; run all of them before you publish anything.
    A column named linkage makes of it several tables: the same records, joined into persons in
    several plausible ways; the interval then carries how unsure the linkage is. A column named
    stratum makes parts of the population of it, such as regions or months: each is estimated by
    itself, and all are added up draw by draw.
    With --covariates, COUNTS has one row a person instead: a column of 0 and 1 a list, and columns
    of what is known of each person, such as age or region; no names. Lists that miss the same kind
    of people seem to share too many; a doubly robust model mends that as far as what is known
    explains it.
    An example: `asylia estimate examples/tables/kosovo-1999.csv --model chao`.

    Parameters
    ----------
    counts
        The table of counts.
    model
        One model, or all: lcmcr (latent classes), graphs (averaging over decomposable graphs),
        loglinear (selection inside the bootstrap), chao (a lower bound), nhoi (no highest-order
        interaction), robust (two lists at a time; with covariates only).
    covariates
        Columns of what is known of each person, with commas between: age,region.
    seed
        The same seed gives the same answer.
    language
        The language of sentences, of errors and of plots.
    plots
        A folder for plots as SVG: overlap, posterior, sensitivity, trace; of several tables, what
        each says by itself is the sensitivity.
    keeping
        What is kept of it.
    as_json
        Print one JSON object instead of sentences. Beside each reason stands a code, which is the
        same in every language.

    """
    if not 0 <= seed <= _LARGEST_SEED:
        raise UsageError("the seed is no number from 0 up", hint="Use a whole number such as 1.")
    if plots is not None:
        check_folder(plots)
    if covariates:
        if keeping.asked:
            raise UsageError(
                "a table of persons is not kept: what is known of each would go with it",
                hint="Leave out --keep and --pdf, or count the persons by the lists they are in.",
            )
        _covaried(counts, covariates, model, seed, language, plots, as_json)
        return
    if model == "robust":
        raise UsageError(
            "the doubly robust model needs something that is known of each person",
            hint="Name its columns: --covariates age,region.",
        )
    given = read_tables(counts)
    need()
    keeping.check(every_model=model == "all", seed=seed)
    if keeping.asked:
        check_tables(given.tables)
    if given.by:
        _several(given, model, seed, language, plots, as_json, keeping)
        return
    from asylia.counts.plain import plain  # noqa: PLC0415 - arrays, when they are needed
    from asylia.counts.verdict import assess  # noqa: PLC0415

    kept: list[object] = []
    with _watched(language) as progress:
        verdict = assess(
            given.alone, seed=seed, models=_asked(model), progress=progress, keep=kept.append
        )
    if plots is not None:
        write_plots(verdict, kept, plots, language)
    if keeping.asked:
        write_kept(verdict, kept, seed, keeping)
    if as_json:
        _print_json(plain(verdict, language), seed)
    else:
        print_verdict(verdict, Console(highlight=False), language)


def _covaried(
    path: Path, covariates: str, model: str, seed: int, language: str, plots: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """One row a person, with what is known of each."""
    need("numpy", "scipy", "sklearn")
    from asylia.cli.estimate_covaried import print_covaried, read_units  # noqa: PLC0415 - arrays
    from asylia.counts import covaried, covaried_told  # noqa: PLC0415

    units, kept = read_units(path, covariates), list[object]()
    with _watched(language) as progress:
        found = covaried.assess(
            units, seed=seed, models=_asked(model), progress=progress, keep=kept.append
        )
    if plots is not None:
        write_plots(found.verdict, kept, plots, language)
    if as_json:
        _print_json(covaried_told.plain(found, language), seed)
    else:
        print_covaried(found, Console(highlight=False), language)


def _several(
    given: Tables, model: str, seed: int, language: str, plots: Path | None, as_json: bool,
    keeping: Keeping,
) -> None:  # fmt: skip
    """Linkages of the same records, or strata of the population."""
    from asylia.counts import linkages, linkages_told, strata, strata_told  # noqa: PLC0415 - arrays

    console, asked = Console(highlight=False), _asked(model)
    if given.by == STRATUM:
        with _watched(language) as progress:
            parts = strata.over(given.tables, seed=seed, models=asked, progress=progress)
        write_several(parts, plots, language)
        if keeping.asked:
            write_several_kept(parts, seed, keeping)
        if as_json:
            _print_json(strata_told.plain(parts, language), seed)
        else:
            print_strata(parts, console, language)
        return
    with _watched(language) as progress:
        found = linkages.over(given.tables, seed=seed, models=asked, progress=progress)
    write_several(found, plots, language)
    if keeping.asked:
        write_several_kept(found, seed, keeping)
    if as_json:
        _print_json(linkages_told.plain(found, language), seed)
    else:
        print_linkages(found, console, language)


def _asked(model: str) -> tuple[str, ...]:
    from asylia.counts.verdict import MODELS  # noqa: PLC0415 - arrays, when they are needed

    return MODELS if model == "all" else tuple(name for name in MODELS if name == model)


def _print_json(told: dict[str, Any], seed: int) -> None:
    print(json.dumps({**told, "seed": seed}, ensure_ascii=False, indent=2))


@contextmanager
def _watched(language: str) -> Iterator[Callable[[str, float], None]]:
    """Bars on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _name, _share: None
        return
    from asylia.counts.plain import CALLED, CHECKING  # noqa: PLC0415 - arrays

    called = {**CALLED, **CHECKING}
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(name: str, share: float) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(said(called[name]).within(language), total=1.0)
            bars.update(tasks[name], completed=share)

        yield progress
