"""Reading a table to link: CSV or Parquet, by columns' names or by a mapping.

Upholds: only mapped columns are read.  Refuses a file that is no table, is too large, lacks a
column that was named, or says no name; the message never quotes a cell.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from asylia.counts.linking.table import KINDS, MOST_RECORDS, Records, too_many
from asylia.counts.words import N_, spoken
from asylia.errors import MalformedError, NotFoundError, UsageError

MOST_BYTES = 1 << 30


def read(path: Path, mapping: Mapping[str, Sequence[str]]) -> Records:
    """Records of one file; without a mapping, the columns that bear a kind's name."""
    columns, many = texts(path, mapping, KINDS)
    ids = columns.pop("id", None) or [str(at + 1) for at in range(many)]
    lists = columns.pop("list", ())
    return Records(ids, columns, lists)


def texts(
    path: Path, mapping: Mapping[str, Sequence[str]], kinds: Iterable[str]
) -> tuple[dict[str, list[str]], int]:
    """Columns by kind, each a text for every record, and how many records there are."""
    import polars as pl  # noqa: PLC0415  # needs the extra `counting`

    if not path.is_file():
        raise NotFoundError("the file of records is not there", hint="Check its path.")
    if path.stat().st_size > MOST_BYTES:
        raise MalformedError("the file of records is over 1 GiB", hint="Link it in parts.")
    try:
        if path.suffix.lower() == ".parquet":
            if pl.scan_parquet(path).select(pl.len()).collect().item() > MOST_RECORDS:
                raise too_many()
            table = pl.read_parquet(path)
        else:
            table = pl.read_csv(path, infer_schema=False, null_values=[""])
    except _spoilt():
        raise _no_table() from None
    if len(table) > MOST_RECORDS:
        raise too_many()
    if not len(table):
        raise MalformedError(
            "the table holds no records", hint="One record a line, below a line of column names."
        )
    if len(table.columns) == 1 and {";", "\t"} & set(table.columns[0]):
        raise MalformedError(
            "the columns of the table are parted by semicolons or tabs",
            hint="Save it as CSV with commas.",
        )
    named = dict(mapping) or {kind: [kind] for kind in kinds if kind in table.columns}
    if missing := {one for names in named.values() for one in names} - set(table.columns):
        raise UsageError(
            spoken(
                N_("of the columns that were mapped the table lacks %(many)s"), many=len(missing)
            ),
            hint="Write KIND=COLUMN, with the column's name as in the first line of the table.",
        )
    try:
        told = table.select(
            pl.concat_str(
                [pl.col(one).cast(pl.String).str.strip_chars() for one in names],
                separator=" ",
                ignore_nulls=True,
            ).alias(kind)
            for kind, names in named.items()
        )
    except _spoilt():  # cells that are lists, or bytes
        raise _no_table() from None
    return {kind: told[kind].fill_null("").to_list() for kind in named}, len(table)


def _spoilt() -> tuple[type[BaseException], ...]:
    """What reading raises; a file made to fail ends some of Polars' readers in a panic."""
    import polars as pl  # noqa: PLC0415

    return pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, UnicodeDecodeError


def _no_table() -> MalformedError:
    return MalformedError(
        "the file is no table that can be read",
        hint="Save it as CSV in UTF-8 with a line of column names, or as Parquet.",
    )


def parse_mapping(untrusted: Sequence[str], kinds: Iterable[str] = KINDS) -> dict[str, list[str]]:
    """``KIND=COLUMN`` as typed; one kind may have several columns, joined by a space."""
    found: dict[str, list[str]] = {}
    known = tuple(kinds)
    for one in untrusted:
        kind, sign, column = one.partition("=")
        if not sign or kind not in known or not column:
            raise UsageError(
                "a column is not mapped as KIND=COLUMN",
                hint=spoken(N_("Kinds are: %(kinds)s."), kinds=", ".join(known)),
            )
        found.setdefault(kind, []).append(column)
    return found
