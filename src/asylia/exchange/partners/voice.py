"""Eight words for bytes that went from hand to hand: read by one person, typed by another.

Upholds: whoever swaps a card or a sealed file on the way changes the words; each guess costs
Argon2id.  Refuses: words that are not these, in whatever case and spacing they were typed.
"""

import hmac
from hashlib import sha256

from asylia.counts.words import N_, Said, spoken
from asylia.crypto.kdf import argon2id
from asylia.errors import ForgedError
from asylia.ledger import statewords
from asylia.wire import frame

WORDS = 8
_LABEL = "asylia/linkage/1 words"
_MEMORY_KIB, _PASSES, _LANES = 64 * 1024, 2, 4


def words_of(content: bytes) -> tuple[str, ...]:
    """The eight words for these bytes: 88 bits of Argon2id over their SHA-256."""
    digest = sha256(content).digest()
    bits = argon2id(
        frame(_LABEL, digest), salt=digest, memory_kib=_MEMORY_KIB, passes=_PASSES, lanes=_LANES,
        length=11,
    )  # fmt: skip
    return statewords.spoken(bits, WORDS)


def check_heard(content: bytes, untrusted_words: str, what: Said) -> None:
    """``ForgedError`` unless these are the words that were heard."""
    typed = " ".join(statewords.heard(untrusted_words))
    if not hmac.compare_digest(typed.encode(), " ".join(words_of(content)).encode()):
        raise ForgedError(
            spoken(N_("the words are not those of %(what)s"), what=what),
            hint="Ask for the words once more, by voice. If they differ, it was swapped on the "
            "way: let it be sent again by another way.",
        )
