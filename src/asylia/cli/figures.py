"""``asylia figures``: what sources say, by lineage, from a folder of YAML files.

Upholds: asks ``record`` what is said and ``counts`` what is documented and estimated, and keeps the
three apart.  Refuses: a day that is none, and whatever the folder's loader refuses.
"""

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter
from rich.console import Console

from asylia.cli.figures_shown import print_figures
from asylia.counts.summary import Summary, summary
from asylia.counts.words import N_, spoken
from asylia.errors import UsageError
from asylia.record.figures import Figures, figures
from asylia.record.reading import Record
from asylia.values import Clock, Day, day_of, system_clock

app = App(name="figures", help="What sources say, by lineage, as of a day.")


@app.default
def show(
    folder: Path,
    /,
    *,
    source: str | None = None,
    as_of: str | None = None,
    as_recorded_on: str | None = None,
    event: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> None:
    """Show what sources say, from the YAML files in FOLDER.

    Nothing is added up and no value is chosen: contradictions stand side by side. An example:
    `asylia figures examples/chechnya-2017 --source S1 --as-of 2017-07-31`.

    Parameters
    ----------
    folder
        A folder of YAML files, as spec/record.md describes them.
    source
        Only what this source says, by its id.
    as_of
        What had been said by this day, such as 2017-12-31. Today, if not given.
    as_recorded_on
        What had been entered by this day; a folder is entered on the day it is loaded.
    event
        Only this event, by its id, and what was judged to belong to it.
    as_json
        Print one JSON object instead of tables.

    """
    found = ask(folder, source=source, as_of=as_of, as_recorded_on=as_recorded_on, event=event)
    counted = summary(found.victims, found.sameness)
    if as_json:
        print(json.dumps({"figures": plain(found, counted)}, ensure_ascii=False, indent=2))
    else:
        print_figures(found, counted, Console(highlight=False))


def ask(
    folder: Path,
    *,
    source: str | None = None,
    as_of: str | None = None,
    as_recorded_on: str | None = None,
    event: str | None = None,
    clock: Clock = system_clock,
) -> Figures:
    """Load the folder today, and ask; ``UsageError`` for a day that is none."""
    today = day_of(clock())
    record = Record.from_folder(folder, today)
    return figures(
        record,
        as_of=day_typed(as_of, "--as-of") if as_of is not None else today,
        as_recorded_on=None
        if as_recorded_on is None
        else day_typed(as_recorded_on, "--as-recorded-on"),
        source=source,
        event=event,
    )


def plain(found: Figures, counted: Summary) -> dict[str, Any]:
    """What stands under ``figures`` in the JSON: said, documented, estimated."""
    return {**found.plain(), **counted.plain()}


def day_typed(text: str, option: str) -> Day:
    """A day as typed; ``UsageError`` that names the option."""
    try:
        return day_of(date.fromisoformat(text))
    except ValueError:
        raise UsageError(
            spoken(N_("%(option)s is not a day"), option=option),
            hint="Write it as 2017-12-31: year, month, day.",
        ) from None
