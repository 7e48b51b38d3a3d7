"""A small world: devices of one team, and a relay that does what a test tells it to."""

import sqlite3
from ast import literal_eval
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

import msgspec

from asylia.crypto.signing import SigningKey
from asylia.envelope.signed import SignedBytes
from asylia.errors import RefusedError, UnavailableError
from asylia.ledger import boxes, sealing
from asylia.ledger.change import Addition, Change
from asylia.ledger.entry import CONTENT, NOTHING, Header
from asylia.ledger.epoch import CompartmentEpoch, Earlier, Seen, TeamEpoch, body_hash
from asylia.ledger.founding import Founder, Founding, found
from asylia.ledger.housekeeping import Housekeeping
from asylia.ledger.keeping import Here
from asylia.ledger.keys import DeviceKeys
from asylia.ledger.ledger import Ledger
from asylia.ledger.prekeys import keep_prekeys
from asylia.ledger.state import EpochKeys, State, pin_root
from asylia.ledger.sync import Sync
from asylia.ledger.values import SyncReport
from asylia.values import Day, RecordId
from asylia.vault.store import SqlStore
from asylia.wire import encode

NAMES = ("Linden", "Rowan", "Alder", "Hazel", "Birch", "Maple")
START = datetime(2026, 11, 22, 9, tzinfo=UTC)
LABEL = b"asylia/test/1\n"
DEFAULT = {"casework": {"en": "Casework"}}


@dataclass
class Hands:
    """A clock that stands still until somebody moves it."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


class Line:
    """A relay's line in memory; ``show`` is what it gives out, which a test may twist."""

    def __init__(self) -> None:
        self.blobs: list[bytes] = []
        self.show: Callable[[list[bytes]], Sequence[bytes]] = lambda blobs: blobs
        self.answers = True
        self.takes = True
        self.crash_after_put = False
        self.opens: bytes | None = None  # the secret that opens; None: whichever is shown
        self.reads: bytes | None = None  # the one before, which only reads
        self.shown = b""

    def use(self, secret: bytes) -> None:
        self.shown = secret

    def put_access(self, secret: bytes) -> None:
        self._check(self.opens)
        if secret != self.opens:
            self.opens, self.reads = secret, self.opens or self.shown

    def _check(self, *secrets: bytes | None) -> None:
        if self.opens is not None and self.shown not in secrets:
            raise RefusedError("the relay does not know this team's secret")

    def put_ledger(self, blob: bytes) -> int:
        if not (self.answers and self.takes):
            raise UnavailableError("the relay does not answer")
        self._check(self.opens)
        if blob not in self.blobs:
            self.blobs.append(blob)
        if self.crash_after_put:
            raise UnavailableError("the answer got lost")
        return self.blobs.index(blob)

    def ledger_page(self, start: int) -> Sequence[bytes]:
        if not self.answers:
            raise UnavailableError("the relay does not answer")
        self._check(self.opens, self.reads)
        return tuple(self.show(list(self.blobs)))[start : start + 100]


class _QuietHouse(Housekeeping):
    def _say(self, here: Here, today: Day) -> None:
        """Nothing."""

    def _take_turns(self, here: Here, today: Day) -> None:
        """None."""


class _QuietSync(Sync):
    house = _QuietHouse


class QuietLedger(Ledger):
    """A device that says and makes nothing of its own accord: every blob is the test's."""

    work = _QuietSync


@dataclass
class Device:
    """One device: its keys, its store, its ledger."""

    name: str
    keys: DeviceKeys
    store: SqlStore
    clock: Hands
    kind: type[Ledger] = QuietLedger

    @property
    def ledger(self) -> Ledger:
        if "_ledger" not in self.__dict__:
            self.__dict__["_ledger"] = self.kind(self.store, self.keys, clock=self.clock)
        ledger: Ledger = self.__dict__["_ledger"]
        return ledger

    def restart(self) -> None:
        """Everything in memory is gone."""
        self.__dict__.pop("_ledger", None)

    @property
    def state(self) -> State:
        state = State.load(self.store)
        assert state is not None
        return state

    @property
    def epoch(self) -> EpochKeys:
        return self.state.current["casework"]

    def write(self, text: str, record: RecordId | None = None) -> RecordId:
        record = record or self.ledger.new_record("casework")
        self.ledger.append(record, LABEL + text.encode())
        return record

    def texts(self) -> list[str]:
        return [one.content.removeprefix(LABEL).decode() for one in self.ledger.entries()]

    def sync(self, line: Line) -> SyncReport:
        return self.ledger.sync(line)


@dataclass
class World:
    """A team, its line, its clock."""

    founding: Founding
    devices: list[Device]
    clock: Hands
    line: Line = field(default_factory=Line)

    def sync(self, times: int = 1) -> list[SyncReport]:
        return [device.sync(self.line) for _ in range(times) for device in self.devices]


def memory_store() -> SqlStore:
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA secure_delete = ON")
    return SqlStore(connection)


def file_store(path: Path) -> SqlStore:
    return SqlStore(sqlite3.connect(path, isolation_level=None, check_same_thread=False))


def make_world(count: int = 2, **compartments: dict[str, str]) -> World:
    """A team of quiet devices, fresh for each test; the ceremony is held once for each kind."""
    return _world(QuietLedger, count, compartments or DEFAULT)


def kept_world(count: int = 2, **compartments: dict[str, str]) -> World:
    """A team whose devices keep house, acquainted with each other on its first day.

    Of three or more, the third and later ones are no admins, and came by the others' word.
    """
    world = _world(Ledger, min(count, 2), compartments or DEFAULT)
    for number in range(2, count):
        add_device(world, NAMES[number])
    return world


