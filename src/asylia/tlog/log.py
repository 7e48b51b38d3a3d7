"""The log itself: append, publish, serve; over a small storage that the relay gives.

Upholds: a leaf is in the published checkpoint in the same atomic step that stores it; two
checkpoints are never inconsistent, since one writer appends and nothing is ever changed; a batch
posted twice is stored once.  Refuses: leaves of another length, too many at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from asylia.crypto import merkle
from asylia.errors import MalformedError, NotFoundError
from asylia.tlog.checkpoint import Checkpoint, NoteKey, NotePublic
from asylia.tlog.tiles import LEVELS, WIDTH, Edge, Subtree, encode_entries, parse_path

LEAF = 32
BATCH = 1024


class LogStorage(Protocol):
    """What a log needs of a store, inside one transaction."""

    def size(self) -> int:
        """How many leaves there are."""

    def leaves(self, start: int, stop: int) -> list[bytes]:
        """The data of leaves ``start`` to ``stop``, in order."""

    def subtrees(self, level: int, start: int, stop: int) -> list[bytes]:
        """The roots of full subtrees of ``256^level`` leaves (``level`` ≥ 1), in order."""

    def find(self, data: bytes) -> list[int]:
        """Where this leaf data stands, lowest first."""

    def checkpoint(self) -> bytes | None:
        """The newest published checkpoint."""

    def extend(
        self, leaves: Sequence[bytes], subtrees: Sequence[Subtree], checkpoint: bytes
    ) -> None:
        """Add all of it at the end, or none."""


@dataclass(frozen=True)
class Appended:
    """Where a batch stands: the index of its first leaf, and whether it is new."""

    first: int
    new: bool


class Log:
    """A log under one key, whose name is the log's origin."""

    def __init__(self, key: NoteKey) -> None:
        self._key = key

    @property
    def public(self) -> NotePublic:
        """What its checkpoints are verified with."""
        return self._key.public

    def begin(self, storage: LogStorage) -> None:
        """Publish the checkpoint of the empty log, if nothing was ever published."""
        if storage.checkpoint() is None:
            storage.extend((), (), self._sign(_edge(storage)))

    def append(self, storage: LogStorage, untrusted_leaves: Sequence[bytes]) -> Appended:
        """Store a batch and publish the checkpoint that holds it; a batch sent twice stays one."""
        leaves = list(untrusted_leaves)
        if not 0 < len(leaves) <= BATCH or any(len(leaf) != LEAF for leaf in leaves):
            raise MalformedError(f"log: a batch is 1 to {BATCH} leaves of {LEAF} bytes")
        for first in storage.find(leaves[0]):
            if storage.leaves(first, first + len(leaves)) == leaves:
                return Appended(first, new=False)
        edge = _edge(storage)
        first = edge.size
        subtrees = [done for leaf in leaves for done in edge.append(leaf)]
        storage.extend(leaves, subtrees, self._sign(edge))
        return Appended(first, new=True)

    def _sign(self, edge: Edge) -> bytes:
        return self._key.sign(Checkpoint(self._key.name, edge.size, edge.root))


def read(storage: LogStorage, untrusted_path: str) -> bytes:
    """The bytes of a tile, as its path names it; ``NotFoundError`` where the tree ends before."""
    tile = parse_path(untrusted_path)
    start, stop = tile.index * WIDTH, tile.index * WIDTH + tile.width
    level = 0 if tile.level == "entries" else tile.level
    if level >= LEVELS or stop * WIDTH**level > storage.size():
        raise NotFoundError("log: no such tile yet")
    if tile.level == "entries":
        return encode_entries(storage.leaves(start, stop))
    return b"".join(_hashes(storage, level, start, stop))


def _hashes(storage: LogStorage, level: int, start: int, stop: int) -> list[bytes]:
    if level == 0:
        return [merkle.leaf_hash(leaf) for leaf in storage.leaves(start, stop)]
    return storage.subtrees(level, start, stop)


def _edge(storage: LogStorage) -> Edge:
    size = storage.size()
    ends = [size // WIDTH**level for level in range(LEVELS)]
    rows = [_hashes(storage, level, end - end % WIDTH, end) for level, end in enumerate(ends)]
    return Edge(size, rows)
