"""A drill, and the recovery of a team that lost every device; ``spec/ledger.md``, *Recovery*.

Upholds: a drill ends only what it has shown to work; a recovery keeps nothing unless all of it
holds; neither writes the root's key or the recovery identity anywhere.  Refuses: shares that do not
open the team's newest epochs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import msgspec

from asylia.crypto import random
from asylia.crypto.age import Identity
from asylia.envelope.authority import certify
from asylia.errors import ForgedError, NotFoundError, UsageError
from asylia.ledger import composing, sealing
from asylia.ledger.access import remember
from asylia.ledger.change import Promotion, Recovering
from asylia.ledger.destroying import forget_taken
from asylia.ledger.epoch import Device, Relay, Seen, TeamEpoch
from asylia.ledger.keys import DeviceKeys
from asylia.ledger.prekeys import keep_prekeys
from asylia.ledger.recovery import Combined
from asylia.ledger.replay import Replay
from asylia.ledger.signers import admins, by_fingerprint, signs_alone
from asylia.ledger.state import State, pin_root
from asylia.ledger.store import LedgerStore, OutboxRow
from asylia.ledger.sync import LedgerCourier
from asylia.ledger.view import Composed, View
from asylia.values import Clock, Day, Hash, RecordId, day_of, system_clock

_BURNT = "Bring two shares of the newest drill: older ones open nothing any more."


@dataclass(frozen=True)
class Recovered:
    """What came back; ``name`` of the new device is its worker's pseudonym."""

    relay: Relay  # where it is, and the new secret that is to be set there
    compartments: tuple[str, ...]
    devices: int  # that were removed


def check(store: LedgerStore, secrets: Combined) -> tuple[str, ...]:
    """The chains ("" is the team's) whose newest epoch the recovery identity opens: all of them.

    Raises ``ForgedError`` where it does not open one that this device knows.
    """
    state = State.load(store)
    if state is None or state.team is None:
        raise UsageError("this vault belongs to no team")
    if state.root != secrets.root.public:
        raise ForgedError("these shares are of another team")
    if state.team.recovery != str(secrets.recovery.recipient):
        raise ForgedError("the team's epochs are not sealed to these shares", hint=_BURNT)
    chains = ("", *sorted(state.compartments))
    for chain in chains:
        for blob_hash in state.newest(chain):
            row = store.find_line(blob_hash, "epoch")
            if row is None:
                raise UsageError("an epoch has not reached the relay yet", hint="Sync first.")
            try:
                sealing.open_epoch(row.blob, [secrets.recovery])
            except sealing.UnopenedError:
                where = f"the newest epoch of {chain}" if chain else "the team's newest epoch"
                raise ForgedError(
                    f"{where} is not sealed to these shares yet",
                    hint="It will be with its next rotation: sync, and try again in some days.",
                ) from None
    return chains


def replaced(secrets: Combined, randomness: random.Randomness = random.system) -> Combined:
    """The same root with a new recovery identity, for new shares."""
    return Combined(secrets.root, Identity.generate(randomness))


def change_to(secrets: Combined) -> Recovering:
    """What is to be proposed once the new shares are handed out."""
    return Recovering(str(secrets.recovery.recipient))


def recover(
    store: LedgerStore,
    keys: DeviceKeys,
    old: Combined,
    new: Combined,
    courier: LedgerCourier,
    *,
    relay_url: str,
    name: str,
    clock: Clock = system_clock,
    randomness: random.Randomness = random.system,
) -> Recovered:
    """Bring a team back on one new device, from two shares and the line.

    ``new``: what the team's epochs are sealed to from now on; its shares are handed out before.
    The store must be empty; it holds all of it afterwards, or nothing.  The epochs wait in the
    outbox; the secret that is given back is to be set at the relay before they are sent.  Raises
    ``ForgedError`` where the shares open nothing there.
    """
    if store.value("root") is not None:
        raise UsageError("this vault belongs to a team already", hint="Recover into a new one.")
    with store.transaction():
        pin_root(store, old.root.public)
        keep_prekeys(store, keys)
        state = _replay(store, old, courier)
        if state.team is None:
            raise ForgedError("these shares open no epoch of this line", hint=_BURNT)
        today = Day(max(day_of(clock()), state.signed_day(keys.device), state.team.day))
        relay = Relay(secret=randomness(32), url=relay_url)
        remember(store, relay.secret)
        work = _Recovery(store, state, keys, new, today, randomness)
        return work.run(relay, name)


