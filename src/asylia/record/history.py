"""What became of a claim: entered, translated, masked, judged, taken back, recanted, by whom, when.

Upholds: nothing of a claim's history is hidden by what came after; what was taken back is shown
with the day on which it was and the reason.  Refuses nothing; a claim that the record does not hold
has no history.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from asylia.record.claims import Recants
from asylia.record.contents import (
    Choice,
    Claim,
    Content,
    HandedOver,
    ImportUndone,
    ItemLook,
    Judgement,
    Masking,
    Translation,
    Undo,
)
from asylia.record.reading import Entered, Record
from asylia.record.references import references
from asylia.values import Day, DeviceId

What = Literal[
    "entered", "translated", "masked", "judged", "taken_back", "recants", "recanted", "handed_over"
]


@dataclass(frozen=True)
class Moment:
    """One thing that happened to a claim.

    ``content`` is the id of what says so; ``about`` the id of what it was done to: the claim, or a
    judgement, masking or translation of it that was taken back.  ``author`` is the pseudonym that
    the content itself gives, ``device`` the one that entered it; either may be missing.
    """

    day: Day
    what: What
    content: str
    about: str
    author: str
    device: DeviceId | None
    reason: str


def history(record: Record, claim: str, as_recorded_on: Day | None = None) -> tuple[Moment, ...]:
    """Everything that was entered about a claim by that day, in order of entry."""
    known = record.recorded_by(as_recorded_on)
    about = {claim}
    out: list[Moment] = []
    for entered in known.everything:
        for what, of in _touches(entered.content, claim, about):
            out.append(_moment(entered, what, of))
            if what in ("translated", "masked", "judged"):
                about.add(entered.content.id)
    return tuple(out)


def touches(content: Content) -> tuple[str, ...]:
    """Ids of the contents whose history, or whose standing, this is a part of."""
    match content:
        case (
            Claim(recants=Recants(claim=of)) | Translation(of=of) | Masking(claim=of) | Undo(of=of)
        ):
            return (of,)
        case ItemLook(item=of):
            return (of,)
        case Judgement():
            return tuple(named_by(content))
        case HandedOver(items=items) | ImportUndone(items=items):
            return tuple(dict.fromkeys(items))
        case _:
            return ()


def named_by(judgement: Judgement) -> dict[str, None]:
    """Every id that a decision names."""
    named = dict.fromkeys(target for _, target, _ in references(judgement))
    if isinstance(judgement.decision, Choice):
        named[judgement.decision.chosen] = None
    return named


def _touches(content: Content, claim: str, about: set[str]) -> Iterator[tuple[What, str]]:
    match content:
        case Claim(id=own, recants=recants):
            if own == claim:
                yield "entered", claim
            if own == claim and recants:
                yield "recants", recants.claim
            if recants and recants.claim == claim:
                yield "recanted", claim
        case Translation(of=of) if of == claim:
            yield "translated", claim
        case Masking(claim=of) if of == claim:
            yield "masked", claim
        case Judgement() if any(target == claim for _, target, _ in references(content)):
            yield "judged", claim
        case Undo(of=of) if of in about:
            yield "taken_back", of
        case ImportUndone(items=items):
            yield from (("taken_back", of) for of in items if of in about)
        case HandedOver(items=items) if claim in items:
            yield "handed_over", claim
        case _:
            pass


def _moment(entered: Entered, what: What, about: str) -> Moment:
    content = entered.content
    return Moment(
        day=entered.entered_on,
        what=what,
        content=content.id,
        about=about,
        author=getattr(content, "author", "") or getattr(content, "by", ""),
        device=entered.author,
        reason=getattr(content, "reason", ""),
    )


def recanted_by(record: Record, claim: str) -> tuple[str, ...]:
    """Ids of the claims that stand and go back on this one."""
    return tuple(one.id for one in record.claims if one.recants and one.recants.claim == claim)
