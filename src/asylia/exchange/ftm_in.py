"""FollowTheMoney, read: statements or entities, one JSON object a line.

Upholds: an entity of ours comes back as the content that it was; of others, documents, bodies,
events and addresses come in, and whatever has no place in the record is named.  Refuses lines that
are no statement and no entity, lines over a limit, and never keeps what a person is, or who.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, BinaryIO

import msgspec

from asylia.errors import MalformedError, Sentence
from asylia.exchange import cells, never
from asylia.exchange.ftm_words import SOURCE_KINDS, edtf, language_back
from asylia.exchange.report import Report, shown
from asylia.exchange.taking import Found
from asylia.exchange.text import lines
from asylia.record import contents as c

MOST = 512 << 20  # bytes that the entities may take in memory, about
_ENTITY, _VALUE = 500, 100  # bytes that each takes beside its texts
_NOTE = "notes"
_ID = "id"


@dataclass
class _Entity:
    """An entity as its statements come in."""

    where: str
    schema: str
    values: dict[str, list[str]] = field(default_factory=dict, repr=False)


def found(file: BinaryIO, report: Report, encoding: str | None = None) -> Iterator[Found]:
    """The contents, as plain values; raises ``MalformedError`` for what is no FollowTheMoney."""
    entities = _gathered(file, report, encoding)
    for name, entity in entities.items():
        if _follows(entity, entities):
            continue
        report.rows += 1
        notes = dict(_fields(entity))
        if notes.get(cells.ITEM) in cells.KINDS:
            one = _ours(entity, notes, report)
        elif notes.get(cells.ITEM) in ("exhibit", "custody"):
            report.lost.add(
                entity.where, Sentence("exhibits and custody are never read from files")
            )
            one = None
        else:
            one = _foreign(name, entity, report)
        if one is not None:
            yield one


def _follows(entity: _Entity, entities: Mapping[str, _Entity]) -> bool:
    """Whether it is a link that follows from an act of ours, which says it itself."""
    act = entities.get(_first(entity.values, "recordId"))
    ours = f"{cells.ITEM}: act"
    return entity.schema == "UnknownLink" and bool(act and ours in act.values.get(_NOTE, ()))


def _gathered(file: BinaryIO, report: Report, encoding: str | None) -> dict[str, _Entity]:
    entities: dict[str, _Entity] = {}
    size = 0
    for number, line in enumerate(lines(file, encoding), 1):
        if not line.strip():
            continue
        where = Sentence("line %(line)s", line=str(number))
        for entity_id, schema, prop, value in _statements(line, where):
            if entity_id not in entities:
                size += _ENTITY + len(entity_id) + len(schema)
            entity = entities.setdefault(entity_id, _Entity(where, schema))
            size += _VALUE + len(value) + (0 if prop in entity.values else len(prop))
            if size > MOST:
                raise MalformedError(
                    Sentence(
                        "%(line)s: more than %(most)s MiB of statements",
                        line=where,
                        most=str(MOST >> 20),
                    ),
                    hint="Nothing was imported. Split the file into smaller ones.",
                )
            if prop != _ID and never.reason(prop):
                report.never(prop)
            elif prop != _ID:
                kept = entity.values.setdefault(prop, [])
                if value not in kept[-64:]:  # statements of several datasets say one thing
                    kept.append(value)
    return entities


def _statements(line: str, where: str) -> Iterable[tuple[str, str, str, str]]:
    wrong = MalformedError(
        Sentence("%(line)s: expected a statement or an entity of FollowTheMoney", line=where),
        hint="Export it with `ftm` as JSON, one object a line.",
    )
    try:
        data = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError):
        raise wrong from None
    if not isinstance(data, dict):
        raise wrong
    if "statements" in data and isinstance(data["statements"], list):
        return [_statement(one, wrong) for one in data["statements"]]
    if "properties" in data:
        return list(_entity(data, wrong))
    return [_statement(data, wrong)]


def _statement(data: Any, wrong: MalformedError) -> tuple[str, str, str, str]:
    if not isinstance(data, dict):
        raise wrong
    name = data.get("canonical_id") or data.get("entity_id")
    found = (name, data.get("schema"), data.get("prop"), data.get("value"))
    texts = tuple(one for one in found if isinstance(one, str))
    if len(texts) != 4 or not texts[0]:
        raise wrong
    return texts[0], texts[1], texts[2], texts[3]


def _entity(data: dict[str, Any], wrong: MalformedError) -> Iterator[tuple[str, str, str, str]]:
    name, schema, props = data.get("id"), data.get("schema"), data["properties"]
    if not isinstance(name, str) or not name or not isinstance(schema, str):
        raise wrong
    if not isinstance(props, dict):
        raise wrong
    yield name, schema, _ID, name
    for prop, values in props.items():
        if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
            raise wrong
        for value in values:
            yield name, schema, prop, value


def _fields(entity: _Entity) -> Iterator[tuple[str, str]]:
    """The fields of the record among an entity's notes."""
    for note in entity.values.get(_NOTE, ()):
        name, colon, text = note.partition(": ")
        if colon and name.replace(".", "").replace("_", "").isalpha():
            yield name, text


