"""The record read again after a write: what is new is decoded, the rest is as it was.

Two triggers of the connection's own note which rows came and went, in memory; so after a write
only these are looked at.  Where that can't be relied on (nothing was read yet, the tables were
grown anew, a transaction may still be taken back) every row's place is compared.

Upholds: the same record as ``Record.from_database`` gives; what was forgotten is held no longer.
Refuses nothing: where much is new, or nothing was read yet, everything is read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from operator import itemgetter

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
_NOBODYS: Mapping[str, str] = {}
_COLUMNS = "entered_on, author, compartment, sequence, id"
_NOTED = (
    "CREATE TEMP TRIGGER record_{name} AFTER {what} ON main.record_content BEGIN "
    "INSERT INTO record_moved (came, entered_on, author, compartment, sequence, id) VALUES "
    "({came}, {row}.entered_on, {row}.author, {row}.compartment, {row}.sequence, {row}.id); END"
)
_WATCH = (
    "DROP TRIGGER IF EXISTS temp.record_came",
    "DROP TRIGGER IF EXISTS temp.record_went",
    "DROP TABLE IF EXISTS temp.record_moved",
    f"CREATE TEMP TABLE record_moved (n INTEGER PRIMARY KEY, came, {_COLUMNS})",
    _NOTED.format(name="came", what="INSERT", came=1, row="new"),
    _NOTED.format(name="went", what="DELETE", came=0, row="old"),
)
_WATCHED = (
    "SELECT count(*) FROM temp.sqlite_master WHERE type = 'trigger' AND tbl_name = 'record_content'"
)
_MOVED = (
    "SELECT n, came, entered_on, author, compartment, sequence, id FROM temp.record_moved "
    "WHERE n > ? ORDER BY n"
)
Place = tuple[int, bytes, str, int, str]  # day, author, compartment, sequence; id
Row = tuple[int, bytes, str, int, str, bytes, bytes]  # and record, content
_place = itemgetter(0, 1, 2, 3, 4)


class Growing:
    """Reads one vault's record, again and again."""

    def __init__(self) -> None:
        self._known: dict[Place, Entered | None] = {}
        self._record = Record.of(())
        self._seen = -1  # the last note that was taken in; less than 0: none can be relied on

    def read(self, connection: Connection, owners: Mapping[str, str] = _NOBODYS) -> Record:
        """The record as it is now; ``owners`` as ``Record`` has them."""
        with uncollected():
            if not self._is_watched(connection):
                self._compare(connection)
                self._watch(connection)
            elif moved := connection.execute(_MOVED, (self._seen,)).fetchall():
                self._take_in(connection, {row[2:]: bool(row[1]) for row in moved})
                self._seen = moved[-1][0]
            if self._record.owners != owners:
                self._record = replace(self._record, owners=owners)
            return self._record

    def _is_watched(self, connection: Connection) -> bool:
        if self._seen < 0 or connection.in_transaction:
            return False
        return bool(connection.execute(_WATCHED).fetchone()[0] == 2)

    def _watch(self, connection: Connection) -> None:
        self._seen = -1
        if not connection.in_transaction:
            for statement in _WATCH:
                connection.execute(statement)
            self._seen = 0

    def _take_in(self, connection: Connection, moved: Mapping[Place, bool]) -> None:
        """Each place that something came to or went from; what it did last is how it is."""
        if len(moved) > _MANY:
            self._compare(connection)
            return
        last = next(reversed(self._known), None)
        gone = [place for place, came in moved.items() if not came and place in self._known]
        for place in gone:
            del self._known[place]
        come = sorted(place for place, came in moved.items() if came and place not in self._known)
        new = {
            place: _entered(row)
            for place in come
            for row in connection.execute(_ONE, place[:4]).fetchall()
        }
        self._known |= new
        if gone or (last is not None and any(place < last for place in new)):
            self._known = dict(sorted(self._known.items()))
            self._record = Record.of(_held(self._known.values()))
        else:
            self._record = self._record.followed_by(tuple(_held(new.values())))

    def _compare(self, connection: Connection) -> None:
        places = sorted(connection.execute(_PLACES).fetchall())
        new = [place for place in places if place not in self._known]
        rows = (
            connection.execute(_ALL)
            if len(new) > _MANY
            else (row for place in new for row in connection.execute(_ONE, place[:4]))
        )
        read = {_place(row): _entered(row) for row in rows}
        self._known = {
            place: read[place] if place in read else self._known[place] for place in places
        }
        self._record = Record.of(_held(self._known.values()))


def _held(known: Iterable[Entered | None]) -> Iterable[Entered]:
    return (one for one in known if one is not None)


def _entered(row: Row) -> Entered | None:
    content = decode_content(row[6])
    if content is None:
        return None
    return Entered(content, Day(row[0]), DeviceId(row[1]), RecordId(row[5]))
