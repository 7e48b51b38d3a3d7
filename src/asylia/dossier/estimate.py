"""An estimate chosen for a dossier: the file, its plots, and whom the counts rest on.

Upholds: what is kept is one table, or several, with at least three models' answers or refusals;
whatever the recipient's own checker would refuse of it is refused here, by that checker.  Refuses:
fewer than three models, a table that is too long, a file that says for itself that the record's
consents cover it.  Format: ``spec/estimate.md``.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from asylia.counts.estimate import FEWEST_ESTIMATORS
from asylia.counts.histories import Histories
from asylia.counts.table import can_be_a_list
from asylia.dossier.estimate_files import (
    FILE,
    SEVERAL_FILE,
    TABLE,
    Said,
    file_of,
    folder_of,
    numbered,
    parse,
    table_of,
    tables_of,
    texts_in,
)
from asylia.dossier.estimate_formats import (
    LIST_NAME,
    MOST_PATTERNS,
    MOST_PATTERNS_IN_ALL,
    MOST_TABLES,
    PLOTS,
    Counted,
    PatternCount,
    SeveralFile,
)
from asylia.errors import MalformedError, RefusedError
from asylia.given import read_given
from asylia.wire import LIMIT
from asylia_verify.drawing import MOST_BYTES
from asylia_verify.errors import WrongError
from asylia_verify.estimates import check_estimates
from asylia_verify.several import check_several

MOST = 8  # in one bundle


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
    def said(self) -> Said:
        """The file, parsed and held against itself."""
        return read_file(self.content, self.plots)

    @property
    def digest(self) -> bytes:
        """Names exactly this file, and so its plots."""
        return sha256(self.content).digest()

    @property
    def told(self) -> tuple[str, ...]:
        """Every text in it: the title, the lists, what is assumed, why models refuse."""
        return texts_in(self.said)

    @property
    def tables(self) -> Mapping[str, tuple[PatternCount, ...]]:
        """The rows of each table, by the name of its stratum or linkage; of one table by ""."""
        return tables_of(self.said)

    def in_lists(self, row: PatternCount) -> tuple[str, ...]:
        """The names of the lists that a row's persons stand in."""
        pairs = zip(self.said.lists, row.lists, strict=True)
        return tuple(name for name, bit in pairs if bit == "1")

    def files(self, number: int) -> dict[str, bytes]:
        """As they lie in a bundle, where it is of this number among those of its kind."""
        where = f"{folder_of(self.said)}/{number}"
        return {f"{where}/{name}": one for name, one in self.folder().items()}

    def folder(self) -> dict[str, bytes]:
        """By the names that they have in a folder of their own."""
        plots = {f"{name}.svg": svg for name, svg in self.plots.items()}
        return {file_of(self.said): self.content, TABLE: table_of(self.said), **plots}


def files_of(estimates: Iterable[Kept]) -> dict[str, bytes]:
    """All of them as they lie in a bundle."""
    kept = tuple(estimates)
    found: dict[str, bytes] = {}
    for one, number in zip(kept, numbered(each.said for each in kept), strict=True):
        found |= one.files(number)
    return found


def read_file(untrusted: bytes, plots: Mapping[str, bytes]) -> Said:
    """Parse a file; ``MalformedError`` where it, or a plot, is not what a recipient would pass."""
    said = parse(untrusted)
    drawn = {f"{name}.svg": svg for name, svg in plots.items()}
    files = {file_of(said): untrusted, TABLE: table_of(said), **drawn}
    where = f"{folder_of(said)}/1"
    check = check_several if isinstance(said, SeveralFile) else check_estimates
    try:
        check({f"{where}/{name}": content for name, content in files.items()})
    except WrongError as error:
        why = f"{error.told.english} · {error.told.russian}"
        raise MalformedError(f"the estimate can't be used: it {why}") from None
    return said


def read_folder(folder: Path) -> Kept:
    """What ``asylia estimate --keep`` wrote; whoever handed it over is not believed."""
    name = SEVERAL_FILE if (folder / SEVERAL_FILE).exists() else FILE
    content = read_given(folder / name, what="the estimate", most=LIMIT)
    named: set[str] = {one.name for one in parse(content).plots}
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


def check_to_keep(tables: Mapping[str, Histories], models: int) -> None:
    """``RefusedError`` where the answers at hand are no estimate that a bundle could carry."""
    if models < FEWEST_ESTIMATORS:
        raise RefusedError(
            "an estimate leaves with at least three models side by side, and fewer were run",
            hint="Estimate once more with all models.",
        )
    lists = {name for one in tables.values() for name in one.lists}
    named = [name for name in tables if name]  # strata or linkages
    if not all(re.match(LIST_NAME, name) for name in (*lists, *named)):
        raise RefusedError(
            "a list's name, or that of a stratum or linkage, begins with a sign that a spreadsheet "
            "takes for a formula",
            hint="Rename it in the table.",
        )
    if not all(map(can_be_a_list, lists)):
        raise RefusedError(
            "a list has a name that no table of counts can have, so that nobody could read it "
            "again",
            hint="Use up to 100 letters, none of them unseen; no list is called count, linkage or "
            "stratum.",
        )
    if len(tables) > MOST_TABLES:
        raise RefusedError(
            "a bundle carries no more than 100 strata or linkages",
            hint="Estimate strata that are alike as one; of linkages, take 100 at random.",
        )
    rows = [len(one.patterns) for one in tables.values()]
    if max(rows) > MOST_PATTERNS or sum(rows) > MOST_PATTERNS_IN_ALL:
        raise RefusedError(
            "a bundle carries no table of more than 2,000 patterns, nor 10,000 in all",
            hint="Pool lists that are alike.",
        )
