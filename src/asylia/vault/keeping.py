"""The rows of a store that are there to be destroyed: prekeys, notices, epochs, forgotten records.

Upholds: what is destroyed is overwritten in the caller's transaction (``secure_delete``), in every
table that held it.  Refuses: deciding what goes; that is ``ledger.keeping``'s.
"""

from collections.abc import Iterable, Sequence

from asylia.ledger.store import ForgottenRow, NoticeRow, PrekeyRow, SaidRow
from asylia.vault.rows import Rows

_SAID = """
SELECT s.position, e.place, a.name, e.compartment, e.day, s.content
FROM said s JOIN entry e ON e.position = s.position JOIN name a ON a.id = e.author
ORDER BY s.position
"""
_PUT_PREKEY = """
INSERT INTO prekey (recipient, identity, since) VALUES (?, ?, ?)
ON CONFLICT (recipient) DO UPDATE SET since = excluded.since
"""
_PUT_FORGOTTEN = """
INSERT INTO forgotten VALUES (?, ?, ?, ?) ON CONFLICT (record)
DO UPDATE SET number = max(number, excluded.number), team = max(team, excluded.team)
"""
_NAME_ONLY = """
INSERT INTO record VALUES (?, ?, NULL, x'') ON CONFLICT (record)
DO UPDATE SET key = NULL, carried = x''
"""
_OF_FORGOTTEN = """
SELECT a.name, e.compartment, e.sequence FROM entry e JOIN name a ON a.id = e.author
WHERE e.record IN (SELECT record FROM temp.going)
"""
_PLACE = {"author", "compartment", "sequence"}
# An FTS5 table over another table's texts: that one's triggers keep it in step, row by row.
_FOLLOWS = "SELECT 1 FROM sqlite_master WHERE name = ? AND sql LIKE '%USING fts5%content =%'"


