"""An estimate on a terminal before it leaves: of whom, as of when, each table, every text.

Upholds: whoever wrote the folder wrote its sentences too, so each is shown; every row is shown,
those of few persons marked; nothing in a name steers the terminal.
"""

from rich.console import Console
from rich.text import Text

from asylia.dossier.estimate import Kept
from asylia.dossier.estimate_files import FEWEST_IN_A_CELL, names_in
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
    for name, rows in kept.tables.items():
        if name:
            console.print(Text(f"  {visible(name)}:", style="dim"))
        for one in rows:
            few = "  few: could it point at somebody?" if one.count < FEWEST_IN_A_CELL else ""
            lists = visible(" + ".join(kept.in_lists(one)))
            console.print(Text(f"{one.count:>10}  {lists}{few}", style="dim"))
    for text in kept.told:
        if text not in names_in(said):
            console.print(Text(f"  {visible(text)}", style="dim"))
    console.print()
