"""A team's own terms: entered for every device, and retired when nobody wants them any more.

Upholds: all or nothing; a term that is there already means the same for good.  Refuses: to define a
term anew, and to retire what ships.  Rules: ``spec/vocabulary.md``.
"""

from collections.abc import Sequence

from asylia.casework.place import Place
from asylia.errors import UsageError
from asylia.record.check import check
from asylia.record.contents import OwnTerm, Retired
from asylia.record.wordbook import check_retirable, check_same, term_id, words_of


def enter_terms(place: Place, terms: Sequence[OwnTerm]) -> int:
    """Enter those that are new; how many those were.  ``ConflictError`` for another meaning."""
    record = place.record()
    new = [one for one in terms if not check_same(one, record.find(one.id))]
    words = words_of((*record.all(OwnTerm), *new))
    for one in new:
        check(one, words)
    if not new:
        return 0
    where = place.ledger.new_record(place.ledger.home())
    with place.vault.store.transaction():
        for one in new:
            place.append(where, one)
    return len(new)


def retire_term(place: Place, concept: str, term: str, reason: str, author: str) -> None:
    """Offer a term of the team's own no longer; whatever uses it stays as it is."""
    record = place.record()
    name = term_id(concept, term)
    check_retirable(record.find(name))
    if any(one.of == name for one in record.all(Retired)):
        raise UsageError("This term is retired already.")
    retired = Retired(id=place.randomness(16).hex(), of=name, reason=reason, author=author)
    check(retired)
    place.append(place.ledger.new_record(place.ledger.home()), retired)
