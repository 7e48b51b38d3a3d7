"""What is linked: a table of records of incidents, each column of a known kind.

Upholds: ids are there and differ; every record may lack anything but an id; some record has a
day.  Refuses columns of an unknown kind, names of persons among them: who was there is another
question.  A message never quotes a cell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from asylia.counts.words import N_, spoken, whole
from asylia.errors import MalformedError

MOST_RECORDS = 20_000
KINDS = {
    "id": "names a record; only it and its cluster leave",
    "list": "which list a record comes from",
    "day": "when it happened, as exactly as is known",
    "place": "a place by its name, the finest",
    "region": "what the place lies in",
    "latitude": "of the place, in degrees",
    "longitude": "of the place, in degrees",
    "act": "which kind of act it was, in the list's own terms",
    "victims": "how many persons it hit: 3, 3-5, more than 100, about 60",
    "unit": "who did it, as the list has it",
}


@dataclass(frozen=True)
class Incidents:
    """Columns by kind, each a text for every record, empty where missing."""

    ids: Sequence[str]
    columns: Mapping[str, Sequence[str]]
    lists: Sequence[str] = field(default=())

    def __post_init__(self) -> None:
        size = len(self.ids)
        if size > MOST_RECORDS:
            raise MalformedError(
                spoken(N_("there are over %(most)s records"), most=whole(MOST_RECORDS)),
                hint="Link them in parts, such as by region; none is found across parts.",
            )
        if len(set(self.ids)) != size or "" in self.ids:
            raise MalformedError(
                "ids of records are missing or stand twice",
                hint="Give each an id in a column called id, or write --column id=COLUMN.",
            )
        if unknown := set(self.columns) - set(KINDS):
            raise MalformedError(
                spoken(N_("columns of a kind that linkage has not: %(many)s"), many=len(unknown))
            )
        if not self.column("day"):
            raise MalformedError(
                "no record says when it happened, and nothing can be linked without days",
                hint="Call that column day, or write --column day=COLUMN.",
            )
        if any(len(column) != size for column in [*self.columns.values(), self.lists or self.ids]):
            raise MalformedError("columns differ in length")

    def __len__(self) -> int:
        return len(self.ids)

    def column(self, kind: str) -> Sequence[str] | None:
        """The column of a kind, or None where the table has none or nothing in it."""
        found = self.columns.get(kind)
        return found if found is not None and any(found) else None


def read(path: Path, mapping: Mapping[str, Sequence[str]]) -> Incidents:
    """Records of one file; without a mapping, the columns that bear a kind's name."""
    from asylia.counts.linking.reading import texts  # noqa: PLC0415  # needs the extra `counting`

    columns, many = texts(path, mapping, KINDS)
    ids = columns.pop("id", None) or [str(at + 1) for at in range(many)]
    return Incidents(ids, columns, columns.pop("list", ()))
