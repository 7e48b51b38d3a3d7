"""Uwazi's CSV, as a table: its way of writing several values, ranges of dates and languages.

Upholds: `a|b` is `a; b`, `2000/01/01:2000/12/31` an interval, `Parent::Child` stays; a column
`name__ru` is its own and can be mapped to `translation ru`.  A position is not taken and said so.
Source: Uwazi's documentation, "CSV import".
"""

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from asylia.errors import Sentence
from asylia.exchange import csv_io
from asylia.exchange.report import Report
from asylia.exchange.table import Header

_DAY = r"([0-9]{4})[/-]([0-9]{2})[/-]([0-9]{2})"
_RANGE = re.compile(rf"(?:{_DAY})?\s*:\s*(?:{_DAY})?", re.ASCII)
_POSITION = re.compile(r"-?[0-9]{1,3}\.[0-9]+\s*\|\s*-?[0-9]{1,3}\.[0-9]+")


def read(file: BinaryIO, report: Report, encoding: str | None = None) -> Header:
    """Header and rows."""
    header, rows = csv_io.read(file, encoding)
    return header, _rows(rows, report)


def _rows(
    rows: Iterator[tuple[str, Sequence[str]]], report: Report
) -> Iterator[tuple[str, Sequence[str]]]:
    for where, row in rows:
        out = []
        for cell in row:
            text = cell.strip()
            if _POSITION.fullmatch(text):
                report.lost.add(where, Sentence("a position: where an act was is a named place"))
                text = ""
            out.append(_plain(text))
        yield where, out


def _plain(text: str) -> str:
    found = _RANGE.fullmatch(text)
    if found and text != ":":
        ends = ["-".join(found.groups()[at : at + 3]) if found[at + 1] else ".." for at in (0, 3)]
        return "/".join(ends)
    return "; ".join(part.strip() for part in text.split("|")) if "|" in text else text
