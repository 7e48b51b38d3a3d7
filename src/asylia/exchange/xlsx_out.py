"""XLSX (ECMA-376), written: one sheet, every cell a text, so that no spreadsheet runs any of it.

Upholds: the same rows as CSV.  What XML can't hold (controls) is shown as a mark and said to be
lost; a carriage return becomes a line feed.
"""

import io
import re
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from asylia.exchange.formula import harmless
from asylia.exchange.report import Report

LONGEST = 32_767  # characters of a cell
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LIKE_ESCAPED = re.compile(r"_(x[0-9A-Fa-f]{4}_)")


def encoded(rows: Iterable[Sequence[str]], report: Report) -> bytes:
    """The file."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("record")
    for number, row in enumerate(rows, 1):
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, value=_plain(text, f"row {number}", report))
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _plain(text: str, where: str, report: Report) -> str:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if _CONTROLS.search(plain):
        report.lost.add(where, "a control character, which XLSX can't hold")
        plain = _CONTROLS.sub("\ufffd", plain)
    plain = _LIKE_ESCAPED.sub(r"_x005F_\1", harmless(plain))
    if len(plain) > LONGEST:
        report.lost.add(where, f"a text longer than {LONGEST} characters is cut")
        plain = plain[:LONGEST]
    return plain
