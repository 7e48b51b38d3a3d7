"""A program: ``python -I onlooker.py PID`` writes the memory of a process to standard output.

It is what a program of the same user would do that looks for secrets.  Leaves with 3 where the
system refuses.  Standard library alone.
"""

import os
import sys
from pathlib import Path

REFUSED = 3
_CHUNK = 1 << 24


def _main(pid: str) -> int:
    folder = Path("/proc", pid)
    try:
        with (folder / "mem").open("rb", 0) as memory:
            for line in (folder / "maps").read_text().splitlines():
                where, rights = line.split()[:2]
                if rights.startswith("rw"):  # what can't be written to lies in files anyway
                    _copy(memory.fileno(), *(int(end, 16) for end in where.split("-")))
    except PermissionError:
        return REFUSED
    return 0


def _copy(memory: int, start: int, end: int) -> None:
    for at in range(start, end, _CHUNK):
        try:
            sys.stdout.buffer.write(os.pread(memory, min(_CHUNK, end - at), at))
        except (OSError, OverflowError):  # a page that nothing lies behind
            return


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