def _replay(store: LedgerStore, old: Combined, courier: LedgerCourier) -> State:
    state = State(old.root.public)
    while True:
        count, _ = store.line_end()
        blobs = courier.ledger_page(max(count - 1, 0))[1 if count else 0 :]
        if not blobs:
            return state
        Replay(store, state, [old.recovery], recovering=True).take(blobs)
        forget_taken(store, state)


@dataclass
class _Recovery:
    store: LedgerStore
    state: State
    keys: DeviceKeys
    secrets: Combined
    today: Day
    randomness: random.Randomness

    def run(self, relay: Relay, name: str) -> Recovered:
        team = self._team(relay, name)
        signed = sealing.sign_epoch(team, [self.secrets.root])
        blob = sealing.seal_epoch(signed, team.recipients, self.randomness)
        self._post([blob])
        # In memory alone: the store takes it up, checked, when the line shows it.
        self.state.add(Hash(sha256(blob).digest()), signed, team, {})
        while "" in self.state.clashes:
            self._make(composing.compose_merge(self._view(), ""))
        known = sorted(self.state.compartments.items())
        going = [chain for chain, epoch in known if epoch.successor is None]
        for chain in going:
            while chain in self.state.clashes:
                self._make(composing.compose_merge(self._view(), chain))
            self._make(composing.compose_compartment(self._view(), chain))
        return Recovered(relay, tuple(going), len(team.devices) - 1)

    def _make(self, composed: Composed) -> None:
        """Sign what this device may make under the root's epoch, and leave it to be sent."""
        self._post(composed.pages)
        team = composed.team or self.state.team
        if team is None:
            raise LookupError("nothing was recovered")
        made = [composed.team] if composed.team is not None else composed.compartments
        for epoch in made:
            recipients = team.recipients if isinstance(epoch, TeamEpoch) else epoch.recipients(team)
            signed = sealing.sign_epoch(epoch, [self.keys.signing])
            blob = sealing.seal_epoch(signed, recipients, self.randomness)
            self._post([blob])
            self.state.add(Hash(sha256(blob).digest()), signed, epoch, {})

    def _team(self, relay: Relay, name: str) -> TeamEpoch:
        before = self.state.team
        if before is None:
            raise LookupError("nothing was recovered")
        devices = [
            msgspec.structs.replace(one, state="removed", prekey=None)
            for one in by_fingerprint(before).values()
        ]
        own = Device(
            certificate=certify(
                self.secrets.root, self.keys.signing.public, not_before=self.today, alone=True
            ),
            name=name,
            prekey=str(self.keys.prekeys[0].recipient),
            signing=self.keys.signing.public,
            state="live",
        )
        return msgspec.structs.replace(
            before,
            day=self.today,
            devices=tuple(sorted([*devices, own], key=lambda one: one.signing.fingerprint)),
            number=before.number + 1,
            previous=(self.state.team_hash,),
            recovery=str(self.secrets.recovery.recipient),
            relay=relay,
        )

    def _view(self) -> View:
        count, line = self.store.line_end()
        return View(
            state=self.state,
            device=self.keys.device,
            day=self.today,
            seen=Seen(count=count, line=line),
            offers={},
            record_keys=self._record_keys,
            signing=self.keys.signing,
            randomness=self.randomness,
        )

    def _record_keys(self, compartment: str) -> Mapping[RecordId, bytes]:
        return {
            RecordId(row.record): row.key
            for row in self.store.records(compartment)
            if row.key is not None
        }

    def _post(self, blobs: Sequence[bytes]) -> None:
        rows = [OutboxRow(0, None, "", 0, sha256(one).digest(), one, None) for one in blobs]
        self.store.add_outbox(rows)


def promotions(
    store: LedgerStore, secrets: Combined, device: bytes, today: Day
) -> tuple[Promotion, ...]:
    """A certificate for one more admin; whoever signed alone gets one that does not say so."""
    state = State.load(store)
    if state is None or state.team is None:
        raise UsageError("this vault belongs to no team")
    if state.root != secrets.root.public:
        raise ForgedError("these shares are of another team")
    known = by_fingerprint(state.team)
    if device not in known or known[device].state != "live":
        raise NotFoundError("no live device of the team is called that")
    wanted = {device}
    if signs_alone(state.team):
        wanted |= admins(state.team)
    return tuple(
        Promotion(one, certify(secrets.root, known[one].signing, not_before=today))
        for one in sorted(wanted)
    )
