"""What is done in a new process so that it does not outlive its parent.

Also a program: ``python -I leash.py PARENT SIGNAL PIPE COMMAND…`` gets the signal when its parent
is gone and becomes the command.  A ``PIPE`` (two descriptors; ``-``: none) is a browser's: it is
handed on as 3 and 4, where Chromium's debugging pipe looks, and no core file is left.  Standard
library alone, so that it starts in a moment; done here and not between fork and exec, where a
parent with threads may run no Python.
Refuses: to go on when the parent is gone already.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1
_READ, _WRITE = 3, 4


def on_leash(
    command: Sequence[str], end: signal.Signals, pipe: tuple[int, int] | None = None
) -> list[str]:
    """The command as a child of this process is to be started with: it gets ``end`` after it."""
    held = "-" if pipe is None else f"{pipe[0]},{pipe[1]}"
    told = (str(os.getpid()), str(int(end)), held)
    return [sys.executable, "-I", "-S", __file__, *told, *command]


def die_with_parent(parent: int, end: int = signal.SIGKILL) -> None:
    """Have the system end this process once ``parent``, who started it, is gone (Linux)."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, end, 0, 0, 0)
    if os.getppid() != parent:  # it went before the system was told
        os._exit(1)


def _main(parent: str, end: str, pipe: str, *command: str) -> None:
    die_with_parent(int(parent), int(end))
    if pipe != "-":
        _hand_on(*map(int, pipe.split(",")))
    os.execv(command[0], command)  # noqa: S606  the browser that the worker chose, or ourselves


def _hand_on(*pipe: int) -> None:
    import fcntl  # noqa: PLC0415  POSIX has both; what else is here, others import
    import resource  # noqa: PLC0415

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # First out of the way: one of them may be 3 or 4 already.
    moved = [fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, 10) for one in pipe]
    for one in pipe:
        os.close(one)
    for found, wanted in zip(moved, (_READ, _WRITE), strict=True):
        os.dup2(found, wanted)


if __name__ == "__main__":
    _main(*sys.argv[1:])
