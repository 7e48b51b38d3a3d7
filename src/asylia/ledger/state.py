"""What a device knows of its team after replaying the line so far.

Upholds: everything here follows from epochs and entries that passed their checks, and is written
down in the same transaction as they are; it is the same whether an epoch was seen when it came, is
known from a later one's ``earlier``, or was destroyed since.  Refuses: a check; those are
``replay``'s and ``rights``'.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import ClassVar

from asylia.crypto.signing import VerifyingKey
from asylia.envelope.signed import SignedBytes
from asylia.ledger import statefile
from asylia.ledger.absence import AWAY, Absence
from asylia.ledger.chain import Chains
from asylia.ledger.control import Acknowledgement, Heartbeat, parse_control
from asylia.ledger.epoch import COMMONS, CompartmentEpoch, Device, TeamEpoch, decode_epoch
from asylia.ledger.limits import EpochKeys, Limits, limits
from asylia.ledger.signers import by_fingerprint, live
from asylia.ledger.statefile import Gone
from asylia.ledger.store import LedgerStore
from asylia.ledger.tree import Tree
from asylia.values import Hash
from asylia.wire import Message, decode, encode

__all__ = ["EpochKeys", "Gone", "State", "pin_root"]
_ROOT, _STATE, _BASE = "root", "state", "base"
_OFFERS = 16  # prekeys that a device offered, the newest last


class _Root(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    LABEL: ClassVar[str] = "asylia/ledger-root/1"
    root: VerifyingKey


def pin_root(store: LedgerStore, root: VerifyingKey) -> None:
    """From now on this store is this team's."""
    store.put_value(_ROOT, encode(_Root(root=root)))


def pin_base(store: LedgerStore, team_hash: Hash) -> None:
    """Come (back) to the team behind this team epoch, for which somebody vouched."""
    store.put_value(_BASE, team_hash)


