"""What leaves in a file, computed from consent: the items asked for, or every one that may.

Upholds: ``record.consent`` alone says what may leave; items named are all or nothing, and where
none is named, each one that stays is listed with its reasons.  What concerns a person gets a name
of its own in each file, so that two recipients can't join what they hold.  Refuses a text that
holds a pseudonym, as a dossier does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from asylia.crypto import random
from asylia.dossier.naming import names_one, pseudonyms
from asylia.errors import Sentence
from asylia.exchange.cells import to_cells
from asylia.exchange.going import Going, going, persons
from asylia.exchange.report import Report
from asylia.record.consent import (
    DISCLOSABLE,
    NotPermittedError,
    Permission,
    Permitted,
    permission,
    permission_for_some,
)
from asylia.record.contents import Claim, Place
from asylia.record.places import coarse
from asylia.record.reading import Record
from asylia.record.references import references
from asylia.values import Day


@dataclass(frozen=True)
class Asked:
    """What is to leave: for which purpose, to whom, which items (none: all that may), what day.

    ``renamed``: whether what concerns persons gets new names, as from a team's ledger.
    """

    purpose: str
    recipient: str
    items: tuple[str, ...]
    on: Day
    renamed: bool = True


@dataclass(frozen=True)
class Chosen:
    """What was permitted, as it leaves, and what each item is called in it."""

    granted: Permission
    items: tuple[Going, ...]
    names: Mapping[str, str]
    staying: Mapping[str, tuple[str, ...]]  # by id, each reason


def choose(record: Record, asked: Asked, report: Report, randomness: random.Randomness) -> Chosen:
    """Everything that leaves; ``NotPermittedError`` with each thing that is missing."""
    granted, staying = _granted(record, asked)
    names = _names(record, granted.items, asked.renamed, randomness)
    known = pseudonyms(record)
    whole = [(one.item, *going(record, one, names)) for one in granted.items]
    for item, one, _ in whole:
        if cell := _named(known, one):
            staying[item] = (
                Sentence("%(item)s names a person in its field %(field)s", item=item, field=cell),
            )
    leaving = [one for one in whole if one[0] not in staying]
    named = [why for item in asked.items for why in staying.get(item, ())]
    if named or not leaving:
        everything = [why for reasons in staying.values() for why in reasons]
        raise NotPermittedError(tuple(dict.fromkeys(named or everything)))
    if len(leaving) < len(whole):
        ids = [item for item, _, _ in leaving]
        granted = permission(record, asked.purpose, asked.recipient, ids, asked.on)
    for item, reasons in staying.items():
        report.staying.add(item, "; ".join(reasons))
    for gap in (gap for _, _, lost in leaving for gap in lost):
        report.lost.add(gap.name, f"{gap.field} points to something that stays behind")
    return Chosen(granted, tuple(one for _, one, _ in leaving), names, staying)


def _granted(record: Record, asked: Asked) -> tuple[Permission, dict[str, tuple[str, ...]]]:
    if asked.items:
        permission(record, asked.purpose, asked.recipient, asked.items, asked.on)  # all or nothing
        wanted = _closure(record, asked.items)
    else:
        wanted = [
            one.content.id
            for one in record.entered
            if isinstance(one.content, DISCLOSABLE) and one.content.id not in record.taken_back
        ]
    granted, staying = permission_for_some(record, asked.purpose, asked.recipient, wanted, asked.on)
    return granted, dict(staying)


def _closure(record: Record, items: Sequence[str]) -> list[str]:
    """The items, and what they need to be understood: what they point to that can leave."""
    found: dict[str, None] = {}
    waiting = list(items)
    while waiting:
        at = waiting.pop()
        content = record.find(at)
        if at in found or not isinstance(content, DISCLOSABLE):
            continue
        found[at] = None
        waiting += [one for one in _beside(record, at) if one not in found]
    return list(found)


def _beside(record: Record, item: str) -> Iterable[str]:
    content = record.entry(item).content
    for trail, target, kinds in references(content, record.words):
        other = record.find(target)
        if isinstance(other, Place) and not isinstance(content, Place):
            near = coarse(record, target)
            yield from (near.id,) if near else ()
        elif trail[0] not in ("part_of", "overlaps", "recants", "of") and kinds:
            yield target


def _named(known: frozenset[str], item: Going) -> str:
    """The field that holds a pseudonym; empty if none does."""
    cells = to_cells(item.fields)
    return next((name for name, text in cells.items() if names_one(known, text)), "")


def _names(
    record: Record, items: Iterable[Permitted], renamed: bool, randomness: random.Randomness
) -> dict[str, str]:
    """What each item is called, each person, and each report whose source stays with the team."""
    names: dict[str, str] = {}
    for one in items:
        own = renamed and (one.consents or one.masking or one.of_nobody)
        names[one.item] = randomness(16).hex() if own else one.item
    numbers = {"person": 0, "source": 0}
    for one in items:
        content = record.entry(one.item).content
        beside = [("person", person) for person in persons(record, content)]
        if isinstance(content, Claim):
            beside.append(("source", content.source))
        for noun, other in beside:
            if other not in names:
                numbers[noun] += 1
                names[other] = f"{noun}-{numbers[noun]}" if renamed else other
    return names