def add_device(world: World, name: str, keys: DeviceKeys | None = None) -> Device:
    """A device that comes to every compartment, by a proposal that a second admin signs."""
    keys = keys or DeviceKeys.generate()
    first = world.devices[0]
    names = tuple(one.id for one in first.ledger.compartments())
    prekey = str(keys.prekeys[0].recipient)
    change = Addition(keys.signing.public, prekey, name, None, names)
    store = memory_store()
    welcome(store, keys, first)
    decide(world, [change])
    device = Device(name, keys, store, world.clock, type(first.ledger))
    world.devices.append(device)
    world.sync(3)
    return device


def welcome(store: SqlStore, keys: DeviceKeys, inviter: Device) -> None:
    """What an invitation brings to an empty store: the root and the newest team epoch."""
    state = inviter.state
    with store.transaction():
        pin_root(store, state.root)
        keep_prekeys(store, keys)
        store.add_epoch(state.team_hash, dict(inviter.store.epochs())[state.team_hash])


def decide(world: World, changes: Sequence[Change]) -> None:
    """The first device proposes, the second signs where it must, and everybody syncs."""
    one, two = world.devices[0], world.devices[min(1, len(world.devices) - 1)]
    done = one.ledger.propose(changes)
    world.sync()
    if not done.posted:
        two.ledger.sign(done.id)
    world.sync(3)


def _world(kind: type[Ledger], count: int, compartments: dict[str, dict[str, str]]) -> World:
    founding, founders, stores, blobs = _ceremony(kind, count, repr(compartments))
    clock = Hands()
    devices = [
        Device(founder.name, founder.keys, _copy(store), clock, kind)
        for founder, store in zip(founders, stores, strict=True)
    ]
    line = Line()
    line.blobs = list(blobs)
    return World(founding, devices, clock, line)


@cache
def _ceremony(
    kind: type[Ledger], count: int, compartments: str
) -> tuple[Founding, list[Founder], list[bytes], tuple[bytes, ...]]:
    founders = [Founder(DeviceKeys.generate(), name) for name in NAMES[:count]]
    founding = found(
        founders,
        relay_url="http://127.0.0.1:1",
        compartments=literal_eval(compartments),
        clock=Hands(),
    )
    world = World(founding, [], Hands())
    for founder in founders:
        store = memory_store()
        founding.enter(store, founder.keys)
        world.devices.append(Device(founder.name, founder.keys, store, world.clock, kind))
    if kind is Ledger:
        world.sync(3)
    stores = [device.store.connection.serialize() for device in world.devices]
    return founding, founders, stores, tuple(world.line.blobs)


def _copy(database: bytes) -> SqlStore:
    store = memory_store()
    store.connection.deserialize(database)
    return store


def forge(
    device: Device,
    record: RecordId | bytes,
    content: bytes = LABEL + b"forged",
    *,
    signer: SigningKey | None = None,
    record_key: bytes | None = None,
    wrap: bool = False,
    heads: tuple[object, ...] = (),
    under: EpochKeys | None = None,
    **header: object,
) -> bytes:
    """An entry made by somebody who holds a compartment key, and may not keep to the rules."""
    under = under or device.epoch
    chain = device.state.chains.get(("casework", device.keys.device))
    fields = {
        "author": device.keys.device,
        "compartment": "casework",
        "epoch": under.blob_hash,
        "record": record,
        "sequence": chain.sequence + 1 if chain else 0,
        "previous": chain.blob if chain else NOTHING,
        "seen": device.store.line_end()[0],
        "line": device.store.line_end()[1],
        "day": device.ledger.today(),
        "kind": CONTENT,
    }
    row = device.store.record(record)
    key = record_key or (row.key if row else None) or bytes(32)
    keys = boxes.Keys(under.key, key, under.wrap_key if wrap else None)
    return boxes.seal_entry(
        Header(**(fields | header)),
        heads,
        content,
        keys,
        signer or device.keys.author,
    )


def team_epoch(world: World, **changes: object) -> TeamEpoch:
    """The next team epoch, with changes."""
    state = world.devices[0].state
    assert state.team is not None
    fields = {"number": state.team.number + 1, "previous": (state.team_hash,)} | changes
    return msgspec.structs.replace(state.team, **fields)


def compartment_epoch(world: World, **changes: object) -> CompartmentEpoch:
    """The next epoch of casework: new keys, the rest carried over; with changes."""
    device = world.devices[0]
    state = device.state
    before, before_hash = state.compartments["casework"], state.current["casework"].blob_hash
    carried = Earlier(
        compartment_key=before.compartment_key,
        devices=before.devices,
        epoch=before_hash,
        number=before.number,
    )
    count, line = device.store.line_end()
    fields = {
        "number": before.number + 1,
        "previous": (before_hash,),
        "earlier": (*before.earlier, carried),
        "seen": Seen(count=count, line=line),
        "compartment_key": sha256(before.compartment_key).digest(),
        "wrap_key": sha256(before.wrap_key).digest(),
        "keyring": (),
        "team": body_hash(encode(state.team)),
    }
    return msgspec.structs.replace(before, **(fields | changes))


def sealed(
    world: World, epoch: TeamEpoch | CompartmentEpoch, signers: Sequence[DeviceKeys]
) -> bytes:
    """A blob with this epoch, for the team's devices; signed even if it is against the rules."""
    body = encode(epoch)
    signatures = tuple(
        one for keys in signers for one in keys.signing.sign(f"{epoch.LABEL} epoch", body)
    )
    team = world.devices[0].state.team
    assert team is not None
    return sealing.seal_epoch(SignedBytes(body, signatures), team.recipients)
