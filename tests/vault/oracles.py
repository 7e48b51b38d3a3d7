"""What a thief tries with a copy of a vault and a guess, without the relay."""

from asylia.crypto.kdf import hkdf
from asylia.crypto.slot import open_slot
from asylia.errors import ForgedError
from asylia.vault.header import Header
from asylia.vault.passphrase import normal

USES = {
    "ordinary slot": "asylia/vault/1 slot",
    "shared slot without its share": "asylia/vault/1 shared slot",
    "duress slot": "asylia/vault/1 duress",
}


def oracles(header: Header, guess: str) -> list[str]:
    """By which kinds of slot this guess can be told from a wrong one, offline.

    Written apart from the code that it watches: straight from ``spec/vault.md``.
    """
    stretched = header.stretch(normal(guess))
    return [kind for kind, use in USES.items() if _opens(header, stretched, use)]


def _opens(header: Header, stretched: bytes, use: str) -> bool:
    for at, slot in enumerate(header.slots):
        for known in (b"", bytes(32), header.share_id, header.salt):
            try:
                open_slot(hkdf(stretched + known, use, salt=bytes([at])), slot)
            except ForgedError:
                continue
            return True
    return False
