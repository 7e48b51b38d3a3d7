"""Two members decide for somebody who can't be asked, where life is at stake: when they may.

Upholds: one person, one recipient who tells nobody, claims and exhibits that concern that person,
a reason in writing; whoever is decided for has not refused it, and is to be told as soon as that is
safe.  Refuses, with every reason: a whole report, what does not concern the person, a recipient who
tells others.  Rules: ``spec/record.md``, "Consent".
"""

from collections.abc import Iterator

from asylia.errors import Sentence
from asylia.record.concerns import concerned
from asylia.record.consent import onward
from asylia.record.contents import Claim, Exhibit, LifeAtStake, PersonTold, Recipient, Refusal
from asylia.record.grounds import PROTECTION
from asylia.record.reading import Record
from asylia.record.withdrawals import withdrawn


def lacks(record: Record, decision: LifeAtStake) -> Iterator[str]:
    """Every reason why this decision would let nothing leave."""
    if not isinstance(record.find(decision.recipient), Recipient):
        yield Sentence("the recipient is not written down")
    elif onward(record, decision.recipient):
        yield Sentence("two members decide for one recipient, and this one tells others")
    if not decision.items:
        yield Sentence("no item was named")
    for item in decision.items:
        if not _concerns(record, item, decision.person):
            yield Sentence("%(item)s is nothing that concerns this person", item=item)
    if any(_refuses(one, decision) for one in record.all(Refusal)):
        yield Sentence("the person was asked and refused, so nobody decides")


def _refuses(refusal: Refusal, decision: LifeAtStake) -> bool:
    asked = (refusal.person, refusal.purpose, refusal.recipient)
    same = asked == (decision.person, PROTECTION, decision.recipient)
    return same and (not refusal.items or bool(set(refusal.items) & set(decision.items)))


def _concerns(record: Record, item: str, person: str) -> bool:
    found = record.find(item)
    if not isinstance(found, Claim | Exhibit) or item in record.taken_back:
        return False
    return any(one.person == person for one in concerned(record, found) or ())


def untold(record: Record) -> tuple[LifeAtStake, ...]:
    """Decisions of which the person is not known to have been told, and has not spoken since."""
    told = {one.decision for one in record.all(PersonTold)} | withdrawn(record)
    return tuple(
        one for one in record.all(LifeAtStake) if one.told_on is None and one.id not in told
    )
