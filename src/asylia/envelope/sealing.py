"""Padded content in one age file to one recipient: the shape that envelopes and drops share.

Upholds: a length tells little.  Refuses: an armored file, since a blob has one form.
"""

from asylia.crypto import age, random
from asylia.crypto.padding import pad, unpad
from asylia.errors import MalformedError

_BINARY = b"age-encryption.org/v1\n"


def seal_padded(
    content: bytes, recipient: age.Recipient, *, randomness: random.Randomness = random.system
) -> bytes:
    """``content``, padded, as a binary age file."""
    return age.encrypt(pad(content), [recipient], randomness=randomness)


def open_padded(untrusted: bytes, identity: age.Identity) -> bytes:
    """The content; raise ``MalformedError`` or ``ForgedError``."""
    check_binary(untrusted)
    return unpad(age.decrypt(untrusted, [identity]))


def check_binary(untrusted: bytes) -> None:
    """Raise ``MalformedError`` on anything that is no binary age file."""
    if not untrusted.startswith(_BINARY):
        raise MalformedError("a sealed file is not a binary age file")
