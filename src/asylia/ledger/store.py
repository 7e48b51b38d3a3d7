"""What the ledger asks of a store; the vault gives one.

Upholds, for each store: what one ``transaction`` writes is there wholly or not at all, and durable
when it ends; nothing here is ever in clear on a disk.  Refuses: deciding anything.
"""

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Literal, NamedTuple, Protocol

from asylia.ledger.entry import Header
from asylia.ledger.values import FindingKind

LineState = Literal["applied", "epoch", "notice", "unread", "held", "refused"]


class LineRow(NamedTuple):
    """A blob as it lies at the relay; ``line`` is the line's value behind it."""

    position: int
    blob_hash: bytes
    line: bytes
    state: LineState
    blob: bytes


Blob = tuple[int, bytes, bytes, LineState, bytes]  # a LineRow, as it is written once an entry


class EntryRow(NamedTuple):
    """An entry of this device's own, or one that was applied.

    ``place`` is where its blob stands in the line; None while it waits, and ``content`` is kept
    instead of ``blob`` until then.
    """

    position: int
    place: int | None
    author: bytes
    compartment: str
    epoch: bytes
    record: bytes
    sequence: int
    day: int
    kind: int
    content: bytes
    blob: bytes

    def __repr__(self) -> str:
        return f"<EntryRow {self.position}>"


class RecordRow(NamedTuple):
    """A record: its key, and the epoch under which the team was last given it."""

    record: bytes
    compartment: str
    key: bytes | None
    carried: bytes

    def __repr__(self) -> str:
        return "<RecordRow>"


class StagedRow(NamedTuple):
    """A blob of a line that is read again; ``blob`` is None where it lies in this device's."""

    place: int
    blob_hash: bytes
    line: bytes
    blob: bytes | None


class HeldRow(NamedTuple):
    """An entry in the line that is not applied.

    ``vouched``: its author made it, so it has taken its place in that chain.  ``waits``: what wakes
    it (``waiting``); None where only one that vouches for it can, or nothing.  ``wanted``: hash of
    the blob that it waits for, or empty.
    """

    place: int
    compartment: str
    author: bytes
    sequence: int
    blob_hash: bytes
    previous: bytes
    epoch: bytes
    vouched: bool
    waits: bytes | None
    wanted: bytes


class OutboxRow(NamedTuple):
    """A sealed blob that the relay has not shown back; ``place`` is where it said it put it.

    For an entry, ``entry`` is its position here, beside its compartment and sequence; for an epoch
    they are None, "" and 0.
    """

    rank: int
    entry: int | None
    compartment: str
    sequence: int
    blob_hash: bytes
    blob: bytes
    place: int | None


class PrekeyRow(NamedTuple):
    """A prekey of this device; ``since``: the first team epoch that names it, None on offer."""

    recipient: str
    identity: str
    since: int | None

    def __repr__(self) -> str:
        return "<PrekeyRow>"


class SaidRow(NamedTuple):
    """A control entry; ``place`` is None while it waits.  ``position`` is the entry's."""

    position: int
    place: int | None
    author: bytes
    compartment: str
    day: int
    content: bytes

    def __repr__(self) -> str:
        return f"<SaidRow {self.position}>"


class NoticeRow(NamedTuple):
    """An opened notice, by its blob's hash."""

    blob_hash: bytes
    place: int
    content: bytes

    def __repr__(self) -> str:
        return f"<NoticeRow {self.place}>"


class ForgottenRow(NamedTuple):
    """A record whose key is gone here.

    ``number``: of the compartment's epoch that forgot it; ``team``: of the team epoch that the last
    epoch which still carried it stood under.
    """

    record: bytes
    compartment: str
    number: int
    team: int


class FindingRow(NamedTuple):
    """A finding as it was named."""

    kind: FindingKind
    position: int
    text: str
    hint: str


