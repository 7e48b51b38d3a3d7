"""The small files of a vault's folder: written whole, or not at all; the header's old bytes wiped.

Upholds: after a power cut or ``kill -9`` a file is there as it was before or as it is after; a
replaced header's bytes are written over before its blocks are let go.  Refuses: to replace a header
that is not the one that was opened.  What a disk keeps of blocks that were written over is
outside its power (``spec/vault.md``).
"""

import os
from contextlib import suppress
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

from asylia.crypto import random
from asylia.errors import ConflictError, NotFoundError, UnavailableError
from asylia.vault.header import SIZE, Header

HEADER = "header"


class HeaderFile:
    """A header as read, and the handle through which the same file is written over."""

    def __init__(self, folder: Path) -> None:
        """Raises ``NotFoundError``, ``MalformedError``."""
        self._path = folder / HEADER
        try:
            self._file = _for_change(self._path)
        except OSError:
            raise NotFoundError("there is no vault in this folder") from None
        try:
            self.content = self._file.read(SIZE + 1) or b""
            self.header = Header.parse(self.content)
        except BaseException:
            self._file.close()
            raise

    def write_back(self) -> None:
        """Write the same bytes once more; passed over where that can't be done."""
        if os.fstat(self._file.fileno()).st_nlink:  # else it was replaced, and its bytes wiped
            with suppress(OSError):
                _write_over(self._file, self.content)

    def destroy(self, content: bytes) -> None:
        """Write other bytes over this file, and over whichever stands in its place by now.

        Passed over where that can't be done: the answer must not show it.
        """
        with suppress(OSError):
            _write_over(self._file, content)
        for path in (self._path, _beside(self._path)):
            with suppress(OSError), _for_change(path) as other:
                if not os.path.sameopenfile(other.fileno(), self._file.fileno()):
                    _write_over(other, content)

    def wipe(self, randomness: random.Randomness = random.system) -> None:
        """Write over the bytes of a header that was replaced, before its blocks are let go."""
        if not self._file.closed:
            with suppress(OSError):
                _write_over(self._file, randomness(SIZE))

    def close(self) -> None:
        """Close; a second time changes nothing."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def read_header(folder: Path) -> Header:
    """The header of the vault in a folder; ``NotFoundError``, ``MalformedError``."""
    with HeaderFile(folder) as file:
        return file.header


def replace_header(
    folder: Path, before: Header, after: Header, randomness: random.Randomness = random.system
) -> None:
    """Put ``after`` where ``before`` is, then wipe the old bytes.

    Raises ``ConflictError`` where another header is there, ``UnavailableError`` where the disk
    does not take it; then the old one stays.
    """
    with HeaderFile(folder) as old:
        if old.header != before:
            raise ConflictError("another program changed this vault", hint="Try again.")
        if os.name != "posix":  # where an open file can't be replaced, nor wiped afterwards
            old.close()
        write_whole(folder / HEADER, after.encode(), randomness=randomness)
        old.wipe(randomness)


def write_whole(
    path: Path, content: bytes, *, randomness: random.Randomness = random.system
) -> None:
    """Write a small file so that after a power cut it is there wholly, or as it was before.

    Raises ``UnavailableError`` where the disk does not take it; what was there stays.
    """
    beside = _beside(path)
    try:
        _wipe(beside, randomness)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        sync_folder(path.parent)
    except OSError:
        with suppress(OSError):
            _wipe(beside, randomness)
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise _not_taken() from None


def make_folder(folder: Path) -> None:
    """Make a folder for the owner alone, if it is not there; ``UnavailableError``."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        raise _not_taken() from None


def remove(path: Path) -> None:
    """Remove a small file, if it is there, durably; ``UnavailableError``."""
    try:
        path.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError:
        raise _not_taken() from None


def sync_folder(folder: Path) -> None:
    """Make durable which files a folder has."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _not_taken() -> UnavailableError:
    return UnavailableError(
        "the disk does not take what is to be written; what was there is unchanged",
        hint="Make room on it, or make the folder writable, then try again.",
    )


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".new")


def _wipe(path: Path, randomness: random.Randomness) -> None:
    """Remove what a crash left, its bytes written over first."""
    with suppress(FileNotFoundError):
        with path.open("r+b", buffering=0) as file:
            _write_over(file, randomness(os.fstat(file.fileno()).st_size))
        path.unlink()


def _for_change(path: Path) -> FileIO:
    """For reading and writing; on a read-only medium for reading alone."""
    try:
        return path.open("r+b", buffering=0)
    except OSError:
        return path.open("rb", buffering=0)


def _write_over(file: FileIO, content: bytes) -> None:
    file.seek(0)
    file.write(content)
    os.fsync(file.fileno())
