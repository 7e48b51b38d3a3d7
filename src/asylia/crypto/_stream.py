"""The payload of an age v1 file: STREAM over chunks of 64 KiB with ChaCha20-Poly1305.

Source: C2SP age.md, "Payload" (a variant of STREAM, Hoang, Reyhanitabar, Rogaway and Vizár,
CRYPTO 2015).  Upholds: constant memory; no chunk is given out before its tag has held.  Refuses,
with one answer: an altered, missing, doubled or re-ordered chunk, an end that is not marked as the
end, bytes after it, an empty last chunk behind others.
"""

from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from asylia.crypto._reader import Reader
from asylia.errors import ForgedError

CHUNK = 64 * 1024
TAG = 16
DOES_NOT_OPEN = "a sealed file does not open"


def seal_chunks(key: bytes, plaintext: Reader) -> Iterator[bytes]:
    """The sealed chunks of ``plaintext``; one empty chunk where it is empty."""
    box = ChaCha20Poly1305(key)
    for count, chunk, last in _numbered(plaintext, CHUNK):
        yield box.encrypt(_nonce(count, last=last), chunk, None)


def open_chunks(key: bytes, untrusted: Reader) -> Iterator[bytes]:
    """The plaintext chunks, each authentic; raise ``ForgedError``, at the end if it is cut off."""
    box = ChaCha20Poly1305(key)
    for count, sealed, last in _numbered(untrusted, CHUNK + TAG):
        try:
            chunk = box.decrypt(_nonce(count, last=last), sealed, None)
        except InvalidTag:
            raise ForgedError(DOES_NOT_OPEN) from None
        if count and not chunk:
            raise ForgedError(DOES_NOT_OPEN)
        yield chunk


def _numbered(reader: Reader, size: int) -> Iterator[tuple[int, bytes, bool]]:
    """Each piece with its number and whether it is the last; at least one, if only an empty one."""
    count, piece = 0, reader.take(size)
    while following := reader.take(size):
        yield count, piece, False
        count, piece = count + 1, following
    yield count, piece, True


def _nonce(count: int, *, last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([last])
