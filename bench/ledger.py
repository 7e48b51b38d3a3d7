"""Replay of a team's line on a new device: how fast, beside what the machine can do at all.

A device that has nothing replays a line of real entries (``line``) from pages in the relay's form
(4 MiB), no network between: a first sync, incremental syncs of 100, and the rebuild of a projection
of one plain table.  Each has its own limit (``limit``) from between its own pages: the first sync
and the incremental ones open one layer an entry (the content's is opened when it is read, once) and
keep the blob and what the vault keeps beside it; the rebuild opens both layers and keeps the rows
of the projection.  *New device* is a first sync and a rebuild, one after the other.

Rates are by this process's CPU time and by the wall clock; the relay's side counts in neither.
Each run is a process of its own; memory is the kernel's peak for that very program (``VmHWM``), the
yardstick's included.  `LARGE=1` adds a line of 1,000,000 entries.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from asylia.crypto.padding import padded_length
from asylia.ledger.entry import FLOOR, INNER_FLOOR
from asylia.ledger.housekeeping import Housekeeping
from asylia.ledger.keys import DeviceKeys
from asylia.ledger.ledger import Ledger
from asylia.ledger.store import FindingRow
from asylia.ledger.sync import Sync
from asylia.ledger.values import OpenEntry
from asylia.values import Day
from asylia.vault import projecting
from asylia.vault.database import open_database
from asylia.vault.projection import Connection
from asylia.vault.store import SqlStore
from bench.limit import OVERHEAD, Limit, Watch
from bench.line import NOW, Pages, build, ceremony, read

SIZES = (1_000, 10_000, 100_000)
LARGE = 1_000_000
STEP, STEPS = 100, 7
AIM_RATE, AIM_RATIO = 8_000, 0.4
# Bytes beside a blob: its hash and the line's value.  Of a projected row: author, sequence, day.
BESIDE, BESIDE_PROJECTED = 64, 38
FRAME = 15 + 5 * 4 + 197 + 67  # bytes around what an entry seals: label, lengths, header, signature


class Rows:
    """A projection of one plain table."""

    name = "bench_rows"
    schema = "CREATE TABLE bench_row (author BLOB, sequence INTEGER, day INTEGER, content BLOB);"

    def apply(self, connection: Connection, entry: OpenEntry) -> None:
        """One row an entry."""
        row = (entry.author, entry.sequence, entry.entered_on, entry.content)
        connection.execute("INSERT INTO bench_row VALUES (?, ?, ?, ?)", row)


class _QuietHouse(Housekeeping):
    """Keeps nothing: what this device would say itself is not replay."""

    def keep(self, _: Day) -> list[FindingRow]:
        return []

    def watch(self, _: Day, __: int, *, heard: Callable[[], bool]) -> list[FindingRow]:  # noqa: ARG002
        return []


class _QuietSync(Sync):
    house = _QuietHouse


class _Reader(Ledger):
    work = _QuietSync


@dataclass
class Device:
    """A new device: its vault, and the watch that its work is timed by."""

    store: SqlStore
    ledger: Ledger
    founded: int  # blobs of the founding

    @classmethod
    def found(cls, folder: Path) -> "tuple[Device, list[DeviceKeys]]":
        """It knows the founding, and nothing else of the line."""
        founding, founders = ceremony()
        with (folder / "line").open("rb") as source:
            epochs = tuple(read(source) for _ in founding.epochs)
        keys = [founder.keys for founder in founders]
        store = SqlStore(open_database(folder / "vault.db", os.urandom(32)))
        replace(founding, epochs=epochs).enter(store, keys[1])
        return cls(store, _Reader(store, keys[1], clock=lambda: NOW), len(epochs)), keys


def run() -> dict[str, Any]:
    """By size: entries a second by CPU and by the clock, ratios to the limits, peak MiB."""
    sizes = (*SIZES, LARGE) if os.environ.get("LARGE") else SIZES
    results = {}
    with TemporaryDirectory(dir="bench") as folder:
        for size in sizes:
            _work("build", folder, size)
            results[f"{size}"] = _work("replay", folder, size)
    return {"aim_per_second": AIM_RATE, "aim_ratio": AIM_RATIO, "entries": results}


def _work(what: str, folder: str, size: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.ledger", what, folder, str(size)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _build(folder: Path, size: int) -> dict[str, Any]:
    build(folder, size)
    return {}


def _replay(folder: Path, size: int) -> dict[str, Any]:
    device, keys = Device.found(folder)
    later = min(STEP * STEPS, size // 2)
    pages = Pages(folder / "line", device.founded + size - later)
    first = _first_sync(folder, device, pages, size - later)
    rates = {"first_sync": first, "incremental_100": _increments(folder, device, pages, later)}
    peak = _peak_mib()
    rates["rebuild"] = _rebuild(folder, device)
    rates["new_device"] = {one: 1 / (1 / first[one] + 1 / rates["rebuild"][one]) for one in first}
    counts = [device.store.next_sequence("casework", one.device) for one in keys]
    if sum(counts) != size:
        raise SystemExit("not every entry was applied")
    device.store.connection.close()
    (folder / "vault.db").unlink()
    return {
        **{what: _told(rate) for what, rate in rates.items()},
        "microseconds_an_entry": round(1e6 / first["cpu"], 1),
        "peak_mib_after_syncs": peak,
        "peak_mib": _peak_mib(),
    }


def _told(rate: dict[str, float]) -> dict[str, Any]:
    ratios = {kind: round(rate[kind] / rate[f"limit_{kind}"], 2) for kind in ("cpu", "wall")}
    return {"per_second": {kind: round(one) for kind, one in rate.items()}, "ratio": ratios}


def _rates(count: int, ours: Watch, limit: Limit) -> dict[str, float]:
    return {
        "cpu": count / ours.cpu,
        "wall": count / ours.wall,
        "limit_cpu": limit.count / limit.watch.cpu,
        "limit_wall": limit.count / limit.watch.wall,
    }


def _first_sync(folder: Path, device: Device, pages: Pages, count: int) -> dict[str, float]:
    with closing(Limit(folder / "limit.db", BESIDE)) as limit:
        ours = _sync(device, pages, limit)
        return _rates(count, ours, limit)


def _increments(folder: Path, device: Device, pages: Pages, later: int) -> dict[str, float]:
    """The middle one of several syncs, and of as many limits."""
    rates = []
    for _ in range(later // STEP):
        pages.end += STEP
        with closing(Limit(folder / "limit.db", BESIDE)) as limit:
            rates.append(_rates(STEP, _sync(device, pages, limit), limit))
    return {kind: sorted(rate[kind] for rate in rates)[len(rates) // 2] for kind in rates[0]}


def _sync(device: Device, pages: Pages, limit: Limit) -> Watch:
    ours = Watch()

    def told(page: list[bytes]) -> None:
        if len(page) > 1:  # another than the last of the page before
            limit.take(page, [(len(blob),) for blob in page])

    pages.aside, pages.told = ours.aside, told
    with ours.running():
        device.ledger.sync(pages)
    return ours


def _rebuild(folder: Path, device: Device) -> dict[str, float]:
    projecting.drop(device.store, [Rows()])
    ours = Watch()
    with closing(Limit(folder / "limit.db", BESIDE_PROJECTED)) as limit:
        between = Between(device.ledger, ours, limit)
        with ours.running():
            count = projecting.project(device.store, [Rows()], between)
        return _rates(count, ours, limit)


class Between:
    """A ledger whose entries come with the limit's work between two batches."""

    def __init__(self, ledger: Ledger, ours: Watch, limit: Limit) -> None:
        self._ledger, self._ours, self._limit = ledger, ours, limit

    def entries(self, after: int = 0) -> Iterator[OpenEntry]:
        """The ledger's."""
        batch: list[bytes] = []
        for entry in self._ledger.entries(after):
            batch.append(entry.content)
            yield entry
            if len(batch) == projecting.BATCH:
                self._take(batch)
                batch = []
        if batch:
            self._take(batch)

    def _take(self, contents: list[bytes]) -> None:
        with self._ours.aside():
            self._limit.take(contents, [_layers(len(content)) for content in contents])


def _layers(size: int) -> tuple[int, int]:
    """The sealed sizes of an entry, outer and inner, that names no heads and wraps no key."""
    inner = OVERHEAD + padded_length(4 + size, INNER_FLOOR)
    return OVERHEAD + padded_length(4 + FRAME + inner, FLOOR), inner


def _peak_mib() -> float:
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return round(int(line.split()[1]) / 1024, 1)


if __name__ == "__main__":
    work = {"build": _build, "replay": _replay}[sys.argv[1]]
    print(json.dumps(work(Path(sys.argv[2]), int(sys.argv[3]))))
