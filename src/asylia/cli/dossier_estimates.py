"""An estimate on a terminal before it leaves: of whom, as of when, the whole table, every text.

Upholds: whoever wrote the folder wrote its sentences too, so each is shown; every row is shown,
those of few persons marked; nothing in a name steers the terminal.
"""

from rich.console import Console
from rich.text import Text

from asylia.dossier.estimate import FEWEST_IN_A_CELL, Kept
from asylia.visible import visible

_COUNTED = {
    "published": "all lists are published",
    "agreed": "everybody counted agreed to be counted for this recipient",
    "record": "everybody counted consented, by the record",
}


def show_estimate(kept: Kept) -> None:
    """All that leaves of it but the models' numbers, which its plots and the PDF show."""
    said = kept.said
    console = Console(highlight=False, soft_wrap=True)
    console.print(Text(f"estimate: {visible(said.title)}, as of {said.as_of}", style="bold"))
    span = f"{said.span.low} to {said.span.high} persons" if said.span else "refused"
    console.print(Text(f"{span}; {_COUNTED[said.counted]}"))
    for one in said.patterns:
        few = "  few: could it point at somebody?" if one.count < FEWEST_IN_A_CELL else ""
        console.print(
            Text(f"{one.count:>10}  {visible(' + '.join(kept.in_lists(one)))}{few}", style="dim")
        )
    for text in kept.told[1 + len(said.lists) :]:
        console.print(Text(f"  {visible(text)}", style="dim"))
    console.print()
