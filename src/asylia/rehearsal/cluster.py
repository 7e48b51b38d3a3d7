"""A PostgreSQL server of our own, in a folder of its own: for the seizure check, tests and bench.

Upholds: it is set as ``spec/relay.md`` says a relay's database must be; it listens on loopback.
PostgreSQL refuses to run as root; there it runs as Debian's user ``postgres``.  Refuses: to begin
where the machine has no PostgreSQL.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Self

import psycopg

from asylia.crypto import random
from asylia.errors import AsyliaError, UnavailableError

_DEBIAN = Path("/usr/lib/postgresql")
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "min_wal_size": "32MB",
    "wal_recycle": "off",
    "log_min_error_statement": "panic",
    "log_min_messages": "panic",
    "autovacuum": "on",
}
_OWNER = "postgres"  # superuser in the server, and the user that it runs as under root


class MissingServerError(AsyliaError):
    """There is no PostgreSQL server on this machine."""


def program(name: str) -> str:
    """Where a program of the server lies: on PATH, or where Debian puts it."""
    if found := shutil.which(name):
        return found
    versions = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    if not versions:
        raise MissingServerError(
            "there is no PostgreSQL server on this machine",
            hint="Install it first:  sudo apt-get install postgresql",
        )
    return str(versions[-1])


class Cluster:
    """A running server; ``stop`` deletes it.  Extra settings go over those of a fit server.

    ``within``: a folder that the server's user can reach; the one for temporary files if not given.
    """

    def __init__(self, within: Path | None = None, **settings: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="asylia-pg-", dir=within))
        self.data = self.folder / "data"
        self._as: dict[str, Any] = {}
        if os.getuid() == 0:
            user = pwd.getpwnam(_OWNER)
            self._as = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._password = random.system(16).hex()
        self._make(settings)
        self.ctl("start")

    def _make(self, settings: dict[str, str]) -> None:
        password = self.folder / "password"
        password.write_text(self._password)
        if self._as:
            os.chown(password, self._as["user"], self._as["group"])
        self._run(
            program("initdb"),
            *("-D", self.data, "-U", _OWNER, "-A", "scram-sha-256", "--pwfile", password),
            *("-E", "UTF8", "--locale", "C", "--no-sync"),
        )
        given = _SETTINGS | {"port": str(self.port), "unix_socket_directories": str(self.folder)}
        lines = [f"{name} = '{value}'\n" for name, value in (given | settings).items()]
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines(lines)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self, *command: str | Path) -> None:
        done = subprocess.run(  # noqa: S603  PostgreSQL's own programs
            [str(part) for part in command],
            cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, check=False, **self._as,
        )  # fmt: skip
        if done.returncode:
            raise UnavailableError("PostgreSQL did not do it", hint=done.stderr.decode().strip())

    def ctl(self, *words: str) -> None:
        """``pg_ctl``, which waits until it is done."""
        log = self.folder / "log"
        self._run(program("pg_ctl"), *words, "-D", self.data, "-l", log, "-w", "-t", "60")

    @property
    def pid(self) -> int:
        """The server's first process; its others are that one's children."""
        return int((self.data / "postmaster.pid").read_text("ascii").split()[0])

    def restart(self) -> None:
        """As after a power cut: no goodbye, no checkpoint, recovery from the write-ahead log."""
        self.ctl("stop", "-m", "immediate")
        self.ctl("start")

    def stop(self) -> None:
        """Stop the server and delete all that it had."""
        try:
            self.ctl("stop", "-m", "immediate")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def admin(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """A session as the server's owner."""
        return psycopg.connect(self.conninfo(database, _OWNER, self._password), autocommit=True)

    def conninfo(self, database: str, user: str, password: str) -> str:
        """How to reach a database of this server over loopback."""
        return (
            f"host=127.0.0.1 port={self.port} dbname={database} user={user} password={password}"
            " sslmode=disable"
        )

    def database(self) -> str:
        """Make a new database with a role that a relay may use; its connection string."""
        name, password = f"relay_{random.system(6).hex()}", random.system(16).hex()
        with self.admin() as admin:
            admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
            admin.execute(f"GRANT pg_checkpoint TO {name}")
            admin.execute(f"CREATE DATABASE {name} OWNER {name}")
        with self.admin(name) as admin:
            admin.execute(f"GRANT EXECUTE ON FUNCTION pg_switch_wal() TO {name}")
        return self.conninfo(name, name, password)

    def drop(self, conninfo: str) -> None:
        """Drop a database, whoever is connected to it."""
        name = psycopg.conninfo.conninfo_to_dict(conninfo)["dbname"]
        with self.admin() as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
            admin.execute(f"DROP ROLE {name}")
