"""Who may sign which epoch of a compartment: the table of ``spec/ledger.md``.

Upholds: nobody reads a compartment but by the word of two admins that were in it; who is taken out
of it is told; keys that reports may still come to are carried on.  Refuses: a key used again,
another history than is known, a compartment that goes on where it was closed.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from asylia.envelope.signed import SignedBytes
from asylia.errors import ForgedError
from asylia.ledger.epoch import (
    COMMONS,
    MOST_INTAKE,
    CompartmentEpoch,
    Earlier,
    Intake,
    TeamEpoch,
)
from asylia.ledger.merging import MergedCompartment, carry, former
from asylia.ledger.rights import check_version
from asylia.ledger.signers import is_sole, live, need_one, need_two_admins


def check_first_compartment(signed: SignedBytes, epoch: CompartmentEpoch, team: TeamEpoch) -> None:
    """A compartment's epoch 0: two admins that are in it."""
    check_version(epoch)
    if epoch.number or epoch.previous or epoch.earlier or epoch.earlier_reply_keys:
        raise ForgedError("a compartment begins in the middle")
    if epoch.forgotten or epoch.told or epoch.successor is not None or len(epoch.intake) > 1:
        raise ForgedError("a compartment begins with what others leave behind")
    _check_live(epoch.devices, team)
    _check_keys(epoch, ())
    _check_commons(epoch, team)
    need_two_admins(signed, epoch, team, epoch.devices)


def check_compartment(
    signed: SignedBytes,
    epoch: CompartmentEpoch,
    before: CompartmentEpoch,
    before_hash: bytes,
    team: TeamEpoch,
) -> None:
    """A later epoch of a compartment, against the one before, under the team epoch it names."""
    if epoch.previous != (before_hash,) or epoch.number != before.number + 1:
        raise ForgedError("an epoch does not follow the one before it")
    if epoch.earlier != (*before.earlier, carry(before_hash, before)):
        raise ForgedError("a compartment's epoch tells another history than this device knows")
    _check_change(signed, epoch, before, team)


def check_merge_of_unknown(
    signed: SignedBytes,
    epoch: CompartmentEpoch,
    before: CompartmentEpoch,
    before_hash: bytes,
    team: TeamEpoch,
) -> None:
    """A merge with a sibling that this device could not take: as if it followed the known one."""
    if before_hash not in epoch.previous or epoch.number <= before.number:
        raise ForgedError("an epoch does not follow the one before it")
    check_history(epoch, {before_hash: carry(before_hash, before)})
    check_history(epoch, {one.epoch: one for one in before.earlier})
    _check_change(signed, epoch, before, team)


def check_merged_compartment(
    signed: SignedBytes,
    epoch: CompartmentEpoch,
    merged: MergedCompartment,
    sides: Sequence[CompartmentEpoch],
    team: TeamEpoch,
) -> None:
    """A merge of two siblings, the ``sides``: what it must say, signed by the one who may."""
    check_version(epoch)
    expected = msgspec.structs.replace(
        merged.epoch,
        compartment_key=epoch.compartment_key,
        day=epoch.day,
        intake=_merged_intake(epoch, merged.intake),
        keyring=epoch.keyring,
        reply_seed=merged.epoch.reply_seed if merged.keeps_reply else epoch.reply_seed,
        seen=epoch.seen,
        team=epoch.team,
        told=epoch.told,
        wrap_key=epoch.wrap_key,
    )
    if epoch != expected:
        raise ForgedError("a merge of two epochs does not say what it must")
    if not merged.keeps_reply and epoch.reply_key.public in epoch.earlier_reply_keys:
        raise ForgedError("a merge keeps a reply key that a device that left knows")
    _check_keys(epoch, [side.wrap_key for side in sides])
    _check_told(epoch, sides, team)
    need_one(signed, epoch, team, merged.by)


def check_admitted(
    signed: SignedBytes,
    epoch: CompartmentEpoch,
    team: TeamEpoch,
    known: Mapping[bytes, Earlier],
) -> None:
    """The first epoch of a compartment that a device opens, where others lie before it.

    ``known``: what it knows of this compartment from when it was in it.
    """
    check_version(epoch)
    check_history(epoch, known)
    _check_keys(epoch, ())
    _check_commons(epoch, team)
    last = {name for one in epoch.earlier if one.number == epoch.number - 1 for name in one.devices}
    if epoch.compartment == COMMONS or is_sole(team):
        need_one(signed, epoch, team, live(team) if is_sole(team) else last & live(team))
    else:
        need_two_admins(signed, epoch, team, last)


def check_found_again(signed: SignedBytes, epoch: CompartmentEpoch, team: TeamEpoch) -> None:
    """The first epoch that the recovery identity opens: by one that is in it."""
    check_version(epoch)
    _check_keys(epoch, ())
    need_one(signed, epoch, team, set(epoch.devices) & live(team))


def check_history(epoch: CompartmentEpoch, known: Mapping[bytes, Earlier]) -> None:
    """Raise ``ForgedError`` unless ``earlier`` names all that is known, and as it is known."""
    told = {one.epoch: one for one in epoch.earlier}
    if any(told.get(name) != one for name, one in known.items()):
        raise ForgedError("a compartment's epoch tells another history than this device knows")


