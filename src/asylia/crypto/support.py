"""What this machine's cryptography must be able to do, checked once at start.

Upholds: a known answer and a round trip through the post-quantum primitives before anything is
sealed.  Refuses: an OpenSSL (or a build of ``cryptography``) without ML-KEM-768 or ML-DSA-44.
"""

from collections.abc import Callable
from hashlib import sha256

from cryptography.exceptions import InternalError, UnsupportedAlgorithm

from asylia.errors import AsyliaError, UnavailableError

_SEED = bytes(range(32))
_ANSWER = "79341ca26974dee96471d5d2678bdb25f5b5e4a31d417f9f109edf72c6bc3751"


def require_post_quantum(probe: Callable[[], str] | None = None) -> None:
    """Raise ``UnavailableError`` unless sealing and signing work here as they must; about 1 ms.

    ``probe`` gives the hex SHA-256 over the public keys that grow from a fixed seed.
    """
    try:
        answer = (probe or _probe)()
    except (UnsupportedAlgorithm, InternalError, ImportError, AttributeError, AsyliaError):
        answer = ""
    if answer != _ANSWER:
        raise UnavailableError(
            "this machine's OpenSSL lacks post-quantum cryptography, or has it wrong",
            hint="Install the wheel of cryptography 50 or later (it brings its own OpenSSL 3.5+).",
        )


def _probe() -> str:
    # Imported here: where a primitive is lacking, its import may fail, and that is the answer.
    from asylia.crypto import age, signing  # noqa: PLC0415

    identity, key = age.Identity.from_seed(_SEED), signing.SigningKey(_SEED, "pair")
    age.decrypt(age.encrypt(b"", [identity.recipient]), [identity])
    key.public.verify("asylia/support/1", signatures=key.sign("asylia/support/1"))
    return sha256(identity.recipient.public + key.public.fingerprint).hexdigest()
