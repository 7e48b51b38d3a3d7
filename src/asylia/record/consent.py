"""What may leave: computed from consents, for one purpose, one recipient, these items, one day.

Upholds: each person whom the words of an item concern has agreed to this purpose, this recipient,
everyone whom that recipient tells, and this item; or is masked in what leaves; or two members have
decided where life is at stake.  Refuses, naming every missing thing; an item or recipient that the
record does not hold is missing too.  Rules: ``spec/record.md``, "Consent".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from asylia.errors import RefusedError, Sentence
from asylia.record.check import is_private
from asylia.record.concerns import (
    Concern,
    arrived,
    concerned,
    is_of_nobody,
    is_report,
    looked_at,
    tells_on_private_persons,
)
from asylia.record.contents import (
    Act,
    Claim,
    Content,
    Custody,
    Demand,
    Event,
    Exhibit,
    Group,
    Masking,
    Official,
    Organisation,
    Person,
    Place,
    Recipient,
    Response,
    Site,
    Source,
    Statement,
    Translation,
)
from asylia.record.fields import fields
from asylia.record.grounds import Asked, Ground, Grounds
from asylia.record.masks import free
from asylia.record.papers import TITLES
from asylia.record.places import may_be_shown
from asylia.record.reading import Record
from asylia.values import Day

PUBLIC = Recipient(id="public", name="the public")
# What can leave at all: not consents, decisions, maskings or judgements, for those name people.
DISCLOSABLE = (
    Source, Claim, Translation, Exhibit, Custody, Event, Act, Group, Organisation, Official, Site,
    Place, Statement, Demand, Response,
)  # fmt: skip
PUBLIC_FIGURES = "public_figures"
LINKAGE = "linkage"  # the one purpose that a person, as an item, can go for; and nothing else can


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
    """One item, its fields as they may leave, and the consents (or decision) it leaves on.

    ``of_nobody``: words out of the team's own file that leave because a member said so.
    """

    item: str
    fields: Mapping[str, str]
    consents: tuple[str, ...]
    masking: str = ""
    of_nobody: bool = False


@dataclass(frozen=True)
class Permission:
    """What may leave, to whom, for what; it holds up to and including ``expires_on``."""

    purpose: str
    recipient: str
    onward: tuple[str, ...]
    on: Day
    items: tuple[Permitted, ...]
    expires_on: Day | None


def permission(
    record: Record, purpose: str, recipient: str, items: Iterable[str], on: Day
) -> Permission:
    """What may leave of ``items``: all of it, or ``NotPermittedError`` naming what is missing."""
    wanted = tuple(dict.fromkeys(items))
    asked = Asked(purpose, recipient, onward(record, recipient), on)
    missing = list(_general(record, asked, wanted))
    desk = _Desk(record, asked)
    permitted = [one for item in wanted if (one := desk.item(item, missing)) is not None]
    if missing:
        raise NotPermittedError(tuple(dict.fromkeys(missing)))
    return Permission(purpose, recipient, asked.onward, on, tuple(permitted), desk.expires_on)


def permission_for_some(
    record: Record, purpose: str, recipient: str, items: Iterable[str], on: Day
) -> tuple[Permission, Mapping[str, tuple[str, ...]]]:
    """What may leave of ``items``, and of each that stays all that is missing, by its id.

    ``NotPermittedError`` where nothing at all could leave: for this purpose, to this recipient.
    """
    wanted = tuple(dict.fromkeys(items))
    asked = Asked(purpose, recipient, onward(record, recipient), on)
    if general := tuple(_general(record, asked, wanted)):
        raise NotPermittedError(general)
    staying: dict[str, tuple[str, ...]] = {}
    desk, permitted = _Desk(record, asked), []
    for item in wanted:
        missing: list[str] = []
        until = desk.expires_on
        one = desk.item(item, missing)
        if one is not None and not missing:
            permitted.append(one)
        else:
            staying[item], desk.expires_on = tuple(dict.fromkeys(missing)), until
    granted = Permission(purpose, recipient, asked.onward, on, tuple(permitted), desk.expires_on)
    return granted, staying


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


def _general(record: Record, asked: Asked, items: tuple[str, ...]) -> Iterable[str]:
    if asked.purpose not in record.vocabulary("purposes"):
        yield Sentence("the purpose is not one that consent can be given for")
    for one in (asked.recipient, *asked.onward):
        if _recipient(record, one) is None:
            yield Sentence(
                "recipient %(who)s is not written down, so nobody knows whom it tells", who=one
            )
    if not items:
        yield Sentence("no item was named")


def _unnamed(record: Record, whole: Mapping[str, str], concerns_somebody: bool) -> dict[str, str]:
    """Without the words for a private perpetrator: naming the uncle names the boy."""
    private = concerns_somebody and is_private(whole.get("perpetrator", ""), record.words)
    return {
        name: text for name, text in whole.items() if not private or name != "perpetrator_words"
    }


def _unlooked(content: Content) -> Sentence:
    if isinstance(content, Exhibit):
        return Sentence(
            "%(item)s: nobody has said whether it could identify anybody", item=content.id
        )
    return Sentence(
        "%(item)s: nobody has said whether its words could identify anybody else", item=content.id
    )


class _Desk:
    """One question, item by item; gathers what is missing and when the answer runs out."""

    def __init__(self, record: Record, asked: Asked) -> None:
        self._record, self._purpose = record, asked.purpose
        self._grounds = Grounds(record, asked)
        self.expires_on: Day | None = None

    def item(self, item: str, missing: list[str]) -> Permitted | None:
        content = self._record.find(item)
        kinds = (Person,) if self._purpose == LINKAGE else DISCLOSABLE
        if not isinstance(content, kinds) or item in self._record.taken_back:
            missing.append(Sentence("%(item)s is no item of the record that can leave", item=item))
            return None
        persons = concerned(self._record, content)
        missing += self._of_itself(content, persons)
        if persons is None or not arrived(self._record, content):
            return None
        answers = {one: self._grounds.find(one.person, item) for one in persons}
        grounds = [one for one in answers.values() if isinstance(one, Ground)]
        unasked = {one.person: one for one, why in answers.items() if not isinstance(why, Ground)}
        masking = self._masking(content, unasked) if unasked else None
        if unasked and masking is None:
            missing += [why for one in answers.values() if isinstance(one, list) for why in one]
            return None
        whole = self._masked(content, masking, unasked) if masking else self._plain(content)
        self._until(one.until for one in grounds)
        return Permitted(
            item,
            _unnamed(self._record, whole, bool(persons)),
            tuple(one.id for one in grounds),
            masking.id if masking else "",
            self._of_nobody(content),
        )

    def _of_nobody(self, content: Content) -> bool:
        claim = self._record.find(content.of) if isinstance(content, Translation) else content
        return isinstance(claim, Claim) and is_of_nobody(self._record, claim)

    def _of_itself(self, content: Content, persons: tuple[Concern, ...] | None) -> Iterable[str]:
        """What keeps an item in, whoever consented."""
        if not arrived(self._record, content):
            yield Sentence(
                "%(item)s points to something that the record does not hold", item=content.id
            )
        elif persons is None:
            yield Sentence(
                "%(item)s came from a person or a file of the team's own, and does not say whom "
                "its words concern",
                item=content.id,
            )
        elif not looked_at(self._record, content):
            yield _unlooked(content)
        if persons and content.id in self._record.clashes:
            yield Sentence(
                "%(item)s was entered twice in different words, so which was agreed to?",
                item=content.id,
            )
        if is_report(content) and tells_on_private_persons(self._record, content.id):
            yield Sentence(
                "%(item)s tells on relatives or private persons, and is whole or nothing",
                item=content.id,
            )
        if isinstance(content, Place) and self._record.is_untitled(content):
            yield Sentence(
                "%(item)s: nobody has said whether its name could identify anybody",
                item=content.id,
            )
        elif isinstance(content, Place) and not may_be_shown(self._record, content):
            yield Sentence("%(item)s is placed more exactly than may leave", item=content.id)

    def _plain(self, content: Content) -> dict[str, str]:
        """Its fields, of a person none; a file's name of an event or a body can name people."""
        plain = {} if isinstance(content, Person) else fields(content)
        if not self._record.is_untitled(content):
            return plain
        first, *others = TITLES[type(content)]
        kept = {name: text for name, text in plain.items() if name not in others}
        return {**kept, first: content.id}

    def _until(self, days: Iterable[Day]) -> None:
        known = () if self.expires_on is None else (self.expires_on,)
        self.expires_on = min((*known, *days), default=None)

    def _masking(self, content: Content, unasked: Mapping[str, Concern]) -> Masking | None:
        """The newest masking that covers everyone unasked and every free text."""
        if not isinstance(content, Claim) or any(not one.maskable for one in unasked.values()):
            return None
        needed = free(self._record, content)
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
        anew = free(self._record, content) if isinstance(content, Claim) else frozenset()
        hidden = {"row", "lineage", "place"}
        if any(one.by_subject for one in unasked.values()):
            hidden.add("subject")
        kept = {name: text for name, text in plain.items() if name not in hidden}
        return {**kept, **{name: text for name, text in masking.fields.items() if name in anew}}
