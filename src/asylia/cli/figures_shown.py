"""Figures on a terminal: each number in the source's words, with its lineage and claims.

Upholds: what contradicts a number stands beside it; what was refused is said.  Refuses: to print
control characters or direction marks from a file.
"""

import unicodedata
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from asylia.counts.summary import Summary
from asylia.record.figures import Figures
from asylia.record.rows import Row
from asylia.record.vocabulary import vocabulary

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def print_figures(found: Figures, counted: Summary, console: Console) -> None:
    """Everything found, in the order in which one reads it: numbers, then what to mind."""
    asked = f"What sources had said by {found.as_of.isoformat()}"
    if found.as_recorded_on:
        asked += f", as recorded on {found.as_recorded_on.isoformat()}"
    console.rule(_text(asked + (f", source {found.source}" if found.source else "")))
    console.print(_said(found))
    console.print(_words(found))
    console.print(_power(found))
    for line in _notes(found, counted):
        console.print(line)


def amount(row: Row) -> str:
    """A row's number as people say it: ``101 or more``, ``about 60``, ``not stated``."""
    low, high = row.min, row.max
    if low is None and high is None:
        return "not stated"
    if high is None:
        return f"{low} or more"
    if low is None:
        return f"{high} or fewer"
    number = str(low) if low == high else f"{low} to {high}"
    return f"about {number}" if row.about else number


def _said(found: Figures) -> Table:
    table = _table("in the source's words", "how many", "by", "lineage", "said on", "claims")
    label = vocabulary("properties").label
    for name, rows in found.counts.items():
        if rows:
            _section(table, label(name).capitalize(), rows)
    for name, rows in found.series.items():
        _section(table, f"{name}: a cumulative series, never summed", rows)
    for event, properties in found.outside.items():
        for name, rows in properties.items():
            _section(table, f"Outside, another event ({event}): {label(name)}", rows)
    return table


def _section(table: Table, title: str, rows: Sequence[Row]) -> None:
    table.add_section()
    table.add_row(_text(title, "bold"))
    for row in rows:
        _add(table, row, 1)


def _add(table: Table, row: Row, depth: int) -> None:
    polarity = vocabulary("polarity").label(row.polarity)
    said = "" if row.polarity == "asserts" else f"{polarity}: "
    by = vocabulary("perpetrators").label(row.perpetrator)
    cells = (amount(row), by, row.lineage, row.said_on, ", ".join(row.claims))
    table.add_row(_text("  " * depth + said + row.words), *map(_text, cells))
    for part in row.parts:
        _add(table, part, depth + 1)


def _words(found: Figures) -> Table:
    table = _table("what is told", "value, or in words", "lineage", "claims")
    label = vocabulary("properties").label
    for name, dates in found.dates.items():
        for date in dates:
            cells = (label(name), date.value, ", ".join(date.lineages), ", ".join(date.claims))
            table.add_row(*map(_text, cells))
    for name, accounts in found.accounts.items():
        for one in accounts:
            cells = (label(name), one.words, one.lineage, ", ".join(one.claims))
            table.add_row(*map(_text, cells))
    return table


def _power(found: Figures) -> Table:
    sites, said, answers = found.sites, found.statements, found.responses
    claimed = "no one number" if sites.claimed is None else sites.claimed
    places = f"{claimed} claimed, {sites.named} named, {sites.destroyed_and_moved} destroyed, moved"
    spoken = f"{said.denials} denials, {said.threats} threats, by {said.officials} in office"
    label = vocabulary("responses").label
    kinds = [f"{number} {label(kind)}" for kind, number in answers.by_kind.items()]
    replies = "; ".join([f"{answers.total}, {answers.in_reply} in reply", *kinds])
    table = _table("sites, and those in power", "how many", "claims")
    for what, number, claims in (
        ("sites", places, sites.claims),
        ("statements", spoken, said.claims),
        ("demands", str(found.demands.total), found.demands.claims),
        ("responses", replies, answers.claims),
    ):
        table.add_row(_text(what), _text(number), _text(", ".join(claims)))
    return table


def _notes(found: Figures, counted: Summary) -> Iterable[Text]:
    for name, chosen in found.chosen.items():
        for one in chosen:
            yield _text(f"{name}, chosen: {one.words} ({one.claim}): {one.reason}", "green")
    for flag in found.flags:
        claims = _text(f"  [{', '.join(flag.claims)}]", "dim")
        yield Text.assemble(("! ", "bold yellow"), _text(flag.text), claims)
    for cell in counted.documented:
        act = vocabulary("violations").label(cell.act)
        claims = _text(f"  [{', '.join(c for one in cell.victims for c in one.claims)}]", "dim")
        at_least = f"Documented: {act}, {cell.event}: at least {cell.minimum}"
        yield Text.assemble(_text(at_least), claims)
    if not counted.documented:
        yield _text("Documented: no victim is documented one by one in these sources.")
    for estimated in counted.estimates:
        yield _text(f"Estimated ({estimated.estimator}): {estimated.low} to {estimated.high}")
    if counted.refused:
        yield _text(f"Estimated: refused: {counted.refused}.")


def _table(*columns: str) -> Table:
    table = Table(expand=True, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for at, column in enumerate(columns):
        table.add_column(_text(column, "dim"), overflow="fold", ratio=3 if at == 0 else 2)
    return table


def _text(untrusted: str, style: str = "") -> Text:
    """Text for a terminal, with whatever could steer it replaced."""
    shown = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in _HIDDEN else c for c in untrusted
    )
    return Text(shown, style=style)
