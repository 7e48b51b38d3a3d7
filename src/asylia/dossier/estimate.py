"""An estimate chosen for a dossier: the file, its plots, and whom the counts rest on.

Upholds: what is kept is one table with at least three models' answers or refusals; whatever the
recipient's own checker would refuse of it is refused here, by that checker.  Refuses: fewer than
three models, a table that is too long, a file that says for itself that the record's consents cover
it.  Format: ``spec/estimate.md``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from asylia.counts.estimate import FEWEST_ESTIMATORS
from asylia.counts.histories import Histories
from asylia.counts.table import can_be_a_list
from asylia.dossier.estimate_formats import (
    LIST_NAME,
    MOST_PATTERNS,
    PLOTS,
    Counted,
    EstimateFile,
    PatternCount,
    Spoken,
)
from asylia.errors import MalformedError, RefusedError
from asylia.given import read_given
from asylia.wire import LIMIT, decode
from asylia_verify.drawing import MOST_BYTES
from asylia_verify.errors import WrongError
from asylia_verify.estimates import check_estimates

FOLDER = "data/estimates"
FILE, TABLE = "estimate.json", "counts.csv"
MOST = 8  # in one bundle
FEWEST_IN_A_CELL = 10  # persons of one pattern in what is public


@dataclass(frozen=True)
class About:
    """What a table says nothing of: of whom it is, as of which day, on what basis they count."""

    title: str
    as_of: str
    counted: Counted
    claims: tuple[str, ...] = ()  # of the record, where its own lists are counted


@dataclass(frozen=True)
class Kept:
    """One estimate: the bytes of its file and of its plots; ``claims``: ids that it counts."""

    content: bytes = field(repr=False)
    plots: Mapping[str, bytes] = field(repr=False)
    claims: tuple[str, ...] = ()

    @cached_property
    def said(self) -> EstimateFile:
        """The file, parsed and held against itself."""
        return read_file(self.content, self.plots)

    @property
    def digest(self) -> bytes:
        """Names exactly this file, and so its plots."""
        return sha256(self.content).digest()

    @property
    def told(self) -> tuple[str, ...]:
        """Every text in it: the title, the lists, what is assumed, why models refuse."""
        return tuple(dict.fromkeys(_texts(self.said)))

    def in_lists(self, row: PatternCount) -> tuple[str, ...]:
        """The names of the lists that a row's persons stand in."""
        pairs = zip(self.said.lists, row.lists, strict=True)
        return tuple(name for name, bit in pairs if bit == "1")

    def files(self, number: int) -> dict[str, bytes]:
        """As they lie in a bundle."""
        return {f"{FOLDER}/{number}/{name}": one for name, one in self.folder().items()}

    def folder(self) -> dict[str, bytes]:
        """By the names that they have in a folder of their own."""
        plots = {f"{name}.svg": svg for name, svg in self.plots.items()}
        return {FILE: self.content, TABLE: table_of(self.said), **plots}


def _texts(said: EstimateFile) -> Iterator[str]:
    yield from (said.title, *said.lists, said.software)
    rows = (one.answers for of in (said.known, said.left_out, said.missed) for one in of)
    answers: tuple[Spoken, ...] = (*said.models, *(one for row in rows for one in row))
    for refusal in (said.refused, *(one.refused for one in answers)):
        for told in (refusal.why, refusal.helps) if refusal else ():
            yield from (told.en, told.ru) if told else ()
    for model in said.models:
        for assumed in model.assumptions:
            yield from (assumed.en, assumed.ru)


def histories_of(said: EstimateFile) -> Histories:
    """The table, its patterns in their order."""
    rows = {tuple(bit == "1" for bit in one.lists): one.count for one in said.patterns}
    return Histories(said.lists, rows)


def table_of(said: EstimateFile) -> bytes:
    """The table as ``asylia estimate`` reads it: every name in quotes, lines end in a line feed."""
    names = (f'"{name.replace(chr(34), chr(34) * 2)}"' for name in said.lists)
    rows = (f"{','.join(one.lists)},{one.count}" for one in said.patterns)
    return "\n".join([",".join([*names, "count"]), *rows, ""]).encode()


def read_file(untrusted: bytes, plots: Mapping[str, bytes]) -> EstimateFile:
    """Parse a file; ``MalformedError`` where it, or a plot, is not what a recipient would pass."""
    said = decode(untrusted, EstimateFile)
    drawn = {f"{name}.svg": svg for name, svg in plots.items()}
    files = {FILE: untrusted, TABLE: table_of(said), **drawn}
    try:
        check_estimates({f"{FOLDER}/1/{name}": content for name, content in files.items()})
    except WrongError as error:
        raise MalformedError(f"the estimate can't be used: it {error.message}") from None
    return said


def read_folder(folder: Path) -> Kept:
    """What ``asylia estimate --keep`` wrote; whoever handed it over is not believed."""
    content = read_given(folder / FILE, what="the estimate", most=LIMIT)
    named: set[str] = {one.name for one in decode(content, EstimateFile).plots}
    plots = {
        name: read_given(folder / f"{name}.svg", what="a plot of the estimate", most=MOST_BYTES)
        for name in PLOTS
        if name in named
    }
    found = Kept(content, plots)
    if found.said.counted == "record":
        raise RefusedError(
            "a file can't say for itself that the record's consents let these be counted",
            hint="Make the estimate at the desk, from the record's own lists.",
        )
    return found


def check_to_keep(histories: Histories, models: int) -> None:
    """``RefusedError`` where the answers at hand are no estimate that a bundle could carry."""
    if models < FEWEST_ESTIMATORS:
        raise RefusedError(
            "an estimate leaves with at least three models side by side, and fewer were run",
            hint="Estimate once more with all models.",
        )
    if not all(re.match(LIST_NAME, name) for name in histories.lists):
        raise RefusedError(
            "a list's name begins with a sign that a spreadsheet takes for a formula",
            hint="Rename the list in the table.",
        )
    if not all(map(can_be_a_list, histories.lists)):
        raise RefusedError(
            "a list has a name that no table of counts can have, so that nobody could read it "
            "again",
            hint="Use up to 100 letters, none of them unseen; no list is called count, linkage or "
            "stratum.",
        )
    if len(histories.patterns) > MOST_PATTERNS:
        raise RefusedError(
            "a bundle carries no table of more than 2,000 patterns",
            hint="Pool lists that are alike.",
        )


def small_cells(said: EstimateFile) -> int:
    """How many patterns are of so few persons that they are kept out of what is public."""
    return sum(one.count < FEWEST_IN_A_CELL for one in said.patterns)
