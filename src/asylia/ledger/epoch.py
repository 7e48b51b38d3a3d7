"""What an epoch says, ``spec/ledger.md``: the messages alone, free of keys' use and of I/O.

Upholds: lists that mean a set are sorted and without doubles, so that one set has one encoding.
Refuses: judging whether an epoch may follow another; that is ``rights``'.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated, Any, ClassVar, Literal

import msgspec

from asylia.crypto.age import Identity, Recipient
from asylia.crypto.signing import SigningKey, VerifyingKey
from asylia.envelope.shapes import (
    Bytes16,
    Bytes32,
    CompartmentId,
    DayNumber,
    Epoch,
    Language,
    RecipientText,
)
from asylia.errors import MalformedError
from asylia.wire import Message, Part, decode

COMMONS = "team"  # the compartment that every live device is in
IDENTITIES = "identity"  # the one that holds who is who, and nothing of the record
MOST_DEVICES = 63  # with the recovery recipient, 64 stanzas
MOST_INTAKE = 8
MOST_REPLY_KEYS = 4
_Version = Annotated[int, msgspec.Meta(ge=1, le=255)]
_Previous = Annotated[tuple[Bytes32, ...], msgspec.Meta(max_length=2)]
_Text64 = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Label = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class Relay(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the team's relay is, and what opens it."""

    secret: Bytes32
    url: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class Device(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A device of the team; one that left stays, so that what it signed can be checked."""

    certificate: Annotated[bytes, msgspec.Meta(max_length=16384)] | None
    name: _Text64
    prekey: RecipientText | None
    signing: VerifyingKey
    state: Literal["live", "suspended", "removed"]


class TeamEpoch(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Members, devices, prekeys, rights; no content key."""

    LABEL: ClassVar[str] = "asylia/team-epoch/1"
    day: DayNumber
    devices: Annotated[tuple[Device, ...], msgspec.Meta(min_length=1, max_length=MOST_DEVICES)]
    minimum_version: _Version
    number: Epoch
    previous: _Previous
    recovery: RecipientText
    relay: Relay
    root: VerifyingKey
    rotation: Annotated[int, msgspec.Meta(ge=1, le=30)]  # days

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        """Whom this epoch is sealed to: the live devices and recovery."""
        texts = [device.prekey for device in self.devices if device.prekey]
        return tuple(Recipient.parse(text) for text in (*texts, self.recovery))


class Intake(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An intake key, and until when it is still tried."""

    identity: Annotated[str, msgspec.Meta(min_length=40, max_length=120)]
    until: DayNumber | None


class Earlier(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a later epoch carries of an earlier one, so that one who joins can read what was."""

    compartment_key: Bytes32
    devices: Annotated[tuple[Bytes32, ...], msgspec.Meta(min_length=1, max_length=MOST_DEVICES)]
    epoch: Bytes32
    number: Epoch


class Seen(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How much of the line an epoch's maker had seen."""

    count: _Count
    line: Bytes32


class CompartmentEpoch(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The keys of one compartment and who holds them."""

    LABEL: ClassVar[str] = "asylia/compartment-epoch/1"
    compartment: CompartmentId
    compartment_key: Bytes32
    day: DayNumber
    devices: Annotated[tuple[Bytes32, ...], msgspec.Meta(min_length=1, max_length=MOST_DEVICES)]
    earlier: Annotated[tuple[Earlier, ...], msgspec.Meta(max_length=4096)]
    earlier_reply_keys: Annotated[
        tuple[VerifyingKey, ...], msgspec.Meta(max_length=MOST_REPLY_KEYS)
    ]
    forgotten: Annotated[tuple[Bytes16, ...], msgspec.Meta(max_length=4096)]
    intake: Annotated[tuple[Intake, ...], msgspec.Meta(max_length=MOST_INTAKE)]
    keyring: Annotated[tuple[Bytes32, ...], msgspec.Meta(max_length=1024)]
    labels: Annotated[dict[Language, _Label], msgspec.Meta(min_length=1, max_length=32)]
    minimum_version: _Version
    number: Epoch
    previous: _Previous
    reply_seed: Bytes32
    seen: Seen
    successor: CompartmentId | None
    team: Bytes32  # body hash
    told: Annotated[tuple[Bytes32, ...], msgspec.Meta(max_length=MOST_DEVICES)]  # blob hashes
    wrap_key: Bytes32

    @property
    def reply_key(self) -> SigningKey:
        """What signs replies: Ed25519 alone."""
        return SigningKey(self.reply_seed, "ed25519")

    def recipients(self, team: TeamEpoch) -> tuple[Recipient, ...]:
        """Whom this epoch is sealed to, by the prekeys of the team epoch that it stands under."""
        texts = [
            device.prekey
            for device in team.devices
            if device.prekey and device.signing.fingerprint in self.devices
        ]
        return tuple(Recipient.parse(text) for text in (*texts, team.recovery))

    @property
    def identities(self) -> tuple[Identity, ...]:
        """The intake keys, the current one first."""
        return tuple(Identity.parse(key.identity) for key in self.intake)


def body_hash(body: bytes) -> bytes:
    """What a compartment's epoch names the team epoch by, however often that one was sealed."""
    return sha256(body).digest()


def decode_epoch(untrusted: bytes) -> TeamEpoch | CompartmentEpoch:
    """Parse an epoch's body; raise ``MalformedError``."""
    if untrusted.startswith(TeamEpoch.LABEL.encode() + b"\n"):
        team = decode(untrusted, TeamEpoch)
        _sorted_set([device.signing.fingerprint for device in team.devices], "devices")
        _sorted_set(team.previous, "previous")
        _must(all((d.prekey is not None) == (d.state == "live") for d in team.devices), "prekeys")
        team.recipients  # noqa: B018  each must be a valid key
        return team
    epoch = decode(untrusted, CompartmentEpoch)
    for name in ("devices", "previous", "forgotten", "told"):
        _sorted_set(getattr(epoch, name), name)
    _must("en" in epoch.labels, "labels")
    _sorted_set([(one.number, one.epoch) for one in epoch.earlier], "earlier")
    _must({one.number for one in epoch.earlier} == set(range(epoch.number)), "earlier")
    for one in epoch.earlier:
        _sorted_set(one.devices, "earlier")
    _must(epoch.successor != epoch.compartment, "successor")
    _must(all((key.until is None) == (at == 0) for at, key in enumerate(epoch.intake)), "intake")
    _must(len({key.identity for key in epoch.intake}) == len(epoch.intake), "intake")
    epoch.identities  # noqa: B018  each must be a valid key
    return epoch


def _sorted_set(values: Sequence[Any], name: str) -> None:
    _must(list(values) == sorted(set(values)), name)


def _must(holds: bool, name: str) -> None:
    if not holds:
        raise MalformedError(f"an epoch's {name} are not in the form they must have")
