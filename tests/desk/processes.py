"""``asylia desk`` as a command, what it prints, and which processes it consists of."""

import os
import queue
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

LINK = re.compile(r"http://(desk-[0-9a-f]{8}\.localhost:(\d+))/enter/(\S+)")
COMMAND = (sys.executable, "-m", "asylia", "desk")


class Started:
    """A desk in a process of its own."""

    def __init__(
        self,
        vault: Path,
        relay: str,
        *options: str,
        command: tuple[str, ...] = COMMAND,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.process = subprocess.Popen(
            [*command, str(vault), "--relay", relay, "--swap-is-safe", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
        self.said: list[str] = []
        self._links: queue.Queue[re.Match[str]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if found := LINK.search(line):
                self._links.put(found)

    def next_link(self) -> re.Match[str]:
        return self._links.get(timeout=60)

    def children(self) -> list[int]:
        """Processes of this desk: those whose parent it is."""
        return children(self.process.pid)

    def key_holder(self) -> int:
        """The child that serves the session."""
        (found,) = (one for one in self.children() if b"spawn_main" in arguments(one))
        return found

    def all(self) -> set[int]:
        """The parent, and all that came from it."""
        found, ahead = set[int](), [self.process.pid]
        while ahead:
            found.add(one := ahead.pop())
            ahead += children(one)
        return found

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


def children(pid: int) -> list[int]:
    """Whose parent is ``pid``; whichever of its threads started them."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, task.read_text().split())
        except OSError:
            continue
    return found


def arguments(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def is_alive(pid: int) -> bool:
    """Whether it still runs; one that ended and was not asked for its exit code does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def alive(pids: set[int], within: float = 20) -> set[int]:
    """Those that still run after ``within`` seconds; as soon as it is none, none."""
    deadline = time.monotonic() + within
    while (left := {one for one in pids if is_alive(one)}) and time.monotonic() < deadline:
        time.sleep(0.01)
    return left
