"""Who may sign which epoch: the table of ``spec/ledger.md``.

Upholds: what an epoch needs is read off what differs from the epoch before, never from what it
says of itself.  Refuses (with an error): whatever the table does not allow; merges, recoveries and
forgettings too, until the version that can carry them out.
"""

from collections.abc import Iterable, Mapping

from asylia.crypto.signing import VerifyingKey
from asylia.envelope.authority import verify_certificate
from asylia.envelope.signed import SignedBytes
from asylia.errors import ForgedError, MalformedError
from asylia.ledger.epoch import CompartmentEpoch, Device, Earlier, TeamEpoch
from asylia.ledger.sealing import use

VERSION = 1
_UPDATE = "Update Asylia on this device, then sync again."
Devices = Mapping[bytes, Device]


def by_fingerprint(epoch: TeamEpoch) -> Devices:
    """The devices of a team epoch by name."""
    return {device.signing.fingerprint: device for device in epoch.devices}


def check_first_team(signed: SignedBytes, epoch: TeamEpoch, root_hash: bytes) -> None:
    """Team epoch 0: two admins listed in it, under the root that this device knows."""
    _check_version(epoch)
    if epoch.number or epoch.previous or epoch.root.fingerprint != root_hash:
        raise ForgedError("the first team epoch is not this team's")
    _check_certificates(epoch)
    _check_admins(signed, epoch, epoch, two=True)


def check_team(
    signed: SignedBytes, epoch: TeamEpoch, before: TeamEpoch, before_hash: bytes
) -> None:
    """A later team epoch, against the one before."""
    _check_version(epoch)
    _check_place(epoch, before, before_hash)
    if epoch.root != before.root or epoch.minimum_version < before.minimum_version:
        raise ForgedError("a team epoch changes the root, or falls back to an older version")
    old, new = by_fingerprint(before), by_fingerprint(epoch)
    if not old.keys() <= new.keys():
        raise ForgedError("a team epoch leaves a device out")
    _check_certificates(epoch)
    strong = (
        old.keys() != new.keys()
        or any(_needs_two(old[name], new[name]) for name in old)
        or epoch.recovery != before.recovery
        or epoch.minimum_version != before.minimum_version
    )
    _check_admins(signed, epoch, before, two=strong)


def check_first_compartment(signed: SignedBytes, epoch: CompartmentEpoch, team: TeamEpoch) -> None:
    """A compartment's epoch 0: two admins that are in it."""
    _check_version(epoch)
    if epoch.number or epoch.previous or epoch.earlier:
        raise ForgedError("a compartment begins in the middle")
    _check_live(epoch.devices, team)
    _check_admins(signed, epoch, team, two=True, within=epoch.devices)


def check_compartment(
    signed: SignedBytes,
    epoch: CompartmentEpoch,
    before: CompartmentEpoch,
    before_hash: bytes,
    team: TeamEpoch,
) -> None:
    """A later epoch of a compartment, against the one before, under the team epoch it names."""
    _check_version(epoch)
    _check_place(epoch, before, before_hash)
    carried = Earlier(
        compartment_key=before.compartment_key,
        devices=before.devices,
        epoch=before_hash,
        number=before.number,
    )
    if epoch.earlier != (*before.earlier, carried):
        raise ForgedError("a compartment's epoch tells another history than this device knows")
    used = {
        before.compartment_key,
        before.wrap_key,
        *(one.compartment_key for one in before.earlier),
    }
    if used & {epoch.compartment_key, epoch.wrap_key} or epoch.wrap_key == epoch.compartment_key:
        raise ForgedError("a compartment's epoch uses a key again")
    if epoch.minimum_version < before.minimum_version:
        raise ForgedError("a compartment's epoch falls back to an older version")
    if epoch.forgotten:
        raise MalformedError("an epoch forgets records, which this version cannot", hint=_UPDATE)
    _check_live(set(epoch.devices) - set(before.devices), team)
    gone, live = set(before.devices) - set(epoch.devices), _live(team)
    if set(epoch.devices) - set(before.devices) or gone & live or epoch.labels != before.labels:
        _check_admins(signed, epoch, team, two=True, within=before.devices)
    elif not _signers(signed, epoch, _keys(team, set(before.devices) & live)):
        raise ForgedError("no device of the compartment signed its epoch")


def _check_version(epoch: TeamEpoch | CompartmentEpoch) -> None:
    if epoch.minimum_version > VERSION:
        raise MalformedError("the team has moved on to a newer version", hint=_UPDATE)
    if len(epoch.previous) > 1:
        raise MalformedError("an epoch merges two, which this version cannot", hint=_UPDATE)


def _check_place(
    epoch: TeamEpoch | CompartmentEpoch, before: TeamEpoch | CompartmentEpoch, before_hash: bytes
) -> None:
    if epoch.previous != (before_hash,) or epoch.number != before.number + 1:
        raise ForgedError("an epoch does not follow the one before it")


def _needs_two(old: Device, new: Device) -> bool:
    suspended = old.state == "live" and new.state == "suspended"
    return (
        old.signing != new.signing
        or old.name != new.name
        or old.certificate != new.certificate
        or (old.state != new.state and not suspended)
    )


def _check_certificates(epoch: TeamEpoch) -> None:
    for device in epoch.devices:
        if device.signing.ml_dsa_44 is None:
            raise ForgedError("a device's key is not a pair")
        if device.certificate is not None:
            certificate = verify_certificate(device.certificate, epoch.root)
            if certificate.device != device.signing or certificate.not_before > epoch.day:
                raise ForgedError("an admin certificate is not this device's, or not valid yet")


def _live(team: TeamEpoch) -> set[bytes]:
    return {name for name, device in by_fingerprint(team).items() if device.state == "live"}


def _check_live(devices: Iterable[bytes], team: TeamEpoch) -> None:
    if not set(devices) <= _live(team):
        raise ForgedError("a compartment's epoch adds a device that is not live in the team")


def _keys(team: TeamEpoch, names: set[bytes]) -> list[VerifyingKey]:
    return [device.signing for name, device in by_fingerprint(team).items() if name in names]


def _signers(
    signed: SignedBytes, epoch: TeamEpoch | CompartmentEpoch, keys: Iterable[VerifyingKey]
) -> set[bytes]:
    named = {signature.key for signature in signed.signatures}
    candidates = [key for key in keys if key.fingerprint in named]
    for key in candidates:
        key.verify(use(epoch), signed.body, signatures=signed.signatures)
    return {key.fingerprint for key in candidates}


def _check_admins(
    signed: SignedBytes,
    epoch: TeamEpoch | CompartmentEpoch,
    team: TeamEpoch,
    *,
    two: bool,
    within: Iterable[bytes] | None = None,
) -> None:
    allowed = _live(team) if within is None else _live(team) & set(within)
    admins = [
        device
        for name, device in by_fingerprint(team).items()
        if name in allowed and device.certificate is not None
    ]
    signers = _signers(signed, epoch, [device.signing for device in admins])
    if len(signers) < (2 if two and not _alone(team) else 1):
        raise ForgedError("an epoch lacks the signatures of the admins that it needs")


def _alone(team: TeamEpoch) -> bool:
    """Whether the only live admin may sign alone."""
    certificates = [d.certificate for d in team.devices if d.state == "live" and d.certificate]
    return len(certificates) == 1 and verify_certificate(certificates[0], team.root).alone
