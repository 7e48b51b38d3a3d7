"""The terms that a team has: those that ship with Asylia, and the team's own beside them.

Upholds: a term keeps its meaning for good: what ships is never redefined, and of two definitions of
one's own the first stands; a retired term is not offered and stays readable.  Refuses: a term of a
concept on which code acts, a term or label that crosses a red line, and a kind of perpetrator,
source, method or element that does not say what wider one it stands under, since protection
follows the wider one.  Rules: ``spec/vocabulary.md``.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from types import MappingProxyType

from asylia.errors import ConflictError, RefusedError
from asylia.record import redline
from asylia.record.own_terms import OwnTerm
from asylia.record.vocabulary import LANGUAGES, OF_ACTS, TAKES, Term, Vocabulary, vocabularies
from asylia.wire import frame

Words = Mapping[str, Vocabulary]
OPEN = frozenset({
    "violations", "methods", "consequences", "detention_conditions", "motives", "perpetrators",
    "organisations", "event_kinds", "site_status", "statements", "responses", "source_kinds",
    "properties", "elements", "custody_actions",
})  # fmt: skip

_LAST = frozenset({"not_stated", "not_known", "report_to_line"})  # nothing stands under these


def term_id(concept: str, term: str) -> str:
    """The id of a term's content: the same on every device, so that nobody defines it twice."""
    return sha256(frame("asylia/term/1 id", concept.encode(), term.encode())).hexdigest()[:32]


def words_of(own: Iterable[OwnTerm], retired: Iterable[str] = ()) -> Words:
    """What ships with these beside it; one that does not fit is left out, and shown as it is.

    ``retired``: ids of terms' contents.  A term can stand under another that is entered later.
    """
    words = dict(vocabularies())
    waiting, gone = list({one.id: one for one in reversed(tuple(own))}.values()), frozenset(retired)
    waiting.reverse()  # of two under one id the first stands
    while fitting := [one for one in waiting if not any(problems(one, words))]:
        for one in fitting:
            words[one.concept] = _with(words[one.concept], one, one.id in gone)
        waiting = [one for one in waiting if one not in fitting]
    return MappingProxyType(words)


def problems(own: OwnTerm, words: Words) -> Iterator[tuple[str, str]]:
    """Field and expectation for everything that keeps this term out; not whether it is there."""
    known = words.get(own.concept)
    if own.concept not in OPEN or known is None:
        yield "concept", f"expected one of {', '.join(sorted(OPEN))}"
        return
    if own.term in vocabularies()[own.concept]:
        yield "term", "expected a term that does not ship: a term keeps its meaning"
    if own.id != term_id(own.concept, own.term):
        yield "id", "expected the id that follows from concept and term"
    if set(own.labels) != set(LANGUAGES):
        yield "labels", f"expected a label in each of {', '.join(LANGUAGES)}"
    if own.concept not in OF_ACTS and any(map(redline.crosses, (own.term, *own.labels.values()))):
        yield "term", "expected nothing of anybody's orientation, identity, faith or ethnicity"
    if any(map(redline.is_secret, (own.term, *own.labels.values()))):
        yield "term", "expected nothing of shelters, routes, travel documents or helpers"
    yield from _under(own, words)
    yield from _of_a_property(own, words)


def _under(own: OwnTerm, words: Words) -> Iterator[tuple[str, str]]:
    concept = words[own.concept].under
    if not concept and own.under:
        yield "under", "expected nothing: these terms stand under nothing"
    elif concept and (own.under not in words[concept] or own.under in _LAST):
        yield "under", f"expected a term of {concept}, and one that says what it is"


def _of_a_property(own: OwnTerm, words: Words) -> Iterator[tuple[str, str]]:
    if (own.takes in TAKES) != (own.concept == "properties"):
        yield "takes", f"expected one of {', '.join(sorted(TAKES))} with a property, else nothing"
    if bool(own.vocabulary) != (own.takes == "term") or (
        own.vocabulary and own.vocabulary not in words
    ):
        yield "vocabulary", "expected a concept where the property takes a term, else nothing"
    if own.act and (own.concept != "properties" or own.act not in words["violations"]):
        yield "act", "expected a term of violations, with a property only"


def _with(known: Vocabulary, own: OwnTerm, is_retired: bool) -> Vocabulary:
    term = Term(
        labels=own.labels,
        under=own.under,
        takes=own.takes,
        vocabulary=own.vocabulary,
        act=own.act,
        retired=is_retired,
    )
    return Vocabulary(
        known.concept,
        MappingProxyType({**known.terms, own.term: term}),
        known.crosswalks,
        known.under,
    )


def check_same(own: OwnTerm, held: object) -> bool:
    """Whether the record holds this very term; ``ConflictError`` where it means something else."""
    if held is None:
        return False
    if held != own:
        raise ConflictError(
            f"{own.concept}: {own.term} is defined already, and a term keeps its meaning",
            hint="Choose another name for the new meaning; the old one can be retired.",
        )
    return True


def check_retirable(term: object) -> None:
    """``RefusedError`` for what is not a term of the team's own: what ships can't be retired."""
    if not isinstance(term, OwnTerm):
        raise RefusedError("Only a term of the team's own can be retired.")
