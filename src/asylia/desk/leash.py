"""What is done in a new process so that it does not outlive its parent.

Also a program: ``python -I leash.py PARENT READ WRITE COMMAND…`` leaves no core file, dies with its
parent, hands two descriptors on as 3 and 4 (where Chromium's debugging pipe looks) and becomes the
command.  Standard library alone, so that it starts in a moment; done here and not between fork
and exec, where a parent with threads may run no Python.
Refuses: to go on when the parent is gone already.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_READ, _WRITE = 3, 4


def die_with_parent(parent: int) -> None:
    """Have the system kill this process once ``parent``, who started it, is gone (Linux)."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it went before the system was told
        os._exit(1)


def _main(parent: str, read: str, write: str, *command: str) -> None:
    import fcntl  # noqa: PLC0415  POSIX has both; what else is here, others import
    import resource  # noqa: PLC0415

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    die_with_parent(int(parent))
    # First out of the way: one of them may be 3 or 4 already.
    moved = [fcntl.fcntl(int(one), fcntl.F_DUPFD_CLOEXEC, 10) for one in (read, write)]
    for one in (read, write):
        os.close(int(one))
    for found, wanted in zip(moved, (_READ, _WRITE), strict=True):
        os.dup2(found, wanted)
    os.execv(command[0], command)  # noqa: S606  the browser that the worker chose


if __name__ == "__main__":
    _main(*sys.argv[1:])
