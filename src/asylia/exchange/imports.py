"""Import: from a file of others, or of ours, to new contents of a record; no effects but reading.

Upholds: every format ends in the same rows and the same checks; what is refused, lost or never kept
is in the report.  Refuses an unknown format, and a table of others without a mapping.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from asylia.errors import MalformedError, UsageError
from asylia.exchange import csv_io, esf_in, ftm_in, kobo, mapped, never, table, uwazi, xlsx_in
from asylia.exchange.mapping import read_mapping
from asylia.exchange.report import Report, shown
from asylia.exchange.table import Header
from asylia.exchange.taking import Found, take
from asylia.exchange.text import opened
from asylia.record.contents import Content
from asylia.record.reading import Record
from asylia.record.yamlfile import YamlFile

_CHUNK = 1 << 20
_LOOKED_AT = 2000  # rows, for somebody to see what stands in a column
_VALUES, _LONGEST = 40, 200


@dataclass(frozen=True)
class Options:
    """What a person says of a file: its encoding, and the mapping of its columns."""

    encoding: str | None = None
    mapping: Path | YamlFile | None = None
    sheet: str = ""
    rows: str = ""  # of submissions: the repeat whose entries are the rows


@dataclass(frozen=True)
class Taken:
    """What an import would enter, and the SHA-256 of the file."""

    contents: tuple[Content, ...]
    sha256: bytes


Tables = Callable[[BinaryIO, Options, Report], Header]
Reader = Callable[[BinaryIO, Options, Record, Report], Iterator[Found]]


def _csv(file: BinaryIO, options: Options, _report: Report) -> Header:
    return csv_io.read(file, options.encoding)


# Formats that are tables, and need a mapping unless the table is ours.
TABLES: Mapping[str, Tables] = {
    "csv": _csv,
    "xlsx": lambda file, options, report: xlsx_in.read(file, report, options.sheet),
    "kobo": lambda file, options, report: kobo.read(file, report, options.rows),
    "uwazi": lambda file, options, report: uwazi.read(file, report, options.encoding),
}
# Formats that say themselves what is what.
READERS: Mapping[str, Reader] = {
    "esf": lambda file, options, record, report: esf_in.found(
        file, record, report, options.mapping
    ),
    "ftm": lambda file, options, _record, report: ftm_in.found(file, report, options.encoding),
}
FORMATS = (*TABLES, *READERS)


def read_import(path: Path, form: str, options: Options, record: Record, report: Report) -> Taken:
    """What the file would bring; what was refused is in the report.

    Raises ``MalformedError`` for a file that can't be read at all.
    """
    _check(form, options)
    with opened(path) as file:
        return read_from(file, form, options, record, report)


def read_from(file: BinaryIO, form: str, options: Options, record: Record, report: Report) -> Taken:
    """The same, of a file that is open already."""
    _check(form, options)
    digest = sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    file.seek(0)
    contents = take(_found(file, form, options, record, report), record, report)
    return Taken(contents, digest.digest())


def header_of(path: Path, form: str, options: Options) -> tuple[tuple[str, ...], Report]:
    """The columns of a table that could be mapped; those that never could are in the report."""
    report = Report()
    with opened(path) as file:
        names, rows = _table(form)(file, options, report)
        kept, _ = table.named(names, rows, report)
    return kept, report


@dataclass(frozen=True)
class Column:
    """A column by its name, and the first different values that stand in it."""

    name: str
    values: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class Looked:
    """What is in a table: columns that could be mapped, and those that never could.

    ``never_kept``: their names, each with a key of ``never.WHY``; ``is_ours``: needs no mapping.
    """

    columns: tuple[Column, ...]
    never_kept: tuple[tuple[str, str], ...]
    is_ours: bool


def look_at(file: BinaryIO, form: str, options: Options) -> Looked:
    """The columns of a table with values of its first rows; ``MalformedError``."""
    report = Report()
    names, untrusted = _table(form)(file, options, report)
    kept, rows = table.named(names, untrusted, report)
    found: dict[str, dict[str, None]] = {name: {} for name in kept}
    for row in islice(rows, _LOOKED_AT):
        for name, text in row.cells.items():
            if (short := text.strip()[:_LONGEST]) and len(found[name]) < _VALUES:
                found[name][short] = None
    passed = tuple((shown(name), why) for name in names if (why := never.reason(name)))
    columns = tuple(Column(name, tuple(values)) for name, values in found.items())
    return Looked(columns, passed, table.is_ours(names))


def _table(form: str) -> Tables:
    found = TABLES.get(form)
    if found is None:
        raise UsageError("only tables are mapped", hint=f"One of {', '.join(TABLES)}.")
    return found


def _check(form: str, options: Options) -> None:
    if form not in FORMATS:
        raise UsageError("there is no such format", hint=f"One of {', '.join(FORMATS)}.")
    if options.mapping is not None and form not in (*TABLES, "esf"):
        raise UsageError("this format needs no mapping", hint="Leave --mapping out.")


def _found(
    file: BinaryIO, form: str, options: Options, record: Record, report: Report
) -> Iterator[Found]:
    if form in READERS:
        yield from READERS[form](file, options, record, report)
        return
    mapping = read_mapping(options.mapping, record.words) if options.mapping else None
    if mapping is not None:
        options = replace(options, rows=mapping.rows)
    names, untrusted = TABLES[form](file, options, report)
    kept, rows = table.named(names, untrusted, report)
    if mapping is not None:
        yield from mapped.found(mapping, kept, rows, record, report)
    elif table.is_ours(names):
        yield from table.found(kept, rows, report)
    else:
        raise MalformedError(
            "this table is not one of ours, so it needs a mapping",
            hint="`asylia record mapping FILE --out MAPPING` proposes one; then give --mapping.",
        )
