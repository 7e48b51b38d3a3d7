"""Two relay processes on one PostgreSQL under load, something struck down every few seconds.

Clients talk to whichever process answers, and send again where an answer did not come.  In the end
each blob that was ever acknowledged is read back and compared byte for byte, and the ledger is held
against what its positions were said to be.
"""

import base64
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256, shake_128
from pathlib import Path
from typing import Any

from asylia.relay.serve import init
from asylia.tlog.checkpoint import NoteKey
from bench.cluster import Cluster
from bench.ports import await_port, free_port

SECRET = b"team's access secret for a test."
BLOB, ENTRY = 12 * 1024, 2048  # bytes: a report, an entry
REPORTERS, DESKS = 6, 2
SERVE = """
import sys
from pathlib import Path
from asylia.relay.serve import serve
serve(Path(sys.argv[1]), "127.0.0.1", int(sys.argv[2]), postgres_file=Path(sys.argv[3]))
"""


def content(name: bytes, size: int) -> bytes:
    """The bytes that go under a name: nobody needs to keep them for the comparison."""
    return shake_128(name).digest(size)


def shown(secret: bytes) -> dict[str, str]:
    """The header that shows a secret."""
    return {"Authorization": "Asylia " + base64.urlsafe_b64encode(secret).decode()}