def is_strong(epoch: CompartmentEpoch, before: CompartmentEpoch, team: TeamEpoch) -> bool:
    """Whether the step from one epoch to the next needs two admins."""
    if epoch.compartment == COMMONS:
        return False
    old, new = set(before.devices), set(epoch.devices)
    return (
        bool(new - old)
        or bool((old - new) & live(team))
        or bool(epoch.forgotten)
        or bool(epoch.intake) != bool(before.intake)
        or epoch.labels != before.labels
        or epoch.minimum_version != before.minimum_version
        or epoch.successor != before.successor
    )


def left_out(
    sides: Iterable[CompartmentEpoch], devices: Iterable[bytes], team: TeamEpoch
) -> set[bytes]:
    """Live devices of the epochs before that are not among these: they see nothing of it."""
    return {name for side in sides for name in side.devices} & live(team) - set(devices)


def carried_intake(before: CompartmentEpoch, day: int) -> tuple[Intake, ...]:
    """The intake keys that were in grace and still are on a day, the newest first."""
    return tuple(key for key in before.intake[1:] if key.until is not None and key.until >= day)


def _check_change(
    signed: SignedBytes, epoch: CompartmentEpoch, before: CompartmentEpoch, team: TeamEpoch
) -> None:
    check_version(epoch)
    if epoch.minimum_version < before.minimum_version:
        raise ForgedError("a compartment's epoch falls back to an older version")
    added = set(epoch.devices) - set(before.devices)
    if before.successor is not None and (added or epoch.successor != before.successor):
        raise ForgedError("a compartment that was closed goes on")
    _check_live(added, team)
    _check_keys(epoch, (before.wrap_key,))
    _check_replies(epoch, before)
    _check_intake(epoch, before)
    _check_commons(epoch, team)
    _check_told(epoch, [before], team)
    if epoch.compartment == COMMONS and epoch.labels != before.labels:
        raise ForgedError("the commons bear another name")
    if is_sole(team):
        need_one(signed, epoch, team, live(team))
    elif is_strong(epoch, before, team):
        need_two_admins(signed, epoch, team, before.devices)
    else:
        need_one(signed, epoch, team, set(before.devices) & live(team))


def _check_live(devices: Sequence[bytes] | set[bytes], team: TeamEpoch) -> None:
    if not set(devices) <= live(team):
        raise ForgedError("a compartment's epoch adds a device that is not live in the team")


def _check_commons(epoch: CompartmentEpoch, team: TeamEpoch) -> None:
    if epoch.compartment != COMMONS:
        return
    if set(epoch.devices) != live(team):
        raise ForgedError("the commons are not those of all live devices")
    if epoch.forgotten or epoch.intake or epoch.keyring or epoch.told or epoch.successor:
        raise ForgedError("the commons hold no records and take no reports")


def _check_told(
    epoch: CompartmentEpoch, sides: Sequence[CompartmentEpoch], team: TeamEpoch
) -> None:
    """Else it would go on as before, and give everybody's new prekeys the keys that it knows."""
    if len(epoch.told) < len(left_out(sides, epoch.devices, team)):
        raise ForgedError("a compartment's epoch leaves a device out that is not told")


def _check_keys(epoch: CompartmentEpoch, wraps: Sequence[bytes]) -> None:
    used = {*wraps, *(one.compartment_key for one in epoch.earlier)}
    if used & {epoch.compartment_key, epoch.wrap_key} or epoch.wrap_key == epoch.compartment_key:
        raise ForgedError("a compartment's epoch uses a key again")


def _check_replies(epoch: CompartmentEpoch, before: CompartmentEpoch) -> None:
    now, was = epoch.reply_key.public, before.reply_key.public
    if epoch.earlier_reply_keys != former((was, *before.earlier_reply_keys), [now]):
        raise ForgedError("a compartment's epoch drops a key that replies are still checked by")


def _check_intake(epoch: CompartmentEpoch, before: CompartmentEpoch) -> None:
    """One new key at most, and the rest in grace as before."""
    if not epoch.intake or not before.intake:
        return
    kept = list(carried_intake(before, epoch.day))
    if epoch.intake[0] != before.intake[0]:
        ended = epoch.intake[1].until if len(epoch.intake) > 1 else None
        if ended is None or ended < epoch.day:
            raise ForgedError("a compartment's epoch ends an intake key at once")
        kept = [Intake(identity=before.intake[0].identity, until=ended), *kept]
    if list(epoch.intake[1:]) != kept[: MOST_INTAKE - 1]:
        raise ForgedError("a compartment's epoch drops an intake key that is still in use")


def _merged_intake(epoch: CompartmentEpoch, kept: Sequence[Intake]) -> tuple[Intake, ...]:
    """The new key of a merge, then all of both; the day is the merge's where there was none."""
    if not kept or not epoch.intake:
        return ()
    if epoch.intake[0].identity in {key.identity for key in kept}:
        raise ForgedError("a merge draws no intake key of its own")
    days = {key.identity: key.until for key in epoch.intake[1:]}
    graced = []
    for key in kept:
        until = key.until if key.until is not None else days.get(key.identity)
        if until is None or until < epoch.day:
            raise ForgedError("a merge ends an intake key at once")
        graced.append(Intake(identity=key.identity, until=until))
    return (epoch.intake[0], *graced)
