"""Sealed reports stored durably per second, beside the same machine's raw SQLite group commit.

The relay is the real one, in a process of its own; the load generator shares the cores with it.
Raw: the same blobs, table and pragmas, one thread, no HTTP; once in groups as large as the relay's
came to be in the same round, once in groups of as many blobs as there are clients (what it could
reach at most, since each client waits for its answer).
"""

import asyncio
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
REPORTS = {1: 1500, 4: 3000, 16: 4000}  # by clients
ROUNDS = 3
GROUPS = "groups"  # file in which the measured server leaves how many groups it committed


@dataclass(frozen=True)
class Round:
    """One burst on a new relay; seconds of raw SQLite for the same blobs, in two group sizes."""

    burst: Burst
    group: float
    raw_same: float
    raw_clients: float


def run() -> dict[str, Any]:
    """Reports a second with 1, 4 and 16 clients, the raw rates, and relay divided by raw."""
    with tempfile.TemporaryDirectory() as name:
        return {
            "blob_bytes": BLOB,
            "rounds": ROUNDS,
            "durably_stored": [_measure(Path(name), clients) for clients in REPORTS],
        }


def _measure(folder: Path, clients: int) -> dict[str, Any]:
    count = REPORTS[clients]
    rounds = [_round(folder / f"{clients}-{at}", count, clients) for at in range(ROUNDS)]
    waits = sorted(wait for one in rounds for wait in one.burst.latencies)

    def median(value: Callable[[Round], float]) -> float:
        return statistics.median(value(one) for one in rounds)

    return {
        "clients": clients,
        "reports_each_round": count,
        "failures": sum(count - one.burst.statuses.get(201, 0) for one in rounds),
        "reports_per_second": round(median(lambda one: count / one.burst.seconds)),
        "group_reached": round(median(lambda one: one.group), 1),
        "raw_per_second_at_that_group": round(median(lambda one: count / one.raw_same)),
        "ratio_at_that_group": round(median(lambda one: one.raw_same / one.burst.seconds), 2),
        "raw_per_second_at_group_of_clients": round(median(lambda one: count / one.raw_clients)),
        "ratio_at_group_of_clients": round(
            median(lambda one: one.raw_clients / one.burst.seconds), 2
        ),
        "milliseconds_median": round(1000 * waits[len(waits) // 2], 2),
        "milliseconds_p99": round(1000 * waits[len(waits) * 99 // 100], 2),
    }


def _round(folder: Path, count: int, clients: int) -> Round:
    init(folder, access=bytes(32), key=NoteKey("bench.example", bytes(32)))
    done = _relay(folder, count, clients)
    group = count / int((folder / GROUPS).read_text())
    raw_same = _raw(folder / "same", count, max(1, round(group)))
    return Round(done, group, raw_same, _raw(folder / "clients", count, clients))


def _raw(path: Path, count: int, group: int) -> float:
    SQLiteStore(path).close()
    rows = [(os.urandom(16), 20_000, os.urandom(BLOB)) for _ in range(count)]
    connection = connect(path)
    begun = time.perf_counter()
    for at in range(0, count, group):
        connection.execute("BEGIN IMMEDIATE")
        for row in rows[at : at + group]:
            connection.execute("INSERT INTO envelope VALUES (?, ?, ?)", row)
        connection.execute("COMMIT")
    seconds = time.perf_counter() - begun
    connection.close()
    return seconds


def _relay(folder: Path, count: int, clients: int) -> Burst:
    port = free_port()
    requests = [
        put_request(f"/v1/envelopes/{os.urandom(16).hex()}", os.urandom(BLOB)) for _ in range(count)
    ]
    command = [sys.executable, "-m", "bench.relay", "serve", str(folder), str(port)]
    process = subprocess.Popen(command)
    try:
        await_port(port)
        return burst("127.0.0.1", port, requests, clients)
    finally:
        process.terminate()
        process.wait()


class _CountingWriter(GroupWriter):
    groups = 0

    def run(self, group: list[Job[Any]]) -> tuple[list[Any], Callable[[], Any]]:
        self.groups += group[0].manner != "outside"
        return super().run(group)


class _CountingStore(SQLiteStore):
    def _start(self, connection: sqlite3.Connection) -> GroupWriter:
        self.counting = _CountingWriter(connection)
        return self.counting


def _serve(folder: Path, port: int) -> None:
    log = Log(decode_key((folder / KEY).read_bytes()))
    with _CountingStore(folder / STORE) as store:
        asyncio.run(serve(store, log, "127.0.0.1", port))
    (folder / GROUPS).write_text(str(store.counting.groups))


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        _serve(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        print(json.dumps(run(), indent=1))
