"""Which exhibits were made of which: an original, its copies, and theirs.

Upholds: an original and everything made of it is one family; whom one of them could identify, any
of them could.  Refuses nothing: links that go round in a ring are one family too.
"""

from collections.abc import Iterable, Iterator

from asylia.record.contents import Derived, Exhibit
from asylia.record.reading import Record

# Of these alone parts were left out, so that what was refused of the original need not be in them.
_REDUCED = frozenset({"redaction"})


def family(record: Record, exhibit: str) -> frozenset[str]:
    """Ids of the exhibit, of what it was made of, and of all that was made of any of them."""
    known, waiting = {exhibit}, [exhibit]
    links = record.all(Derived)
    while waiting:
        one = waiting.pop()
        near = {link.original for link in links if link.exhibit == one}
        near |= {link.exhibit for link in links if link.original == one}
        waiting += near - known
        known |= near
    return frozenset(known)


def holds(record: Record, exhibit: str) -> frozenset[str]:
    """Ids of the exhibits of which everything is in this one too.

    An original holds whatever was made of it; a text that was read or typed from it, or the same in
    another format, holds what the original says.  A copy with parts made unreadable does not.
    """
    known, waiting = {exhibit}, [exhibit]
    links = record.all(Derived)
    while waiting:
        fresh = set(_held(links, waiting.pop())) - known
        known |= fresh
        waiting += fresh
    return frozenset(known)


def _held(links: tuple[Derived, ...], exhibit: str) -> Iterator[str]:
    for link in links:
        if link.original == exhibit:
            yield link.exhibit
        elif link.exhibit == exhibit and link.how not in _REDUCED:
            yield link.original


def in_families(
    record: Record, exhibits: Iterable[Exhibit]
) -> tuple[tuple[Exhibit, Derived | None], ...]:
    """These, each original before its copies, and each copy with the link that says how."""
    wanted = {one.id: one for one in exhibits}
    links = {link.exhibit: link for link in record.all(Derived) if link.exhibit in wanted}
    out: dict[str, tuple[Exhibit, Derived | None]] = {}

    def add(one: Exhibit) -> None:
        if one.id not in out:
            out[one.id] = (one, links.get(one.id))
            for link in links.values():
                if link.original == one.id:
                    add(wanted[link.exhibit])

    for one in wanted.values():
        if one.id not in links or links[one.id].original not in wanted:
            add(one)
    for one in wanted.values():  # copies of each other in a ring
        add(one)
    return tuple(out.values())
