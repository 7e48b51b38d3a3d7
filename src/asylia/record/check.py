"""What the form of a content can't hold: terms, dates, and what must fit together.

Upholds: nothing is written whose terms are not in the vocabulary, whose dates are not EDTF, or
whose value is not what its property takes.  ``problems`` says where; ``check`` raises.
Refuses nothing in a content already in a ledger: a newer version may know more terms.
"""

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any

from asylia import wire
from asylia.errors import MalformedError, Sentence
from asylia.record import asking, redline
from asylia.record import contents as c
from asylia.record.edtf_dates import is_edtf
from asylia.record.forms import ID_PATTERN, Others
from asylia.record.vocabulary import Vocabulary, vocabularies
from asylia.record.wordbook import Words
from asylia.record.wordbook import problems as own_problems
from asylia.record.yamlfile import Trail

Problem = tuple[Trail, str]

TERMS: dict[type[c.Content], dict[str, str]] = {
    c.Source: {"kind": "source_kinds"},
    c.Claim: {
        "property": "properties",
        "polarity": "polarity",
        "certainty": "certainty",
        "perpetrator": "perpetrators",
        "motive": "motives",
    },
    c.Event: {"kind": "event_kinds"},
    c.Act: {"violation": "violations", "motive": "motives"},
    c.Organisation: {"kind": "organisations"},
    c.Place: {"precision": "precision"},
    c.Statement: {"kind": "statements"},
    c.Response: {"kind": "responses"},
    c.Consent: {"purpose": "purposes"},
    c.Refusal: {"purpose": "purposes"},
    c.Proxy: {
        "purpose": "purposes",
        "standing": "standings",
        "cannot_be_asked": "cannot_be_asked",
    },
    c.HandedOver: {"purpose": "purposes"},
    c.Exhibit: {"kind": "source_kinds"},
    c.Custody: {"action": "custody_actions"},
    c.Derived: {"how": "derivations"},
    c.SupportOffered: {"kinds": "support", "answer": "support_answers"},
    c.Interview: {
        "manner": "interview_manners",
        "mode": "interview_modes",
        "flags": "interview_flags",
    },
}
_NEEDED_DATES = {"said_on"}
DATES: dict[type[c.Content], tuple[str, ...]] = {
    c.Source: ("said_on",),
    c.Claim: ("said_on", "facts"),
    c.Event: ("interval",),
    c.Act: ("interval",),
    c.Statement: ("on",),
    c.Response: ("on",),
    c.ToldElsewhere: ("on",),
}
LONGEST_LIFE_AT_STAKE = 30
PRIVATE_PERPETRATORS = frozenset({"relatives", "private_persons"})  # held as victims are
_EDTF = Sentence("expected a date in EDTF, such as 2017-04-01, 2017-04 or 2017-07-01/2017-07-10")

_NO_SHELTER = Sentence("expected no shelter and no route: they never enter the record")


def check(content: c.Content, words: Words | None = None) -> None:
    """Raise ``MalformedError`` for the first thing that does not hold, form included.

    ``words``: the record's vocabularies (``Record.words``); without them, those that ship.
    """
    wire.decode(wire.encode(content), type(content))
    for trail, expected in problems(content, words):
        place = ".".join(str(step) for step in trail)
        raise MalformedError(f"{type(content).__name__.lower()}, {place}: {expected}")


def problems(content: c.Content, words: Words | None = None) -> Iterator[Problem]:
    """Everything that does not hold in a content of the right form."""
    words = vocabularies() if words is None else words
    yield from _terms(content, words)
    for name in DATES.get(type(content), ()):
        text = getattr(content, name)
        if (text or name in _NEEDED_DATES) and not is_edtf(text):
            yield (name,), _EDTF
    rule = _RULES.get(type(content))
    if rule:
        yield from rule(content, words)


def _terms(content: c.Content, words: Words) -> Iterator[Problem]:
    for name, concept in TERMS.get(type(content), {}).items():
        value = getattr(content, name)
        for term in (value,) if isinstance(value, str) else value:
            if term not in words[concept]:
                yield (name,), not_a_term(term, words[concept])


