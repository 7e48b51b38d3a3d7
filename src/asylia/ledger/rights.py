"""Who may sign which team epoch: the table of ``spec/ledger.md``.

Upholds: what an epoch needs is read off what differs from the epoch before, never from what it
says of itself.  Refuses (with an error): whatever the table does not allow.
"""

from collections.abc import Mapping, Sequence

import msgspec

from asylia.envelope.authority import verify_certificate
from asylia.envelope.signed import SignedBytes
from asylia.errors import ForgedError, MalformedError
from asylia.ledger.epoch import CompartmentEpoch, Device, TeamEpoch
from asylia.ledger.merging import MergedTeam
from asylia.ledger.signers import (
    admins,
    by_fingerprint,
    live,
    need_one,
    need_two_admins,
    signed_by,
    signs_alone,
)

VERSION = 1
_UPDATE = "Update Asylia on this device, then sync again."
Offers = Mapping[bytes, Sequence[str]]


def check_first_team(signed: SignedBytes, epoch: TeamEpoch, root_hash: bytes) -> None:
    """Team epoch 0: two admins listed in it, under the root that this device knows."""
    check_version(epoch)
    if epoch.number or epoch.previous or epoch.root.fingerprint != root_hash:
        raise ForgedError("the first team epoch is not this team's")
    _check_certificates(epoch)
    need_two_admins(signed, epoch, epoch, live(epoch))


def check_team(
    signed: SignedBytes,
    epoch: TeamEpoch,
    before: TeamEpoch,
    before_hash: bytes,
    offers: Offers | None = None,
) -> None:
    """A later team epoch, against the one before.

    ``offers``: the prekeys that each device said it offers, oldest first; None where this device
    has not read the commons yet.
    """
    if epoch.previous != (before_hash,) or epoch.number != before.number + 1:
        raise ForgedError("an epoch does not follow the one before it")
    _check_change(signed, epoch, before, offers)


def check_merge_of_unknown(
    signed: SignedBytes,
    epoch: TeamEpoch,
    before: TeamEpoch,
    before_hash: bytes,
    offers: Offers | None = None,
) -> None:
    """A merge with a sibling that this device could not take: as if it followed the known one."""
    if before_hash not in epoch.previous or epoch.number <= before.number:
        raise ForgedError("an epoch does not follow the one before it")
    _check_change(signed, epoch, before, offers)


def check_merged_team(
    signed: SignedBytes,
    epoch: TeamEpoch,
    merged: MergedTeam,
    prekeys: Mapping[bytes, Sequence[str]],
) -> None:
    """A merge of two siblings: what it must say, signed by the one who may."""
    check_version(epoch)
    _check_prekeys(epoch, merged.epoch, prekeys)
    given = {one.signing.fingerprint: one.prekey for one in epoch.devices}
    devices = tuple(
        msgspec.structs.replace(one, prekey=given.get(one.signing.fingerprint))
        if one.state == "live"
        else one
        for one in merged.epoch.devices
    )
    relay = merged.epoch.relay
    if merged.burnt:
        relay = msgspec.structs.replace(relay, secret=epoch.relay.secret)
        if epoch.relay.secret in merged.burnt:
            raise ForgedError("a merge keeps an access secret that a device that left knows")
    expected = msgspec.structs.replace(merged.epoch, day=epoch.day, devices=devices, relay=relay)
    if epoch != expected:
        raise ForgedError("a merge of two team epochs does not say what it must")
    _check_certificates(epoch)
    need_one(signed, epoch, merged.epoch, merged.by)


def check_joining(signed: SignedBytes, epoch: TeamEpoch, base: TeamEpoch, device: bytes) -> None:
    """The first team epoch that a device opens, where others lie between it and ``base``.

    ``base`` came with the invitation, or is the last one before this device was shut out.
    """
    check_version(epoch)
    if epoch.root != base.root or epoch.number <= base.number:
        raise ForgedError("a team epoch does not come after the one that the invitation names")
    if epoch.minimum_version < base.minimum_version or device not in live(epoch):
        raise ForgedError("a team epoch does not let this device in")
    _check_certificates(epoch)
    need_two_admins(signed, epoch, base, live(base))


