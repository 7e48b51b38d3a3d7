"""Signatures: Ed25519 (RFC 8032), with ML-DSA-44 (FIPS 204) beside it where they must last.

A *pair* key holds both; then two signatures mean that both must hold.  What is signed is always a
frame that begins with the label of its one use.  A verifier raises or returns nothing to act on.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated, Literal, Self

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from asylia.crypto import random
from asylia.crypto.kdf import hkdf
from asylia.errors import ForgedError, MalformedError
from asylia.wire import Part, frame

Algorithm = Literal["ed25519", "ml-dsa-44"]
Suite = Literal["ed25519", "pair"]
Bytes32 = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]


class Signature(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One signature in a list: by which algorithm, by which key (fingerprint), the bytes."""

    algorithm: Algorithm
    key: Bytes32
    signature: Annotated[bytes, msgspec.Meta(min_length=64, max_length=2420)]


class VerifyingKey(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A public key: Ed25519 (32 bytes) and, in a pair, ML-DSA-44 (1,312 bytes)."""

    ed25519: Bytes32
    ml_dsa_44: Annotated[bytes, msgspec.Meta(min_length=1312, max_length=1312)] | None = None

    @property
    def fingerprint(self) -> bytes:
        """SHA-256 over both keys, framed: the name of this key everywhere."""
        return sha256(frame("asylia/key/1", self.ed25519, self.ml_dsa_44 or b"")).digest()

    def verify(self, label: str, *parts: bytes, signatures: tuple[Signature, ...]) -> None:
        """Raise ``ForgedError`` unless every algorithm of this key signed these parts."""
        message, name = frame(label, *parts), self.fingerprint
        named = [s for s in signatures if s.key == name]
        mine = {s.algorithm: s.signature for s in named}
        wanted = {"ed25519"} | ({"ml-dsa-44"} if self.ml_dsa_44 else set())
        if set(mine) != wanted or len(named) != len(wanted):
            raise ForgedError(f"{label}: a signature is missing, or one too many")
        try:
            Ed25519PublicKey.from_public_bytes(self.ed25519).verify(mine["ed25519"], message)
            if self.ml_dsa_44:
                post_quantum = MLDSA44PublicKey.from_public_bytes(self.ml_dsa_44)
                post_quantum.verify(mine["ml-dsa-44"], message)
        except (InvalidSignature, ValueError):
            raise ForgedError(f"{label}: a signature does not hold") from None


@dataclass(frozen=True)
class SigningKey:
    """A private key, as the one 32-byte seed that it grows from; never shown."""

    seed: bytes = field(repr=False)
    suite: Suite

    def __post_init__(self) -> None:
        if len(self.seed) != 32:
            raise MalformedError("a signing key's seed has 32 bytes")

    @classmethod
    def generate(cls, suite: Suite, randomness: random.Randomness = random.system) -> Self:
        """A new key."""
        return cls(randomness(32), suite)

    @property
    def public(self) -> VerifyingKey:
        """The key that others verify with."""
        post_quantum = self._ml_dsa_44.public_key().public_bytes_raw() if self._is_pair else None
        return VerifyingKey(
            ed25519=self._ed25519.public_key().public_bytes_raw(), ml_dsa_44=post_quantum
        )

    def sign(self, label: str, *parts: bytes) -> tuple[Signature, ...]:
        """Sign the frame of ``label`` and ``parts``; one signature an algorithm."""
        message, name = frame(label, *parts), self.public.fingerprint
        ed25519 = self._ed25519.sign(message)
        signatures = [Signature(algorithm="ed25519", key=name, signature=ed25519)]
        if self._is_pair:
            post_quantum = self._ml_dsa_44.sign(message)
            signatures.append(Signature(algorithm="ml-dsa-44", key=name, signature=post_quantum))
        return tuple(signatures)

    @property
    def _is_pair(self) -> bool:
        return self.suite == "pair"

    @property
    def _ed25519(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(hkdf(self.seed, "asylia/key/1 ed25519"))

    @property
    def _ml_dsa_44(self) -> MLDSA44PrivateKey:
        return MLDSA44PrivateKey.from_seed_bytes(hkdf(self.seed, "asylia/key/1 ml-dsa-44"))
