"""What an epoch changes against the one before, as changes and in words.

Upholds: read off the epochs alone, never from what a proposal says of itself, so that the second
admin signs what is there.  Refuses: judging whether it may; that is ``rights``'.
"""

from collections.abc import Iterator, Mapping

from asylia.errors import Sentence
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

_UNTOLD = "no reason was given"
_WHY = {
    "withdrawal": "the person withdrew",
    "retention": "its time is over",
    "error": "it was entered in error",
    "order": "an order that the team has to obey",
}


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
) -> Sentence:
    """A plain sentence; ``labels``: compartment -> its name; ``reason``: of a forgetting."""
    devices = by_fingerprint(team)

    def whose(device: bytes) -> str:
        known = devices.get(device)
        return known.name if known else device[:4].hex()

    def where(compartment: str) -> str:
        return labels.get(compartment, compartment)

    match change:
        case Addition(name=name, certificate=certificate):
            plain = "A device of %(name)s comes to the team."
            admin = "A device of %(name)s comes to the team as an admin."
            return Sentence(admin if certificate else plain, name=name)
        case Suspension(device=device):
            return Sentence("%(name)s's device is suspended.", name=whose(device))
        case Removal(device=device):
            return Sentence("%(name)s's device is removed for good.", name=whose(device))
        case Promotion(device=device, certificate=certificate):
            becomes = "%(name)s's device becomes an admin's."
            ends = "%(name)s's device is no longer an admin's."
            return Sentence(becomes if certificate else ends, name=whose(device))
        case Renaming(device=device, name=name):
            form = "The device %(device)s is called %(name)s from now on."
            return Sentence(form, device=device[:6].hex(" ", 2), name=name)
        case Opening(compartment=compartment, devices=members):
            names = ", ".join(sorted(devices[one].name for one in members if one in devices))
            form = "The compartment %(where)s is opened for %(names)s."
            return Sentence(form, where=where(compartment), names=names)
        case Admission(compartment=compartment, device=device):
            form = "%(name)s's device is let into %(where)s, with all that is there."
            return Sentence(form, name=whose(device), where=where(compartment))
        case Dismissal(compartment=compartment, device=device):
            form = "%(name)s's device is taken out of %(where)s."
            return Sentence(form, name=whose(device), where=where(compartment))
        case Closing(compartment=compartment, successor=successor):
            form = "%(where)s is closed; %(other)s takes over."
            return Sentence(form, where=where(compartment), other=where(successor))
        case Forgetting(compartment=compartment, records=records):
            return Sentence(
                "%(num)s record in %(where)s will be forgotten for good: %(why)s.",
                many="%(num)s records in %(where)s will be forgotten for good: %(why)s.",
                num=len(records),
                where=where(compartment),
                why=_WHY.get(reason, _UNTOLD),
            )
        case Recovering():
            return Sentence(
                "The recovery key is replaced; the custodians' old shares open nothing new."
            )
        case Rotation(days=days):
            return Sentence("Keys are made anew every %(days)s days.", days=str(days))
