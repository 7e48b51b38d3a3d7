"""``asylia incidents``: which records tell of one incident; ids, clusters and counts come out.

Upholds: it asks nothing about persons, and takes no column that names one.  Refuses to write over a
file, and to run without the extra ``counting``.
"""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from asylia.cli._language import Language, speaks
from asylia.cli._linkage import begin, settled, show, watched, write_clusters, write_histories

app = App(name="incidents", help="Which records tell of one incident.")


@app.default
@speaks
def incidents(
    records: Path,
    /,
    *,
    column: tuple[str, ...] = (),
    distinct_in_list: bool = False,
    language: Language = "en",
    out: Path | None = None,
    histories: Path | None = None,
    seed: int = 1,
    labels: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> None:
    """Link the records of incidents in RECORDS, a CSV or Parquet file; no labels are needed.

    Several sources tell of one raid: on another day, of the district alone, with another number of
    victims. Columns called id, list, day, place, region, latitude, longitude, act, victims or unit
    are used; map them with --column KIND=COLUMN if they are called otherwise, and then all of them:
    no other column is read. A name of a person is no such column.

    Labels, if there are any, say of pairs that they tell of one incident or of two. What is decided
    holds; a label that is less than sure is counted, and does nothing.

    Parameters
    ----------
    records
        The table: one record a line.
    column
        What a column holds, as KIND=COLUMN; may be given several times, and then no other is read.
    distinct_in_list
        No list tells of an incident twice.
    language
        The language of what is shown, and of errors.
    out
        Where to write the ids of records and clusters, as CSV; it must not be there yet.
    histories
        Where to write how many incidents are in which lists, as CSV: a table for each of 25
        plausible partitions, for `asylia estimate`; it must not be there yet.
    seed
        The same seed gives the same answer.
    labels
        A CSV with the columns one and other, which are ids, and verdict: same, distinct or
        not_known; a column sure may say how sure it is, above 0.5 and up to 1, which is decided.
    as_json
        Print one JSON object instead of lines.

    """
    begin(seed, out, histories)
    from asylia.counts.incidents import link, table, told  # noqa: PLC0415
    from asylia.counts.linking import labels_reading, reading  # noqa: PLC0415
    from asylia.counts.linking import told as linkage  # noqa: PLC0415

    given = table.read(records, reading.parse_mapping(column, table.KINDS))
    known = () if labels is None else labels_reading.read(labels)
    if histories is not None:
        linkage.named(given.lists)  # before the work, not after it
    with watched(language, len(link.STAGES)) as tell:
        found = link.link(
            given, distinct_in_list=distinct_in_list, seed=seed, labels=known, tell=tell
        )
    if out is not None:
        write_clusters(out, found.ids, found.clusters)
    if histories is not None:
        write_histories(histories, linkage.tables(given.lists, settled(found)))
    show(told.plain(found, language), told.sentences(found), language, seed, as_json=as_json)
