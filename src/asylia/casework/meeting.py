"""Somebody who never wrote to the line: a case of their own, without a thread.

Upholds: what the team asks such a person, and what they agree to, lies in one ledger record, so
that it is forgotten alone; one pseudonym is one case.  Refuses: a name in place of a pseudonym, and
a second case under a pseudonym.
"""

from asylia.casework.contents import Met
from asylia.casework.documenting import check_pseudonym
from asylia.casework.place import Place
from asylia.errors import UsageError
from asylia.record.contents import Person


def meet(place: Place, pseudonym: str) -> bytes:
    """Open a case for somebody who never wrote; returns what stands for its thread.

    ``pseudonym``: a fresh one, or that by which others told of this person.
    """
    check_pseudonym(pseudonym)
    if place.casework().thread_of(pseudonym) is not None:
        raise UsageError("Another case has this pseudonym.", hint="Go on in that case.")
    known = place.record().find(pseudonym)
    if known is not None and not isinstance(known, Person):
        raise UsageError("This is no person's pseudonym.", hint="Draw another one.")
    met = Met(case=place.randomness(16), thread=place.randomness(16), pseudonym=pseudonym)
    record = place.ledger.new_record(place.ledger.home())
    with place.vault.store.transaction():
        place.append(record, met)
        if known is None:
            place.append(record, Person(id=pseudonym, pseudonym=pseudonym))
    return met.thread
