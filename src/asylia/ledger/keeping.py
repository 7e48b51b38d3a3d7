"""What is due for this device: what to say, what to destroy, whose turn it is.

Pure decisions over what the line so far says; ``sync`` carries them out.  The tables are in
``spec/ledger.md``, *Turns* and *Keys that go*.  Upholds: nothing is destroyed before everybody who
could still need it has said so; nobody's clock alone suspends anybody.  Refuses: any effect.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from asylia.ledger.bar import bar
from asylia.ledger.control import Acknowledgement, Heartbeat
from asylia.ledger.epoch import COMMONS, TeamEpoch
from asylia.ledger.prekeys import offered
from asylia.ledger.signers import admins, by_fingerprint, live
from asylia.ledger.state import State
from asylia.ledger.store import ForgottenRow, PrekeyRow
from asylia.ledger.values import Awaited
from asylia.ledger.voices import Voices
from asylia.values import Day, DeviceId

PATIENCE = 30  # days that a device may be silent
TEAM = ""  # the name of the team's chain


class Kept(NamedTuple):
    """An epoch that this device keeps the body of; ``devices``: of a team epoch, the live ones."""

    name: bytes  # what devices name it by: blob hash, or of a team epoch its body's hash
    blob_hash: bytes
    number: int
    day: int
    devices: frozenset[bytes]
    team: bytes  # of a compartment's: the team epoch that it stands under


class Turn(NamedTuple):
    """Something that this device is to make now."""

    kind: Literal["merge", "suspend", "rotate", "renew"]
    chain: str
    devices: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Here:
    """What this device knows when it decides.

    ``kept``: by chain, oldest first.  ``held``: something in the line waits for a blob that has not
    come.  ``late``: compartments in which something that it sealed under an earlier epoch waits.
    ``lacking``: compartments whose keyring lacks a live record.
    """

    device: bytes
    state: State
    team: TeamEpoch
    voices: Voices
    kept: Mapping[str, Sequence[Kept]]
    prekeys: Sequence[PrekeyRow]
    forgotten: Sequence[ForgottenRow]
    today: int
    signed: int  # the second-newest day that any device has signed: no clock of one's own
    held: bool = False
    late: frozenset[str] = frozenset()
    lacking: frozenset[str] = frozenset()
    live: frozenset[bytes] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "live", live(self.team))

    def newest(self, chain: str) -> Kept | None:
        """The newest epoch of a chain; None where there is none, or where the chain clashes."""
        kept = self.kept.get(chain, ())
        return kept[-1] if kept and not self.state.clashes & {TEAM, chain} else None

    def answered(self, chain: str, device: bytes) -> bytes | None:
        """The epoch of a chain under which a device last said that it goes on."""
        if chain == TEAM:
            beat = self.voices.beats.get(device)
            return beat.said.team if beat else None
        answer = self.voices.answers.get((chain, device))
        return answer.said.epoch if answer else None

    def destroyed(self, chain: str, device: bytes) -> int:
        """Of which epochs before a number a device said that it holds no key any more."""
        if chain == TEAM:
            beat = self.voices.beats.get(device)
            return beat.said.destroyed if beat else 0
        answer = self.voices.answers.get((chain, device))
        return answer.said.destroyed if answer else 0

    def writes(self, compartment: str) -> bool:
        """Whether this device may say something there now."""
        newest = self.newest(compartment)
        return newest is not None and self.device in newest.devices and newest.devices <= self.live


# -- what to say


def heartbeat(here: Here) -> Heartbeat | None:
    """One a day, and when what it says has changed."""
    newest = here.newest(TEAM)
    if newest is None or not here.writes(COMMONS):
        return None
    named = [row.since for row in here.prekeys if row.since is not None]
    said = Heartbeat(
        destroyed=min(named, default=newest.number),
        prekey=offered(here.prekeys),
        team=newest.name,
    )
    last = here.voices.own_beat
    return None if last and last.said == said and last.day >= here.today else said


def acknowledgement(here: Here, compartment: str) -> Acknowledgement | None:
    """That this device goes on under the newest epoch, once nothing older of its own waits."""
    newest = here.newest(compartment)
    if newest is None or compartment in here.late or not here.writes(compartment):
        return None
    said = Acknowledgement(destroyed=here.kept[compartment][0].number, epoch=newest.name)
    last = here.voices.own_answers.get(compartment)
    return None if last and last.said == said else said


# -- what to destroy


def old_prekeys(here: Here) -> tuple[str, ...]:
    """Prekeys that no epoch can be sealed to any more."""
    if not _agreed(here, TEAM) or here.device not in here.live:
        return ()
    current = by_fingerprint(here.team)[here.device].prekey
    return tuple(
        row.recipient for row in here.prekeys if row.since is not None and row.recipient != current
    )


def old_epochs(here: Here, chain: str) -> tuple[bytes, ...]:
    """Epochs, by blob hash, whose bodies and wrap keys nobody needs any more."""
    if not _agreed(here, chain):
        return ()
    *older, _ = here.kept[chain]
    needed = {kept[-1].team for name, kept in here.kept.items() if name != TEAM and kept}
    return tuple(one.blob_hash for one in older if chain != TEAM or one.name not in needed)


def _agreed(here: Here, chain: str) -> bool:
    """Whether every device of the newest epoch goes on under it, and nothing is still to come."""
    newest = here.newest(chain)
    return (
        newest is not None
        and not here.held
        and all(here.answered(chain, device) == newest.name for device in newest.devices)
    )


def is_final(here: Here, row: ForgottenRow) -> bool:
    """Whether a forgotten record is shut for good, for all current devices and every blob."""
    kept = here.kept.get(row.compartment)
    devices, last = kept[-1].devices if kept else frozenset[bytes](), bar(here.state, row)
    return bool(devices) and all(
        here.destroyed(row.compartment, device) >= row.number
        and here.destroyed(TEAM, device) > last
        for device in devices
    )


# -- who is waited for


def awaited(here: Here) -> Iterator[Awaited]:
    """Whom destroying waits for, since when, and when that device is suspended."""
    for chain in sorted(here.kept):
        newest = here.newest(chain)
        for device in sorted(newest.devices) if newest else ():
            since = _unanswered_since(here, chain, device)
            what: Literal["acknowledgement", "destruction"] = "acknowledgement"
            if since is None and newest and here.destroyed(chain, device) < newest.number:
                since, what = newest.day, "destruction"
                if chain == TEAM and _keeps_its_prekey(here, device):
                    since = None
            if since is not None:
                yield Awaited(
                    compartment=chain,
                    device=DeviceId(device),
                    name=by_fingerprint(here.team)[device].name,
                    since=Day(since),
                    until=Day(since + PATIENCE),
                    what=what,
                )


def _keeps_its_prekey(here: Here, device: bytes) -> bool:
    """Whether the team's newest epoch names no newer prekey of a device than one before it did."""
    first = _named_since(here, device)
    return first is not None and here.destroyed(TEAM, device) >= first


