"""Bech32 (BIP 173) without its length limit, as age writes recipients and identities.

Upholds: one value, one encoding in a given case.  Refuses: mixed case, a wrong checksum, foreign
characters, stray bits in the last character.
"""

from collections.abc import Iterable
from functools import reduce
from operator import xor

from asylia.errors import MalformedError

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM = 6
# What the five bits that leave the residue put back into it, for each of their 32 values.
_FEEDBACK = tuple(
    reduce(xor, (part for at, part in enumerate(_GENERATOR) if top >> at & 1), 0)
    for top in range(32)
)


def encode(prefix: str, content: bytes) -> str:
    """Lower-case Bech32 of ``content`` behind ``prefix`` and "1"."""
    words = _regroup(content, 8, 5)
    residue = _polymod([*_expand(prefix), *words, *([0] * _CHECKSUM)]) ^ 1
    words += [residue >> 5 * (_CHECKSUM - 1 - at) & 31 for at in range(_CHECKSUM)]
    return f"{prefix}1{''.join(_ALPHABET[word] for word in words)}"


def decode(untrusted: str, prefix: str) -> bytes:
    """The content behind ``prefix`` (lower case); raise ``MalformedError``, which never quotes."""
    text = untrusted.lower()
    if untrusted not in {text, text.upper()} or not text.startswith(f"{prefix}1"):
        raise MalformedError("not a key of this kind")
    data = text[len(prefix) + 1 :]
    if len(data) < _CHECKSUM or not _VALUE.keys() >= set(data):
        raise MalformedError("a key has a character or a length that it cannot have")
    words = [_VALUE[character] for character in data]
    if _polymod([*_expand(prefix), *words]) != 1:
        raise MalformedError("a key's checksum does not hold", hint="Copy the whole key again.")
    content = bytes(_regroup(words[:-_CHECKSUM], 5, 8)[: (len(words) - _CHECKSUM) * 5 // 8])
    if _regroup(content, 8, 5) != words[:-_CHECKSUM]:
        raise MalformedError("a key has stray bits at its end")
    return content


def _expand(prefix: str) -> list[int]:
    codes = prefix.encode("ascii")
    return [code >> 5 for code in codes] + [0] + [code & 31 for code in codes]


def _polymod(values: Iterable[int]) -> int:
    residue = 1
    for value in values:
        residue = (residue & 0x1FFFFFF) << 5 ^ value ^ _FEEDBACK[residue >> 25]
    return residue


def _regroup(values: Iterable[int], width: int, into: int) -> list[int]:
    """Numbers of ``width`` bits as numbers of ``into`` bits, zeros filling the last."""
    groups, held, bits = [], 0, 0
    for value in values:
        held, bits = (held << width | value) & 0xFFF, bits + width
        while bits >= into:
            bits -= into
            groups.append(held >> bits & ((1 << into) - 1))
    if bits:
        groups.append(held << (into - bits) & ((1 << into) - 1))
    return groups
