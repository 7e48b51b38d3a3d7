"""An attacker who holds some stores, some blobs, some shares, and takes what follows from them.

It uses none of the ledger's code, only the primitives and the published labels, so that it also
finds keys in places that nobody thought of: every value of every table, every key inside whatever
opened, until nothing new opens.  What it has opened is all plaintext; tests look for words in it.

It is stronger than an attacker can be: ``Secrets`` tell it which strings were ever keys, so that it
knows one wherever it lies, in whatever bytes, at any offset.  What anybody computes from the blobs
(``public``: their hashes, the line's values) it does not try as keys, for there are too many.
"""

import hmac
import re
import sqlite3
from base64 import b64decode, urlsafe_b64decode
from binascii import Error as Base64Error
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from itertools import combinations
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from asylia.crypto import age
from asylia.crypto.age import Identity, Recipient
from asylia.envelope.phrase import LANGUAGES, Phrase
from asylia.envelope.threadkeys import ThreadKeys
from asylia.errors import AsyliaError
from asylia.values import Hash

WRAP = "asylia/entry/1 wrap"
LABELS = {  # and the least length of each
    "asylia/entry/1 outer": 1024 + 48,
    "asylia/entry/1 content": 256 + 48,
    "asylia/entry/1 control": 256 + 48,
    "asylia/keyring/1": 4096 + 48,
    WRAP: 80,
}
_AGE = b"age-encryption.org/v1\n"
_SECRET = re.compile(rb"AGE-SECRET-KEY-PQ-1[A-Z0-9]{40,100}", re.IGNORECASE)
_NAMED_KEY = re.compile(rb'"(?:compartment_key|wrap_key)":"([A-Za-z0-9+/]{43}=)"')
_RECIPIENT = re.compile(rb"age1pq1[a-z0-9]{1000,3000}")
_BASE64 = re.compile(rb"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{20,}={0,2}(?![A-Za-z0-9+/=])")
_URLSAFE = re.compile(rb"(?<![\w=-])[\w-]{43}=?(?![\w=-])", re.ASCII)
_HEX = re.compile(rb"(?<![0-9A-Fa-f])[0-9A-Fa-f]{64}(?![0-9A-Fa-f])")
_NINE_WORDS = re.compile(r"(?<!\w)\w+(?: \w+){8}(?!\w)")
_SALT = 32
_PAIR = 48  # record and key in a keyring page
_WRAPPED, _LEAST = 80, 304  # a wrapped key; the shortest other layer
_ML_DSA = (1312, 2420)  # a public key and a signature: no padded layer is as long
_SHORT = 48  # bytes in which every window is tried
_PLAIN = bytes(range(32, 127)) + b"\t\r\n"


class Secrets(NamedTuple):
    """The keys and identities that devices ever had."""

    keys: frozenset[bytes]
    identities: frozenset[str]

    def among(self, found: bytes) -> "Secrets":
        """Those that stand in these bytes."""
        keys = frozenset(key for key in self.keys if key in found)
        seeds = ((text, _identity(text).seed) for text in self.identities)
        return Secrets(keys, frozenset(text for text, seed in seeds if seed in found))


def secrets_among(found: Iterable[bytes], keys: Iterable[bytes]) -> Secrets:
    """Those keys, and what such values show by what they are called."""
    text = b"\n".join(found)
    named = {b64decode(one) for one in _NAMED_KEY.findall(text)}
    identities = {one.decode().upper() for one in _SECRET.findall(text)}
    return Secrets(frozenset(named | set(keys)), frozenset(identities))


NO_SECRETS = Secrets(frozenset(), frozenset())