def _unanswered_since(here: Here, chain: str, device: bytes) -> int | None:
    """The day of the oldest epoch of a chain that a device has not acknowledged."""
    said = here.answered(chain, device)
    kept = here.kept[chain]
    number = next((one.number for one in kept if one.name == said), -1)
    if number < 0 and said is not None and kept[-1].number == 0:
        return None
    later = [one.day for one in kept if one.number > number and device in one.devices]
    return min(later, default=None)


# -- whose turn it is


def turns(here: Here) -> tuple[Turn, ...]:
    """What this device is to make now, the first alone if it concerns the team."""
    if here.device not in here.live:
        return ()
    if not here.state.clashes:
        silent = _suspension(here)
        if silent:
            return (Turn("suspend", TEAM, silent),)
        if _rotation(here):
            return (Turn("rotate", TEAM),)
    if TEAM in here.state.clashes:
        return ()
    return tuple(
        Turn("renew", name)
        for name in sorted(here.kept)
        if name != TEAM and here.newest(name) is not None and _renewal(here, name)
    )


def _admins(here: Here) -> list[bytes]:
    return sorted(admins(here.team))


def _takes_turn(here: Here, ranked: Sequence[bytes], overdue: int) -> bool:
    return here.device in ranked and ranked.index(here.device) <= overdue


