"""Sealing: age v1 with native post-quantum recipients, ``mlkem768x25519``.

Source: C2SP age.md; RFC 9180 base mode with MLKEM768-X25519 (0x647a, draft-ietf-hpke-pq),
HKDF-SHA256 and ChaCha20-Poly1305; ``spec/age.md``.  Upholds: a secret is one 32-byte seed that no
``repr`` shows; nothing is given out before it is authentic; whatever does not open is answered
alike.  Refuses: passphrases, X25519 and every other kind of recipient (other stanzas in a header
are passed over, as the format asks), recipients that are no valid keys.

``randomness`` gives the file key and the payload nonce; the encapsulation draws its own from
OpenSSL, so that sealing the same twice never gives the same bytes.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import shake_256
from io import BytesIO
from typing import Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from asylia.crypto import _armor, _bech32, random
from asylia.crypto._header import (
    MOST_STANZAS,
    Header,
    Stanza,
    covered,
    decode_base64,
    encode_base64,
    read_header,
)
from asylia.crypto._reader import Reader, Source
from asylia.crypto._stream import DOES_NOT_OPEN, open_chunks, seal_chunks
from asylia.crypto.kdf import hkdf
from asylia.errors import ForgedError, MalformedError, UsageError

FILE_KEY = 16
SEED = 32
PUBLIC = 1216  # ML-KEM-768 encapsulation key (1,184 bytes), X25519 public key (32)
_NONCE = 16
_ENCAPSULATED = 1120
_WRAPPED = FILE_KEY + 16
_ML_KEM_PUBLIC, _ML_KEM_SEED = 1184, 64
_KIND = b"mlkem768x25519"
_INFO = b"age-encryption.org/mlkem768x25519"
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_RECIPIENT, _IDENTITY = "age1pq", "age-secret-key-pq-"


class Target(Protocol):
    """What can be written to: an open buffered file, ``BytesIO``."""

    def write(self, content: bytes, /) -> object:
        """Take all of ``content``."""


@dataclass(frozen=True)
class Recipient:
    """Whom a file is sealed to: a public key of 1,216 bytes; as text, ``age1pq1…``."""

    public: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.public) != PUBLIC:
            raise MalformedError(f"a recipient has {PUBLIC} bytes")
        try:
            # A point of low order is a "key" that anyone can open; any exchange shows it.
            X25519PrivateKey.from_private_bytes(bytes(32)).exchange(self._x25519)
            self._key  # noqa: B018  a value out of range is refused here, not when sealing
        except ValueError:
            raise MalformedError("a recipient is not a valid key") from None

    @staticmethod
    def parse(untrusted_text: str) -> "Recipient":
        """From ``age1pq1…``; raise ``MalformedError``."""
        return _recipient(untrusted_text)

    def __str__(self) -> str:
        return _bech32.encode(_RECIPIENT, self.public)

    @property
    def _x25519(self) -> X25519PublicKey:
        return X25519PublicKey.from_public_bytes(self.public[_ML_KEM_PUBLIC:])

    @cached_property
    def _key(self) -> MLKEM768X25519PublicKey:
        ml_kem = MLKEM768PublicKey.from_public_bytes(self.public[:_ML_KEM_PUBLIC])
        return MLKEM768X25519PublicKey(ml_kem, self._x25519)

    def _wrap(self, key: bytes) -> Stanza:
        sealed = _SUITE.encrypt(key, self._key, info=_INFO)
        return Stanza((_KIND, encode_base64(sealed[:_ENCAPSULATED])), sealed[_ENCAPSULATED:])


@lru_cache(maxsize=1024)  # public; epochs name the same devices again and again
def _recipient(untrusted_text: str) -> Recipient:
    if untrusted_text != untrusted_text.lower():
        raise MalformedError("a recipient is written in lower case")
    return Recipient(_bech32.decode(untrusted_text, _RECIPIENT))


@dataclass(frozen=True)
class Identity:
    """Who can open: one 32-byte seed; as text, ``AGE-SECRET-KEY-PQ-1…``, by ``reveal`` only."""

    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != SEED:
            raise MalformedError(f"an identity's seed has {SEED} bytes")

    @classmethod
    def generate(cls, randomness: random.Randomness = random.system) -> Self:
        """A new identity."""
        return cls(randomness(SEED))

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """The identity that grows from 32 secret bytes."""
        return cls(seed)

    @classmethod
    def parse(cls, untrusted_text: str) -> Self:
        """From ``AGE-SECRET-KEY-PQ-1…``; raise ``MalformedError``."""
        if untrusted_text != untrusted_text.upper():
            raise MalformedError("an identity is written in upper case")
        return cls(_bech32.decode(untrusted_text, _IDENTITY))

    def reveal(self) -> str:
        """The secret as text, for another program of age or for a message that is itself sealed."""
        return _bech32.encode(_IDENTITY, self.seed).upper()

    @cached_property
    def recipient(self) -> Recipient:
        """The recipient that this identity opens for."""
        ml_kem, x25519 = (key.public_key().public_bytes_raw() for key in self._parts)
        return Recipient(ml_kem + x25519)

    @cached_property
    def _parts(self) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        # draft-ietf-hpke-pq: the seed is expanded by SHAKE256 to the two keys' own seeds.
        seeds = shake_256(self.seed).digest(_ML_KEM_SEED + 32)
        ml_kem = MLKEM768PrivateKey.from_seed_bytes(seeds[:_ML_KEM_SEED])
        return ml_kem, X25519PrivateKey.from_private_bytes(seeds[_ML_KEM_SEED:])

    @cached_property
    def _key(self) -> MLKEM768X25519PrivateKey:
        return MLKEM768X25519PrivateKey(*self._parts)

    def _unwrap(self, sealed: bytes) -> bytes | None:
        try:
            return _SUITE.decrypt(sealed, self._key, info=_INFO)
        except InvalidTag:
            return None


def encrypt(
    plaintext: bytes,
    recipients: Iterable[Recipient],
    *,
    armor: bool = False,
    randomness: random.Randomness = random.system,
) -> bytes:
    """Seal ``plaintext`` so that each recipient alone can open it; ``armor`` for pasting."""
    target = BytesIO()
    encrypt_stream(BytesIO(plaintext), target, recipients, randomness=randomness)
    return _armor.wrap(target.getvalue()) if armor else target.getvalue()


def encrypt_stream(
    source: Source,
    target: Target,
    recipients: Iterable[Recipient],
    *,
    randomness: random.Randomness = random.system,
) -> None:
    """Seal ``source`` into ``target`` in constant memory; 1 to 128 recipients."""
    wanted = tuple(recipients)
    if not 0 < len(wanted) <= MOST_STANZAS:
        raise UsageError(f"a file is sealed to 1 to {MOST_STANZAS} recipients")
    key, nonce = randomness(FILE_KEY), randomness(_NONCE)
    stanzas = tuple(recipient._wrap(key) for recipient in wanted)
    target.write(Header(stanzas, _mac(key, stanzas)).encode() + nonce)
    for chunk in seal_chunks(hkdf(key, "payload", salt=nonce), Reader(source)):
        target.write(chunk)


def decrypt(untrusted: bytes, identities: Iterable[Identity]) -> bytes:
    """The plaintext of an age file, armored or not.

    Raise ``MalformedError`` where its form is wrong, ``ForgedError`` where none of the identities
    opens it or anything in it was altered or cut off.
    """
    reader = _reader(untrusted)
    key = _open_header(read_header(reader), tuple(identities))
    return b"".join(_payload(reader, key))


def decrypt_stream(
    untrusted_source: Source, target: Target, identities: Iterable[Identity]
) -> None:
    """Open a binary age file into ``target`` in constant memory; raises as ``decrypt`` does.

    Each chunk is authentic when it is written, but that the end is missing shows at the end only:
    after an error, throw away what was written.
    """
    reader = Reader(untrusted_source)
    key = _open_header(read_header(reader), tuple(identities))
    for chunk in _payload(reader, key):
        target.write(chunk)


def file_key(untrusted: bytes, identities: Iterable[Identity]) -> bytes:
    """The 16-byte key of this one file, to open it, and nothing else, to somebody."""
    return _open_header(read_header(_reader(untrusted)), tuple(identities))


def decrypt_with_file_key(untrusted: bytes, key: bytes) -> bytes:
    """The plaintext, by a disclosed file key; raises as ``decrypt`` does.

    The header's MAC is checked, so that a file opens under one key only.
    """
    if len(key) != FILE_KEY:
        raise MalformedError(f"a file key has {FILE_KEY} bytes")
    reader = _reader(untrusted)
    _check_mac(read_header(reader), key)
    return b"".join(_payload(reader, key))


def _reader(untrusted: bytes) -> Reader:
    content = _armor.unwrap(untrusted) if _armor.is_armored(untrusted) else untrusted
    return Reader(BytesIO(content))


def _open_header(header: Header, identities: Sequence[Identity]) -> bytes:
    # Every stanza of our kind must be well formed before any is tried: C2SP age.md.
    wrapped = [_parse(stanza) for stanza in header.stanzas if stanza.arguments[0] == _KIND]
    for identity in identities:
        for sealed in wrapped:
            key = identity._unwrap(sealed)
            if key is not None:
                _check_mac(header, key)
                return key
    raise ForgedError(DOES_NOT_OPEN)


def _parse(stanza: Stanza) -> bytes:
    if len(stanza.arguments) != 2 or len(stanza.body) != _WRAPPED:
        raise MalformedError("age header: a stanza has not the length of its kind")
    encapsulated = decode_base64(stanza.arguments[1])
    if len(encapsulated) != _ENCAPSULATED:
        raise MalformedError("age header: a stanza has not the length of its kind")
    return encapsulated + stanza.body


def _payload(reader: Reader, key: bytes) -> Iterable[bytes]:
    nonce = reader.take(_NONCE)
    if len(nonce) != _NONCE:
        raise MalformedError("age file: cut off behind its header")
    return open_chunks(hkdf(key, "payload", salt=nonce), reader)


def _check_mac(header: Header, key: bytes) -> None:
    if not hmac.compare_digest(header.mac, _mac(key, header.stanzas)):
        raise ForgedError(DOES_NOT_OPEN)


def _mac(key: bytes, stanzas: tuple[Stanza, ...]) -> bytes:
    return hmac.digest(hkdf(key, "header"), covered(stanzas), "sha256")
