"""A team at work for weeks beside a hostile relay: what can be done, and what must hold after it.

Devices lie in stores that a test can make fail at any write.  The relay keeps one true line; an
attack shows a false one to some devices, has to be named by one of them, and ends with everybody
reading the true line again, as workers do who have compared by voice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from tests.ledger.closure import Attacker, Secrets, secrets_among
from tests.ledger.joiners import Newcomer
from tests.ledger.world import LABEL, Device, Hands, World, make_world

from asylia.envelope.authority import certify
from asylia.errors import RefusedError, UnavailableError
from asylia.ledger import entering, inviting, recovering, recovery
from asylia.ledger.change import (
    Addition,
    Admission,
    Dismissal,
    Forgetting,
    Removal,
    Suspension,
)
from asylia.ledger.ledger import Ledger
from asylia.ledger.recovery import Combined
from asylia.values import RecordId, day_of
from asylia.vault.store import SqlStore

NAME = "casework"
TREES = ("Alder", "Birch", "Cedar", "Damson", "Elder", "Fir", "Gorse", "Hazel", "Ivy", "Juniper")
_SETTLING = 8  # rounds of a day each, in which everything due is done


class PowerCutError(Exception):
    """The machine went off in the middle of a write."""


class FragileStore(SqlStore):
    """Fails at one write to come."""

    fuse: int | None = None

    def _burn(self) -> None:
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse < 0:
                self.fuse = None
                raise PowerCutError

    def _run(self, sql: str, *values: object) -> None:
        self._burn()
        super()._run(sql, *values)

    def _run_many(self, sql: str, rows: object) -> None:
        self._burn()
        super()._run_many(sql, rows)  # type: ignore[arg-type]


@dataclass
class Drifting:
    """A clock some hours from the true one."""

    true: Hands
    hours: int = 0

    def __call__(self) -> datetime:
        return self.true() + timedelta(hours=self.hours)


class HostileLine:
    """A relay with one true line, which may show another to some devices."""

    def __init__(self, blobs: list[bytes]) -> None:
        self.true = blobs
        self.opens: bytes | None = None
        self.reads: tuple[bytes, ...] = ()
        self.deaf: set[bytes] = set()  # devices that it takes nothing from
        self.takes: dict[bytes, int] = {}  # how many blobs more it takes from a device
        self.false: dict[bytes, Callable[[list[bytes]], list[bytes]]] = {}

    def to(self, device: bytes, secret: bytes = b"") -> "Side":
        return Side(self, device, secret)


@dataclass
class Side:
    """What one device meets."""

    relay: HostileLine
    device: bytes
    shown: bytes = b""

    def use(self, secret: bytes) -> None:
        self.shown = secret

    def put_access(self, secret: bytes) -> None:
        self._check(reading=False)
        if secret != self.relay.opens:
            before = (self.relay.opens or self.shown,)
            self.relay.reads, self.relay.opens = (*self.relay.reads, *before), secret

    def _check(self, *, reading: bool) -> None:
        allowed = (self.relay.opens, *(self.relay.reads if reading else ()))
        if self.relay.opens is not None and self.shown not in allowed:
            raise RefusedError("the relay does not know this team's secret")

    def put_ledger(self, blob: bytes) -> int:
        self._check(reading=False)
        if self.device in self.relay.deaf or self.relay.takes.get(self.device) == 0:
            raise UnavailableError("the relay does not answer")
        if self.device in self.relay.takes:
            self.relay.takes[self.device] -= 1
        if blob not in self.relay.true:
            self.relay.true.append(blob)
        return self.relay.true.index(blob)

    def ledger_page(self, start: int) -> Sequence[bytes]:
        self._check(reading=True)
        show = self.relay.false.get(self.device, lambda blobs: blobs)
        return tuple(show(list(self.relay.true)))[start : start + 100]


class KnowingAttacker(Attacker):
    """Knows a key when it sees one, and tries nothing else: there are thousands of blobs."""

    def _look_at(self, found: bytes) -> None:
        super()._look_at(found)
        self.keys &= self.known.keys
        self.identities &= self.known.identities
        self.file_keys.clear()


@dataclass
class Campaign:
    """The team, what it wrote, what it was told."""

    world: World
    relay: HostileLine
    devices: list[Device] = field(default_factory=list)  # of current members, lost ones apart
    lost: list[Device] = field(default_factory=list)
    written: dict[str, tuple[RecordId, bytes]] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    asked_to_forget: set[bytes] = field(default_factory=set)
    attacks: int = 0
    keys: set[bytes] = field(default_factory=set)  # that any device ever had
    identities: set[str] = field(default_factory=set)
    _epochs: set[bytes] = field(default_factory=set)
    _names: "count[int]" = field(default_factory=count)

    @classmethod
    def begin(cls, third: bool) -> "Campaign":
        world = make_world()
        world.founding = replace(world.founding)  # a recovery changes it, for this life alone
        for device in world.devices:
            _make_fragile(device)
        relay = HostileLine(world.line.blobs)
        campaign = cls(world, relay, list(world.devices))
        campaign.sync_all(2)
        if third:
            campaign.add(admin=True)
        return campaign

    # -- work

    def sync(self, device: Device) -> list[str]:
        """The kinds of what this device named."""
        before = {one.text for one in device.ledger.findings()}
        report = device.ledger.sync(self.relay.to(device.keys.device))
        self._note_secrets(device)
        new = [one for one in device.ledger.findings() if one.text not in before]
        if device in self.devices and not report.waiting and NAME not in device.state.absences:
            mine = device.keys.device
            self.acknowledged |= {t for t, (_, author) in self.written.items() if author == mine}
        return [one.kind for one in (*new, *report.findings)]

    def _note_secrets(self, device: Device) -> None:
        ask = device.store.connection.execute
        epochs = dict(ask("SELECT hash, signed FROM epoch").fetchall())
        new = [epochs[one] for one in epochs.keys() - self._epochs]
        records = [key for (key,) in ask("SELECT key FROM record WHERE key IS NOT NULL")]
        found = secrets_among(new, records)
        self._epochs |= epochs.keys()
        self.keys |= found.keys
        self.identities |= {one for (one,) in ask("SELECT identity FROM prekey")}

    def sync_all(self, rounds: int = 1) -> None:
        for _ in range(rounds):
            for device in list(self.devices):
                self.sync(device)

    def write(self, device: Device, record: RecordId | None) -> str:
        text = f"entry {next(self._names)} of {device.name}"
        self.written[text] = (device.write(text, record), device.keys.device)
        return text

    def crash(self, device: Device, after: int) -> None:
        """Cut the power at a write of the next sync; then the machine starts again."""
        store = device.store
        assert isinstance(store, FragileStore)
        store.fuse = after
        try:
            self.sync(device)
        except PowerCutError:
            device.restart()
        store.fuse = None

    # -- membership

    @property
    def admins(self) -> list[Device]:
        return [d for d in self.devices if d.ledger.certificate() is not None]

    @property
    def inside(self) -> list[Device]:
        """Those that are in the compartment; the first admin always is."""
        epoch = self.admins[0].state.compartments[NAME]
        return [d for d in self.devices if d.keys.device in epoch.devices]

    def decide(self, *changes: object) -> bool:
        """An admin asks for it, a second one signs; False where there is no second."""
        self.sync_all(2)
        first, *others = self.admins
        proposed = first.ledger.propose(changes)  # type: ignore[arg-type]
        self.sync(first)
        if not proposed.posted:
            if not others:
                return False
            second = others[0]
            self.sync(second)
            mine = [p for p in second.ledger.proposals() if not p.stale and not p.signed_by_me]
            second.ledger.sign(mine[-1].id)
            self.sync(second)
        self.sync_all(2)
        return True

    def add(self, *, admin: bool) -> Device | None:
        name = TREES[next(self._names) % len(TREES)] + f" {next(self._names)}"
        newcomer = Newcomer.make(self.world, name)
        _make_fragile(newcomer.device)
        return self._let_in(newcomer, admin=admin)

    def _let_in(
        self, newcomer: Newcomer, *, admin: bool, compartments: tuple[str, ...] = (NAME,)
    ) -> Device | None:
        inviter, device = self.admins[0], newcomer.device
        line = self.relay.to(inviter.keys.device)
        sealed = inviting.invite(inviter.ledger, inviter.store, line, newcomer.card)
        opened = entering.open_invitation(device.store, sealed, inviter.ledger.today())
        said = " ".join(entering.words(device.store, opened))
        card = inviting.recognise(inviter.ledger, inviter.store, said)
        side = self.relay.to(device.keys.device, opened.invitation.relay.secret)
        entering.enter(device.store, opened, side)
        today = day_of(self.world.clock())
        root = self.world.founding.root
        certificate = certify(root, card.signing, not_before=today) if admin else None
        change = Addition(card.signing, card.prekey, device.name, certificate, compartments)
        if not self.decide(change):
            return None
        device.restart()
        entering.look(device.store, side)
        device.restart()
        self.devices.append(device)
        self.sync_all(2)
        return device

    def suspend(self, device: Device) -> None:
        admin = next(one for one in self.admins if one is not device)
        self.sync(admin)
        admin.ledger.propose([Suspension(device.keys.device)])
        self.devices.remove(device)
        self.sync_all(3)

    def remove(self, device: Device) -> None:
        self.devices.remove(device)
        if not self.decide(Removal(device.keys.device)):
            self.devices.append(device)

    def come_back(self, device: Device, compartments: tuple[str, ...]) -> None:
        self._let_in(Newcomer(device), admin=False, compartments=compartments)

    def dismiss(self, device: Device) -> None:
        self.decide(Dismissal(NAME, device.keys.device))

    def admit(self, device: Device) -> None:
        self.decide(Admission(NAME, device.keys.device))

    def forget(self, record: RecordId) -> None:
        if self.decide(Forgetting(NAME, (record,), "withdrawal", ("An invented inquiry",))):
            self.asked_to_forget.add(record)

    def recover(self) -> None:
        """Every device is lost; two custodians and what the relay holds bring the team back."""
        founding = self.world.founding
        self.relay.opens, self.relay.reads = None, ()  # its administrator lets them in anew
        held = recovery.split(
            Combined(founding.root, founding.recovery), day_of(self.world.clock())
        )
        new = Newcomer.make(self.world, "Juniper").device
        _make_fragile(new)
        old = recovery.combine(held[:2])
        fresh = recovering.replaced(old)
        recovering.recover(
            new.store,
            new.keys,
            old,
            fresh,
            self.relay.to(new.keys.device),
            relay_url="http://127.0.0.1:2",
            name="Juniper",
            clock=self.world.clock,
        )
        object.__setattr__(founding, "recovery", fresh.recovery)
        new.restart()
        self.devices = [new]
        self.sync_all(2)

    # -- attacks

    def attack(self, kind: str, victim: Device, other: Device) -> None:
        """Show ``victim`` a false line until somebody names it; then all read the true one."""
        self.attacks += 1
        self.sync_all(2)
        named = ATTACKS[kind](self, victim, other)
        self.relay.false.clear()
        assert set(named) & EXPECTED[kind], f"{kind} was not named: {named}"
        for device in self.devices:
            secret = device.ledger.relay.secret
            device.ledger.reread(self.relay.to(device.keys.device, secret))
            device.restart()
        self.sync_all(2)

    # -- what must hold

    def settle(self) -> None:
        """Everything that is due is done, in days on which all are at work."""
        for _ in range(_SETTLING):
            self.world.clock.move(days=1)
            self.sync_all(2)
        self.sync_all(4)  # one who says what it destroyed is heard in the next round

    def texts(self, device: Device) -> list[str]:
        return sorted(one.content.removeprefix(LABEL).decode() for one in device.ledger.entries())

    def check(self) -> None:
        self.settle()
        dumps = [self.texts(device) for device in self.inside]
        assert all(dump == dumps[0] for dump in dumps), "devices do not converge"
        assert len(set(dumps[0])) == len(dumps[0]), "an entry stands twice"
        must = {t for t in self.acknowledged if self.written[t][0] not in self.asked_to_forget}
        assert must <= set(dumps[0]), f"lost: {sorted(must - set(dumps[0]))}"
        for device in self.devices:
            assert device.ledger.waiting() == 0 or device not in self.inside, f"{device.name} waits"
            assert not device.ledger.awaiting(), [*device.ledger.awaiting()]
        self.check_forgotten()

    def check_forgotten(self) -> None:
        """All devices of the compartment and every blob: nothing of what was forgotten opens.

        One that is in the team alone keeps what it had when it left.
        """
        gone = [t for t, (record, _) in self.written.items() if record in self.asked_to_forget]
        if not gone:
            return
        known = Secrets(frozenset(self.keys), frozenset(self.identities))
        attacker = KnowingAttacker(known).take(*self.relay.true)
        for device in self.inside:
            attacker.take_store(device.store.connection)
        open_ones = [text for text in gone if attacker.reads(text)]
        assert not open_ones, f"forgotten and readable: {open_ones}"


def _make_fragile(device: Device) -> None:
    """A store that can fail, and a clock of its own."""
    device.store = FragileStore(device.store.connection)
    device.clock = Drifting(device.clock)  # type: ignore[assignment]
    device.kind = Ledger
    device.restart()


# -- the attacks: each returns the kinds that were named


def _after(campaign: Campaign, victim: Device, other: Device) -> list[str]:
    """An honest entry passes between the two sides."""
    campaign.write(other, None)
    campaign.sync(other)
    named = campaign.sync(victim)
    campaign.write(victim, None)
    named += campaign.sync(victim)
    return named + campaign.sync(other)


def _rollback(campaign: Campaign, victim: Device, other: Device) -> list[str]:
    end = len(campaign.relay.true)
    campaign.relay.false[victim.keys.device] = lambda blobs: blobs[: end - 2]
    return campaign.sync(victim)


def _changed(
    change: Callable[[list[bytes]], list[bytes]],
) -> Callable[[Campaign, Device, Device], list[str]]:
    """Two entries that the victim has not seen come to it changed."""

    def attack(campaign: Campaign, victim: Device, other: Device) -> list[str]:
        end = len(campaign.relay.true)
        for _ in range(2):
            campaign.write(other, None)
            campaign.sync(other)
        shown = change(campaign.relay.true[end:])
        length = len(campaign.relay.true)
        campaign.relay.false[victim.keys.device] = lambda blobs: [
            *blobs[:end],
            *shown,
            *blobs[length:],
        ]
        named = campaign.sync(victim)
        return named + _after(campaign, victim, other)

    return attack


def _altered(blobs: list[bytes]) -> list[bytes]:
    first = bytearray(blobs[0])
    first[len(first) // 2] ^= 1
    return [bytes(first), *blobs[1:]]


def _silent(campaign: Campaign, victim: Device, other: Device) -> list[str]:
    end = len(campaign.relay.true)
    campaign.relay.false[victim.keys.device] = lambda blobs: blobs[:end]
    campaign.sync(victim)
    campaign.world.clock.move(days=3)
    return campaign.sync(victim)


def _fork(campaign: Campaign, victim: Device, other: Device) -> list[str]:
    """Each side writes on its own line; then one entry passes."""
    end = len(campaign.relay.true)
    campaign.write(other, None)
    campaign.sync(other)
    hidden = set(campaign.relay.true[end:])
    campaign.relay.false[victim.keys.device] = lambda blobs: [b for b in blobs if b not in hidden]
    return _after(campaign, victim, other)


ATTACKS: dict[str, Callable[[Campaign, Device, Device], list[str]]] = {
    "rollback": _rollback,
    "fork": _fork,
    "drop": _changed(lambda blobs: blobs[1:]),
    "withhold": _silent,
    "reorder": _changed(lambda blobs: list(reversed(blobs))),
    "inject": _changed(lambda blobs: [bytes(range(256)) * 5, *blobs]),
    "alter": _changed(_altered),
    "replay": _changed(lambda blobs: [*blobs, blobs[0]]),
}
EXPECTED = {
    "rollback": {"rolled_back", "altered"},
    "fork": {"forked", "missing"},
    "drop": {"missing", "forked", "altered"},
    "withhold": {"silent"},
    "reorder": {"reordered", "forked", "missing", "altered"},
    "inject": {"forked", "altered"},
    "alter": {"missing", "forked", "altered"},
    "replay": {"replayed", "forked"},
}
