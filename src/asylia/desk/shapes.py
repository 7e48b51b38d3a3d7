"""Which fields a property asks for: what a claim of it is about, and where its answer stands.

Upholds: every property that is offered for entry can be entered with the fields that its shape
shows.  Refuses nothing: a property of a team's own has the shape of what it takes.
"""

from collections.abc import Mapping
from typing import Literal

from asylia.record.wordbook import Words

Shape = Literal[
    "count", "sites", "date", "text", "term", "none", "site", "site_text", "site_term",
    "statement", "demand", "response", "actors", "by_actor", "at_place", "other",
]  # fmt: skip

_OF: Mapping[str, Shape] = {
    "sites": "sites",
    "site_exists": "site",
    "site_described": "site_text",
    "site_status": "site_term",
    "statement_made": "statement",
    "demand_made": "demand",
    "response_made": "response",
    "commands": "actors",
    "unit_of": "actors",
    "ordered_by": "by_actor",
    "carried_out_by": "by_actor",
    "attended_by": "by_actor",
    "not_prevented_by": "by_actor",
    "located_at": "at_place",
}
_TAKES: Mapping[str, Shape] = {
    "count": "count", "date": "date", "text": "text", "term": "term", "none": "none",
}  # fmt: skip


def shape_of(words: Words, prop: str) -> Shape:
    """The shape of one property; ``other`` where the desk has no fields for it."""
    known = words["properties"].terms.get(prop)
    if known is None:
        return "other"
    return _OF.get(prop) or _TAKES.get(known.takes, "other")


def offered(words: Words) -> list[tuple[str, Shape]]:
    """Every property that can be entered here, with its shape, in the order of its file."""
    shapes = ((prop, shape_of(words, prop)) for prop in words["properties"].offered)
    return [(prop, shape) for prop, shape in shapes if shape != "other"]
