"""The relay's PostgreSQL database: how it is reached, what it must be set to, its schema.

Upholds: no answer rests on a server that may lose what it committed, or that writes down when each
report came (``spec/relay.md``, *On PostgreSQL*): both are asked of the server on every connection.
Refuses: a connection string that others may read; a schema newer than this program.
"""

import stat
from contextlib import suppress
from importlib.resources import files
from os import geteuid
from pathlib import Path
from typing import Any

import psycopg

from asylia.errors import MalformedError, NotFoundError, RefusedError, UnavailableError

Connection = psycopg.Connection[Any]
VERSION = 1
SCHEMA, NEXT = "asylia_relay", "asylia_relay_next"
LOCK = int.from_bytes(b"asyliarl")  # whoever writes holds this advisory lock until its commit
_OLDEST = 150_000
_TEXT = files("asylia.relay").joinpath("schema-postgres.sql")
_SESSION = (
    f"SET search_path = {SCHEMA}; SET lock_timeout = '60s';"
    "SET idle_in_transaction_session_timeout = '60s'; SET tcp_keepalives_idle = 30;"
    "SET client_min_messages = error"
)
_HINT = "spec/relay.md says which settings the database needs, and why."
_MUST_BE: dict[str, tuple[str, ...]] = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "local", "remote_write", "remote_apply"),
    "track_commit_timestamp": ("off",),
    "log_statement": ("none", "ddl"),
    "log_duration": ("off",),
    "log_min_duration_statement": ("-1",),
    "log_min_duration_sample": ("-1",),
    "log_transaction_sample_rate": ("0",),
}
_RIGHTS = (
    "SELECT has_function_privilege('pg_switch_wal()', 'execute')"
    " AND pg_has_role('pg_checkpoint', 'usage')"
)


def read_conninfo(path: Path) -> str:
    """The libpq connection string in a file that is its owner's alone."""
    try:
        info = path.stat()
        if info.st_mode & (stat.S_IRWXG | stat.S_IRWXO) or info.st_uid not in (0, geteuid()):
            raise RefusedError(
                "others could read the file that says how to reach the database",
                hint="Make it the owner's alone: chmod 600.",
            )
        untrusted = path.read_bytes()[:4096].decode().strip()
    except OSError:
        raise NotFoundError("the file that says how to reach the database is not there") from None
    except UnicodeDecodeError:
        raise MalformedError("the file that says how to reach the database is no text") from None
    try:
        return psycopg.conninfo.make_conninfo(untrusted)
    except psycopg.Error:  # its message would quote what was read
        raise MalformedError(
            "the file that says how to reach the database holds no connection string of libpq"
        ) from None


def connect(conninfo: str) -> Connection:
    """A session in which each statement is a transaction of its own unless one is begun.

    ``UnavailableError`` where nothing answers; ``RefusedError`` where the server is not fit.
    """
    try:
        # No name is told: it would show in the list of the server's processes.
        connection = psycopg.connect(conninfo, autocommit=True, connect_timeout=5)
    except psycopg.Error:
        raise _unreachable() from None
    try:
        _check(connection)
        connection.execute(_SESSION)
    except psycopg.Error:
        discard(connection)
        raise _unreachable() from None
    except RefusedError:
        discard(connection)
        raise
    return connection


def _unreachable() -> UnavailableError:
    return UnavailableError("the relay's database does not answer; nothing was stored")


def discard(connection: Connection) -> None:
    """Close a connection of which nothing is known any more."""
    with suppress(psycopg.Error):
        connection.close()


def _check(connection: Connection) -> None:
    if connection.info.server_version < _OLDEST:
        raise RefusedError("the relay needs PostgreSQL 15 or newer")
    query = "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)"
    found = dict(connection.execute(query, (list(_MUST_BE),)).fetchall())
    for name, fit in _MUST_BE.items():
        if found.get(name) not in fit:
            raise RefusedError(f"the database's setting {name} is not {fit[0]}", hint=_HINT)
    # Pinned, so that no reload of the server's settings changes it under a session.
    connection.execute(f"SET synchronous_commit = {found['synchronous_commit']}")
    row = connection.execute(_RIGHTS).fetchone()
    if not (row and row[0]):
        raise RefusedError("the relay's role may not checkpoint the database", hint=_HINT)


def prepare(connection: Connection) -> None:
    """Make the tables if there are none; refuse a schema that a newer program made."""
    with connection.transaction():
        connection.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
        row = connection.execute(
            "SELECT to_regclass(%s) IS NOT NULL", (f"{SCHEMA}.setting",)
        ).fetchone()
        if not (row and row[0]):
            _make(connection, SCHEMA)
            query = "INSERT INTO setting VALUES ('version', %s), ('used', %s)"
            connection.execute(query, (str(VERSION).encode(), b"0"))
    found = setting(connection, "version")
    if found is None or int(found) != VERSION:
        raise RefusedError(
            "the relay's database was made by another version of this program",
            hint="Run the version that made it, or a newer one.",
        )


def setting(connection: Connection, name: str) -> bytes | None:
    """The value under a name, or None."""
    query = "SELECT value FROM setting WHERE name = %s"
    row = connection.execute(query, (name,)).fetchone()
    return row[0] if row else None


def set_setting(connection: Connection, name: str, value: bytes) -> None:
    """Set the value under a name."""
    query = "INSERT INTO setting VALUES (%s, %b) ON CONFLICT (name) DO UPDATE SET value = %b"
    connection.execute(query, (name, value, value))


def _make(connection: Connection, schema: str) -> None:
    connection.execute(f"CREATE SCHEMA {schema}; SET LOCAL search_path = {schema}")
    connection.execute(_TEXT.read_bytes())
    connection.execute(f"SET LOCAL search_path = {SCHEMA}")


def rewrite(connection: Connection) -> None:
    """Copy every table, in key order, into fresh ones that take the old ones' place.

    Neither CLUSTER nor VACUUM FULL would do: both keep each row's writing transaction (xmin) and
    the serial number of each long value, and either shows the order of arrival.
    """
    keys = _keys(connection)
    _make(connection, NEXT)
    for table, key in keys:
        connection.execute(
            f"INSERT INTO {NEXT}.{table} SELECT * FROM {SCHEMA}.{table} ORDER BY {key}"  # noqa: S608
        )
    # In the order in which readers lock several, so that neither waits for the other for ever.
    old = ", ".join(f"{SCHEMA}.{table}" for table, _ in keys)
    connection.execute(f"LOCK TABLE {old} IN ACCESS EXCLUSIVE MODE")
    connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE; ALTER SCHEMA {NEXT} RENAME TO {SCHEMA}")


def _keys(connection: Connection) -> list[tuple[str, str]]:
    """Each table with the columns of its primary key."""
    query = """
        SELECT c.relname, string_agg(quote_ident(a.attname), ', '
                                     ORDER BY array_position(i.indkey::int2[], a.attnum))
        FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey)
        WHERE c.relnamespace = %s::regnamespace GROUP BY c.relname ORDER BY c.relname"""
    return [(name, key) for name, key in connection.execute(query, (SCHEMA,))]
