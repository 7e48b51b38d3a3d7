"""What a device knows of its team after replaying the line so far.

Upholds: everything here follows from epochs and entries that passed their checks, and is written
down in the same transaction as they are.  Refuses: a check; those are ``replay``'s and ``rights``'.
"""

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, NamedTuple

import msgspec

from asylia.crypto.signing import VerifyingKey
from asylia.envelope.signed import SignedBytes
from asylia.ledger.entry import Head
from asylia.ledger.epoch import CompartmentEpoch, Device, TeamEpoch, decode_epoch
from asylia.ledger.rights import by_fingerprint
from asylia.ledger.store import LedgerStore
from asylia.values import Hash
from asylia.wire import Message, Part, decode, encode

_ROOT, _STATE = "root", "state"


class EpochKeys(NamedTuple):
    """An epoch of a compartment as far as its entries are concerned."""

    blob_hash: bytes
    compartment: str
    number: int
    key: bytes
    devices: frozenset[bytes]
    wrap_key: bytes | None  # None once it was destroyed, or where it was never given

    def __repr__(self) -> str:
        return f"<EpochKeys {self.number} of {self.compartment}>"


class Chain(NamedTuple):
    """The newest entry of one author in one compartment, and the newest day in the chain."""

    sequence: int
    blob: bytes
    epoch: int
    day: int


START = Chain(-1, bytes(32), 0, 0)


class _Root(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    LABEL: ClassVar[str] = "asylia/ledger-root/1"
    root: VerifyingKey


class _Author(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    author: bytes
    blob: bytes
    compartment: str
    day: Annotated[int, msgspec.Meta(ge=0)]
    epoch: int
    sequence: int
    tip: bool


class _Stored(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    LABEL: ClassVar[str] = "asylia/ledger-state/1"
    authors: tuple[_Author, ...]
    clashes: tuple[str, ...]


def pin_root(store: LedgerStore, root: VerifyingKey) -> None:
    """From now on this store is this team's."""
    store.put_value(_ROOT, encode(_Root(root=root)))


@dataclass
class State:
    """The team, the compartments, their keys, each author's chain."""

    root: VerifyingKey
    teams: dict[bytes, TeamEpoch] = field(default_factory=dict)
    team_hash: bytes = b""
    compartments: dict[str, CompartmentEpoch] = field(default_factory=dict)
    keys: dict[bytes, EpochKeys] = field(default_factory=dict)
    tried: list[EpochKeys] = field(default_factory=list)  # the one that opened last comes first
    current: dict[str, EpochKeys] = field(default_factory=dict)
    devices: dict[bytes, Device] = field(default_factory=dict)
    limits: dict[tuple[str, bytes], list[tuple[int, int]]] = field(default_factory=dict)
    chains: dict[tuple[str, bytes], Chain] = field(default_factory=dict)
    tips: dict[str, dict[bytes, Head]] = field(default_factory=dict)
    clashes: set[str] = field(default_factory=set)  # compartments, or "" for the team
    founded_on: int = 0

    @classmethod
    def load(cls, store: LedgerStore) -> "State | None":
        """What was written down; None in a store that belongs to no team yet."""
        root = store.value(_ROOT)
        if root is None:
            return None
        state = cls(decode(root, _Root).root)
        for blob_hash, signed in store.epochs():
            state.add(Hash(blob_hash), decode_epoch(SignedBytes.parse(signed).body))
        stored = store.value(_STATE)
        if stored is not None:
            state._restore(decode(stored, _Stored, limit=1 << 26))
        return state

    @property
    def team(self) -> TeamEpoch | None:
        """The newest team epoch."""
        return self.teams.get(self.team_hash)

    def add(self, blob_hash: Hash, epoch: TeamEpoch | CompartmentEpoch) -> None:
        """Go on under an epoch that passed its checks."""
        if epoch.number == 0:
            self.founded_on = max(self.founded_on, epoch.day)
        if isinstance(epoch, TeamEpoch):
            self.teams[blob_hash], self.team_hash = epoch, blob_hash
            self.devices = dict(by_fingerprint(epoch))
            return
        name, before = epoch.compartment, self.compartments.get(epoch.compartment)
        known = [one.devices for one in epoch.earlier] if before is None else [before.devices]
        for earlier in epoch.earlier:
            if earlier.epoch not in self.keys:
                devices = frozenset(earlier.devices)
                key = earlier.compartment_key
                self._keep(EpochKeys(earlier.epoch, name, earlier.number, key, devices, None))
        heads = {head.author: head.sequence for head in epoch.heads}
        for author in {one for devices in known for one in devices} - set(epoch.devices):
            limit = (epoch.number, heads.get(author, -1))
            self.limits.setdefault((name, author), []).append(limit)
        newest = EpochKeys(
            blob_hash,
            name,
            epoch.number,
            epoch.compartment_key,
            frozenset(epoch.devices),
            epoch.wrap_key,
        )
        self._keep(newest)
        self.compartments[name], self.current[name] = epoch, newest

    def _keep(self, keys: EpochKeys) -> None:
        self.keys[keys.blob_hash] = keys
        self.tried.insert(0, keys)

    def may_write(self, keys: EpochKeys, author: bytes, sequence: int) -> bool:
        """Whether an entry under this epoch is its author's to write."""
        ended = self.limits.get((keys.compartment, author), ())
        return author in keys.devices and not any(
            keys.number < number and sequence > last for number, last in ended
        )

    def advance(
        self, compartment: str, author: bytes, chain: Chain, heads: tuple[Head, ...]
    ) -> None:
        """An entry was applied."""
        before = self.chains.get((compartment, author), START).day
        newest = chain if chain.day >= before else chain._replace(day=before)
        self.chains[compartment, author] = newest
        tips = self.tips.setdefault(compartment, {})
        for head in heads:
            if head.author in tips and tips[head.author].sequence <= head.sequence:
                del tips[head.author]
        tips[author] = Head(author, chain.sequence, chain.blob)

    def signed_day(self, own: bytes) -> int:
        """The newest day that this device, or two others, have signed.

        One device's word is not enough: an entry dated far ahead would end every bundle, every
        consent, and intake keys in grace, on all devices and for good.
        """
        days: dict[bytes, int] = {}
        for (_, author), chain in self.chains.items():
            days[author] = max(chain.day, days.get(author, 0))
        second = sorted(days.values())[-2:-1]
        return max(self.founded_on, days.get(own, 0), *second)

    def save(self, store: LedgerStore) -> None:
        """Write down what can't be read off the epochs."""
        authors = tuple(
            _Author(
                author=author,
                blob=chain.blob,
                compartment=compartment,
                day=chain.day,
                epoch=chain.epoch,
                sequence=chain.sequence,
                tip=author in self.tips.get(compartment, {}),
            )
            for (compartment, author), chain in sorted(self.chains.items())
        )
        clashes = tuple(sorted(self.clashes))
        store.put_value(_STATE, encode(_Stored(authors=authors, clashes=clashes)))

    def _restore(self, stored: _Stored) -> None:
        for one in stored.authors:
            chain = Chain(one.sequence, one.blob, one.epoch, one.day)
            self.chains[one.compartment, one.author] = chain
            if one.tip:
                head = Head(one.author, one.sequence, one.blob)
                self.tips.setdefault(one.compartment, {})[one.author] = head
        self.clashes = set(stored.clashes)
