"""What the machine can do at all with the same bytes, and a watch that leaves out what is aside.

The yardstick of replay, in the same process, page by page between ours, so that what else runs on
the machine weighs on both.  It has what no vault that opens each entry and keeps it could do
without, and nothing else:

- every sealed layer that ours opens, opened by the bare cipher, each under a key of its own as the
  format has it.  The keys lie ready: deriving them is ours to pay.
- one row an entry in one table without an index, in SQLCipher under the vault's own settings, as
  many a transaction as ours has: the blob, and in one column beside it as many bytes as the vault
  can't do without.  (Of a synced entry that is 64, its hash and the line's value; its row among the
  entries, some 50 bytes with its index, is ours to pay too.)

No hash, no signature, no check, no parsing, no statement but the one that inserts.
"""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from asylia.vault.database import open_database

_NONCE = bytes(12)
OVERHEAD = 48  # bytes that a layer has more than what it seals: salt and tag


class Watch:
    """CPU seconds of this process, and seconds by the wall clock."""

    def __init__(self) -> None:
        self.cpu = self.wall = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """What happens in here counts."""
        cpu, wall = time.process_time(), time.perf_counter()
        yield
        self.cpu += time.process_time() - cpu
        self.wall += time.perf_counter() - wall

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What happens in here, while it runs, does not."""
        cpu, wall = time.process_time(), time.perf_counter()
        yield
        self.cpu -= time.process_time() - cpu
        self.wall -= time.perf_counter() - wall


class Limit:
    """Opens and inserts; ``watch`` says how long that took."""

    def __init__(self, path: Path, beside: int) -> None:
        """``beside``: bytes of a row beside its blob."""
        self.watch, self.count = Watch(), 0
        self._path, self._beside = path, bytes(beside)
        self._connection = open_database(path, os.urandom(32))
        self._connection.execute(
            "CREATE TABLE bare (place INTEGER PRIMARY KEY, blob BLOB, beside BLOB) STRICT"
        )

    def take(self, blobs: Sequence[bytes], layers: Sequence[Sequence[int]]) -> None:
        """One transaction of these rows; ``layers``: the sizes of the sealed layers of each."""
        sealed = [_sealed(size - OVERHEAD) for sizes in layers for size in sizes]
        rows = [(at, blob, self._beside) for at, blob in enumerate(blobs, self.count)]
        with self.watch.running():
            for key, one in sealed:
                ChaCha20Poly1305(key).decrypt(_NONCE, one, None)
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("INSERT INTO bare VALUES (?, ?, ?)", rows)
            self._connection.execute("COMMIT")
        self.count += len(rows)

    def close(self) -> None:
        """Remove its database."""
        self._connection.close()
        self._path.unlink()


def _sealed(size: int) -> tuple[bytes, bytes]:
    key = os.urandom(32)
    return key, ChaCha20Poly1305(key).encrypt(_NONCE, bytes(size), None)
