"""A look at an exhibit: a member says whom it could identify, before anything of it may leave.

Upholds: each person seen enters the record as a pseudonym and nothing else; what was said once is
added to, never taken back.  Refuses: a name, an answer that does not fit those named, and to look
at bytes that are not those that were taken in.  Format: ``spec/record.md``, "A look".
"""

from collections.abc import Sequence
from contextlib import suppress

from asylia.casework.documenting import check_pseudonym, enter_persons
from asylia.casework.exhibits import read, record_of
from asylia.casework.place import Place
from asylia.errors import NotFoundError, UsageError
from asylia.record.check import check
from asylia.record.contents import Concerned, Exhibit, ExhibitLook
from asylia.record.reading import Record
from asylia.values import RecordId


def look_at(
    place: Place, exhibit: Exhibit, others: str, persons: Sequence[Concerned], by: str
) -> str:
    """Enter what was seen: ``others`` is ``none`` or ``named``; returns the look's id."""
    if others not in ("none", "named") or (others == "named") != bool(persons):
        raise UsageError(
            "Whom it could identify and the pseudonyms given do not fit together.",
            hint="Nothing was saved. Give each of them a pseudonym, or say that there is nobody.",
        )
    for one in persons:
        check_pseudonym(one.person)
    with suppress(NotFoundError):  # kept elsewhere, and looked at there
        read(place, exhibit)
    record = place.record()
    look = ExhibitLook(
        id=place.randomness(16).hex(),
        exhibit=exhibit.id,
        others="named" if others == "named" else "none",
        by=by,
        on=place.today,
        persons=tuple(dict.fromkeys(persons)),
    )
    check(look, place.words())
    with place.vault.store.transaction():
        if any(record.find(one.person) is None for one in persons):
            enter_persons(place, _persons_in(place, exhibit), persons)
        place.append(record_of(record, place, exhibit), look)
    return look.id


def looks_at(record: Record, exhibit: Exhibit) -> tuple[ExhibitLook, ...]:
    """Every look at this very exhibit, oldest first."""
    return tuple(one for one in record.all(ExhibitLook) if one.exhibit == exhibit.id)


def _persons_in(place: Place, exhibit: Exhibit) -> RecordId:
    """Where a person is entered whom nobody knew: with the case, and else apart from the exhibit.

    A person in the exhibit's own record would keep it from being forgotten with its case.
    """
    if exhibit.report:
        return RecordId(bytes.fromhex(exhibit.report))
    return place.ledger.new_record(place.ledger.home())
