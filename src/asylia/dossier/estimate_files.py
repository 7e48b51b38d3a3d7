"""Files of an estimate, of one table or of several: parsing, their tables, every text in them.

Upholds: both kinds are asked the same way, so that whoever shows, looks at or lets out an estimate
needs not know which it is; the table beside a file follows from it, byte for byte.  Refuses
nothing beyond the formats: ``estimate.read_file`` does.  Format: ``spec/estimate.md``.
"""

from collections.abc import Iterable, Iterator, Mapping

from asylia.counts.histories import Histories
from asylia.dossier.estimate_formats import (
    EstimateFile,
    PatternCount,
    SeveralFile,
    Spoken,
    Told,
)
from asylia.wire import decode

FILE, SEVERAL_FILE, TABLE = "estimate.json", "several.json", "counts.csv"
_FOLDERS = {FILE: "data/estimates", SEVERAL_FILE: "data/several"}
FEWEST_IN_A_CELL = 10  # persons of one pattern in what is public
Said = EstimateFile | SeveralFile
Rows = tuple[PatternCount, ...]


def parse(untrusted: bytes) -> Said:
    """The file, of either kind; ``MalformedError`` where it is of none."""
    if untrusted.startswith(SeveralFile.LABEL.encode() + b"\n"):
        return decode(untrusted, SeveralFile)
    return decode(untrusted, EstimateFile)


def file_of(said: Said) -> str:
    """What the file is called."""
    return SEVERAL_FILE if isinstance(said, SeveralFile) else FILE


def folder_of(said: Said) -> str:
    """The folder of a bundle that holds those of its kind, each in a numbered one."""
    return _FOLDERS[file_of(said)]


def numbered(estimates: Iterable[Said]) -> Iterator[int]:
    """Which of its kind each is, from 1."""
    counted: dict[str, int] = {}
    for one in estimates:
        kind = folder_of(one)
        counted[kind] = counted.get(kind, 0) + 1
        yield counted[kind]


def tables_of(said: Said) -> Mapping[str, Rows]:
    """The rows of each table by its name; of one table under the name ""."""
    if isinstance(said, SeveralFile):
        return {one.name: one.patterns for one in said.tables}
    return {"": said.patterns}


def histories_of(said: Said) -> Mapping[str, Histories]:
    """The same tables, patterns in their order."""
    return {
        name: Histories(
            said.lists, {tuple(bit == "1" for bit in one.lists): one.count for one in rows}
        )
        for name, rows in tables_of(said).items()
    }


def table_of(said: Said) -> bytes:
    """As ``asylia estimate`` reads it: every name in quotes, lines end in a line feed."""
    by = [said.by] if isinstance(said, SeveralFile) else []
    lines = [",".join([*by, *map(_quoted, said.lists), "count"])]
    for name, rows in tables_of(said).items():
        before = [_quoted(name)] if by else []
        lines += (",".join([*before, *one.lists, str(one.count)]) for one in rows)
    return "\n".join([*lines, ""]).encode()


def names_in(said: Said) -> tuple[str, ...]:
    """What whoever made the tables called things: the title, lists, strata or linkages."""
    return (said.title, *said.lists, *(name for name in tables_of(said) if name))


def texts_in(said: Said) -> tuple[str, ...]:
    """Every text in it: names, what is assumed, why models refuse."""
    return tuple(dict.fromkeys((*names_in(said), said.software, *_sentences(said))))


def small_cells(said: Said) -> int:
    """How many rows are of so few persons that they are kept out of what is public."""
    return sum(one.count < FEWEST_IN_A_CELL for rows in tables_of(said).values() for one in rows)


def _sentences(said: Said) -> Iterator[str]:
    answers: list[Spoken] = [*said.models]
    if isinstance(said, SeveralFile):
        answers += [each for one in said.tables for each in one.answers]
    else:
        for beside in (said.known, said.left_out, said.missed):
            answers += [each for one in beside for each in one.answers]
    told: list[Told | None] = []
    for refusal in (said.refused, *(one.refused for one in answers)):
        told += (refusal.why, refusal.helps) if refusal else ()
    for model in said.models:
        told += model.assumptions
    for one in told:
        yield from (one.en, one.ru) if one else ()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
