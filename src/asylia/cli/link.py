"""``asylia link``: which records are one person; only ids of records and clusters leave.

Upholds: names stay in this process, in memory.  Refuses to write over a file, and to run without
the extra ``counting``.
"""

import csv
import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter
from rich.console import Console

from asylia.errors import ConflictError, UnavailableError

app = App(name="link", help="Which records of persons are one person.")


@app.default
def link(
    records: Path,
    /,
    *,
    column: tuple[str, ...] = (),
    distinct_in_list: Annotated[bool, Parameter(negative=())] = False,
    out: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative=())] = False,
) -> None:
    """Link the records in RECORDS, a CSV or Parquet file, without labels.

    Run it on the device of a member who may see these identities. Columns called id, list, name,
    born, age, day, place, region, postcode, latitude, longitude, sex or occupation are used; map
    others with --column KIND=COLUMN. Records that were joined to none are counted apart: many of
    them hold too little to be told from anybody. An example:
    `asylia link records.csv --column name=given --column name=family --out clusters.csv`.

    Parameters
    ----------
    records
        The table: one record a line.
    column
        What a column holds, as KIND=COLUMN; may be given several times.
    distinct_in_list
        Nobody stands twice in one list.
    out
        Where to write the ids of records and clusters, as CSV; it must not be there yet.
    as_json
        Print one JSON object instead of lines.

    """
    if find_spec("splink") is None or find_spec("numba") is None:
        raise UnavailableError(
            "linkage needs packages that are not installed",
            hint="Install them with the extra `counting`: pip install 'asylia[counting]'.",
        )
    from asylia.counts.linking import reading  # noqa: PLC0415
    from asylia.counts.linking.link import link as linked  # noqa: PLC0415

    if out is not None and out.exists():
        raise ConflictError("the file to write is there already", hint="Name another one.")
    table = reading.read(records, reading.parse_mapping(column))
    console = Console(stderr=True, highlight=False)
    with console.status("reading") as shown:
        found = linked(table, distinct_in_list=distinct_in_list, tell=shown.update)
    if out is not None:
        with out.open("x", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "cluster"])
            writer.writerows(zip(found.ids, found.clusters, strict=True))
    report: dict[str, Any] = {
        "records": len(found.ids),
        "pairs_compared": found.pairs,
        "clusters_of_two_or_more": found.persons - found.singletons,
        "records_joined_to_none": found.singletons,
    }
    if as_json:
        print(json.dumps({"linkage": report}))
        return
    for label, number in report.items():
        sys.stdout.write(f"{label.replace('_', ' ')}: {number:,}\n")
