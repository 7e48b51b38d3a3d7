"""Linkage review in the ledger: openings, votes, adjudications, what was passed on.

Upholds: everything lies in the compartment of identities, in one record a review, so that it can be
forgotten alone; nothing in it is a name; a pair was entered as opened before it is shown.  Refuses:
whoever is not in that compartment.  Format: ``spec/review.md``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from asylia import wire
from asylia.casework.place import Place
from asylia.errors import MalformedError, NotFoundError, RefusedError
from asylia.ledger.values import OpenEntry
from asylia.record.forms import Id, SomeLine, SomeText, Verdict
from asylia.values import Day, DeviceId, RecordId

COMPARTMENT = "identity"
Pair = tuple[str, str]
Why = Literal["review", "settle", "undo"]
PairIds = Annotated[tuple[Id, ...], Meta(min_length=2, max_length=2)]


class Begun(wire.Message, frozen=True, kw_only=True):
    """A review, by the name of the table that whoever reviews has in hand."""

    LABEL: ClassVar[str] = "asylia/review/1"
    id: Id
    name: SomeLine


class Opened(wire.Message, frozen=True, kw_only=True):
    """Two identities were opened, side by side, and why."""

    LABEL: ClassVar[str] = "asylia/review-opened/1"
    id: Id
    pair: PairIds
    reason: Why


class Vote(wire.Message, frozen=True, kw_only=True):
    """What one reviewer says of a pair; a later one of the same reviewer takes its place."""

    LABEL: ClassVar[str] = "asylia/review-vote/1"
    id: Id
    pair: PairIds
    verdict: Verdict


class Adjudication(wire.Message, frozen=True, kw_only=True):
    """What is held where reviewers differ; the reason stays in the compartment."""

    LABEL: ClassVar[str] = "asylia/review-adjudication/1"
    id: Id
    pair: PairIds
    verdict: Verdict
    reason: SomeText
    votes: tuple[Id, ...]


class Undone(wire.Message, frozen=True, kw_only=True):
    """Takes back a vote, by who gave it, or an adjudication; it stays readable."""

    LABEL: ClassVar[str] = "asylia/review-undo/1"
    id: Id
    of: Id


class Passed(wire.Message, frozen=True, kw_only=True):
    """A pair's verdict went into the record, as that judgement: the two ids, and no more."""

    LABEL: ClassVar[str] = "asylia/review-passed/1"
    id: Id
    pair: PairIds
    verdict: Verdict
    judgement: Id


Content = Begun | Opened | Vote | Adjudication | Undone | Passed
_KINDS: dict[str, type[Content]] = {
    kind.LABEL: kind for kind in (Begun, Opened, Vote, Adjudication, Undone, Passed)
}


@dataclass(frozen=True)
class Noted:
    """A content, by which device and whose, and on which day."""

    content: Content
    author: DeviceId
    by: str
    on: Day


@dataclass
class Reviews:
    """Every review that this device may read; what is new is read on, never all anew."""

    place: Place
    _position: int = 0
    _held: dict[RecordId, list[tuple[Content, OpenEntry]]] = field(default_factory=dict)

    def check_member(self) -> None:
        """``RefusedError`` where this device is not in the compartment of identities."""
        if all(one.id != COMPARTMENT for one in self.place.ledger.compartments()):
            raise RefusedError(
                "Only who is in the compartment of identities reviews pairs.",
                hint="An admin can let a device in, on the page of the team.",
            )

    def names(self) -> dict[RecordId, str]:
        """The reviews by the ledger's record that each lies in."""
        self._read()
        return {
            record: one.name
            for record, contents in self._held.items()
            for one, _ in contents
            if isinstance(one, Begun)
        }

    def of(self, record: RecordId) -> tuple[Noted, ...]:
        """What was entered in one review, in the order in which every device has it."""
        self._read()
        names = {member.device: member.name for member in self.place.ledger.members()}
        whole = sorted(
            self._held.get(record, ()), key=lambda o: (o[1].entered_on, o[1].author, o[1].sequence)
        )
        return tuple(
            Noted(
                content,
                entry.author,
                names.get(entry.author, entry.author[:4].hex()),
                entry.entered_on,
            )
            for content, entry in whole
        )

    def begin(self, name: str) -> RecordId:
        """A review under a name; the one that has it already, if there is one."""
        self.check_member()
        for record, known in self.names().items():
            if known == name:
                return record
        record = self.place.ledger.new_record(COMPARTMENT)
        self.place.append(record, Begun(id=self.draw_id(), name=name))
        return record

    def add(self, record: RecordId, content: Content) -> None:
        """Enter something in a review."""
        self.check_member()
        if record not in self.names():
            raise NotFoundError("There is no such review.", hint="It may have been forgotten.")
        self.place.append(record, content)

    def draw_id(self) -> str:
        """A fresh id."""
        return self.place.randomness(16).hex()

    def reviewers(self) -> int:
        """How many votes decide: two, or one where one person alone is in the compartment."""
        return min(2, len(self.people()))

    def people(self) -> frozenset[str]:
        """Whose devices are in the compartment, by pseudonym."""
        members = self.place.ledger.members()
        return frozenset(m.name for m in members if m.live and COMPARTMENT in m.compartments)

    def _read(self) -> None:
        gone = {record for one in self.place.ledger.forgotten() for record in one.records}
        if gone & self._held.keys():
            self._position, self._held = 0, {}
        for entry in self.place.ledger.entries(self._position):
            self._position = max(self._position, entry.position)
            for content in _read(entry):
                self._held.setdefault(entry.record, []).append((content, entry))


def _read(entry: OpenEntry) -> Iterator[Content]:
    """The content of an entry, if it is one of a review; what can't be read is passed over."""
    kind = _KINDS.get(entry.label)
    if kind is None or entry.compartment != COMPARTMENT:
        return
    try:
        content = wire.decode(entry.content, kind)
    except MalformedError:
        return
    if not hasattr(content, "pair") or content.pair[0] < content.pair[1]:
        yield content
