"""Which consents a withdrawal stops, and when what was withdrawn is forgotten.

Upholds: a withdrawal counts from its entry, whatever came before it, and wins where the order can't
be known; a person who chose no delay has seven days.  Refuses: to let a consent that was given
earlier, and only entered later, stand after it.  Rules: ``spec/record.md``, "Consent".
"""

from asylia.record.agreements import FORGET_AFTER_DAYS
from asylia.record.contents import Consent, LifeAtStake, Proxy, Refusal, Withdrawal
from asylia.record.reading import Entered, Record
from asylia.values import Day

Given = Consent | LifeAtStake | Proxy


def withdrawn(record: Record) -> frozenset[str]:
    """Ids of the consents that were withdrawn; one given anew after that stands.

    *After* is a later day, or later by the same device: two devices' entries of one day have no
    order of their own, so there a withdrawal wins.  A consent that was only *entered* later, and
    given before the day of the withdrawal, is not given anew.  A person who withdraws anything can
    be asked, so that a decision taken in that person's stead ends too.
    """
    given = [
        (at, one.content, one)
        for at, one in enumerate(record.entered)
        if isinstance(one.content, Given)
    ]
    out: set[str] = set()
    for at, entered in enumerate(record.entered):
        stop = entered.content
        if not isinstance(stop, Withdrawal):
            continue
        out.update(stop.consents)
        for place, one, its in given:
            meant = not stop.consents or not isinstance(one, Consent)
            later = _later((place, its), (at, entered)) and _began(one) >= stop.on
            if meant and one.person == stop.person and not later:
                out.add(one.id)
    return frozenset(out)


def stands_after(record: Record, given: Consent, refusal: Refusal) -> bool:
    """Whether a consent was given and entered after that refusal, as after a withdrawal."""
    its, stop = record.entry(given.id), record.entry(refusal.id)
    places = record.entered.index(its), record.entered.index(stop)
    return _later((places[0], its), (places[1], stop)) and given.given_on >= refusal.on


def _later(one: tuple[int, Entered], other: tuple[int, Entered]) -> bool:
    (place, given), (at, stop) = one, other
    same_device = given.author is not None and given.author == stop.author
    return given.entered_on > stop.entered_on or (same_device and place > at)


def _began(given: Given) -> Day:
    return given.decided_on if isinstance(given, LifeAtStake) else given.given_on


def forget_on(record: Record, withdrawal: Withdrawal) -> Day:
    """The day on which what was withdrawn is forgotten: the delay chosen in the first consent.

    Counted from the day the withdrawal was entered; seven days if the person never chose.
    """
    first = next((one for one in record.all(Consent) if one.person == withdrawal.person), None)
    delay = FORGET_AFTER_DAYS if first is None else first.forget_after_days
    return Day(record.entry(withdrawal.id).entered_on + delay)
