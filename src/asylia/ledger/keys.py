"""The keys of one device, and what of them the team knows.

Upholds: one seed signs, as a pair for epochs and by its Ed25519 half for entries; prekeys rotate
apart from it, in rows of the store, so that each can be destroyed.  Refuses: showing a secret in a
``repr``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Self

from asylia.crypto import random
from asylia.crypto.age import Identity
from asylia.crypto.signing import SigningKey
from asylia.envelope.shapes import Bytes32
from asylia.values import DeviceId
from asylia.wire import Message, decode, encode


class _Stored(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    LABEL: ClassVar[str] = "asylia/device-keys/1"
    seed: Bytes32


@dataclass(frozen=True)
class DeviceKeys:
    """What a device signs with, and what opens the epochs that are sealed to it, newest first."""

    seed: bytes = field(repr=False)
    prekeys: tuple[Identity, ...] = field(repr=False)

    @classmethod
    def generate(cls, randomness: random.Randomness = random.system) -> Self:
        """A new device."""
        return cls(randomness(32), (Identity.generate(randomness),))

    @cached_property
    def signing(self) -> SigningKey:
        """The pair that signs epochs, bundles and dossiers."""
        return SigningKey(self.seed, "pair")

    @cached_property
    def author(self) -> SigningKey:
        """The Ed25519 half of the same pair, which signs entries."""
        return SigningKey(self.seed, "ed25519")

    @cached_property
    def device(self) -> DeviceId:
        """The name of this device: the fingerprint of its pair."""
        return DeviceId(self.signing.public.fingerprint)

    def encode(self) -> bytes:
        """The seed, for the vault and nowhere else; the prekeys lie in rows of their own."""
        return encode(_Stored(seed=self.seed))

    @classmethod
    def parse(cls, stored: bytes, prekeys: Iterable[str]) -> Self:
        """What ``encode`` wrote, beside the rows' prekeys; raise ``MalformedError``."""
        seed = decode(stored, _Stored).seed
        return cls(seed, tuple(Identity.parse(prekey) for prekey in prekeys))
