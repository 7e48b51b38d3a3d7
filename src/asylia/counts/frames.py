"""Capture histories from what an analyst has at hand: NumPy arrays, Polars and Arrow tables.

Upholds: the same rules as ``table``; ten million rows are one pass over arrays.  A table without a
column ``count`` has one row a person.  Refuses: anything but 0, 1, true and false for a list.
"""

from collections.abc import Sequence
from typing import Any

from asylia.counts.arrays import Wholes, np
from asylia.counts.histories import Histories
from asylia.counts.table import COUNT, MOST_LISTS, MOST_PERSONS
from asylia.errors import MalformedError


def from_arrays(rows: Any, counts: Any = None, *, lists: Sequence[str] = ()) -> Histories:
    """Histories from ``rows`` (persons or patterns by lists, of 0 and 1) and what each counts.

    Without ``counts`` each row is one person; rows that are alike are added up.
    """
    table = np.asarray(rows)
    if table.ndim != 2 or not 1 <= table.shape[1] <= MOST_LISTS:
        raise _wrong(f"expected rows by lists, with at most {MOST_LISTS} lists")
    if table.dtype.kind not in "biuf" or not bool(np.isin(table, (0, 1)).all()):
        raise _wrong("a list has something else than 0 or 1")
    if table.shape[0] > MOST_PERSONS:
        raise _wrong(f"more than {MOST_PERSONS:,} persons")
    weights = _weights(counts, table.shape[0])
    names = tuple(lists) or tuple(f"list {at + 1}" for at in range(table.shape[1]))
    if len(names) != table.shape[1] or len(set(names)) != len(names):
        raise _wrong("expected one name a list, each another")
    codes = np.zeros(table.shape[0], dtype=np.int64)
    for at in range(table.shape[1]):  # list by list: no copy of the whole table
        codes |= table[:, at].astype(np.int64) << at
    if bool(((codes == 0) & (weights > 0)).any()):
        raise _wrong("a row is of no list; who is in none is what is estimated")
    kept, place = np.unique(codes, return_inverse=True)
    totals = np.zeros(len(kept), dtype=np.int64)
    np.add.at(totals, place, weights)
    if not 0 < int(totals.sum()) <= MOST_PERSONS:
        raise _wrong(f"expected between one person and {MOST_PERSONS:,}")
    return Histories(
        names,
        {
            tuple(bool(code >> at & 1) for at in range(len(names))): total
            for code, total in zip(kept.tolist(), totals.tolist(), strict=True)
            if total
        },
    )


def from_table(table: Any) -> Histories:
    """Histories from a Polars data frame or an Arrow table: a column a list, and maybe ``count``.

    Anything that has ``column_names`` (Arrow) or ``columns`` (Polars), and columns with
    ``to_numpy``, will do.
    """
    names = list(getattr(table, "column_names", None) or table.columns)
    if len(set(names)) != len(names) or not all(isinstance(name, str) for name in names):
        raise _wrong("columns need names, each another")
    columns = {name: np.asarray(table[name].to_numpy()) for name in names}
    lists = [name for name in names if name != COUNT]
    if not lists:
        raise _wrong("there is no list")
    return from_arrays(
        np.column_stack([columns[name] for name in lists]), columns.get(COUNT), lists=lists
    )


def _weights(counts: Any, rows: int) -> Wholes:
    if counts is None:
        return np.ones(rows, dtype=np.int64)
    given = np.asarray(counts)
    if given.shape != (rows,) or given.dtype.kind not in "iuf":
        raise _wrong("expected one count a row")
    whole = np.isfinite(given) & (given == np.floor(given))
    if not bool(whole.all()):
        raise _wrong("a count is no whole number")
    if bool((given < 0).any()):
        raise _wrong("a count is below nothing")
    if bool((given > MOST_PERSONS).any()):
        raise _wrong(f"more than {MOST_PERSONS:,} persons")
    return given.astype(np.int64)


def _wrong(why: str) -> MalformedError:
    return MalformedError(
        f"the table of capture histories can't be used: {why}",
        hint="One column of 0 and 1 a list, and a column named count unless each row is a person.",
    )
