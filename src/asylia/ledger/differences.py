"""What an epoch changes against the one before, as changes and in words.

Upholds: read off the epochs alone, never from what a proposal says of itself, so that the second
admin signs what is there.  Refuses: judging whether it may; that is ``rights``'.
"""

from collections.abc import Iterator, Mapping

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
from asylia.ledger.epoch import COMMONS, CompartmentEpoch, Device, TeamEpoch
from asylia.ledger.signers import by_fingerprint
from asylia.values import RecordId


def team_changes(before: TeamEpoch, after: TeamEpoch) -> Iterator[Change]:
    """What a team epoch changes, new prekeys and a new relay secret aside."""
    old, new = by_fingerprint(before), by_fingerprint(after)
    for name, device in new.items():
        yield from _device_changes(name, old.get(name), device)
    if after.recovery != before.recovery:
        yield Recovering(after.recovery)
    if after.rotation != before.rotation:
        yield Rotation(after.rotation)


def _device_changes(name: bytes, old: Device | None, new: Device) -> Iterator[Change]:
    if old is None or (old.state != "live" and new.state == "live"):
        yield Addition(new.signing, new.prekey or "", new.name, new.certificate, ())
        return
    if old.state != new.state:
        yield Removal(name) if new.state == "removed" else Suspension(name)
    if old.certificate != new.certificate:
        yield Promotion(name, new.certificate)
    if old.name != new.name:
        yield Renaming(name, new.name)


def compartment_changes(
    before: CompartmentEpoch | None, after: CompartmentEpoch, team: TeamEpoch
) -> Iterator[Change]:
    """What an epoch of a compartment changes under this team epoch, new keys aside."""
    name = after.compartment
    if before is None:
        yield Opening(name, after.labels, after.devices, bool(after.intake))
        return
    devices = by_fingerprint(team)
    if name != COMMONS:
        for device in sorted(set(after.devices) - set(before.devices)):
            yield Admission(name, device)
        for device in sorted(set(before.devices) - set(after.devices)):
            if devices[device].state == "live":
                yield Dismissal(name, device)
    if after.successor != before.successor and after.successor is not None:
        yield Closing(name, after.successor)
    if after.forgotten:
        records = tuple(RecordId(one) for one in after.forgotten)
        yield Forgetting(name, records, "withdrawal", ())


def in_words(  # noqa: PLR0911 - one line a change is the table, laid open
    change: Change, team: TeamEpoch, labels: Mapping[str, str], reason: str = ""
) -> str:
    """A plain sentence; ``labels``: compartment -> its name; ``reason``: of a forgetting."""
    devices = by_fingerprint(team)

    def whose(device: bytes) -> str:
        known = devices.get(device)
        return f"{known.name}'s device" if known else "an unknown device"

    def where(compartment: str) -> str:
        return labels.get(compartment, compartment)

    match change:
        case Addition(name=name, certificate=certificate):
            role = " as an admin" if certificate else ""
            return f"A device of {name} comes to the team{role}."
        case Suspension(device=device):
            return f"{whose(device)} is suspended."
        case Removal(device=device):
            return f"{whose(device)} is removed for good."
        case Promotion(device=device, certificate=certificate):
            return f"{whose(device)} {'becomes' if certificate else 'is no longer'} an admin's."
        case Renaming(device=device, name=name):
            return f"{whose(device)} is called {name} from now on."
        case Opening(compartment=compartment, devices=members):
            names = ", ".join(sorted(devices[one].name for one in members if one in devices))
            return f"The compartment {where(compartment)} is opened for {names}."
        case Admission(compartment=compartment, device=device):
            return f"{whose(device)} is let into {where(compartment)}, with all that is there."
        case Dismissal(compartment=compartment, device=device):
            return f"{whose(device)} is taken out of {where(compartment)}."
        case Closing(compartment=compartment, successor=successor):
            return f"{where(compartment)} is closed; {where(successor)} takes over."
        case Forgetting(compartment=compartment, records=records):
            count = f"{len(records)} {'record' if len(records) == 1 else 'records'}"
            why = f" ({reason})" if reason else ""
            return f"{count} in {where(compartment)} will be forgotten for good{why}."
        case Recovering():
            return "The recovery key is replaced; the custodians' old shares open nothing new."
        case Rotation(days=days):
            return f"Keys are made anew every {days} days."
