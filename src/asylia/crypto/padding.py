"""PADMÉ padding, so that a length tells little about what was said.

Lengths are rounded up as in Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and
Communication with PURBs" (PoPETS 2019), algorithm 1: at most 12 % longer, O(log log n) bits leak.
Layout: the content's length as four bytes, big-endian, the content, zeros.
Refuses padding that is not zeros, or that is not what ``pad`` would have made.
"""

from functools import lru_cache

from asylia.errors import MalformedError

FLOOR = 4096
_LENGTH = 4


def padded_length(length: int, floor: int = FLOOR) -> int:
    """The PADMÉ length for ``length`` bytes, at least ``floor``."""
    if length <= floor:
        return floor
    mask = _step(length) - 1
    return (length + mask) & ~mask


def _step(length: int) -> int:
    """Between the lengths that are left, about there."""
    exponent = length.bit_length() - 1
    return 1 << (exponent - exponent.bit_length())


def pad(content: bytes, floor: int = FLOOR) -> bytes:
    """``content`` with its length in front and zeros behind."""
    framed = len(content).to_bytes(_LENGTH, "big") + content
    return framed + bytes(padded_length(len(framed), floor) - len(framed))


def unpad(untrusted: bytes, floor: int = FLOOR) -> bytes:
    """The content; raise ``MalformedError`` on anything ``pad`` would not have made."""
    size = int.from_bytes(untrusted[:_LENGTH], "big")
    end = _LENGTH + size
    length = len(untrusted)
    if not _least(length, floor) <= end <= length or untrusted[end:] != bytes(length - end):
        raise MalformedError("padding is not as it should be")
    return untrusted[_LENGTH:end]


@lru_cache(maxsize=1024)
def _least(length: int, floor: int) -> int:
    """The least that is padded to this length, as all above it are; more than it if nothing is.

    PADMÉ leaves few lengths, so this is asked of the same ones over and over.
    """
    if padded_length(length, floor) != length:
        return length + 1
    if length == floor:
        return 0
    return max(length - _step(length - 1), floor) + 1
