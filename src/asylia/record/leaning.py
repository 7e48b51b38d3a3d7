"""What of an import can be taken back, and what has to stay because something else leans on it.

Upholds: nothing that anybody else's content points to, of whatever kind, goes with the import, nor
what another import found in the record already; what such a thing needs itself stays as well; and
each thing that stays is named with what leans on it.  No effects.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from asylia.record.contents import (
    Content,
    FoundThere,
    HandedOver,
    Imported,
    ImportUndone,
    ItemLook,
    Undo,
)
from asylia.record.reading import IMPORTABLE, Entered, Record, gone_with_imports

# These say what was done with a thing, and need it no longer.
_NOTES = (Undo, ImportUndone, FoundThere, Imported, HandedOver, ItemLook)


@dataclass(frozen=True)
class Stays:
    """What stays, by its id, and the id of what leans on it: a content or another import.

    ``is_there_anyway``: another import brought the same, so it stands whatever becomes of this one.
    """

    item: str
    because: str
    is_there_anyway: bool = False


@dataclass(frozen=True)
class Undoable:
    """Ids of what can be taken back, and what stays."""

    items: tuple[str, ...]
    staying: tuple[Stays, ...]


def undoable(record: Record, import_id: str) -> Undoable:
    """What of an import can be taken back by now; ``NotFoundError`` where there is no such one."""
    left = {one.content.id: one for one in standing(record, import_id)}
    again = _again(record, left, import_id)
    alone = {one: entered for one, entered in left.items() if one not in again}
    because = _needed(alone, dict(_leaning(record, alone, import_id)))
    there = tuple(Stays(one, other, is_there_anyway=True) for one, other in again.items())
    kept = tuple(Stays(one, because[one]) for one in alone if one in because)
    return Undoable(tuple(one for one in left if one not in because), kept + there)


def standing(record: Record, import_id: str) -> tuple[Entered, ...]:
    """What an import entered and nobody took back, with it or alone; ``NotFoundError``."""
    gone, alone = gone_with_imports(record.everything), {one.of for one in record.all(Undo)}
    return tuple(
        one
        for one in record.brought(import_id)
        if (one.record, one.content.id) not in gone and one.content.id not in alone
    )


def standing_by_import(record: Record) -> dict[str, int]:
    """How much of each import stands, by its id."""
    imports = {record.entry(one.id).record: one.id for one in record.all(Imported)}
    gone, alone = gone_with_imports(record.everything), {one.of for one in record.all(Undo)}
    counts = dict.fromkeys(imports.values(), 0)
    for one in record.everything:
        own = one.content.id
        if one.record in imports and isinstance(one.content, IMPORTABLE):
            counts[imports[one.record]] += (one.record, own) not in gone and own not in alone
    return counts


def _again(record: Record, left: Collection[str], import_id: str) -> dict[str, str]:
    """What another import brought in the same words and still holds; by which import."""
    imports = {record.entry(one.id).record: one.id for one in record.all(Imported)}
    gone = gone_with_imports(record.everything)
    found: dict[str, str] = {}
    for one in record.everything:
        own, by = one.content.id, imports.get(one.record, import_id)
        is_held = own in left and by != import_id and (one.record, own) not in gone
        if is_held and record.find(own) == one.content:
            found.setdefault(own, by)
    return found


def _leaning(record: Record, own: Collection[str], import_id: str) -> Iterator[tuple[str, str]]:
    """What is leaned on from outside the import, and by what."""
    undone = {one.of for one in record.all(ImportUndone)}
    for found in record.all(FoundThere):
        if found.of not in undone:
            yield from ((item, found.of) for item in found.items if item in own)
    where = record.entry(import_id).record
    for one in record.entered:
        content = one.content
        if one.record == where and content.id in own:
            continue
        if not isinstance(content, _NOTES) and content.id not in record.taken_back:
            yield from ((item, content.id) for item in _pointed(content, own))


def _needed(own: dict[str, Entered], because: dict[str, str]) -> dict[str, str]:
    """With what those that stay point to themselves."""
    waiting = list(because)
    while waiting:
        at = waiting.pop()
        for other in _pointed(own[at].content, own):
            if other not in because:
                because[other] = at
                waiting.append(other)
    return because


def _pointed(content: Content, own: Collection[str]) -> Iterator[str]:
    """Ids among ``own`` that stand anywhere in a content, its own id apart."""
    for text in _texts(msgspec.to_builtins(content)):
        if text in own and text != content.id:
            yield text


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
