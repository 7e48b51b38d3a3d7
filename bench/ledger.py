"""Replay of a team's line on a new device: how fast, beside what the machine can do at all.

A line of real entries: two devices of one team take turns, each writing a few entries of about 1
KiB at a time in forty records of its own, naming what it saw of the other.  A device that has
nothing replays it from pages in the relay's form (4 MiB), read from a file, no network between:
first sync, incremental syncs of 100, rebuild of a projection.  The yardstick, in the same process:
opening the same bytes with the bare cipher and inserting them in SQLCipher under the vault's
settings, a transaction a page.  Each run is a process of its own; memory is the kernel's peak for
that very program (``VmHWM``).  `LARGE=1` adds a line of 1,000,000 entries.
"""

import json
import os
import random as seeded
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from asylia.ledger import boxes
from asylia.ledger.entry import CONTENT, NOTHING, Head, Header
from asylia.ledger.founding import Founder, Founding, found
from asylia.ledger.journal import line_after
from asylia.ledger.keys import DeviceKeys
from asylia.ledger.ledger import Ledger
from asylia.ledger.state import State
from asylia.ledger.values import OpenEntry
from asylia.values import day_of
from asylia.vault import projecting
from asylia.vault.database import open_database
from asylia.vault.projection import Connection
from asylia.vault.store import SqlStore

SIZES = (1_000, 10_000, 100_000)
LARGE = 1_000_000
PAGE = 4 << 20
STEP, STEPS = 100, 7
RECORDS = 40
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
AIM_RATE, AIM_RATIO = 8_000, 0.4


class Rows:
    """A projection of one plain table."""

    name = "bench_rows"
    schema = "CREATE TABLE bench_row (author BLOB, sequence INTEGER, day INTEGER, content BLOB);"

    def apply(self, connection: Connection, entry: OpenEntry) -> None:
        """One row an entry."""
        row = (entry.author, entry.sequence, entry.entered_on, entry.content)
        connection.execute("INSERT INTO bench_row VALUES (?, ?, ?, ?)", row)


class Pages:
    """The relay's side: pages of a line that lies in a file; ``end`` is as far as it shows it."""

    def __init__(self, path: Path, end: int) -> None:
        self.end, self._file = end, path.open("rb")
        self._known = {0: 0}  # places whose offset is known: the last pages'

    def put_ledger(self, blob: bytes) -> int:
        """What founding sends is there already."""
        return next(at for at, one in enumerate(self.ledger_page(0)) if one == blob)

    def ledger_page(self, start: int) -> list[bytes]:
        """As the relay cuts it."""
        self._file.seek(self._known[start])
        page: list[bytes] = []
        size, known = 0, dict(self._known)
        for at in range(start, self.end + 1):
            known[at] = self._file.tell()
            blob = _read(self._file) if at < self.end else None
            if blob is None or size + 4 + len(blob) > PAGE:
                break
            page.append(blob)
            size += 4 + len(blob)
        self._known = {at: offset for at, offset in known.items() if at == 0 or at >= start}
        return page


def run() -> dict[str, Any]:
    """Entries a second, ratios to the limit, microseconds an entry by size, peak MiB."""
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


def _ceremony() -> tuple[Founding, list[Founder]]:
    """The same keys in each process."""
    dice = seeded.Random(20261122)
    founders = [Founder(DeviceKeys.generate(dice.randbytes), name) for name in ("Linden", "Rowan")]
    founding = found(
        founders, relay_url="http://127.0.0.1:1", clock=lambda: NOW, randomness=dice.randbytes
    )
    return founding, founders


def _build(folder: Path, size: int) -> dict[str, Any]:
    """Write the line: the founding's epochs, then entries."""
    founding, founders = _ceremony()
    state = State(founding.root.public)
    store = SqlStore(open_database(folder / "scratch.db", os.urandom(32)))
    founding.enter(store, founders[0].keys)
    state = State.load(store) or state
    store.connection.close()
    (folder / "scratch.db").unlink()
    with (folder / "line").open("wb") as target:
        for blob in (*founding.epochs, *_entries(state, founders, founding.epochs, size)):
            target.write(len(blob).to_bytes(4, "big") + blob)
    return {}


