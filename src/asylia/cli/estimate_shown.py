"""An estimate on a terminal: first what is known, then what is estimated, model by model.

Upholds: somebody who is no statistician can read it aloud; what is assumed stands in the same
sentence as the number.  Refuses: to print control characters or direction marks from a file.
"""

from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from asylia.cli.figures_shown import safe_text
from asylia.counts.words import N_, said, whole

if TYPE_CHECKING:
    from asylia.counts.checks import Checks
    from asylia.counts.moved import Row
    from asylia.counts.verdict import Verdict


def print_verdict(verdict: "Verdict", console: Console, language: str) -> None:
    """Everything that is said of the table."""
    print_answers(verdict, console, language)
    print_moved(verdict.checks, console, language)


def print_answers(verdict: "Verdict", console: Console, language: str) -> None:
    """What is known before any model speaks, and what each model says."""
    from asylia.counts.plain import CALLED, sentence, sentences  # noqa: PLC0415 - arrays

    for one in sentences(verdict):
        console.print(safe_text(one.within(language), "bold"), soft_wrap=False)
    for name, answer in verdict.answers.items():
        if answer.refused is not None and answer.refused is verdict.refused:
            continue  # the table bears no model: why, stands above
        console.print()
        console.print(safe_text(f"{said(CALLED[name]).within(language)} ({name})"))
        text = safe_text(sentence(answer).within(language))
        console.print(Padding(text, (0, 0, 0, 2)))


def print_moved(checks: "Checks", console: Console, language: str) -> None:
    """What is known beside the models, and what would move them."""
    rows = list(_rows(checks, language))
    if rows:
        console.print()
        console.print(
            safe_text(said(N_("What is known, and what moves the answer")).within(language), "bold")
        )
        console.print(_table(rows))


def _rows(checks: "Checks", language: str) -> "list[tuple[str, list[str]]]":
    from asylia.counts.moved import moved  # noqa: PLC0415 - arrays, when they are needed

    return [(head.within(language), _cells(row, language)) for head, row in moved(checks)]


def _cells(row: "Row", language: str) -> list[str]:
    from asylia.counts.estimate import EstimateRefusedError  # noqa: PLC0415

    told, reasons = [], set()
    for name, one in row.items():
        if isinstance(one, EstimateRefusedError):
            reasons.add(one.said.within(language))
            continue
        middle, low, high = (whole(n).within(language) for n in (one.middle, one.low, one.high))
        told.append(f"{name} {middle} ({low}–{high})")
    return told or sorted(reasons)


def _table(rows: list[tuple[str, list[str]]]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(ratio=2)
    table.add_column(ratio=3)
    for what, cells in rows:
        table.add_row(safe_text(what), safe_text("; ".join(cells)))
    return table
