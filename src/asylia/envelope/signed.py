"""Signed bytes: a message and the signatures over it, ``spec/authority.md``.

Upholds: signatures are a list from the start.  Refuses: deciding anything; a signature covers a
frame whose label names its one use, and only the format that owns the label can check it.
"""

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Self

import msgspec

from asylia.crypto.signing import Signature
from asylia.wire import LIMIT, Message, decode, encode, frame, unframe

LABEL = "asylia/signed/1"


class Signatures(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One to eight signatures."""

    LABEL: ClassVar[str] = "asylia/signatures/1"
    signatures: Annotated[tuple[Signature, ...], msgspec.Meta(min_length=1, max_length=8)]


@dataclass(frozen=True)
class SignedBytes:
    """A message as bytes, not yet trusted, and who is said to have signed it."""

    body: bytes = field(repr=False)
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """The one encoding."""
        return frame(LABEL, self.body, encode(Signatures(signatures=self.signatures)))

    @classmethod
    def parse(cls, untrusted: bytes, *, limit: int = LIMIT) -> Self:
        """Split; raise ``MalformedError``.  No signature is checked here."""
        body, signatures = unframe(untrusted, LABEL, 2, limit=limit)
        return cls(body, decode(signatures, Signatures).signatures)
