"""Whose signatures an epoch bears, held against the devices of a team epoch.

Upholds: a signature counts if it is a live device's of the team epoch before, and each that is
named holds.  Refuses: to count a device twice, or one that the epoch itself brings.
"""

from collections.abc import Iterable, Mapping

import msgspec

from asylia.crypto.signing import VerifyingKey
from asylia.envelope.authority import verify_certificate
from asylia.envelope.signed import SignedBytes
from asylia.errors import ForgedError
from asylia.ledger.epoch import CompartmentEpoch, Device, TeamEpoch
from asylia.ledger.sealing import use

Devices = Mapping[bytes, Device]


def by_fingerprint(epoch: TeamEpoch) -> Devices:
    """The devices of a team epoch by name."""
    return {device.signing.fingerprint: device for device in epoch.devices}


def live(team: TeamEpoch) -> frozenset[bytes]:
    """The names of the live devices."""
    return frozenset(one.signing.fingerprint for one in team.devices if one.state == "live")


def as_of_now(named: TeamEpoch, newest: Iterable[TeamEpoch]) -> TeamEpoch:
    """A team epoch without whom a newer one shut out since."""
    still = frozenset.intersection(live(named), *(live(team) for team in newest))
    devices = tuple(
        msgspec.structs.replace(one, state="suspended", prekey=None)
        if one.state == "live" and one.signing.fingerprint not in still
        else one
        for one in named.devices
    )
    return msgspec.structs.replace(named, devices=devices)


def admins(team: TeamEpoch) -> frozenset[bytes]:
    """The names of the live devices that hold a certificate."""
    certified = [one for one in team.devices if one.state == "live" and one.certificate]
    return frozenset(one.signing.fingerprint for one in certified)


def signs_alone(team: TeamEpoch) -> bool:
    """Whether the only live admin may sign alone."""
    certificates = [one.certificate for one in team.devices if one.state == "live"]
    given = [certificate for certificate in certificates if certificate]
    return len(given) == 1 and verify_certificate(given[0], team.root).alone


def is_sole(team: TeamEpoch) -> bool:
    """Whether one device is all that is left, as after a recovery: nobody else could sign."""
    return len(live(team)) == 1 and signs_alone(team)


def signed_by(
    signed: SignedBytes, epoch: TeamEpoch | CompartmentEpoch, keys: Iterable[VerifyingKey]
) -> set[bytes]:
    """Which of these keys signed; ``ForgedError`` where one is named and does not hold."""
    named = {signature.key for signature in signed.signatures}
    candidates = [key for key in keys if key.fingerprint in named]
    for key in candidates:
        key.verify(use(epoch), signed.body, signatures=signed.signatures)
    return {key.fingerprint for key in candidates}


def need_one(
    signed: SignedBytes,
    epoch: TeamEpoch | CompartmentEpoch,
    team: TeamEpoch,
    names: Iterable[bytes],
) -> None:
    """One of these devices signed."""
    allowed = set(names)
    keys = [device.signing for name, device in by_fingerprint(team).items() if name in allowed]
    if not signed_by(signed, epoch, keys):
        raise ForgedError("an epoch lacks the signature of a device that may make it")


def need_two_admins(
    signed: SignedBytes,
    epoch: TeamEpoch | CompartmentEpoch,
    team: TeamEpoch,
    names: Iterable[bytes],
) -> None:
    """Two admins among these signed; or one that signs alone; or the only one, and the root."""
    allowed, known = admins(team) & set(names), by_fingerprint(team)
    found = len(signed_by(signed, epoch, [known[name].signing for name in allowed]))
    if found == 1 and len(admins(team)) == 1:
        found += signs_alone(team) or bool(signed_by(signed, epoch, [team.root]))
    if found < 2:
        raise ForgedError("an epoch lacks the signatures of the admins that it needs")
