"""The founding of a team: one ceremony, on one machine, for one or two devices.

Upholds: the root's private key and the recovery identity are handed back once and kept nowhere
here; every device starts from the same epochs, known by their hashes.  Refuses: more than two
devices (the rest are invited), a team without a compartment that takes reports.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from asylia.crypto import random
from asylia.crypto.age import Identity
from asylia.crypto.signing import SigningKey
from asylia.envelope.authority import certify
from asylia.envelope.bundle import sign_bundle
from asylia.errors import UsageError
from asylia.ledger.bundles import compose
from asylia.ledger.entry import NOTHING
from asylia.ledger.epoch import (
    COMMONS,
    CompartmentEpoch,
    Device,
    Intake,
    Relay,
    Seen,
    TeamEpoch,
    body_hash,
)
from asylia.ledger.keys import DeviceKeys
from asylia.ledger.ledger import BUNDLE
from asylia.ledger.prekeys import keep_prekeys
from asylia.ledger.recovery import Combined, split
from asylia.ledger.replay import Replay
from asylia.ledger.sealing import seal_epoch, sign_epoch
from asylia.ledger.state import State, pin_root
from asylia.ledger.store import LedgerStore, OutboxRow
from asylia.values import Clock, Day, Hash, day_of, system_clock

ROTATION = 7  # days
_COMMONS: Mapping[str, str] = {"en": "The team", "ru": "Команда"}
FOUNDED: Mapping[str, Mapping[str, str]] = {
    "casework": {"en": "Casework", "ru": "Помощь"},
    "evidence": {"en": "Evidence", "ru": "Доказательства"},
    "identity": {"en": "Who is who", "ru": "Кто есть кто"},
}
INWARD = frozenset({COMMONS, "evidence", "identity"})  # these take no reports


@dataclass(frozen=True)
class Founder:
    """A device at the ceremony: its keys and its worker's pseudonym."""

    keys: DeviceKeys
    name: str


@dataclass(frozen=True)
class Founding:
    """What a ceremony made.  ``shares`` go to three custodians; ``root`` is kept nowhere else."""

    root: SigningKey = field(repr=False)
    recovery: Identity = field(repr=False)
    shares: tuple[bytes, bytes, bytes] = field(repr=False)
    relay: Relay
    epochs: tuple[bytes, ...]  # the first blobs of the line: the team's, then the compartments'
    bundle: bytes

    @property
    def root_hash(self) -> Hash:
        """The name of the team."""
        return Hash(self.root.public.fingerprint)

    def enter(self, store: LedgerStore, keys: DeviceKeys) -> None:
        """Make an empty store the team's, for one of the founders."""
        with store.transaction():
            if store.value("root") is not None:
                raise UsageError("this vault belongs to a team already")
            pin_root(store, self.root.public)
            keep_prekeys(store, keys)
            replay = Replay(store, State(self.root.public), keys.prekeys)
            for blob in self.epochs:
                replay.adopt(blob)
            rows = [
                OutboxRow(0, None, "", 0, sha256(blob).digest(), blob, None) for blob in self.epochs
            ]
            store.add_outbox(rows)
            store.put_value(BUNDLE, self.bundle)


def found(
    founders: Sequence[Founder],
    *,
    relay_url: str,
    compartments: Mapping[str, Mapping[str, str]] = FOUNDED,
    clock: Clock = system_clock,
    randomness: random.Randomness = random.system,
) -> Founding:
    """Make a team of one or two devices, all of them admins and in every compartment.

    ``compartments``: id -> language -> name; ``evidence`` and ``identity`` take no reports.  One
    device alone signs alone, and its certificate says so.
    """
    if not 1 <= len(founders) <= 2 or not compartments or COMMONS in compartments:
        raise UsageError(
            "a ceremony is for one or two devices and at least one compartment beside the commons",
            hint="Found the team with two, then invite the others.",
        )
    today, root = day_of(clock()), SigningKey.generate("pair", randomness)
    recovery = Identity.generate(randomness)
    relay = Relay(secret=randomness(32), url=relay_url)
    team = _team(founders, root, recovery, relay, today)
    signers = [founder.keys.signing for founder in founders]
    team_signed = sign_epoch(team, signers)
    team_blob = seal_epoch(team_signed, team.recipients, randomness)
    named = body_hash(team_signed.body)
    epochs = [
        _compartment(name, labels, team, named, randomness)
        for name, labels in sorted({**compartments, COMMONS: _COMMONS}.items())
    ]
    blobs = [
        seal_epoch(sign_epoch(epoch, signers), team.recipients, randomness) for epoch in epochs
    ]
    bundle = compose(team, epochs, founders[0].keys.device, today)
    return Founding(
        root=root,
        recovery=recovery,
        shares=split(Combined(root, recovery), today, randomness),
        relay=relay,
        epochs=(team_blob, *blobs),
        bundle=sign_bundle(bundle, signers),
    )


def _team(
    founders: Sequence[Founder], root: SigningKey, recovery: Identity, relay: Relay, today: Day
) -> TeamEpoch:
    alone = len(founders) == 1
    devices = [
        Device(
            certificate=certify(root, one.keys.signing.public, not_before=today, alone=alone),
            name=one.name,
            prekey=str(one.keys.prekeys[0].recipient),
            signing=one.keys.signing.public,
            state="live",
        )
        for one in founders
    ]
    return TeamEpoch(
        day=today,
        devices=tuple(sorted(devices, key=lambda device: device.signing.fingerprint)),
        minimum_version=1,
        number=0,
        previous=(),
        recovery=str(recovery.recipient),
        relay=relay,
        root=root.public,
        rotation=ROTATION,
    )


def _compartment(
    name: str,
    labels: Mapping[str, str],
    team: TeamEpoch,
    team_named: bytes,
    randomness: random.Randomness,
) -> CompartmentEpoch:
    reports = name not in INWARD
    identities = [Identity.generate(randomness).reveal()] if reports else []
    return CompartmentEpoch(
        compartment=name,
        compartment_key=randomness(32),
        day=team.day,
        devices=tuple(device.signing.fingerprint for device in team.devices),
        earlier=(),
        earlier_reply_keys=(),
        forgotten=(),
        intake=tuple(Intake(identity=one, until=None) for one in identities),
        keyring=(),
        labels=dict(labels),
        minimum_version=1,
        number=0,
        previous=(),
        reply_seed=randomness(32),
        seen=Seen(count=0, line=NOTHING),
        successor=None,
        team=team_named,
        told=(),
        wrap_key=randomness(32),
    )
