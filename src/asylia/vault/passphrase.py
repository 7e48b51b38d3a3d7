"""The passphrase of a vault: six words that Asylia draws.

Six of the 2,048 English words of BIP 39, each drawn apart: 66 bits, no checksum, since nothing but
Argon2id ever checks it.  Upholds: what is typed counts the same in any case, spacing or Unicode
form.  Refuses: a passphrase that a person chose.
"""

import unicodedata

from mnemonic import Mnemonic

from asylia.crypto import random

WORDS = 6
_BITS = 11


def draw(randomness: random.Randomness = random.system) -> str:
    """Six words, single spaces between them."""
    words = Mnemonic("english").wordlist
    number = int.from_bytes(randomness((WORDS * _BITS + 7) // 8), "big")
    drawn = [words[number >> (_BITS * at) & (1 << _BITS) - 1] for at in range(WORDS)]
    return " ".join(drawn)


def normal(untrusted_text: str) -> bytes:
    """What Argon2id gets: NFKD, lower case, single spaces; UTF-8."""
    folded = unicodedata.normalize("NFKD", untrusted_text).lower()
    return " ".join(folded.split()).encode("utf-8", "surrogatepass")
