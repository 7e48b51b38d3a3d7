"""``COUNTS.csv``: one column of 0 and 1 a list, a column ``count``, one row a pattern.

Upholds: a table is read whole or not at all, in bounded memory; each refusal names its line.
A pattern that has no row was seen nowhere: its count is nothing.  Refuses: what is no whole number,
a pattern that stands there twice, a row of no list (nobody can have counted it), more than
``MOST_LISTS`` lists, ``MOST_PATTERNS`` rows or ``MOST_BYTES`` bytes.
"""

import csv
import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from asylia.counts.histories import Histories, Pattern
from asylia.errors import MalformedError
from asylia.given import read_given

COUNT = "count"
MOST_LISTS = 24
MOST_PATTERNS = 100_000
MOST_BYTES = 16 << 20
MOST_PERSONS = 10**9
_LONGEST_NAME = 100
_FORM = "One column of 0 and 1 a list, a column named count, one row a pattern; see the README."


def read(path: Path) -> Histories:
    """The table in this file; ``MalformedError`` or ``NotFoundError`` with the reason."""
    return parse(read_given(path, what="the table of counts", most=MOST_BYTES))


def parse(untrusted: bytes) -> Histories:
    """The table that these bytes are."""
    if len(untrusted) > MOST_BYTES:
        raise _wrong(f"it has more than {MOST_BYTES >> 20} MiB; it has one row a pattern")
    try:
        text = untrusted.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _wrong("it is no text in UTF-8") from None
    try:
        return _rows(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        raise _wrong("it is no CSV") from None


def _rows(reader: Iterator[list[str]]) -> Histories:
    header: list[str] = next(reader, [])
    lists = _lists(header)
    at = header.index(COUNT)
    patterns: dict[Pattern, int] = {}
    for number, row in enumerate(reader, 2):
        if not row:
            continue
        if len(patterns) >= MOST_PATTERNS:
            raise _wrong(f"it has more than {MOST_PATTERNS:,} patterns")
        if len(row) != len(header):
            raise _wrong(f"line {number} has another number of columns than the first")
        pattern = _pattern(row[:at] + row[at + 1 :], number)
        if pattern in patterns:
            raise _wrong(f"the pattern of line {number} stands there twice")
        patterns[pattern] = _count(row[at], number)
    found = Histories(lists, {one: count for one, count in patterns.items() if count})
    if not found.observed:
        raise _wrong("it counts nobody")
    if found.observed > MOST_PERSONS:
        raise _wrong(f"it counts more than {MOST_PERSONS:,} persons")
    return found


def _lists(header: list[str]) -> tuple[str, ...]:
    if COUNT not in header:
        raise _wrong("its first line names no column count")
    lists = tuple(name for name in header if name != COUNT)
    if len(lists) != len(header) - 1 or len(set(lists)) != len(lists):
        raise _wrong("its first line names a column twice")
    if not lists:
        raise _wrong("it has no list")
    if len(lists) > MOST_LISTS:
        raise _wrong(f"it has more than {MOST_LISTS} lists; pool those that are alike")
    for name in lists:
        hidden = any(unicodedata.category(letter).startswith("C") for letter in name)
        if not name.strip() or hidden or len(name) > _LONGEST_NAME:
            raise _wrong("a list has no name, or one that can't be shown")
    return lists


def _pattern(cells: list[str], number: int) -> Pattern:
    if not set(cells) <= {"0", "1"}:
        raise _wrong(f"line {number} has something else than 0 or 1 for a list")
    if "1" not in cells:
        raise _wrong(f"line {number} is of no list; who is in none is what is estimated")
    return tuple(cell == "1" for cell in cells)


def _count(cell: str, number: int) -> int:
    if cell.startswith("-") and cell[1:].isdecimal():
        raise _wrong(f"the count in line {number} is below nothing")
    if not (cell.isascii() and cell.isdecimal()) or len(cell) > 12:
        raise _wrong(f"the count in line {number} is no whole number")
    return int(cell)


def _wrong(why: str) -> MalformedError:
    return MalformedError(f"the table of counts can't be read: {why}", hint=_FORM)