def not_a_term(untrusted_term: str, known: Vocabulary) -> str:
    """An error that names an unknown term, if it can be a term at all, and those there are."""
    could_be = re.fullmatch(r"[a-z][a-z0-9_]{0,40}", untrusted_term)
    concept, terms = known.concept, known.expected()
    if not could_be:
        return Sentence("this is no term of %(concept)s; expected %(terms)s",
                        concept=concept, terms=terms)  # fmt: skip
    return Sentence("%(term)s is no term of %(concept)s; expected %(terms)s",
                    term=untrusted_term, concept=concept, terms=terms)  # fmt: skip


def is_private(perpetrator: str, words: Words) -> bool:
    """Whether this kind of perpetrator is held as victims are: a relative, a private person."""
    return words["perpetrators"].within(perpetrator, PRIVATE_PERPETRATORS)


def _claim(claim: c.Claim, words: Words) -> Iterator[Problem]:
    yield from _recantation(claim)
    count = claim.count
    if count and count.min is not None and count.max is not None and count.max < count.min:
        yield ("count",), Sentence("expected max no smaller than min")
    if claim.part_of == claim.id or any(one.other == claim.id for one in claim.overlaps):
        yield ("part_of",), Sentence("expected another claim: none is a part of itself")
    yield from _besides(claim.others, claim.persons)
    prop = words["properties"].terms.get(claim.property)
    if prop is None:
        return
    if (count is None) != (prop.takes != "count") and prop.takes != "term":
        yield (
            ("count",),
            Sentence(
                "expected a count with a property that takes one (%(property)s)",
                property=claim.property,
            ),
        )
    yield from _value(claim.value, prop.takes, words.get(prop.vocabulary))


def _besides(others: Others, persons: Collection[c.Concerned]) -> Iterator[Problem]:
    speakers = {one.person for one in persons if one.role == "speaker"}
    besides = {one.person for one in persons} - speakers
    if others == "named" and not besides:
        yield (
            ("others",),
            Sentence("expected whom else the words could identify, each among persons"),
        )
    elif others == "none" and besides:
        yield ("others",), Sentence("expected nobody among persons but who speaks")


def _value(value: str, takes: str, known: Vocabulary | None) -> Iterator[Problem]:
    if takes in ("count", "none") and value:
        yield ("value",), Sentence("expected no value with this property")
    elif takes == "date" and not is_edtf(value):
        yield ("value",), _EDTF
    elif takes == "term" and known is not None and value not in known:
        yield ("value",), not_a_term(value, known)
    elif takes == "text" and not value:
        yield ("value",), Sentence("expected a text")
    elif takes == "id" and not re.match(ID_PATTERN, value):
        yield ("value",), Sentence("expected the id of a subject")


def _recantation(claim: c.Claim) -> Iterator[Problem]:
    if claim.recants and claim.recants.claim == claim.id:
        yield ("recants", "claim"), Sentence("expected another claim: none goes back on itself")
    if claim.recants and (claim.part_of or claim.parts or claim.series or claim.overlaps):
        yield (
            ("recants",),
            Sentence("expected a claim by itself: no part, total, series or overlap"),
        )


def _act(act: c.Act, words: Words) -> Iterator[Problem]:
    for at, one in enumerate(act.perpetrators):
        for name, concept in (("kind", "perpetrators"), ("role", "perpetrator_roles")):
            if (term := getattr(one, name)) not in words[concept]:
                yield ("perpetrators", at, name), not_a_term(term, words[concept])
        if one.who and is_private(one.kind, words):
            yield (
                ("perpetrators", at, "who"),
                Sentence("expected nobody: relatives and private persons are never named"),
            )


def _custody(event: c.Custody, _words: Words) -> Iterator[Problem]:
    if redline.is_secret(event.place, redline.SHELTER_STEMS):
        yield ("place",), _NO_SHELTER


def _place(place: c.Place, _words: Words) -> Iterator[Problem]:
    for at, name in enumerate(place.names):
        if redline.is_secret(name.text, redline.SHELTER_STEMS):
            yield ("names", at), _NO_SHELTER
    if place.within == place.id:
        yield ("within",), Sentence("expected another place: none lies within itself")
    ends = (place.latitude, place.longitude, place.radius)
    if any(end is None for end in ends) and any(end is not None for end in ends):
        yield (
            ("radius",),
            Sentence("expected latitude, longitude and radius together, or none of them"),
        )
    if place.precision == "coordinates" and place.latitude is None:
        yield ("latitude",), Sentence("expected latitude, longitude and radius with this precision")


