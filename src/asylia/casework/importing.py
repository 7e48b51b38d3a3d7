"""An import, entered for the whole team, and taken back whole.

Upholds: one record of the ledger holds an import, in one transaction; taking it back takes back
each claim and translation of it, with a reason, and leaves them readable.  Refuses to take back
what is no import, and to do it twice.
"""

from collections.abc import Sequence

from asylia.casework.place import Place
from asylia.errors import NotFoundError, UsageError
from asylia.record.check import check
from asylia.record.contents import Claim, Content, Imported, Translation, Undo
from asylia.record.reading import Record


def enter_import(place: Place, imported: Imported, contents: Sequence[Content]) -> None:
    """Append all of it, in one transaction, in a record of its own."""
    check(imported)
    record = place.ledger.new_record(place.ledger.home())
    with place.vault.store.transaction():
        place.append(record, imported)
        for content in contents:
            place.append(record, content)


def standing(known: Record, import_id: str) -> tuple[str, ...]:
    """The claims and translations of an import that nobody took back, by id."""
    entry = known.entry(import_id) if isinstance(known.find(import_id), Imported) else None
    if entry is None or entry.record is None:
        raise NotFoundError(
            "the record has no such import", hint="`asylia record import` told its name."
        )
    return tuple(
        one.content.id
        for one in known.entered
        if one.record == entry.record
        and isinstance(one.content, Claim | Translation)
        and one.content.id not in known.taken_back
    )


def undo_import(place: Place, import_id: str, reason: str, author: str) -> int:
    """Take back every claim and translation of an import; how many those were."""
    known = place.record()
    own = standing(known, import_id)
    record = known.entry(import_id).record
    if not own or record is None:
        raise UsageError("Nothing of this import is left to take back.")
    undos = [
        Undo(id=place.randomness(16).hex(), of=one, reason=reason, author=author) for one in own
    ]
    with place.vault.store.transaction():
        for one in undos:
            check(one)
            place.append(record, one)
    return len(own)
