"""The next epoch of a compartment, its keyring, and what tells those whom it leaves out.

Upholds: keys are drawn anew in every epoch; a live device that is not in it any more is told, in
the line before it.  Refuses: a compartment whose epochs clash; who may sign is for ``tenure``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from asylia.crypto.age import Identity, Recipient
from asylia.envelope.shapes import encode_checked
from asylia.errors import RefusedError, UsageError
from asylia.ledger import sealing, tenure
from asylia.ledger.change import Opening
from asylia.ledger.dismissal import DismissalNotice, seal_dismissal
from asylia.ledger.epoch import (
    COMMONS,
    MOST_INTAKE,
    CompartmentEpoch,
    Intake,
    TeamEpoch,
    body_hash,
)
from asylia.ledger.merging import carry, former
from asylia.ledger.siblings import compartment_merge
from asylia.ledger.signers import admins, by_fingerprint, signs_alone
from asylia.ledger.tenure import left_out
from asylia.ledger.view import View
from asylia.values import Day

GRACE = 28  # days that an intake key is still tried after another took its place


@dataclass
class Plan:
    """What changes of one compartment."""

    added: set[bytes]
    gone: set[bytes]
    forgotten: set[bytes]
    successor: str | None = None
    fresh_reply: bool = False


class Made(NamedTuple):
    """An epoch, its keyring, and the dismissals that it names."""

    epoch: CompartmentEpoch
    pages: tuple[bytes, ...]
    told: tuple[bytes, ...]


def compose_next(view: View, name: str, team: TeamEpoch, plan: Plan) -> Made:
    """What follows a compartment's newest epoch under this team epoch."""
    if name in view.state.clashes:
        raise clash()
    before, wrap_key = view.state.compartments[name], view.randomness(32)
    pages = _keyring(view, name, wrap_key, plan.forgotten)
    devices = tuple(sorted((set(before.devices) - plan.gone) | plan.added))
    told = _tell(view, name, before.number + 1, left_out([before], devices, team), team)
    seed = view.randomness(32) if plan.fresh_reply else before.reply_seed
    (before_hash,) = view.state.newest(name)
    epoch = msgspec.structs.replace(
        before,
        compartment_key=view.randomness(32),
        day=view.day,
        devices=devices,
        earlier=(*before.earlier, carry(before_hash, before)),
        forgotten=tuple(sorted(plan.forgotten)),
        intake=_next_intake(view, before, shut_out=bool(plan.gone)),
        keyring=tuple(body_hash(page) for page in pages),
        number=before.number + 1,
        previous=(before_hash,),
        reply_seed=seed,
        seen=view.seen,
        successor=plan.successor or before.successor,
        team=_named(team),
        told=_hashes(told),
        wrap_key=wrap_key,
    )
    replies = former(
        (before.reply_key.public, *before.earlier_reply_keys), [epoch.reply_key.public]
    )
    return Made(msgspec.structs.replace(epoch, earlier_reply_keys=replies), pages, told)


def _next_intake(view: View, before: CompartmentEpoch, *, shut_out: bool) -> tuple[Intake, ...]:
    """A new key, unless that would push one out that reports may still come to."""
    if not before.intake:
        return ()
    kept = tenure.carried_intake(before, view.day)
    if len(kept) >= MOST_INTAKE - 2 and not shut_out:
        return (before.intake[0], *kept)
    ended = Intake(identity=before.intake[0].identity, until=Day(view.day + GRACE))
    return (_fresh_intake(view), ended, *kept)[:MOST_INTAKE]


def _fresh_intake(view: View) -> Intake:
    return Intake(identity=Identity.generate(view.randomness).reveal(), until=None)


def compose_first(view: View, team: TeamEpoch, change: Opening) -> CompartmentEpoch:
    """A new compartment's first epoch."""
    if change.compartment in view.state.compartments or change.compartment == COMMONS:
        raise UsageError("there is a compartment of that name already")
    if not signs_alone(team) and len(admins(team) & set(change.devices)) < 2:
        raise UsageError(
            "a compartment begins with two admins in it, who both sign",
            hint="Name another admin's device as well.",
        )
    return CompartmentEpoch(
        compartment=change.compartment,
        compartment_key=view.randomness(32),
        day=view.day,
        devices=tuple(sorted(set(change.devices))),
        earlier=(),
        earlier_reply_keys=(),
        forgotten=(),
        intake=(_fresh_intake(view),) if change.reports else (),
        keyring=(),
        labels=dict(change.labels),
        minimum_version=team.minimum_version,
        number=0,
        previous=(),
        reply_seed=view.randomness(32),
        seen=view.seen,
        successor=None,
        team=_named(team),
        told=(),
        wrap_key=view.randomness(32),
    )


def compose_merged(view: View, name: str, heads: Sequence[bytes], team: TeamEpoch) -> Made:
    """The epoch after both siblings of a compartment."""
    (first, second), wrap_key = heads, view.randomness(32)
    merged = compartment_merge(view.state, name, first, second, team, view.day)
    epoch = merged.epoch
    pages = _keyring(view, name, wrap_key, set(epoch.forgotten))
    sides = [view.state.trees[name].epochs[head] for head in heads]
    out = left_out(sides, epoch.devices, team)
    told = _tell(view, name, epoch.number, out, team)
    until = Day(view.day + GRACE)
    graced = [
        Intake(identity=key.identity, until=until if key.until is None else key.until)
        for key in merged.intake
    ]
    epoch = msgspec.structs.replace(
        epoch,
        compartment_key=view.randomness(32),
        day=view.day,
        intake=(_fresh_intake(view), *graced) if graced else (),
        keyring=tuple(body_hash(page) for page in pages),
        reply_seed=epoch.reply_seed if merged.keeps_reply else view.randomness(32),
        seen=view.seen,
        team=_named(team),
        told=_hashes(told),
        wrap_key=wrap_key,
    )
    return Made(epoch, pages, told)


def _keyring(view: View, name: str, wrap_key: bytes, forgotten: set[bytes]) -> tuple[bytes, ...]:
    keys = {
        record: key for record, key in view.record_keys(name).items() if record not in forgotten
    }
    return sealing.seal_keyring(keys, wrap_key, view.randomness) if name != COMMONS else ()


def _tell(
    view: View, name: str, number: int, devices: set[bytes], team: TeamEpoch
) -> tuple[bytes, ...]:
    """A dismissal for each of these live devices, sealed to it alone."""
    known, told = by_fingerprint(team), []
    for device in sorted(devices):
        said = DismissalNotice(compartment=name, device=device, number=number)
        prekey = Recipient.parse(known[device].prekey or "")
        told.append(seal_dismissal(said, view.signing, prekey, view.randomness))
    return tuple(told)


def _hashes(told: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(sorted(body_hash(one) for one in told))


def _named(team: TeamEpoch) -> bytes:
    return body_hash(encode_checked(team))


def clash() -> RefusedError:
    """Why nothing is made."""
    return RefusedError(
        "two epochs stand in the same place", hint="Sync: the device that may makes one of both."
    )
