"""The team as its page shows it: decided from what the ledger says, free of effects.

Upholds: silence is counted in whole days, since nothing keeps a time of day; a device that signs
alone is said to.  Refuses: guessing; who has not been heard of yet is shown as that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from asylia.ledger.renewing import GRACE
from asylia.ledger.values import Awaited, Compartment, ForgottenRecord, Member
from asylia.values import Day, DeviceId

SILENCE = 2  # days without a heartbeat; the ledger's own alarm counts 48 hours
REPLIES = 14  # days that a reply lies at the relay for a phrase to open


@dataclass(frozen=True)
class Worker:
    """A pseudonym and its devices."""

    name: str
    devices: tuple[Member, ...]


@dataclass(frozen=True)
class Waits:
    """A device that keys wait for before they can go, over all chains it is in."""

    device: DeviceId
    name: str
    own: bool
    since: Day
    until: Day
    what: Literal["acknowledgement", "destruction"]


@dataclass(frozen=True)
class Group:
    """A compartment and the pseudonyms of those in it."""

    compartment: Compartment
    names: tuple[str, ...]


@dataclass(frozen=True)
class Gone:
    """What remains of something forgotten, whom it waits for, who may hold it all the same."""

    told: ForgottenRecord
    waits: tuple[Waits, ...]
    out: tuple[Member, ...]  # devices that left: their own stores
    intake_until: Day
    replies_until: Day


def workers(members: Sequence[Member]) -> tuple[Worker, ...]:
    """By pseudonym; those with a live device first, own ones before the others."""
    names = dict.fromkeys(member.name for member in members)
    found = (Worker(name, tuple(m for m in members if m.name == name)) for name in names)
    return tuple(sorted(found, key=lambda one: (not any(m.live for m in one.devices), one.name)))


def silent_for(member: Member, today: Day) -> int:
    """For how many days a device that should speak has not; 0 where it has, or never did."""
    if member.own or not member.live or member.last_day is None:
        return 0
    days = today - member.last_day
    return days if days >= SILENCE else 0


def signs_alone(members: Iterable[Member]) -> bool:
    """Whether this is the only live device of the team, so that nobody checks what it signs."""
    live = [member for member in members if member.live]
    return len(live) == 1 and live[0].own


def waits(
    awaited: Iterable[Awaited], own: DeviceId, chains: Iterable[str] | None = None
) -> tuple[Waits, ...]:
    """One line a device, its longest wait; ``chains``: only these compartments ("": the team)."""
    wanted = None if chains is None else set(chains)
    by_device: dict[DeviceId, list[Awaited]] = {}
    for one in awaited:
        if wanted is None or one.compartment in wanted:
            by_device.setdefault(one.device, []).append(one)
    found = [
        Waits(
            device=device,
            name=several[0].name,
            own=device == own,
            since=min(one.since for one in several),
            until=min(one.until for one in several),
            what="acknowledgement"
            if any(one.what == "acknowledgement" for one in several)
            else "destruction",
        )
        for device, several in by_device.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.own, one.since, one.name)))


def groups(members: Sequence[Member], compartments: Iterable[Compartment]) -> tuple[Group, ...]:
    """The compartments that this device is in, each with its workers."""
    return tuple(
        Group(one, tuple(dict.fromkeys(m.name for m in members if one.id in m.compartments)))
        for one in compartments
    )


def gone(
    told: ForgottenRecord, awaited: Sequence[Awaited], members: Sequence[Member], own: DeviceId
) -> Gone:
    """One that was forgotten, with what is still open about it."""
    return Gone(
        told=told,
        waits=() if told.final else waits(awaited, own, ("", told.compartment)),
        out=tuple(member for member in members if not member.live),
        intake_until=Day(told.day + GRACE),
        replies_until=Day(told.day + REPLIES),
    )
