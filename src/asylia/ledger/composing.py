"""Makes the epochs that carry out what a worker asks, or what is due.

Upholds: keys are drawn anew in every epoch; whoever is shut out is so in all that this device can
make; everyone's newest prekey is named.  Refuses: a change of what is not there, anything while two
epochs clash; who may sign is for ``rights`` and ``tenure``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from asylia.crypto import random
from asylia.crypto.age import Identity
from asylia.envelope.authority import verify_certificate
from asylia.envelope.shapes import encode_checked
from asylia.errors import NotFoundError, RefusedError, UsageError
from asylia.ledger import rights, sealing, tenure
from asylia.ledger.change import (
    Addition,
    Admission,
    Change,
    Closing,
    Dismissal,
    Forgetting,
    Opening,
    Promotion,
    Recovering,
    Removal,
    Renaming,
    Rotation,
    Suspension,
)
from asylia.ledger.epoch import (
    COMMONS,
    MOST_INTAKE,
    CompartmentEpoch,
    Device,
    Intake,
    Seen,
    TeamEpoch,
    body_hash,
)
from asylia.ledger.merging import carry, former
from asylia.ledger.siblings import compartment_merge, team_merge
from asylia.ledger.signers import admins, by_fingerprint, is_sole, live, signs_alone
from asylia.ledger.state import State
from asylia.values import Day, RecordId

GRACE = 28  # days that an intake key is still tried after another took its place


@dataclass(frozen=True)
class View:
    """What a device knows when it makes epochs.

    ``offers``: the newest prekey that each device offered.  ``record_keys``: the live records' keys
    of a compartment.
    """

    state: State
    device: bytes
    day: Day
    seen: Seen
    offers: Mapping[bytes, str]
    record_keys: Callable[[str], Mapping[RecordId, bytes]]
    randomness: random.Randomness = random.system


@dataclass(frozen=True)
class Composed:
    """Epochs to sign.  ``pages`` are posted first, the team's epoch next, then the others."""

    team: TeamEpoch | None
    compartments: tuple[CompartmentEpoch, ...]
    pages: tuple[bytes, ...]
    needs_two: bool


@dataclass
class _Plan:
    """What changes of one compartment."""

    added: set[bytes]
    gone: set[bytes]
    forgotten: set[bytes]
    successor: str | None = None
    fresh_reply: bool = False


def compose(view: View, changes: Sequence[Change]) -> Composed:
    """The epochs that carry out the changes; without any, all keys anew.

    Raises ``NotFoundError`` for what is not there, ``RefusedError`` while epochs clash or where
    this device is not in a compartment that a change concerns, ``UsageError`` where changes
    contradict each other.
    """
    if "" in view.state.clashes:
        raise _clash()
    before = _team(view)
    team = _compose_team(view, before, changes)
    _check_none_alone(team)
    plans = _plans(view, before, team, changes)
    epochs: list[CompartmentEpoch] = []
    pages: list[bytes] = []
    for name, plan in sorted(plans.items()):
        epoch, more = _compose_next(view, name, team, plan)
        epochs.append(epoch)
        pages += more
    epochs += [_open(view, team, one) for one in changes if isinstance(one, Opening)]
    strong = rights.is_strong(team, before) or any(
        one.number == 0 or tenure.is_strong(one, view.state.compartments[one.compartment], team)
        for one in epochs
    )
    return Composed(team, tuple(epochs), tuple(pages), strong and not signs_alone(before))


def compose_compartment(view: View, name: str) -> Composed:
    """A compartment's keys anew, under the newest team epoch, without whom that one shut out."""
    team = _team(view)
    gone = set(view.state.compartments[name].devices) - live(team)
    removed = {n for n, one in by_fingerprint(team).items() if one.state == "removed"}
    plan = _Plan(set(), gone, set(), fresh_reply=bool(gone & removed))
    if name == COMMONS or is_sole(team):
        plan.added = set(live(team))
    epoch, pages = _compose_next(view, name, team, plan)
    return Composed(None, (epoch,), pages, needs_two=False)


def who_merges(state: State, chain: str) -> bytes:
    """The device that makes the merge of a chain's first two siblings; empty where none may."""
    first, second = state.newest(chain)[:2]
    if not chain:
        return b"".join(team_merge(state, first, second)[0].by)
    team = state.team
    if team is None:
        return b""
    return b"".join(compartment_merge(state, chain, first, second, team, 0).by)