class KeepingStore(Rows):
    """A part of ``SqlStore``."""

    def destroy_epochs(self, hashes: Iterable[bytes]) -> None:
        """Destroy what was kept of epochs."""
        self._run_many("DELETE FROM epoch WHERE hash = ?", [(one,) for one in hashes])

    def prekeys(self) -> list[PrekeyRow]:
        """The prekeys, newest first."""
        sql = "SELECT recipient, identity, since FROM prekey ORDER BY rank DESC"
        return [PrekeyRow(*row) for row in self._all(sql)]

    def put_prekey(self, row: PrekeyRow) -> None:
        """Keep a prekey, or change since when it is named."""
        self._run(_PUT_PREKEY, *row)

    def destroy_prekey(self, recipient: str) -> None:
        """Destroy a prekey."""
        self._run("DELETE FROM prekey WHERE recipient = ?", recipient)

    def said(self) -> list[SaidRow]:
        """The control entries that are kept apart, by position."""
        return [SaidRow(*row) for row in self._all(_SAID)]

    def put_said(self, position: int, content: bytes) -> None:
        """Keep a control entry's content apart."""
        self._run("INSERT OR IGNORE INTO said VALUES (?, ?)", position, content)

    def drop_said(self, positions: Iterable[int]) -> None:
        """What is superseded."""
        self._run_many("DELETE FROM said WHERE position = ?", [(one,) for one in positions])

    def notices(self) -> list[NoticeRow]:
        """The notices, in the order of the line."""
        return [
            NoticeRow(*row)
            for row in self._all("SELECT hash, place, content FROM notice ORDER BY place")
        ]

    def put_notice(self, row: NoticeRow) -> None:
        """Keep an opened notice, once."""
        self._run("INSERT OR IGNORE INTO notice VALUES (?, ?, ?)", *row)

    def destroy_notice(self, blob_hash: bytes) -> None:
        """Destroy an opened notice."""
        self._run("DELETE FROM notice WHERE hash = ?", blob_hash)

    def forgotten(self) -> list[ForgottenRow]:
        """The records that were forgotten."""
        return [ForgottenRow(*row) for row in self._all("SELECT * FROM forgotten ORDER BY record")]

    def forget(self, rows: Sequence[ForgottenRow]) -> int:
        """Destroy keys, what waits, and rows in projections; how many waiting entries are gone."""
        with self.transaction():
            self._run("CREATE TEMP TABLE IF NOT EXISTS going (record BLOB PRIMARY KEY)")
            self._run("DELETE FROM temp.going")
            self._run_many("INSERT INTO temp.going VALUES (?)", [(row.record,) for row in rows])
            self._run_many(_PUT_FORGOTTEN, rows)
            self._run_many(_NAME_ONLY, [(row.record, row.compartment) for row in rows])
            self._forget_in_projections()
            waiting = self._all(
                "SELECT position FROM entry WHERE place IS NULL "
                "AND record IN (SELECT record FROM temp.going)"
            )
            sealed = {row[0] for row in self._all("SELECT entry FROM outbox")}
            unsealed = [row for row in waiting if row[0] not in sealed]
            # One that is sealed keeps its place in its author's chain, and can be read by nobody.
            self._run_many("UPDATE entry SET content = NULL WHERE position = ?", waiting)
            self._run_many("DELETE FROM entry WHERE position = ?", unsealed)
            self._run("DELETE FROM temp.going")
            return len(unsealed)

    def _forget_in_projections(self) -> None:
        places = self._all(_OF_FORGOTTEN)
        tables = self._all(
            "SELECT projection, name FROM projection_object WHERE kind = 'table' AND shadow = 0"
        )
        for projection, table in tables:
            if self._one(_FOLLOWS, table):
                continue
            quoted = '"' + table.replace('"', '""') + '"'
            columns = {row[1] for row in self._all(f"PRAGMA table_info({quoted})")}
            if columns >= _PLACE:
                where = "author = ? AND compartment = ? AND sequence = ?"
                self._run_many(f"DELETE FROM {quoted} WHERE {where}", places)  # noqa: S608  quoted
            elif places:
                self.regrow(projection)

    def regrow(self, projection: str | None = None) -> None:
        """Empty the tables of a projection, or of all; they grow again when next they are read."""
        found = self._all(
            "SELECT projection, name FROM projection_object WHERE kind = 'table' AND shadow = 0"
        )
        for name, table in found:
            # What follows another table is emptied by it: emptied first, it would not be found.
            if projection in (None, name) and not self._one(_FOLLOWS, table):
                quoted = '"' + table.replace('"', '""') + '"'
                self._run(f"DELETE FROM {quoted}")  # noqa: S608  quoted
                self._run("UPDATE projection SET position = 0 WHERE name = ?", name)

    def take_back(self, rows: Iterable[tuple[int, bytes | None]]) -> None:
        """Entries that do not count after all: with content they wait again, without they go."""
        with self.transaction():
            for position, content in rows:
                if content is None:
                    self._run("DELETE FROM said WHERE position = ?", position)
                    self._run("DELETE FROM entry WHERE position = ?", position)
                else:
                    sql = "UPDATE entry SET place = NULL, content = ? WHERE position = ?"
                    self._run(sql, content, position)
            self._run(
                "UPDATE record SET carried = x'' WHERE record IN "
                "(SELECT record FROM entry WHERE place IS NULL)"
            )
            self.regrow()

    def drop_outbox(self, ranks: Iterable[int]) -> None:
        """Sealed blobs that nobody is to get; the entries among them wait to be sealed anew.

        Those of a record that was forgotten since go with them.
        """
        with self.transaction():
            for rank in ranks:
                self._run(
                    "DELETE FROM entry WHERE position = (SELECT entry FROM outbox WHERE rank = ?) "
                    "AND content IS NULL",
                    rank,
                )
                self._run(
                    "UPDATE record SET carried = x'' WHERE record = (SELECT e.record FROM outbox o "
                    "JOIN entry e ON e.position = o.entry WHERE o.rank = ?)",
                    rank,
                )
                self._run("DELETE FROM outbox WHERE rank = ?", rank)

    def waiting_under(self) -> set[tuple[str, bytes]]:
        """Compartment and epoch of the entries that are sealed and not seen in the line."""
        sql = (
            "SELECT DISTINCT e.compartment, p.name FROM outbox o "
            "JOIN entry e ON e.position = o.entry JOIN name p ON p.id = e.epoch"
        )
        return {(row[0], row[1]) for row in self._all(sql)}

    def outbox_contents(self) -> set[int]:
        """The ranks of the sealed blobs that are entries of content."""
        sql = "SELECT o.rank FROM outbox o JOIN entry e ON e.position = o.entry WHERE e.kind = 1"
        return {row[0] for row in self._all(sql)}

    def lacks(self, compartment: str, epoch: bytes) -> bool:
        """Whether the team was not given the key of a live record of a compartment under this."""
        sql = (
            "SELECT 1 FROM record WHERE compartment = ? AND key IS NOT NULL "
            "AND carried NOT IN (?, x'') LIMIT 1"
        )
        return bool(self._all(sql, compartment, epoch))
