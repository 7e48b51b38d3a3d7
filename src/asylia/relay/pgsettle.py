"""What the end of a day does in the relay's PostgreSQL database: expire, and rewrite in key order.

Upholds: afterwards neither where rows lie, nor which transaction wrote them, nor the serial numbers
of their long values show an earlier day's order of arrival.  Refuses: to do it twice for a day.
"""

from asylia.relay.pgdatabase import Connection, rewrite, set_setting, setting
from asylia.relay.pgwriter import Turn, cost
from asylia.relay.store import GONE_DAYS, UNREAD_DAYS
from asylia.values import Day


def settle(turn: Turn, today: Day) -> bool:
    """Expire what is due and rewrite all, in this turn; False where that was done for this day."""
    db = turn.db
    settled = setting(db, "settled")
    if settled is not None and int(settled) == today:  # a day ahead came from a wrong clock
        return False
    db.execute("DELETE FROM reply WHERE blob IS NULL AND day < %s", (today - GONE_DAYS,))
    query = "UPDATE reply SET blob = NULL, day = %s WHERE blob IS NOT NULL AND day < %s"
    db.execute(query, (today, today - UNREAD_DAYS))
    set_setting(db, "settled", str(today).encode())
    rewrite(db)
    turn.used = _used(db)
    return True


def _used(db: Connection) -> int:
    """What all blobs are charged with, counted anew."""
    total = 0
    for table in ("envelope", "piece", "reply", "entry"):
        row = db.execute(
            f"SELECT count(blob), coalesce(sum(length(blob) + length(blob) / 32), 0) FROM {table}"  # noqa: S608
        ).fetchone()
        if row:
            total += int(row[1]) + int(row[0]) * cost(0)
    return total


def empty_log(connection: Connection) -> None:
    """Have the server drop its write-ahead log of what was before: it tells order and times."""
    connection.execute("SELECT pg_switch_wal()")
    connection.execute("CHECKPOINT")
