"""CSV (RFC 4180), out and in: streamed line by line, every cell quoted, no formula in it.

Upholds: what a spreadsheet could run is marked on the way out and unmarked on the way in; a file of
any size is read in the memory of one row.  Refuses broken quotes, a cell over ``CELL`` characters,
and what ``exchange.text`` refuses, with the line.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, BinaryIO

from asylia.errors import MalformedError, Sentence
from asylia.exchange.formula import harmless, unmarked
from asylia.exchange.text import lines

CELL = 1 << 17  # characters; the record's longest text has 20,000
_DELIMITERS = ",;\t"


def encoded(rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with its mark, so that spreadsheets read Cyrillic; lines end in CR LF."""
    out = ["\ufeff"]
    for row in rows:
        out.append(",".join('"' + harmless(cell).replace('"', '""') + '"' for cell in row) + "\r\n")
    return "".join(out).encode()


def read(
    file: BinaryIO, encoding: str | None = None
) -> tuple[Sequence[str], Iterator[tuple[str, Sequence[str]]]]:
    """The header, and the rows with the lines at which they end."""
    text = lines(file, encoding)
    first = next(text, "")
    if not first.strip().strip("\ufeff"):
        raise MalformedError("expected a header in the first line", hint="Is the file empty?")
    delimiter = max(_DELIMITERS, key=lambda one: _outside_quotes(first).count(one))
    csv.field_size_limit(CELL)
    reader = csv.reader(chain((first.lstrip("\ufeff"),), text), delimiter=delimiter, strict=True)
    rows = _rows(reader)
    try:
        _, header = next(rows)
    except StopIteration:
        raise MalformedError("expected a header in the first line") from None
    return header, rows


def _rows(reader: Any) -> Iterator[tuple[str, Sequence[str]]]:
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise MalformedError(
                Sentence("line %(line)s: %(why)s", line=str(reader.line_num), why=_why(error)),
                hint="Save it as CSV once more, with quotes around each text.",
            ) from None
        yield Sentence("line %(line)s", line=str(reader.line_num)), [unmarked(cell) for cell in row]


def _why(error: csv.Error) -> str:
    if "field limit" in str(error):
        return Sentence("a cell longer than a text can be; is a quote not closed?")
    return Sentence("a quote that does not close, or stands where none belongs")


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])
