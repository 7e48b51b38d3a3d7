"""How the columns of somebody's table become claims: a YAML file that a person edits.

Upholds: every column is mapped, or dropped by name, so that nothing is lost silently; whatever a
table leaves open (who tells it, with what certainty) the mapping has to say.  Refuses to map what
no import keeps, by name, unknown fields and terms.  Format: ``spec/exchange.md``, "Mappings".
"""

import re
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec

from asylia.errors import MalformedError
from asylia.exchange import never
from asylia.record.forms import Id, Line, Term
from asylia.record.wordbook import Words
from asylia.record.yamlfile import YamlFile, parse, read

DROP = "drop"
# Fields of a claim that a column can fill; `teller` is how the source calls somebody unnamed.
PLAIN = frozenset({
    "row", "locator", "words", "value", "facts", "said_on", "place", "teller", "perpetrator_words",
    "language",
})  # fmt: skip
TERMS: Map[str, str] = {
    "perpetrator": "perpetrators",
    "motive": "motives",
    "certainty": "certainty",
    "polarity": "polarity",
    "property": "properties",
}
_TRANSLATION = re.compile(r"translation ([A-Za-z-]{2,20})\Z")
_COUNTED = re.compile(r"(count|count\.min|count\.max) ([a-z][a-z0-9_]{0,63})\Z")


