"""The record as one reads it: every content, with the day on which it was entered.

Upholds: the first content under an id stands, a later one under the same id is set aside and
named in ``clashes`` (facts are added, never overwritten), but a withdrawal always counts, and so
does every account of whom a recipient tells; what was taken back is left out of ``claims`` and
``judgements`` but stays in ``entered``.  What was taken back with its import leaves its id to a
later content, is listed no more unless it is a claim or a translation, and is still found by its
id while nothing else has it.  Frozen; no network, no clock.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar

from asylia.errors import NotFoundError
from asylia.record.contents import (
    Act,
    Claim,
    Content,
    Decision,
    Demand,
    Event,
    Group,
    Imported,
    ImportUndone,
    ItemLook,
    Judgement,
    Official,
    Organisation,
    OwnTerm,
    Person,
    Place,
    Recipient,
    Response,
    Retired,
    Site,
    Source,
    Statement,
    Translation,
    Undo,
    Withdrawal,
    decode_content,
)
from asylia.record.papers import TITLES, Papers, looks_at
from asylia.record.vocabulary import Vocabulary
from asylia.record.wordbook import Words, words_of
from asylia.values import Day, DeviceId, RecordId

# What a file can bring, and an import can be taken back with.
IMPORTABLE = (
    Source, Claim, Translation, Event, Act, Group, Person, Organisation, Official, Site, Place,
    Statement, Demand, Response,
)  # fmt: skip
K = TypeVar("K", bound=Content)
D = TypeVar("D", bound=Decision)


@dataclass(frozen=True)
class Entered:
    """A content, the day it was entered, and, from a ledger, which device entered it where."""

    content: Content
    entered_on: Day
    author: DeviceId | None = None
    record: RecordId | None = None


class Connection(Protocol):
    """As much of a database connection (DB-API) as reading takes."""

    @property
    def in_transaction(self) -> bool:
        """Whether what is read may still be taken back."""

    def execute(self, sql: str, parameters: Sequence[object] = ..., /) -> Any:
        """Run one statement."""


@dataclass(frozen=True)
class Record:
    """Every content, in an order that every device agrees on: by day, author, sequence.

    ``entered``: what counts under each id.  ``everything``: what was read, the rest with it.
    ``owners``: whose each device is, by its fingerprint in hexadecimal, where a ledger said so.
    """

    entered: tuple[Entered, ...]
    _by_id: dict[str, Entered] = field(repr=False)
    clashes: tuple[str, ...] = ()
    everything: tuple[Entered, ...] = field(default=(), repr=False)
    _undone: frozenset[str] = field(default=frozenset(), repr=False)
    owners: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, entered: Iterable[Entered]) -> "Record":
        """A record of these, in this order."""
        everything = tuple(entered)
        undone = gone_with_imports(everything)
        by_id: dict[str, Entered] = {}
        if not undone:
            kept, clashes = _sorted_in(everything, by_id)
            return cls(tuple(kept), by_id, tuple(clashes), everything)
        kept, clashes = _sorted_in(
            (one for one in everything if not _is_undone(one, undone)), by_id
        )
        gone = [one for one in everything if _is_undone(one, undone)]
        return cls._without(everything, kept, by_id, clashes, gone)

    def followed_by(self, entered: Sequence[Entered]) -> "Record":
        """The record of what this one holds and then these; without going through it all."""
        everything = (*self.everything, *entered)
        if self.all(ImportUndone) or any(isinstance(one.content, ImportUndone) for one in entered):
            return replace(Record.of(everything), owners=self.owners)
        by_id = dict(self._by_id)
        kept, clashes = _sorted_in(entered, by_id)
        clashes = [*self.clashes, *clashes]
        return replace(
            self, entered=(*self.entered, *kept), _by_id=by_id, clashes=tuple(clashes),
            everything=everything,
        )  # fmt: skip

    @classmethod
    def _without(
        cls,
        everything: tuple[Entered, ...],
        kept: list[Entered],
        by_id: dict[str, Entered],
        clashes: list[str],
        gone: list[Entered],
    ) -> "Record":
        """With what was taken back: found by ids that nothing else has, claims of it listed."""
        ids: set[str] = set()
        listed = {id(one) for one in kept}
        for one in gone:
            first = by_id.setdefault(one.content.id, one)
            if first is one:
                ids.add(one.content.id)
                if isinstance(one.content, Claim | Translation):
                    listed.add(id(one))
            elif first.content != one.content:
                clashes.append(one.content.id)
        entered = tuple(one for one in everything if id(one) in listed)
        return cls(entered, by_id, tuple(clashes), everything, frozenset(ids))

    @classmethod
    def from_folder(cls, folder: Path, entered_on: Day) -> "Record":
        """The YAML files of a folder, loaded on this day; all of them, or ``MalformedError``."""
        from asylia.record.folder import contents_of  # noqa: PLC0415 - the desk needs no YAML

        return cls.of(Entered(content, entered_on) for content in contents_of(folder))

    @classmethod
    def from_database(cls, connection: Connection, kinds: Sequence[type[Content]] = ()) -> "Record":
        """What ``RecordProjection`` wrote; of these kinds alone, if any are named."""
        labels = [kind.LABEL for kind in kinds]
        chosen = f"WHERE label IN ({', '.join('?' * len(labels))}) " if labels else ""
        rows = connection.execute(
            "SELECT content, entered_on, author, record FROM record_content "  # noqa: S608 - marks
            + chosen
            + "ORDER BY entered_on, author, compartment, sequence",
            labels,
        )
        return cls.of(
            Entered(content, Day(entered_on), DeviceId(author), RecordId(record))
            for blob, entered_on, author, record in rows
            if (content := decode_content(blob)) is not None
        )

    def recorded_by(self, day: Day | None) -> "Record":
        """What had been entered by this day; everything, if none is given."""
        if day is None:
            return self
        known = Record.of(one for one in self.everything if one.entered_on <= day)
        return replace(known, owners=self.owners)

    def all(self, kind: type[K]) -> tuple[K, ...]:
        """Every content of a kind, in order of entry.

        Claims, judgements, maskings and translations that were taken back are among them.
        """
        return tuple(one.content for one in self.entered if isinstance(one.content, kind))

    def find(self, content_id: str) -> Content | None:
        """The content under an id, if there is one."""
        found = self._by_id.get(content_id)
        return found.content if found else None

    def get(self, content_id: str, kind: type[K]) -> K:
        """The content of that kind under an id; ``NotFoundError`` if there is none."""
        found = self.find(content_id)
        if not isinstance(found, kind):
            raise NotFoundError(f"the record has no {kind.__name__.lower()} under that id")
        return found

    def entry(self, content_id: str) -> Entered:
        """The content under an id with its day and device; ``NotFoundError`` if there is none."""
        found = self._by_id.get(content_id)
        if found is None:
            raise NotFoundError("the record has nothing under that id")
        return found

    def held(self, content_id: str) -> Content | None:
        """The content under an id unless it went with its import: what others may point to."""
        return None if content_id in self._undone else self.find(content_id)

    def brought(self, import_id: str) -> tuple[Entered, ...]:
        """What an import entered, in order, taken back or not; ``NotFoundError``."""
        where = self.entry(self.get(import_id, Imported).id).record
        return tuple(
            one
            for one in self.everything
            if where is not None and one.record == where and isinstance(one.content, IMPORTABLE)
        )

    @cached_property
    def taken_back(self) -> frozenset[str]:
        """Ids of what an undo takes back, and of what went with its import."""
        return self._undone | {undo.of for undo in self.all(Undo)}

    @cached_property
    def papers(self) -> Papers:
        """What came in with files, and what was said of their words."""
        return Papers.of(((one.record, one.content) for one in self.everything), self.find)

    def looks_at(self, content: Content) -> tuple[ItemLook, ...]:
        """What was said of these very words of a file, and not taken back: whom they concern."""
        said = looks_at(self.papers.looks, content)
        return tuple(one for one in said if one.id not in self.taken_back)

    def is_untitled(self, content: Content) -> bool:
        """Whether names and titles in it stay: they are of a file, and nobody cleared them."""
        found = self._by_id.get(content.id)
        if type(content) not in TITLES or found is None or found.record not in self.papers.untitled:
            return False
        said = self.looks_at(content)
        return not said or any(one.others != "none" for one in said)

    def own_paper(self, content_id: str) -> str:
        """The format of the import of the team's own papers by which this came; or empty."""
        found = self._by_id.get(content_id)
        record = found.record if found else None
        return "" if record is None else self.papers.own.get(record, "")

    def standing(self, kind: type[K]) -> tuple[K, ...]:
        """Every content of a kind that nobody has taken back."""
        return tuple(one for one in self.all(kind) if one.id not in self.taken_back)

    @cached_property
    def words(self) -> Words:
        """Every vocabulary, with the team's own terms in it."""
        return words_of(self.all(OwnTerm), (one.of for one in self.all(Retired)))

    def vocabulary(self, concept: str) -> Vocabulary:
        """The vocabulary of one concept, with the team's own terms in it."""
        return self.words[concept]

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """The sources."""
        return self.all(Source)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """The claims that stand."""
        return self.standing(Claim)

    @cached_property
    def judgements(self) -> tuple[Judgement, ...]:
        """The judgements in force."""
        return self.standing(Judgement)

    def decided(self, kind: type[D]) -> tuple[tuple[Judgement, D], ...]:
        """The judgements in force of one kind, each with its decision."""
        return tuple(
            (one, one.decision) for one in self.judgements if isinstance(one.decision, kind)
        )


def _sorted_in(
    entered: Iterable[Entered], by_id: dict[str, Entered]
) -> tuple[list[Entered], list[str]]:
    """What of these counts, and ids of what lies under another's; ``by_id`` takes them in."""
    kept: list[Entered] = []
    clashes: list[str] = []
    for one in entered:
        first = by_id.setdefault(one.content.id, one)
        if first is one:
            kept.append(one)
            continue
        if first.content != one.content:
            clashes.append(one.content.id)
        if isinstance(one.content, Withdrawal):
            kept.append(one)  # nobody can silence a withdrawal by taking its id first
        elif isinstance(one.content, Recipient) and first.content != one.content:
            kept.append(one)  # nor hide whom a recipient tells
    return kept, clashes


def gone_with_imports(everything: Iterable[Entered]) -> frozenset[tuple[RecordId | None, str]]:
    """What was taken back with its import: the ledger's record that it lies in, and its id."""
    return frozenset(
        (one.record, item)
        for one in everything
        if isinstance(one.content, ImportUndone)
        for item in one.content.items
    )


def _is_undone(one: Entered, undone: Collection[tuple[RecordId | None, str]]) -> bool:
    return (one.record, one.content.id) in undone and isinstance(one.content, IMPORTABLE)
