"""A program: ``python -I unprivileged.py COMMAND…`` becomes the command, with no privilege at all.

Upholds: what the command can do to other processes of its user is what any of them could, root's
too, since no capability is left; core files are allowed as far as whoever started it is allowed
any.  Standard library alone, so that it starts in a moment.
"""

import ctypes
import os
import resource
import sys

_PR_CAPBSET_DROP = 24
_CAPABILITIES = 64  # more than any kernel has; one that it lacks is refused


def _main(*command: str) -> None:
    limit = resource.getrlimit(resource.RLIMIT_CORE)[1]  # even root may be kept from raising it
    resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))
    libc = ctypes.CDLL(None)
    for capability in range(_CAPABILITIES):
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    os.execv(command[0], command)  # noqa: S606  our own command


if __name__ == "__main__":
    _main(*sys.argv[1:])
