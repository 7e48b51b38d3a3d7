"""From a name that somebody typed to who is meant: organisations, officials, groups of persons.

Upholds: a name leads to one id, or to nobody; an official is found by name, by office, or by both.
Refuses: a name that two carry.  Persons are found by pseudonym alone and are not looked up here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from asylia.errors import UsageError
from asylia.record.contents import Group, Official, Organisation
from asylia.record.reading import Record

Actor = Organisation | Official | Group


@dataclass(frozen=True)
class Names:
    """Everybody who can tell, state, demand or answer, by every name that they go by."""

    _ids: Mapping[str, frozenset[str]]
    shown: tuple[str, ...]

    @classmethod
    def of(cls, record: Record) -> "Names":
        """The actors of a record."""
        ids: dict[str, set[str]] = {}
        shown: list[str] = []
        for actor in _actors(record):
            shown.append(whole_name(actor))
            for name in _names(actor):
                ids.setdefault(folded(name), set()).add(actor.id)
        known = {name: frozenset(found) for name, found in ids.items()}
        return cls(known, tuple(dict.fromkeys(shown)))

    def find(self, typed: str) -> str | None:
        """The id of who is meant; None where nobody is; ``UsageError`` where two could be."""
        found = self._ids.get(folded(typed), frozenset())
        if len(found) > 1:
            raise UsageError(
                "More than one in the record has this name.",
                hint="Nothing was saved. Write the name with the office behind it, as listed.",
            )
        return next(iter(found), None)


def whole_name(actor: Actor) -> str:
    """How an actor is listed: an official with the office."""
    if isinstance(actor, Official):
        return f"{actor.name}, {actor.office}" if actor.name else actor.office
    return actor.description if isinstance(actor, Group) else actor.name


def folded(name: str) -> str:
    """A name without what does not tell names apart."""
    return " ".join(name.casefold().split())


def _actors(record: Record) -> Iterator[Actor]:
    yield from record.all(Organisation)
    yield from record.all(Official)
    yield from (one for one in record.all(Group) if one.what == "persons")


def _names(actor: Actor) -> Iterator[str]:
    yield whole_name(actor)
    if isinstance(actor, Official):
        yield from (one for one in (actor.name, actor.office) if one)