@dataclass
class Attacker:
    """Everything that somebody has, and everything that follows from it.

    ``known``: secrets that it would know if it saw them.  ``root_hash``: of the team whose phrases
    it tries.
    """

    known: Secrets = NO_SECRETS
    root_hash: bytes = b""
    public: frozenset[bytes] = frozenset()
    blobs: set[bytes] = field(default_factory=set)
    keys: set[bytes] = field(default_factory=set)
    file_keys: set[bytes] = field(default_factory=set)
    identities: set[str] = field(default_factory=set)
    recipients: set[str] = field(default_factory=set)
    opened: set[bytes] = field(default_factory=set)
    disks: list[bytes] = field(default_factory=list)
    _fresh: list[bytes] = field(default_factory=list)
    _changed: bool = True
    _shut: set[bytes] = field(default_factory=set)

    # -- what it has

    def take(self, *found: bytes) -> "Attacker":
        """Hold these bytes; whether they are sealed or not shows."""
        self._changed = True
        for one in found:
            if _is_sealed(one):
                self._hold(one)
                self._see(one)
            else:
                self._fresh.append(one)
        return self

    def take_store(self, connection: sqlite3.Connection) -> "Attacker":
        """Hold every value of every table."""
        return self.take(*values(connection))

    def take_disk(self, image: bytes) -> "Attacker":
        """Hold the pages of a database: its rows, and what deleted ones may have left."""
        self.disks.append(image)
        self._see(image)
        return self.take(*values_on(image))

    def take_shares(self, shares: Iterable[bytes]) -> "Attacker":
        """Hold what custodians keep: strings that are of use two at a time."""
        strings = {key for share in shares for key in _keys_in(share)}
        for one, other in combinations(sorted(strings), 2):
            seed = bytes(a ^ b for a, b in zip(one, other, strict=True))
            self.keys.add(seed)
            recovery = _from_seed(seed)  # the shares hold the hash of its recipient
            if sha256(str(recovery.recipient).encode()).digest() in strings:
                self.identities.add(recovery.reveal())
        return self.take(*shares)

    def take_phrase(self, phrase: Phrase) -> "Attacker":
        """Hold a reporter's nine words."""
        thread = ThreadKeys.derive(phrase, Hash(self.root_hash))
        self.identities.add(thread.identity.reveal())
        return self.take(thread.thread, thread.drop_secret)

    # -- what follows

    def reads(self, words: str) -> bool:
        """Whether these words stand in anything that this attacker can open, in any case."""
        self._close()
        sought = words.casefold().encode()
        return any(sought in text.lower() for text in (*self.opened, *self.disks))

    def holds(self, secret: bytes) -> bool:
        """Whether this key is among what this attacker has."""
        self._close()
        return secret in self.keys

    def _close(self) -> None:
        while self._changed:
            self._changed = False
            while self._fresh:
                self._look_at(self._fresh.pop())
            self._sow()
            for blob in sorted(self._shut):
                plaintext = self._open(blob)
                if plaintext is not None:
                    self._shut.discard(blob)
                    self._fresh.append(plaintext)
                    self._changed = True

    def _look_at(self, found: bytes) -> None:
        if found in self.opened:
            return
        self.opened.add(found)
        if found.startswith(_AGE):
            self._hold(found)
            return
        self.identities |= {one.decode().upper() for one in _SECRET.findall(found)}
        self.recipients |= {one.decode() for one in _RECIPIENT.findall(found)}
        self.keys |= _keys(found)
        self.file_keys |= {one for one in (found, *_decoded(found)) if len(one) == 16}
        self._see(found)
        if self.root_hash:
            self._try_phrases(found)
        for part in _parts(found):
            if _is_sealed(part):
                self._hold(part)
            if part != found:
                self._fresh.append(part)

    def _hold(self, blob: bytes) -> None:
        if blob not in self.blobs:
            self.blobs.add(blob)
            self._shut.add(blob)

    def _see(self, found: bytes) -> None:
        seen = _among(self.known, sha256(found).digest(), found)
        self.keys |= seen.keys
        self.identities |= seen.identities

    def _try_phrases(self, found: bytes) -> None:
        if len(found) > 4096:
            return
        for text in _NINE_WORDS.findall(found.decode("utf-8", "replace")):
            for language in LANGUAGES:
                try:
                    self.take_phrase(Phrase.parse(text, language))
                except AsyliaError:
                    continue

    def _sow(self) -> None:
        """Each key may be the seed of an identity that something was sealed to."""
        known = {one for one in map(_recipient, self.recipients) if one is not None}
        known |= {_identity(text).recipient for text in self.known.identities}
        for key in self.keys - self.public:
            identity = _from_seed(key)
            if identity.recipient in known:
                self.identities.add(identity.reveal())

    def _open(self, blob: bytes) -> bytes | None:
        if blob.startswith(_AGE):
            plaintext = _by_identity.open(blob, self.identities, self.known.identities)
            return plaintext or _by_file_key.open(blob, self.file_keys)
        return _by_key.open(blob, self.keys - self.public, self.known.keys)


def values(connection: sqlite3.Connection) -> Iterator[bytes]:
    """Every value of every table."""
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    for (table,) in tables.fetchall():
        for row in connection.execute(f'SELECT * FROM "{table}"'):
            yield from (_bytes(value) for value in row if value is not None)


