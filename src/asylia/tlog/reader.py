"""Reading a log from its tiles; everything that is read is verified before it is returned.

``fetch`` takes a path under the log's prefix (``checkpoint``, ``tile/0/000.p/7``) and gives bytes
or raises one of our errors.  Upholds: a proof that is returned leads to a root that the log signed.
Refuses: a tile of another length, tiles that do not add up to the signed root, a log that shrinks
or forks under this reader.
"""

from collections.abc import Callable

from asylia.crypto import merkle
from asylia.errors import ConflictError, ForgedError, MalformedError, NotFoundError
from asylia.tlog.checkpoint import Checkpoint, NotePublic, parse_checkpoint, verify_log
from asylia.tlog.proof import Proof
from asylia.tlog.tiles import LEVELS, WIDTH, Tile, decode_entries

Fetch = Callable[[str], bytes]
HASH = 32


class LogReader:
    """Reads one log, whose public key is known from elsewhere.

    ``seen``: the newest checkpoint that this reader verified before, if the caller kept one.
    """

    def __init__(self, fetch: Fetch, log: NotePublic, seen: Checkpoint | None = None) -> None:
        self._fetch, self._log, self._seen = fetch, log, seen
        self._note = b""
        self._checkpoint: Checkpoint | None = None

    def checkpoint(self) -> Checkpoint:
        """Fetch the newest checkpoint; it must hold what this reader saw before."""
        note = self._fetch("checkpoint")
        new, parsed = parse_checkpoint(note)
        verify_log(new, parsed, self._log)
        self._check_growth(new)
        self._checkpoint, self._seen, self._note = new, new, note
        return new

    @property
    def note(self) -> bytes:
        """The signed note of the newest checkpoint that was fetched."""
        if self._checkpoint is None:
            raise NotFoundError("no checkpoint was fetched yet")
        return self._note

    @property
    def size(self) -> int:
        """Leaves of the newest checkpoint that was fetched."""
        return self._tree().size

    def inclusion(self, index: int) -> Proof:
        """The proof that leaf ``index`` is in the newest checkpoint that was fetched."""
        tree = self._tree()
        if not 0 <= index < tree.size:
            raise NotFoundError("the log has no such leaf yet")
        tiles = _Tiles(self._fetch, tree)
        path = tiles.inclusion(index)
        merkle.verify_inclusion(tiles.node(0, index), index, tree.size, path, tree.root)
        return Proof(index, path, self._note)

    def consistency(self, old: Checkpoint) -> tuple[bytes, ...]:
        """The proof that ``old`` is a prefix of the newest checkpoint that was fetched."""
        tree = self._tree()
        if not 0 < old.size <= tree.size:
            raise NotFoundError("no proof leads from that size")
        path = _Tiles(self._fetch, tree).consistency(old.size)
        merkle.verify_consistency(old.size, tree.size, old.root, tree.root, path)
        return path

    def growth(self, size: int) -> tuple[bytes, ...]:
        """The proof from this log's first ``size`` leaves, which somebody else holds, to all.

        Whether that one holds the same is theirs to check.  ``ConflictError`` if there are fewer.
        """
        tree = self._tree()
        if size > tree.size:
            raise ConflictError("somebody has seen more of this log than it shows here")
        if not size:
            return ()
        tiles = _Tiles(self._fetch, tree)
        path = tiles.consistency(size)
        merkle.verify_consistency(size, tree.size, tiles.span(0, size), tree.root, path)
        return path

    def leaves(self, start: int, stop: int) -> list[bytes]:
        """The data of leaves ``start`` to ``stop``, each checked against the signed root."""
        tree = self._tree()
        if not 0 <= start <= stop <= tree.size:
            raise NotFoundError("the log has no such leaves yet")
        tiles = _Tiles(self._fetch, tree)
        data = [tiles.entry(index) for index in range(start, stop)]
        for index, leaf in enumerate(data, start):
            path = tiles.inclusion(index)
            merkle.verify_inclusion(merkle.leaf_hash(leaf), index, tree.size, path, tree.root)
        return data

    def _tree(self) -> Checkpoint:
        return self._checkpoint or self.checkpoint()

    def _check_growth(self, new: Checkpoint) -> None:
        old = self._seen
        if old is None or old.size == 0:
            return
        if new.size < old.size:
            raise ConflictError("the log took something back: its tree is smaller than before")
        path = _Tiles(self._fetch, new).consistency(old.size)
        merkle.verify_consistency(old.size, new.size, old.root, new.root, path)


class _Tiles:
    """The tiles of one tree; each is fetched once.  Nothing of them is trusted by itself."""

    def __init__(self, fetch: Fetch, tree: Checkpoint) -> None:
        self._fetch, self._size = fetch, tree.size
        self._cache: dict[str, bytes] = {}

    def node(self, height: int, index: int) -> bytes:
        """The root of the perfect subtree of ``2^height`` leaves, the ``index``-th of its row."""
        level, inner = divmod(height, 8)
        first = index << inner
        tile = self._tile(level, first // WIDTH)
        at = first % WIDTH * HASH
        hashes = tile[at : at + (HASH << inner)]
        if len(hashes) != HASH << inner:
            raise ForgedError("log tile: shorter than its tree")
        return merkle.root([hashes[i : i + HASH] for i in range(0, len(hashes), HASH)])

    def span(self, start: int, stop: int) -> bytes:
        """The Merkle tree hash over leaves ``start`` to ``stop``, where ``start`` is aligned."""
        width = stop - start
        if width & (width - 1) == 0:
            return self.node(width.bit_length() - 1, start // width)
        split = 1 << ((width - 1).bit_length() - 1)
        return merkle.node_hash(self.span(start, start + split), self.span(start + split, stop))

    def inclusion(self, index: int) -> tuple[bytes, ...]:
        """RFC 6962, section 2.1.1."""
        path, start, stop = [], 0, self._size
        while stop - start > 1:
            middle = start + (1 << ((stop - start - 1).bit_length() - 1))
            if index < middle:
                path.append(self.span(middle, stop))
                stop = middle
            else:
                path.append(self.span(start, middle))
                start = middle
        return tuple(reversed(path))

    def consistency(self, old: int) -> tuple[bytes, ...]:
        """RFC 6962, section 2.1.2."""
        path, start, stop, whole = [], 0, self._size, True
        while old != stop:
            middle = start + (1 << ((stop - start - 1).bit_length() - 1))
            if old <= middle:
                path.append(self.span(middle, stop))
                stop = middle
            else:
                path.append(self.span(start, middle))
                start, whole = middle, False
        if not whole:
            path.append(self.span(start, stop))
        return tuple(reversed(path))

    def entry(self, index: int) -> bytes:
        """The data of one leaf."""
        bundle = decode_entries(self._get("entries", index // WIDTH, 0))
        if index % WIDTH >= len(bundle):
            raise MalformedError("log entries: cut off")
        return bundle[index % WIDTH]

    def _tile(self, level: int, index: int) -> bytes:
        if level >= LEVELS:
            raise ForgedError("log tile: the tree is too large")
        tile = self._get(level, index, level)
        if len(tile) % HASH or len(tile) > WIDTH * HASH:
            raise MalformedError("log tile: not a row of hashes")
        return tile

    def _get(self, name: int | str, index: int, level: int) -> bytes:
        width = min(WIDTH, self._size // WIDTH**level - index * WIDTH)
        tile = Tile("entries" if isinstance(name, str) else name, index, width)
        if tile.path not in self._cache:
            self._cache[tile.path] = self._fetch(tile.path)
        return self._cache[tile.path]
