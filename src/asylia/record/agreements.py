"""Consent, refusal, withdrawal, masking, and who may stand in: what each says, not what follows.

What may leave is computed in ``record.consent``.  Upholds: every consent names person, purpose,
recipient, onward recipients and items, and how its risks were explained; a refusal is as much.
Format: ``spec/record.md``.
"""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from asylia.record.forms import Id, Ids, Line, Natural, SomeLine, SomeText, Term, Text
from asylia.values import Day
from asylia.wire import Message, Part

FORGET_AFTER_DAYS = 7  # where the person chose nothing else
Two = Annotated[tuple[Id, ...], Meta(min_length=2, max_length=2)]


class Recipient(Message, frozen=True, kw_only=True):
    """One who may be given something, and whom that one will tell."""

    LABEL: ClassVar[str] = "asylia/recipient/1"
    id: Id
    name: Line
    tells: Ids = ()
    language: Line = ""  # in which notices to them are written


class Risks(Part, frozen=True, kw_only=True):
    """What was explained, by whom (a pseudonym), in which language, on what day."""

    explained: SomeText
    by: SomeLine
    language: SomeLine
    on: Day


class Consent(Message, frozen=True, kw_only=True):
    """A person lets these items go to one recipient, and those it tells, for one purpose."""

    LABEL: ClassVar[str] = "asylia/consent/1"
    id: Id
    person: Id
    given_by: Id
    purpose: Term
    recipient: Id
    onward: Ids
    items: Ids
    risks: Risks
    given_on: Day
    expires_on: Day
    forget_after_days: Natural = FORGET_AFTER_DAYS


class Refusal(Message, frozen=True, kw_only=True):
    """A person was asked, and does not let these items go there for that."""

    LABEL: ClassVar[str] = "asylia/refusal/1"
    id: Id
    person: Id
    purpose: Term
    recipient: Id
    items: Ids  # empty: every item
    risks: Risks
    on: Day


class Withdrawal(Message, frozen=True, kw_only=True):
    """Stops exports at once; ``consents`` empty means every consent of this person."""

    LABEL: ClassVar[str] = "asylia/withdrawal/1"
    id: Id
    person: Id
    consents: Ids
    on: Day
    channel: Line


class Masking(Message, frozen=True, kw_only=True):
    """A claim's free texts written anew, with these persons made unidentifiable."""

    LABEL: ClassVar[str] = "asylia/masking/1"
    id: Id
    claim: Id
    persons: Ids
    fields: dict[str, Text]
    author: Line


class Proxy(Message, frozen=True, kw_only=True):
    """Somebody consents in the stead of a person who can't be asked; two members let them."""

    LABEL: ClassVar[str] = "asylia/proxy/1"
    id: Id
    person: Id
    given_by: Id
    standing: Term
    cannot_be_asked: Term
    reveals: Literal["yes", "no", "not_known"]  # asking would tell the proxy about the person
    reason: SomeText
    purpose: Term
    recipient: Id
    onward: Ids
    items: Ids
    risks: Risks
    given_on: Day
    expires_on: Day
    decided_by: Two


class LifeAtStake(Message, frozen=True, kw_only=True):
    """Two members decide for somebody who can't be asked: one recipient, in writing."""

    LABEL: ClassVar[str] = "asylia/life-at-stake/1"
    id: Id
    person: Id
    recipient: Id
    items: Ids
    reason: SomeText
    decided_by: Two
    decided_on: Day
    expires_on: Day
    told_on: Day | None = None


class Seconded(Message, frozen=True, kw_only=True):
    """The second member's own entry; without it the decision has no effect."""

    LABEL: ClassVar[str] = "asylia/seconded/1"
    id: Id
    decision: Id
    member: Id


class PersonTold(Message, frozen=True, kw_only=True):
    """That somebody for whom two members decided was told of it, as soon as that was safe."""

    LABEL: ClassVar[str] = "asylia/person-told/1"
    id: Id
    decision: Id
    on: Day
    by: SomeLine
    how: SomeLine
