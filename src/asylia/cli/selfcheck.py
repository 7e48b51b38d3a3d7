"""``asylia selfcheck``: checks, on this machine, of what Asylia promises."""

import json as json_text
import tempfile
from pathlib import Path

from cyclopts import App
from rich.console import Console
from rich.table import Table
from rich.text import Text

from asylia.rehearsal.aftermath import Part, rehearse_and_search
from asylia.rehearsal.seizure import Looked, Report, require_clean

app = App(name="selfcheck", help="Check on this machine that promises hold.")


@app.command
def seizure(
    *,
    plant: Part | None = None,
    json: bool = False,
) -> None:
    """Play an invented report, and look at all that one who seizes the machines would see.

    Looks into relay, PostgreSQL, devices that are locked, were removed or met their duress
    passphrase, the process list, memory, core files, swap, and every file that was left, for names,
    places, phrases and passphrases, in UTF-8, UTF-16, base64, hex, escaped and compressed. Takes
    two minutes or more. Leaves with 1 where anything was found.

    Parameters
    ----------
    plant
        Leave a leak on purpose in one part: the check must then fail.
    json
        Print one JSON object.

    """
    console = Console(highlight=False, soft_wrap=True, stderr=json)
    with tempfile.TemporaryDirectory(prefix="asylia-seizure-") as folder:
        report = rehearse_and_search(
            Path(folder), plant=plant, tell=lambda step: console.print(f"[green]✓[/] {step}")
        )
    if json:
        print(json_text.dumps(report.plain()))
    _tell(console, report)
    require_clean(report)
    console.print(f"[bold green]Nothing betrays.[/] {report.canaries} strings, in every form.")


def _tell(console: Console, report: Report) -> None:
    """What was looked at, what was found, and what could not be seen here."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("looked at", "files", "bytes", "processes", "found"):
        right = column not in {"looked at", "found"}
        table.add_column(column, header_style="dim", justify="right" if right else "left")
    for part in report.parts:
        table.add_row(*map(Text, _cells(part)))
    console.print(table)
    for part in report.parts:
        for finding in part.findings:
            told = f"{finding.what} ({finding.form}): {finding.where}"
            console.print(Text.assemble(("Found: ", "bold red"), told))
        for missing in part.not_covered:
            console.print(Text.assemble(("Could not be looked at here: ", "yellow"), missing))


def _cells(part: Looked) -> tuple[str, ...]:
    found = str(len(part.findings)) if part.findings else "nothing"
    seen = part.files or part.bytes_read or part.processes
    counted = (f"{count:,}" if count else "" for count in (part.files, part.bytes_read))
    return part.part, *counted, str(part.processes or ""), found if seen else "not looked at"
