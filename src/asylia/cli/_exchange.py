"""What import and export share on the command line: a case that is a folder or a vault, reports."""

import json as json_text
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from asylia.casework.place import Place
from asylia.cli._working import working
from asylia.errors import NotFoundError, UsageError
from asylia.exchange.report import Report
from asylia.record.reading import Record
from asylia.values import Clock, day_of, system_clock
from asylia.vault.vault import HEADER

_SHOWN = 20


@dataclass(frozen=True)
class Case:
    """A record, and, if it is a vault's, the place of work."""

    record: Record
    place: Place | None = None


def is_vault(case: Path) -> bool:
    """Whether the folder is a vault; ``NotFoundError`` where there is no folder."""
    if not case.is_dir():
        raise NotFoundError("there is no such case", hint="Name a folder of YAML files or a vault.")
    return (case / HEADER).is_file()


@contextmanager
def opened(
    case: Path | None, passphrase_file: Path | None, clock: Clock = system_clock
) -> Iterator[Case]:
    """The case, unlocked and up to date; without one, an empty record."""
    if case is None:
        yield Case(Record.of(()))
    elif is_vault(case):
        with working(case, passphrase_file) as place:
            place.synchronise()
            yield Case(place.record(), place)
    elif passphrase_file is not None:
        raise UsageError("a folder of YAML files has no passphrase", hint="Leave it out.")
    else:
        yield Case(Record.from_folder(case, day_of(clock())))


def tell(told: Mapping[str, object], report: Report, line: str, *, json: bool) -> None:
    """One JSON object, or the report in lines and what came of it."""
    if json:
        print(json_text.dumps({**told, "report": report.plain()}, ensure_ascii=False))
        return
    console = Console(highlight=False, soft_wrap=True)
    for title, lines in (
        ("Refused", report.refused),
        ("Lost", report.lost),
        ("Stays behind", report.staying),
    ):
        if lines.count:
            console.print(f"{title}: {lines.count}", style="bold")
            shown = list(lines.told())
            for one in shown[:_SHOWN]:
                console.print(f"  {one}", markup=False)
            if len(shown) > _SHOWN:
                console.print("  … all of them with --json", style="dim")
    for name, values in report.never_kept.items():
        console.print(f"Never kept: the column “{name}”, {values} values", markup=False)
    console.print(line, markup=False)
