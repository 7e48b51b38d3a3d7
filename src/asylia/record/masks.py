"""Masking: which texts of a claim are written anew, for whom, and what a new text may not say.

Upholds: every text in which the teller can have described somebody is written anew, or the claim
stays in (``consent``).  Refuses, with every reason: to mask the one who speaks, or somebody whom
the claim does not concern; a text left out; and one that still holds a pseudonym, which
would let recipients join what they hold.  Rules: ``spec/record.md``, "Consent".
"""

from collections.abc import Iterator, Mapping

from asylia.errors import Sentence
from asylia.record.concerns import concerned
from asylia.record.contents import Claim, Masking, Person
from asylia.record.fields import fields, free_text
from asylia.record.reading import Record


def free(record: Record, claim: Claim) -> frozenset[str]:
    """Names of the texts in which somebody can be described."""
    prop = record.vocabulary("properties").terms.get(claim.property)
    return free_text(claim, prop.takes if prop else "text")


def texts(record: Record, claim: Claim) -> Mapping[str, str]:
    """What has to be written anew, as it stands, in the order of the claim's fields."""
    names = free(record, claim)
    return {name: text for name, text in fields(claim).items() if name in names}


def maskable(record: Record, claim: Claim) -> tuple[str, ...]:
    """Those whom this claim concerns and who can be made unidentifiable in it."""
    return tuple(one.person for one in concerned(record, claim) or () if one.maskable)


def lacks(record: Record, masking: Masking) -> Iterator[str]:
    """Every reason why this masking would let nothing leave, or too much."""
    claim = record.get(masking.claim, Claim)
    wanted, given = texts(record, claim), masking.fields
    if not masking.persons:
        yield Sentence("nobody is named who is to be made unidentifiable")
    if set(masking.persons) - set(maskable(record, claim)):
        yield Sentence("only somebody of whom others tell can be masked, in a claim about them")
    for name in wanted:
        if not given.get(name, "").strip():
            yield Sentence("a text is not written anew: %(name)s", name=name)
    if set(given) - set(wanted):
        yield Sentence("only texts in which somebody is described are written anew")
    whole = "\n".join(given.values())
    for name in named_in(record, claim, whole):
        yield Sentence("the new texts still hold %(name)s", name=name)


def named_in(record: Record, claim: Claim, text: str) -> tuple[str, ...]:
    """Pseudonyms in a text of those whom the claim concerns, of the one who speaks too."""
    persons = [one.person for one in concerned(record, claim) or ()]
    known = [record.find(one) for one in persons]
    names = [*persons, *(one.pseudonym for one in known if isinstance(one, Person))]
    return tuple(one for one in dict.fromkeys(names) if one.casefold() in text.casefold())