def values_on(image: bytes) -> Iterator[bytes]:
    """Every value of every table of a database's pages."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(image)
    yield from values(connection)


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _is_random(found: bytes) -> bool:
    """Whether 32 bytes could have been drawn: no text, no zeros, not a few values again."""
    return len(set(found)) >= 20 and bool(found.translate(None, _PLAIN))


def _is_sealed(found: bytes) -> bool:
    if found.startswith(_AGE):
        return True
    if b"asylia/" in found[:_SALT]:
        return False
    fits = len(found) == _WRAPPED or (len(found) >= _LEAST and len(found) not in _ML_DSA)
    return fits and _is_random(found[:_SALT])


def _decoded(found: bytes) -> Iterator[bytes]:
    for one in _BASE64.findall(found):
        if len(one) % 4 == 0:
            try:
                yield b64decode(one, validate=True)
            except Base64Error:
                continue


@cache
def _keys(found: bytes) -> frozenset[bytes]:
    return frozenset(one for one in _keys_in(found) if _is_random(one))


def _keys_in(found: bytes) -> Iterator[bytes]:
    if len(found) == 32:
        yield found
    yield from (one for one in _decoded(found) if len(one) == 32)
    for one in _URLSAFE.findall(found):
        yield urlsafe_b64decode(one.rstrip(b"=") + b"=")
    yield from (bytes.fromhex(one.decode()) for one in _HEX.findall(found))
    pairs = [found[at : at + _PAIR] for at in range(0, len(found), _PAIR)]
    if len(found) % _PAIR == 0 and pairs == sorted(pairs):  # a keyring's are
        yield from (pair[16:] for pair in pairs)
    if len(found) <= _SHORT:
        yield from (found[at : at + 32] for at in range(len(found) - 31))


def _parts(found: bytes) -> list[bytes]:
    """The bytes themselves, what their padding wraps, the parts of a frame, what is in base64."""
    out = [found]
    length = int.from_bytes(found[:4], "big")
    if 0 < length <= len(found) - 4 and not any(found[4 + length :]):
        out.append(found[4 : 4 + length])
    out += _frame(found)
    return [*out, *(one for one in _decoded(found) if len(one) > _SALT)]


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


class Tries:
    """One way to open a blob; what was tried once need not be tried by the next attacker."""

    def __init__(self, way: Callable[[bytes, Any], bytes | None]) -> None:
        self._way = way
        self._tried: dict[bytes, set[bytes | str]] = defaultdict(set)
        self._fits: dict[bytes, dict[bytes | str, bytes]] = defaultdict(dict)

    def open(
        self, blob: bytes, keys: Set[Any], known: frozenset[Any] = frozenset()
    ) -> bytes | None:
        """What one of the keys gives; the known ones are tried first."""
        tried, fits = self._tried[blob], self._fits[blob]
        for some in (keys & known, keys):
            for key in some - tried:
                plaintext = self._way(blob, key)
                tried.add(key)
                if plaintext is not None:
                    fits[key] = plaintext
                    break
            for key in fits.keys() & some:
                return fits[key]
        return None


def _open_age(blob: bytes, text: str) -> bytes | None:
    try:
        return age.decrypt(blob, [_identity(text)])
    except AsyliaError:
        return None


def _open_by_file_key(blob: bytes, key: bytes) -> bytes | None:
    try:
        return age.decrypt_with_file_key(blob, key)
    except AsyliaError:
        return None


def _labels(length: int) -> Iterator[str]:
    """Of the layers that can be as long, padded as they are."""
    for label, least in LABELS.items():
        if length == _WRAPPED if label == WRAP else length >= least:
            yield label


def _open_layer(blob: bytes, key: bytes) -> bytes | None:
    extracted = hmac.digest(blob[:_SALT], key, "sha256")
    for label in _labels(
        len(blob)
    ):  # HKDF of 32 bytes by hand (RFC 5869), since most of a test's time is here
        box = ChaCha20Poly1305(hmac.digest(extracted, label.encode() + b"\1", "sha256"))
        try:
            return box.decrypt(bytes(12), blob[_SALT:], None)
        except InvalidTag:
            continue
    return None


_by_identity, _by_file_key, _by_key = Tries(_open_age), Tries(_open_by_file_key), Tries(_open_layer)
_seen: dict[tuple[Secrets, bytes], Secrets] = {}


def _among(known: Secrets, name: bytes, found: bytes) -> Secrets:
    if known == NO_SECRETS:
        return known
    if (known, name) not in _seen:
        _seen[known, name] = known.among(found)
    return _seen[known, name]


@cache
def _identity(text: str) -> Identity:
    return Identity.parse(text)


@cache
def _recipient(text: str) -> Recipient | None:
    try:
        return Recipient.parse(text)
    except AsyliaError:
        return None


@cache
def _from_seed(seed: bytes) -> Identity:
    return Identity.from_seed(seed)
