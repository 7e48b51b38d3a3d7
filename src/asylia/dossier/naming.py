"""Pseudonyms that a text may hold: two recipients could join what they hold by one.

Upholds: a name is found whatever its case, inside longer words too.  Refuses nothing itself.
"""

from collections.abc import Collection

from asylia.record.contents import Person
from asylia.record.reading import Record

SHORTEST_NAME = 3


def pseudonyms(record: Record) -> frozenset[str]:
    """Of every person, as ``names_one`` takes them."""
    names = (one.pseudonym.casefold() for one in record.all(Person))
    return frozenset(name for name in names if len(name) >= SHORTEST_NAME)


def names_one(names: Collection[str], text: str) -> bool:
    """Whether the text holds a pseudonym."""
    folded = text.casefold()
    return any(name in folded for name in names)