def silent(here: Here) -> dict[bytes, int]:
    """Devices that are to be suspended, and for how many days that has been due.

    By the second-newest signed day alone: a device whose clock runs ahead suspends nobody.
    """
    found = {}
    for device in here.live - {here.device}:
        since = [_last_day(here, device)]
        for chain in here.kept:
            newest = here.newest(chain)
            if newest is not None and device in newest.devices:
                since.append(_unanswered_since(here, chain, device))
        overdue = here.signed - min((day for day in since if day is not None), default=here.signed)
        if overdue >= PATIENCE:
            found[device] = overdue - PATIENCE
    return found


def _last_day(here: Here, device: bytes) -> int | None:
    """The day of a device's newest heartbeat, or on which it came."""
    beat = here.voices.beats.get(device)
    if beat is not None:
        return beat.day
    return min((one.day for one in here.kept[TEAM] if device in one.devices), default=None)


def _suspension(here: Here) -> tuple[bytes, ...]:
    found = silent(here)
    ranked = [name for name in _admins(here) if name not in found]
    return tuple(name for name in sorted(found) if _takes_turn(here, ranked, found[name]))


def offers(here: Here) -> dict[bytes, str]:
    """The prekey that each live device offers and the newest team epoch does not name."""
    found = {name: beat.said.prekey for name, beat in here.voices.beats.items()}
    devices = by_fingerprint(here.team)
    return {
        name: prekey
        for name, prekey in found.items()
        if prekey is not None and name in here.live and prekey != devices[name].prekey
    }


def _rotation(here: Here) -> bool:
    fresh, older = offers(here), _older_than_forgetting(here)
    if not fresh:
        return False
    overdue = here.today - here.team.day - here.team.rotation
    if older & fresh.keys():
        # Once for all that have offered, not once for each as its offer comes.
        wait = 0 if older <= fresh.keys() else 1
        overdue = max(overdue, here.today - here.team.day - wait)
    return overdue >= 0 and _takes_turn(here, _admins(here), overdue)


def _older_than_forgetting(here: Here) -> set[bytes]:
    """Whose prekeys may open what still carried a record that is forgotten now."""
    last = max((bar(here.state, row) for row in here.forgotten), default=-1)
    first = {device: _named_since(here, device) for device in here.live}
    return {device for device, number in first.items() if number is not None and number <= last}


def _named_since(here: Here, device: bytes) -> int | None:
    """The first team epoch, as far as this device knows, that names a device's prekey."""
    prekey, since = here.state.named.get(device, ("", 0))
    return since if prekey == by_fingerprint(here.team)[device].prekey else None


def _renewal(here: Here, name: str) -> bool:
    newest = here.kept[name][-1]
    epoch = here.state.compartments[name]
    if here.device not in newest.devices:
        return False
    if epoch.successor is not None and newest.devices <= here.live:
        return False  # nobody writes there any more
    team = here.kept[TEAM][-1]
    overdue = here.today - newest.day - here.team.rotation
    if newest.team != team.name:
        overdue = max(overdue, here.today - max(team.day, newest.day))
    if name in here.lacking:
        overdue = max(overdue, here.today - newest.day)
    admins = _admins(here)
    ranked = [one for one in admins if one in newest.devices]
    ranked += sorted(newest.devices & here.live - set(admins))
    if newest.team != team.name:
        ranked = _its_maker_first(here, team, ranked)
    return overdue >= 0 and _takes_turn(here, ranked, overdue)


def _its_maker_first(here: Here, team: Kept, ranked: list[bytes]) -> list[bytes]:
    """Who signed a team epoch last has posted it, and may be about to post more under it."""
    maker = [name for name in here.state.signers[team.blob_hash] if name in ranked][-1:]
    return [*maker, *(name for name in ranked if name not in maker)]
