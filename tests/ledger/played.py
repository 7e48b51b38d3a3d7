"""A team's seven weeks, played for real: what each set of stores, shares and blobs held at the end.

Vaults are real ones on disk, and are read as an attacker with the passphrase reads them: page by
page, with what deleted rows left.  The relay is one in memory that keeps everything it was given.
"""

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from tests.casework.world import COSTS, NAMES, PASSPHRASE, Hands, Reporter
from tests.ledger.closure import Attacker, Secrets, secrets_among
from tests.ledger.world import LABEL

from asylia.casework.arrival import take_in
from asylia.casework.place import Place
from asylia.casework.reply import send_waiting, write_reply
from asylia.crypto.kdf import hkdf
from asylia.envelope.bundle import verify_bundle
from asylia.envelope.drop import drop_id
from asylia.envelope.signed import SignedBytes
from asylia.ledger import entering, inviting, joining, keeping, recovering, recovery
from asylia.ledger.change import Addition, Change, Dismissal, Forgetting, Removal, Suspension
from asylia.ledger.founding import Founder, Founding, found
from asylia.ledger.making import Hand
from asylia.values import BlobId, RecordId, day_of
from asylia.vault.unlocking import unlock
from asylia.vault.vault import DATABASE, Vault

CASEWORK, ELSEWHERE = "casework", "identity"
KEPT = (("epoch", "signed"), ("notice", "content"), ("prekey", "identity"), ("record", "key"))
_PAGE, _RESERVED, _IV = 4096, 80, 16  # SQLCipher 4: each page ends in IV (16) and HMAC (64)

# Each stands in one place alone, in a word that nothing else begins with.
LIVE = "qzlive-words of a record that goes on"
GONE = "qzgone-words of a record that is forgotten"
GONE_REPORT = "qzreport-words of a report that is forgotten"
GONE_REPLY = "qzreply-words to the writer of that report"
LIVE_REPLY = "qzanswer-words to a writer who goes on"
LIVE_REPORT = "qzstays-words of a report that goes on"
NEW_REPORT = "qznew-words of a report that nobody has taken in"
OTHER = "qzother-words of another compartment"
THIRD = "Willow"  # the name of a device


class HoardingRelay:
    """A relay in memory that keeps every blob it was ever given."""

    def __init__(self) -> None:
        self.ever: list[bytes] = []
        self.line: list[bytes] = []
        self.envelopes: dict[bytes, bytes] = {}
        self.drops: dict[bytes, bytes] = {}
        self.leaves = 0

    def put_ledger(self, blob: bytes) -> int:
        if blob not in self.line:
            self.line.append(blob)
            self.ever.append(blob)
        return self.line.index(blob)

    def ledger_page(self, start: int) -> Sequence[bytes]:
        return tuple(self.line[start : start + 100])

    def put_envelope(self, name: bytes, blob: bytes) -> None:
        self.envelopes[name] = blob
        self.ever.append(blob)

    def envelope_ids(self) -> tuple[BlobId, ...]:
        return tuple(BlobId(name) for name in sorted(self.envelopes))

    def envelope(self, name: bytes) -> bytes:
        return self.envelopes[name]

    def delete_envelope(self, name: bytes) -> None:
        del self.envelopes[name]

    def put_drop(self, name: bytes, blob: bytes) -> None:
        self.drops[name] = blob
        self.ever.append(blob)

    def post_leaves(self, leaves: Sequence[bytes]) -> int:
        self.ever += leaves
        self.leaves += len(leaves)
        return self.leaves - len(leaves)

    def use(self, secret: bytes) -> None:
        if secret not in self.ever:
            self.ever.append(secret)

    def put_access(self, secret: bytes) -> None:
        """It lets everybody read: what it holds is sealed."""


@dataclass
class Desk:
    """A device at work: its vault, and everything above it."""

    name: str
    vault: Vault
    relay: HoardingRelay
    clock: Hands

    @cached_property
    def place(self) -> Place:
        courier: Any = self.relay
        return Place(self.vault, self.vault.ledger(clock=self.clock), courier, self.clock)

    @property
    def ledger(self) -> Any:
        return self.place.ledger

    def restart(self) -> None:
        self.__dict__.pop("place", None)

    def write(self, text: str, compartment: str = CASEWORK) -> RecordId:
        record: RecordId = self.ledger.new_record(compartment)
        self.ledger.append(record, LABEL + text.encode())
        return record

    def disk(self) -> bytes:
        """The pages of its database, for whoever has the passphrase."""
        return disk(self.vault.folder)


def disk(folder: Path) -> bytes:
    """What lies in a vault's folder, opened with the passphrase and without our store."""
    key = _database_key(folder)
    sealed, pages = (folder / DATABASE).read_bytes(), []
    for at in range(0, len(sealed), _PAGE):
        page = sealed[at : at + _PAGE]
        body, iv = page[_IV if not at else 0 : -_RESERVED], page[-_RESERVED : _IV - _RESERVED]
        opener = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
        plain = opener.update(body) + opener.finalize()
        pages.append((b"" if at else b"SQLite format 3\0") + plain + bytes(_RESERVED))
    return b"".join(pages)


