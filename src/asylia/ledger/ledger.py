"""The ledger of a team, as one device has it.

Upholds: the only way to append; what is appended is there for this device at once and goes to the
others with the next sync; what comes from others is verified before anything sees it.  Refuses: a
store that belongs to no team, a record of a compartment that this device is not in.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from asylia.crypto import random
from asylia.crypto.age import Identity
from asylia.crypto.signing import SigningKey, VerifyingKey
from asylia.envelope.bundle import IntakeBundle
from asylia.errors import ForgedError, NotFoundError, RefusedError
from asylia.ledger import boxes, bundles, keeping, making
from asylia.ledger.appending import append_waiting
from asylia.ledger.change import Change
from asylia.ledger.destroying import look
from asylia.ledger.entry import CONTENT, CONTROL, NO_RECORD, NOTHING
from asylia.ledger.epoch import COMMONS, IDENTITIES, CompartmentEpoch, Relay, TeamEpoch
from asylia.ledger.keeping import Here
from asylia.ledger.keys import DeviceKeys
from asylia.ledger.making import Hand
from asylia.ledger.proposals import (
    ProposalNotice,
    epochs_of,
    is_stale,
    parse_notice,
    signers,
    words,
)
from asylia.ledger.reading import open_entries
from asylia.ledger.rereading import Rereading
from asylia.ledger.state import State
from asylia.ledger.statewords import state_words
from asylia.ledger.store import LedgerStore, NoticeRow, RecordRow
from asylia.ledger.sync import LedgerCourier, Sync
from asylia.ledger.values import (
    Awaited,
    Compartment,
    Finding,
    ForgottenRecord,
    Member,
    OpenEntry,
    Proposal,
    Proposed,
    RereadReport,
    SyncReport,
)
from asylia.ledger.voices import Voices, listen
from asylia.values import Clock, Day, DeviceId, Hash, RecordId, day_of, system_clock

BUNDLE = "bundle"  # the value that founding keeps the first intake bundle under


class Ledger:
    """What the team shares; one object a store at a time."""

    work: ClassVar[type[Sync]] = Sync

    def __init__(
        self,
        store: LedgerStore,
        keys: DeviceKeys,
        *,
        clock: Clock = system_clock,
        randomness: random.Randomness = random.system,
    ) -> None:
        self._store, self._keys = store, keys
        self._clock, self._randomness = clock, randomness
        self._state = self._load()

    def _load(self) -> State:
        state = State.load(self._store)
        if state is None or state.team is None:
            raise NotFoundError(
                "this vault belongs to no team yet", hint="Begin with `asylia team init`."
            )
        return state

    # -- writing

    def new_record(self, compartment: str) -> RecordId:
        """A new record in a compartment: the unit of forgetting, with a key of its own."""
        self._epoch(compartment)
        key = self._randomness(32)
        record = boxes.record_id(compartment, key)
        with self._store.transaction():
            self._store.put_records([RecordRow(record, compartment, key, b"")])
        return record

    def append(self, record: RecordId, content: bytes) -> None:
        """Add a fact to a record; it is sealed and chained with the next sync.

        ``content`` begins with the label of its format and a line feed; at most 768 KiB.
        """
        row = self._store.record(record)
        if row is None or row.key is None:
            raise NotFoundError("no such record")
        self._append(row.compartment, record, CONTENT, content)

    def _append(self, compartment: str, record: bytes, kind: int, content: bytes) -> None:
        append_waiting(
            self._store, self._keys.device, compartment, record, kind, content, self.today()
        )

    def sync(self, courier: LedgerCourier) -> SyncReport:
        """Fetch and check what is new, seal and send what waits.

        Raises ``UnavailableError`` where the relay does not answer; what was done until then stays.
        """
        now = self._clock()
        try:
            return self.work(
                self._store,
                self._state,
                self._keys,
                courier,
                self.today,
                int(now.timestamp()) // 3600,
                self._randomness,
            ).run()
        except BaseException:
            self._state = self._load()
            raise

    def reread(self, courier: LedgerCourier) -> RereadReport:
        """Give the relay back what it lacks, and go on with its line, whatever it was before.

        Only on a worker's word, after comparing with a colleague by voice; ``spec/ledger.md``.
        """
        try:
            return Rereading(self._store, self._state, courier).run()
        except BaseException:
            self._state = self._load()
            raise

    # -- reading

    def entries(self, after: int = 0) -> Iterator[OpenEntry]:
        """The entries behind a position, own ones that wait among them, shut ones left out."""
        return open_entries(self._store, lambda: self._state.keys, after)

    def waiting(self) -> int:
        """How many entries of this device's own the team does not have yet."""
        return self._store.count_waiting()

    def findings(self) -> tuple[Finding, ...]:
        """Everything that was ever found wrong, oldest first."""
        return tuple(Finding(*row) for row in self._store.findings())

    # -- the team

    @property
    def device(self) -> DeviceId:
        """The name of this device."""
        return self._keys.device

    @property
    def root(self) -> VerifyingKey:
        """The team's root."""
        return self._state.root

    @property
    def root_hash(self) -> Hash:
        """The name of the team."""
        return Hash(self._state.root.fingerprint)

    @property
    def relay(self) -> Relay:
        """Where the relay is, and the secret that opens it."""
        return self._team.relay

    def signing_key(self) -> SigningKey:
        """The pair that this device signs with."""
        return self._keys.signing

    def certificate(self) -> bytes | None:
        """The admin certificate of this device, as signed bytes."""
        return self._state.devices[self._keys.device].certificate

    def members(self) -> tuple[Member, ...]:
        """The devices of the team, by name."""
        here = self._here()
        members = [
            Member(
                device=DeviceId(name),
                name=device.name,
                admin=device.certificate is not None,
                live=device.state == "live",
                own=name == self._keys.device,
                state=device.state,
                last_day=Day(here.voices.beats[name].day) if name in here.voices.beats else None,
                compartments=tuple(
                    sorted(one.id for one in self.compartments() if name in self._devices(one.id))
                ),
                acknowledged=all(
                    here.answered(chain, name) == kept[-1].name
                    for chain, kept in here.kept.items()
                    if name in kept[-1].devices
                ),
            )
            for name, device in self._state.devices.items()
        ]
        return tuple(sorted(members, key=lambda member: (member.name, member.device)))

    def _devices(self, compartment: str) -> tuple[bytes, ...]:
        return self._state.compartments[compartment].devices

    def compartments(self) -> tuple[Compartment, ...]:
        """The compartments that this device is in, by id, without the commons and closed ones."""
        return tuple(
            Compartment(id=name, labels=epoch.labels, epoch=epoch.number)
            for name, epoch in sorted(self._state.within(self._keys.device).items())
            if name != COMMONS and epoch.successor is None
        )

    def home(self) -> str:
        """Where the record goes: the first of them but that of identities, where nothing of it may.

        ``RefusedError`` where this device is in none any more.
        """
        found = [one for one in self.compartments() if one.id != IDENTITIES]
        if not found:
            raise RefusedError(
                "this device is in no compartment that holds the record",
                hint="Ask an admin to let it into one.",
            )
        return found[0].id

    def awaiting(self) -> tuple[Awaited, ...]:
        """Whom destroying waits for, since when, and on which day that device is suspended."""
        return tuple(keeping.awaited(self._here()))

    def forgotten(self) -> tuple[ForgottenRecord, ...]:
        """What remains of records that were forgotten, the oldest first."""
        here = self._here()
        rows = {row.record: row for row in here.forgotten}
        told = {(one.compartment, one.said.records): one for one in here.voices.forgettings}
        return tuple(
            ForgottenRecord(
                day=Day(one.day),
                compartment=one.compartment,
                by=tuple(sorted(self._name(device) for device in one.said.forgotten_by)),
                reason=one.said.reason,
                owed=one.said.owed,
                records=tuple(RecordId(record) for record in one.said.records),
                final=all(
                    record in rows and keeping.is_final(here, rows[record])
                    for record in one.said.records
                ),
            )
            for one in told.values()
        )

    def _name(self, device: bytes) -> str:
        known = self._state.devices.get(device)
        return known.name if known is not None else device[:4].hex()

    def state_words(self, count: int | None = None) -> tuple[int, tuple[str, ...]]:
        """How much of the line, and the six words for it; of less where a colleague has less."""
        end, line = self._store.line_end()
        at = end if count is None else min(count, end)
        if at < end:
            row = self._store.line_row(at - 1) if at > 0 else None
            line = row.line if row is not None else NOTHING
        return at, state_words(self.root_hash, at, line)

    # -- changing the team

    def propose(self, changes: Sequence[Change], *, bundle: bool = True) -> Proposed:
        """Carry out changes with the next sync, or propose them where another admin must sign.

        ``bundle``: renew the intake bundle where intake keys change.  Raises ``RefusedError``,
        ``NotFoundError``, ``UsageError``; then nothing was made.
        """
        return making.propose(self._hand(), changes, bundle=bundle)

    def proposals(self) -> tuple[Proposal, ...]:
        """What waits for a signature, in the order of the line."""
        found = []
        for row in self._store.notices():
            notice = parse_notice(row.content)
            if notice is not None:
                found.append(self._proposal(row, notice))
        return tuple(found)

    def _proposal(self, row: NoticeRow, notice: ProposalNotice) -> Proposal:
        signed, stale = signers(notice), is_stale(notice, self._state, self.today())
        epochs = [epoch for _, epoch in epochs_of(notice)]
        reasons = {one.compartment: one.reason for one in notice.forgetting}
        return Proposal(
            id=row.blob_hash,
            day=notice.day,
            by=", ".join(sorted(self._name(one) for one in signed)),
            words=words(epochs, self._state, reasons),
            stale=stale,
            signed_by_me=self._keys.device in signed,
            forgets=tuple(
                RecordId(record)
                for epoch in epochs
                if isinstance(epoch, CompartmentEpoch)
                for record in epoch.forgotten
            ),
        )

    def sign(self, proposal: bytes, root: SigningKey | None = None) -> None:
        """Add this device's signatures; the next sync posts what was proposed.

        ``root``: from two shares, in place of the second admin, where only one is live.  Raises
        ``NotFoundError``, ``ConflictError`` (stale), ``RefusedError``, ``ForgedError``.
        """
        making.sign(self._hand(), proposal, root)

    def _hand(self) -> Hand:
        return Hand(self._store, self._state, self._keys, self.today(), self._randomness)

    def _here(self) -> Here:
        with self._store.transaction():
            listen(self._store, self._state)
        here = look(self._store, self._state, self._keys.device, today=self.today())
        if here is None:
            raise NotFoundError("this device has no team epoch yet")
        return here

    def today(self) -> Day:
        """The later of the clock's day and the newest that this device, or two others, signed."""
        return Day(max(day_of(self._clock()), self._state.signed_day(self._keys.device)))

    # -- the hotline

    def intake_identities(self) -> Mapping[Identity, str]:
        """What opens envelopes, and the compartment that each belongs to; those in grace too."""
        today = self.today()
        return {
            identity: epoch.compartment
            for epoch in self._state.within(self._keys.device).values()
            for key, identity in zip(epoch.intake, epoch.identities, strict=True)
            if key.until is None or today <= key.until
        }

    def reply_key(self, compartment: str) -> SigningKey:
        """What signs replies in a compartment."""
        return self._epoch(compartment).reply_key

    def bundle(self) -> bytes:
        """The intake bundle, as signed bytes; ``NotFoundError`` if none is valid today."""
        return bundles.newest(self._bundles(), self.root, self.today())

    def renew_bundle(self) -> bytes | None:
        """Sign a new intake bundle; None where it waits for the second admin's ``admit_bundle``."""
        return self._propose(self._composed())

    def admit_bundle(self) -> bytes:
        """Sign what another admin proposed; ``NotFoundError`` if nothing (right) was proposed."""
        found = bundles.pending(self._bundles(), self._composed(), self._keys.device)
        if found is None:
            raise NotFoundError("no intake bundle waits for this device's signature")
        admitted = self._propose(found)
        if admitted is None:
            raise ForgedError("the proposed intake bundle does not hold with both signatures")
        return admitted

    def _propose(self, bundle: IntakeBundle) -> bytes | None:
        proposal = bundles.sign(bundle, self._keys.signing)
        self._append(COMMONS, NO_RECORD, CONTROL, proposal)
        body = bundles.signed_body(proposal)
        for candidate in self._bundles():
            if bundles.is_good(candidate, self.root, self.today(), body):
                return candidate
        return None

    def _composed(self) -> IntakeBundle:
        epochs = [self._state.compartments[one.id] for one in self.compartments()]
        return bundles.compose(self._team, epochs, self._keys.device, self.today())

    def _bundles(self) -> list[bytes]:
        first = self._store.value(BUNDLE)
        with self._store.transaction():
            listen(self._store, self._state)
        said = Voices.of(self._store.said(), self._keys.device).bundles
        return [*([first] if first else []), *bundles.merged(said)]

    # -- inside

    @property
    def _team(self) -> TeamEpoch:
        team = self._state.team
        if team is None:
            raise NotFoundError("this device has no team epoch yet")
        return team

    def _epoch(self, compartment: str) -> CompartmentEpoch:
        epoch = self._state.within(self._keys.device).get(compartment)
        if epoch is None:
            raise RefusedError("this device is not in that compartment")
        return epoch
