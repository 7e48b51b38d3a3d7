"""Ed25519 (RFC 8032) and ML-DSA-44 (FIPS 204) over bytes that a published format lays out.

For formats that are not ours and fix what is signed (C2SP signed notes and cosignatures).  Our own
formats sign through ``crypto.signing``, which puts the label of its one use in front.  A private
key is its 32-byte seed.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from asylia.errors import ForgedError


def ed25519_public(seed: bytes) -> bytes:
    """The public key, 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def ed25519_sign(seed: bytes, message: bytes) -> bytes:
    """The signature, 64 bytes."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def ed25519_verify(public: bytes, message: bytes, signature: bytes) -> None:
    """Raise ``ForgedError`` unless ``signature`` holds."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise ForgedError("an Ed25519 signature does not hold") from None


def ml_dsa_44_public(seed: bytes) -> bytes:
    """The public key, 1,312 bytes."""
    return MLDSA44PrivateKey.from_seed_bytes(seed).public_key().public_bytes_raw()


def ml_dsa_44_sign(seed: bytes, message: bytes) -> bytes:
    """The signature, 2,420 bytes (pure ML-DSA, empty context)."""
    return MLDSA44PrivateKey.from_seed_bytes(seed).sign(message)


def ml_dsa_44_verify(public: bytes, message: bytes, signature: bytes) -> None:
    """Raise ``ForgedError`` unless ``signature`` holds."""
    try:
        MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise ForgedError("an ML-DSA-44 signature does not hold") from None
