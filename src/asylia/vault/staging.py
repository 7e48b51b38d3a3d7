"""The rows of a store while the line is read again: the relay's line beside this device's own.

Upholds: one becomes the other in one transaction; what was taken in stays taken in, wherever its
blob stands then.  Refuses: judging; that is ``ledger.rereading``'s and ``ledger.replay``'s.
"""

from collections.abc import Sequence

from asylia.ledger.entry import LIMIT, NOTHING
from asylia.ledger.store import LineRow, StagedRow
from asylia.vault.keeping import KeepingStore

_UNSTAGED = """
SELECT place, hash, line, state, blob FROM line
WHERE place >= ? AND length(blob) BETWEEN 1 AND ? AND hash NOT IN (SELECT hash FROM staged)
ORDER BY place LIMIT ?
"""
_TAKEN = "state IN ('applied', 'epoch', 'notice')"
# Of several places of one blob, the one where it was taken in, then the first.
_STOOD = f"""
INSERT OR IGNORE INTO temp.stood
SELECT hash, place, (SELECT min(s.place) FROM staged s WHERE s.hash = line.hash)
FROM line ORDER BY {_TAKEN} DESC, place
"""  # noqa: S608  no value in it
_STAND_ANEW = """
UPDATE line SET place = -1 - (SELECT t.place FROM temp.stood t WHERE t.hash = line.hash)
WHERE place <> (SELECT t.place FROM temp.stood t WHERE t.hash = line.hash)
"""
_FILL = """
INSERT INTO line SELECT s.place, s.hash, s.line, 'unread',
  coalesce(s.blob, (SELECT l.blob FROM temp.stood t JOIN line l ON l.place = t.place
                    WHERE t.hash = s.hash))
FROM staged s WHERE s.place NOT IN (SELECT place FROM line)
"""
_VALUES = f"""
UPDATE line SET line = (SELECT s.line FROM staged s WHERE s.place = line.place),
  state = CASE WHEN {_TAKEN} THEN state ELSE 'unread' END
WHERE state IN ('held', 'refused')
  OR line <> (SELECT s.line FROM staged s WHERE s.place = line.place)
"""  # noqa: S608  no value in it
_ENTRIES = """
UPDATE entry SET place = (SELECT t.place FROM temp.stood t WHERE t.was = entry.place)
WHERE place IS NOT NULL
"""
_NOTICES = """
UPDATE notice SET place = coalesce(
  (SELECT min(s.place) FROM staged s WHERE s.hash = notice.hash), place)
"""
_OUTBOX = """
UPDATE outbox SET place = (SELECT min(s.place) FROM staged s WHERE s.hash = outbox.hash)
"""


class StagingStore(KeepingStore):
    """A part of ``SqlStore``."""

    def age_findings(self) -> None:
        """What was found until now counts as found before."""
        with self.transaction():  # in two steps: no row may meet another on the way
            self._run("UPDATE finding SET past = -1 - past")
            self._run("UPDATE finding SET past = -past")

    def line_hashes(self) -> set[bytes]:
        """The hashes of all blobs of the line."""
        return {blob_hash for (blob_hash,) in self._all("SELECT hash FROM line")}

    def stage(self, rows: Sequence[StagedRow]) -> None:
        """Append to the staged line."""
        self._run_many("INSERT INTO staged VALUES (?, ?, ?, ?)", rows)

    def staged_end(self) -> tuple[int, bytes, bytes]:
        """How many blobs are staged, the line's value there, the hash of the last."""
        row = self._one("SELECT place, line, hash FROM staged ORDER BY place DESC LIMIT 1")
        return (row[0] + 1, row[1], row[2]) if row else (0, NOTHING, b"")

    def has_staged(self, place: int, blob_hash: bytes) -> bool:
        """Whether that blob is staged at that place."""
        sql = "SELECT 1 FROM staged WHERE place = ? AND hash = ?"
        return self._one(sql, place, blob_hash) is not None

    def unstaged(self, start: int, limit: int) -> list[LineRow]:
        """Blobs of the line, from a place on, that are staged nowhere, and that a relay takes."""
        return [LineRow(*row) for row in self._all(_UNSTAGED, start, LIMIT, limit)]

    def is_behind_staged(self) -> bool:
        """Whether the staged line begins with this device's own."""
        last = self._one("SELECT place, line FROM line ORDER BY place DESC LIMIT 1")
        if last is None:
            return True
        sql = "SELECT 1 FROM staged WHERE place = ? AND line = ?"
        return self._one(sql, *last) is not None

    def drop_staged(self) -> None:
        """Forget what was staged."""
        self._run("DELETE FROM staged")

    def place_outbox(self) -> None:
        """Where the blobs of the outbox are staged."""
        self._run(_OUTBOX)

    def take_staged(self) -> None:
        """The staged line becomes the line."""
        with self.transaction():
            self._run(
                "CREATE TEMP TABLE IF NOT EXISTS stood "
                "(hash BLOB PRIMARY KEY, was INTEGER NOT NULL UNIQUE, place INTEGER)"
            )
            self._run("DELETE FROM temp.stood")
            self._run(_STOOD)
            self._run("DELETE FROM line WHERE place NOT IN (SELECT was FROM temp.stood)")
            # What no relay takes is in no other line, and was never taken in.
            self._run("DELETE FROM line WHERE hash NOT IN (SELECT hash FROM staged)")
            self._run(_STAND_ANEW)
            self._run("UPDATE line SET place = -1 - place WHERE place < 0")
            self._run(_FILL)
            self._run(_VALUES)
            self._run(_ENTRIES)
            self._run(_NOTICES)
            self._run(_OUTBOX)
            self._run("DELETE FROM held")
            self._run("DELETE FROM temp.stood")
            self.drop_staged()
