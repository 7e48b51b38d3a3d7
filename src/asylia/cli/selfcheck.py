"""``asylia selfcheck``: checks, on this machine, of what Asylia promises."""

import json as json_text
import tempfile
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console

from asylia.rehearsal.aftermath import rehearse_and_search
from asylia.rehearsal.seizure import require_clean

app = App(name="selfcheck", help="Check on this machine that promises hold.")


@app.command
def seizure(
    *,
    plant: Annotated[bool, Parameter(negative="")] = False,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Play an invented report, stop everything, and search what was left for what was typed.

    Looks at every file that relay, page, desk, browser and temporary folders left, for names,
    places, the phrase and the passphrases, in UTF-8, UTF-16, base64, hex, escaped and compressed.
    Leaves with 1 at the first finding.

    Parameters
    ----------
    plant
        Write one of the strings in clear on purpose first: the check must then fail.
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
    require_clean(report)
    console.print(
        f"[bold green]Nothing betrays.[/] {report.files} files, {report.bytes_read:,} bytes, "
        f"{report.canaries} strings in every form."
    )
    for part in report.not_covered:
        console.print(f"[yellow]Not covered:[/] {part}")
