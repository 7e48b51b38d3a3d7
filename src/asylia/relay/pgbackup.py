"""A relay's PostgreSQL schema, out through ``pg_dump`` and in through ``pg_restore``.

Upholds: one snapshot; a restoration is one transaction.  Refuses: to show the connection string in
arguments or in the environment, where other processes could read it; a database that holds a relay.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg

from asylia.errors import ConflictError, UnavailableError
from asylia.relay.pgdatabase import SCHEMA, connect, discard, read_conninfo

_SERVICE = "asylia"


@contextmanager
def dumped(postgres_file: Path) -> Iterator[IO[bytes]]:
    """What ``pg_dump`` writes; ``UnavailableError`` in the end where it failed."""
    options = ("--format=custom", "--compress=0", f"--schema={SCHEMA}", "--no-owner", "--no-acl")
    with _program("pg_dump", options, postgres_file, subprocess.PIPE) as running:
        if running.stdout is not None:
            yield running.stdout
        _end(running)


def restore(dump: IO[bytes], postgres_file: Path) -> None:
    """Bring a dump into a database that holds no relay, all of it or nothing."""
    connection = connect(read_conninfo(postgres_file))
    try:
        query = "SELECT count(*) FROM pg_namespace WHERE nspname = %s"
        row = connection.execute(query, (SCHEMA,)).fetchone()
    finally:
        discard(connection)
    if row is None or row[0]:
        raise ConflictError("there is a relay in this database already", hint="Name an empty one.")
    options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-acl")
    with _program("pg_restore", options, postgres_file, None) as running:
        try:
            if running.stdin is not None:
                shutil.copyfileobj(dump, running.stdin, 1 << 20)
                running.stdin.close()
        except BrokenPipeError:
            pass  # it ended early, and says so by its exit code
        _end(running)


def _end(running: subprocess.Popen[bytes]) -> None:
    if running.wait() != 0:
        raise UnavailableError(
            "PostgreSQL did not do this; nothing was changed",
            hint="Check that its own programs have the server's version or a newer one.",
        )


@contextmanager
def _program(
    name: str, options: tuple[str, ...], postgres_file: Path, out: int | None
) -> Iterator[subprocess.Popen[bytes]]:
    program = shutil.which(name)
    if program is None:
        raise UnavailableError(f"there is no {name} here", hint="Install postgresql-client.")
    service = _service(read_conninfo(postgres_file))
    there = {"PATH": os.defpath, "PGSERVICEFILE": f"/proc/self/fd/{service}"}
    command = [program, f"--dbname=service={_SERVICE}", *options]
    try:
        with subprocess.Popen(  # noqa: S603 - no text from outside is in it
            command,
            stdin=subprocess.PIPE,
            stdout=out or subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=there,
            pass_fds=(service,),
        ) as running:
            try:
                yield running
            except BaseException:
                running.kill()
                raise
    finally:
        os.close(service)


def _service(conninfo: str) -> int:
    """A file in memory that tells libpq how to reach the database (libpq, "Service File")."""
    parts = psycopg.conninfo.conninfo_to_dict(conninfo)
    lines = [f"{name}={value}" for name, value in parts.items()]
    file = os.memfd_create("service", os.MFD_CLOEXEC)
    os.write(file, "\n".join([f"[{_SERVICE}]", *lines, ""]).encode())
    os.lseek(file, 0, os.SEEK_SET)
    return file
