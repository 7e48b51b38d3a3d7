"""A box of 48 bytes for one 32-byte secret: what a vault's header has eight of.

ChaCha20-Poly1305 (RFC 8439) under a zero nonce, no salt: the key must be used for one secret only.
``spec/vault.md`` says how that is held.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from asylia.errors import ForgedError

SECRET = 32
SLOT = SECRET + 16
_NONCE = bytes(12)


def seal_slot(key: bytes, secret: bytes) -> bytes:
    """Seal 32 bytes under a key that seals nothing else, ever."""
    if len(secret) != SECRET:
        raise ValueError("a slot holds 32 bytes")
    return ChaCha20Poly1305(key).encrypt(_NONCE, secret, None)


def open_slot(key: bytes, untrusted: bytes) -> bytes:
    """The secret; ``ForgedError`` whatever is wrong."""
    try:
        return ChaCha20Poly1305(key).decrypt(_NONCE, untrusted, None)
    except InvalidTag:
        raise ForgedError("a slot does not open") from None
