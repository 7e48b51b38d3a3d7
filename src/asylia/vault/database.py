"""Opening the SQLCipher database of a vault.

Upholds: the settings of ``spec/vault.md`` on every connection; one program at a time; every page
is authentic when the vault opens.  Refuses: a database that the key does not open, that was
altered, or that can't be written.

The raw key goes straight to ``sqlite3_key``, not through a PRAGMA, whose text would stay in the
connection's cache of statements.  Python can't wipe the text itself: locking a vault means ending
the process.
"""

from pathlib import Path

import sqlcipher3

from asylia.errors import ConflictError, ForgedError, UnavailableError
from asylia.vault.projection import Connection

# Bytes go in as they are.  Where nothing is registered for them, the module looks for a protocol on
# every value and fails: that takes longer than inserting it.
sqlcipher3.register_adapter(bytes, bytes)

SETTINGS = """
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = TRUNCATE;
PRAGMA synchronous = EXTRA;
PRAGMA secure_delete = ON;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -65536;
PRAGMA foreign_keys = ON;
PRAGMA trusted_schema = OFF;
"""


def open_database(path: Path, key: bytes) -> Connection:
    """A connection in autocommit that any thread may use.

    Raises ``ForgedError``; ``ConflictError`` where another program has it open;
    ``UnavailableError`` where the disk does not take writing.
    """
    try:
        path.touch(mode=0o600)
    except OSError:
        raise _not_taken() from None
    connection = sqlcipher3.connect(
        str(path), isolation_level=None, check_same_thread=False, timeout=0.0
    )
    try:
        connection.set_key(f"x'{key.hex()}'")
        connection.executescript(SETTINGS)
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
        damaged = connection.execute("PRAGMA cipher_integrity_check").fetchall()
    except sqlcipher3.OperationalError as error:
        connection.close()
        if "locked" not in str(error):
            raise _not_taken() from None
        raise ConflictError(
            "this vault is open in another program", hint="Close the desk, then try again."
        ) from None
    except sqlcipher3.DatabaseError:
        connection.close()
        raise _altered() from None
    if damaged:
        connection.close()
        raise _altered()
    return connection


def _not_taken() -> UnavailableError:
    return UnavailableError(
        "the disk does not let this vault be written, and a vault is never opened to read alone",
        hint="Copy the folder to a disk that can be written and has room, then try again.",
    )


def _altered() -> ForgedError:
    return ForgedError(
        "the database of this vault was altered or damaged",
        hint="Restore the vault from a backup, or join the team again.",
    )
