"""The one folder that a session may write to: in memory, and gone with the session.

Upholds: it lies on a tmpfs or ramfs, is this user's alone, and is removed at the end; what a crash
left is removed at the next start.  Its owner holds a lock on it for as long as it lives, so that
nobody's folder is taken from under them.
Refuses: a folder on a disk.  Where a system has none in memory, there is none.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from asylia.errors import RefusedError

PREFIX = "asylia-desk-"
MOUNTS = Path("/proc/self/mountinfo")
_IN_MEMORY = {"tmpfs", "ramfs"}
_TRIES = 50  # of removing what a process that is just dying still writes to
_PAUSE = 0.1  # seconds


def places(environment: Mapping[str, str]) -> list[Path]:
    """Where such a folder may lie: the user's runtime folder, else the system's shared memory."""
    runtime = Path(environment.get("XDG_RUNTIME_DIR", ""))
    shared = Path("/dev/shm")  # noqa: S108  a folder of mode 0700 is drawn below it
    return [runtime, shared] if runtime.is_absolute() else [shared]


def in_memory(folder: Path, mounts: Path = MOUNTS) -> bool:
    """Whether a folder lies on a file system that is memory; ``mounts`` as in proc(5)."""
    try:
        device = folder.stat().st_dev
        lines = mounts.read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    number = f"{os.major(device)}:{os.minor(device)}"
    found = set()
    for line in lines:
        before, _, after = line.partition(" - ")
        if before.split()[2:3] == [number]:
            found.add(after.split()[0])
    return bool(found) and found <= _IN_MEMORY


def base(candidates: Sequence[Path] | None = None, mounts: Path = MOUNTS) -> Path | None:
    """The first place that is in memory and may be written to; None where a system has none."""
    for folder in places(os.environ) if candidates is None else candidates:
        if in_memory(folder, mounts) and os.access(folder, os.W_OK | os.X_OK):
            return folder
    return None


@contextmanager
def scratch(within: Path) -> Iterator[Path]:
    """A fresh folder of mode 0700 below ``within``, locked by this process, removed at the end."""
    sweep(within)
    folder, held = _make(within)
    try:
        yield folder
    finally:
        remove(folder)
        os.close(held)


def sweep(within: Path) -> None:
    """Remove the folders of this user that no process holds any more."""
    for folder in within.glob(f"{PREFIX}*"):
        with suppress(OSError):
            if folder.lstat().st_uid != os.getuid() or folder.is_symlink():
                continue
            held = _hold(folder)
            if held is not None:
                remove(folder)
                os.close(held)


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it; ``RefusedError`` where something stays."""
    for _ in range(_TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_PAUSE)
    raise RefusedError(
        "A folder in memory could not be removed.", hint="Switch the machine off to empty it."
    )


def _make(within: Path) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=within))
        held = _hold(folder)
        if held is not None and folder.exists():  # else another start swept it before it was held
            return folder, held
        if held is not None:
            os.close(held)


def _hold(folder: Path) -> int | None:
    """Lock a folder until its descriptor is closed, or its process ends; None if it is held."""
    import fcntl  # noqa: PLC0415  POSIX has it; elsewhere there is no folder to hold

    try:
        found = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(found, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(found)
        return None
    return found