def check_found_again(signed: SignedBytes, epoch: TeamEpoch, root_hash: bytes) -> None:
    """The first team epoch that the recovery identity opens: of this team, by one of its admins."""
    check_version(epoch)
    if epoch.root.fingerprint != root_hash:
        raise ForgedError("a team epoch is not this team's")
    _check_certificates(epoch)
    need_one(signed, epoch, epoch, admins(epoch))


def is_strong(epoch: TeamEpoch, before: TeamEpoch) -> bool:
    """Whether the step from one team epoch to the next needs two admins."""
    old, new = by_fingerprint(before), by_fingerprint(epoch)
    return (
        old.keys() != new.keys()
        or any(_needs_two(old[name], new[name]) for name in old)
        or epoch.recovery != before.recovery
        or epoch.minimum_version != before.minimum_version
    )


def check_version(epoch: TeamEpoch | CompartmentEpoch) -> None:
    """Raise where only a newer version may read on."""
    if epoch.minimum_version > VERSION:
        raise MalformedError("the team has moved on to a newer version", hint=_UPDATE)


def _check_change(
    signed: SignedBytes, epoch: TeamEpoch, before: TeamEpoch, offers: Offers | None
) -> None:
    check_version(epoch)
    if epoch.root != before.root or epoch.minimum_version < before.minimum_version:
        raise ForgedError("a team epoch changes the root, or falls back to an older version")
    old, new = by_fingerprint(before), by_fingerprint(epoch)
    if not old.keys() <= new.keys():
        raise ForgedError("a team epoch leaves a device out")
    _check_certificates(epoch)
    if _is_recovery(epoch, before) and signed_by(signed, epoch, [before.root]):
        return
    if offers is not None:
        _check_prekeys(epoch, before, offers)
    if is_strong(epoch, before):
        need_two_admins(signed, epoch, before, live(before))
    else:
        need_one(signed, epoch, before, admins(before))


def _needs_two(old: Device, new: Device) -> bool:
    suspended = old.state == "live" and new.state == "suspended"
    return (
        old.name != new.name
        or old.certificate != new.certificate
        or (old.state != new.state and not suspended)
    )


def _is_recovery(epoch: TeamEpoch, before: TeamEpoch) -> bool:
    """Whether one new device, alone, is all that is left."""
    old, new = by_fingerprint(before), by_fingerprint(epoch)
    gone = all(new[name].state == "removed" for name in old)
    return gone and len(new) == len(old) + 1 and signs_alone(epoch)


def _check_certificates(epoch: TeamEpoch) -> None:
    alone = 0
    for device in epoch.devices:
        if device.signing.ml_dsa_44 is None:
            raise ForgedError("a device's key is not a pair")
        if device.certificate is not None:
            certificate = verify_certificate(device.certificate, epoch.root)
            if certificate.device != device.signing or certificate.not_before > epoch.day:
                raise ForgedError("an admin certificate is not this device's, or not valid yet")
            alone += certificate.alone and device.state == "live"
    if not admins(epoch):
        raise ForgedError("a team epoch leaves no admin")
    if alone and len(admins(epoch)) > 1:
        # It could suspend the others, and then do all alone.
        raise ForgedError("an admin whose certificate says alone is not the only one")


def _check_prekeys(epoch: TeamEpoch, before: TeamEpoch, offers: Offers) -> None:
    """A live device gets a prekey that it offered, and none older than the one it has."""
    old = by_fingerprint(before)
    for name, device in by_fingerprint(epoch).items():
        was = old.get(name)
        if was is None or was.state != "live" or device.state != "live":
            continue
        offered = list(offers.get(name, ()))
        if was.prekey in offered:
            offered = offered[offered.index(was.prekey) :]
        if device.prekey not in (was.prekey, *offered):
            raise ForgedError("a team epoch gives a device a prekey that it did not offer")
