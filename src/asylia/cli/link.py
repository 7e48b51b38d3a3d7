"""``asylia link``: which records are one person; only ids of records and clusters leave.

Upholds: names stay in this process, in memory; with Spark, numbers of names go to a process beside
it, which writes to memory only.  Refuses to write over a file, and to run without the extra
``counting``, or ``spark``.
"""

import csv
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from asylia.counts.words import N_, Said, said
from asylia.errors import ConflictError, UnavailableError

if TYPE_CHECKING:
    from asylia.counts.linking.backend import Backend

app = App(name="link", help="Which records of persons are one person.")
Language = Literal["en", "ru"]
_SHOWN = {
    "records": N_("records: %(number)s"),
    "pairs_compared": N_("pairs compared: %(number)s"),
    "clusters_of_two_or_more": N_("clusters of two or more: %(number)s"),
    "records_joined_to_none": N_("records joined to none: %(number)s"),
}


@app.default
def link(
    records: Path,
    /,
    *,
    column: tuple[str, ...] = (),
    distinct_in_list: Annotated[bool, Parameter(negative=())] = False,
    backend: Literal["duckdb", "spark"] = "duckdb",
    language: Language = "en",
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
    backend
        Where the model runs: duckdb, inside this process; or spark, beside it, which writes to a
        folder in memory and needs Java. Both give the same answer.
    language
        The language of what is shown.
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
    from asylia.counts.linking.link import STAGES  # noqa: PLC0415
    from asylia.counts.linking.link import link as linked  # noqa: PLC0415

    if out is not None and out.exists():
        raise ConflictError("the file to write is there already", hint="Name another one.")
    table = reading.read(records, reading.parse_mapping(column))
    with _watched(language, len(STAGES)) as tell:
        found = linked(
            table, distinct_in_list=distinct_in_list, backend=_backend(backend), tell=tell
        )
    if out is not None:
        with out.open("x", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "cluster"])
            writer.writerows(zip(found.ids, found.clusters, strict=True))
    report = {
        "records": len(found.ids),
        "pairs_compared": found.pairs,
        "clusters_of_two_or_more": found.persons - found.singletons,
        "records_joined_to_none": found.singletons,
    }
    if as_json:
        print(json.dumps({"linkage": report}))
        return
    for name, number in report.items():
        line = said(_SHOWN[name], number=f"{number:,}").within(language)
        sys.stdout.write(line + "\n")


def _backend(name: str) -> "Backend":
    if name == "spark":
        from asylia.counts.linking import spark  # noqa: PLC0415

        return spark.local()
    from asylia.counts.linking.duck import DUCKDB  # noqa: PLC0415

    return DUCKDB


@contextmanager
def _watched(language: str, stages: int) -> Iterator[Callable[[Said], None]]:
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _said: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task("", total=stages)
        begun = -1

        def tell(stage: Said) -> None:
            nonlocal begun
            begun += 1
            bars.update(bar, description=stage.within(language), completed=begun)

        yield tell
