"""Makes the epochs that carry out what a worker asks, or what is due.

Upholds: keys are drawn anew in every epoch; whoever is shut out is so in all that this device can
make; everyone's newest prekey is named.  Refuses: a change of what is not there, anything while two
epochs clash; who may sign is for ``rights`` and ``tenure``.
"""

from collections.abc import Iterable, Sequence

import msgspec

from asylia.envelope.authority import verify_certificate
from asylia.errors import NotFoundError, RefusedError, UsageError
from asylia.ledger import rights, tenure
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
    Device,
    TeamEpoch,
)
from asylia.ledger.renewing import (
    Made,
    Plan,
    clash,
    compose_first,
    compose_merged,
    compose_next,
)
from asylia.ledger.siblings import compartment_merge, team_merge
from asylia.ledger.signers import by_fingerprint, is_sole, live, signs_alone
from asylia.ledger.state import State
from asylia.ledger.view import Composed, View
from asylia.values import Day


def compose(view: View, changes: Sequence[Change]) -> Composed:
    """The epochs that carry out the changes; without any, all keys anew.

    Raises ``NotFoundError`` for what is not there, ``RefusedError`` while epochs clash or where
    this device is not in a compartment that a change concerns, ``UsageError`` where changes
    contradict each other.
    """
    if "" in view.state.clashes:
        raise clash()
    before = _team(view)
    team = _compose_team(view, before, changes)
    _check_none_alone(team)
    plans = _plans(view, before, team, changes)
    made = [compose_next(view, name, team, plan) for name, plan in sorted(plans.items())]
    epochs = [one.epoch for one in made]
    epochs += [compose_first(view, team, one) for one in changes if isinstance(one, Opening)]
    strong = rights.is_strong(team, before) or any(
        one.number == 0 or tenure.is_strong(one, view.state.compartments[one.compartment], team)
        for one in epochs
    )
    return Composed(
        team=team,
        compartments=tuple(epochs),
        pages=tuple(page for one in made for page in one.pages),
        needs_two=strong and not signs_alone(before),
        told=tuple(blob for one in made for blob in one.told),
    )


def compose_compartment(view: View, name: str) -> Composed:
    """A compartment's keys anew, under the newest team epoch, without whom that one shut out."""
    team = _team(view)
    gone = set(view.state.compartments[name].devices) - live(team)
    removed = {n for n, one in by_fingerprint(team).items() if one.state == "removed"}
    plan = Plan(set(), gone, set(), fresh_reply=bool(gone & removed))
    if name == COMMONS or is_sole(team):
        plan.added = set(live(team))
    return _alone(compose_next(view, name, team, plan))


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
    return _alone(compose_merged(view, chain, heads, _team(view)))


def _alone(made: Made) -> Composed:
    return Composed(None, (made.epoch,), made.pages, needs_two=False, told=made.told)


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
        day=_day(view, before, devices.values()),
        devices=tuple(devices[name] for name in sorted(devices)),
        number=before.number + 1,
        previous=(view.state.team_hash,),
        recovery=(recovery or [before.recovery])[-1],
        relay=relay,
        rotation=(rotation or [before.rotation])[-1],
    )


def _day(view: View, team: TeamEpoch, devices: Iterable[Device]) -> Day:
    """Today, and never before a certificate in it holds: this device's clock may be behind."""
    given = [one.certificate for one in devices if one.certificate]
    return Day(max(view.day, *(verify_certificate(one, team.root).not_before for one in given)))


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
    day = _day(view, merged.epoch, devices)
    return msgspec.structs.replace(merged.epoch, day=day, devices=devices, relay=relay)


# -- compartments


def _plans(
    view: View, before: TeamEpoch, team: TeamEpoch, changes: Sequence[Change]
) -> dict[str, Plan]:
    """Which compartments get an epoch, and what changes there."""
    plans: dict[str, Plan] = {}
    mine = [name for name in view.state.within(view.device) if name not in view.state.clashes]
    left = live(before) - live(team)
    removed = {one.device for one in changes if isinstance(one, Removal)}
    for name in mine:
        gone = left & set(view.state.compartments[name].devices)
        if gone or not changes:
            plans[name] = Plan(set(), set(gone), set(), fresh_reply=bool(gone & removed))
    for change in changes:
        for name in _concerned(change):
            if name not in mine:
                raise RefusedError("this device is not in that compartment, or its epochs clash")
            if isinstance(change, Dismissal) and change.device == view.device:
                # Whoever signs a dismissal goes on there, and so ends one that came to nothing.
                raise UsageError(
                    "a device does not dismiss itself", hint="Let another admin do it."
                )
            _plan(plans.setdefault(name, Plan(set(), set(), set())), change)
    if live(before) != live(team) and COMMONS in mine:
        plans.setdefault(COMMONS, Plan(set(), set(), set()))
    if COMMONS in plans:
        plans[COMMONS].added = set(live(team))
    return plans


def _concerned(change: Change) -> tuple[str, ...]:
    if isinstance(change, Addition):
        return change.compartments
    if isinstance(change, Admission | Dismissal | Closing | Forgetting):
        return (change.compartment,)
    return ()


def _plan(plan: Plan, change: Change) -> None:
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


def _team(view: View) -> TeamEpoch:
    team = view.state.team
    if team is None or view.device not in live(team):
        raise RefusedError("this device is not in the team")
    return team
