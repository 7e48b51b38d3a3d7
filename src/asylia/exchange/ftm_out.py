"""FollowTheMoney: each item an entity, each of its values a statement, one dataset a source.

Upholds: what a claim says stands in the dataset of its source and of no other; every field of the
record is among the entity's notes, so that reading it back loses nothing; what FollowTheMoney has
properties for is there as well.  Refuses nothing.  Format: ``spec/exchange.md``, "FollowTheMoney".
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha1
from typing import Any, TypeAlias

from asylia.exchange import cells
from asylia.exchange.ftm_words import LANGUAGES, dataset, dates, entity_id, schema_of
from asylia.exchange.going import Going
from asylia.exchange.report import Report
from asylia.record import contents as c
from asylia.record.vocabulary import vocabulary

RECORD = "record"  # the dataset of what no single source says
LONGEST = 65_000  # of a text in FollowTheMoney
NAME = 300
_ID = "id"
Value = tuple[str, str, str]  # property, value, language
Fields: TypeAlias = Mapping[str, Any]
Names: TypeAlias = Mapping[str, str]
Items: TypeAlias = Mapping[str, Going]


def encoded(items: Sequence[Going], report: Report) -> bytes:
    """Statements, one JSON object a line, in FollowTheMoney's own form."""
    names = _ids(items)
    sets = _datasets(items)
    kinds = {one.name: one for one in items}
    out: list[bytes] = []
    for one in items:
        where = sets.get(_source(one, kinds), RECORD)
        for entity, schema, values in _entities(one, names, kinds, report):
            for prop, value, language in ((_ID, entity, ""), *dict.fromkeys(values)):
                out.append(_statement(where, entity, schema, prop, value, language))
    return b"".join(out)


