"""Key derivation: every key is bound to the label of its one use.

HKDF-SHA256 (RFC 5869), PBKDF2-HMAC-SHA256 (RFC 8018), HMAC-SHA256 (RFC 2104), Argon2id (RFC 9106).
Refuses an empty label.
"""

import hmac
from hashlib import pbkdf2_hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from asylia.wire import frame

_SHA256 = SHA256()


def hkdf(secret: bytes, label: str, *, salt: bytes = b"", length: int = 32) -> bytes:
    """``length`` bytes for the use that ``label`` names."""
    _must_name_a_use(label)
    return HKDF(algorithm=_SHA256, length=length, salt=salt, info=label.encode()).derive(secret)


def pbkdf2(password: bytes, *, salt: bytes, rounds: int, length: int = 32) -> bytes:
    """PBKDF2-HMAC-SHA256, native in browsers (WebCrypto) and here."""
    return pbkdf2_hmac("sha256", password, salt, rounds, length)


def mac(key: bytes, label: str, *parts: bytes) -> bytes:
    """HMAC-SHA256 over a frame, 32 bytes."""
    _must_name_a_use(label)
    return hmac.digest(key, frame(label, *parts), "sha256")


def argon2id(
    password: bytes, *, salt: bytes, memory_kib: int, passes: int, lanes: int, length: int = 32
) -> bytes:
    """Argon2id, version 0x13."""
    return Argon2id(
        salt=salt, length=length, iterations=passes, lanes=lanes, memory_cost=memory_kib
    ).derive(password)


def _must_name_a_use(label: str) -> None:
    if not label:
        raise ValueError("a key needs the label of its one use")
