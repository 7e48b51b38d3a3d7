"""Contents by id, read from the record's table one by one, or some in one go: a page needs few.

Upholds: of one id the first in the order of the record that was not taken back with its import, as
in ``reading.Record``; each is read once.
"""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from msgspec import json

from asylia.errors import NotFoundError
from asylia.record.contents import Claim, Content, Translation, decode_content
from asylia.record.reading import IMPORTABLE, Entered
from asylia.values import Day, DeviceId, RecordId
from asylia.vault.projection import Connection

K = TypeVar("K", bound=Content)
_LABELS = ", ".join(f"'{kind.LABEL}'" for kind in IMPORTABLE)
# Of ``record_content c``: whether this content was taken back with its import.
UNDONE = (
    "(EXISTS (SELECT 1 FROM views_undone u WHERE u.of = c.id AND u.record = c.record) "  # noqa: S608 - ours
    f"AND c.label IN ({_LABELS}))"
)
Row = tuple[bytes, int, bytes, bytes]  # content, day, author, record
_ONE = (
    "SELECT content, entered_on, author, record FROM record_content c WHERE id = ? "  # noqa: S608
    f"ORDER BY {UNDONE}, entered_on, author, compartment, sequence LIMIT 1"
)
_MANY = (
    "SELECT content, entered_on, author, record FROM record_content c "  # noqa: S608 - ours
    "WHERE id IN (SELECT value FROM json_each(?)) "
    f"ORDER BY {UNDONE}, entered_on, author, compartment, sequence"
)
_KIND = (
    f"SELECT content, {UNDONE} FROM record_content c WHERE label = ? "  # noqa: S608 - ours
    "ORDER BY 2, entered_on, author, compartment, sequence"
)
_GONE = (
    "SELECT of FROM views_undo UNION SELECT u.of FROM views_undone u WHERE NOT EXISTS "  # noqa: S608
    f"(SELECT 1 FROM record_content c WHERE c.id = u.of AND NOT {UNDONE})"
)
_READABLE = (Claim, Translation)


class Known(Protocol):
    """Whatever finds a content by its id."""

    def find(self, content_id: str, /) -> Content | None:
        """The content under an id, if there is one."""


class Shelf:
    """Finds contents by id and by kind; good for one page, since nothing tells it of new ones."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._read: dict[str, Entered | None] = {}

    def find(self, content_id: str) -> Content | None:
        """The content under an id, if there is one."""
        found = self._entered(content_id)
        return found.content if found else None

    def get(self, content_id: str, kind: type[K]) -> K:
        """The content of that kind under an id; ``NotFoundError`` if there is none."""
        found = self.find(content_id)
        if not isinstance(found, kind):
            raise NotFoundError(f"the record has no {kind.__name__.lower()} under that id")
        return found

    def entry(self, content_id: str) -> Entered:
        """The content under an id with its day and device; ``NotFoundError`` if there is none."""
        found = self._entered(content_id)
        if found is None:
            raise NotFoundError("the record has nothing under that id")
        return found

    def bring(self, content_ids: Iterable[str]) -> None:
        """Read these in one go, so that finding them asks for nothing more."""
        wanted = sorted({one for one in content_ids if one and one not in self._read})
        if not wanted:
            return
        asked = (json.encode(wanted).decode(),)
        found: dict[str, Entered | None] = dict.fromkeys(wanted)
        for row in self._connection.execute(_MANY, asked).fetchall():
            one = _entered(row)
            if one is not None and found[one.content.id] is None:
                found[one.content.id] = one
        self._read |= found

    def all(self, kind: type[K]) -> tuple[K, ...]:
        """Every content of a kind, the first of each id that stands, in the order of the record.

        Claims and translations that were taken back with their import come last.
        """
        out: dict[str, K] = {}
        for blob, is_undone in self._connection.execute(_KIND, (kind.LABEL,)):
            content = decode_content(blob)
            if isinstance(content, kind) and not (is_undone and not isinstance(content, _READABLE)):
                out.setdefault(content.id, content)
        return tuple(out.values())

    def standing(self, kind: type[K]) -> tuple[K, ...]:
        """Every content of a kind that nobody has taken back."""
        gone = {of for (of,) in self._connection.execute(_GONE)}
        return tuple(one for one in self.all(kind) if one.id not in gone)

    def _entered(self, content_id: str) -> Entered | None:
        if content_id not in self._read:
            row = self._connection.execute(_ONE, (content_id,)).fetchone()
            self._read[content_id] = _entered(row) if row else None
        return self._read[content_id]


def _entered(row: Row) -> Entered | None:
    content = decode_content(row[0])
    if content is None:
        return None
    return Entered(content, Day(row[1]), DeviceId(row[2]), RecordId(row[3]))
