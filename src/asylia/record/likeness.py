"""Claims that are like one that is being entered, so that nobody enters the same thing twice.

Upholds: a likeness is a hint, with its reason, and decides nothing: two sources that say the same
are two claims, and sameness of what they tell of is a judgement.  Refuses nothing.
"""

from dataclasses import dataclass
from typing import Literal

from asylia.record.claims import Claim, Count
from asylia.record.reading import Record
from asylia.record.scope import readable

Why = Literal["same_words", "words_within", "same_act"]
MOST = 5


@dataclass(frozen=True)
class Entering:
    """As much of a claim as is there yet; an empty text is not there yet."""

    source: str
    words: str = ""
    property: str = ""
    event: str = ""
    subject: str = ""
    value: str = ""
    count: Count | None = None
    facts: str = ""
    place: str = ""
    perpetrator: str = ""


@dataclass(frozen=True)
class Alike:
    """A claim that stands in the record, and why it is like the one being entered."""

    claim: Claim
    why: Why


def alike(record: Record, new: Entering) -> tuple[Alike, ...]:
    """The claims most like it, those of its own source and words first; at most five."""
    found = [Alike(one, why) for one in record.claims if (why := _why(one, new)) is not None]
    order: dict[Why, int] = {"same_words": 0, "words_within": 1, "same_act": 2}
    found.sort(key=lambda one: (order[one.why], one.claim.source != new.source))
    return tuple(found[:MOST])


def _why(claim: Claim, new: Entering) -> Why | None:
    """Words count in one source, whatever they tell; an act counts across sources."""
    same_property = claim.property == new.property
    if claim.source == new.source and new.words and same_property:
        old, own = _folded(claim.words), _folded(new.words)
        if old == own:
            return "same_words"
        if old in own or own in old:
            return "words_within"
    return "same_act" if same_property and _same_act(claim, new) else None


def _same_act(claim: Claim, new: Entering) -> bool:
    """Of one event (or subject), by the same kind, the same number, place and date, as far as told.

    Something must be told besides the event: "killed, number not stated" is like everything.
    """
    if claim.event != new.event or (new.subject and claim.subject != new.subject):
        return False
    if new.subject and new.subject != new.event:
        return True  # the very same statement, demand, site
    told = new.count not in (None, Count()) or bool(new.value)
    same = claim.count == new.count and claim.value == new.value
    return told and same and claim.place == new.place and _meets(claim, new)


def _meets(claim: Claim, new: Entering) -> bool:
    if not claim.facts or not new.facts:
        return claim.facts == new.facts
    return readable(claim.facts).relation(readable(new.facts)) != "apart"


def _folded(words: str) -> str:
    return " ".join(words.casefold().split())
