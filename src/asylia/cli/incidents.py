"""``asylia incidents``: which records tell of one incident; ids, clusters and counts come out.

Upholds: it asks nothing about persons, and takes no column that names one.  Refuses to write over a
file, and to run without the extra ``counting``.
"""

import csv
import json
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from asylia.cli._language import Language, speaks
from asylia.cli.link import check_installed, settled, write_histories
from asylia.counts.words import N_, said, whole
from asylia.errors import ConflictError, NotFoundError, UsageError
from asylia.exchange.formula import harmless
from asylia.vault.process import harden

app = App(name="incidents", help="Which records tell of one incident.")
_SHOWN = {
    "records": N_("records: %(number)s"),
    "pairs_compared": N_("pairs compared: %(number)s"),
    "clusters_of_two_or_more": N_("clusters of two or more: %(number)s"),
    "records_joined_to_none": N_("records joined to none: %(number)s"),
}


@app.default
@speaks
def incidents(
    records: Path,
    /,
    *,
    column: tuple[str, ...] = (),
    distinct_in_list: Annotated[bool, Parameter(negative=())] = False,
    language: Language = "en",
    out: Path | None = None,
    histories: Path | None = None,
    seed: int = 1,
    as_json: Annotated[bool, Parameter(name="--json", negative=())] = False,
) -> None:
    """Link the records of incidents in RECORDS, a CSV or Parquet file; no labels are needed.

    Several sources tell of one raid: on another day, of the district alone, with another number of
    victims. Columns called id, list, day, place, region, latitude, longitude, act, victims or unit
    are used; map others with --column KIND=COLUMN. A name of a person is no such column.

    Parameters
    ----------
    records
        The table: one record a line.
    column
        What a column holds, as KIND=COLUMN; may be given several times.
    distinct_in_list
        No list tells of an incident twice.
    language
        The language of what is shown.
    out
        Where to write the ids of records and clusters, as CSV; it must not be there yet.
    histories
        Where to write how many incidents are in which lists, as CSV: a table for each of 25
        plausible partitions, for `asylia estimate`; it must not be there yet.
    seed
        The same seed gives the same answer.
    as_json
        Print one JSON object instead of lines.

    """
    if seed < 0:
        raise UsageError("the seed is no number from 0 up", hint="Use a whole number such as 1.")
    check_installed()
    harden()  # a reader that dies must leave no core file with what it read
    from asylia.counts.incidents import link, table, told  # noqa: PLC0415
    from asylia.counts.linking import reading  # noqa: PLC0415
    from asylia.counts.linking import told as linkage  # noqa: PLC0415

    for path in (out, histories):
        if path is not None and path.exists():
            raise ConflictError("the file to write is there already", hint="Name another one.")
        if path is not None and not path.parent.is_dir():
            raise NotFoundError("the folder to write into is not there", hint="Make it first.")
    if out is not None and out == histories:
        raise UsageError("two things can't go into one file", hint="Name two files.")
    given = table.read(records, reading.parse_mapping(column, table.KINDS))
    if histories is not None:
        linkage.named(given.lists)  # before the work, not after it
    found = link.link(given, distinct_in_list=distinct_in_list, seed=seed)
    if out is not None:
        with out.open("x", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "cluster"])
            writer.writerows(zip(map(harmless, found.ids), found.clusters, strict=True))
    if histories is not None:
        write_histories(histories, linkage.tables(given.lists, settled(found)))
    report = told.plain(found, language)
    if as_json:
        print(
            json.dumps({"linkage": report, "language": language, "seed": seed}, ensure_ascii=False)
        )
        return
    for name, sentence in _SHOWN.items():
        line = said(sentence, number=whole(report[name])).within(language)
        sys.stdout.write(line + "\n")
    for one in told.sentences(found):
        sys.stdout.write(one.within(language) + "\n")
