"""Tiles (C2SP tlog-tiles): how a tree of any size is cut into files of at most 256 hashes.

Upholds: one path names one tile; the right edge of a tree is enough to append to it and to know its
root.  Refuses: a path in any other form.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from asylia.crypto import merkle
from asylia.errors import MalformedError

WIDTH = 256
LEVELS = 8  # 256^8 leaves is more than a checkpoint's size can say
_PATH = re.compile(
    r"tile/([0-9]{1,2}|entries)/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([0-9]{1,3}))?", re.ASCII
)


@dataclass(frozen=True)
class Tile:
    """Hashes ``index * 256`` to ``index * 256 + width`` of a level; ``"entries"``: leaf data."""

    level: int | Literal["entries"]
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """``tile/<level>/<index>[.p/<width>]``, the index in groups of three digits."""
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        index = "/".join([*("x" + group for group in groups[:-1]), groups[-1]])
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{self.level}/{index}{partial}"


def parse_path(untrusted: str) -> Tile:
    """The tile that a path names; ``MalformedError`` on any other text."""
    found = _PATH.fullmatch(untrusted)
    if not found:
        raise MalformedError("log tile: not a tile's path")
    level, index, width = found.groups()
    at: int | Literal["entries"] = "entries" if level == "entries" else int(level)
    tile = Tile(at, int(index.replace("/", "").replace("x", "")), int(width or WIDTH))
    if tile.path != untrusted or not 0 < tile.width <= WIDTH or (at != "entries" and at >= 64):
        raise MalformedError("log tile: not a tile's path")
    return tile


def encode_entries(leaves: Iterable[bytes]) -> bytes:
    """An entry bundle: each leaf's data behind its length as two bytes, big-endian."""
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def decode_entries(untrusted: bytes) -> list[bytes]:
    """The leaf data in an entry bundle; ``MalformedError`` if it is cut off."""
    leaves, at = [], 0
    while at < len(untrusted):
        start = at + 2
        at = start + int.from_bytes(untrusted[at:start], "big")
        if at > len(untrusted) or start > len(untrusted):
            raise MalformedError("log entries: cut off")
        leaves.append(untrusted[start:at])
    return leaves


@dataclass(frozen=True)
class Subtree:
    """The root of a full subtree of ``256^level`` leaves, the ``index``-th of its level."""

    level: int
    index: int
    hash: bytes


class Edge:
    """The right edge of a tree: at each level, the hashes of the tile that is not full."""

    def __init__(self, size: int, levels: Sequence[Sequence[bytes]]) -> None:
        self.size = size
        self._levels = [list(levels[at]) if at < len(levels) else [] for at in range(LEVELS)]

    def append(self, data: bytes) -> list[Subtree]:
        """Add one leaf; return the subtrees that it completes, lowest first."""
        self.size += 1
        self._levels[0].append(merkle.leaf_hash(data))
        done: list[Subtree] = []
        for level in range(LEVELS - 1):
            if len(self._levels[level]) < WIDTH:
                break
            full = merkle.root(self._levels[level])
            self._levels[level] = []
            self._levels[level + 1].append(full)
            done.append(Subtree(level + 1, self.size // WIDTH ** (level + 1) - 1, full))
        return done

    @property
    def root(self) -> bytes:
        """The root over all leaves (RFC 6962, section 2.1)."""
        perfect: list[bytes] = []
        for hashes in reversed(self._levels):
            perfect += _perfect_subtrees(hashes)
        if not perfect:
            return merkle.EMPTY_ROOT
        current = perfect[-1]
        for left in reversed(perfect[:-1]):
            current = merkle.node_hash(left, current)
        return current


def _perfect_subtrees(hashes: Sequence[bytes]) -> list[bytes]:
    """Roots of the largest perfect subtrees over a row of hashes, left to right."""
    out, at = [], 0
    while at < len(hashes):
        width = 1 << ((len(hashes) - at).bit_length() - 1)
        out.append(merkle.root(hashes[at : at + width]))
        at += width
    return out
