"""``asylia link``: which records are one person; only ids, clusters and counts leave.

Upholds: names stay in this process, in memory; with Spark, numbers of names go to a process beside
it, which writes to memory only; no core file is made.  Refuses to write over a file, and to run
without the extra ``counting``, or ``spark``.  Labels are read before any work begins.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from asylia.cli._language import Language, speaks
from asylia.cli._linkage import begin, settled, show, watched, write_clusters, write_histories

if TYPE_CHECKING:
    from asylia.counts.linking.backend import Backend

app = App(name="link", help="Which records of persons are one person.")


@app.default
@speaks
def link(
    records: Path,
    /,
    *,
    column: tuple[str, ...] = (),
    distinct_in_list: bool = False,
    backend: Literal["duckdb", "spark"] = "duckdb",
    language: Language = "en",
    out: Path | None = None,
    histories: Path | None = None,
    seed: int = 1,
    labels: Path | None = None,
    vault: Path | None = None,
    review: str | None = None,
    passphrase_file: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> None:
    """Link the records in RECORDS, a CSV or Parquet file; no labels are needed.

    Run it on the device of a member who may see these identities. Columns called id, list, name,
    born, age, day, place, region, postcode, latitude, longitude, sex or occupation are used; map
    them with --column KIND=COLUMN if they are called otherwise, and then all of them: no other
    column is read. Records that were joined to none are counted apart: many of
    them hold too little to be told from anybody. An example:
    `asylia link records.csv --column id=number --column name=given --column name=family`.

    Labels, if there are any, say of pairs that they are one person or two. What is decided holds;
    all of them teach the model what each field is worth. They come from a file, or from a review
    of pairs in this device's vault, of which only ids and verdicts are taken.

    Parameters
    ----------
    records
        The table: one record a line.
    column
        What a column holds, as KIND=COLUMN; may be given several times, and then no other is read.
    distinct_in_list
        Nobody stands twice in one list.
    backend
        Where the model runs: duckdb, inside this process; or spark, beside it, which writes to a
        folder in memory and needs Java. Both give the same answer.
    language
        The language of what is shown, and of errors.
    out
        Where to write the ids of records and clusters, as CSV; it must not be there yet.
    histories
        Where to write how many persons are in which lists, as CSV: a table for each of 25
        plausible partitions, for `asylia estimate`; it must not be there yet.
    seed
        The same seed gives the same answer.
    labels
        A CSV with the columns one and other, which are ids, and verdict: same, distinct or
        not_known; a column sure may say how sure it is, above 0.5 and up to 1, which is decided.
    vault
        This device's vault, to take labels from a review that the desk made of the same records.
    review
        The review's name, where the vault has several.
    passphrase_file
        Where the vault's passphrase stands; it is asked for otherwise.
    as_json
        Print one JSON object instead of lines.

    """
    begin(seed, out, histories)
    from asylia.cli._labels import given  # noqa: PLC0415
    from asylia.counts.linking import reading, told  # noqa: PLC0415
    from asylia.counts.linking.link import STAGES  # noqa: PLC0415
    from asylia.counts.linking.link import link as linked  # noqa: PLC0415

    table = reading.read(records, reading.parse_mapping(column))
    known = given(labels, vault, review, passphrase_file)
    if histories is not None:
        told.named(table.lists)  # before the work, not after it
    with watched(language, len(STAGES) + 1) as tell:
        found = linked(
            table, distinct_in_list=distinct_in_list, backend=_backend(backend), posterior=True,
            seed=seed, labels=known, tell=tell,
        )  # fmt: skip
    if out is not None:
        write_clusters(out, found.ids, found.clusters)
    if histories is not None:
        write_histories(histories, told.tables(table.lists, settled(found)))
    show(told.plain(found, language), told.sentences(found), language, seed, as_json=as_json)


def _backend(name: str) -> "Backend":
    if name == "spark":
        from asylia.counts.linking import spark  # noqa: PLC0415

        return spark.local()
    from asylia.counts.linking.duck import DUCKDB  # noqa: PLC0415

    return DUCKDB
