"""An attacker who holds some stores, some blobs, some shares, and takes what follows from them.

It uses none of the ledger's code, only the primitives and the published labels, so that it also
finds keys in places that nobody thought of: every value of every table, every key inside whatever
opened, until nothing new opens.  What it has opened is all plaintext; tests look for words in it.
"""

import re
import sqlite3
from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from itertools import combinations

from asylia.crypto import age
from asylia.crypto.age import Identity
from asylia.crypto.layer import open_layer
from asylia.errors import AsyliaError

LABELS = (
    "asylia/entry/1 outer",
    "asylia/entry/1 content",
    "asylia/entry/1 control",
    "asylia/entry/1 wrap",
    "asylia/keyring/1",
)
_AGE = b"age-encryption.org/v1\n"
_SECRET = re.compile(rb"AGE-SECRET-KEY-PQ-1[A-Z0-9]{40,100}")
_BASE64_32 = re.compile(rb"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{43}=(?![A-Za-z0-9+/=])")
_LAYER = 48  # what a layer adds
_PAIR = 48  # record and key in a keyring page


@dataclass
class Attacker:
    """Everything that somebody has, and everything that follows from it."""

    blobs: set[bytes] = field(default_factory=set)
    keys: set[bytes] = field(default_factory=set)
    identities: set[str] = field(default_factory=set)
    opened: set[bytes] = field(default_factory=set)
    _fresh: list[bytes] = field(default_factory=list)

    def take(self, *found: bytes) -> "Attacker":
        """Hold these bytes; whether they are sealed or not shows."""
        self._fresh += found
        return self

    def take_store(self, connection: sqlite3.Connection) -> "Attacker":
        """Hold every value of every table."""
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (table,) in tables.fetchall():
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                self.take(*(_bytes(value) for value in row if value is not None))
        return self

    def take_shares(self, shares: Iterable[bytes]) -> "Attacker":
        """Hold what custodians keep: strings that are of use two at a time."""
        strings = {key for share in shares for key in _keys_in(share)}
        for one, other in combinations(sorted(strings), 2):
            seed = bytes(a ^ b for a, b in zip(one, other, strict=True))
            self.keys.add(seed)
            self.identities.add(Identity.from_seed(seed).reveal())
        return self

    def reads(self, words: str) -> bool:
        """Whether these words stand in anything that this attacker can open."""
        self._close()
        return any(words.encode() in plaintext for plaintext in self.opened)

    def holds(self, secret: bytes) -> bool:
        """Whether this key is among what this attacker has."""
        self._close()
        return secret in self.keys

    def _close(self) -> None:
        while self._fresh:
            while self._fresh:
                self._look_at(self._fresh.pop())
            for blob in sorted(self.blobs):
                self._fresh += [one for one in self._open(blob) if one not in self.opened]

    def _look_at(self, found: bytes) -> None:
        if found in self.opened:
            return
        self.opened.add(found)
        self.identities |= {one.decode() for one in _SECRET.findall(found)}
        self.keys |= set(_keys_in(found))
        for part in _parts(found):
            if part.startswith(_AGE) or len(part) > _LAYER:
                self.blobs.add(part)
            if part != found:
                self._fresh.append(part)

    def _open(self, blob: bytes) -> Iterator[bytes]:
        if blob.startswith(_AGE):
            tries = (_open_age(blob, text) for text in sorted(self.identities))
        else:
            tries = (_open_layer(blob, key) for key in sorted(self.keys))
        yield from (one for one in tries if one is not None)


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _keys_in(found: bytes) -> Iterator[bytes]:
    if len(found) == 32:
        yield found
    yield from (b64decode(one) for one in _BASE64_32.findall(found))
    if len(found) % _PAIR == 0 and len(found) <= 64 * 1024:
        yield from (found[at + 16 : at + _PAIR] for at in range(0, len(found), _PAIR))


def _parts(found: bytes) -> list[bytes]:
    """The bytes themselves, what their padding wraps, the parts of a frame, binaries in JSON."""
    out = [found]
    length = int.from_bytes(found[:4], "big")
    if 0 < length <= len(found) - 4 and not any(found[4 + length :]):
        out.append(found[4 : 4 + length])
    out += _frame(found)
    if b"\n{" in found[:80]:
        for one in re.findall(rb'"([A-Za-z0-9+/]{60,}={0,2})"', found):
            if len(one) % 4 == 0:
                out.append(b64decode(one))
    return out


def _frame(found: bytes) -> list[bytes]:
    end = found[:80].find(b"\n")
    if end < 0 or not found.startswith(b"asylia/"):
        return []
    at, out = end + 1, []
    while at + 4 <= len(found):
        length = int.from_bytes(found[at : at + 4], "big")
        if at + 4 + length > len(found):
            return []
        out.append(found[at + 4 : at + 4 + length])
        at += 4 + length
    return out


@cache
def _identity(text: str) -> Identity:
    return Identity.parse(text)


@cache
def _open_age(blob: bytes, text: str) -> bytes | None:
    try:
        return age.decrypt(blob, [_identity(text)])
    except AsyliaError:
        return None


_tried: dict[tuple[bytes, bytes], bytes | None] = {}


def _open_layer(blob: bytes, key: bytes) -> bytes | None:
    name = (sha256(blob).digest(), key)
    if name not in _tried:
        _tried[name] = None
        for label in LABELS:
            try:
                _tried[name] = open_layer(key, label, blob)
                break
            except AsyliaError:
                continue
    return _tried[name]
