"""What a process gives up before it looks at a hostile file: for good, and without any privilege.

Upholds: after ``enter`` this process and what it executes opens no network, writes, renames or
removes no file, signals and traces no other process, and ends with its parent, at its limit of
memory or at its limit of time.  By seccomp (Linux ``Documentation/userspace-api/seccomp_filter``)
and resource limits, which need no rights and no namespace.  Refuses (``UnavailableError``) where
the system has no such filter: then nothing is looked into.
"""

import ctypes
import os
import platform
import signal
import struct
import sys

from asylia.errors import UnavailableError

MEMORY = 1 << 30  # bytes of address space
SECONDS = 60  # of processor time
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_FILTER = 2
_LOAD, _EQUAL, _ANY_BIT, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _KILL, _DENY = 0x7FFF0000, 0x80000000, 0x00050000 | 13  # EACCES
_NUMBER_AT, _ARCH_AT, _ARGUMENTS_AT = 0, 4, 16
_X32 = 0x40000000
# O_WRONLY | O_RDWR | O_CREAT | O_TRUNC, and O_TMPFILE's own bit: the same on both machines.
_TO_WRITE = 0x1 | 0x2 | 0x40 | 0x200 | 0x400000
# By machine: AUDIT_ARCH, the calls refused, those refused with such a flag (number, argument).
_MACHINES: dict[str, tuple[int, tuple[int, ...], tuple[tuple[int, int], ...]]] = {
    "x86_64": (
        0xC000003E,
        (
            41, 42, 49, 50,  # socket, connect, bind, listen
            62, 101, 200, 310, 311, 424, 434,  # kill, ptrace, tkill, process_vm_*, pidfd_*
            76, 77, 82, 83, 84, 85, 86, 87, 88, 90, 91, 92, 93, 94, 133,  # what changes files
            258, 259, 260, 263, 264, 265, 266, 268, 280, 285, 316, 452,  # the same, by *at
            188, 189, 190, 197, 198, 199,  # extended attributes
            165, 166, 272, 308, 155,  # mount, umount2, unshare, setns, pivot_root
            240, 248, 249, 250, 304, 321, 323, 425, 437,  # keys, handles, bpf, io_uring, openat2 …
        ),
        ((2, 1), (257, 2)),  # open, openat
    ),
    "aarch64": (
        0xC00000B7,
        (
            198, 203, 200, 201,
            129, 117, 130, 270, 271, 424, 434,
            33, 34, 35, 36, 37, 38, 45, 46, 47, 52, 53, 54, 55, 88, 276, 452,
            5, 6, 7, 14, 15, 16,
            40, 39, 97, 268, 41,
            180, 217, 218, 219, 265, 280, 282, 425, 437,
        ),
        ((56, 2),),
    ),
}  # fmt: skip


def enter(memory: int = MEMORY, seconds: int = SECONDS) -> None:
    """Give everything up; there is no way back.  ``UnavailableError`` where that can't be done."""
    if sys.platform != "linux" or platform.machine() not in _MACHINES:
        raise UnavailableError("this system has no filter that could confine a reader of files")
    import resource  # noqa: PLC0415  POSIX has it

    limits = (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    )
    for name, most in limits:
        resource.setrlimit(name, (most, most))
    parent = os.getppid()
    libc = ctypes.CDLL(None, use_errno=True)
    program = _program(*_MACHINES[platform.machine()])
    held = ctypes.create_string_buffer(program, len(program))
    filter_ = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(held))
    if (
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        or libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        or os.getppid() != parent
        or libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        or libc.prctl(_PR_SET_SECCOMP, _FILTER, ctypes.c_char_p(filter_), 0, 0)
    ):
        raise UnavailableError("this system does not let a reader of files be confined")


def _program(arch: int, refused: tuple[int, ...], by_flag: tuple[tuple[int, int], ...]) -> bytes:
    """The filter as classic BPF: 8 bytes an instruction."""
    code = [
        (_LOAD, 0, 0, _ARCH_AT),
        (_EQUAL, 1, 0, arch),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
    ]
    if arch == _MACHINES["x86_64"][0]:
        code += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _KILL)]
    for number in refused:
        code += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _DENY)]
    for number, argument in by_flag:
        code += [
            (_EQUAL, 0, 4, number),
            (_LOAD, 0, 0, _ARGUMENTS_AT + 8 * argument),
            (_ANY_BIT, 0, 1, _TO_WRITE),
            (_RETURN, 0, 0, _DENY),
            (_RETURN, 0, 0, _ALLOW),
        ]
    code.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("HBBI", *one) for one in code)
