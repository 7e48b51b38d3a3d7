"""An import, entered for the whole team, and taken back; whom its words concern.

Upholds: one record of the ledger holds an import, in one transaction; taking it back takes back
everything of it that nothing else leans on, with a reason, and leaves it readable; the same file
can come in again; whom the words of a file concern is said by a member, item by item.  Refuses to
take back what is no import, and what is gone or leaned on already.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from asylia.casework.documenting import check_pseudonym
from asylia.casework.place import Place
from asylia.errors import NotFoundError, UsageError
from asylia.record.check import check
from asylia.record.contents import (
    Claim,
    Concerned,
    Content,
    FoundThere,
    Imported,
    ImportUndone,
    ItemLook,
    Person,
)
from asylia.record.leaning import Stays, Undoable, undoable
from asylia.record.papers import mark_of
from asylia.record.reading import Record
from asylia.values import RecordId

_A_LIST = 1000  # ids that one content can name


@dataclass(frozen=True)
class Undone:
    """How many contents were taken back, and what stays."""

    count: int
    staying: tuple[Stays, ...]


@dataclass(frozen=True)
class Whom:
    """Those whom words concern, who speaks among them, and whether they could identify others."""

    persons: tuple[Concerned, ...]
    others: Literal["none", "named"]


def enter_import(
    place: Place, imported: Imported, contents: Sequence[Content], found: Sequence[str] = ()
) -> None:
    """Append all of it, in one transaction, in a record of its own.

    ``found``: ids of what the file says too and the record held already.
    """
    there: list[Content] = [
        FoundThere(id=place.randomness(16).hex(), of=imported.id, items=items)
        for items in _lists(found)
    ]
    own: list[Content] = [imported, *contents, *there]
    for one in (imported, *there):
        check(one)
    record = place.ledger.new_record(place.ledger.home())
    with place.vault.store.transaction():
        for content in own:
            place.append(record, content)


def to_take_back(known: Record, import_id: str) -> Undoable:
    """What of an import can be taken back and what has to stay; ``NotFoundError``."""
    if not isinstance(known.find(import_id), Imported):
        raise NotFoundError(
            "the record has no such import", hint="`asylia record import` told its name."
        )
    return undoable(known, import_id)


def undo_import(place: Place, import_id: str, reason: str, author: str) -> Undone:
    """Take back everything of an import that nothing else leans on, all of that or nothing."""
    known = place.record()
    found = to_take_back(known, import_id)
    record = known.entry(import_id).record
    if record is None or not found.items:
        raise UsageError(
            "Nothing of this import is left to take back.",
            hint="What of it still stands is leaned on by something else."
            if found.staying
            else "All of it was taken back.",
        )
    undos = [
        ImportUndone(
            id=place.randomness(16).hex(), of=import_id, items=items, reason=reason, author=author
        )
        for items in _lists(found.items)
    ]
    for one in undos:
        check(one)
    with place.vault.store.transaction():
        for one in undos:
            place.append(record, one)
    anyway = sum(one.is_there_anyway for one in found.staying)
    return Undone(len(found.items) - anyway, found.staying)


def say_whom(place: Place, items: Sequence[str], whom: Whom, by: str) -> int:
    """Enter whom these items of files concern, as they stand; all of it or nothing; how many.

    Each person that the record does not know yet enters as a pseudonym, in a record of its own.
    """
    known = place.record()
    imports = {known.entry(one.id).record for one in known.all(Imported)}
    looks: list[tuple[RecordId, ItemLook]] = []
    for item in dict.fromkeys(items):
        entry = known.entry(item)
        is_paper = isinstance(known.held(item), Claim) or known.is_untitled(entry.content)
        if entry.record is None or entry.record not in imports or not is_paper:
            raise UsageError("Only what came in with a file is looked at here.")
        look = ItemLook(
            id=place.randomness(16).hex(),
            item=item,
            sha256=mark_of(entry.content),
            others=whom.others,
            by=by,
            on=place.today,
            persons=whom.persons,
        )
        check(look)
        looks.append((entry.record, look))
    new = [
        one for one in dict.fromkeys(one.person for one in whom.persons) if known.find(one) is None
    ]
    with place.vault.store.transaction():
        for name in new:
            person = Person(id=check_pseudonym(name), pseudonym=name)
            place.append(place.ledger.new_record(place.ledger.home()), person)
        for record, look in looks:
            place.append(record, look)
    return len(looks)


def _lists(ids: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for at in range(0, len(ids), _A_LIST):
        yield tuple(ids[at : at + _A_LIST])
