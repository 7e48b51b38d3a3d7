"""Strata on a terminal: what is known, each model with its strata under it, what moves the sums.

Refuses: to print control characters or direction marks from a file.
"""

from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding

from asylia.cli.estimate_shown import print_moved
from asylia.cli.figures_shown import safe_text
from asylia.counts.words import said

if TYPE_CHECKING:
    from asylia.counts.strata import Strata


def print_strata(found: "Strata", console: Console, language: str) -> None:
    """Everything that is said of them."""
    from asylia.counts.plain import CALLED, told_above  # noqa: PLC0415 - arrays
    from asylia.counts.strata_told import sentences, told  # noqa: PLC0415

    for one in sentences(found):
        console.print(safe_text(one.within(language), "bold"), soft_wrap=False)
    before: set[str] = set()
    for name, each in found.sums.items():
        parts = [part.within(language) for part in told(each)]
        if told_above(each.refused, found.refused):  # each stratum's own reason, once
            parts = [part for part in parts[1:] if part not in before]
            before.update(parts)
        else:
            console.print()
            console.print(safe_text(f"{said(CALLED[name]).within(language)} ({name})"))
        for part in parts:
            console.print(Padding(safe_text(part), (0, 0, 0, 2)))
    print_moved(found.checks, console, language)
