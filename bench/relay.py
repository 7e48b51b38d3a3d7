"""Sealed reports stored durably per second, beside the same machine's raw SQLite group commit.

The relay is the real one, in a process of its own; the load generator shares the cores with it, and
each of its clients waits for the durable answer before it sends the next report.

Raw is what SQLite gives a program that has the reports in its memory already: the same blobs, table
and pragmas (write-ahead log, ``synchronous=FULL``, ``secure_delete``, the same checkpoints), one
process, one thread, one transaction a group, no HTTP, no look at an id or at the room.  It is run
twice: in groups as large as the relay's came to be in the same slice (rounded), and in groups of
as many blobs as there are clients, which a relay could reach only if nothing happened while it
commits.

The disk and the cores are shared with whatever else runs, so relay and raw take turns, slice by
slice, and each ratio is the median of the slices' ratios.
"""

import json
import mmap
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asylia import listener
from asylia.relay.serve import KEY, STORE, init
from asylia.relay.serve import run as serve
from asylia.relay.sqlite import SQLiteStore, connect
from asylia.relay.writer import GroupWriter, Job
from asylia.tlog.checkpoint import NoteKey
from asylia.tlog.keyfile import decode_key
from asylia.tlog.log import Log
from bench.loadgen import Burst, burst, put_request
from bench.ports import await_port, free_port

BLOB = 12 * 1024  # bytes: a report, sealed and padded
SLICE = {1: 100, 4: 240, 16: 480}  # reports in a slice, by clients
SLICES = 40
FORCED = 20 * 1024  # bytes: what a report adds to the write-ahead log, about
GROUPS = "groups"  # file in which the measured server counts the groups that it committed


@dataclass(frozen=True)
class Slice:
    """One burst; the groups it was stored in; seconds of raw SQLite, in two group sizes."""

    burst: Burst
    groups: int
    raw_same: float
    raw_clients: float


def run() -> dict[str, Any]:
    """Reports a second with 1, 4 and 16 clients, the raw rates, and relay divided by raw."""
    with tempfile.TemporaryDirectory() as name:
        return {
            "blob_bytes": BLOB,
            "slices": SLICES,
            "durably_stored": [_measure(Path(name), clients) for clients in SLICE],
            "fdatasync_milliseconds_median": round(1000 * _forced(Path(name)), 2),
        }


def _measure(folder: Path, clients: int) -> dict[str, Any]:
    count = SLICE[clients]
    with _relay(folder / f"relay-{clients}") as (port, groups):
        raw_same, raw_clients = (_Raw(folder / f"{kind}-{clients}") for kind in ("same", "clients"))
        burst("127.0.0.1", port, _requests(count), clients)  # the first is not measured

        def one(_: int) -> Slice:
            before = groups()
            done = burst("127.0.0.1", port, _requests(count), clients)
            many = groups() - before
            same = raw_same.seconds(count, max(1, round(count / many)))
            return Slice(done, many, same, raw_clients.seconds(count, clients))

        return _figures(clients, count, [one(at) for at in range(SLICES)])


def _figures(clients: int, count: int, slices: list[Slice]) -> dict[str, Any]:
    waits = sorted(wait for one in slices for wait in one.burst.latencies)

    def quartiles(value: Callable[[Slice], float]) -> list[float]:
        return [round(at, 2) for at in statistics.quantiles([value(one) for one in slices], n=4)]

    def rate(seconds: Callable[[Slice], float]) -> int:
        return round(statistics.median(count / seconds(one) for one in slices))

    same = quartiles(lambda one: one.raw_same / one.burst.seconds)
    most = quartiles(lambda one: one.raw_clients / one.burst.seconds)
    return {
        "clients": clients,
        "reports": count * len(slices),
        "failures": sum(count - one.burst.statuses.get(201, 0) for one in slices),
        "reports_per_second": rate(lambda one: one.burst.seconds),
        "group_reached": round(count * len(slices) / sum(one.groups for one in slices), 1),
        "raw_per_second_at_that_group": rate(lambda one: one.raw_same),
        "ratio_at_that_group": same[1],
        "ratio_at_that_group_quartiles": [same[0], same[2]],
        "raw_per_second_at_group_of_clients": rate(lambda one: one.raw_clients),
        "ratio_at_group_of_clients": most[1],
        "ratio_at_group_of_clients_quartiles": [most[0], most[2]],
        "milliseconds_median": round(1000 * waits[len(waits) // 2], 2),
        "milliseconds_p99": round(1000 * waits[len(waits) * 99 // 100], 2),
    }


class _Raw:
    def __init__(self, path: Path) -> None:
        SQLiteStore(path).close()
        self._connection = connect(path)

    def seconds(self, count: int, group: int) -> float:
        """What it takes to store so many new reports in transactions of ``group`` each."""
        rows = [(os.urandom(16), 20_000, os.urandom(BLOB)) for _ in range(count)]
        begun = time.perf_counter()
        for at in range(0, count, group):
            self._connection.execute("BEGIN IMMEDIATE")
            for row in rows[at : at + group]:
                self._connection.execute("INSERT INTO envelope VALUES (?, ?, ?)", row)
            self._connection.execute("COMMIT")
        return time.perf_counter() - begun


def _requests(count: int) -> list[bytes]:
    return [
        put_request(f"/v1/envelopes/{os.urandom(16).hex()}", os.urandom(BLOB)) for _ in range(count)
    ]


def _forced(folder: Path) -> float:
    """Median seconds of ``fdatasync`` after as many bytes as a report adds to the log."""
    waits = []
    with (folder / "forced").open("wb") as file:
        for _ in range(300):
            file.write(os.urandom(FORCED))
            file.flush()
            begun = time.perf_counter()
            os.fdatasync(file.fileno())
            waits.append(time.perf_counter() - begun)
    return statistics.median(waits)


@contextmanager
def _relay(folder: Path) -> Iterator[tuple[int, Callable[[], int]]]:
    """A relay's port, and how many groups it has committed by now."""
    init(folder, access=bytes(32), key=NoteKey("bench.example", bytes(32)))
    (folder / GROUPS).write_bytes(bytes(8))
    port = free_port()
    command = [sys.executable, "-m", "bench.relay", "serve", str(folder), str(port)]
    process = subprocess.Popen(command)
    try:
        await_port(port)
        with _counter(folder) as count:
            yield port, lambda: int.from_bytes(count[:], "big")
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _counter(folder: Path) -> Iterator[mmap.mmap]:
    with (folder / GROUPS).open("r+b") as file, mmap.mmap(file.fileno(), 8) as shared:
        yield shared


class _CountingWriter(GroupWriter):
    shared: mmap.mmap

    def run(self, group: list[Job[Any]]) -> tuple[list[Any], Callable[[], Any]]:
        self.shared[:] = (int.from_bytes(self.shared[:], "big") + 1).to_bytes(8, "big")
        return super().run(group)


class _CountingStore(SQLiteStore):
    def _start(self, connection: sqlite3.Connection) -> GroupWriter:
        return _CountingWriter(connection)


def _serve(folder: Path, port: int) -> None:
    log = Log(decode_key((folder / KEY).read_bytes()))
    with _counter(folder) as _CountingWriter.shared, _CountingStore(folder / STORE) as store:
        listener.run(serve(store, log, listener.listen("127.0.0.1", port)))


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        _serve(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        print(json.dumps(run(), indent=1))
