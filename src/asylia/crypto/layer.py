"""The sealed layer of a ledger entry: a symmetric box whose key is used once.

Layout: 32 random bytes of salt, then ChaCha20-Poly1305 (RFC 8439) under a zero nonce, with
key = HKDF-SHA256(key, salt, info = label).  A fresh salt makes a fresh key, so the nonce never
repeats under one key.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from asylia.crypto import random
from asylia.crypto.kdf import hkdf, hkdf_once
from asylia.errors import ForgedError

SALT = 32
OVERHEAD = SALT + 16
_NONCE = bytes(12)


def seal_layer(
    key: bytes, label: str, plaintext: bytes, *, randomness: random.Randomness = random.system
) -> bytes:
    """Seal ``plaintext``; 48 bytes longer than it."""
    salt = randomness(SALT)
    return salt + ChaCha20Poly1305(hkdf(key, label, salt=salt)).encrypt(_NONCE, plaintext, None)


def open_layer(key: bytes, label: str, untrusted: bytes) -> bytes:
    """Open a layer; raise ``ForgedError`` whatever is wrong with it."""
    box = ChaCha20Poly1305(hkdf_once(key, label.encode(), untrusted[:SALT]))
    try:
        return box.decrypt(_NONCE, untrusted[SALT:], None)
    except InvalidTag:
        raise ForgedError("a sealed layer does not open") from None
