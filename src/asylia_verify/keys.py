"""Keys and signatures: Ed25519 alone, or a pair with ML-DSA-44, where both must hold.

``spec/authority.md``.  What is signed is a frame that begins with the label of its one use.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Self

from asylia_verify.errors import WrongError
from asylia_verify.openssl import OpenSSL
from asylia_verify.strict import frame, many, message, octets, one_of, optional, record, unframe

KEY = record({"ed25519": octets(32), "ml_dsa_44": optional(octets(1312))})
_SIGNATURES = record(
    {
        "signatures": many(
            record(
                {
                    "algorithm": one_of("ed25519", "ml-dsa-44"),
                    "key": octets(32),
                    "signature": octets(64, 2420),
                }
            ),
            1,
            8,
        )
    }
)


@dataclass(frozen=True)
class Key:
    """A public key, as a message says it."""

    ed25519: bytes
    ml_dsa_44: bytes | None

    @classmethod
    def of(cls, parsed: dict[str, Any]) -> Self:
        """From what ``KEY`` has read."""
        return cls(parsed["ed25519"], parsed["ml_dsa_44"])

    @property
    def fingerprint(self) -> bytes:
        """SHA-256 over both keys, framed."""
        return sha256(frame("asylia/key/1", self.ed25519, self.ml_dsa_44 or b"")).digest()

    def verify(
        self, label: str, body: bytes, signatures: Sequence[dict[str, Any]], openssl: OpenSSL
    ) -> None:
        """``WrongError`` unless every algorithm of this key that can be checked signed this."""
        mine = [s for s in signatures if s["key"] == self.fingerprint]
        held = {s["algorithm"]: s["signature"] for s in mine}
        wanted = {"ed25519"} | ({"ml-dsa-44"} if self.ml_dsa_44 else set())
        if set(held) != wanted or len(mine) != len(wanted):
            raise WrongError("a signature is missing, or is another key's")
        signed = frame(label, body)
        if not openssl.verify_ed25519(self.ed25519, signed, held["ed25519"]):
            raise WrongError("the Ed25519 signature does not hold")
        if self.ml_dsa_44 and openssl.has_ml_dsa:
            post_quantum = held["ml-dsa-44"]
            if not openssl.verify_ml_dsa_44(self.ml_dsa_44, signed, post_quantum):
                raise WrongError("the ML-DSA-44 signature does not hold")


def unwrap(content: bytes, file: str) -> tuple[bytes, list[dict[str, Any]]]:
    """Split signed bytes into the body and its signatures, none of them checked yet."""
    body, signatures = unframe(content, "asylia/signed/1", 2, file)
    parsed = message(signatures, "asylia/signatures/1", _SIGNATURES, file)
    return body, parsed["signatures"]
