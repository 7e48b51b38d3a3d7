"""Words that two people read to each other, ``spec/ledger.md``.

Upholds: eleven bits a word, from the list that the vault's passphrase comes from, so that nobody
learns two.  Refuses: deciding whether two lists are the same person's.
"""

import unicodedata
from hashlib import sha256

from mnemonic import Mnemonic

from asylia.wire import frame

_BITS = 11
_LINE = "asylia/line/1 words"
_COUNT = 6


def spoken(secret: bytes, count: int) -> tuple[str, ...]:
    """The first ``count`` x 11 bits as words."""
    words, number = Mnemonic("english").wordlist, int.from_bytes(secret, "big")
    spare = 8 * len(secret) - _BITS * count
    return tuple(
        words[number >> (spare + _BITS * (count - 1 - at)) & (1 << _BITS) - 1]
        for at in range(count)
    )


def heard(untrusted: str) -> tuple[str, ...]:
    """Words as a person typed them: any case, spacing, Unicode form."""
    return tuple(unicodedata.normalize("NFKD", untrusted).lower().split())


def state_words(root_hash: bytes, count: int, line: bytes) -> tuple[str, ...]:
    """Six words for the line's value behind ``count`` blobs."""
    framed = frame(_LINE, root_hash, count.to_bytes(8, "big"), line)
    return spoken(sha256(framed).digest(), _COUNT)
