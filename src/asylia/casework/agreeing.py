"""What a person said besides yes, and who may answer in the stead of one who can't be asked.

Upholds: a refusal is recorded as a consent is; a proxy is written only where the rules would let
that one stand in, a decision where life is at stake only where it could let something leave; either
counts once the other member has seconded it from another device, and the person is told of the
second as soon as that is safe.  Refuses, with every reason.  Rules: ``spec/record.md``, "Consent".
"""

from asylia.casework.place import Place, owners
from asylia.errors import RefusedError, UsageError
from asylia.record import at_stake, proxies
from asylia.record.check import check
from asylia.record.contents import LifeAtStake, PersonTold, Proxy, Refusal, Seconded
from asylia.record.reading import Entered, Record
from asylia.values import Day, RecordId


class CannotDecideError(RefusedError):
    """Nothing would leave on this decision; ``reasons`` lists why."""

    def __init__(self, message: str, reasons: tuple[str, ...], *, hint: str) -> None:
        super().__init__(f"{message.rstrip('.')}: {'; '.join(reasons)}.", hint=hint)
        self.reasons = reasons


class CannotStandInError(CannotDecideError):
    """Who was named never stands in for that person."""


def record_refusal(place: Place, thread: bytes, refusal: Refusal) -> None:
    """What the person of this case refused; it stops whatever an older consent let leave."""
    row = place.casework().row(thread)
    if not row.pseudonym or refusal.person != row.pseudonym:
        raise UsageError("A refusal is of the person of this case.")
    check(refusal, place.words())
    place.append(row.record, refusal)


def record_proxy(place: Place, where: RecordId, proxy: Proxy) -> None:
    """Let somebody stand in once the other member seconds it; ``CannotStandInError``."""
    check(proxy, place.words())
    known = place.record()
    grown = Record.of((*known.everything, Entered(proxy, place.today, place.ledger.device, where)))
    reasons = tuple(proxies.lacks(grown, proxy))
    if reasons:
        raise CannotStandInError(
            "This one can't stand in.",
            reasons,
            hint="Ask the person, or somebody whom no claim can mean.",
        )
    place.append(where, proxy)


def record_life_at_stake(place: Place, where: RecordId, decision: LifeAtStake) -> None:
    """Two members decide for one who can't be asked, once the other seconds it."""
    check(decision, place.words())
    if place.ledger.device.hex() not in decision.decided_by:
        raise UsageError("Whoever writes a decision is one of the two who decide.")
    if len({owners(place.ledger).get(one, one) for one in decision.decided_by}) != 2:
        raise UsageError("Two devices of one member are one member.", hint="Name another member.")
    if decision.decided_on != place.today:
        raise UsageError("A decision is of the day on which it is written.")
    if reasons := tuple(at_stake.lacks(place.record(), decision)):
        raise CannotDecideError(
            "This can't be decided so.",
            reasons,
            hint="Choose one recipient who tells nobody, and what concerns this person.",
        )
    place.append(where, decision)


def tell(place: Place, decision: str, on: Day, how: str, by: str) -> None:
    """That the person was told of what two members decided for them."""
    record = place.record()
    found, where = record.find(decision), record.entry(decision).record
    if not isinstance(found, LifeAtStake) or where is None:
        raise UsageError("Only of a decision where life was at stake is somebody told.")
    if not found.decided_on <= on <= place.today:
        raise UsageError(
            "They were told on a day between the decision and today.", hint="Nothing was saved."
        )
    told = PersonTold(id=place.randomness(16).hex(), decision=decision, on=on, by=by, how=how)
    check(told)
    place.append(where, told)


def word_of(place: Place, decision: LifeAtStake | Proxy) -> str:
    """As whom this device's member can second it; empty where it waits for no word of theirs."""
    author = place.record().entry(decision.id).author
    if author is None or _is_own(place, author.hex()):
        return ""
    return next((one for one in decision.decided_by if _is_own(place, one)), "")


def _is_own(place: Place, device: str) -> bool:
    """Whether it is a device of this one's member."""
    known = owners(place.ledger)
    return known.get(device, device) == known[place.ledger.device.hex()]


def second(place: Place, decision: str, member: str) -> None:
    """The second member's own word for a proxy, or for a decision where life is at stake."""
    record = place.record()
    found, entry = record.find(decision), record.entry(decision)
    if not isinstance(found, LifeAtStake | Proxy) or member not in found.decided_by:
        raise RefusedError("Only one of the two members who decide can second this.")
    if not entry.author or entry.record is None or _is_own(place, entry.author.hex()):
        raise RefusedError("The second word is the other member's: two devices of one are one.")
    if not _is_own(place, member):
        raise RefusedError("Each member gives their own word.")
    seconded = Seconded(id=place.randomness(16).hex(), decision=decision, member=member)
    check(seconded)
    place.append(entry.record, seconded)
