"""A 1 GiB stream sealed and opened: how much memory each side takes, and how fast.

Memory: two processes and a pipe between them, nothing on disk.  It is the kernel's peak for this
very program (``VmHWM``): ``ru_maxrss`` would carry over that of the process that started it.
Speed: in this process, without the pipe; the yardstick is the bare cipher over the same chunks.
"""

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from asylia.crypto import age

SIZE = 1 << 30
BOUND_MIB = 96
CHUNK = 64 * 1024
SPEED_SIZE = 128 << 20
FILES = 500
SEED, NONCE = bytes(32), bytes(12)
ME = age.Identity.from_seed(SEED)


class Zeros:
    """A source of ``left`` zero bytes."""

    def __init__(self, left: int) -> None:
        self.left = left

    def read(self, size: int, /) -> bytes:
        size = min(size, self.left)
        self.left -= size
        return bytes(size)


class Count:
    """A target that keeps a length only."""

    size = 0

    def write(self, content: bytes, /) -> None:
        self.size += len(content)


def run() -> dict[str, Any]:
    """Peak MiB of each side; MiB a second and ratio to the bare cipher; small files a second."""
    command = [sys.executable, "-m", "bench.age"]
    with (
        subprocess.Popen(
            [*command, "seal"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as sealing,
        subprocess.Popen(
            [*command, "open"], stdin=sealing.stdout, stderr=subprocess.PIPE
        ) as opening,
    ):
        # Only the opening side may hold the pipe: should it stop, the sealing side stops too.
        sealing.stdout.close()
        reports = [json.loads(side.stderr.read()) for side in (opening, sealing)]
    opened, sealed = reports
    if opened["bytes"] != SIZE or max(opened["peak_mib"], sealed["peak_mib"]) >= BOUND_MIB:
        raise SystemExit(f"the stream broke its bound of {BOUND_MIB} MiB: {reports}")
    box, chunk = ChaCha20Poly1305(SEED), bytes(CHUNK)
    sealed_stream = age.encrypt(bytes(SPEED_SIZE), [ME.recipient])
    to_me = [ME.recipient]
    chunks = range(SPEED_SIZE // CHUNK)
    bare = _mib_per_second(lambda: [len(box.encrypt(NONCE, chunk, None)) for _ in chunks])
    sealing_rate = _mib_per_second(lambda: age.encrypt_stream(Zeros(SPEED_SIZE), Count(), to_me))
    opening_rate = _mib_per_second(
        lambda: age.decrypt_stream(io.BytesIO(sealed_stream), Count(), [ME])
    )
    small = age.encrypt(bytes(4096), to_me)
    seal_small = _seconds(lambda: [age.encrypt(bytes(4096), to_me) for _ in range(FILES)])
    open_small = _seconds(lambda: [age.decrypt(small, [ME]) for _ in range(FILES)])
    return {
        "stream_mib": SIZE >> 20,
        "bound_mib": BOUND_MIB,
        "seal_peak_mib": sealed["peak_mib"],
        "open_peak_mib": opened["peak_mib"],
        "bare_cipher_mib_per_second": round(bare),
        "seal_mib_per_second": round(sealing_rate),
        "open_mib_per_second": round(opening_rate),
        "seal_ratio": round(sealing_rate / bare, 2),
        "open_ratio": round(opening_rate / bare, 2),
        "seal_4_kib_files_per_second": round(FILES / seal_small),
        "open_4_kib_files_per_second": round(FILES / open_small),
    }


def _mib_per_second(act: Callable[[], object]) -> float:
    return (SPEED_SIZE >> 20) / _seconds(act)


def _seconds(act: Callable[[], object]) -> float:
    """The quickest of three: what the machine can do while nobody else uses it."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return min(times)


def _peak_mib() -> float:
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return round(int(line.split()[1]) / 1024, 1)


def _side(which: str) -> None:
    count = Count()
    if which == "seal":
        age.encrypt_stream(Zeros(SIZE), sys.stdout.buffer, [ME.recipient])
        sys.stdout.buffer.flush()
    else:
        age.decrypt_stream(sys.stdin.buffer, count, [ME])
    print(json.dumps({"bytes": count.size, "peak_mib": _peak_mib()}), file=sys.stderr)


if __name__ == "__main__":
    _side(sys.argv[1])