def _ours(entity: _Entity, notes: dict[str, str], report: Report) -> Found | None:
    kind = cells.KINDS[notes[cells.ITEM]]
    own = set(cells.columns(kind))
    told = {name: text for name, text in notes.items() if name in own}
    if "words" in own and (words := entity.values.get("description")):
        told["words"] = words[0]
    try:
        return Found(entity.where, kind, cells.from_cells(kind, told))
    except MalformedError as error:
        report.refused.add(entity.where, error.message)
        return None


def _foreign(name: str, entity: _Entity, report: Report) -> Found | None:
    """What others hold, where the record has a place for it."""
    values = entity.values
    given: dict[str, Any] = {"id": _content_id(name)}
    kind: type[c.Content]
    if entity.schema in SOURCE_KINDS:
        kind = c.Source
        said = (edtf(one) for key in ("publishedAt", "date", "authoredAt")
                for one in values.get(key, ()))  # fmt: skip
        given |= {
            "kind": SOURCE_KINDS[entity.schema],
            "title": _first(values, "title", "name", "fileName")[:500],
            "language": language_back(_first(values, "language")),
            "said_on": next(filter(None, said), ""),
            "address": _first(values, "sourceUrl")[:500],
        }
        if not given["said_on"]:
            report.refused.add(
                entity.where, Sentence("a source without a day on which it was said")
            )
            return None
    elif entity.schema in ("PublicBody", "Organization"):
        kind = c.Organisation
        public = entity.schema == "PublicBody"
        given |= {"name": _first(values, "name")[:500], "kind": "public_body" if public else "ngo"}
        if not public:
            report.lost.add(
                entity.where, Sentence("an Organization is taken for an NGO: look at its kind")
            )
    elif entity.schema == "Event":
        kind = c.Event
        given |= {"name": _first(values, "name")[:500], "kind": "incident",
                  "interval": _interval(values)}  # fmt: skip
    elif entity.schema == "Address":
        kind = c.Place
        given |= {"names": [{"text": _first(values, "full", "name", "city")[:500], "language": ""}],
                  "precision": "described"}  # fmt: skip
    else:
        report.lost.add(
            entity.where, Sentence("%(name)s has no place in the record", name=shown(entity.schema))
        )
        return None
    _lost(kind, entity, report)
    return Found(entity.where, kind, given)


_TAKEN = {
    c.Source: {"title", "name", "fileName", "language", "publishedAt", "date", "authoredAt",
               "sourceUrl"},
    c.Organisation: {"name"},
    c.Event: {"name", "startDate", "endDate", "date"},
    c.Place: {"full", "name", "city"},
}  # fmt: skip


def _lost(kind: type[c.Content], entity: _Entity, report: Report) -> None:
    for prop in entity.values:
        if prop not in _TAKEN[kind]:
            report.lost.add(
                entity.where, Sentence("%(name)s has no place in the record", name=shown(prop))
            )


def _first(values: dict[str, list[str]], *names: str) -> str:
    return next((values[name][0] for name in names if values.get(name)), "")


def _interval(values: dict[str, list[str]]) -> str:
    first, last = edtf(_first(values, "startDate")), edtf(_first(values, "endDate"))
    if first or last:
        return f"{first or '..'}/{last or '..'}"
    return edtf(_first(values, "date"))


def _content_id(untrusted: str) -> str:
    """The entity's id where it can be one of ours; else one that follows from it."""
    plain = untrusted.isascii() and len(untrusted) <= 64 and untrusted[:1].isalnum()
    if plain and all(sign.isalnum() or sign in "._-" for sign in untrusted):
        return untrusted
    return f"ftm-{sha256(untrusted.encode()).hexdigest()[:32]}"
