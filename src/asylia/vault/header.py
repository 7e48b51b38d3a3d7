"""The 512-byte header of a vault, ``spec/vault.md``.

Upholds: one Argon2id run and all eight slots, whatever the passphrase; a damaged header is told
from a wrong passphrase.  Refuses: costs outside their limits, before memory is taken for them.
"""

import struct
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Self

from asylia.crypto import random
from asylia.crypto.kdf import argon2id, hkdf
from asylia.crypto.slot import SLOT, open_slot, seal_slot
from asylia.errors import ForgedError, LockedError, MalformedError
from asylia.values import Clock, system_clock

SIZE, SLOTS = 512, 8
_LABEL = b"asylia/vault/1\n\0"
_SALT, _RESERVED, _FRONT = 32, 36, 128
_COSTS = struct.Struct(">III")
_USE = "asylia/vault/1 slot"
_ENOUGH = 0.5  # seconds
_RESTORE = "Restore the header from a copy; what is in the vault is not lost by this."


@dataclass(frozen=True)
class Costs:
    """Argon2id's costs: memory in KiB, passes, lanes."""

    memory: int = 256 * 1024
    passes: int = 3
    lanes: int = 4

    def __post_init__(self) -> None:
        memory_fits = 8 * self.lanes <= self.memory <= 4 << 20
        if not (memory_fits and 1 <= self.passes <= 1000 and 1 <= self.lanes <= 64):
            raise MalformedError("a vault's costs are out of range", hint=_RESTORE)

    def stretch(self, passphrase: bytes, salt: bytes) -> bytes:
        """One run, 32 bytes."""
        return argon2id(
            passphrase, salt=salt, memory_kib=self.memory, passes=self.passes, lanes=self.lanes
        )

    def calibrated(self, clock: Clock = system_clock) -> Self:
        """With as many passes as make a run take half a second here; never fewer than these."""
        begun = clock()
        self.stretch(b"", bytes(_SALT))
        seconds = (clock() - begun).total_seconds()
        wanted = round(self.passes * _ENOUGH / max(seconds, 1e-3) + 0.5)
        return replace(self, passes=min(max(self.passes, wanted), 1000))


@dataclass(frozen=True)
class Header:
    """Salt, costs, eight slots; which of them are in use shows nowhere."""

    salt: bytes
    costs: Costs
    slots: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def create(
        cls,
        passphrase: bytes,
        master: bytes,
        costs: Costs,
        randomness: random.Randomness = random.system,
    ) -> Self:
        """A header with one slot in use, in a place drawn at random."""
        salt = randomness(_SALT)
        slots = [randomness(SLOT) for _ in range(SLOTS)]
        at = randomness(1)[0] % SLOTS
        slots[at] = seal_slot(_slot_key(costs.stretch(passphrase, salt), at), master)
        return cls(salt, costs, tuple(slots))

    def open(self, passphrase: bytes) -> bytes:
        """The master key; ``LockedError``."""
        stretched = self.costs.stretch(passphrase, self.salt)
        found = [_try(_slot_key(stretched, at), slot) for at, slot in enumerate(self.slots)]
        for secret in found:
            if secret is not None:
                return secret
        raise LockedError("the passphrase does not open this vault", hint="Check the six words.")

    def encode(self) -> bytes:
        """512 bytes."""
        costs = _COSTS.pack(self.costs.memory, self.costs.passes, self.costs.lanes)
        front = _LABEL + self.salt + costs + bytes(_RESERVED)
        slots = b"".join(self.slots)
        return front + sha256(front + slots).digest() + slots

    @classmethod
    def parse(cls, untrusted: bytes) -> Self:
        """Read a header; ``MalformedError`` where it is damaged or of another version."""
        if len(untrusted) != SIZE or not untrusted.startswith(_LABEL):
            raise MalformedError("this is no header of a vault", hint=_RESTORE)
        salt, costs = untrusted[16:48], _COSTS.unpack(untrusted[48:60])
        slots = untrusted[_FRONT:]
        if sha256(untrusted[:96] + slots).digest() != untrusted[96:_FRONT]:
            raise MalformedError("the header of this vault is damaged", hint=_RESTORE)
        if any(untrusted[60:96]):
            raise MalformedError("a newer version made this vault", hint="Update Asylia.")
        return cls(
            salt, Costs(*costs), tuple(slots[at * SLOT : (at + 1) * SLOT] for at in range(SLOTS))
        )


def _slot_key(stretched: bytes, at: int) -> bytes:
    return hkdf(stretched, _USE, salt=bytes([at]))


def _try(key: bytes, slot: bytes) -> bytes | None:
    try:
        return open_slot(key, slot)
    except ForgedError:
        return None