@cache
def _database_key(folder: Path) -> bytes:
    return hkdf(unlock(folder, PASSPHRASE).master, "asylia/vault/1 database")


@dataclass
class Sets:
    """What each kind of holder had."""

    founding: Founding
    reporter: Reporter
    blobs: tuple[bytes, ...]
    public: frozenset[bytes]
    secrets: Secrets
    old_shares: tuple[bytes, ...]
    new_shares: tuple[bytes, ...]
    disks: dict[str, tuple[bytes, ...]]
    intake: bytes  # the key that the forgotten report was sealed to

    def attacker(self, *disks: str) -> Attacker:
        """One who holds all blobs, and these disks."""
        attacker = Attacker(self.secrets, self.founding.root_hash, self.public).take(*self.blobs)
        for name in disks:
            for image in self.disks[name]:
                attacker.take_disk(image)
        return attacker


@dataclass
class Team:
    """The team at play."""

    folder: Path
    clock: Hands = field(default_factory=Hands)
    relay: HoardingRelay = field(default_factory=HoardingRelay)
    desks: dict[str, Desk] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    ever: dict[str, set[Any]] = field(default_factory=lambda: defaultdict(set))
    after_sync: Callable[[Desk], None] = lambda _: None

    def found(self) -> Founding:
        desks = [self.desk(name) for name in NAMES]
        founders = [Founder(desk.vault.keys(), desk.name) for desk in desks]
        named = {name: {"en": name} for name in (CASEWORK, ELSEWHERE)}
        founding = found(
            founders, relay_url="http://127.0.0.1:1", compartments=named, clock=self.clock
        )
        for desk in desks:
            founding.enter(desk.vault.store, desk.vault.keys())
            self.desks[desk.name] = desk
        self.sync(2)
        return founding

    def desk(self, name: str) -> Desk:
        vault = Vault.create(self.folder / name, PASSPHRASE, costs=COSTS)
        vault.connection.execute("PRAGMA synchronous = OFF")  # no power is cut here
        return Desk(name, vault, self.relay, self.clock)

    def sync(self, times: int = 1) -> None:
        for _ in range(times):
            for name, desk in self.desks.items():
                if name not in self.away:
                    self.sync_one(desk)

    def sync_one(self, desk: Desk) -> None:
        desk.place.synchronise()
        for table, column in KEPT:
            found = desk.vault.connection.execute(f"SELECT {column} FROM {table}")
            self.ever[table].update(value for (value,) in found if value is not None)
        self.after_sync(desk)

    def days(self, count: int, every: int = 1) -> None:
        for _ in range(0, count, every):
            self.clock.move(days=every)
            self.sync(2)

    def decide(self, *changes: Change) -> None:
        """One admin proposes, the other signs where that is needed."""
        first, second = (self.desks[name] for name in NAMES)
        proposed = first.ledger.propose(changes)
        self.sync_one(first)
        self.sync_one(second)
        if not proposed.posted:
            (waiting,) = [one for one in second.ledger.proposals() if not one.stale]
            second.ledger.sign(waiting.id)
        self.sync_one(second)
        self.sync(2)

    def join(self, name: str) -> None:
        """By card, invitation and two signatures; the words cost a second, and are tested apart."""
        admin, new = self.desks[NAMES[0]], self.desk(name)
        keys, store = new.vault.keys(), new.vault.store
        card = entering.show_card(store, keys)
        sealed = inviting.invite(admin.ledger, admin.vault.store, self.relay, card)
        opened = entering.open_invitation(store, sealed, admin.ledger.today())
        known = joining.parse_card(card)
        entering.enter(store, opened, self.relay)
        self.decide(Addition(known.signing, known.prekey, name, None, (CASEWORK,)))
        entering.look(store, self.relay)
        self.desks[name] = new
        self.sync(2)

    def disks(self, *names: str) -> tuple[bytes, ...]:
        """The disks of these devices."""
        return tuple(self.desks[name].disk() for name in names)

    def attacker(self) -> Attacker:
        """One who holds the disks of all current devices, and every blob."""
        root_hash = self.desks[NAMES[0]].ledger.root_hash
        attacker = Attacker(self.secrets(), root_hash, self.public()).take(*self.relay.ever)
        for image in self.disks(*NAMES, THIRD):
            attacker.take_disk(image)
        return attacker

    def copy(self, name: str) -> Path:
        """A copy of the folder, as a backup is."""
        target = self.folder / f"copy of {name}"
        shutil.copytree(self.desks[name].vault.folder, target)
        return target

    def awaited(self) -> set[str]:
        """Whose acknowledgement destroying waits for."""
        told = self.desks[NAMES[0]].ledger.awaiting()
        return {one.name for one in told if one.what == "acknowledgement"}

    def report(self, founding: Founding, text: str) -> Reporter:
        first, second = (self.desks[name] for name in NAMES)
        if first.ledger.renew_bundle() is None:
            self.sync()
            second.ledger.admit_bundle()
            self.sync(2)
        newest = replace(founding, bundle=first.ledger.bundle())
        reporter = Reporter(newest, "", self.clock)
        self.relay.put_envelope(drop_id(reporter.keys.drop_secret, 9)[:16], reporter.seal(text))
        return reporter

    def intake_key(self, reporter: Reporter) -> bytes:
        """What opens what this reporter seals."""
        founding, today = reporter.founding, self.clock.day
        bundle = verify_bundle(founding.bundle, founding.root.public, today)
        recipient = bundle.compartment(CASEWORK).recipient
        known = self.desks[NAMES[0]].ledger.intake_identities()
        (text,) = (one.reveal() for one in known if one.recipient == recipient)
        return str(text).encode()

    def public(self) -> frozenset[bytes]:
        """What anybody computes from the relay's blobs."""
        lines = self.desks[NAMES[0]].vault.connection.execute("SELECT hash, line FROM line")
        return frozenset(value for row in lines for value in row)

    def secrets(self) -> Secrets:
        """Every key and identity that ever lay in a store."""
        bodies = [SignedBytes.parse(one).body for one in self.ever["epoch"]]
        identities = [one.encode() for one in self.ever["prekey"]]
        found = [*bodies, *self.ever["notice"], *identities]
        return secrets_among(found, self.ever["record"])

    def take_in(self) -> None:
        for _ in range(2):
            for name in NAMES:
                take_in(self.desks[name].place)
        self.sync()

    def answer(self, reporter: Reporter, text: str) -> None:
        place = self.desks[NAMES[0]].place
        write_reply(place, reporter.keys.thread, text)
        send_waiting(place)
        self.sync(2)


