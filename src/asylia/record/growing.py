"""The record read again after a write: what is new is decoded, the rest is as it was.

Upholds: the same record as ``Record.from_database`` gives; what was forgotten is held no longer.
Refuses nothing: where much is new, or nothing was read yet, everything is read.
"""

from asylia.ledger.collecting import uncollected
from asylia.record.contents import decode_content
from asylia.record.reading import Connection, Entered, Record
from asylia.values import Day, DeviceId, RecordId

# The index alone holds each row's place, and the id, by which a content is known to be the same.
_PLACES = (
    "SELECT entered_on, author, compartment, sequence, id FROM record_content "
    "INDEXED BY record_content_id"
)
_ALL = (
    "SELECT entered_on, author, compartment, sequence, id, record, content FROM record_content "
    "ORDER BY entered_on, author, compartment, sequence"
)
_ONE = (
    "SELECT entered_on, author, compartment, sequence, id, record, content FROM record_content "
    "WHERE entered_on = ? AND author = ? AND compartment = ? AND sequence = ?"
)
_MANY = 1_000
Place = tuple[int, bytes, str, int, str]  # day, author, compartment, sequence; id
Row = tuple[int, bytes, str, int, str, bytes, bytes]  # and record, content


class Growing:
    """Reads one vault's record, again and again."""

    def __init__(self) -> None:
        self._known: dict[Place, Entered | None] = {}

    def read(self, connection: Connection) -> Record:
        """The record as it is now."""
        with uncollected():
            places = sorted(connection.execute(_PLACES).fetchall())
            new = [place for place in places if place not in self._known]
            rows = (
                connection.execute(_ALL)
                if len(new) > _MANY
                else (row for place in new for row in connection.execute(_ONE, place[:4]))
            )
            read = {row[:5]: _entered(row) for row in rows}
            self._known = {
                place: read[place] if place in read else self._known[place] for place in places
            }
            return Record.of(one for one in self._known.values() if one is not None)


def _entered(row: Row) -> Entered | None:
    content = decode_content(row[6])
    if content is None:
        return None
    return Entered(content, Day(row[0]), DeviceId(row[1]), RecordId(row[5]))
