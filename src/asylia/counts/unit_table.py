"""``PERSONS.csv``: one row a person, a column of 0 and 1 a list, and what is known of each person.

Upholds: a table is read whole or not at all, in bounded memory; each refusal names its line.  What
is known (covariates) are columns that the caller names: numbers, or kinds in words; every other
column is a list.  Refuses: a column whose name would hold who somebody is (``names_somebody``, and
what the caller refuses), a text of which there are nearly as many as persons, an empty cell, a row
of no list, and more than the limits below.  No cell is quoted.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from asylia.counts.arrays import Flags, Floats, np
from asylia.counts.frames import from_arrays
from asylia.counts.histories import Histories
from asylia.counts.table import can_be_a_list
from asylia.counts.words import N_, said, spoken, whole
from asylia.errors import MalformedError, RefusedError
from asylia.given import read_given

MOST_BYTES = 32 << 20
MOST_PERSONS = 100_000
MOST_LISTS = 6  # each pair of lists is an estimate of its own
MOST_KINDS = 20  # of one column: more is no kind but a name
LARGEST = 1e12  # of a number that is known of somebody; squares of it are learnt from
MOST_NUMBERS = 12  # columns of numbers, a kind but the first being one: their products are learnt
_NAMING = frozenset({
    "name", "names", "surname", "nickname", "alias", "id", "ids", "uid", "uuid", "number", "key",
    "address", "phone", "email", "born", "birth", "passport", "photo", "pseudonym",
    "имя", "имена", "фамилия", "отчество", "фио", "кличка", "псевдоним", "номер", "адрес",
    "телефон", "почта", "рождения", "рождение", "паспорт", "фото",
})  # fmt: skip
_FORM = N_(
    "One row a person: a column of 0 and 1 for each list, and the columns that --covariates names; "
    "no names of people, nothing empty."
)
# What ``given`` says of a file that can't be read.
_NOT_GIVEN = (
    N_("the table of persons can't be read"),
    N_("the table of persons is no file"),
    N_("the table of persons is too long to be one"),
)
Refuse = Callable[[str], bool]


@dataclass(frozen=True)
class Units:
    """Persons in the table's order: ``inside`` persons by lists, ``known`` persons by numbers."""

    lists: tuple[str, ...]
    inside: Flags
    covariates: tuple[str, ...]
    known: Floats

    def histories(self) -> Histories:
        """How many persons have each pattern of lists, whatever is known of them."""
        return from_arrays(self.inside, lists=self.lists)


def read(path: Path, covariates: Sequence[str], refuse: Refuse) -> Units:
    """The table in this file; ``refuse``: names of columns that the caller takes no part in."""
    return parse(read_given(path, what="the table of persons", most=MOST_BYTES), covariates, refuse)


def parse(untrusted: bytes, covariates: Sequence[str], refuse: Refuse) -> Units:
    """The table that these bytes are."""
    try:
        text = untrusted.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _wrong(N_("it is no text in UTF-8")) from None
    try:
        rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        header = next(rows, [])
        lists = _lists(header, covariates, refuse)
        return _units(header, lists, covariates, _columns(header, lists, rows))
    except csv.Error:
        raise _wrong(N_("it is no CSV")) from None


def names_somebody(name: str) -> bool:
    """Whether a column of this name says who somebody is."""
    return bool(_NAMING & set(re.split(r"[\W\d_]+", name.casefold())))


def _lists(header: list[str], covariates: Sequence[str], refuse: Refuse) -> tuple[str, ...]:
    if not covariates or len(set(covariates)) != len(covariates):
        raise _wrong(N_("a covariate is named twice, or none is"))
    if len(set(header)) != len(header):
        raise _wrong(N_("its first line names a column twice"))
    if missing := len(set(covariates) - set(header)):
        raise _wrong(N_("it lacks columns that --covariates names: %(many)s"), many=missing)
    if any(names_somebody(name) or refuse(name) for name in covariates):
        raise RefusedError(
            N_("a covariate would say who somebody is, or what nobody may be sorted by"),
            hint=N_("Use what lists differ by, such as age, region, month or occupation."),
        )
    lists = tuple(name for name in header if name not in covariates)
    if not all(can_be_a_list(name) for name in lists):
        raise _wrong(N_("a list has no name, or one that can't be shown"))
    if len(lists) < 2:
        raise _wrong(N_("it has fewer than two lists"))
    if len(lists) > MOST_LISTS:
        raise _wrong(
            N_("it has more than %(most)s lists; pool those that are alike"), most=MOST_LISTS
        )
    return lists


def _columns(
    header: list[str], lists: tuple[str, ...], rows: Iterator[list[str]]
) -> dict[str, list[str]]:
    columns: dict[str, list[str]] = {name: [] for name in header}
    at = [header.index(name) for name in lists]
    for number, row in enumerate(rows, 2):
        if not row:
            continue
        if len(row) != len(header):
            raise _wrong(
                N_("line %(line)s has another number of columns than the first"), line=number
            )
        if number > MOST_PERSONS + 1:
            raise _wrong(N_("it has more than %(most)s persons"), most=whole(MOST_PERSONS))
        cells = [row[one] for one in at]
        if not set(cells) <= {"0", "1"}:
            raise _wrong(
                N_(
                    "line %(line)s has something else than 0 or 1 for a list; is a covariate not "
                    "named?"
                ),
                line=number,
            )
        if "1" not in cells:
            raise _wrong(
                N_("line %(line)s is of no list; who is in none is what is estimated"), line=number
            )
        if any(not cell.strip() for cell in row):
            raise _wrong(N_("line %(line)s lacks something that is known of others"), line=number)
        for name, cell in zip(header, row, strict=True):
            columns[name].append(cell.strip())
    if not columns[header[0]]:
        raise _wrong(N_("it holds nobody"))
    return columns


def _units(
    header: list[str],
    lists: tuple[str, ...],
    covariates: Sequence[str],
    columns: dict[str, list[str]],
) -> Units:
    numbers = [one for name in header if name in covariates for one in _numbers(columns[name])]
    if len(numbers) > MOST_NUMBERS:
        raise _wrong(
            N_("its covariates make more than %(most)s columns, each kind being one"),
            most=MOST_NUMBERS,
        )
    if not numbers:
        raise _wrong(N_("its covariates are the same for everybody"))
    inside = np.array([[cell == "1" for cell in columns[name]] for name in lists], np.bool_).T
    return Units(lists, inside, tuple(covariates), np.column_stack(numbers))


def _numbers(cells: list[str]) -> list[Floats]:
    """A column of numbers as it is; one of words as a column of 0 and 1 for each kind but one."""
    try:
        found = np.array([float(cell) for cell in cells])
    except ValueError:
        kinds = sorted(set(cells))
        if len(kinds) > MOST_KINDS:
            raise _wrong(
                N_(
                    "a covariate in words has more than %(most)s kinds: what differs from person "
                    "to person says who somebody is, and teaches nothing of others"
                ),
                most=MOST_KINDS,
            ) from None
        held = np.array(cells)
        return [(held == kind).astype(np.float64) for kind in kinds[1:]]
    if not np.isfinite(found).all():
        raise _wrong(N_("a covariate holds a number without end"))
    if np.abs(found).max() > LARGEST:
        raise _wrong(N_("a covariate holds a number beyond %(most)s"), most=whole(int(LARGEST)))
    return [found] if len(np.unique(found)) > 1 else []


def _wrong(sentence: str, **values: object) -> MalformedError:
    why = said(sentence, **values)
    return MalformedError(
        spoken(N_("the table of persons can't be read: %(why)s"), why=why), hint=_FORM
    )
