"""From one version of the relay's SQLite store to the next.

Upholds: a backup comes first; each step is one transaction, so that whatever ends it leaves the
store as it was before that step.  Refuses: a store that a newer program made; a relay that serves.
The steps are ``upgrades/N.sql``, from version N - 1 to N.
"""

import sqlite3
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from asylia.errors import NotFoundError, RefusedError
from asylia.relay.serve import KEY, STORE, _lock
from asylia.relay.sqlite import VERSION, connect

_STEPS = files("asylia.relay").joinpath("upgrades")


def version(connection: sqlite3.Connection) -> int:
    """The store's version."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check_version(connection: sqlite3.Connection) -> int:
    """The version of a store that this program can bring up to date; ``RefusedError``."""
    found = version(connection)
    if not 1 <= found <= VERSION:
        raise RefusedError(
            "another version of this program made this store",
            hint="Install the newest version of Asylia, then try again.",
        )
    return found


def upgrade(folder: Path, back_up: Callable[[], None]) -> tuple[int, int]:
    """Bring the store in ``folder`` to this program's version; the versions before and now.

    ``back_up`` is called before anything is changed, and not where nothing is to do.
    """
    if not ((folder / KEY).is_file() and (folder / STORE).is_file()):
        raise NotFoundError("there is no relay on SQLite in this folder")
    with _lock(folder, shared=False):
        connection = connect(folder / STORE)
        try:
            before = check_version(connection)
            if before < VERSION:
                back_up()
            for number in range(before + 1, VERSION + 1):
                step(connection, number, _STEPS.joinpath(f"{number}.sql").read_text("utf-8"))
        finally:
            connection.close()
    return before, VERSION


def step(connection: sqlite3.Connection, number: int, sql: str) -> None:
    """Go to version ``number``, wholly or not at all."""
    try:
        connection.executescript(f"BEGIN IMMEDIATE;{sql};PRAGMA user_version={number};COMMIT;")
    except BaseException:
        if connection.in_transaction:
            connection.rollback()
        raise
