"""A table of persons of whom something is known: read, asked, told.

Upholds: nothing of the table is kept or printed but names of columns and numbers.  Refuses: a
column that imports never keep (``exchange.never``) as a covariate; whether somebody is a man or a
woman may be one, as in any table of the dead, and is told of nobody.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding

from asylia.cli.estimate_shown import print_answers, print_moved
from asylia.cli.figures_shown import safe_text
from asylia.exchange.never import reason

if TYPE_CHECKING:
    from asylia.counts.covaried import Covaried
    from asylia.counts.unit_table import Units

_ALLOWED = frozenset({"sex", "пол"})


def read_units(path: Path, covariates: str) -> "Units":
    """The table, with the columns that were typed with commas between them."""
    from asylia.counts.unit_table import read  # noqa: PLC0415 - arrays, when they are needed

    names = [name for one in covariates.split(",") if (name := one.strip())]
    return read(path, names, _is_never_kept)


def print_covaried(found: "Covaried", console: Console, language: str) -> None:
    """All that is said of the table: the models, the pairs of lists, what moves the answer."""
    from asylia.counts.covaried_told import told  # noqa: PLC0415 - arrays

    print_answers(found.verdict, console, language)
    if len(found.pairs) > 1:
        for one in told(found):
            console.print(Padding(safe_text(one.within(language)), (0, 0, 0, 4)))
    print_moved(found.verdict.checks, console, language)


def _is_never_kept(name: str) -> bool:
    return name.strip().casefold() not in _ALLOWED and bool(reason(name))
