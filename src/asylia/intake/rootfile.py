"""The team's root public key as a file: ``asylia/root/1``, see ``spec/page.md``.

Upholds: a root is a pair, and its file has one form.  Refuses: any other key.
"""

from typing import ClassVar

from asylia.crypto.signing import VerifyingKey
from asylia.errors import MalformedError
from asylia.wire import Message, decode, encode


class Root(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Public: whoever has it can check the team's bundles."""

    LABEL: ClassVar[str] = "asylia/root/1"
    key: VerifyingKey


def write_root(root: VerifyingKey) -> bytes:
    """The file's bytes."""
    return encode(Root(key=root)) + b"\n"


def read_root(untrusted: bytes) -> VerifyingKey:
    """The key in a root file; ``MalformedError``."""
    root = decode(untrusted.removesuffix(b"\n"), Root).key
    if root.ml_dsa_44 is None:
        raise MalformedError("a root is a pair of keys")
    return root
