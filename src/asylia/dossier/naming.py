"""Pseudonyms that a text may hold: two recipients could join what they hold by one.

Upholds: a name is found whatever its case, inside longer words too (``names_one``).  Refuses
nothing itself.
"""

import re
from collections.abc import Collection

from asylia.record.contents import Person
from asylia.record.reading import Record

SHORTEST_NAME = 3
_WORD = r"\w+"


def pseudonyms(record: Record) -> frozenset[str]:
    """Of every person, as ``names_one`` takes them."""
    names = (one.pseudonym.casefold() for one in record.all(Person))
    return frozenset(name for name in names if len(name) >= SHORTEST_NAME)


def names_one(names: Collection[str], text: str) -> bool:
    """Whether the text holds a pseudonym."""
    folded = text.casefold()
    return any(name in folded for name in names)


def says_one(names: Collection[str], text: str) -> bool:
    """Whether it stands there as a word: in our own sentences a tern is part of each pattern."""
    said = f" {' '.join(re.findall(_WORD, text.casefold()))} "
    return any(f" {' '.join(re.findall(_WORD, name))} " in said for name in names)