class Process:
    """One relay process; it comes back on the same port after it was struck down."""

    def __init__(self, folder: Path, conninfo_file: Path, code: str) -> None:
        self.port = free_port()
        self._command = [sys.executable, "-c", code, str(folder), str(self.port)]
        self._command.append(str(conninfo_file))
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(self._command)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def request(
        self, method: str, path: str, body: bytes | None = None, secret: bytes = SECRET
    ) -> tuple[int, bytes]:
        """Status and body of an answer to one who shows this secret."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, shown(secret))
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@dataclass
class World:
    """A server, its relay processes, and a folder."""

    cluster: Cluster
    conninfo: str
    processes: list[Process]
    folder: Path
    struck: int = 0

    def kill_one(self) -> None:
        """``kill -9`` of the next process in turn; it is started again at once."""
        process = self.processes[self.struck % len(self.processes)]
        process.kill()
        process.start()

    def restart_database(self) -> None:
        """PostgreSQL goes down as in a power cut, and comes back."""
        self.cluster.restart()


@contextmanager
def world(*, code: str = SERVE, processes: int = 2, **settings: str) -> Iterator[World]:
    """Relay processes that serve copies of one folder on one database of a new server."""
    with Cluster(**settings) as cluster, tempfile.TemporaryDirectory() as name:
        folder, conninfo = Path(name), cluster.database()
        conninfo_file = folder / "database"
        conninfo_file.touch(mode=0o600)
        conninfo_file.write_text(conninfo)
        found(folder / "relay-0", conninfo_file)
        running = []
        try:
            for at in range(processes):
                own = folder / f"relay-{at}"
                own.mkdir(mode=0o700, exist_ok=True)
                (own / "log.key").write_bytes((folder / "relay-0" / "log.key").read_bytes())
                running.append(Process(own, conninfo_file, code))
            for process in running:
                await_port(process.port)
            yield World(cluster, conninfo, running, folder)
        finally:
            for process in running:
                process.kill()


def found(folder: Path, conninfo_file: Path) -> None:
    """Make the relay."""
    key = NoteKey("log.example/siege", bytes(32))
    init(folder, access=sha256(SECRET).digest(), key=key, postgres_file=conninfo_file)


@dataclass
class Outcome:
    """What clients were told, and what of it was not so in the end."""

    seconds: float = 0.0
    strikes: int = 0
    sent_again: int = 0
    longest_wait: float = 0.0
    envelopes: set[bytes] = field(default_factory=set)
    entries: dict[bytes, int] = field(default_factory=dict)
    lost: int = 0
    ledger: int = 0
    ledger_faults: int = 0


def besiege(world: World, seconds: float, every: float, strike: Callable[[World], None]) -> Outcome:
    """Load for so many seconds with a strike each ``every`` seconds, then the comparison."""
    outcome, stop, lock = Outcome(), threading.Event(), threading.Lock()
    jobs = [(_report, REPORTERS), (_entry, DESKS)]
    threads = [
        threading.Thread(target=_client, args=(world, job, at, outcome, stop, lock))
        for job, count in jobs
        for at in range(count)
    ]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    while (left := begun + seconds - time.monotonic()) > 0:
        time.sleep(min(every, left))
        if left > every:
            strike(world)
            world.struck += 1
            outcome.strikes += 1
    stop.set()
    for thread in threads:
        thread.join()
    outcome.seconds = time.monotonic() - begun
    _compare(world, outcome)
    return outcome


def _client(
    world: World,
    job: Callable[[Outcome, "Line", threading.Lock], None],
    at: int,
    outcome: Outcome,
    stop: threading.Event,
    lock: threading.Lock,
) -> None:
    line = Line(world, at)
    while not stop.is_set():
        job(outcome, line, lock)
    with lock:
        outcome.sent_again += line.sent_again
        outcome.longest_wait = max(outcome.longest_wait, line.longest)
    line.close()


def _report(outcome: Outcome, line: "Line", lock: threading.Lock) -> None:
    name = os.urandom(16)
    line.put(f"/v1/envelopes/{name.hex()}", content(name, BLOB))
    with lock:
        outcome.envelopes.add(name)


def _entry(outcome: Outcome, line: "Line", lock: threading.Lock) -> None:
    blob = content(os.urandom(16), ENTRY)
    name = sha256(blob).digest()
    place = int(line.put(f"/v1/ledger/{name.hex()}", blob))
    with lock:
        outcome.entries[name] = place


class Line:
    """A client's connection to whichever process answers."""

    def __init__(self, world: World, at: int) -> None:
        self._world, self._at, self.sent_again, self.longest = world, at, 0, 0.0
        self._connection: http.client.HTTPConnection | None = None

    def put(self, path: str, body: bytes) -> bytes:
        """Send until it is acknowledged."""
        begun = time.monotonic()
        while True:
            try:
                answered = self._try(path, body)
            except (OSError, http.client.HTTPException):
                answered = None
            if answered is not None:
                self.longest = max(self.longest, time.monotonic() - begun)
                return answered
            self.sent_again += 1
            self.close()
            self._at += 1
            time.sleep(0.02)
            if time.monotonic() - begun > 90:
                raise RuntimeError("no process answers")

    def _try(self, path: str, body: bytes) -> bytes | None:
        if self._connection is None:
            port = self._world.processes[self._at % len(self._world.processes)].port
            self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._connection.request("PUT", path, body, shown(SECRET))
        answer = self._connection.getresponse()
        told = answer.read()
        if answer.status in (200, 201):
            return told
        if answer.status in (500, 503):
            return None
        raise RuntimeError(f"answered {answer.status}")

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def _compare(world: World, outcome: Outcome) -> None:
    process = world.processes[-1]
    await_port(process.port)
    connection = http.client.HTTPConnection("127.0.0.1", process.port, timeout=30)
    for name in outcome.envelopes:
        connection.request("GET", f"/v1/envelopes/{name.hex()}", headers=shown(SECRET))
        answer = connection.getresponse()
        outcome.lost += answer.read() != content(name, BLOB)
    connection.close()
    hashes: list[bytes] = []
    while page := process.request("GET", f"/v1/ledger?from={len(hashes)}")[1]:
        at = 0
        while at < len(page):
            size = int.from_bytes(page[at : at + 4], "big")
            hashes.append(sha256(page[at + 4 : at + 4 + size]).digest())
            at += 4 + size
    outcome.ledger = len(hashes)
    doubles = len(hashes) - len(set(hashes))
    moved = sum(hashes[at : at + 1] != [name] for name, at in outcome.entries.items())
    outcome.ledger_faults = doubles + moved


def figures(outcome: Outcome) -> dict[str, Any]:
    """What is worth keeping."""
    told = len(outcome.envelopes) + len(outcome.entries)
    return {
        "seconds": round(outcome.seconds, 1),
        "processes_killed": outcome.strikes,
        "envelopes_acknowledged": len(outcome.envelopes),
        "entries_acknowledged": len(outcome.entries),
        "acknowledged_per_second": round(told / outcome.seconds),
        "requests_sent_again": outcome.sent_again,
        "longest_wait_seconds": round(outcome.longest_wait, 2),
        "envelopes_lost": outcome.lost,
        "ledger_length": outcome.ledger,
        "ledger_faults": outcome.ledger_faults,
    }


def run() -> dict[str, Any]:
    """A minute of load, one of two processes killed -9 every 5 seconds."""
    with world() as besieged:
        return figures(besiege(besieged, 60, 5, World.kill_one))


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
