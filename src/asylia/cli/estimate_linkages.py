"""Several linkages of the same records on a terminal: what is documented, then model by model.

Upholds: what hangs on the linkage stands beside each number.  Refuses: to print control characters
or direction marks from a file.
"""

from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding

from asylia.cli.figures_shown import safe_text
from asylia.counts.words import said

if TYPE_CHECKING:
    from asylia.counts.linkages import Linkages


def print_linkages(found: "Linkages", console: Console, language: str) -> None:
    """Everything that is said of them."""
    from asylia.counts.linkages_told import sentences, told  # noqa: PLC0415 - arrays
    from asylia.counts.plain import CALLED, told_above  # noqa: PLC0415 - arrays

    for one in sentences(found):
        console.print(safe_text(one.within(language), "bold"), soft_wrap=False)
    for name, mixture in found.mixtures.items():
        if told_above(mixture.refused, found.refused):
            continue
        console.print()
        console.print(safe_text(f"{said(CALLED[name]).within(language)} ({name})"))
        for part in told(mixture):
            console.print(Padding(safe_text(part.within(language)), (0, 0, 0, 2)))