def compose_merge(view: View, chain: str) -> Composed:
    """The epoch after both siblings of a chain ("": the team's); of three, the first two."""
    heads = view.state.newest(chain)[:2]
    if len(heads) < 2:
        raise NotFoundError("no two epochs clash here")
    if not chain:
        return Composed(_merge_team(view, *heads), (), (), needs_two=False)
    epoch, pages = _merge_compartment(view, chain, *heads)
    return Composed(None, (epoch,), pages, needs_two=False)


# -- the team


def _compose_team(view: View, before: TeamEpoch, changes: Sequence[Change]) -> TeamEpoch:
    devices = {
        name: msgspec.structs.replace(one, prekey=view.offers.get(name, one.prekey))
        if one.state == "live"
        else one
        for name, one in by_fingerprint(before).items()
    }
    for change in changes:
        _change_devices(devices, change)
    recovery = [one.recipient for one in changes if isinstance(one, Recovering)]
    rotation = [one.days for one in changes if isinstance(one, Rotation)]
    relay = before.relay
    if any(isinstance(one, Suspension | Removal) for one in changes):
        relay = msgspec.structs.replace(relay, secret=view.randomness(32))
    return msgspec.structs.replace(
        before,
        day=view.day,
        devices=tuple(devices[name] for name in sorted(devices)),
        number=before.number + 1,
        previous=(view.state.team_hash,),
        recovery=(recovery or [before.recovery])[-1],
        relay=relay,
        rotation=(rotation or [before.rotation])[-1],
    )


def _check_none_alone(team: TeamEpoch) -> None:
    given = [one.certificate for one in team.devices if one.state == "live" and one.certificate]
    if len(given) > 1 and any(verify_certificate(one, team.root).alone for one in given):
        raise UsageError(
            "an admin that may sign alone would not be the only one any more",
            hint="Let the root certify it anew, with the second admin, in the same proposal.",
        )


def _change_devices(devices: dict[bytes, Device], change: Change) -> None:
    if isinstance(change, Addition):
        name = change.signing.fingerprint
        if name in devices and devices[name].state != "suspended":
            raise RefusedError("this device was in the team already, and cannot come again")
        devices[name] = Device(
            certificate=change.certificate,
            name=change.name,
            prekey=change.prekey,
            signing=change.signing,
            state="live",
        )
    elif isinstance(change, Suspension):
        _shut_out(devices, change.device, "suspended")
    elif isinstance(change, Removal):
        _shut_out(devices, change.device, "removed")
    elif isinstance(change, Promotion):
        _alter(devices, change.device, certificate=change.certificate)
    elif isinstance(change, Renaming):
        _alter(devices, change.device, name=change.name)


def _alter(devices: dict[bytes, Device], device: bytes, **fields: object) -> None:
    if device not in devices:
        raise NotFoundError("no such device in the team")
    devices[device] = msgspec.structs.replace(devices[device], **fields)


def _shut_out(devices: dict[bytes, Device], name: bytes, state: str) -> None:
    if name in devices and devices[name].state in ("removed", state):
        raise UsageError("this device has left the team already")
    _alter(devices, name, state=state, prekey=None)


def _merge_team(view: View, first: bytes, second: bytes) -> TeamEpoch:
    merged, _ = team_merge(view.state, first, second)
    relay = merged.epoch.relay
    if merged.burnt:
        relay = msgspec.structs.replace(relay, secret=view.randomness(32))
    devices = tuple(
        msgspec.structs.replace(one, prekey=view.offers.get(one.signing.fingerprint, one.prekey))
        if one.state == "live"
        else one
        for one in merged.epoch.devices
    )
    return msgspec.structs.replace(merged.epoch, day=view.day, devices=devices, relay=relay)


# -- compartments


