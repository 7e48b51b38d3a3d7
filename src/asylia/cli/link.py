"""``asylia link``: which records are one person; only ids, clusters and counts leave.

Upholds: names stay in this process, in memory; with Spark, numbers of names go to a process beside
it, which writes to memory only; no core file is made.  Refuses to write over a file, and to run
without the extra ``counting``, or ``spark``.  Labels are read before any work begins.
"""

import csv
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from asylia.cli._language import Language, speaks
from asylia.counts.table import COUNT, LINKAGE
from asylia.counts.words import N_, Said, said, spoken, whole
from asylia.errors import (
    ConflictError,
    NotFoundError,
    RefusedError,
    UnavailableError,
    UsageError,
)
from asylia.exchange.formula import harmless
from asylia.vault.process import harden

if TYPE_CHECKING:
    from asylia.counts.histories import Histories
    from asylia.counts.linking.backend import Backend
    from asylia.counts.linking.link import Linked
    from asylia.counts.partitions.posterior import Posterior

app = App(name="link", help="Which records of persons are one person.")
_NONE = said(N_("none were drawn"))
_SHOWN = {
    "records": N_("records: %(number)s"),
    "pairs_compared": N_("pairs compared: %(number)s"),
    "clusters_of_two_or_more": N_("clusters of two or more: %(number)s"),
    "records_joined_to_none": N_("records joined to none: %(number)s"),
}


@app.default
@speaks
def link(
    records: Path,
    /,
    *,
    column: tuple[str, ...] = (),
    distinct_in_list: Annotated[bool, Parameter(negative=())] = False,
    backend: Literal["duckdb", "spark"] = "duckdb",
    language: Language = "en",
    out: Path | None = None,
    histories: Path | None = None,
    seed: int = 1,
    labels: Path | None = None,
    vault: Path | None = None,
    review: str | None = None,
    passphrase_file: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative=())] = False,
) -> None:
    """Link the records in RECORDS, a CSV or Parquet file; no labels are needed.

    Run it on the device of a member who may see these identities. Columns called id, list, name,
    born, age, day, place, region, postcode, latitude, longitude, sex or occupation are used; map
    others with --column KIND=COLUMN. Records that were joined to none are counted apart: many of
    them hold too little to be told from anybody. An example:
    `asylia link records.csv --column name=given --column name=family --out clusters.csv`.

    Labels, if there are any, say of pairs that they are one person or two. What is decided holds;
    all of them teach the model what each field is worth. They come from a file, or from a review
    of pairs in this device's vault, of which only ids and verdicts are taken.

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
    if seed < 0:
        raise UsageError("the seed is no number from 0 up", hint="Use a whole number such as 1.")
    check_installed()
    harden()  # a reader that dies must leave no core file with what it read
    from asylia.cli._labels import given  # noqa: PLC0415
    from asylia.counts.linking import reading, told  # noqa: PLC0415
    from asylia.counts.linking.link import STAGES  # noqa: PLC0415
    from asylia.counts.linking.link import link as linked  # noqa: PLC0415

    for path in (out, histories):
        if path is not None and path.exists():
            raise ConflictError("the file to write is there already", hint="Name another one.")
        if path is not None and not path.parent.is_dir():
            raise NotFoundError("the folder to write into is not there", hint="Make it first.")
    if out is not None and out == histories:
        raise UsageError("two things can't go into one file", hint="Name two files.")
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
        with out.open("x", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "cluster"])
            writer.writerows(zip(map(harmless, found.ids), found.clusters, strict=True))
    if histories is not None:
        write_histories(histories, told.tables(table.lists, settled(found)))
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


def settled(found: "Linked") -> "Posterior":
    """Its plausible partitions; ``RefusedError`` where there are none."""
    if found.plausible is None or found.plausible.refused:
        why = found.plausible.refused if found.plausible else None
        raise RefusedError(
            spoken(N_("no plausible partitions to write: %(why)s"), why=why or _NONE),
            hint="Link more fields, or fewer records.",
        )
    return found.plausible


def check_installed() -> None:
    """``UnavailableError`` where the extra ``counting`` is not there."""
    if find_spec("splink") is None or find_spec("numba") is None:
        raise UnavailableError(
            "linkage needs packages that are not installed",
            hint="Install them with the extra `counting`: pip install 'asylia[counting]'.",
        )


def write_histories(path: Path, tables: "Sequence[Histories]") -> None:
    """A table of counts for each plausible partition, as `asylia estimate` reads it."""
    with path.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([LINKAGE, *map(harmless, tables[0].lists), COUNT])
        for at, one in enumerate(tables, 1):
            for pattern, many in sorted(one.patterns.items()):
                writer.writerow([f"partition {at}", *map(int, pattern), many])


def _backend(name: str) -> "Backend":
    if name == "spark":
        from asylia.counts.linking import spark  # noqa: PLC0415

        return spark.local()
    from asylia.counts.linking.duck import DUCKDB  # noqa: PLC0415

    return DUCKDB


@contextmanager
def watched(language: str, stages: int) -> Iterator[Callable[[Said], None]]:
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _said: None
        return
    # A stage does not know how far it is: the spinner says that it works.
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task("", total=stages)
        begun = -1

        def tell(stage: Said) -> None:
            nonlocal begun
            begun += 1
            text = f"{begun + 1}/{stages} {stage.within(language)}"
            bars.update(bar, description=text, completed=begun)

        yield tell
