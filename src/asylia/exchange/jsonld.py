"""JSON-LD 1.1: each item a node, its references links, words with their language.

Upholds: the context is in the file, so that nothing is fetched to read it; names that others know
(schema.org, Dublin Core) where they mean the same, names of our own for the rest.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from asylia.exchange import cells
from asylia.exchange.going import Going
from asylia.exchange.report import Report

_OWN = "urn:asylia:record:1#"
_NODE = "urn:asylia:item:"
_LINKS = (
    "source", "subject", "event", "place", "part_of", "within", "of", "by", "victim", "one_of",
    "in_reply_to", "exhibit", "who", "other", "claim",
)  # fmt: skip
CONTEXT: Mapping[str, Any] = {
    "@version": 1.1,
    "@vocab": _OWN,
    "schema": "https://schema.org/",
    "dcterms": "http://purl.org/dc/terms/",
    "name": "schema:name",
    "title": "dcterms:title",
    "description": "schema:description",
    "language": "dcterms:language",
    "words": "schema:text",
    "said_on": "dcterms:date",
    "latitude": "schema:latitude",
    "longitude": "schema:longitude",
    "tellers": {"@container": "@list"},
    **{name: {"@type": "@id"} for name in _LINKS},
}


def encoded(items: Sequence[Going], _report: Report) -> bytes:
    """The document: context and graph."""
    whole = {"@context": CONTEXT, "@graph": list(_nodes(items))}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"


def _nodes(items: Sequence[Going]) -> Iterator[dict[str, Any]]:
    for one in items:
        fields = {name: _value(name, value) for name, value in one.fields.items() if name != "id"}
        language = one.fields.get("language")
        if "words" in fields and _is_tag(language):
            fields["words"] = {"@value": fields["words"], "@language": language}
        yield {"@id": _NODE + one.name, "@type": one.kind.__name__, **fields}


def _value(name: str, value: Any) -> Any:
    if name in _LINKS:
        return [_NODE + one for one in value] if isinstance(value, list) else _NODE + value
    if name in ("latitude", "longitude"):
        return cells.degrees(value)
    if isinstance(value, dict):
        return {key: _value(key, one) for key, one in value.items() if one not in ("", None)}
    if isinstance(value, list):
        return [_value("", one) for one in value]
    return value


def _is_tag(language: object) -> bool:
    return isinstance(language, str) and language.isascii() and language.isalpha()
