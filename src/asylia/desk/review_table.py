"""A table of records to review, read from memory: known columns alone, one record a line.

Upholds: nothing of it is written anywhere; what a column of another name holds is passed over, and
how many there were is told.  Refuses: a table without ids or names, an id that the ledger could not
hold, more records than one desk weighs.
"""

import re
from io import BytesIO

from asylia.counts.linking.table import KINDS, Records
from asylia.errors import MalformedError
from asylia.exchange.csv_io import read
from asylia.record.forms import ID_PATTERN

MOST = 20_000
_NAMES = ("given", "patronymic", "family")  # parts of a name, joined in this order behind ``name``


def table_of(untrusted: bytes) -> tuple[Records, int]:
    """The records, and how many columns were passed over."""
    header, rows = read(BytesIO(untrusted))
    named = [name.strip().casefold() for name in header]
    if len(set(named)) != len(named):
        raise MalformedError("A column's name stands twice.", hint="Nothing was kept.")
    columns: dict[str, list[str]] = {
        kind: [] for kind in KINDS if kind in named or (kind == "name" and set(named) & {*_NAMES})
    }
    for where, row in rows:
        cells = dict(zip(named, (cell.strip() for cell in row), strict=False))
        if not re.match(ID_PATTERN, cells.get("id", "")):
            raise MalformedError(
                "Each line needs an id of letters, digits, dots and dashes in a column named id.",
                hint=f"{where}. Nothing was kept.",
            )
        for kind, column in columns.items():
            parts = ("name", *_NAMES) if kind == "name" else (kind,)
            column.append(" ".join(filter(None, (cells.get(part, "") for part in parts))))
        if len(columns["id"]) > MOST:
            raise MalformedError("There are over 20,000 records.", hint="Review them in parts.")
    ids = columns.pop("id", [])
    lists = columns.pop("list", [])
    if not ids:
        raise MalformedError("The table holds no record.", hint="Nothing was kept.")
    return Records(ids, columns, lists), sum(1 for one in named if one not in {*KINDS, *_NAMES})


def fields_of(records: Records, at: int) -> dict[str, str]:
    """One record's fields by kind, in the order of ``KINDS``; its list first."""
    told = {"list": records.lists[at]} if records.lists else {}
    return told | {kind: records.columns[kind][at] for kind in KINDS if kind in records.columns}
