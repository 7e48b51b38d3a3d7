"""What is linked: a table of records, each column of a known kind.

Upholds: ids are there and differ; at least a name is given; every cell is a text, and an age is one
that a person can have.  Refuses columns of an unknown kind, so that nothing identifying goes along
unseen, and more records than one machine links; a message never quotes a cell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from asylia.counts.words import N_, spoken, whole
from asylia.errors import MalformedError

MOST_RECORDS = 2_000_000
_OLDEST = 130  # years
# Kinds of columns, as a mapping names them; ``name`` and its like may stand several times.
KINDS = {
    "id": "names a record; only it and its cluster leave",
    "list": "which list a record comes from",
    "name": "a name, or a part of one",
    "born": "when somebody was born",
    "age": "how old somebody was on the day",
    "day": "when it happened",
    "place": "a place by its name, the finest",
    "region": "what the place lies in",
    "postcode": "a code whose beginning is the coarser area",
    "latitude": "of the place, in degrees",
    "longitude": "of the place, in degrees",
    "sex": "as the list has it",
    "occupation": "what somebody did",
}


@dataclass(frozen=True)
class Records:
    """Columns by kind, each a text for every record, empty where missing."""

    ids: Sequence[str]
    columns: Mapping[str, Sequence[str]]
    lists: Sequence[str] = field(default=())

    def __post_init__(self) -> None:
        size = len(self.ids)
        if size > MOST_RECORDS:
            raise too_many()
        columns = [self.ids, self.lists, *self.columns.values()]
        if any(not isinstance(cell, str) for column in columns for cell in column):
            raise MalformedError(
                "a cell holds something other than text",
                hint="Turn numbers and dates into text, and what is missing into an empty text.",
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
        if "name" not in self.columns:
            raise MalformedError(
                "records have no name",
                hint="Call that column name, or write --column name=COLUMN.",
            )
        if any(len(column) != size for column in [*self.columns.values(), self.lists or self.ids]):
            raise MalformedError("columns differ in length")
        if wrong := sum(not _is_age(one) for one in self.columns.get("age", ())):
            raise MalformedError(
                spoken(
                    N_("ages that are no number from 0 to %(oldest)s: %(many)s"),
                    oldest=_OLDEST,
                    many=whole(wrong),
                ),
                hint="Correct them, or leave them empty where they are not known.",
            )

    def __len__(self) -> int:
        return len(self.ids)

    def column(self, kind: str) -> Sequence[str] | None:
        """The column of a kind, or None where the table has none or nothing in it."""
        found = self.columns.get(kind)
        return found if found is not None and any(found) else None


def too_many() -> MalformedError:
    """What is said of more records than one machine links."""
    return MalformedError(
        spoken(N_("there are over %(most)s records"), most=whole(MOST_RECORDS)),
        hint="Link them in parts, such as by region; nobody is found across parts.",
    )


def _is_age(text: str) -> bool:
    if not text.strip():
        return True
    try:
        return 0 <= float(text) <= _OLDEST
    except ValueError:
        return False