def _consent(consent: c.Consent | c.Proxy, _words: Words) -> Iterator[Problem]:
    if consent.risks.on > consent.given_on:
        yield ("risks", "on"), Sentence("expected risks explained no later than consent was given")
    if consent.expires_on < consent.given_on:
        yield ("expires_on",), Sentence("expected a day no earlier than consent was given")
    if not consent.items:
        yield ("items",), Sentence("expected the items that may leave, each by its id")


def _proxy(proxy: c.Proxy, words: Words) -> Iterator[Problem]:
    yield from _consent(proxy, words)
    if proxy.given_by == proxy.person:
        yield ("given_by",), Sentence("expected another: who can consent is asked")
    if len(set(proxy.decided_by)) != 2:
        yield ("decided_by",), Sentence("expected two different members")


def _refusal(refusal: c.Refusal, _words: Words) -> Iterator[Problem]:
    if refusal.risks.on > refusal.on:
        yield ("risks", "on"), Sentence("expected risks explained no later than the person refused")


def _life_at_stake(decision: c.LifeAtStake, _words: Words) -> Iterator[Problem]:
    if len(set(decision.decided_by)) != 2:
        yield ("decided_by",), Sentence("expected two different members")
    if not 0 <= decision.expires_on - decision.decided_on <= LONGEST_LIFE_AT_STAKE:
        yield (
            ("expires_on",),
            Sentence("expected at most %(days)s days", days=str(LONGEST_LIFE_AT_STAKE)),
        )


def _judgement(judgement: c.Judgement, words: Words) -> Iterator[Problem]:
    decision = judgement.decision
    if isinstance(decision, c.Choice) and decision.chosen not in decision.among:
        yield ("decision", "chosen"), Sentence("expected one of those chosen among")
    if isinstance(decision, c.Sameness) and len(set(decision.ids)) < 2:
        yield ("decision", "ids"), Sentence("expected at least two different subjects")
    if isinstance(decision, c.OverlapJudged) and decision.claim == decision.other:
        yield ("decision", "other"), Sentence("expected another claim")
    if isinstance(decision, c.Bearing) and decision.element not in words["elements"]:
        yield ("decision", "element"), not_a_term(decision.element, words["elements"])


def _look(look: c.ExhibitLook, _words: Words) -> Iterator[Problem]:
    if (look.others == "named") != bool(look.persons):
        yield (
            ("persons",),
            Sentence("expected those whom it could identify, and nobody where there is none"),
        )


def _derived(derived: c.Derived, _words: Words) -> Iterator[Problem]:
    if derived.exhibit == derived.original:
        yield ("original",), Sentence("expected another exhibit: none is made of itself")


def _credentials(found: c.Credentials, _words: Words) -> Iterator[Problem]:
    if found.state == "trusted" and not found.trust_list:
        yield ("trust_list",), Sentence("expected the trust list by which the signer is trusted")
    if bool(found.trust_list) != (found.trust_list_sha256 is not None):
        yield (
            ("trust_list_sha256",),
            Sentence("expected the SHA-256 of the trust list, and of nothing else"),
        )


def _own_term(own: c.OwnTerm, words: Words) -> Iterator[Problem]:
    for name, expected in own_problems(own, words):
        yield (name,), expected


_RULES: dict[type[c.Content], Callable[[Any, Words], Iterator[Problem]]] = {
    c.Claim: _claim,
    c.Act: _act,
    c.Custody: _custody,
    c.Place: _place,
    c.Consent: _consent,
    c.Refusal: _refusal,
    c.Proxy: _proxy,
    c.LifeAtStake: _life_at_stake,
    c.Judgement: _judgement,
    c.ExhibitLook: _look,
    c.ItemLook: lambda look, _words: _besides(look.others, look.persons),
    c.Derived: _derived,
    c.Credentials: _credentials,
    c.Interview: asking.interview_problems,
    c.SupportOffered: asking.support_problems,
    c.OwnTerm: _own_term,
}
