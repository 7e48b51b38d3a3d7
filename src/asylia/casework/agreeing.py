"""What a person said besides yes, and who may answer in the stead of one who can't be asked.

Upholds: a refusal is recorded as a consent is; a proxy is written only where the rules would let
that one stand in, and counts once the other member has seconded it from another device.  Refuses,
with every reason.  Rules: ``spec/record.md``, "Consent".
"""

from asylia.casework.place import Place
from asylia.errors import RefusedError, UsageError
from asylia.record import proxies
from asylia.record.check import check
from asylia.record.contents import LifeAtStake, Proxy, Refusal, Seconded
from asylia.record.reading import Entered, Record
from asylia.values import RecordId


class CannotStandInError(RefusedError):
    """Who was named never stands in for that person; ``reasons`` lists why."""

    def __init__(self, message: str, reasons: tuple[str, ...], *, hint: str) -> None:
        super().__init__(f"{message.rstrip('.')}: {'; '.join(reasons)}.", hint=hint)
        self.reasons = reasons


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


def second(place: Place, decision: str, member: str) -> None:
    """The second member's own word for a proxy, or for a decision where life is at stake."""
    record = place.record()
    found, entry = record.find(decision), record.entry(decision)
    if not isinstance(found, LifeAtStake | Proxy) or member not in found.decided_by:
        raise RefusedError("Only one of the two members who decide can second this.")
    if entry.author == place.ledger.device or entry.record is None:
        raise RefusedError("The second word comes from another device than the first.")
    seconded = Seconded(id=place.randomness(16).hex(), decision=decision, member=member)
    check(seconded)
    place.append(entry.record, seconded)
