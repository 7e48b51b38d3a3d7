"""``COUNTS.csv``: one column of 0 and 1 a list, a column ``count``, one row a pattern.

Upholds: a table is read whole or not at all, in bounded memory; each refusal names its line.
A pattern that has no row was seen nowhere: its count is nothing.  Refuses: what is no whole number,
a pattern that stands there twice, a row of no list (nobody can have counted it), more than
``MOST_LISTS`` lists, ``MOST_PATTERNS`` rows or ``MOST_BYTES`` bytes.

A column ``linkage`` makes of one file several tables of the same lists: each value names one
plausible way in which the same records are joined into persons.  A column ``stratum`` does so too:
each value names a part of the population, and nobody is in two.  At most ``MOST_TABLES``.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from asylia.counts.histories import Histories, Pattern
from asylia.counts.words import N_, Said, said, spoken, whole
from asylia.errors import MalformedError
from asylia.given import read_given

COUNT = "count"
LINKAGE, STRATUM = "linkage", "stratum"
OTHERS = (COUNT, LINKAGE, STRATUM)  # columns that are no list
MOST_TABLES = 1_000
MOST_LISTS = 24
MOST_PATTERNS = 100_000
MOST_BYTES = 16 << 20
MOST_PERSONS = 10**9
_LONGEST_NAME = 100
# Printed, and yet nothing is seen of them: fillers, blanks, joiners of marks, selectors of forms.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2028\u2029\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
_FORM = N_("One column of 0 and 1 a list, a column named count, one row a pattern; see the README.")
# What ``given`` says of a file that can't be read.
_NOT_GIVEN = (
    N_("the table of counts can't be read"),
    N_("the table of counts is no file"),
    N_("the table of counts is too long to be one"),
    N_("Check its path and rights."),
    N_("Is its name right?"),
)


@dataclass(frozen=True)
class Tables:
    """The tables of a file in its order; ``by``: linkage, stratum, or "" where it is one table."""

    by: str
    tables: Mapping[str, Histories]

    @property
    def alone(self) -> Histories:
        """The only table; ``MalformedError`` where a column makes several of them."""
        if self.by:
            raise _wrong(
                N_("it has a column %(name)s, so that it holds several tables"), name=self.by
            )
        return self.tables[""]


def read(path: Path) -> Histories:
    """The one table in this file; ``MalformedError`` or ``NotFoundError`` with the reason."""
    return read_tables(path).alone


def read_tables(path: Path) -> Tables:
    """The tables in this file: one under the name "" where no column makes several."""
    return parse_tables(_given(path))


def parse(untrusted: bytes) -> Histories:
    """The one table that these bytes are."""
    return parse_tables(untrusted).alone


def parse_tables(untrusted: bytes) -> Tables:
    """The tables that these bytes are."""
    if len(untrusted) > MOST_BYTES:
        raise _wrong(
            N_("it has more than %(most)s MiB; it has one row a pattern"), most=MOST_BYTES >> 20
        )
    try:
        text = untrusted.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _wrong(N_("it is no text in UTF-8")) from None
    try:
        return _rows(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        raise _wrong(N_("it is no CSV")) from None


def _given(path: Path) -> bytes:
    return read_given(path, what="the table of counts", most=MOST_BYTES)


def _rows(reader: Iterator[list[str]]) -> Tables:
    header: list[str] = next(reader, [])
    lists, by = _lists(header), _by(header)
    places = [at for at, name in enumerate(header) if name not in (COUNT, by)]
    tables: dict[str, dict[Pattern, int]] = {}
    for number, row in enumerate(reader, 2):
        if not row:
            continue
        if number > MOST_PATTERNS + 1:
            raise _wrong(N_("it has more than %(most)s patterns"), most=whole(MOST_PATTERNS))
        if len(row) != len(header):
            raise _wrong(
                N_("line %(line)s has another number of columns than the first"), line=number
            )
        name = row[header.index(by)] if by else ""
        if by and not _can_be_shown(name):
            raise _wrong(
                N_("the %(column)s of line %(line)s has no name, or one that can't be shown"),
                column=by,
                line=number,
            )
        patterns = tables.setdefault(name, {})
        if len(tables) > MOST_TABLES:
            raise _wrong(
                N_("its column %(column)s has more than %(most)s values"),
                column=by,
                most=whole(MOST_TABLES),
            )
        pattern = _pattern([row[at] for at in places], number)
        if pattern in patterns:
            raise _wrong(N_("the pattern of line %(line)s stands there twice"), line=number)
        patterns[pattern] = _count(row[header.index(COUNT)], number)
    found = {name: _table(lists, patterns) for name, patterns in (tables or {"": {}}).items()}
    return Tables(by, found)


def _by(header: list[str]) -> str:
    found = [name for name in (LINKAGE, STRATUM) if name in header]
    if len(found) > 1:
        raise _wrong(N_("it has a column linkage and a column stratum; give one linkage's strata"))
    return found[0] if found else ""


def _table(lists: tuple[str, ...], patterns: Mapping[Pattern, int]) -> Histories:
    found = Histories(lists, {one: count for one, count in patterns.items() if count})
    if not found.observed:
        raise _wrong(N_("it counts nobody"))
    if found.observed > MOST_PERSONS:
        raise _wrong(N_("it counts more than %(most)s persons"), most=whole(MOST_PERSONS))
    return found


def _lists(header: list[str]) -> tuple[str, ...]:
    if COUNT not in header and len(header) == 1 and {";", "\t"} & set(header[0]):
        raise _wrong(N_("its columns are parted by semicolons or tabs; save it with commas"))
    if COUNT not in header:
        raise _wrong(N_("its first line names no column count"))
    lists = tuple(name for name in header if name not in OTHERS)
    if len(set(header)) != len(header):
        raise _wrong(N_("its first line names a column twice"))
    if not lists:
        raise _wrong(N_("it has no list"))
    if len(lists) > MOST_LISTS:
        raise _wrong(
            N_("it has more than %(most)s lists; pool those that are alike"), most=MOST_LISTS
        )
    if not all(_can_be_shown(name) for name in lists):
        raise _wrong(N_("a list has no name, or one that can't be shown"))
    return lists


def can_be_a_list(name: str) -> bool:
    """Whether a column of a table may have this name and be a list."""
    return name not in OTHERS and _can_be_shown(name)


def _can_be_shown(name: str) -> bool:
    hidden = any(unicodedata.category(letter).startswith("C") for letter in name)
    hidden = hidden or _UNSEEN.search(name) is not None
    return bool(name.strip()) and not hidden and len(name) <= _LONGEST_NAME


def _pattern(cells: list[str], number: int) -> Pattern:
    if not set(cells) <= {"0", "1"}:
        raise _wrong(N_("line %(line)s has something else than 0 or 1 for a list"), line=number)
    if "1" not in cells:
        raise _wrong(
            N_("line %(line)s is of no list; who is in none is what is estimated"), line=number
        )
    return tuple(cell == "1" for cell in cells)


def _count(cell: str, number: int) -> int:
    if cell.startswith("-") and cell[1:].isdecimal():
        raise _wrong(N_("the count in line %(line)s is below nothing"), line=number)
    if not (cell.isascii() and cell.isdecimal()) or len(cell) > 12:
        raise _wrong(N_("the count in line %(line)s is no whole number"), line=number)
    return int(cell)


def _wrong(sentence: str, **values: object) -> MalformedError:
    why: Said = said(sentence, **values)
    return MalformedError(
        spoken(N_("the table of counts can't be read: %(why)s"), why=why), hint=_FORM
    )
