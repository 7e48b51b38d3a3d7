"""Documented persons on a terminal: "at least" first, then by what, then why nothing may be added.

Upholds: what is not told has a line of its own; persons are pseudonyms; all of it is in the
language asked for.  Refuses: to print control characters or direction marks from a file.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid

from asylia.cli.figures_shown import safe_text
from asylia.counts.tables import Cluster, Number, Table
from asylia.counts.words import N_, Said, said, whole
from asylia.desk.days import spoken
from asylia.desk.terms import name_of
from asylia.record.reading import Record
from asylia.record.victims import Victims

_TITLES = {
    "violation": N_("By violation"),
    "place": N_("By place"),
    "month": N_("By month of the facts"),
    "unit": N_("By unit that is said to have ordered it or taken part"),
    "information": N_("By grade of the information, given by judgement"),
    "reliability": N_("By grade of the source, given by judgement"),
}
_UNTOLD = {
    "place": N_("no place told that may be shown"),
    "month": N_("not told to a month"),
    "unit": N_("no unit named"),
    "information": N_("not graded, or can't be judged"),
    "reliability": N_("not graded, or can't be judged"),
}
_WIDEST = 100
_BETTER = N_("%(grade)s or better")


@dataclass(frozen=True)
class Shown:
    """What is printed; with ``opened``, each number with its persons and claims."""

    record: Record
    asked: Victims
    whole: Number
    tables: Sequence[Table]
    opened: bool
    language: str

    def tell(self, sentence: str, **values: object) -> str:
        """A sentence of ours in the language asked for."""
        return said(sentence, **values).within(self.language)

    def at_least(self, counted: Number) -> str:
        """The minimum in words."""
        if counted.minimum is None:
            return self.tell(N_("can't be said"))
        return self.tell(N_("at least %(n)s"), n=whole(counted.minimum))


def print_documented(shown: Shown, console: Console) -> None:
    """Everything that was counted, and what was not."""
    for one in _asked(shown.asked):
        console.print(safe_text(one.within(shown.language), "bold"))
    if not shown.asked.rows:
        console.print(shown.tell(N_("Nobody is documented one by one in these sources.")))
    else:
        many, told = shown.whole, shown.at_least(shown.whole)
        console.print(
            safe_text(shown.tell(N_("Distinct persons that one can point at: %(n)s."), n=told))
        )
        if many.minimum is not None and many.most > many.minimum:
            text = N_("Some may be one person: with nobody taken for another, %(n)s.")
            console.print(safe_text(shown.tell(text, n=whole(many.most))))
    for table in shown.tables if shown.asked.rows else ():
        console.print()
        console.print(safe_text(shown.tell(_TITLES[table.by]), "bold"))
        _print_table(shown, table, console)
    _print_rest(shown, console)


def _asked(asked: Victims) -> Iterator[Said]:
    yield said(N_("Documented by %(day)s"), day=asked.as_of.isoformat())
    if asked.as_recorded_on:
        yield said(N_("As recorded on %(day)s"), day=asked.as_recorded_on.isoformat())
    if asked.source:
        yield said(N_("Only what source %(source)s says"), source=asked.source)


def _print_table(shown: Shown, table: Table, console: Console) -> None:
    lines = [(_named(shown, table.by, line.key), line.number) for line in table.lines]
    if table.untold:
        lines.append((shown.tell(_UNTOLD[table.by]), table.untold))
    if not lines:
        console.print(Padding(safe_text(shown.tell(N_("nothing")), "dim"), (0, 0, 0, 2)))
        return
    grid = Grid.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=16)
    grid.add_column(max_width=_WIDEST - 16)
    for name, counted in lines:
        grid.add_row(safe_text(shown.at_least(counted)), safe_text(name))
        if counted.refused:
            grid.add_row("", safe_text(counted.refused.within(shown.language), "yellow"))
        if shown.opened:
            for person in counted.persons:
                text = safe_text(_opened(shown, person), "dim")
                grid.add_row("", Padding(text, (0, 0, 0, 2), expand=False))
    console.print(Padding(grid, (0, 0, 0, 2), expand=False))
    if len(lines) > 1:
        why = "; ".join(one.within(shown.language) for one in table.why_not)
        adding = shown.tell(N_("These numbers add up to all of them."))
        if why:
            adding = shown.tell(N_("Not to be added: %(why)s."), why=why)
        console.print(Padding(safe_text(adding, "dim"), (0, 0, 0, 2), expand=False))


def _print_rest(shown: Shown, console: Console) -> None:
    def dim(text: str) -> None:
        console.print(Padding(safe_text(text, "dim"), (0, 0, 0, 2), expand=False))

    if shown.asked.numbers:
        console.print()
        head = shown.tell(N_("Told by numbers alone, and so not counted"))
        console.print(safe_text(head, "bold"))
        for one in shown.asked.numbers:
            dim(
                f"{_named(shown, 'violation', one.act)}: {', '.join(one.lineages)}"
                f"  {', '.join(one.claims)}"
            )
        text = N_(
            "Whom these numbers hold is not known: they are added neither to each other nor to the "
            "above. asylia figures shows them."
        )
        dim(shown.tell(text))
    for clash in shown.asked.contradictions:
        text = N_("! judgements contradict each other: %(ids)s")
        console.print(safe_text(shown.tell(text, ids=", ".join(clash)), "yellow"))
    if shown.asked.grades_apart:
        text = N_("! graded differently, so not graded: %(ids)s")
        ids = ", ".join(shown.asked.grades_apart)
        console.print(safe_text(shown.tell(text, ids=ids), "yellow"))


def _opened(shown: Shown, person: Cluster) -> str:
    who = shown.tell(N_(", or ")).join(" = ".join(group) for group in person.groups)
    return f"{who}: {', '.join(person.claims)}"


def _named(shown: Shown, by: str, key: str) -> str:
    match by:
        case "violation":
            return shown.record.vocabulary("violations").label(key, shown.language)
        case "place" | "unit":
            return name_of(shown.record, key, shown.language)
        case "month":
            return spoken(key, shown.language)
        case _:
            return key if key in ("1", "A") else shown.tell(_BETTER, grade=key)
