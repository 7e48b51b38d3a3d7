"""What may leave: computed from consents, for one purpose, one recipient, these items, one day.

Upholds: each person whom the words of an item concern has agreed to this purpose, this recipient,
everyone whom that recipient tells, and this item; or is masked in what leaves; or two members have
decided where life is at stake.  Refuses, naming every missing thing; an item or recipient that the
record does not hold is missing too.  Rules: ``spec/record.md``, "Consent".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from asylia.errors import RefusedError
from asylia.record.check import LONGEST_LIFE_AT_STAKE, PRIVATE_PERPETRATORS
from asylia.record.concerns import (
    Concern,
    arrived,
    concerned,
    is_report,
    tells_on_private_persons,
)
from asylia.record.contents import (
    Act,
    Claim,
    Consent,
    Content,
    Custody,
    Demand,
    Event,
    Exhibit,
    Group,
    LifeAtStake,
    Masking,
    Official,
    Organisation,
    Recipient,
    Response,
    Seconded,
    Site,
    Source,
    Statement,
)
from asylia.record.fields import fields, free_text
from asylia.record.reading import Record
from asylia.record.vocabulary import vocabulary
from asylia.record.withdrawals import withdrawn
from asylia.values import Day, date_of

PUBLIC = Recipient(id="public", name="the public")
# What can leave at all: not consents, decisions, maskings or judgements, for those name people.
DISCLOSABLE = (
    Source, Claim, Exhibit, Custody, Event, Act, Group, Organisation, Official, Site, Statement,
    Demand, Response,
)  # fmt: skip
PROTECTION = "protection"  # the only purpose for which two members may decide
PUBLIC_FIGURES = "public_figures"


class NotPermittedError(RefusedError):
    """What was asked for may not leave; ``missing`` lists each reason in plain words."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(
            "This may not leave: " + "; ".join(missing) + ".",
            hint="Ask each person for what is missing, mask who is not asked, or leave items out.",
        )
        self.missing = missing


@dataclass(frozen=True)
class Permitted:
    """One item, its fields as they may leave, and the consents (or decision) it leaves on."""

    item: str
    fields: Mapping[str, str]
    consents: tuple[str, ...]
    masking: str = ""


@dataclass(frozen=True)
class Permission:
    """What may leave, to whom, for what; it holds up to and including ``expires_on``."""

    purpose: str
    recipient: str
    onward: tuple[str, ...]
    on: Day
    items: tuple[Permitted, ...]
    expires_on: Day | None


@dataclass(frozen=True)
class _Asked:
    purpose: str
    recipient: str
    onward: tuple[str, ...]
    on: Day


def permission(
    record: Record, purpose: str, recipient: str, items: Iterable[str], on: Day
) -> Permission:
    """What may leave of ``items``: all of it, or ``NotPermittedError`` naming what is missing."""
    wanted = tuple(dict.fromkeys(items))
    asked = _Asked(purpose, recipient, onward(record, recipient), on)
    missing = list(_general(record, asked, wanted))
    desk = _Desk(record, asked)
    permitted = [one for item in wanted if (one := desk.item(item, missing)) is not None]
    if missing:
        raise NotPermittedError(tuple(dict.fromkeys(missing)))
    return Permission(purpose, recipient, asked.onward, on, tuple(permitted), desk.expires_on)


def onward(record: Record, recipient: str) -> tuple[str, ...]:
    """Everyone whom this recipient tells, and whom those tell in turn."""
    told: dict[str, None] = {}
    waiting = [recipient]
    every = record.all(Recipient)  # of one id too: who is told by any account of it is told
    while waiting:
        at = waiting.pop()
        fresh = [one for found in every if found.id == at for one in found.tells if one not in told]
        told.update(dict.fromkeys(fresh))
        waiting += fresh
    return tuple(one for one in told if one != recipient)


def _recipient(record: Record, recipient: str) -> Recipient | None:
    found = record.find(recipient)
    if isinstance(found, Recipient):
        return found
    return PUBLIC if recipient == PUBLIC.id and found is None else None


def _general(record: Record, asked: _Asked, items: tuple[str, ...]) -> Iterable[str]:
    if asked.purpose not in vocabulary("purposes"):
        yield "the purpose is not one that consent can be given for"
    for one in (asked.recipient, *asked.onward):
        if _recipient(record, one) is None:
            yield f"recipient {one} is not written down, so nobody knows whom it tells"
    if not items:
        yield "no item was named"


def _unnamed(whole: Mapping[str, str], concerns_somebody: bool) -> dict[str, str]:
    """Without the words for a private perpetrator: naming the uncle names the boy."""
    private = concerns_somebody and whole.get("perpetrator") in PRIVATE_PERPETRATORS
    return {
        name: text for name, text in whole.items() if not private or name != "perpetrator_words"
    }


def _free(claim: Claim) -> frozenset[str]:
    prop = vocabulary("properties").terms.get(claim.property)
    return free_text(claim, prop.takes if prop else "text")


