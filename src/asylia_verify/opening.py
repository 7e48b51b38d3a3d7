"""Opening a bundle: a folder or a ``.zip``, read whole into memory, named files only.

Refuses links, devices, empty folders, names outside ``[a-z0-9._-]``, a name twice, and sizes past
the limits, before a byte of such a file is used.  Nothing is ever unpacked to disk.
"""

import io
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from asylia_verify.errors import UsageError, WrongError

FILES = 10_000
FILE_SIZE = 64 << 20
TOTAL_SIZE = 256 << 20
# Of a .zip: its list of entries, 800 bytes for each file that a bundle may hold.
DIRECTORY_SIZE = 8 << 20
DEPTH = 4
_SEGMENT = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    OverflowError,
)


def open_bundle(path: Path) -> dict[str, bytes]:
    """Every file of the bundle by its path inside it; ``WrongError`` or ``UsageError``."""
    try:
        mode = path.stat().st_mode
    except OSError:
        raise UsageError("there is no such bundle") from None
    if stat.S_ISDIR(mode):
        return _collect(_in_folder(path, "", 0))
    if stat.S_ISREG(mode):
        return _collect(_in_zip(path))
    raise UsageError("a bundle is a folder or a .zip file")


def safe_name(untrusted: str) -> str:
    """The path itself, if it is one that a bundle may have."""
    segments = untrusted.split("/")
    if len(segments) > DEPTH + 1 or not all(_SEGMENT.fullmatch(s) for s in segments):
        raise WrongError("has a name that no file of a bundle has", ascii(untrusted)[:120])
    return untrusted


def _collect(entries: Iterator[tuple[str, bytes]]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    total = 0
    for name, content in entries:
        total += len(content)
        if name in files:
            raise WrongError("there are two files of this name", name)
        if len(files) >= FILES or total > TOTAL_SIZE:
            raise WrongError("holds more files, or more bytes, than a bundle may")
        files[name] = content
    return files


def _in_folder(folder: Path, prefix: str, depth: int) -> Iterator[tuple[str, bytes]]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError:
        raise WrongError("is a folder that can't be read", prefix or ".") from None
    if not entries:
        raise WrongError("is an empty folder", prefix or ".")
    for entry in entries:
        name = safe_name(prefix + entry.name)
        if entry.is_dir(follow_symlinks=False) and depth < DEPTH:
            yield from _in_folder(Path(entry.path), f"{name}/", depth + 1)
        elif entry.is_file(follow_symlinks=False):
            yield name, _read(Path(entry.path), name)
        else:
            raise WrongError("is a link or a device, or a folder too deep", name)


def _read(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(FILE_SIZE + 1)
    except OSError:
        raise WrongError("can't be read", name) from None
    return _limited(content, name)


class _ZipFile(io.FileIO):
    """The ``.zip``; refuses one read of more than ``most`` bytes.

    ``zipfile`` reads the list of entries at once, and makes objects of 20 times its size of it,
    before anybody can ask how many there are.
    """

    most = DIRECTORY_SIZE

    def read(self, size: int | None = -1, /) -> bytes:
        """As a file reads."""
        if size is not None and size > self.most:
            raise zipfile.BadZipFile
        return super().read(size)


def _in_zip(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with _ZipFile(path) as file, zipfile.ZipFile(file) as archive:
            file.most = FILE_SIZE + 1
            entries = archive.infolist()
            if len(entries) > FILES:
                raise WrongError("holds more files than a bundle may")
            top = _top_folder([entry.orig_filename for entry in entries])
            for entry in entries:
                if not entry.orig_filename.startswith(top):
                    raise WrongError("the .zip file holds something beside the bundle")
                if not entry.is_dir():
                    yield safe_name(entry.orig_filename.removeprefix(top)), _unpack(archive, entry)
    except _BROKEN_ZIP:
        raise WrongError("the .zip file is broken, or is none") from None


def _top_folder(untrusted_names: list[str]) -> str:
    """What stands before ``bagit.txt``: nothing, or one folder, whatever it is called."""
    bags = [n for n in untrusted_names if n == "bagit.txt" or n.endswith("/bagit.txt")]
    if len(bags) != 1 or bags[0].count("/") > 1:
        raise WrongError("the .zip file does not hold one bundle")
    return bags[0].removesuffix("bagit.txt")


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise WrongError("is a link or a device, not a file", entry.filename)
    if entry.flag_bits & 1:
        raise WrongError("is encrypted inside the .zip file", entry.filename)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise WrongError("is packed in a way that is not read here", entry.filename)
    if entry.file_size > FILE_SIZE:
        raise WrongError("is larger than a file of a bundle may be", entry.filename)
    with archive.open(entry) as file:
        return _limited(file.read(FILE_SIZE + 1), entry.filename)


def _limited(content: bytes, name: str) -> bytes:
    if len(content) > FILE_SIZE:
        raise WrongError("is larger than a file of a bundle may be", name)
    return content
