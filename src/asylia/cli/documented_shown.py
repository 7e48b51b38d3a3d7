"""Documented persons on a terminal: "at least" first, then by what, then why nothing may be added.

Upholds: what is not told has a line of its own; persons are pseudonyms.  Refuses: to print control
characters or direction marks from a file.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid

from asylia.cli.figures_shown import safe_text
from asylia.counts.tables import Cluster, Number, Table
from asylia.record.contents import Organisation, Place
from asylia.record.reading import Record
from asylia.record.victims import Victims

_TITLES = {
    "violation": "By violation",
    "place": "By place",
    "month": "By month of the facts",
    "unit": "By unit that is said to have ordered it or taken part",
    "information": "By grade of the information, given by judgement",
    "reliability": "By grade of the source, given by judgement",
}
_UNTOLD = {
    "place": "no place told that may be shown",
    "month": "not told to a month",
    "unit": "no unit named",
    "information": "not graded, or can't be judged",
    "reliability": "not graded, or can't be judged",
}
_WIDEST = 100


@dataclass(frozen=True)
class Shown:
    """What is printed; with ``opened``, each number with its persons and claims."""

    record: Record
    asked: Victims
    whole: Number
    tables: Sequence[Table]
    opened: bool


def print_documented(shown: Shown, console: Console) -> None:
    """Everything that was counted, and what was not."""
    asked = shown.asked
    until = f"Documented by {asked.as_of.isoformat()}"
    if asked.as_recorded_on:
        until += f", as recorded on {asked.as_recorded_on.isoformat()}"
    console.print(safe_text(until + (f", source {asked.source}" if asked.source else ""), "bold"))
    if not asked.rows:
        console.print("Nobody is documented one by one in these sources.")
    else:
        many = shown.whole
        console.print(safe_text(f"Distinct persons that one can point at: {_at_least(many)}."))
        if many.minimum is not None and many.most > many.minimum:
            console.print(
                safe_text(f"Some may be one person: with nobody taken for another, {many.most}.")
            )
    for table in shown.tables if asked.rows else ():
        console.print()
        console.print(safe_text(_TITLES[table.by], "bold"))
        _print_table(shown, table, console)
    _print_rest(shown, console)


def _print_table(shown: Shown, table: Table, console: Console) -> None:
    grid = Grid.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=16)
    grid.add_column(max_width=_WIDEST - 16)
    named = _named(shown.record)[table.by]
    lines = [(named(line.key), line.number) for line in table.lines]
    if table.untold:
        lines.append((_UNTOLD[table.by], table.untold))
    for name, counted in lines:
        grid.add_row(safe_text(_at_least(counted)), safe_text(name))
        if counted.refused:
            grid.add_row("", safe_text(str(counted.refused), "yellow"))
        if shown.opened:
            for person in counted.persons:
                grid.add_row(
                    "", Padding(safe_text(_opened(person), "dim"), (0, 0, 0, 2), expand=False)
                )
    console.print(Padding(grid, (0, 0, 0, 2), expand=False))
    if len(lines) > 1:
        told = "; ".join(str(one) for one in table.why_not)
        text = f"Not to be added: {told}." if told else "These numbers add up to all of them."
        console.print(Padding(safe_text(text, "dim"), (0, 0, 0, 2), expand=False))


def _print_rest(shown: Shown, console: Console) -> None:
    label = shown.record.vocabulary("violations").label
    if shown.asked.numbers:
        console.print()
        console.print(safe_text("Told by numbers alone, and so not counted", "bold"))
        for one in shown.asked.numbers:
            text = f"{label(one.act)}: {', '.join(one.lineages)}"
            claims = ", ".join(one.claims)
            console.print(
                Padding(safe_text(f"{text}  {claims}", "dim"), (0, 0, 0, 2), expand=False)
            )
        text = "Whom they hold is not known: nothing is added to each other, or to the above."
        console.print(Padding(safe_text(text, "dim"), (0, 0, 0, 2), expand=False))
    for told in shown.asked.contradictions:
        console.print(safe_text(f"! judgements contradict each other: {', '.join(told)}", "yellow"))
    if shown.asked.grades_apart:
        told_apart = ", ".join(shown.asked.grades_apart)
        console.print(safe_text(f"! graded differently, so not graded: {told_apart}", "yellow"))


def _at_least(counted: Number) -> str:
    return "can't be said" if counted.minimum is None else f"at least {counted.minimum}"


def _opened(person: Cluster) -> str:
    who = ", or ".join(" = ".join(group) for group in person.groups)
    return f"{who}: {', '.join(person.claims)}"


def _named(record: Record) -> Mapping[str, Callable[[str], str]]:
    def name(content_id: str) -> str:
        match record.find(content_id):
            case Organisation(name=told):
                return told
            case Place(names=names):
                return names[0].text
            case _:
                return content_id

    return {
        "violation": record.vocabulary("violations").label,
        "place": name,
        "month": str,
        "unit": name,
        "information": lambda key: f"{key} or better" if key != "1" else "1",
        "reliability": lambda key: f"{key} or better" if key != "A" else "A",
    }
