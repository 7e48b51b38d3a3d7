"""What the merge of two siblings says: the tables of ``spec/ledger.md``, *Clashes*.

Upholds: whoever either sibling shuts out is shut out, whatever either forgets is forgotten; what
one sibling alone adds is not in.  Refuses: a say for a sibling that only devices signed which the
other one removes, so that a removed device can't take the team down with it.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec

from asylia.crypto.signing import VerifyingKey
from asylia.ledger.epoch import (
    COMMONS,
    MOST_DEVICES,
    MOST_INTAKE,
    MOST_REPLY_KEYS,
    CompartmentEpoch,
    Device,
    Earlier,
    Intake,
    TeamEpoch,
)
from asylia.ledger.signers import admins, by_fingerprint, is_sole, live

_WORSE = ("live", "suspended", "removed")
T = TypeVar("T")


class TeamSide(NamedTuple):
    """One of two team siblings, and the admins that signed it and what led to it."""

    blob_hash: bytes
    epoch: TeamEpoch
    signers: frozenset[bytes]


class MergedTeam(NamedTuple):
    """What the merge says, but for its day, prekeys and perhaps its access secret.

    ``burnt``: secrets of which it must keep none; empty where it keeps the one that it has here.
    """

    epoch: TeamEpoch
    burnt: frozenset[bytes]

    @property
    def by(self) -> tuple[bytes, ...]:
        """Who makes it: the live admin with the lowest fingerprint; nobody, if there is none."""
        return tuple(sorted(admins(self.epoch))[:1])


class CompartmentSide(NamedTuple):
    """One of two siblings of a compartment, and what it and those that led to it forgot."""

    blob_hash: bytes
    epoch: CompartmentEpoch
    forgotten: frozenset[bytes]


class MergedCompartment(NamedTuple):
    """What the merge says, but for its day, keys, keyring, ``seen`` and ``team``.

    ``intake``: what goes on in grace, without the new one; those with no day get one in the merge.
    ``keeps_reply``: whether the reply seed stays the first sibling's; a new one otherwise.
    """

    epoch: CompartmentEpoch
    intake: tuple[Intake, ...]
    keeps_reply: bool
    by: tuple[bytes, ...]


def merge_team(one: TeamSide, other: TeamSide, ancestor: TeamEpoch) -> MergedTeam:
    """The merge of two team siblings."""
    first, second = sorted((one, other))
    rules = [
        (_is_void(first, second, ancestor), second),
        (_is_void(second, first, ancestor), first),
    ]
    standing = [side.epoch for void, side in rules if void]
    number = max(first.epoch.number, second.epoch.number) + 1
    previous = (first.blob_hash, second.blob_hash)
    if len(standing) == 1:
        merged = standing[0]
    else:
        merged = _merge_fields(first.epoch, second.epoch, ancestor)
    merged = msgspec.structs.replace(merged, number=number, previous=previous)
    was = live(first.epoch) | live(second.epoch)
    secrets = frozenset(epoch.relay.secret for epoch in (ancestor, first.epoch, second.epoch))
    return MergedTeam(merged, secrets if was - live(merged) else frozenset())


def _is_void(side: TeamSide, other: TeamSide, ancestor: TeamEpoch) -> bool:
    """Whether only devices signed this side that the other one removes, and not the reverse."""
    return _outruled(side, other, ancestor) and not _outruled(other, side, ancestor)


def _outruled(side: TeamSide, other: TeamSide, ancestor: TeamEpoch) -> bool:
    removed = _removed(other.epoch) - _removed(ancestor)
    return bool(side.signers) and side.signers <= removed


def _removed(epoch: TeamEpoch) -> set[bytes]:
    return {one.signing.fingerprint for one in epoch.devices if one.state == "removed"}


def _merge_fields(first: TeamEpoch, second: TeamEpoch, ancestor: TeamEpoch) -> TeamEpoch:
    return msgspec.structs.replace(
        first,
        devices=_merge_devices(first, second, ancestor),
        minimum_version=max(first.minimum_version, second.minimum_version),
        recovery=_changed(first.recovery, second.recovery, ancestor.recovery),
        relay=_changed(first.relay, second.relay, ancestor.relay),
        rotation=_changed(first.rotation, second.rotation, ancestor.rotation),
    )


def _changed(first: T, second: T, before: T) -> T:
    return second if first == before else first


def _merge_devices(first: TeamEpoch, second: TeamEpoch, ancestor: TeamEpoch) -> tuple[Device, ...]:
    ones, others, old = (dict(by_fingerprint(epoch)) for epoch in (first, second, ancestor))
    both = ones.keys() & others.keys()
    merged = {name: _merge_device(ones[name], others[name], old.get(name)) for name in both}
    alone = sorted((ones | others).keys() - both)[: MOST_DEVICES - len(both)]
    for name in alone:
        # Kept, so that what it signed can be checked; shut out until it is invited again.
        device = ones.get(name) or others[name]
        state = device.state if device.state == "removed" else "suspended"
        merged[name] = msgspec.structs.replace(device, state=state, prekey=None)
    return tuple(merged[name] for name in sorted(merged))


def _merge_device(first: Device, second: Device, before: Device | None) -> Device:
    state = max(first.state, second.state, key=_WORSE.index)
    certificate = first.certificate
    if first.certificate is None or second.certificate is None:
        certificate = None
    elif before is not None and first.certificate == before.certificate:
        certificate = second.certificate
    prekey = first.prekey
    if before is not None and first.prekey == before.prekey:
        prekey = second.prekey
    return msgspec.structs.replace(
        first, certificate=certificate, state=state, prekey=prekey if state == "live" else None
    )


def merge_compartment(
    one: CompartmentSide,
    other: CompartmentSide,
    ancestor: CompartmentEpoch,
    team: TeamEpoch,
    day: int,
) -> MergedCompartment:
    """The merge of two siblings of a compartment, on a day, under a team epoch."""
    (_, first, _), (_, second, _) = sides = sorted((one, other))
    devices = set(first.devices) & set(second.devices) & live(team)
    if first.compartment == COMMONS or is_sole(team):
        devices = set(live(team))
    keeps_reply = devices >= set(first.devices) | set(second.devices)
    replies = [first.reply_key.public, second.reply_key.public]
    replies += [*first.earlier_reply_keys, *second.earlier_reply_keys]
    merged = msgspec.structs.replace(
        first,
        devices=tuple(sorted(devices)),
        earlier=_merge_earlier(sides),
        earlier_reply_keys=former(replies, [first.reply_key.public] if keeps_reply else []),
        forgotten=tuple(sorted(one.forgotten | other.forgotten)),
        labels=_changed(first.labels, second.labels, ancestor.labels),
        minimum_version=max(first.minimum_version, second.minimum_version),
        number=max(first.number, second.number) + 1,
        previous=tuple(side.blob_hash for side in sides),
        successor=_changed(first.successor, second.successor, ancestor.successor),
    )
    by = sorted(devices & admins(team)) or sorted(devices)
    return MergedCompartment(merged, _merge_intake(first, second, day), keeps_reply, tuple(by[:1]))


def carry(blob_hash: bytes, epoch: CompartmentEpoch) -> Earlier:
    """What the epochs behind it carry of an epoch."""
    return Earlier(
        compartment_key=epoch.compartment_key,
        devices=epoch.devices,
        epoch=blob_hash,
        number=epoch.number,
    )


def former(keys: Iterable[VerifyingKey], but: Sequence[VerifyingKey]) -> tuple[VerifyingKey, ...]:
    """Reply keys as they go on, the newest first, each once."""
    found = dict.fromkeys(keys)
    return tuple(key for key in found if key not in but)[:MOST_REPLY_KEYS]


def _merge_earlier(sides: Sequence[CompartmentSide]) -> tuple[Earlier, ...]:
    found = {one.epoch: one for side in sides for one in side.epoch.earlier}
    found |= {side.blob_hash: carry(side.blob_hash, side.epoch) for side in sides}
    return tuple(sorted(found.values(), key=lambda one: (one.number, one.epoch)))


def _merge_intake(
    first: CompartmentEpoch, second: CompartmentEpoch, day: int
) -> tuple[Intake, ...]:
    untils: dict[str, Any] = {}
    currents = [*first.intake[:1], *second.intake[:1]]
    for key in (*currents, *first.intake, *second.intake):
        known = [one for one in (untils.get(key.identity), key.until) if one is not None]
        untils[key.identity] = min(known, default=None)
    kept = [
        Intake(identity=identity, until=until)
        for identity, until in untils.items()
        if until is None or until >= day
    ]
    return tuple(kept[: MOST_INTAKE - 1])