def begin(folder: Path, *others: str) -> tuple[Team, RecordId]:
    """Three devices at work, or more, and a record that they will forget."""
    team = Team(folder)
    team.found()
    for name in (THIRD, *others):
        team.join(name)
    gone = team.desks[NAMES[1]].write(GONE)
    team.days(1)
    return team, gone


def play(folder: Path, *, short: bool = False) -> Sets:
    """Seven weeks, and what everybody held in them; ``short``: the current devices' part of it."""
    team = Team(folder)
    founding = team.found()
    others = () if short else ("Aspen", "Hazel", "Juniper")
    for name in (THIRD, *others):
        team.join(name)
    report, goes_on = team.report(founding, GONE_REPORT), team.report(founding, LIVE_REPORT)
    intake = team.intake_key(report)
    team.take_in()
    team.answer(report, GONE_REPLY)
    team.answer(goes_on, LIVE_REPLY)
    linden, rowan = (team.desks[name] for name in NAMES)
    linden.write(LIVE)
    gone = rowan.write(GONE)
    linden.write(OTHER, ELSEWHERE)
    team.days(2)
    disks = {"backup": (disk(team.copy(NAMES[1])),)}

    if not short:
        disks |= _part(team)
    team.days(7)
    team.away.add(THIRD)
    thread = linden.place.casework().row(report.keys.thread)
    team.decide(Forgetting(CASEWORK, (gone, thread.record), "withdrawal", ()))
    team.days(3)
    disks["unanswered"] = team.disks(*NAMES, THIRD)
    team.away.discard(THIRD)
    team.days(4)
    disks["in grace"] = team.disks(*NAMES, THIRD)

    new_shares = () if short else _drill(team, founding)
    team.days(0 if short else 36, every=9)
    team.report(founding, NEW_REPORT)
    disks["current"] = team.disks(*NAMES, THIRD)
    disks["third"] = team.disks(THIRD)
    return Sets(
        founding=founding,
        reporter=report,
        blobs=tuple(team.relay.ever),
        public=team.public(),
        secrets=team.secrets(),
        old_shares=founding.shares,
        new_shares=new_shares,
        disks=disks,
        intake=intake,
    )


def _part(team: Team) -> dict[str, tuple[bytes, ...]]:
    """One device is removed, one suspended; one leaves the compartment and stays in the team."""
    aspen, hazel, juniper = (team.desks[name] for name in ("Aspen", "Hazel", "Juniper"))
    team.away |= {"Aspen", "Hazel"}
    team.decide(Removal(aspen.ledger.device))
    team.decide(Dismissal(CASEWORK, juniper.ledger.device))
    team.desks[NAMES[0]].ledger.propose([Suspension(hazel.ledger.device)])
    left = {"removed": aspen, "suspended": hazel, "dismissed": juniper}
    return {name: (desk.disk(),) for name, desk in left.items()}


def _drill(team: Team, founding: Founding) -> tuple[bytes, ...]:
    team.away.add("Juniper")
    team.decide(Removal(team.desks["Juniper"].ledger.device))
    held = recovery.combine(founding.shares[:2])
    recovering.check(team.desks[NAMES[0]].vault.store, held)
    fresh = recovering.replaced(held)
    shares = recovery.split(fresh, day_of(team.clock()))
    team.decide(recovering.change_to(fresh))
    return shares


@contextmanager
def without_rotation() -> Iterator[None]:
    """Every epoch names the prekeys that devices came with."""
    view = Hand.view
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Hand, "view", lambda hand: replace(view(hand), offers={}))
        patch.setattr(keeping, "offered", lambda _: None)
        yield
