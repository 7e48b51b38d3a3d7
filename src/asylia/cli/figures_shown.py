"""Figures on a terminal: each number in the source's words, with its lineage and claims.

Upholds: the source's words come first; what contradicts a number stands beside it; what was refused
is said.  Refuses: to print control characters or direction marks from a file.
"""

import unicodedata
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from asylia.counts.summary import Summary
from asylia.record.dates import DateRow
from asylia.record.figures import Figures
from asylia.record.rows import Row
from asylia.record.vocabulary import vocabulary

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_WIDEST = 120
_NARROW = 100
Line = tuple[int, str, str, str, str, Sequence[str]]  # depth, words, how many, by, told by, claims


def print_figures(found: Figures, counted: Summary, console: Console) -> None:
    """Everything found, in the order in which one reads it: numbers, then what to mind."""
    asked = f"What sources had said by {found.as_of.isoformat()}"
    if found.as_recorded_on:
        asked += f", as recorded on {found.as_recorded_on.isoformat()}"
    console.print(safe_text(asked + (f", source {found.source}" if found.source else ""), "bold"))
    console.print(
        safe_text("In the sources' words. Nothing is added up; no value is chosen.", "dim")
    )
    heads = (0, "in the source's words", "how many", "by", "told by, said on, claims", ())
    console.print()
    console.print(_table(console, [heads], "dim"))
    sections = (*_said(found), *_told(found), *_power(found))
    if not sections:
        console.print(safe_text("Nothing had been said, or nothing was recorded, by then."))
    for title, lines in sections:
        console.print(safe_text(title, "bold"))
        console.print(_table(console, lines))
    console.print()
    console.print(_notes(found, counted))


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


def _said(found: Figures) -> Iterable[tuple[str, list[Line]]]:
    label = vocabulary("properties").label
    for name, rows in found.counts.items():
        if rows:
            yield label(name).capitalize(), _rows(rows)
    for name, rows in found.series.items():
        yield f"{name}: a running total, each value holds those before it", _rows(rows)
    for event, properties in found.outside.items():
        for name, rows in properties.items():
            yield f"Outside: another event ({event}), {label(name)}", _rows(rows)


def _rows(rows: Iterable[Row], depth: int = 1) -> list[Line]:
    lines: list[Line] = []
    for row in rows:
        polarity = vocabulary("polarity").label(row.polarity)
        said = "" if row.polarity == "asserts" else f"{polarity}: "
        by = vocabulary("perpetrators").label(row.perpetrator)
        told = f"{row.lineage}, {_span(row.said_on)}"
        lines.append((depth, said + row.words, amount(row), by, told, row.claims))
        lines += _parts(row, depth + 1)
    return lines


def _parts(row: Row, depth: int) -> list[Line]:
    """The parts of a total; where it is divided in more than one table, table by table."""
    if len(row.tables) < 2:
        return _rows(row.parts, depth)
    lines: list[Line] = []
    for table in row.tables:
        lines.append((depth, f"[{table.locator or table.total}]", "", "", "", ()))
        lines += _rows(row.parts_in(table), depth + 1)
    return lines


def _told(found: Figures) -> Iterable[tuple[str, list[Line]]]:
    label = vocabulary("properties").label
    for name, dates in found.dates.items():
        yield label(name).capitalize(), [_date(date) for date in dates]
    for name, accounts in found.accounts.items():
        lines: list[Line] = [(1, one.words, "", "", one.lineage, one.claims) for one in accounts]
        yield label(name).capitalize(), lines


def _date(date: DateRow) -> Line:
    words = "; ".join(date.words)
    return 1, words, _span(date.value.strip("[]{}")), "", ", ".join(date.lineages), date.claims


def _span(edtf: str) -> str:
    return edtf.replace("/", " to ").replace("..", " to ").strip()


def _power(found: Figures) -> Iterable[tuple[str, list[Line]]]:
    sites, said, answers = found.sites, found.statements, found.responses
    if sites.claims:
        claimed = "tellers differ on how many" if sites.claimed is None else str(sites.claimed)
        places = f"claimed {claimed}, named {sites.named}, "
        places += f"destroyed and moved {sites.destroyed_and_moved}"
        whole: Line = (1, places, "", "", "", sites.claims)
        yield "Places of detention", [*_rows(sites.rows), whole]
    if said.claims:
        label = vocabulary("statements").label
        yield (
            f"What {said.officials} in power said",
            [
                (1, f"denials {said.denials}, threats {said.threats}", "", "", "", said.claims),
                *((2, label(kind), str(many), "", "", ()) for kind, many in said.by_kind.items()),
            ],
        )
    if found.demands.total:
        demands = found.demands
        yield "Demands", [(1, "demands made", str(demands.total), "", "", demands.claims)]
    if answers.total:
        label = vocabulary("responses").label
        told = f"responses, of which in reply to a demand: {answers.in_reply}"
        yield (
            "Responses",
            [
                (1, told, str(answers.total), "", "", answers.claims),
                *(
                    (2, label(kind), str(many), "", "", ())
                    for kind, many in answers.by_kind.items()
                ),
            ],
        )


def _notes(found: Figures, counted: Summary) -> Table:
    notes = Table.grid(padding=(0, 1))
    for name, chosen in found.chosen.items():
        for one in chosen:
            text = safe_text(f"{name}, chosen: {one.words} ({one.claim}): {one.reason}")
            notes.add_row(safe_text("+", "green"), text)
    for flag in found.flags:
        notes.add_row(safe_text("!", "bold yellow"), _opening(flag.text, flag.claims))
    for cell in counted.documented:
        act = vocabulary("violations").label(cell.act)
        claims = [claim for one in cell.victims for claim in one.claims]
        at_least = f"Documented: {act}, {cell.event}: at least {cell.minimum}"
        notes.add_row("", _opening(at_least, claims))
    if not counted.documented:
        notes.add_row("", "Documented: no victim is documented one by one in these sources.")
    for estimated in counted.estimates:
        said = f"Estimated ({estimated.estimator}): {estimated.low} to {estimated.high}"
        notes.add_row("", safe_text(said))
    if counted.refused:
        notes.add_row("", safe_text(f"Estimated: refused: {counted.refused}."))
    return notes


def _opening(text: str, claims: Iterable[str]) -> Text:
    return Text.assemble(safe_text(text), "  ", safe_text(", ".join(claims), "dim"))


def _table(console: Console, lines: Iterable[Line], style: str = "") -> Table:
    """Columns as wide in each table as in the next, so that they stand under each other."""
    whole = min(console.width, _WIDEST)
    by, told = (12, 26) if whole < _NARROW else (18, 36)
    words = max(whole - 12 - by - told - 3, 20)
    table = Table.grid(padding=(0, 1, 0, 0))
    for width in (words, 12, by, told):
        table.add_column(width=width, overflow="fold")
    for depth, said, many, by_whom, teller, claims in lines:
        opens = Text("\n" if teller and claims else "").join(
            (safe_text(teller, style), safe_text(", ".join(claims), "dim"))
        )
        cells = (safe_text(many, style), safe_text(by_whom, style), opens)
        table.add_row(Padding(safe_text(said, style), (0, 0, 0, 2 * depth)), *cells)
    return table


def safe_text(untrusted: str, style: str = "") -> Text:
    """Text for a terminal, with whatever could steer it replaced."""
    shown = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in _HIDDEN else c for c in untrusted
    )
    return Text(shown, style=style)
