"""Writes ``stores/N.sql``: a relay's store as version N of the program made it, as a dump.

``python tests/deploy/make_stores.py FOLDER N``: FOLDER of a relay of that version.
Run once for each version, before the next; a dump is never made anew.
"""

import sqlite3
import sys
from pathlib import Path


def dump(store):
    connection = sqlite3.connect(store)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    return "\n".join([f"PRAGMA user_version={version};", *connection.iterdump(), ""])


def undump(sql, store):
    connection = sqlite3.connect(store)
    connection.executescript(sql)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()


if __name__ == "__main__":
    folder, number = sys.argv[1:]
    Path(__file__).with_name("stores").joinpath(f"{number}.sql").write_text(
        dump(Path(folder) / "relay.sqlite")
    )
