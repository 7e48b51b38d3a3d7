"""Judgements: what a member decides about claims and what they tell of, with a reason.

Upholds: a judgement stands apart from the claims, names its author and can be undone; it lies where
what it is about lies, so that it is forgotten with it.  Refuses: one without a reason, and one
about what the record does not hold.
"""

from asylia.casework.place import Place
from asylia.casework.public import draw_id
from asylia.errors import UsageError
from asylia.record.check import check
from asylia.record.claims import Decision
from asylia.record.contents import Judgement
from asylia.record.references import missing, references


def judge(place: Place, decision: Decision, reason: str, author: str) -> str:
    """Enter a judgement; returns its id."""
    if not reason.strip():
        raise UsageError("A judgement needs its reason.", hint="Nothing was saved.")
    record = place.record()
    made = Judgement(id=draw_id(place), decision=decision, reason=reason, author=author)
    check(made, record.words)
    if any(missing(made, record.held, record.words)):
        raise UsageError("A judgement is about what the record holds.", hint="Nothing was saved.")
    named = [record.entry(target).record for _, target, _ in references(made)]
    where = next((one for one in named if one is not None), None)
    place.append(where or place.ledger.new_record(place.ledger.home()), made)
    return made.id
