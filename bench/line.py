"""A team's line in a file: two devices take turns, and a relay gives it out in pages.

Entries of about 1 KiB, a few at a time, in forty records of each device's own, each batch naming
what its author saw of the other.  The same keys in every process; other randomness each time.
"""

import os
import random as seeded
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from asylia.ledger import boxes
from asylia.ledger.courier import parse_page
from asylia.ledger.entry import CONTENT, NOTHING, Head, Header
from asylia.ledger.founding import Founder, Founding, found
from asylia.ledger.journal import line_after
from asylia.ledger.keys import DeviceKeys
from asylia.ledger.state import State
from asylia.values import day_of
from asylia.vault.database import open_database
from asylia.vault.store import SqlStore

PAGE = 4 << 20
RECORDS = 40
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


class Pages:
    """The relay's side; ``end`` is as far as it shows the line.

    What it does, and what is told of each page, goes on ``aside`` of the device's watch.
    """

    def __init__(self, path: Path, end: int) -> None:
        self.end, self._file = end, path.open("rb")
        self._known = {0: 0}  # places whose offset is known: the last page's
        self.aside: Callable[[], AbstractContextManager[None]] = nullcontext
        self.told: Callable[[list[bytes]], None] = lambda _: None

    def put_ledger(self, blob: bytes) -> int:
        """What founding sends is there already."""
        self._file.seek(0)
        return next(at for at, one in enumerate(iter(lambda: read(self._file), b"")) if one == blob)

    def use(self, secret: bytes) -> None:
        """Any opens it."""

    def put_access(self, secret: bytes) -> None:
        """Any is taken."""

    def ledger_page(self, start: int) -> tuple[bytes, ...]:
        """As a device's courier gets it, and cuts it."""
        with self.aside():
            page = self._cut(start)
            self.told(page)
            raw = b"".join(len(blob).to_bytes(4, "big") + blob for blob in page)
        return parse_page(raw)

    def _cut(self, start: int) -> list[bytes]:
        self._file.seek(self._known[start])
        page: list[bytes] = []
        size, known = 0, dict[int, int]()
        for at in range(start, self.end + 1):
            known[at] = self._file.tell()
            blob = read(self._file) if at < self.end else b""
            if not blob or size + 4 + len(blob) > PAGE:
                break
            page.append(blob)
            size += 4 + len(blob)
        self._known = {0: 0, start: self._known[start], **known}
        return page


def read(source: BinaryIO) -> bytes:
    """The next blob; nothing at the end."""
    return source.read(int.from_bytes(source.read(4), "big"))


def ceremony() -> tuple[Founding, list[Founder]]:
    """The same keys in each process."""
    dice = seeded.Random(20261122)
    founders = [Founder(DeviceKeys.generate(dice.randbytes), name) for name in ("Linden", "Rowan")]
    founding = found(
        founders, relay_url="http://127.0.0.1:1", clock=lambda: NOW, randomness=dice.randbytes
    )
    return founding, founders


def build(folder: Path, size: int) -> None:
    """Write the line: the founding's epochs, then entries."""
    founding, founders = ceremony()
    state = State(founding.root.public)
    store = SqlStore(open_database(folder / "scratch.db", os.urandom(32)))
    founding.enter(store, founders[0].keys)
    state = State.load(store) or state
    store.connection.close()
    (folder / "scratch.db").unlink()
    with (folder / "line").open("wb") as target:
        for blob in chain(founding.epochs, _entries(state, founders, founding.epochs, size)):
            target.write(len(blob).to_bytes(4, "big") + blob)


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
