"""Recovery shares, ``spec/ledger.md``: two seeds, each split for every pair of three custodians.

Upholds: any two of a set give both seeds, checked; one alone is random bytes beside two hashes.
Refuses: shares of two sets, one share twice, seeds that are not the ones that were split.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import combinations
from typing import Annotated, ClassVar

import msgspec

from asylia.crypto import random
from asylia.crypto.age import Identity
from asylia.crypto.signing import SigningKey
from asylia.envelope.shapes import Bytes16, Bytes32, DayNumber, encode_checked
from asylia.errors import ForgedError, UsageError
from asylia.values import Day
from asylia.wire import Message, decode

CUSTODIANS = (1, 2, 3)
PAIRS = tuple(combinations(CUSTODIANS, 2))
_Halves = Annotated[tuple[Bytes32, ...], msgspec.Meta(min_length=2, max_length=2)]
_ASK = "Bring two shares of the newest drill, of two custodians."


class Share(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one custodian keeps, apart from the others."""

    LABEL: ClassVar[str] = "asylia/recovery-share/1"
    custodian: Annotated[int, msgspec.Meta(ge=1, le=3)]
    day: DayNumber
    recipient: Bytes32
    recovery: _Halves
    root: _Halves
    root_hash: Bytes32
    set: Bytes16


@dataclass(frozen=True)
class Combined:
    """The root's private key and the recovery identity, for as long as a step needs them."""

    root: SigningKey = field(repr=False)
    recovery: Identity = field(repr=False)


def draw(root: SigningKey, randomness: random.Randomness = random.system) -> Combined:
    """The root with a new recovery identity."""
    return Combined(root, Identity.generate(randomness))


def split(
    secrets: Combined, today: Day, randomness: random.Randomness = random.system
) -> tuple[bytes, bytes, bytes]:
    """Three shares of a new set, for custodians 1, 2 and 3."""
    name = randomness(16)
    recovery = _halves(secrets.recovery.seed, randomness)
    root = _halves(secrets.root.seed, randomness)
    one, two, three = (
        encode_checked(
            Share(
                custodian=custodian,
                day=today,
                recipient=_hash(secrets.recovery),
                recovery=_of(recovery, custodian),
                root=_of(root, custodian),
                root_hash=secrets.root.public.fingerprint,
                set=name,
            )
        )
        for custodian in CUSTODIANS
    )
    return one, two, three


def parse(untrusted: bytes) -> Share:
    """One share; ``MalformedError``."""
    return decode(untrusted, Share)


def combine(untrusted_shares: Sequence[bytes]) -> Combined:
    """Both secrets from two shares; ``MalformedError``, ``UsageError``, ``ForgedError``."""
    shares = sorted(map(parse, untrusted_shares), key=lambda share: share.custodian)
    if len(shares) != 2 or shares[0].custodian == shares[1].custodian:
        raise UsageError("two shares of two custodians are needed", hint=_ASK)
    lower, higher = shares
    same = ("day", "recipient", "root_hash", "set")
    if any(getattr(lower, name) != getattr(higher, name) for name in same):
        raise ForgedError("these shares are of two sets", hint=_ASK)
    root = SigningKey(_together("root", lower, higher), "pair")
    recovery = Identity.from_seed(_together("recovery", lower, higher))
    if root.public.fingerprint != lower.root_hash or _hash(recovery) != lower.recipient:
        raise ForgedError("a share was altered, or copied wrongly", hint=_ASK)
    return Combined(root, recovery)


def _hash(recovery: Identity) -> bytes:
    return sha256(str(recovery.recipient).encode()).digest()


def _halves(
    seed: bytes, randomness: random.Randomness
) -> dict[tuple[int, int], tuple[bytes, bytes]]:
    drawn = {pair: randomness(len(seed)) for pair in PAIRS}
    return {pair: (one, _xor(seed, one)) for pair, one in drawn.items()}


def _of(halves: dict[tuple[int, int], tuple[bytes, bytes]], custodian: int) -> tuple[bytes, ...]:
    return tuple(halves[pair][pair.index(custodian)] for pair in PAIRS if custodian in pair)


def _together(name: str, lower: Share, higher: Share) -> bytes:
    pair = (lower.custodian, higher.custodian)
    one, other = (
        getattr(share, name)[[one for one in PAIRS if share.custodian in one].index(pair)]
        for share in (lower, higher)
    )
    return _xor(one, other)


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
