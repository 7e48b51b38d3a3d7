"""What a process that holds keys asks of its system.

Upholds (on POSIX; elsewhere each does what it can): no core file, no other process of the same user
reads this one's memory.  What a system lacks is told by the return value.  Refuses, where others'
names are to lie in memory, a machine that may write it to a disk in clear.
"""

import ctypes
import sys
from pathlib import Path

from asylia.errors import RefusedError

_PR_SET_DUMPABLE = 4


def harden() -> bool:
    """No core files, not dumpable; whether both hold now."""
    return _no_core() and _not_dumpable()


def _no_core() -> bool:
    try:
        import resource  # noqa: PLC0415  POSIX has it, Windows does not
    except ImportError:
        return False
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)


def _not_dumpable() -> bool:
    if sys.platform != "linux":
        return False
    return bool(ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)


_SWAPS, _DEVICES = Path("/proc/swaps"), Path("/sys/class/block")


def check_memory(*, swap_is_safe: bool, swaps: Path | None = None) -> None:
    """``RefusedError`` where memory may be written to a disk in clear; and hardens this process."""
    harden()
    if not swap_is_safe and unencrypted_swap(swaps or _SWAPS):
        raise RefusedError(
            "this machine may write memory to its disk unencrypted, so nothing was opened",
            hint="Switch swap off or encrypt it, then try again.",
        )


def unencrypted_swap(swaps: Path = _SWAPS, devices: Path = _DEVICES) -> bool:
    """Whether memory may be written to a disk in clear; True where the system does not tell.

    ``swaps``: as in proc(5).  Compressed memory (zram without a backing device) and dm-crypt (its
    uuid begins with CRYPT-) do not write in clear.
    """
    try:
        lines = swaps.read_text("utf-8").splitlines()[1:]
    except OSError:
        return True
    return any(not _is_safe(Path(line.split()[0]), devices) for line in lines if line.strip())


def _is_safe(swap: Path, devices: Path) -> bool:
    name = swap.resolve().name
    if name.startswith("zram"):
        return not _backs_to_disk(devices / name / "backing_dev")
    try:
        return (devices / name / "dm" / "uuid").read_text("utf-8").startswith("CRYPT-")
    except OSError:
        return False


def _backs_to_disk(backing: Path) -> bool:
    try:
        return backing.read_text("utf-8").strip() not in ("none", "")
    except OSError:
        return False
