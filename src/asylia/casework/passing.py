"""What a review passes on into the record: which pseudonyms are one person, and no more.

Upholds: a verdict goes as a judgement of sameness between two pseudonyms that the record holds,
with a reason that quotes nobody; what was passed and holds no more is taken back first, so that
nothing contradicts itself, and nothing else is ever taken back.  What may be one and nobody decided
goes as "not known", so that "at least" stays true.  Format: ``spec/review.md``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from asylia.casework.place import Place
from asylia.casework.public import draw_id
from asylia.casework.review import Pair, Passed, Reviews
from asylia.casework.votes import Standing, implied
from asylia.record.check import check
from asylia.record.claims import Sameness
from asylia.record.contents import Judgement, Person, Undo
from asylia.record.forms import Verdict
from asylia.record.reading import Record
from asylia.values import RecordId

MOST = 2000
# By the state of the pair; what a judgement says of its author, who stays in the review.
REASONS: Mapping[str, str] = {
    "agreed": "linkage review: whoever looked at both agrees",
    "settled": "linkage review: those who looked differed, and it was settled",
    "": "linkage: they may be one person, and nobody has decided",
}
_GONE = "linkage review: no longer held"


@dataclass(frozen=True)
class Due:
    """One change: ``verdict`` None takes back what was passed, and passes nothing."""

    pair: Pair
    verdict: Verdict | None
    reason: str
    before: Passed | None


def due(
    record: Record, known: Mapping[Pair, Standing], plausible: Mapping[Pair, float]
) -> tuple[Due, ...]:
    """What the record does not say yet; ``plausible``: undecided pairs that may be one person."""
    follows = implied(known.values())
    wanted: dict[Pair, tuple[Verdict, str]] = {
        pair: ("not_known", REASONS[""]) for pair in plausible if follows.verdict(pair) is None
    }
    for pair, one in known.items():
        if one.verdict is not None:
            wanted[pair] = (one.verdict, REASONS[one.state])
    changes = []
    for pair in dict.fromkeys((*known, *wanted)):
        if not all(isinstance(record.find(key), Person) for key in pair):
            continue
        passed = _stands(record, known[pair].passed) if pair in known else None
        verdict, reason = wanted.get(pair, (None, ""))
        if verdict != (passed.verdict if passed else None):
            changes.append(Due(pair, verdict, reason, passed))
    return tuple(changes)


def _stands(record: Record, passed: Passed | None) -> Passed | None:
    """What was passed, if that judgement is in force, of this pair and a review's own.

    An entry that names anything else by its id would have others take that back.
    """
    found = record.find(passed.judgement) if passed else None
    if passed is None or not isinstance(found, Judgement) or found.id in record.taken_back:
        return None
    decision = found.decision
    if not isinstance(decision, Sameness) or found.reason not in REASONS.values():
        return None
    told = (*sorted(decision.ids), decision.verdict)
    return passed if told == (*passed.pair, passed.verdict) else None


def pass_on(place: Place, reviews: Reviews, review: RecordId, changes: tuple[Due, ...]) -> int:
    """Enter what is due in the record, at most ``MOST``, all of it or nothing; how many."""
    me = next((member.name for member in place.ledger.members() if member.own), "")
    record = place.record()
    with place.vault.store.transaction():
        for one in changes[:MOST]:
            if one.before is not None:
                undo = Undo(id=draw_id(place), of=one.before.judgement, reason=_GONE, author=me)
                _enter(place, record, undo, one.before.judgement)
            if one.verdict is None:
                continue
            decision = Sameness(ids=one.pair, verdict=one.verdict)
            made = Judgement(id=draw_id(place), decision=decision, reason=one.reason, author=me)
            _enter(place, record, made, *one.pair)
            passed = Passed(
                id=reviews.draw_id(), pair=one.pair, verdict=one.verdict, judgement=made.id
            )
            reviews.add(review, passed)
    return len(changes[:MOST])


def _enter(place: Place, record: Record, content: Judgement | Undo, *about: str) -> None:
    """Where what it is about lies, so that it is forgotten with it."""
    check(content, record.words)
    where = next((at for key in about if (at := record.entry(key).record) is not None), None)
    place.append(where or place.ledger.new_record(place.ledger.home()), content)