def _plans(
    view: View, before: TeamEpoch, team: TeamEpoch, changes: Sequence[Change]
) -> dict[str, _Plan]:
    """Which compartments get an epoch, and what changes there."""
    plans: dict[str, _Plan] = {}
    mine = [
        name
        for name, epoch in view.state.compartments.items()
        if view.device in epoch.devices and name not in view.state.clashes
    ]
    left = live(before) - live(team)
    removed = {one.device for one in changes if isinstance(one, Removal)}
    for name in mine:
        gone = left & set(view.state.compartments[name].devices)
        if gone or not changes:
            plans[name] = _Plan(set(), set(gone), set(), fresh_reply=bool(gone & removed))
    for change in changes:
        for name in _concerned(change):
            if name not in mine:
                raise RefusedError("this device is not in that compartment, or its epochs clash")
            _plan(plans.setdefault(name, _Plan(set(), set(), set())), change)
    if live(before) != live(team) and COMMONS in mine:
        plans.setdefault(COMMONS, _Plan(set(), set(), set()))
    if COMMONS in plans:
        plans[COMMONS].added = set(live(team))
    return plans


def _concerned(change: Change) -> tuple[str, ...]:
    if isinstance(change, Addition):
        return change.compartments
    if isinstance(change, Admission | Dismissal | Closing | Forgetting):
        return (change.compartment,)
    return ()


def _plan(plan: _Plan, change: Change) -> None:
    if isinstance(change, Addition):
        plan.added.add(change.signing.fingerprint)
    elif isinstance(change, Admission):
        plan.added.add(change.device)
    elif isinstance(change, Dismissal):
        plan.gone.add(change.device)
        plan.fresh_reply = True
    elif isinstance(change, Forgetting):
        plan.forgotten |= set(change.records)
    elif isinstance(change, Closing):
        plan.successor = change.successor


def _compose_next(
    view: View, name: str, team: TeamEpoch, plan: _Plan
) -> tuple[CompartmentEpoch, tuple[bytes, ...]]:
    if name in view.state.clashes:
        raise _clash()
    before, wrap_key = view.state.compartments[name], view.randomness(32)
    pages = _keyring(view, name, wrap_key, plan.forgotten)
    seed = view.randomness(32) if plan.fresh_reply else before.reply_seed
    (before_hash,) = view.state.newest(name)
    epoch = msgspec.structs.replace(
        before,
        compartment_key=view.randomness(32),
        day=view.day,
        devices=tuple(sorted((set(before.devices) - plan.gone) | plan.added)),
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
        wrap_key=wrap_key,
    )
    replies = former(
        (before.reply_key.public, *before.earlier_reply_keys), [epoch.reply_key.public]
    )
    return msgspec.structs.replace(epoch, earlier_reply_keys=replies), pages


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


def _open(view: View, team: TeamEpoch, change: Opening) -> CompartmentEpoch:
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
        wrap_key=view.randomness(32),
    )


def _merge_compartment(
    view: View, name: str, first: bytes, second: bytes
) -> tuple[CompartmentEpoch, tuple[bytes, ...]]:
    team, wrap_key = _team(view), view.randomness(32)
    merged = compartment_merge(view.state, name, first, second, team, view.day)
    epoch = merged.epoch
    pages = _keyring(view, name, wrap_key, set(epoch.forgotten))
    until = Day(view.day + GRACE)
    graced = [
        Intake(identity=key.identity, until=until if key.until is None else key.until)
        for key in merged.intake
    ]
    return msgspec.structs.replace(
        epoch,
        compartment_key=view.randomness(32),
        day=view.day,
        intake=(_fresh_intake(view), *graced) if graced else (),
        keyring=tuple(body_hash(page) for page in pages),
        reply_seed=epoch.reply_seed if merged.keeps_reply else view.randomness(32),
        seen=view.seen,
        team=_named(team),
        wrap_key=wrap_key,
    ), pages


def _keyring(view: View, name: str, wrap_key: bytes, forgotten: set[bytes]) -> tuple[bytes, ...]:
    keys = {
        record: key for record, key in view.record_keys(name).items() if record not in forgotten
    }
    return sealing.seal_keyring(keys, wrap_key, view.randomness) if name != COMMONS else ()


def _named(team: TeamEpoch) -> bytes:
    return body_hash(encode_checked(team))


def _team(view: View) -> TeamEpoch:
    team = view.state.team
    if team is None or view.device not in live(team):
        raise RefusedError("this device is not in the team")
    return team


def _clash() -> RefusedError:
    return RefusedError(
        "two epochs stand in the same place", hint="Sync: the device that may makes one of both."
    )
