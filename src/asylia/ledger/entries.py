"""The checks that an entry passes before it is applied: the table of ``spec/ledger.md``, in order.

Upholds: nothing is changed before the last check holds.  Refuses (with an error that names what):
any entry whose key, author, chain, heads or record are not in order.
"""

from collections.abc import Sequence

from asylia.errors import ForgedError, MalformedError
from asylia.ledger import boxes
from asylia.ledger.entry import CONTROL, Head, Header, Sealed, decode_header, decode_heads
from asylia.ledger.journal import Journal
from asylia.ledger.outcome import EntryName, HeldBlobError, Outcome, RefusedBlobError
from asylia.ledger.state import START, Chain, EpochKeys, State
from asylia.ledger.store import EntryRow, RecordRow

UNREAD = Outcome("unread")


class EntryDoor:
    """Lets entries in."""

    def __init__(self, journal: Journal, state: State) -> None:
        self._journal, self._state = journal, state

    def judge(self, position: int, blob_hash: bytes, blob: bytes) -> Outcome:
        """Apply the entry, or raise what is wrong with it."""
        opened = self._open(blob)
        if opened is None:
            twin = self._journal.find(blob_hash, "unread")
            if twin is not None and twin.position != position:
                raise RefusedBlobError("replayed", "it stands in the line twice")
            return UNREAD
        keys, outer = opened
        sealed = boxes.parse_outer(outer)
        header, heads = decode_header(sealed.header), decode_heads(sealed.heads)
        self._check_author(keys, header, sealed)
        self._check_chain(keys, header, blob_hash)
        self._check_heads(header, heads)
        record = self._check_inner(keys, header, sealed)
        self._apply(position, blob_hash, header, heads, keys)
        if record is not None:
            self._journal.put_record(record)
        return self._compare_lines(position, header)

    def _open(self, blob: bytes) -> tuple[EpochKeys, bytes] | None:
        tried = self._state.tried
        for at, keys in enumerate(tried):
            try:
                outer = boxes.open_outer(keys.key, blob)
            except ForgedError:
                continue
            if at:
                tried.insert(0, tried.pop(at))
            return keys, outer
        return None

    def _check_author(self, keys: EpochKeys, header: Header, sealed: Sealed) -> None:
        if header.epoch != keys.blob_hash or header.compartment != keys.compartment:
            raise ForgedError("it names another epoch than the one whose key opened it")
        if not self._state.may_write(keys, header.author, header.sequence):
            raise ForgedError("its author is not a member of the compartment")
        boxes.verify_author(sealed, self._state.devices[header.author].signing)

    def _check_chain(self, keys: EpochKeys, header: Header, blob_hash: bytes) -> None:
        chain = self._chain(header.compartment, header.author)
        if header.sequence <= chain.sequence:
            if self._hash_at(header.compartment, header.author, header.sequence) == blob_hash:
                raise RefusedBlobError("replayed", f"{self._whose(header)} stands there twice")
            raise RefusedBlobError("forked", f"there are two of {self._whose(header)}")
        if header.sequence > chain.sequence + 1:
            before = EntryName(header.compartment, header.author, header.sequence - 1)
            raise HeldBlobError(f"the one before {self._whose(header)} is not here", before)
        if header.previous != chain.blob or keys.number < chain.epoch:
            raise ForgedError(f"{self._whose(header)} does not follow the one before it")

    def _check_heads(self, header: Header, heads: Sequence[Head]) -> None:
        for head in heads:
            if head.author == header.author:
                raise MalformedError("an entry names its own author's as another's")
            if head.sequence > self._chain(header.compartment, head.author).sequence:
                named = EntryName(header.compartment, head.author, head.sequence)
                text = f"{self._who(head.author)} {head.sequence + 1} is not here"
                raise HeldBlobError(text, named)
            if self._hash_at(header.compartment, head.author, head.sequence) != head.blob:
                text = f"{self._whose(header)} names an entry that this device knows otherwise"
                raise RefusedBlobError("forked", text)

    def _check_inner(self, keys: EpochKeys, header: Header, sealed: Sealed) -> RecordRow | None:
        """What is learned of the record's key; None where nothing is."""
        if header.kind == CONTROL:
            if sealed.wrapped:
                raise MalformedError("a control entry carries a record's key")
            boxes.open_inner(keys.key, header.kind, sealed)
            return None
        record = self._journal.record(header.record)
        if record is not None and record.compartment != header.compartment:
            raise ForgedError("its record is another compartment's")
        key = record.key if record is not None else None
        if sealed.wrapped and keys.wrap_key is not None:
            given = boxes.open_wrapped(keys.wrap_key, sealed)
            if boxes.record_id(header.compartment, given) != header.record:
                raise ForgedError("it gives a record another key than it has")
            key = given
        if key is None:
            if record is None and keys.wrap_key is not None:
                raise ForgedError("its record has no key")
            return None
        boxes.open_inner(key, header.kind, sealed)
        if not sealed.wrapped:
            return None
        return RecordRow(header.record, header.compartment, key, keys.blob_hash)

    def _apply(
        self,
        position: int,
        blob_hash: bytes,
        header: Header,
        heads: tuple[Head, ...],
        keys: EpochKeys,
    ) -> None:
        chain = Chain(header.sequence, blob_hash, keys.number, header.day)
        self._state.advance(header.compartment, header.author, chain, heads)
        row = EntryRow(
            position=0,
            place=position,
            author=header.author,
            compartment=header.compartment,
            epoch=header.epoch,
            record=header.record,
            sequence=header.sequence,
            day=header.day,
            kind=header.kind,
            content=b"",
            blob=b"",
        )
        self._journal.add_entry(row, blob_hash, position)

    def _compare_lines(self, position: int, header: Header) -> Outcome:
        entry = EntryName(header.compartment, header.author, header.sequence)
        if header.seen <= position and self._journal.line_at(header.seen) == header.line:
            return Outcome("applied", entry=entry)
        name = self._who(header.author).removesuffix("'s entry")
        text = f"the relay shows {name} another line than this device"
        return Outcome("applied", "forked", text, entry)

    def _chain(self, compartment: str, author: bytes) -> Chain:
        return self._state.chains.get((compartment, author), START)

    def _hash_at(self, compartment: str, author: bytes, sequence: int) -> bytes | None:
        chain = self._chain(compartment, author)
        if chain.sequence == sequence:
            return chain.blob
        return self._journal.entry_hash(compartment, author, sequence)

    def _whose(self, header: Header) -> str:
        return f"{self._who(header.author)} {header.sequence + 1} in {header.compartment}"

    def _who(self, author: bytes) -> str:
        device = self._state.devices.get(author)
        return f"{device.name if device else 'an unknown device'}'s entry"