def _entries(
    state: State, founders: list[Founder], epochs: tuple[bytes, ...], size: int
) -> Iterator[bytes]:
    dice, epoch = seeded.Random(7), state.current["casework"]
    line, count, written = NOTHING, 0, 0
    for blob in epochs:
        line, count = line_after(line, sha256(blob).digest()), count + 1
    keys = [[os.urandom(32) for _ in range(RECORDS)] for _ in founders]
    given: set[bytes] = set()
    ends = [(-1, NOTHING) for _ in founders]
    who = 0
    while written < size:
        who, seen, head = 1 - who, (count, line), ends[who]
        other = founders[1 - who].keys.device
        heads = (Head(other, *head),) if head[0] >= 0 else ()
        for _ in range(min(dice.randint(1, 12), size - written)):
            key = dice.choice(keys[who])
            sequence, previous = ends[who]
            header = Header(
                author=founders[who].keys.device,
                compartment="casework",
                epoch=epoch.blob_hash,
                record=boxes.record_id("casework", key),
                sequence=sequence + 1,
                previous=previous,
                seen=seen[0],
                line=seen[1],
                day=day_of(NOW),
                kind=CONTENT,
            )
            content = b"asylia/bench/1\n" + dice.randbytes(dice.randint(300, 480)).hex().encode()
            wrapping = None if key in given else epoch.wrap_key
            given.add(key)
            sealed_with = boxes.Keys(epoch.key, key, wrapping)
            blob = boxes.seal_entry(header, heads, content, sealed_with, founders[who].keys.author)
            blob_hash = sha256(blob).digest()
            ends[who], heads = (sequence + 1, blob_hash), ()
            line, count, written = line_after(line, blob_hash), count + 1, written + 1
            yield blob


def _replay(folder: Path, size: int) -> dict[str, Any]:
    founding, founders = _ceremony()
    path = folder / "line"
    with path.open("rb") as source:
        epochs = tuple(_read(source) or b"" for _ in founding.epochs)
    founding = replace(founding, epochs=epochs)
    keys = founders[1].keys
    store = SqlStore(open_database(folder / "vault.db", os.urandom(32)))
    founding.enter(store, keys)
    ledger = Ledger(store, keys, clock=lambda: NOW)
    later = min(STEP * STEPS, size // 2)
    pages = Pages(path, len(epochs) + size - later)
    began = time.perf_counter()
    first = _seconds(lambda: ledger.sync(pages))
    by_the_clock = time.perf_counter() - began
    steps = [_step(ledger, pages) for _ in range(later // STEP)]
    peak = _peak_mib()
    rebuilt = _seconds(lambda: _rebuild(store, ledger))
    if (
        store.next_sequence("casework", keys.device)
        + store.next_sequence("casework", founders[0].keys.device)
        != size
    ):
        raise SystemExit("not every entry was applied")
    store.connection.close()
    limit = _limit(folder, Pages(path, len(epochs) + size), size)
    (folder / "vault.db").unlink()
    per_second = {
        "first_sync": (size - later) / first,
        "incremental_100": STEP / sorted(steps)[len(steps) // 2],
        "rebuild": size / rebuilt,
        "limit": limit,
    }
    return {
        "per_second": {name: round(rate) for name, rate in per_second.items()},
        "ratio_to_limit": {
            name: round(rate / limit, 2) for name, rate in per_second.items() if name != "limit"
        },
        "microseconds_an_entry": round(1e6 * first / (size - later), 1),
        "first_sync_per_second_by_the_clock": round((size - later) / by_the_clock),
        "peak_mib_after_syncs": peak,
        "peak_mib": _peak_mib(),
    }


def _step(ledger: Ledger, pages: Pages) -> float:
    pages.end += STEP
    return _seconds(lambda: ledger.sync(pages))


def _rebuild(store: SqlStore, ledger: Ledger) -> None:
    projecting.drop(store, [Rows()])
    projecting.project(store, [Rows()], ledger)


def _limit(folder: Path, pages: Pages, size: int) -> float:
    """Entries a second: bare opening and bare insertion of the same bytes, a page at a time."""
    box, nonce = ChaCha20Poly1305(bytes(32)), bytes(12)
    path = folder / "limit.db"
    connection = open_database(path, os.urandom(32))
    connection.execute("CREATE TABLE bare (place INTEGER PRIMARY KEY, blob BLOB) STRICT")
    at, spent = 0, 0.0
    while blobs := pages.ledger_page(at):
        sealed = [box.encrypt(nonce, blob[48:], None) for blob in blobs]
        rows = list(enumerate(blobs, at))
        began = time.process_time()
        for one in sealed:
            box.decrypt(nonce, one, None)
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO bare VALUES (?, ?)", rows)
        connection.execute("COMMIT")
        spent += time.process_time() - began
        at += len(blobs)
    connection.close()
    path.unlink()
    return size / spent


def _read(source: BinaryIO) -> bytes | None:
    size = source.read(4)
    return source.read(int.from_bytes(size, "big")) if size else None


def _seconds(act: Callable[[], object]) -> float:
    """Of one core, spent by this process: what others do on this machine is not counted."""
    began = time.process_time()
    act()
    return time.process_time() - began


def _peak_mib() -> float:
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return round(int(line.split()[1]) / 1024, 1)


if __name__ == "__main__":
    work = {"build": _build, "replay": _replay}[sys.argv[1]]
    print(json.dumps(work(Path(sys.argv[2]), int(sys.argv[3]))))
