"""On what an item may leave for one person: a consent, a decision, or a proxy's; or what lacks.

Upholds: a consent covers this purpose, this recipient, everyone whom it tells, this item, this day;
what a person refused does not leave on an older consent, nor on anybody else's word; two members
count only when the second one's own entry came from a device of that other member.  Refuses, with
every reason.  Rules: ``spec/record.md``, "Consent".
"""

from collections.abc import Iterable
from dataclasses import dataclass

from asylia.errors import Sentence
from asylia.record import proxies
from asylia.record.check import LONGEST_LIFE_AT_STAKE
from asylia.record.concerns import is_report
from asylia.record.contents import (
    Claim,
    Consent,
    Exhibit,
    LifeAtStake,
    Proxy,
    Refusal,
    Seconded,
    Translation,
)
from asylia.record.copies import holds
from asylia.record.reading import Record
from asylia.record.withdrawals import stands_after, withdrawn
from asylia.values import Day, DeviceId, date_of

PROTECTION = "protection"  # the only purpose for which two members may decide


@dataclass(frozen=True)
class Asked:
    """One question: for what, to whom, whom that one tells, on which day."""

    purpose: str
    recipient: str
    onward: tuple[str, ...]
    on: Day


@dataclass(frozen=True)
class Ground:
    """What an item leaves on, and the last day on which it does."""

    id: str
    until: Day


def _holds(record: Record, item: str) -> set[str]:
    """What leaves with an item: a translation holds its words, a report each claim quoted of it.

    An exhibit holds what was made of it, and a text of it what it says.
    """
    found = record.find(item)
    if isinstance(found, Translation):
        return {item, found.of}
    if isinstance(found, Exhibit):
        return set(holds(record, item))
    if is_report(found):
        return {item, *(one.id for one in record.all(Claim) if one.source == item)}
    return {item}


class Grounds:
    """The record's consents and decisions, for one question."""

    def __init__(self, record: Record, asked: Asked) -> None:
        self._record = record
        self._asked = asked
        self._withdrawn = withdrawn(record)
        self._given: dict[str, list[Consent | Proxy]] = {}
        given: tuple[Consent | Proxy, ...] = (*record.all(Consent), *record.all(Proxy))
        for one in given:
            self._given.setdefault(one.person, []).append(one)
        self._refusals = [
            one
            for one in record.all(Refusal)
            if one.purpose == asked.purpose and one.recipient in (asked.recipient, *asked.onward)
        ]

    def find(self, person: str, item: str) -> Ground | list[str]:
        """The ground on which this item may leave, or all that the nearest one lacks."""
        lacking: list[list[str]] = []
        for given in self._given.get(person, ()):
            lacks = list(self._lacks(given, item))
            if not lacks:
                return Ground(given.id, given.expires_on)
            lacking.append(lacks)
        for decision in self._record.all(LifeAtStake):
            if decision.person == person and self._decided(decision, item):
                return Ground(decision.id, decision.expires_on)
        nearest = min(lacking, key=len, default=[Sentence("no consent was given")])
        return [
            Sentence("%(person)s, for %(item)s: %(lack)s", person=person, item=item, lack=why)
            for why in nearest
        ]

    def _lacks(self, given: Consent | Proxy, item: str) -> Iterable[str]:
        yield from self._terms(given, item)
        if isinstance(given, Consent):
            if given.given_by != given.person:
                yield Sentence(
                    "consent was given by somebody else, and nobody consents for another"
                )
            if self._refused(given, item):
                yield Sentence("this was refused, and no consent was given since")
            return
        if is_report(self._record.find(item)):
            yield Sentence("nobody consents to a whole statement in another's stead")
        if any(self._about(given.person, item)):
            yield Sentence("the person was asked and refused, so nobody stands in")
        if not self._seconded(given):
            yield Sentence(
                "two members have to let somebody stand in, the second from another device"
            )
        yield from proxies.lacks(self._record, given)

    def _terms(self, given: Consent | Proxy, item: str) -> Iterable[str]:
        asked = self._asked
        if given.purpose != asked.purpose:
            yield Sentence("no consent to the purpose %(purpose)s", purpose=asked.purpose)
        if given.recipient != asked.recipient:
            yield Sentence("no consent to the recipient %(recipient)s", recipient=asked.recipient)
        for one in asked.onward:
            if one not in given.onward:
                yield Sentence(
                    "no consent to %(who)s, whom %(recipient)s will tell",
                    who=one,
                    recipient=asked.recipient,
                )
        if item not in given.items:
            yield Sentence("no consent to this item")
        yield from self._time(given)

    def _time(self, given: Consent | Proxy) -> Iterable[str]:
        if given.id in self._withdrawn:
            yield Sentence("consent was withdrawn")
        if given.risks.on > given.given_on:
            yield Sentence("the risks were explained only after consent was given")
        if given.given_on > self._asked.on:
            yield Sentence(
                "consent holds only from %(day)s", day=date_of(given.given_on).isoformat()
            )
        if given.expires_on < self._asked.on:
            yield Sentence("consent expired on %(day)s", day=date_of(given.expires_on).isoformat())

    def _about(self, person: str, item: str) -> Iterable[Refusal]:
        holds = _holds(self._record, item)
        for one in self._refusals:
            if one.person == person and (not one.items or holds & set(one.items)):
                yield one

    def _refused(self, given: Consent, item: str) -> bool:
        return any(
            not stands_after(self._record, given, one) for one in self._about(given.person, item)
        )

    def _decided(self, decision: LifeAtStake, item: str) -> bool:
        asked = self._asked
        matches = asked.purpose == PROTECTION and decision.recipient == asked.recipient
        narrow = not asked.onward and item in decision.items
        narrow = narrow and not is_report(self._record.find(item))
        in_time = decision.decided_on <= asked.on <= decision.expires_on
        brief = decision.expires_on - decision.decided_on <= LONGEST_LIFE_AT_STAKE
        stands = brief and in_time and decision.id not in self._withdrawn
        stands = stands and not any(self._about(decision.person, item))
        return matches and narrow and stands and self._seconded(decision)

    def _seconded(self, decision: LifeAtStake | Proxy) -> bool:
        first = self._owner(self._record.entry(decision.id).author)
        two = {self._owner(one) for one in decision.decided_by}
        spoke = {
            self._owner(self._record.entry(one.id).author)
            for one in self._record.all(Seconded)
            if one.decision == decision.id and one.member in decision.decided_by
        } - {first, ""}
        if self._record.owners:  # then it is known whose word each is
            spoke = {one for one in spoke if {first, one} == two}
        return len(two) == 2 and bool(spoke)

    def _owner(self, device: DeviceId | str | None) -> str:
        """Whose device it is: two of one member are one.  The device itself where nobody said."""
        name = device.hex() if isinstance(device, bytes) else device or ""
        return self._record.owners.get(name, name)
