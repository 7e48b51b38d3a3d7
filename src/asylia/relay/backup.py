"""A relay's backup: one sealed file (``spec/relay-backup.md``).

Upholds: one moment's state, while the relay goes on; what leaves the relay's folder is sealed; a
restored relay is there wholly or not at all.  Refuses: to write over a relay, or over a file that
it was not told to replace.  How to seal and open is an argument.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

from asylia.errors import ConflictError, MalformedError, NotFoundError, UsageError
from asylia.relay.serve import KEY, STORE
from asylia.relay.sqlite import connect
from asylia.relay.upgrade import check_version
from asylia.tlog.keyfile import decode_key
from asylia.wire import Message, decode, encode

_LENGTH, _HEAD = 4, 4096
_COPY, _PARTIAL = "backup.sqlite", ".partial"


class Source(Protocol):
    """What is read from; empty bytes mean its end."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes."""


class Target(Protocol):
    """What is written to."""

    def write(self, content: bytes, /) -> object:
        """Take all of it."""


Carry = Callable[[Source, Target], None]  # seals, or opens, the whole of a source


class _Head(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    LABEL = "asylia/relay-backup/1"

    kind: Literal["sqlite", "postgres"]
    log_key: bytes


def back_up(
    folder: Path,
    target: Path,
    seal: Carry,
    *,
    postgres_file: Path | None = None,
    replace: bool = False,
) -> int:
    """Write a sealed backup of the relay in ``folder`` to ``target``; its size in bytes."""
    if not (folder / KEY).is_file() or not (postgres_file or (folder / STORE).is_file()):
        raise NotFoundError("there is no relay in this folder")
    if target.exists() and not replace:
        raise ConflictError("there is a file of that name already", hint="Name another.")
    key = (folder / KEY).read_bytes()
    decode_key(key)
    if postgres_file is None:
        head, store = _Head(kind="sqlite", log_key=key), _copied(folder)
    else:
        from asylia.relay import pgbackup  # noqa: PLC0415 - SQLite needs no libpq

        head, store = _Head(kind="postgres", log_key=key), pgbackup.dumped(postgres_file)
    partial = target.with_name(target.name + _PARTIAL)
    try:
        with store as source, _private(partial) as file:
            seal(_Joined(encode(head), source), file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except OSError:
        raise NotFoundError("the backup cannot be written there") from None
    finally:
        partial.unlink(missing_ok=True)
    _sync(target.parent)
    return target.stat().st_size


@contextmanager
def _copied(folder: Path) -> Iterator[Source]:
    copy = folder / _COPY
    copy.unlink(missing_ok=True)  # what a backup that was killed left
    copy.touch(mode=0o600)
    connection = connect(folder / STORE)
    try:
        connection.execute("VACUUM INTO ?", (str(copy),))
        with copy.open("rb") as file:
            yield file
    finally:
        connection.close()
        copy.unlink()


class _Joined:
    """The head behind its length, then the store."""

    def __init__(self, head: bytes, store: Source) -> None:
        self._first, self._store = len(head).to_bytes(_LENGTH, "big") + head, store

    def read(self, size: int, /) -> bytes:
        if not self._first:
            return self._store.read(size)
        some, self._first = self._first[:size], self._first[size:]
        return some


def restore(
    sealed: Path, folder: Path, unseal: Carry, *, postgres_file: Path | None = None
) -> None:
    """Make a relay from a backup, in a folder that is empty or not there yet.

    ``postgres_file``: as for ``serve``; the database must hold no relay.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConflictError("there is something in this folder already", hint="Name another.")
    building = folder.with_name(f".{folder.name}{_PARTIAL}")
    shutil.rmtree(building, ignore_errors=True)  # what a restoration that was killed left
    try:
        building.mkdir(mode=0o700, parents=True)
        opened = building / _COPY
        with sealed.open("rb") as source, _private(opened) as file:
            unseal(source, file)
        with opened.open("rb") as source:
            _place(source, building, postgres_file)
        opened.unlink()
        _sync(building)
        building.rename(folder)
        _sync(folder.parent)
    except OSError:
        raise NotFoundError("the backup cannot be read, or the folder not be made") from None
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _place(untrusted: BinaryIO, folder: Path, postgres_file: Path | None) -> None:
    size = int.from_bytes(untrusted.read(_LENGTH), "big")
    head = decode(untrusted.read(min(size, _HEAD)), _Head)
    decode_key(head.log_key)
    if (head.kind == "postgres") != (postgres_file is not None):
        raise UsageError(
            f"this is the backup of a relay on {head.kind}",
            hint="With --postgres-file it goes into PostgreSQL, without into a SQLite file.",
        )
    if postgres_file is None:
        with _private(folder / STORE) as file:
            shutil.copyfileobj(untrusted, file, 1 << 20)
            os.fsync(file.fileno())
        _check(folder / STORE)
    with _private(folder / KEY) as file:
        file.write(head.log_key)
        os.fsync(file.fileno())
    if postgres_file is not None:  # last, since a database can't be renamed into place
        from asylia.relay import pgbackup  # noqa: PLC0415

        pgbackup.restore(untrusted, postgres_file)


def _check(store: Path) -> None:
    connection = sqlite3.connect(store)
    try:
        whole = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        check_version(connection)
        connection.execute("SELECT value FROM setting WHERE name = 'access'").fetchone()
    except sqlite3.DatabaseError:
        whole = False
    finally:
        connection.close()
    if not whole:
        raise MalformedError("the store in this backup is damaged")


def _private(path: Path) -> BinaryIO:
    """A new file that is its owner's alone."""
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