def _ids(items: Sequence[Going]) -> dict[str, str]:
    """The entity's id of each item; two never share one."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for one in items:
        name = entity_id(one.name)
        while name in taken:
            name += "0"
        taken.add(name)
        found[one.name] = name
    return found


def _datasets(items: Sequence[Going]) -> dict[str, str]:
    found: dict[str, str] = {}
    taken = {RECORD}
    for one in items:
        source = one.name if one.kind is c.Source else str(one.fields.get("source", ""))
        if source and source not in found:
            name, number = dataset(source), 1
            while name in taken:
                number += 1
                name = f"{dataset(source)}_{number}"
            found[source] = name
            taken.add(name)
    return found


def _source(one: Going, items: Mapping[str, Going]) -> str:
    """The source in whose dataset an item stands; empty for what the record itself says."""
    if one.kind is c.Translation and (of := items.get(str(one.fields.get("of", "")))):
        return _source(of, items)
    return one.name if one.kind is c.Source else str(one.fields.get("source", ""))


def _statement(where: str, entity: str, schema: str, prop: str, value: str, language: str) -> bytes:
    key = f"{where}.{entity}.{prop}.{value}" + (f"@{language}" if language else "")
    row = {
        "canonical_id": entity,
        "entity_id": entity,
        "prop": prop,
        "schema": schema,
        "value": value,
        "dataset": where,
        "lang": language or None,
        "original_value": None,
        "first_seen": None,
        "last_seen": None,
        "external": False,
        "origin": None,
        "id": sha1(key.encode()).hexdigest(),  # noqa: S324 - FollowTheMoney's own key, no secret
    }
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"


def _entities(
    one: Going, names: Mapping[str, str], items: Mapping[str, Going], report: Report
) -> Iterator[tuple[str, str, list[Value]]]:
    schema = schema_of(one.kind, str(one.fields.get("kind", "")))
    values = [*_native(one, names, items), *_notes(one, report)]
    yield names[one.name], schema, [value for value in values if value[1]]
    if one.kind is c.Act:
        yield from _links(one, names)


def _notes(one: Going, report: Report) -> Iterator[Value]:
    yield "notes", f"{cells.ITEM}: {one.noun}", ""
    told = cells.to_cells(one.fields)
    for name, text in told.items():
        if name == "words":
            yield "description", text, LANGUAGES.get(told.get("language", ""), "")
        elif len(text) + len(name) + 2 > LONGEST:
            report.lost.add(one.name, f"{name} is too long for FollowTheMoney")
        else:
            yield "notes", f"{name}: {text}", ""


def _native(one: Going, names: Names, items: Items) -> Iterator[Value]:
    """What FollowTheMoney has a property for."""
    rule = _RULES.get(one.kind)
    if rule:
        yield from rule(one.fields, names, items)


def _at(fields: Fields, items: Items, names: Names) -> Iterator[Value]:
    place = items.get(str(fields.get("place", "")))
    if place:
        yield "addressEntity", names[place.name], ""
        yield "address", place.fields["names"][0]["text"][:250], ""


def _when(text: str) -> Iterator[Value]:
    first, last = dates(text)
    if first and first == last:
        yield "date", first, ""
    else:
        yield "startDate", first, ""
        yield "endDate", last, ""


def _who(fields: Fields, names: Names) -> Iterator[Value]:
    by = fields.get("by", ())
    for actor in (by,) if isinstance(by, str) else by:
        yield "organizer", names.get(actor, ""), ""


def _of_source(fields: Fields, _names: Names, _items: Items) -> Iterator[Value]:
    name = fields.get("title") or fields["id"]
    yield from (("title", name, ""), ("fileName", name, ""), ("name", name[:NAME], ""))
    yield "language", LANGUAGES.get(fields.get("language", ""), ""), ""
    first, last = dates(fields.get("said_on", ""))
    yield "date", first if first == last else last, ""
    if str(fields.get("address", "")).startswith(("https://", "http://")):
        yield "sourceUrl", fields["address"], ""


def _of_claim(fields: Fields, names: Names, items: Items) -> Iterator[Value]:
    yield "entity", names.get(fields.get("subject", ""), ""), ""
    yield "proof", names.get(fields.get("source", ""), ""), ""
    label = vocabulary("properties").label(fields["property"])
    yield "name", label, ""
    teller = next((link["who"] for link in fields.get("tellers", ()) if link["who"]), "")
    if teller in items:
        yield "publisher", items[teller].fields.get("name", ""), ""
    yield "summary", f"{vocabulary('polarity').label(fields['polarity'])}: {label}", ""


def _of_translation(fields: Fields, names: Names, _items: Items) -> Iterator[Value]:
    yield "entity", names.get(fields.get("of", ""), ""), ""
    yield "name", "translation", ""


def _of_event(fields: Fields, names: Names, items: Items) -> Iterator[Value]:
    yield "name", (fields.get("name") or fields["id"])[:NAME], ""
    yield from _when(fields.get("interval", ""))
    yield from _at(fields, items, names)


def _of_act(fields: Fields, names: Names, items: Items) -> Iterator[Value]:
    yield "name", vocabulary("violations").label(fields["violation"]), ""
    yield "involved", names.get(fields.get("victim", ""), ""), ""
    yield from _when(fields.get("interval", ""))
    yield from _at(fields, items, names)


def _of_statement(fields: Fields, names: Names, _items: Items) -> Iterator[Value]:
    yield "name", vocabulary("statements").label(fields["kind"]), ""
    yield from _when(fields.get("on", ""))
    yield from _who(fields, names)


def _of_response(fields: Fields, names: Names, _items: Items) -> Iterator[Value]:
    yield "name", vocabulary("responses").label(fields["kind"]), ""
    yield from _when(fields.get("on", ""))
    yield from _who(fields, names)


def _of_demand(fields: Fields, names: Names, _items: Items) -> Iterator[Value]:
    yield "name", (fields.get("what") or fields["id"])[:NAME], ""
    yield from _who(fields, names)


def _of_place(fields: Fields, _names: Names, _items: Items) -> Iterator[Value]:
    first, *others = (name["text"] for name in fields["names"])
    yield "full", first[:250], ""
    yield "name", first[:NAME], ""
    yield from (("alias", text[:NAME], "") for text in others)
    for name in ("latitude", "longitude"):
        if name in fields:
            yield name, cells.degrees(fields[name]), ""


def _of_site(fields: Fields, names: Names, items: Items) -> Iterator[Value]:
    yield "name", (fields.get("name") or fields["id"])[:NAME], ""
    yield from (("alias", text[:NAME], "") for text in fields.get("aliases", ()))
    yield from _at(fields, items, names)


def _of_official(fields: Fields, _names: Names, _items: Items) -> Iterator[Value]:
    yield "name", (fields.get("name") or fields.get("office") or fields["id"])[:NAME], ""
    yield "position", fields.get("office", ""), ""


def _named(fields: Fields, _names: Names, _items: Items) -> Iterator[Value]:
    name = fields.get("name") or fields.get("description") or fields["id"]
    yield "name", name[:NAME], ""


def _of_exhibit(fields: Fields, _names: Names, _items: Items) -> Iterator[Value]:
    name = fields.get("description") or fields["id"]
    yield from (("fileName", name[:1000], ""), ("mimeType", fields.get("media_type", ""), ""))


_RULES = {
    c.Source: _of_source,
    c.Claim: _of_claim,
    c.Translation: _of_translation,
    c.Event: _of_event,
    c.Act: _of_act,
    c.Statement: _of_statement,
    c.Response: _of_response,
    c.Demand: _of_demand,
    c.Place: _of_place,
    c.Site: _of_site,
    c.Official: _of_official,
    c.Organisation: _named,
    c.Group: _named,
    c.Exhibit: _of_exhibit,
}


def _links(one: Going, names: Mapping[str, str]) -> Iterator[tuple[str, str, list[Value]]]:
    """Who is said to have done what: the role of a link between them and the act."""
    for at, involved in enumerate(one.fields.get("perpetrators", ())):
        who = names.get(involved.get("who", ""), "")
        if who:
            role = vocabulary("perpetrator_roles").label(involved["role"])
            act = names[one.name]
            link = [("subject", who, ""), ("object", act, ""), ("role", role, ""),
                    ("recordId", act, "")]  # fmt: skip
            yield f"{act}-by-{at}", "UnknownLink", link
