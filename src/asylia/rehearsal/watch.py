"""Watching the process list: what anybody on the machine could read of the play's processes.

Upholds: of each process that descends from this one, or from one that was named, command line,
environment, title and the titles of its threads are kept, again and again while it lives, so that
a title that was changed is seen too.  Refuses: nothing; an environment that may not be read is
counted, since nobody else of the same user could read it either.  Linux alone has this list.
"""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from asylia.rehearsal.seizure import Finding, Looked, Searcher

PROC = Path("/proc")
PART = "the process list while everything ran"
_PAUSE = 0.1  # seconds
Started = tuple[int, int]  # a process by number and by when it began, since numbers come again


@dataclass
class Watch:
    """Looks until it is left."""

    _known: set[Started] = field(default_factory=set)
    _seen: dict[tuple[Started, str], set[bytes]] = field(default_factory=dict)
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.add(os.getpid())
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def add(self, pid: int) -> None:
        """Watch this process and what descends from it, too."""
        self._known |= {one for one in _all() if one[0] == pid}

    def search(self, searcher: Searcher) -> Looked:
        """Look for canaries in all that was seen so far."""
        seen = [(*key, text) for key, texts in [*self._seen.items()] for text in [*texts]]
        findings: list[Finding] = []
        for (pid, _), what, text in seen:
            findings += searcher.bytes(f"{what} of process {pid}", text)
        size = sum(len(text) for *_, text in seen)
        missing = () if seen else ("the process list: this system has no /proc",)
        processes = len({started for started, *_ in seen})
        return Looked(PART, 0, size, processes, tuple(findings), missing)

    def _run(self) -> None:
        while not self._over.wait(_PAUSE):
            self.look()

    def look(self) -> None:
        """Keep what the list shows now."""
        parents = _all()
        grown = True
        while grown:
            numbers = {pid for pid, _ in self._known & parents.keys()}
            found = {one for one, parent in parents.items() if parent in numbers} - self._known
            self._known |= found
            grown = bool(found)
        for started in self._known & parents.keys():
            for what, text in _shown(started[0]):
                self._seen.setdefault((started, what), set()).add(text)


def _all() -> dict[Started, int]:
    """Every process of the machine, and its parent's number."""
    found = {}
    for path in PROC.glob("[0-9]*"):
        try:
            # The title, in parentheses, may hold anything; what comes after is numbers.
            rest = (path / "stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            continue
        found[(int(path.name), int(rest[19]))] = int(rest[1])
    return found


def _shown(pid: int) -> Iterator[tuple[str, bytes]]:
    folder = PROC / str(pid)
    named = [(name, folder / name) for name in ("cmdline", "environ", "comm")]
    named += [("a thread's title", path) for path in folder.glob("task/*/comm")]
    for what, path in named:
        try:
            yield what, path.read_bytes()
        except OSError:  # it has ended, or hides this even from its own user
            continue