class LedgerStore(Protocol):
    """All that the ledger keeps."""

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing; held by one thread at a time; a second one inside joins the first."""

    def value(self, name: str) -> bytes | None:
        """A small named value."""

    def put_value(self, name: str, value: bytes) -> None:
        """Set a small named value."""

    def line_end(self) -> tuple[int, bytes]:
        """How many blobs of the line were seen, and its value there (32 zeros at 0)."""

    def line_row(self, position: int) -> LineRow | None:
        """The blob at a position."""

    def add_line(self, rows: Sequence[Blob]) -> None:
        """Append to the line."""

    def line_rows(self, state: LineState, start: int, limit: int) -> list[LineRow]:
        """Up to ``limit`` blobs in a state (any but applied) from a position on, in order."""

    def count_line(self, state: LineState) -> int:
        """How many blobs are in a state."""

    def find_line(self, blob_hash: bytes, state: LineState) -> LineRow | None:
        """The first blob of that hash in that state."""

    def set_line_state(self, position: int, state: LineState) -> None:
        """What became of a blob."""

    def set_line_states(self, rows: Iterable[tuple[int, LineState]]) -> None:
        """What became of many."""

    def has_held(self) -> bool:
        """Whether a held row waits for anything."""

    def held_authors(self) -> set[tuple[str, bytes]]:
        """The compartments and authors of held rows."""

    def held_records(self) -> list[bytes]:
        """The records that held rows wait for."""

    def hold(self, row: HeldRow) -> None:
        """Keep what is not applied, or change it."""

    def release(self, place: int) -> None:
        """Drop such a row."""

    def held_at(self, compartment: str, author: bytes, sequence: int) -> HeldRow | None:
        """The vouched row of that place in an author's chain."""

    def unvouched(self, blob_hash: bytes) -> HeldRow | None:
        """The row of that blob, if nothing vouched for it yet."""

    def is_wanted(self, blob_hash: bytes) -> bool:
        """Whether a row waits for that blob."""

    def held_for(self, waits: bytes, after: int, limit: int) -> list[HeldRow]:
        """Rows that wait for this, behind a place, in order."""

    def held_first(self, limit: int) -> list[HeldRow]:
        """Rows that wait for what stands in no other row, in order."""

    def add_epoch(self, blob_hash: bytes, signed: bytes) -> None:
        """Keep an opened epoch, as signed bytes."""

    def epochs(self) -> list[tuple[bytes, bytes]]:
        """The epochs, in the order in which they were added."""

    def destroy_epochs(self, hashes: Iterable[bytes]) -> None:
        """Destroy what was kept of epochs."""

    def prekeys(self) -> list[PrekeyRow]:
        """The prekeys of this device, newest first."""

    def put_prekey(self, row: PrekeyRow) -> None:
        """Keep a prekey, or change since when it is named; one that is there keeps its place."""

    def destroy_prekey(self, recipient: str) -> None:
        """Destroy a prekey."""

    def said(self) -> list[SaidRow]:
        """The control entries that are kept apart, by position."""

    def put_said(self, position: int, content: bytes) -> None:
        """Keep a control entry's content apart."""

    def drop_said(self, positions: Iterable[int]) -> None:
        """What is superseded."""

    def notices(self) -> list[NoticeRow]:
        """The notices, in the order of the line."""

    def put_notice(self, row: NoticeRow) -> None:
        """Keep an opened notice, once."""

    def destroy_notice(self, blob_hash: bytes) -> None:
        """Destroy an opened notice."""

    def forgotten(self) -> list[ForgottenRow]:
        """The records that were forgotten."""

    def forget(self, rows: Sequence[ForgottenRow]) -> int:
        """Destroy these records' keys, their entries that wait and their rows in projections.

        Names stay.  How many entries that waited to be sealed are gone.
        """

    def record(self, record: bytes) -> RecordRow | None:
        """A record."""

    def records_named(self, names: Collection[bytes]) -> list[RecordRow]:
        """Those of these records that there are."""

    def put_records(self, rows: Iterable[RecordRow]) -> None:
        """Add records, or change them; one whose key is gone stays as it is."""

    def records(self, compartment: str) -> list[RecordRow]:
        """The records of a compartment."""

    def add_waiting(self, row: EntryRow) -> None:
        """Append an entry of this device's own; its ``position`` is given by the store."""

    def add_applied(self, rows: Sequence[tuple[int, Header]]) -> None:
        """Append applied entries, by place; their positions are given by the store."""

    def entries(self, after: int, limit: int, kind: int) -> list[EntryRow]:
        """Up to ``limit`` entries of a kind behind a position, in order."""

    def entry_hash(self, compartment: str, author: bytes, sequence: int) -> bytes | None:
        """The blob hash of an applied entry."""

    def next_sequence(self, compartment: str, author: bytes) -> int:
        """What an author's next entry will have, those that wait counted."""

    def unsealed(
        self, limit: int, writable: Sequence[str], closed: Sequence[str]
    ) -> list[EntryRow]:
        """Entries that wait and are not in the outbox, in order.

        Of ``writable`` compartments all of them, of ``closed`` ones the control entries alone.
        """

    def count_waiting(self) -> int:
        """How many entries of this device's own, of content, were not seen in the line yet."""

    def add_outbox(self, rows: Sequence[OutboxRow]) -> None:
        """Keep sealed blobs; their ``rank`` is given by the store."""

    def set_sequence(self, position: int, sequence: int, epoch: bytes) -> None:
        """What an entry got when it was sealed."""

    def outbox(self) -> list[OutboxRow]:
        """The sealed blobs, in order."""

    def outbox_ranks(self) -> dict[bytes, int]:
        """The ranks of the sealed blobs by their hashes."""

    def waiting_under(self) -> set[tuple[str, bytes]]:
        """Compartment and epoch of the entries that are sealed and not seen in the line."""

    def outbox_contents(self) -> set[int]:
        """The ranks of the sealed blobs that are entries of content."""

    def lacks(self, compartment: str, epoch: bytes) -> bool:
        """Whether the team was not given the key of a live record of a compartment under this."""

    def drop_outbox(self, ranks: Iterable[int]) -> None:
        """Sealed blobs that nobody is to get; the entries among them wait to be sealed anew."""

    def take_back(self, rows: Iterable[tuple[int, bytes | None]]) -> None:
        """Entries that do not count after all, by position: with content they wait again.

        Those without are gone, and what was made of all of them is made anew.
        """

    def acknowledge(self, rank: int, place: int | None) -> None:
        """Where the relay said that it put a blob."""

    def settle(self, rank: int, place: int) -> None:
        """A blob was seen in the line: drop it from the outbox, and its entry's content."""

    def add_finding(self, finding: FindingRow) -> bool:
        """Keep a finding; False if it was there."""

    def count_findings(self, kind: FindingKind) -> int:
        """How many findings of a kind are kept since the line was last read again."""

    def age_findings(self) -> None:
        """What was found until now counts as found before: the same is named anew."""

    def findings(self) -> list[FindingRow]:
        """All findings, in order."""

    # -- the line, read again

    def line_hashes(self) -> set[bytes]:
        """The hashes of all blobs of the line."""

    def stage(self, rows: Sequence[StagedRow]) -> None:
        """Append to the staged line."""

    def staged_end(self) -> tuple[int, bytes, bytes]:
        """How many blobs are staged, the line's value there, and the hash of the last of them."""

    def has_staged(self, place: int, blob_hash: bytes) -> bool:
        """Whether that blob is staged at that place."""

    def unstaged(self, start: int, limit: int) -> list[LineRow]:
        """Blobs of the line, from a place on, that are staged nowhere."""

    def is_behind_staged(self) -> bool:
        """Whether the staged line begins with this device's own, and may go on."""

    def drop_staged(self) -> None:
        """Forget what was staged."""

    def place_outbox(self) -> None:
        """Where the blobs of the outbox are staged; nowhere, for the others."""

    def take_staged(self) -> None:
        """The staged line becomes the line.

        What was taken in (applied, epoch, notice) keeps its state where it stands first; all else
        is unread, held rows are gone, and every place is the new one.
        """
