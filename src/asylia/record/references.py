"""What a content points to, and whether that is there.

Upholds: a folder of files is loaded only if every reference leads to a content of the right kind,
and a part has the property of its total.  A ledger is read without this: what is pointed to may
still be on its way.
"""

from collections.abc import Callable, Iterator
from typing import Any

from asylia.errors import Sentence
from asylia.record import contents as c
from asylia.record.vocabulary import vocabularies
from asylia.record.wordbook import Words
from asylia.record.yamlfile import Trail

Kinds = tuple[type[Any], ...]
Reference = tuple[Trail, str, Kinds]
Find = Callable[[str], c.Content | None]

_TELLERS: Kinds = (c.Organisation, c.Official, c.Person, c.Group)
_ACTORS: Kinds = (c.Organisation, c.Official, c.Group)
_SUBJECTS: Kinds = (
    c.Event, c.Act, c.Group, c.Person, c.Organisation, c.Official, c.Site, c.Statement, c.Demand,
    c.Response,
)  # fmt: skip
_SUBJECT_OF: dict[str, Kinds] = {
    "statement_made": (c.Statement,),
    "demand_made": (c.Demand,),
    "response_made": (c.Response,),
    "site_exists": (c.Site,),
    "site_described": (c.Site,),
    "site_status": (c.Site,),
    "ordered_by": (c.Act, c.Event),
    "carried_out_by": (c.Act, c.Event),
    "attended_by": (c.Act, c.Event),
    "not_prevented_by": (c.Act, c.Event),
    "commands": (c.Organisation, c.Official),
    "unit_of": (c.Organisation,),
    "located_at": (c.Act, c.Event, c.Site),
}
_VALUE_OF: dict[str, Kinds] = {
    "ordered_by": _ACTORS,
    "carried_out_by": _ACTORS,
    "attended_by": _ACTORS,
    "not_prevented_by": _ACTORS,
    "commands": (c.Organisation,),
    "unit_of": (c.Organisation,),
    "located_at": (c.Place,),
}
_SINGLE: dict[type[Any], dict[str, Kinds]] = {
    c.Source: {"exhibit": (c.Exhibit,)},
    c.SourceText: {"source": (c.Source,)},
    c.Event: {"place": (c.Place,)},
    c.Act: {"event": (c.Event,), "victim": (c.Person, c.Group), "place": (c.Place,)},
    c.Group: {"within": (c.Group, c.Event)},
    c.Organisation: {"part_of": (c.Organisation,)},
    c.Site: {"place": (c.Place,), "one_of": (c.Group,)},
    c.Place: {"within": (c.Place,)},
    c.Statement: {"by": _ACTORS, "event": (c.Event,)},
    c.Demand: {"event": (c.Event,)},
    c.Response: {"event": (c.Event,), "in_reply_to": (c.Demand,)},
    c.Undo: {"of": (c.Claim, c.Judgement, c.Masking, c.Translation, c.ItemLook)},
    c.Translation: {"of": (c.Claim, c.Exhibit)},
    c.Retired: {"of": (c.OwnTerm,)},
    c.Claim: {
        "source": (c.Source,),
        "event": (c.Event,),
        "place": (c.Place,),
        "part_of": (c.Claim,),
    },
}


def references(content: c.Content, words: Words | None = None) -> Iterator[Reference]:
    """Each place that points to another content: its trail, the id, and the kinds it may be."""
    for name, kinds in _SINGLE.get(type(content), {}).items():
        if target := getattr(content, name):
            yield (name,), target, kinds
    if isinstance(content, c.Demand | c.Response):
        for at, actor in enumerate(content.by):
            yield ("by", at), actor, _ACTORS
    elif isinstance(content, c.Act):
        for at, one in enumerate(content.perpetrators):
            if one.who:
                yield ("perpetrators", at, "who"), one.who, _ACTORS
    elif isinstance(content, c.Claim):
        yield from _claim(content, vocabularies() if words is None else words)
    elif isinstance(content, c.Judgement):
        yield from _decision(content.decision)


def _claim(claim: c.Claim, words: Words) -> Iterator[Reference]:
    yield ("subject",), claim.subject, _SUBJECT_OF.get(claim.property, _SUBJECTS)
    for at, teller in enumerate(claim.tellers):
        if teller.who:
            yield ("tellers", at), teller.who, _TELLERS
    for at, overlap in enumerate(claim.overlaps):
        yield ("overlaps", at, "other"), overlap.other, (c.Claim,)
    for at, one in enumerate(claim.persons):
        yield ("persons", at, "person"), one.person, (c.Person,)
    if claim.recants:
        yield ("recants", "claim"), claim.recants.claim, (c.Claim,)
    if _takes_id(claim.property, words):
        yield ("value",), claim.value, _VALUE_OF.get(claim.property, _SUBJECTS)


def _takes_id(prop: str, words: Words) -> bool:
    known = words["properties"].terms.get(prop)
    return known is not None and known.takes == "id"


def _decision(decision: c.Decision) -> Iterator[Reference]:
    if isinstance(decision, c.Choice):
        yield from (
            (("decision", "among", at), one, (c.Claim,)) for at, one in enumerate(decision.among)
        )
    elif isinstance(decision, c.Sameness):
        yield from (
            (("decision", "ids", at), one, _SUBJECTS) for at, one in enumerate(decision.ids)
        )
    elif isinstance(decision, c.Membership):
        yield ("decision", "member"), decision.member, (c.Event, c.Claim)
        yield ("decision", "event"), decision.event, (c.Event,)
    elif isinstance(decision, c.OverlapJudged):
        yield ("decision", "claim"), decision.claim, (c.Claim,)
        yield ("decision", "other"), decision.other, (c.Claim,)
    elif isinstance(decision, c.Bearing):
        yield ("decision", "event"), decision.event, (c.Event,)
        yield ("decision", "item"), decision.item, (c.Claim, c.Exhibit)
    else:
        yield ("decision", "of"), decision.of, (c.Claim, c.Source)


def missing(
    content: c.Content, find: Find, words: Words | None = None
) -> Iterator[tuple[Trail, str]]:
    """Each reference that leads nowhere or to another kind, with what is expected there."""
    for trail, target, kinds in references(content, words):
        if not isinstance(find(target), kinds):
            wanted = " or ".join(kind.__name__.lower() for kind in kinds)
            yield trail, Sentence("expected the id of a %(kinds)s in this folder", kinds=wanted)
    if isinstance(content, c.Claim) and content.part_of:
        total = find(content.part_of)
        if isinstance(total, c.Claim) and total.property != content.property:
            yield ("part_of",), Sentence("expected a total of the same property")
