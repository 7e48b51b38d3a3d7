"""The keys that grow from a phrase, for one team, ``spec/phrase.md``.

Upholds: one guess at a phrase serves one team, since the team's root hash is the salt.  Refuses:
showing any of them in a ``repr``.
"""

from dataclasses import dataclass, field
from typing import Self

from asylia.crypto.age import Identity
from asylia.crypto.kdf import hkdf, pbkdf2
from asylia.crypto.signing import SigningKey
from asylia.envelope.phrase import Phrase
from asylia.errors import MalformedError
from asylia.values import Hash, ThreadId

ROUNDS = 2048


@dataclass(frozen=True)
class ThreadKeys:
    """A thread: its id (16 bytes), how to read its replies, sign for it, and find its drops."""

    thread: ThreadId = field(repr=False)
    identity: Identity = field(repr=False)
    signing: SigningKey = field(repr=False)
    drop_secret: bytes = field(repr=False)

    @classmethod
    def derive(cls, phrase: Phrase, root_hash: Hash) -> Self:
        """PBKDF2 over the phrase's bits, then one HKDF a use."""
        if len(root_hash) != 32:
            raise MalformedError("a root hash has 32 bytes")
        master = pbkdf2(phrase.entropy, salt=root_hash, rounds=ROUNDS)
        return cls(
            thread=ThreadId(hkdf(master, "asylia/phrase/1 thread", length=16)),
            identity=Identity.from_seed(hkdf(master, "asylia/phrase/1 identity")),
            signing=SigningKey(hkdf(master, "asylia/phrase/1 signing"), "ed25519"),
            drop_secret=hkdf(master, "asylia/phrase/1 drops"),
        )