class _Desk:
    """One question, item by item; gathers what is missing and when the answer runs out."""

    def __init__(self, record: Record, asked: _Asked) -> None:
        self._record = record
        self._asked = asked
        self._withdrawn = withdrawn(record)
        self.expires_on: Day | None = None

    def item(self, item: str, missing: list[str]) -> Permitted | None:
        content = self._record.find(item)
        if not isinstance(content, DISCLOSABLE) or item in self._record.taken_back:
            missing.append(f"{item} is no item of the record that can leave")
            return None
        if not arrived(self._record, content):
            missing.append(f"{item} points to something that the record does not hold")
            return None
        persons = concerned(self._record, content)
        if persons and item in self._record.clashes:
            missing.append(f"{item} was entered twice in different words, so which was agreed to?")
        if persons is None:
            missing.append(f"{item} came from a report and does not say whom its words concern")
            return None
        if is_report(content) and tells_on_private_persons(self._record, item):
            missing.append(f"{item} tells on relatives or private persons, and is whole or nothing")
        answers = {one: self._ground(one.person, item) for one in persons}
        grounds = tuple(ground for ground, _ in answers.values() if ground)
        unasked = {one.person: one for one, (ground, _) in answers.items() if not ground}
        if not unasked:
            return Permitted(item, _unnamed(fields(content), bool(persons)), grounds)
        masking = self._masking(content, unasked)
        if masking is None:
            missing += [why for _, lacks in answers.values() for why in lacks]
            return None
        masked = self._masked(content, masking, unasked)
        return Permitted(item, _unnamed(masked, bool(persons)), grounds, masking.id)

    def _ground(self, person: str, item: str) -> tuple[str, list[str]]:
        """The consent or decision on which an item may leave; or all that the nearest lacks."""
        lacking: list[list[str]] = []
        for consent in self._record.all(Consent):
            if consent.person == person:
                lacks = list(self._lacks(consent, item))
                if not lacks:
                    self._until(consent.expires_on)
                    return consent.id, []
                lacking.append(lacks)
        for decision in self._record.all(LifeAtStake):
            if decision.person == person and self._decided(decision, item):
                self._until(decision.expires_on)
                return decision.id, []
        nearest = min(lacking, key=len, default=["no consent was given"])
        return "", [f"{person}, for {item}: {why}" for why in nearest]

    def _until(self, day: Day) -> None:
        self.expires_on = day if self.expires_on is None else min(day, self.expires_on)

    def _lacks(self, consent: Consent, item: str) -> Iterable[str]:
        asked = self._asked
        if consent.given_by != consent.person:
            yield "consent was given by somebody else, and nobody consents for another"
        if consent.purpose != asked.purpose:
            yield f"no consent to the purpose {asked.purpose}"
        if consent.recipient != asked.recipient:
            yield f"no consent to the recipient {asked.recipient}"
        for one in asked.onward:
            if one not in consent.onward:
                yield f"no consent to {one}, whom {asked.recipient} will tell"
        if item not in consent.items:
            yield "no consent to this item"
        if consent.id in self._withdrawn:
            yield "consent was withdrawn"
        if consent.risks.on > consent.given_on:
            yield "the risks were explained only after consent was given"
        if consent.given_on > asked.on:
            yield f"consent holds only from {date_of(consent.given_on)}"
        if consent.expires_on < asked.on:
            yield f"consent expired on {date_of(consent.expires_on)}"

    def _decided(self, decision: LifeAtStake, item: str) -> bool:
        asked = self._asked
        matches = asked.purpose == PROTECTION and decision.recipient == asked.recipient
        narrow = not asked.onward and item in decision.items
        narrow = narrow and not is_report(self._record.find(item))
        in_time = decision.decided_on <= asked.on <= decision.expires_on
        brief = decision.expires_on - decision.decided_on <= LONGEST_LIFE_AT_STAKE
        stands = brief and in_time and decision.id not in self._withdrawn
        return matches and narrow and stands and self._seconded(decision)

    def _seconded(self, decision: LifeAtStake) -> bool:
        first = self._record.entry(decision.id).author
        return len(set(decision.decided_by)) == 2 and any(
            one.decision == decision.id
            and one.member in decision.decided_by
            and self._record.entry(one.id).author not in (first, None)
            for one in self._record.all(Seconded)
        )

    def _masking(self, content: Content, unasked: Mapping[str, Concern]) -> Masking | None:
        """The newest masking that covers everyone unasked and every free text."""
        if not isinstance(content, Claim) or any(not one.maskable for one in unasked.values()):
            return None
        needed = _free(content)
        fitting = [
            one
            for one in self._record.standing(Masking)
            if one.claim == content.id
            and set(unasked) <= set(one.persons)
            and needed <= set(one.fields)
        ]
        return fitting[-1] if fitting else None

    def _masked(
        self, content: Content, masking: Masking, unasked: Mapping[str, Concern]
    ) -> dict[str, str]:
        """What the masking wrote anew, and the fields that can describe nobody.

        A masking writes free texts anew and nothing else: no count, polarity or perpetrator.
        """
        plain = fields(content)
        free = _free(content) if isinstance(content, Claim) else frozenset()
        hidden = {"row", "lineage"}
        if any(one.by_subject for one in unasked.values()):
            hidden.add("subject")
        kept = {name: text for name, text in plain.items() if name not in hidden}
        return {**kept, **{name: text for name, text in masking.fields.items() if name in free}}
