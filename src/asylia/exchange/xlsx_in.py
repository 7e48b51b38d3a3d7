"""XLSX (ECMA-376), read: the values of one sheet, row by row.

Upholds: the parts of the file are measured and each is parsed once by ``hard_xml`` before openpyxl
sees it, so that neither a zip nor an entity can swell in memory; the file's own dimensions are not
believed.  Refuses formulas and errors, cell by cell; encrypted files, macros, old XLS.
"""

import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import IO, Any, BinaryIO

import openpyxl

from asylia.errors import MalformedError, Sentence
from asylia.exchange import hard_xml
from asylia.exchange.csv_io import CELL
from asylia.exchange.formula import unmarked
from asylia.exchange.report import Report, shown
from asylia.exchange.table import MOST_COLUMNS, Header

PARTS = 500
SHEET = 512 << 20  # bytes of a sheet, unpacked
STRINGS = 32 << 20  # bytes of the shared texts
OTHER = 4 << 20  # bytes of any other part
ROWS = 1_100_000  # XLSX has 1,048,576
COLUMNS = 16_384
_IN_CELLS = frozenset({"v", "f", "is", "t", "r", "rPr", "b", "i", "sz", "color", "rFont", "family"})
_ESCAPED = re.compile(r"_x(005F_x[0-9A-Fa-f]{4}|000[dD])_")
_NO_VALUE = {
    "f": Sentence("a formula where a value is expected"),
    "e": Sentence("an error where a value is expected"),
}
_COMMENTS = re.compile(r"xl/(threadedComments/|comments)", re.IGNORECASE)
_BOOK = Sentence("the workbook")
_SAVE = "Save it as XLSX without password and macros, or as CSV."


def read(file: BinaryIO, report: Report, sheet: str = "") -> Header:
    """Header and rows of the first sheet, or of the one named; ``MalformedError``."""
    _measure(file, report)
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles that openpyxl does not keep
            book = openpyxl.load_workbook(file, read_only=True, keep_links=False)
        names = book.sheetnames
        if not names or (sheet and sheet not in names):
            raise MalformedError(
                "the file has no such sheet", hint=f"It has: {', '.join(map(shown, names[:20]))}."
            )
        for other in names:
            if other != (sheet or names[0]):
                report.lost.add(
                    _BOOK, Sentence("the sheet “%(name)s” is not read", name=shown(other))
                )
        table: Any = book[sheet or names[0]]
        table.reset_dimensions()
        header = _header(table)
    except MalformedError:
        raise
    except Exception:
        raise MalformedError("this is no XLSX that can be read", hint=_SAVE) from None
    return header, _rows(table, len(header), report)


def _measure(file: BinaryIO, report: Report) -> None:
    """Refuse what is too large or no plain XML, before any of it is in memory."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            _sizes(parts)
            if any(_COMMENTS.match(part.filename) for part in parts):
                report.lost.add(_BOOK, Sentence("remarks beside cells are not read"))
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as content:
                        _parse(content, part.filename)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise MalformedError("this is no XLSX", hint=_SAVE) from None
    except Exception as error:
        if isinstance(error, MalformedError):
            raise
        raise MalformedError("this is no XLSX", hint=_SAVE) from None  # zlib.error and its likes


@dataclass
class _Sheet:
    """Counts what openpyxl would hold at once: a row's cells, a cell's text, all else."""

    name: str
    row: int = 0
    cells: int = 0
    text: int = 0
    others: int = 0

    def start(self, tag: str, _attributes: dict[str, str], line: int) -> None:
        tag = tag.rpartition(":")[2]
        self.row = line
        if tag == "row":
            self.cells = 0
        if tag == "c":
            self.cells, self.text = self.cells + 1, 0
        elif tag not in _IN_CELLS:
            self.others += 1
        if self.cells > COLUMNS or self.others > ROWS:
            raise MalformedError(
                f"{shown(self.name)}, line {line}: more rows or cells than XLSX has"
            )

    def characters(self, text: str) -> None:
        self.text += len(text)
        if self.text > CELL:
            raise MalformedError(
                f"{shown(self.name)}, line {self.row}: a cell longer than {CELL} characters"
            )


def _parse(content: IO[bytes], name: str) -> None:
    """One pass over a part."""
    limits = hard_xml.Limits(bytes=_limit(name), elements=40_000_000)
    if not name.startswith("xl/worksheets/"):
        limits = hard_xml.Limits(bytes=_limit(name), elements=3_000_000)
        hard_xml.parse(content, limits=limits, where=f"{shown(name)}, ")
        return
    sheet = _Sheet(name)
    hard_xml.parse(
        content,
        limits=limits,
        where=f"{shown(name)}, ",
        start=sheet.start,
        text=sheet.characters,
    )


def _sizes(parts: Sequence[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if len(parts) > PARTS or len(set(names)) < len(names):
        raise MalformedError(f"more than {PARTS} parts, or two of one name", hint=_SAVE)
    if any(part.flag_bits & 1 for part in parts):
        raise MalformedError("the file is encrypted", hint=_SAVE)
    if any(name.endswith("vbaProject.bin") for name in names):
        raise MalformedError("the file holds macros", hint=_SAVE)
    for part in parts:
        if part.file_size > _limit(part.filename):
            raise MalformedError(
                f"the part {shown(part.filename)} is larger than {_limit(part.filename) >> 20} MiB",
                hint="Nothing was imported. Save the sheet as CSV.",
            )
    if sum(part.file_size for part in parts) > SHEET + STRINGS:
        raise MalformedError("the file is too large when unpacked", hint="Save the sheet as CSV.")


def _limit(name: str) -> int:
    if name.startswith("xl/worksheets/"):
        return SHEET
    return STRINGS if name == "xl/sharedStrings.xml" else OTHER


def _header(table: Any) -> list[str]:
    for row in table.iter_rows(min_row=1, max_row=1, max_col=MOST_COLUMNS + 1):
        header = [_text(cell.value) if cell.data_type != "f" else "" for cell in row]
        while header and not header[-1].strip():
            header.pop()
        return header
    raise MalformedError("the sheet is empty", hint="The first row holds the columns' names.")


def _rows(table: Any, width: int, report: Report) -> Iterator[tuple[str, Sequence[str]]]:
    try:
        for number, row in enumerate(table.iter_rows(min_row=2, max_col=width + 1), 2):
            where = Sentence("row %(line)s", line=str(number))
            out = []
            for cell in row:
                if cell.data_type in ("f", "e"):
                    report.refused.add(where, _NO_VALUE[cell.data_type])
                    out.append("")
                else:
                    out.append(_text(cell.value))
            yield where, out
    except MalformedError:
        raise
    except Exception:
        raise MalformedError("the sheet can't be read to its end", hint=_SAVE) from None


def _text(value: Any) -> str:
    """A value as text: whole numbers without a point, days without a time."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return unmarked(_ESCAPED.sub(_unescaped, str(value)))


def _unescaped(found: re.Match[str]) -> str:
    return "" if found[1].lower() == "000d" else f"_{found[1][5:]}_"
