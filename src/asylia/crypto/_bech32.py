"""Bech32 (BIP 173) without its length limit, as age writes recipients and identities.

Upholds: one value, one encoding in a given case.  Refuses: mixed case, a wrong checksum, foreign
characters, stray bits in the last character.
"""

from base64 import b32encode
from collections.abc import Iterable
from functools import reduce
from operator import xor

from asylia.errors import MalformedError

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = bytes.maketrans(_ALPHABET.encode(), bytes(range(32)))
_DIGITS = str.maketrans(_ALPHABET, "0123456789abcdefghijklmnopqrstuv")  # as int() reads base 32
_BASE32_VALUES = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", bytes(range(32)))  # RFC 4648
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM = 6
# What the five bits that leave the residue put back into it, for each of their 32 values.
_FEEDBACK = tuple(
    reduce(xor, (part for at, part in enumerate(_GENERATOR) if top >> at & 1), 0)
    for top in range(32)
)


def encode(prefix: str, content: bytes) -> str:
    """Lower-case Bech32 of ``content`` behind ``prefix`` and "1"."""
    words = [*b32encode(content).rstrip(b"=").translate(_BASE32_VALUES)]
    residue = _polymod([*_expand(prefix), *words, *([0] * _CHECKSUM)]) ^ 1
    words += [residue >> 5 * (_CHECKSUM - 1 - at) & 31 for at in range(_CHECKSUM)]
    return f"{prefix}1{''.join(_ALPHABET[word] for word in words)}"


def decode(untrusted: str, prefix: str) -> bytes:
    """The content behind ``prefix`` (lower case); raise ``MalformedError``, which never quotes."""
    text = untrusted.lower()
    if untrusted not in {text, text.upper()} or not text.startswith(f"{prefix}1"):
        raise MalformedError("not a key of this kind")
    data = text[len(prefix) + 1 :]
    if len(data) < _CHECKSUM or not set(_ALPHABET) >= set(data):
        raise MalformedError("a key has a character or a length that it cannot have")
    words = data.encode("ascii").translate(_VALUES)
    if _polymod([*_expand(prefix), *words]) != 1:
        raise MalformedError("a key's checksum does not hold", hint="Copy the whole key again.")
    size, stray = divmod((len(words) - _CHECKSUM) * 5, 8)
    bits = int(data[:-_CHECKSUM].translate(_DIGITS) or "0", 32)
    if stray >= 5 or bits & ((1 << stray) - 1):
        raise MalformedError("a key has stray bits at its end")
    return (bits >> stray).to_bytes(size, "big")


def _expand(prefix: str) -> list[int]:
    codes = prefix.encode("ascii")
    return [code >> 5 for code in codes] + [0] + [code & 31 for code in codes]


def _polymod(values: Iterable[int]) -> int:
    residue = 1
    for value in values:
        residue = (residue & 0x1FFFFFF) << 5 ^ value ^ _FEEDBACK[residue >> 25]
    return residue
