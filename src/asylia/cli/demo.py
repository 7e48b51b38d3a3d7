"""``asylia demo``: one invented report, the whole way, on this machine."""

import json
import signal
import tempfile
from pathlib import Path
from typing import Any

from cyclopts import App
from rich.console import Console
from rich.table import Table
from rich.text import Text

from asylia.errors import NotFoundError
from asylia.rehearsal.play import Rehearsal
from asylia.rehearsal.world import World

app = App(name="demo", help="Play one invented report from the public page to a checked dossier.")


@app.default
def demo(
    public_record: Path,
    /,
    *,
    once: bool = False,
    folder: Path | None = None,
) -> None:
    """Play one invented report from the public page to a checked dossier, on loopback.

    Makes a team of two devices with relay, page and desk in a folder of its own. At the end, page
    and desk stay open until Ctrl-C or SIGTERM, with their addresses printed. The folder is left for
    you to look at; nobody in it is real.

    Parameters
    ----------
    public_record
        The folder with the public record to load, such as examples/chechnya-2017.
    once
        End when the dossier is checked; the last line is one JSON object.
    folder
        Where to put everything; a new temporary folder without it.

    """
    if not public_record.is_dir():
        raise NotFoundError(
            "there is no such folder with a public record", hint="Try examples/chechnya-2017."
        )
    _end_on_signals()
    console = Console(highlight=False, soft_wrap=True)
    world = World((folder or Path(tempfile.mkdtemp(prefix="asylia-demo-"))).resolve())
    console.print(f"[dim]Everything lies in {world.folder}[/]")
    rehearsal = Rehearsal(
        world, public_record.resolve(), lambda step: console.print(f"[green]✓[/] {step}")
    )
    try:
        team = rehearsal.run()
        console.print(_table(rehearsal.result.figures))
        if once:
            print(json.dumps(rehearsal.result.plain(), ensure_ascii=False))
            return
        rehearsal.stay_open(team)
    finally:
        world.stop()


def _end_on_signals() -> None:
    """SIGTERM and SIGHUP end the demo as Ctrl-C does, unless whoever started it shut them out."""

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)


def _table(drawn: dict[str, Any]) -> Table:
    """What sources had said of detentions and killings by each day, in their words."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("as of", "", "in the source's words", "who says it", "claims"):
        table.add_column(column, header_style="dim", overflow="fold")
    for day, figures in drawn.items():
        for what in ("detained", "killed"):
            for row in figures.get(what, ()):
                cells = (day, what, row["words"], row["lineage"], ", ".join(row["claims"]))
                table.add_row(*(Text(cell) for cell in cells))
    return table
