"""Key derivation: every key is bound to the label of its one use.

HKDF-SHA256 (RFC 5869), PBKDF2-HMAC-SHA256 (RFC 8018), HMAC-SHA256 (RFC 2104), Argon2id (RFC 9106).
Refuses an empty label.
"""

import hmac
from hashlib import pbkdf2_hmac, sha256

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from asylia.wire import frame

_BLOCK, _HASH = 64, 32  # bytes, of SHA-256
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))
_INNER_REST, _OUTER_REST = b"\x36" * (_BLOCK - _HASH), b"\x5c" * (_BLOCK - _HASH)


def hkdf(secret: bytes, label: str, *, salt: bytes = b"", length: int = 32) -> bytes:
    """``length`` bytes for the use that ``label`` names; ``ValueError`` over 8,160."""
    if not label or length > 255 * _HASH:
        raise ValueError("a key needs the label of its one use, and has at most 255 blocks")
    key, info = _hmac(salt, secret), label.encode()
    out = block = _hmac(key, info + b"\x01")
    while len(out) < length:
        block = _hmac(key, block + info + bytes([len(out) // _HASH + 1]))
        out += block
    return out[:length]


def hkdf_once(secret: bytes, label: bytes, salt: bytes) -> bytes:
    """As ``hkdf`` for 32 bytes and a salt of 32, without a step that such lengths do not need.

    For what is derived once for each of a million entries.  Any other salt is ``hkdf``'s.
    """
    if len(salt) != _HASH or not label:
        return hkdf(secret, label.decode(), salt=salt)
    inner = sha256(salt.translate(_INNER) + _INNER_REST + secret).digest()
    key = sha256(salt.translate(_OUTER) + _OUTER_REST + inner).digest()
    inner = sha256(key.translate(_INNER) + _INNER_REST + label + b"\x01").digest()
    return sha256(key.translate(_OUTER) + _OUTER_REST + inner).digest()


def _hmac(key: bytes, message: bytes) -> bytes:
    """RFC 2104 in two calls: a layer's key takes half as long as through a library's objects."""
    if len(key) > _BLOCK:
        key = sha256(key).digest()
    key = key.ljust(_BLOCK, b"\0")
    return sha256(key.translate(_OUTER) + sha256(key.translate(_INNER) + message).digest()).digest()


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
