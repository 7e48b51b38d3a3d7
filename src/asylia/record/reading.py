"""The record as one reads it: every content, with the day on which it was entered.

Upholds: the first content under an id stands, a later one under the same id is set aside and
named in ``clashes`` (facts are added, never overwritten), but a withdrawal always counts, and so
does every account of whom a recipient tells; what was taken back is left out of ``claims`` and
``judgements`` but stays in ``entered``.  Frozen; no network, no clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar

from asylia.errors import NotFoundError
from asylia.record.contents import (
    Claim,
    Content,
    Decision,
    Imported,
    Judgement,
    OwnTerm,
    Recipient,
    Retired,
    Source,
    Undo,
    Withdrawal,
    decode_content,
)
from asylia.record.vocabulary import Vocabulary
from asylia.record.wordbook import Words, words_of
from asylia.values import Day, DeviceId, RecordId

FILE_ITSELF = "compilation"  # the kind of source that an imported table or database is
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

    def execute(self, sql: str, parameters: Sequence[object] = ..., /) -> Any:
        """Run one statement."""


@dataclass(frozen=True)
class Record:
    """Every content, in an order that every device agrees on: by day, author, sequence."""

    entered: tuple[Entered, ...]
    _by_id: dict[str, Entered] = field(repr=False)
    clashes: tuple[str, ...] = ()

    @classmethod
    def of(cls, entered: Iterable[Entered]) -> "Record":
        """A record of these, in this order."""
        kept: list[Entered] = []
        by_id: dict[str, Entered] = {}
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
        return cls(tuple(kept), by_id, tuple(clashes))

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
        return Record.of(one for one in self.entered if one.entered_on <= day)

    def all(self, kind: type[K]) -> tuple[K, ...]:
        """Every content of a kind, in order of entry, taken back or not."""
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

    @cached_property
    def taken_back(self) -> frozenset[str]:
        """Ids of the claims, judgements and maskings that an undo takes back."""
        return frozenset(undo.of for undo in self.all(Undo))

    @cached_property
    def own_papers(self) -> dict[RecordId, str]:
        """Imports of the team's own papers, by the ledger's record, each with its format.

        A file is the team's own, not a publication, unless the import said where it was published.
        """
        forms = {
            one.record: one.content.form
            for one in self.entered
            if isinstance(one.content, Imported) and one.record is not None
        }
        return {
            one.record: forms[one.record]
            for one in self.entered
            if isinstance(one.content, Source)
            and one.record is not None
            and one.record in forms
            and one.content.kind == FILE_ITSELF
            and not one.content.address
        }

    def own_paper(self, content_id: str) -> str:
        """The format of the import of the team's own papers by which this came; or empty."""
        found = self._by_id.get(content_id)
        record = found.record if found else None
        return "" if record is None else self.own_papers.get(record, "")

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