class _New(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every mapping says of its source."""

    id: Id
    kind: Term
    title: Line
    language: Line
    said_on: Line
    address: Line = ""


class _Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: Id
    name: Line
    kind: Term
    interval: Line = ""
    apart: bool = False  # stays outside the figures until it is judged in


class _Organisation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: Id
    name: Line
    kind: Term


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    source: _New
    columns: dict[str, str]
    event: Id | None = None
    new_event: _Event | None = None
    tellers: tuple[Id | dict[str, str], ...] = ()
    organisations: tuple[_Organisation, ...] = ()
    each: dict[str, str] = {}
    terms: dict[str, dict[str, str]] = {}
    dates: Literal["edtf", "dmy", "mdy", "ymd"] = "edtf"
    places: Term = "settlement"
    rows: Line = ""


@dataclass(frozen=True)
class Counted:
    """A column that holds how many: of which property, and which end of the count."""

    end: str
    property: str


@dataclass(frozen=True)
class Translated:
    """A column that holds the words in another language."""

    language: str


Target: TypeAlias = str | Counted | Translated | None


@dataclass(frozen=True)
class Mapping:
    """A mapping that was checked; ``columns``: a field, what is counted, or None: dropped."""

    source: Map[str, str]
    event: str
    columns: Map[str, Target]
    new_event: Map[str, Any] | None = None
    organisations: tuple[Map[str, str], ...] = ()
    tellers: tuple[Map[str, str], ...] = ()
    each: Map[str, str] = field(default_factory=dict)
    terms: Map[str, Map[str, str]] = field(default_factory=dict)
    dates: str = "edtf"
    places: str = "settlement"
    rows: str = ""


def parsed(untrusted: bytes, name: str) -> YamlFile:
    """A mapping that lies in no file; raises as ``read_mapping``."""
    return parse(untrusted, name, never.check_name)


def _file(given: Path | YamlFile) -> YamlFile:
    return read(given, never.check_name) if isinstance(given, Path) else given


def read_mapping(given: Path | YamlFile, words: Words) -> Mapping:
    """The mapping in a file; ``MalformedError`` or ``RefusedError`` with file and line."""
    return mapping_of(_file(given), words)


def read_terms(given: Path | YamlFile, words: Words) -> Map[str, Map[str, str]]:
    """What codes and words mean, from a file `terms: {violations: {code: term}}`."""
    file = _file(given)
    data = file.data
    if not isinstance(data, dict) or set(data) != {"terms"} or not isinstance(data["terms"], dict):
        raise file.wrong((), "expected terms, with violations, perpetrators, perpetrator_roles")
    out: dict[str, dict[str, str]] = {}
    for concept, said in data["terms"].items():
        known = words.get(concept)
        if known is None or not isinstance(said, dict):
            raise file.wrong(("terms", concept), "expected the name of a vocabulary")
        for code, term in said.items():
            if term not in known:
                raise file.wrong(("terms", concept, code), f"expected {known.expected()}")
        out[concept] = {str(code): str(term) for code, term in said.items()}
    return out


def mapping_of(file: YamlFile, words: Words) -> Mapping:
    """The mapping in a parsed file."""
    try:
        plain = msgspec.convert(_texts(file.data), _File)
    except msgspec.ValidationError:
        raise file.wrong(
            (), "expected source, event or new_event, columns, perhaps tellers, organisations, "
            "each, terms, dates, places, rows: see spec/exchange.md"
        ) from None  # fmt: skip
    if (plain.event is None) == (plain.new_event is None):
        raise file.wrong((), "expected either event or new_event")
    columns = {name: _target(file, name, said, words) for name, said in plain.columns.items()}
    _check_terms(file, plain, words)
    return Mapping(
        source=msgspec.to_builtins(plain.source),
        event=plain.event or (plain.new_event.id if plain.new_event else ""),
        columns=columns,
        new_event=None if plain.new_event is None else msgspec.to_builtins(plain.new_event),
        organisations=tuple(msgspec.to_builtins(one) for one in plain.organisations),
        tellers=tuple(_teller(file, one) for one in plain.tellers) or ({"who": ""},),
        each=plain.each,
        terms=plain.terms,
        dates=plain.dates,
        places=plain.places,
        rows=plain.rows,
    )


def _texts(value: Any) -> Any:
    """Integers back to the text they were: `2017` is a date here."""
    if isinstance(value, dict):
        return {key: _texts(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_texts(one) for one in value]
    return str(value) if type(value) is int else value


def _target(file: YamlFile, name: str, said: str, words: Words) -> Target:
    if said == DROP:
        return None
    if said in PLAIN or said in TERMS:
        return said
    if translation := _TRANSLATION.match(said):
        return Translated(translation[1])
    counted = _COUNTED.match(said)
    if counted and _takes(counted[2], words) == "count":
        return Counted(counted[1].removeprefix("count").removeprefix("."), counted[2])
    raise file.wrong(
        ("columns", name),
        f"expected {DROP}, one of {', '.join(sorted((*PLAIN, *TERMS)))}, `translation LANGUAGE`, "
        "or `count PROPERTY` (also `count.min`, `count.max`) with a property that takes a count",
    )


def _takes(prop: str, words: Words) -> str:
    known = words["properties"].terms.get(prop)
    return known.takes if known else ""


def _check_terms(file: YamlFile, plain: _File, words: Words) -> None:
    for name in plain.each:
        if name not in TERMS and name not in ("perpetrator_words", "locator", "facts", "value"):
            raise file.wrong(("each", name), "expected a field that every row can have")
    if plain.places not in words["precision"] or plain.places in ("coordinates", "building"):
        raise file.wrong(("places",), "expected settlement, district, region, country, described")
    for name, said in plain.terms.items():
        concept = TERMS.get(name)
        if concept is None:
            raise file.wrong(("terms", name), f"expected one of {', '.join(TERMS)}")
        for value, term in said.items():
            if term not in words[concept]:
                raise file.wrong(("terms", name, value), f"expected {words[concept].expected()}")


def _teller(file: YamlFile, one: str | dict[str, str]) -> dict[str, str]:
    if isinstance(one, str):
        return {"who": one}
    if set(one) != {"unnamed"}:
        raise file.wrong(("tellers",), "expected ids, or {unnamed: as the source calls them}")
    return {"who": "", "as_given": one["unnamed"]}


def check_complete(mapping: Mapping, columns: tuple[str, ...]) -> None:
    """``MalformedError`` where a column is neither mapped nor dropped, or is not in the table."""
    missing = [name for name in columns if name not in mapping.columns]
    strange = [name for name in mapping.columns if name not in columns]
    if missing or strange:
        what = f"{len(missing)} columns are not mapped" if missing else ""
        other = f"{len(strange)} mapped columns are not in the table" if strange else ""
        raise MalformedError(
            f"the mapping does not fit: {'; '.join(filter(None, (what, other)))}",
            hint="Say `drop` for what is not to come in; `asylia record mapping` proposes one.",
        )