@dataclass
class State:
    """The team, the compartments, their keys, each author's chain."""

    root: VerifyingKey
    team_tree: Tree[TeamEpoch] = field(default_factory=Tree)
    trees: dict[str, Tree[CompartmentEpoch]] = field(default_factory=dict)
    signers: dict[bytes, tuple[bytes, ...]] = field(default_factory=dict)  # named, by epoch
    bodies: dict[bytes, bytes] = field(default_factory=dict)  # body hash -> blob hash
    compartments: dict[str, CompartmentEpoch] = field(default_factory=dict)  # the newest
    keys: dict[bytes, EpochKeys] = field(default_factory=dict)
    current: dict[str, EpochKeys] = field(default_factory=dict)
    devices: dict[bytes, Device] = field(default_factory=dict)
    limits: dict[str, Limits] = field(default_factory=dict)
    chains: Chains = field(default_factory=Chains)
    # Each device's prekey, and the number of the first team epoch that names it.
    named: dict[bytes, tuple[str, int]] = field(default_factory=dict)
    offers: dict[bytes, tuple[str, ...]] = field(default_factory=dict)
    acknowledged: dict[tuple[str, bytes], int] = field(default_factory=dict)  # chain, device
    absences: dict[str, Absence] = field(default_factory=dict)  # by compartment
    gone: dict[bytes, Gone] = field(default_factory=dict)  # devices that left the team
    founded_on: int = 0
    base: bytes = b""  # the team epoch that this device was invited behind: it was not in it

    @classmethod
    def load(cls, store: LedgerStore) -> "State | None":
        """What was written down; None in a store that belongs to no team yet."""
        root = store.value(_ROOT)
        if root is None:
            return None
        state, stored = cls(decode(root, _Root).root), store.value(_STATE)
        places: dict[bytes, int] = {}
        state.base = store.value(_BASE) or b""
        if stored is not None:
            places = statefile.read(state, stored)
        for blob_hash, untrusted in store.epochs():
            signed = SignedBytes.parse(untrusted)
            state._keep(Hash(blob_hash), signed, decode_epoch(signed.body), places)
        for name in state.trees:
            state._count(name)
        return state

    # -- epochs

    @property
    def teams(self) -> dict[bytes, TeamEpoch]:
        """The team epochs whose bodies are here, by blob hash."""
        return self.team_tree.epochs

    @property
    def team_hash(self) -> bytes:
        """The newest team epoch's blob hash; the first sibling's while it clashes."""
        return self.team_tree.heads[0] if self.team_tree.heads else b""

    @property
    def team(self) -> TeamEpoch | None:
        """The newest team epoch; the first sibling while it clashes."""
        return self.team_tree.newest

    @property
    def clashes(self) -> set[str]:
        """The chains with two newest epochs: compartments, or "" for the team's.

        Not where this device is no more: others see to it.
        """
        found = {name for name, tree in self.trees.items() if len(tree.heads) > 1}
        found -= self.absences.keys()
        return found | ({""} if len(self.team_tree.heads) > 1 else set())

    def newest(self, chain: str) -> tuple[bytes, ...]:
        """The newest epochs of a chain ("": the team's): one, or more while it clashes."""
        if not chain:
            return self.team_tree.heads
        return self.trees[chain].heads if chain in self.trees else ()

    def within(self, device: bytes) -> dict[str, CompartmentEpoch]:
        """The newest epochs of the compartments that this device is in, as far as it was told."""
        return {
            name: epoch
            for name, epoch in self.compartments.items()
            if device in epoch.devices and name not in self.absences
        }

    def body(self, body_hash: bytes) -> TeamEpoch | None:
        """The team epoch that a compartment's epoch names."""
        return self.teams.get(self.bodies.get(body_hash, b""))

    def add(
        self,
        blob_hash: Hash,
        signed: SignedBytes,
        epoch: TeamEpoch | CompartmentEpoch,
        places: Mapping[bytes, int],
    ) -> None:
        """Go on under an epoch that passed its checks.

        ``places``: where it and those that its ``earlier`` names stand in the line.
        """
        if isinstance(epoch, TeamEpoch):
            self._note_gone([self.teams[one] for one in epoch.previous if one in self.teams], epoch)
        self._keep(blob_hash, signed, epoch, places)
        if isinstance(epoch, CompartmentEpoch):
            self._count(epoch.compartment)
            absence = self.absences.get(epoch.compartment)
            under = self.body(epoch.team)
            if absence is not None and absence.ends_with(epoch, under.number if under else -1):
                del self.absences[epoch.compartment]

    def _note_gone(self, before: Sequence[TeamEpoch], epoch: TeamEpoch) -> None:
        """Who was live before this epoch and is not in it: what it was sealed to last."""
        for device in {name for team in before for name in live(team)} - live(epoch):
            known, said = self.gone.get(device), self.acknowledged.get(("", device), -1)
            said = min(said, known.acknowledged) if known is not None else said
            self.gone[device] = Gone(epoch.number - 1, said)

    def drop(self, hashes: Iterable[bytes]) -> None:
        """The bodies of these epochs were destroyed, and their wrap keys with them."""
        gone = tuple(hashes)
        for blob_hash in gone:
            keys = self.keys.get(blob_hash)
            if keys is not None:
                self.keys[blob_hash] = keys._replace(wrap_key=None)
        self.team_tree.drop(gone)
        for tree in self.trees.values():
            tree.drop(gone)

    def settle(self, blob_hash: bytes, place: int) -> None:
        """Where an epoch that was made on this machine stands in the line."""
        keys = self.keys.get(blob_hash)
        if keys is not None:
            self.keys[blob_hash] = keys._replace(place=place)
            self._count(keys.compartment)

    def _keep(
        self,
        blob_hash: Hash,
        signed: SignedBytes,
        epoch: TeamEpoch | CompartmentEpoch,
        places: Mapping[bytes, int],
    ) -> None:
        if epoch.number == 0:
            self.founded_on = max(self.founded_on, epoch.day)
        self.signers[blob_hash] = tuple(one.key for one in signed.signatures)
        if isinstance(epoch, TeamEpoch):
            self.team_tree.add(blob_hash, epoch)
            self.bodies[sha256(signed.body).digest()] = blob_hash
            newest = self.team_tree.newest or epoch
            self.devices |= by_fingerprint(epoch)
            self.devices |= by_fingerprint(newest)
            for who, device in by_fingerprint(epoch).items():
                if device.prekey and device.prekey != self.named.get(who, ("", 0))[0]:
                    self.named[who] = (device.prekey, epoch.number)
            return
        name, here = epoch.compartment, places.get(blob_hash, 0)
        for one in epoch.earlier:
            if one.epoch not in self.keys:
                devices, place = frozenset(one.devices), places.get(one.epoch, here)
                self.keys[one.epoch] = EpochKeys(
                    one.epoch, name, one.number, one.compartment_key, devices, None, place
                )
        devices = frozenset(epoch.devices)
        self.keys[blob_hash] = EpochKeys(
            blob_hash, name, epoch.number, epoch.compartment_key, devices, epoch.wrap_key, here
        )
        tree = self.trees.setdefault(name, Tree())
        tree.add(blob_hash, epoch)
        self.compartments[name] = tree.newest or epoch
        self.current[name] = self.keys[tree.heads[0]]

    def _count(self, name: str) -> None:
        self.limits[name] = limits(one for one in self.keys.values() if one.compartment == name)
        if name in self.current:
            self.current[name] = self.keys[self.current[name].blob_hash]

    # -- entries

    def may_write(self, keys: EpochKeys, author: bytes, place: int) -> bool:
        """Whether an entry under this epoch, at this place of the line, is its author's to write.

        A member until the blob of an epoch that leaves it out stands in the line, for everyone
        alike, whenever they came to know of it.
        """
        ended = self.limits[keys.compartment].get(author)
        if ended is None:
            return author in keys.devices
        return author in keys.devices and not any(
            keys.number < number and place > last for number, last in ended
        )

    def is_writable(self, compartment: str) -> bool:
        """Whether anybody may write there: no clash, and nobody who left has the newest keys."""
        keys, team = self.current.get(compartment), self.team
        if keys is None or team is None or self.clashes & {"", compartment}:
            return False
        return keys.devices <= live(team)

    def hear(self, author: bytes, compartment: str, content: bytes, *, on_this_line: bool) -> None:
        """A control entry was applied: what its author offers and acknowledges.

        A heartbeat from another line acknowledges nothing: its author may not have read what
        stands in this one.
        """
        said = parse_control(content)
        if isinstance(said, Heartbeat) and compartment == COMMONS:
            known = self.offers.get(author, ())
            if said.prekey is not None and said.prekey not in known[-1:]:
                self.offers[author] = (*known, said.prekey)[-_OFFERS:]
            team = self.body(said.team)
            if team is not None and on_this_line:
                self._acknowledge("", author, team.number)
        elif isinstance(said, Acknowledgement):
            keys = self.keys.get(said.epoch)
            if keys is not None and keys.compartment == compartment:
                self._acknowledge(compartment, author, keys.number)

    def hear_signer(self, compartment: str, author: bytes, keys: EpochKeys, seen: int) -> None:
        """An entry was applied: it may end an absence from its compartment."""
        absence = self.absences.get(compartment)
        if absence is not None and absence.ends_by_word(author, keys, seen):
            del self.absences[compartment]

    def come_back(self, device: bytes, epoch: TeamEpoch, place: int) -> None:
        """A device, this one, is back in the team, and in no compartment before one takes it in.

        Who left meanwhile is taken to have left last of all.
        """
        for name in self.within(device):
            self.absences[name] = Absence(device, AWAY, b"", place, b"", epoch.number)
        for other in by_fingerprint(epoch).keys() - live(epoch) - self.gone.keys():
            acknowledged = self.acknowledged.get(("", other), -1)
            self.gone[other] = Gone(epoch.number - 1, acknowledged)

    def _acknowledge(self, chain: str, device: bytes, number: int) -> None:
        before = self.acknowledged.get((chain, device), -1)
        self.acknowledged[chain, device] = max(before, number)

    def closed(self, chain: str) -> int:
        """The newest number that every device of the chain has acknowledged; -1 if none.

        An epoch beside it, or beside one before it, comes too late.
        """
        if chain:
            names: Iterable[bytes] = self.compartments[chain].devices
        else:
            devices = self.team.devices if self.team is not None else ()
            names = [one.signing.fingerprint for one in devices if one.state == "live"]
        return min((self.acknowledged.get((chain, name), -1) for name in names), default=-1)

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
        store.put_value(_STATE, statefile.write(self))
