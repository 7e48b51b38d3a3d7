"""What ``asylia link``, ``incidents`` and ``partners`` share: what is written, shown and refused.

Upholds: nothing is written over, and what can't be written is said before the work; of a record
only its id leaves, and with it the cluster.  Refuses to run without the extra ``counting``.
"""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

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
    from asylia.counts.linking.link import Linked
    from asylia.counts.partitions.posterior import Posterior

_NONE = said(N_("none were drawn"))
_SHOWN = {
    "records": N_("records: %(number)s"),
    "pairs_compared": N_("pairs compared: %(number)s"),
    "clusters_of_two_or_more": N_("clusters of two or more: %(number)s"),
    "records_joined_to_none": N_("records joined to none: %(number)s"),
}


def begin(seed: int, out: Path | None, histories: Path | None) -> None:
    """Refuse what can be refused before anything is read; from here on no core file is made."""
    if seed < 0:
        raise UsageError("the seed is no number from 0 up", hint="Use a whole number such as 1.")
    check_installed()
    harden()  # a reader that dies must leave no core file with what it read
    for path in (out, histories):
        if path is not None and path.exists():
            raise ConflictError("the file to write is there already", hint="Name another one.")
        if path is not None and not path.parent.is_dir():
            raise NotFoundError("the folder to write into is not there", hint="Make it first.")
    if out is not None and out == histories:
        raise UsageError("two things can't go into one file", hint="Name two files.")


def write_clusters(path: Path, ids: Iterable[str], clusters: Iterable[int]) -> None:
    """Each record's id and its cluster."""
    with path.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "cluster"])
        writer.writerows(zip(map(harmless, ids), clusters, strict=True))


def show(
    report: Mapping[str, Any],
    sentences: Iterable[Said],
    language: str,
    seed: int,
    *,
    as_json: bool,
) -> None:
    """What was found, as one JSON object or as lines."""
    if as_json:
        print(
            json.dumps({"linkage": report, "language": language, "seed": seed}, ensure_ascii=False)
        )
        return
    counts = (said(one, number=whole(report[name])) for name, one in _SHOWN.items())
    for line in (*counts, *sentences):
        sys.stdout.write(line.within(language) + "\n")


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
