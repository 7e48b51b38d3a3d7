"""What of a content is searched: its words and names, never a field that was masked.

Upholds: a claim is found by its words, its teller's other words and the pseudonyms that it
concerns; where it concerns a person, not by words that tell orientation; a translation as its claim
is.
Refuses: consents, risks explained, reasons, and whatever else is not a teller's words or a name.
"""

from collections.abc import Collection
from typing import NamedTuple

from asylia.record.contents import (
    Claim,
    Content,
    Demand,
    Event,
    Group,
    Masking,
    Official,
    Organisation,
    Person,
    Place,
    Site,
    Source,
    Translation,
)
from asylia.record.views.tokens import Tokens, tokens

# Fields of a claim that are searched; ``Masking.fields`` has the same names.
WORDS = ("words", "value", "perpetrator_words", "parts.words", "recants.circumstances")


class Found(NamedTuple):
    """What a text is: of a claim, or a name of which kind of thing; and whose."""

    kind: str
    about: str
    tokens: Tokens


def text_of(
    content: Content, *, masked: Collection[str] = (), concerns_a_person: bool = False
) -> Found | None:
    """What of this content is searched; ``masked``: fields of the claim that it is or belongs to.

    ``concerns_a_person``: beyond what the content itself says, as where its subject is one.
    """
    match content:
        case Claim():
            text = "\n".join(_said(content, masked))
            person = concerns_a_person or bool(content.persons or content.report)
            return Found("claim", content.id, tokens(text, concerns_a_person=person))
        case Translation():
            text = "" if "words" in masked else content.words
            return Found("claim", content.of, tokens(text, concerns_a_person=concerns_a_person))
        case Masking():
            text = "\n".join(content.fields.get(name, "") for name in WORDS)
            return Found("claim", content.claim, tokens(text, concerns_a_person=True))
        case _:
            named = _named(content)
            return Found(named[0], content.id, tokens("\n".join(named[1:]))) if named else None


def _said(claim: Claim, masked: Collection[str]) -> list[str]:
    texts = {
        "words": claim.words,
        "value": claim.value,
        "perpetrator_words": claim.perpetrator_words,
        "parts.words": claim.parts.words if claim.parts else "",
        "recants.circumstances": claim.recants.circumstances if claim.recants else "",
    }
    told = [text for name, text in texts.items() if text and name not in masked]
    return told if masked else [*told, *(one.person for one in claim.persons)]


def _named(content: Content) -> tuple[str, ...]:  # noqa: PLR0911 - one line a kind
    """The kind of thing, then its names."""
    match content:
        case Place(names=names):
            return "place", *(one.text for one in names)
        case Site(name=name, aliases=aliases):
            return "site", name, *aliases
        case Event(name=name):
            return "event", name
        case Organisation(name=name):
            return "organisation", name
        case Official(name=name, office=office):
            return "official", name, office
        case Group(description=description):
            return "group", description
        case Person(pseudonym=pseudonym):
            return "person", pseudonym
        case Source(title=title):
            return "source", title
        case Demand(what=what, must_act=must_act):
            return "demand", what, must_act
        case _:
            return ()
