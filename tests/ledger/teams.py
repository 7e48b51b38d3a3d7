"""Teams of any size, whose epochs are made and sealed by hand: nothing happens by itself."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256

import msgspec
from tests.ledger.world import NAMES, Hands, memory_store

from asylia.crypto.age import Identity
from asylia.crypto.signing import SigningKey
from asylia.envelope.authority import certify
from asylia.envelope.signed import SignedBytes
from asylia.ledger import composing, sealing
from asylia.ledger.boxes import Keys, record_id, seal_entry
from asylia.ledger.chain import START
from asylia.ledger.change import Addition, Change
from asylia.ledger.composing import Composed, View
from asylia.ledger.control import Acknowledgement, Heartbeat
from asylia.ledger.entry import CONTENT, CONTROL, NO_RECORD, Header
from asylia.ledger.epoch import COMMONS, CompartmentEpoch, Seen, TeamEpoch, body_hash
from asylia.ledger.founding import Founder, found
from asylia.ledger.keys import DeviceKeys
from asylia.ledger.replay import Replay
from asylia.ledger.state import EpochKeys, State, pin_root
from asylia.values import Day, RecordId, day_of
from asylia.vault.store import SqlStore
from asylia.wire import encode

TODAY = Day(day_of(Hands()()))
NAME = "casework"


@dataclass
class Member:
    """One device: its keys and what it made of the line."""

    keys: DeviceKeys
    store: SqlStore
    prekeys: list[Identity] = field(default_factory=list)

    @property
    def device(self) -> bytes:
        return self.keys.device

    @property
    def state(self) -> State:
        state = State.load(self.store)
        assert state is not None
        return state

    def pull(self, line: Sequence[bytes]) -> list[str]:
        """Read on; the kinds of what was found wrong."""
        with self.store.transaction():
            replay = Replay(self.store, self.state, [*self.prekeys, *self.keys.prekeys])
            replay.take(line[self.store.line_end()[0] :])
        return [one.kind for one in replay.named]

    def view(self, offers: dict[bytes, str] | None = None, day: int = TODAY) -> View:
        count, line = self.store.line_end()
        return View(
            state=self.state,
            device=self.device,
            day=Day(day),
            seen=Seen(count=count, line=line),
            offers=offers or {},
            record_keys=lambda name: {
                RecordId(row.record): row.key for row in self.store.records(name) if row.key
            },
            signing=self.keys.signing,
        )

    def compose(self, *changes: Change, day: int = TODAY) -> Composed:
        return composing.compose(self.view(day=day), changes)

    def texts(self) -> list[str]:
        """What was applied, by place in the line."""
        rows = self.store.entries(0, 10_000, CONTENT)
        placed = sorted((row.place, row.blob) for row in rows if row.place is not None)
        return [sha256(blob).hexdigest()[:12] for _, blob in placed]

    def entry(
        self,
        content: bytes = b"asylia/test/1\nwords",
        *,
        record_key: bytes = bytes(32),
        under: EpochKeys | None = None,
        kind: int = CONTENT,
        compartment: str = NAME,
        **header: object,
    ) -> bytes:
        state = self.state
        under = under or state.current[compartment]
        chain = state.chains.get((compartment, self.device), START)
        count, line = self.store.line_end()
        fields = {
            "author": self.device,
            "compartment": compartment,
            "epoch": under.blob_hash,
            "record": record_id(compartment, record_key) if kind == CONTENT else NO_RECORD,
            "sequence": chain.sequence + 1,
            "previous": chain.blob,
            "seen": count,
            "line": line,
            "day": TODAY,
            "kind": kind,
        }
        wrapping = under.wrap_key if kind == CONTENT else None
        keys = Keys(under.key, record_key if kind == CONTENT else under.key, wrapping)
        made = Header(**(fields | header))  # type: ignore[arg-type]
        return seal_entry(made, (), content, keys, self.keys.author)

    def says(self, content: Heartbeat | Acknowledgement, compartment: str = COMMONS) -> bytes:
        return self.entry(encode(content), kind=CONTROL, compartment=compartment)

    def beat(self, prekey: str | None = None) -> bytes:
        """A heartbeat for the newest team epoch."""
        team = self.state.team
        assert team is not None
        return self.says(Heartbeat(destroyed=0, prekey=prekey, team=body_hash(encode(team))))


@dataclass
class Team:
    """Members, all admins and all in one compartment, and the line they share."""

    root: SigningKey
    recovery: Identity
    members: list[Member]
    line: list[bytes]

    def pull(self, *members: Member) -> list[list[str]]:
        return [one.pull(self.line) for one in members or self.members]

    def post(self, composed: Composed, *signers: Member) -> None:
        """Seal and append, with these signatures."""
        self.line += self.blobs(composed, *signers)

    def blobs(self, composed: Composed, *signers: Member) -> list[bytes]:
        epochs = [*([composed.team] if composed.team else []), *composed.compartments]
        team = composed.team
        sealed = [self.seal(epoch, *signers, team=team) for epoch in epochs]
        return [*composed.pages, *composed.told, *sealed]

    def seal(
        self, epoch: TeamEpoch | CompartmentEpoch, *signers: Member, team: TeamEpoch | None = None
    ) -> bytes:
        """Signed even if it is against the rules."""
        body = encode(epoch)
        signatures = [
            one
            for signer in signers
            for one in signer.keys.signing.sign(f"{epoch.LABEL} epoch", body)
        ]
        signed = SignedBytes(body, tuple(signatures))
        if isinstance(epoch, TeamEpoch):
            return sealing.seal_epoch(signed, epoch.recipients)
        under = team or self.members[0].state.body(epoch.team)
        assert under is not None
        return sealing.seal_epoch(signed, epoch.recipients(under))

    def joined(self, member: Member, base: int = 0) -> Member:
        """The same device from nothing but its keys, a team epoch at a place, and the line."""
        store = memory_store()
        again = Member(member.keys, store, member.prekeys)
        with store.transaction():
            pin_root(store, self.root.public)
        self.welcome(again, base)
        return again

    def welcome(self, member: Member, base: int) -> None:
        """Give a device the team epoch at a place, as an invitation does."""
        signed, _ = sealing.open_epoch(self.line[base], [self.recovery])
        with member.store.transaction():
            member.store.add_epoch(sha256(self.line[base]).digest(), signed.encode())


def addition(team: Team, keys: DeviceKeys, name: str, *, admin: bool = True) -> Addition:
    certificate = certify(team.root, keys.signing.public, not_before=TODAY) if admin else None
    return Addition(
        signing=keys.signing.public,
        prekey=str(keys.prekeys[0].recipient),
        name=name,
        certificate=certificate,
        compartments=(NAME,),
    )


def make_team(admins: int = 3, others: int = 0) -> Team:
    """A fresh copy: founded by two, the rest added, everyone up to date."""
    template, stores = _made(admins, others)
    members = [
        Member(one.keys, copy(store)) for one, store in zip(template.members, stores, strict=True)
    ]
    return Team(template.root, template.recovery, members, list(template.line))


@cache
def _made(admins: int, others: int) -> tuple[Team, list[bytes]]:
    founders = [Founder(DeviceKeys.generate(), name) for name in NAMES[:2]]
    founding = found(
        founders, relay_url="http://127.0.0.1:1", compartments={NAME: {"en": "x"}}, clock=Hands()
    )
    members = []
    for founder in founders:
        store = memory_store()
        founding.enter(store, founder.keys)
        members.append(Member(founder.keys, store))
    team = Team(founding.root, founding.recovery, members, list(founding.epochs))
    team.pull()
    new = [DeviceKeys.generate() for _ in range(admins - 2 + others)]
    if new:
        asked = [
            addition(team, keys, f"Aspen {at}", admin=at < admins - 2)
            for at, keys in enumerate(new)
        ]
        team.post(members[0].compose(*asked), *members)
        members += [team.joined(Member(keys, memory_store())) for keys in new]
    for found_wrong in team.pull():
        assert not found_wrong
    return team, [one.store.connection.serialize() for one in members]


def copy(database: bytes) -> SqlStore:
    """Another disk with the same on it."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    store = SqlStore(connection)
    store.connection.deserialize(database)
    return store


def altered(composed: Composed, **fields: object) -> Composed:
    """The same, with another team epoch."""
    assert composed.team is not None
    return replace(composed, team=msgspec.structs.replace(composed.team, **fields))
