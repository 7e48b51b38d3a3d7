"""The 512-byte header of a vault and its slots, ``spec/vault.md``.

Upholds: one Argon2id run and all eight slots, for each kind of slot, whatever the passphrase; a
damaged header is told from a wrong passphrase; with a remote share, the passphrase's slot opens
with the share only.  Refuses: costs outside their limits, before memory is taken for them.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import NamedTuple, Self

from asylia.crypto import random
from asylia.crypto.kdf import argon2id, hkdf
from asylia.crypto.slot import SECRET, SLOT, open_slot, seal_slot
from asylia.errors import ForgedError, MalformedError
from asylia.values import Clock, system_clock

SIZE, SLOTS = 512, 8
NO_SHARE = bytes(16)
_LABEL = b"asylia/vault/1\n\0"
_SALT, _RESERVED, _FRONT = 32, 20, 128
_COSTS = struct.Struct(">III")
_ORDINARY, _SHARED = "asylia/vault/1 slot", "asylia/vault/1 shared slot"
_DURESS, _PLACES = "asylia/vault/1 duress", "asylia/vault/1 places"
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


class Places(NamedTuple):
    """Which slot is which; known to the holder of the master key alone."""

    passphrase: tuple[int, int]
    duress: int

    @classmethod
    def of(cls, master: bytes) -> Self:
        """The places that this master key gives."""
        drawn = hkdf(master, _PLACES, length=SLOTS)
        first, second, third = sorted(range(SLOTS), key=lambda at: (drawn[at], at))[:3]
        return cls((first, second), third)

    def next_to(self, at: int) -> int:
        """Where the passphrase's slot goes from ``at``."""
        first, second = self.passphrase
        return second if at == first else first


class Found(NamedTuple):
    """The master key and the slot that held it."""

    master: bytes
    at: int


@dataclass(frozen=True)
class Header:
    """Salt, costs, eight slots, the remote share's id; which slots are in use shows nowhere.

    ``share_id``: 16 bytes, ``NO_SHARE`` where there is no remote share.
    """

    salt: bytes
    costs: Costs
    slots: tuple[bytes, ...] = field(repr=False)
    share_id: bytes = NO_SHARE

    @classmethod
    def create(
        cls,
        passphrase: bytes,
        master: bytes,
        costs: Costs,
        randomness: random.Randomness = random.system,
    ) -> Self:
        """A header with one slot in use, and no remote share."""
        bare = cls(randomness(_SALT), costs, tuple(randomness(SLOT) for _ in range(SLOTS)))
        at = Places.of(master).passphrase[0]
        return bare.with_slot(at, seal_passphrase(bare.stretch(passphrase), None, at, master))

    def stretch(self, passphrase: bytes) -> bytes:
        """One Argon2id run: 32 bytes."""
        return self.costs.stretch(passphrase, self.salt)

    def is_duress(self, stretched: bytes) -> bool:
        """Whether a duress slot opens; eight trials."""
        keys = [_key(stretched, _DURESS, at) for at in range(SLOTS)]
        return any([secret is not None for secret in self._try(keys)])  # noqa: C419  all are tried

    def find(self, stretched: bytes, share: bytes | None) -> Found | None:
        """The master key, or None; eight trials.  ``share``: 32 bytes, None for ordinary slots."""
        keys = [_passphrase_key(stretched, share, at) for at in range(SLOTS)]
        found = [Found(s, at) for at, s in enumerate(self._try(keys)) if s is not None]
        return found[0] if found else None

    def with_slot(self, at: int, slot: bytes) -> Self:
        """With one slot replaced."""
        return replace(self, slots=(*self.slots[:at], slot, *self.slots[at + 1 :]))

    def fresh(self, randomness: random.Randomness = random.system) -> Self:
        """Another that no passphrase opens: same costs and share id, the rest random."""
        slots = tuple(randomness(SLOT) for _ in range(SLOTS))
        return replace(self, salt=randomness(_SALT), slots=slots)

    def encode(self) -> bytes:
        """512 bytes."""
        costs = _COSTS.pack(self.costs.memory, self.costs.passes, self.costs.lanes)
        front = _LABEL + self.salt + costs + self.share_id + bytes(_RESERVED)
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
        if any(untrusted[76:96]):
            raise MalformedError("a newer version made this vault", hint="Update Asylia.")
        cut = tuple(slots[at * SLOT : (at + 1) * SLOT] for at in range(SLOTS))
        return cls(salt, Costs(*costs), cut, untrusted[60:76])

    def _try(self, keys: Sequence[bytes]) -> list[bytes | None]:
        return [_opened(key, slot) for key, slot in zip(keys, self.slots, strict=True)]


def seal_passphrase(stretched: bytes, share: bytes | None, at: int, master: bytes) -> bytes:
    """The passphrase's slot at a place: ordinary, or with a share (32 bytes) shared."""
    return seal_slot(_passphrase_key(stretched, share, at), master)


def seal_duress(stretched: bytes, at: int, randomness: random.Randomness = random.system) -> bytes:
    """A duress slot at a place; what it holds is random and opens nothing."""
    return seal_slot(_key(stretched, _DURESS, at), randomness(SECRET))


def random_slot(randomness: random.Randomness = random.system) -> bytes:
    """What a slot that is not in use holds."""
    return randomness(SLOT)


def _passphrase_key(stretched: bytes, share: bytes | None, at: int) -> bytes:
    if share is None:
        return _key(stretched, _ORDINARY, at)
    return _key(stretched + share, _SHARED, at)


def _key(secret: bytes, use: str, at: int) -> bytes:
    return hkdf(secret, use, salt=bytes([at]))


def _opened(key: bytes, slot: bytes) -> bytes | None:
    try:
        return open_slot(key, slot)
    except ForgedError:
        return None
