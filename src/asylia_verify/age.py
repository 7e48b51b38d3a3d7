"""Opening one age v1 file by its disclosed file key (C2SP age.md; ``spec/age.md``).

HKDF and HMAC (RFC 5869, 2104) are the standard library's; ChaCha20 and Poly1305 (RFC 8439) are
openssl's.  The header's MAC comes first: it commits to the file key, so nobody can make a file
that opens to two texts under two keys.  ``WrongError`` where anything does not hold.
"""

import hmac
import re
from base64 import b64encode

from asylia_verify.errors import WrongError
from asylia_verify.openssl import OpenSSL

_HEADER_LIMIT = 256 * 1024
_STANZA = (
    rb"-> [\x21-\x7e]+(?: [\x21-\x7e]+)*\n"
    rb"(?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{0,63}\n"
)
_HEADER = re.compile(
    rb"(age-encryption\.org/v1\n(?:" + _STANZA + rb"){1,128}---) ([A-Za-z0-9+/]{43})\n"
)
_CHUNK, _TAG, _NONCE = 64 * 1024, 16, 16


def open_file(content: bytes, file_key: bytes, openssl: OpenSSL) -> bytes:
    """The plaintext of a binary age file, every chunk of it authentic."""
    header = _HEADER.match(content[:_HEADER_LIMIT])
    if not header:
        raise WrongError("is not an age file")
    if not hmac.compare_digest(_mac(header[1], file_key), header[2]):
        raise WrongError("is not opened by the file key of the proof")
    body = content[header.end() :]
    if len(body) < _NONCE + _TAG:
        raise WrongError("is cut off behind its header")
    key = hkdf(file_key, b"payload", body[:_NONCE])
    sealed = body[_NONCE:]
    starts = range(0, len(sealed), _CHUNK + _TAG)
    chunks = [sealed[at : at + _CHUNK + _TAG] for at in starts]
    last = len(chunks) - 1
    return b"".join(
        _open_chunk(key, number, chunk, number == last, openssl)
        for number, chunk in enumerate(chunks)
    )


def hkdf(secret: bytes, info: bytes, salt: bytes = b"") -> bytes:
    """HKDF-SHA256 (RFC 5869), 32 bytes."""
    drawn = hmac.digest(salt, secret, "sha256")
    return hmac.digest(drawn, info + b"\x01", "sha256")


def _mac(covered: bytes, file_key: bytes) -> bytes:
    mac = hmac.digest(hkdf(file_key, b"header"), covered, "sha256")
    return b64encode(mac).rstrip(b"=")


def _open_chunk(key: bytes, number: int, chunk: bytes, last: bool, openssl: OpenSSL) -> bytes:
    """AEAD_CHACHA20_POLY1305 (RFC 8439, section 2.8) without additional data."""
    sealed, tag = chunk[:-_TAG], chunk[-_TAG:]
    if len(chunk) < _TAG or (number and not sealed):
        raise WrongError("is cut off")
    nonce = number.to_bytes(11, "big") + bytes([last])
    # Block 0 of the stream gives the key of the tag, the blocks behind it hide the text.
    stream = openssl.chacha20(key, nonce, bytes(64) + sealed)
    covered = sealed + bytes(-len(sealed) % 16) + bytes(8) + len(sealed).to_bytes(8, "little")
    if not hmac.compare_digest(openssl.poly1305(stream[:32], covered), tag):
        raise WrongError("was altered: a chunk's tag does not hold")
    return stream[64:]
