"""The record as one table: a row for each item, a column for each field; CSV and XLSX have this.

Upholds: rows come back as the same contents.  Refuses a header that is not ours, columns twice, and
kinds that no file may bring.  Format: ``spec/exchange.md``, "Tables".
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from asylia.errors import MalformedError, Sentence
from asylia.exchange import cells, never
from asylia.exchange.going import Going
from asylia.exchange.report import Report, shown
from asylia.exchange.taking import Found

MOST_COLUMNS = 2000
# A header, and rows with where each of them stands.
Header: TypeAlias = tuple[Sequence[str], Iterator[tuple[str, Sequence[str]]]]


@dataclass(frozen=True)
class Row:
    """A row as read: where it stands, and its cells by the names of the header."""

    where: str
    cells: Mapping[str, str] = field(repr=False)


def header(items: Iterable[Going]) -> tuple[str, ...]:
    """The columns that these items need."""
    kinds = dict.fromkeys(one.kind for one in items)
    return (cells.ITEM, *dict.fromkeys(name for kind in kinds for name in cells.columns(kind)))


def rows(items: Sequence[Going]) -> Iterator[tuple[str, ...]]:
    """Header and rows."""
    names = header(items)
    yield names
    for one in items:
        row = {cells.ITEM: one.noun, **cells.to_cells(one.fields)}
        yield tuple(row.get(name, "") for name in names)


def is_ours(names: Sequence[str]) -> bool:
    """Whether a header is of a table as ``rows`` gives it."""
    return list(names[:2]) == [cells.ITEM, "id"]


def named(
    untrusted_header: Sequence[str], untrusted_rows: Iterable[tuple[str, Sequence[str]]],
    report: Report,
) -> tuple[tuple[str, ...], Iterator[Row]]:  # fmt: skip
    """The columns that may be kept, and the rows with those alone.

    Raises ``MalformedError`` for a header without names or with one twice.
    """
    names = [name.strip().lstrip("\ufeff") for name in untrusted_header]
    while names and not names[-1]:
        names.pop()
    if not names or len(names) > MOST_COLUMNS:
        raise MalformedError(f"expected a header of 1 to {MOST_COLUMNS} columns in the first row")
    filled = [name for name in names if name]
    if len(set(filled)) < len(filled):
        raise MalformedError("the header has one column twice", hint="Name each column once.")
    passed = {at: name for at, name in enumerate(names) if never.reason(name)}
    for name in passed.values():
        report.never(name, 0)
    kept = {at: name for at, name in enumerate(names) if name and at not in passed}
    return tuple(kept.values()), _rows(untrusted_rows, names, kept, passed, report)


def _rows(
    untrusted: Iterable[tuple[str, Sequence[str]]], names: Sequence[str],
    kept: Mapping[int, str], passed: Mapping[int, str], report: Report,
) -> Iterator[Row]:  # fmt: skip
    for where, row in untrusted:
        if not any(cell.strip() for cell in row):
            continue
        report.rows += 1
        for at, name in passed.items():
            if at < len(row) and row[at].strip():
                report.never(name)
        if any(cell.strip() for cell in row[len(names) :]):
            report.refused.add(where, Sentence("more cells than the header has columns"))
            continue
        if any(cell.strip() and not name for name, cell in zip(names, row, strict=False)):
            report.refused.add(where, Sentence("a cell in a column that has no name"))
            continue
        yield Row(where, {name: row[at] for at, name in kept.items() if at < len(row)})


def found(kept: Sequence[str], read: Iterable[Row], report: Report) -> Iterator[Found]:
    """The contents of a table of ours, as plain values."""
    known = {cells.ITEM, *(name for kind in cells.KINDS.values() for name in cells.columns(kind))}
    for name in kept:
        if name not in known:
            report.refused.add(
                Sentence("the header"),
                Sentence("“%(name)s” is no column of ours", name=shown(name)),
            )
    for row in read:
        noun = row.cells.get(cells.ITEM, "")
        kind = cells.KINDS.get(noun)
        if noun in ("exhibit", "custody"):
            report.lost.add(row.where, Sentence("exhibits and custody are never read from files"))
            continue
        if kind is None:
            report.refused.add(
                row.where,
                Sentence(
                    "%(field)s: expected one of %(kinds)s",
                    field=cells.ITEM,
                    kinds=", ".join(cells.KINDS),
                ),
            )
            continue
        own = set(cells.columns(kind))
        if strange := [n for n, t in row.cells.items() if t and n != cells.ITEM and n not in own]:
            report.refused.add(
                row.where, Sentence("a %(noun)s has no %(name)s", noun=noun, name=shown(strange[0]))
            )
            continue
        try:
            values = cells.from_cells(kind, {n: t for n, t in row.cells.items() if n in own})
        except MalformedError as error:
            report.refused.add(row.where, error.message)
            continue
        yield Found(row.where, kind, values)
