"""What came in with files: which are the team's own papers, and what was said of their words.

Upholds: a file is the team's own, not a publication, unless the import said where it was published;
names and titles out of such a file, or out of a FollowTheMoney file, which can't say so, stay with
the team until somebody said that they could identify nobody.  A look holds for the words that were
looked at.  No effects.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from asylia import wire
from asylia.record.contents import (
    Content,
    Demand,
    Event,
    FoundThere,
    Group,
    Imported,
    ItemLook,
    Official,
    Organisation,
    Place,
    Site,
    Source,
)
from asylia.values import RecordId

FILE_ITSELF = "compilation"  # the kind of source that an imported table or database is
_UNSAID = frozenset({"ftm"})  # formats that have no place for where it was published
# What people of another program can have named somebody in, the field that is needed first.
TITLES: Mapping[type[Content], tuple[str, ...]] = {
    Event: ("name",),
    Group: ("description",),
    Organisation: ("name",),
    Official: ("office", "name"),
    Site: ("name", "aliases"),
    Source: ("title",),
    Demand: ("what", "must_act", "to"),
    Place: ("names",),
}


@dataclass(frozen=True)
class Papers:
    """``own``: imports of the team's own papers, by the ledger's record, each with its format.

    ``untitled``: imports of which titles stay until they were looked at.  ``looks``: by item.
    """

    own: Mapping[RecordId, str]
    untitled: frozenset[RecordId]
    looks: Mapping[str, tuple[ItemLook, ...]]

    @classmethod
    def of(
        cls,
        everything: Iterable[tuple[RecordId | None, Content]],
        find: Callable[[str], Content | None],
    ) -> "Papers":
        """Of everything that was read, each with the ledger's record that it lies in."""
        forms: dict[RecordId, str] = {}
        told: list[tuple[RecordId, Content]] = []
        looks: dict[str, tuple[ItemLook, ...]] = {}
        for record, content in everything:
            if isinstance(content, ItemLook):
                looks[content.item] = (*looks.get(content.item, ()), content)
            elif record is not None and isinstance(content, Imported):
                forms[record] = content.form
            elif record is not None and isinstance(content, Source | FoundThere):
                told.append((record, content))
        own = {
            record: forms[record]
            for record, content in told
            if record in forms
            for source in _sources(content, find)
            if source.kind == FILE_ITSELF and not source.address
        }
        unsaid = {record for record, form in forms.items() if form in _UNSAID}
        return cls(own, frozenset({*own, *unsaid}), looks)


def _sources(content: Content, find: Callable[[str], Content | None]) -> Iterable[Source]:
    """The source that it is, or those that the record held already."""
    items = content.items if isinstance(content, FoundThere) else ()
    whole = (content, *(find(one) for one in items))
    return (one for one in whole if isinstance(one, Source))


def mark_of(content: Content) -> bytes:
    """The 32 bytes by which a look says which words it was of."""
    return sha256(wire.encode(content)).digest()


def looks_at(looks: Mapping[str, tuple[ItemLook, ...]], content: Content) -> tuple[ItemLook, ...]:
    """What was said of these very words."""
    said = looks.get(content.id, ())
    if not said:
        return ()
    mark = mark_of(content)
    return tuple(one for one in said if one.sha256 == mark)
