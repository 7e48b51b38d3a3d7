"""The BagIt 1.0 form of a bundle (RFC 8493), written whole or not at all.

Upholds: the folder appears under its name by one rename, complete; a name that a reader would
refuse is never written.  Refuses to overwrite anything.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from asylia.errors import ConflictError, MalformedError, UnavailableError

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
SEAL = "seal.json"
_MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
_SEGMENT = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_DEPTH = 5


def bag(payload: Mapping[str, bytes], made_on: str) -> dict[str, bytes]:
    """Payload (paths under ``data/``) with its tag files, all but the seal."""
    total = sum(map(len, payload.values()))
    info = (
        f"Bag-Software-Agent: asylia\nBagging-Date: {made_on}\n"
        f"Payload-Oxum: {total}.{len(payload)}\n"
    )
    tags = {"bag-info.txt": info.encode(), "bagit.txt": DECLARATION, _MANIFEST: _listing(payload)}
    return {**payload, **tags, TAG_MANIFEST: _listing(tags)}


def write(files: Mapping[str, bytes], out: Path) -> None:
    """Write all files into a folder beside ``out``, then give it that name.

    Raises ``ConflictError`` where something is there already, ``UnavailableError`` where the disk
    refuses; in either case nothing is left behind.
    """
    for name in files:
        _check_name(name)
    if out.exists() or out.is_symlink():
        raise ConflictError("there is something at the bundle's place already")
    try:
        out.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".bundle-", dir=out.parent))
    except OSError:
        raise UnavailableError("the folder for the bundle can't be written to") from None
    try:
        for name, content in files.items():
            _write_durably(beside / name, content)
        beside.rename(out)
    except OSError:
        raise UnavailableError(
            "the bundle could not be written",
            hint="Is the disk full? Nothing was left behind; make room, then build it again.",
        ) from None
    finally:
        with suppress(FileNotFoundError):
            shutil.rmtree(beside)


def _listing(files: Mapping[str, bytes]) -> bytes:
    lines = (f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "".join(lines).encode()


def _check_name(name: str) -> None:
    segments = name.split("/")
    if len(segments) > _DEPTH or not all(_SEGMENT.fullmatch(one) for one in segments):
        raise MalformedError("a file of the bundle has a name that a reader would refuse")


def _write_durably(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
