"""The checks that an entry passes before it is applied: the table of ``spec/ledger.md``, in order.

Upholds: nothing is changed before the last check holds.  Refuses (with an error that names what):
any entry whose key, author, chain, heads or record are not in order.
"""

from asylia.errors import ForgedError, MalformedError
from asylia.ledger import boxes
from asylia.ledger.chain import START, Chain
from asylia.ledger.entry import CONTROL, Header, decode_front
from asylia.ledger.journal import Journal
from asylia.ledger.outcome import HeldBlobError, Outcome, RefusedBlobError, UnvouchedBlobError
from asylia.ledger.runs import Opened
from asylia.ledger.state import EpochKeys, State
from asylia.ledger.store import RecordRow
from asylia.ledger.waiting import Waiting, entry_key

APPLIED = Outcome("applied")


class EntryDoor:
    """Lets entries in."""

    def __init__(self, journal: Journal, state: State, waiting: Waiting) -> None:
        self._journal, self._state, self._waiting = journal, state, waiting
        self._chains = state.chains

    def open(
        self, place: int, blob_hash: bytes, blob: bytes, keys: EpochKeys, untrusted: bytes
    ) -> Opened:
        """What needs no other entry: its form, its epoch, its author's membership.

        ``untrusted``: what these keys opened of the blob.

        One that a member's entry waits for counts wherever it stands: it stood elsewhere before the
        line was read again.
        """
        header, heads, wrapped = decode_front(boxes.unpad_outer(untrusted))
        author, compartment = header.author, keys.compartment
        if header.epoch != keys.blob_hash or header.compartment != compartment:
            raise ForgedError("it names another epoch than the one whose key opened it")
        if not self._state.may_write(keys, author, place):
            was_member = author in keys.devices
            if not (was_member and self._waiting.is_wanted(blob_hash)):
                raise ForgedError("its author is not a member of the compartment")
        if wrapped and header.kind == CONTROL:
            raise MalformedError("a control entry carries a record's key")
        for head in heads:
            if head.author == author:
                raise MalformedError("an entry names its own author's as another's")
        chain = (compartment, author)
        return Opened(place, blob_hash, keys, blob, header, heads, wrapped, chain)

    def verify(self, one: Opened) -> None:
        """Raise ``ForgedError`` unless its own signature holds."""
        boxes.verify_author(one.sealed, self._state.devices[one.header.author].signing)

    def judge(self, one: Opened, *, vouched: bool) -> Outcome:
        """Apply the entry, or raise what is wrong with it."""
        header = one.header
        before = self._chains.get(one.chain, START)
        concerned = bool(self._waiting.authors) and self._waiting.concerns(header)
        if concerned or not vouched or header.sequence <= before.sequence:
            self._check_place(one, before, vouched=vouched, concerned=concerned)
        try:
            self._check_chain(one, before)
            if one.heads:
                self._check_heads(one)
            record, shut = self._check_record(one)
        except (ForgedError, MalformedError, RefusedBlobError):
            # Its author's place stays taken, whenever what was wrong with it came to light.
            self._waiting.hold(one, vouched=True, waits=None)
            raise
        self._apply(one, before)
        if record is not None:
            self._journal.put_record(record)
        if not shut and self._is_on_this_line(one):
            return APPLIED
        return self._strange(one, shut)

    def _check_place(self, one: Opened, chain: Chain, *, vouched: bool, concerned: bool) -> None:
        """Its place is behind the chain's end, or something waits there, or nothing vouches."""
        header = one.header
        if header.sequence <= chain.sequence:
            if self._hash_at(header.compartment, header.author, header.sequence) == one.blob_hash:
                raise RefusedBlobError("replayed", f"{self._whose(header)} stands there twice")
            if not vouched:
                raise ForgedError("an Ed25519 signature does not hold")
            raise RefusedBlobError("forked", f"there are two of {self._whose(header)}")
        if concerned and self._waiting.is_there(one):
            raise RefusedBlobError("replayed", f"{self._whose(header)} stands there twice")
        if not vouched:
            raise UnvouchedBlobError(f"the signature of {self._whose(header)} does not hold")
        first = self._waiting.in_place_of(header)
        if first is not None and first.place != one.place:
            if first.blob_hash == one.blob_hash:
                raise RefusedBlobError("replayed", f"{self._whose(header)} stands there twice")
            raise RefusedBlobError("forked", f"there are two of {self._whose(header)}")

    def _check_chain(self, one: Opened, chain: Chain) -> None:
        header = one.header
        if header.sequence > chain.sequence + 1:
            before = entry_key(header.compartment, header.author, header.sequence - 1)
            text = f"the one before {self._whose(header)} is not here"
            raise HeldBlobError(text, before, header.previous)
        if header.previous != chain.blob or one.keys.number < chain.epoch:
            raise ForgedError(f"{self._whose(header)} does not follow the one before it")

    def _check_heads(self, one: Opened) -> None:
        header = one.header
        for head in one.heads:
            if head.sequence > self._chain(header.compartment, head.author).sequence:
                named = entry_key(header.compartment, head.author, head.sequence)
                text = f"{self._who(head.author)} {head.sequence + 1} is not here"
                raise HeldBlobError(text, named, head.blob)
            if self._hash_at(header.compartment, head.author, head.sequence) != head.blob:
                text = f"{self._whose(header)} names an entry that this device knows otherwise"
                raise RefusedBlobError("forked", text)

    def _check_record(self, one: Opened) -> tuple[RecordRow | None, str]:
        """What is learned of the record's key, and why a control entry stays shut if it does.

        A record's content is opened when it is read, once: nothing of the chain hangs on it.
        """
        header, keys = one.header, one.keys
        if header.kind == CONTROL:
            return None, self._hear(one)
        record = self._journal.record(header.record)
        if record is not None and record.compartment != header.compartment:
            raise ForgedError("its record is another compartment's")
        key = record.key if record is not None else None
        if one.wrapped and keys.wrap_key is not None:
            given = boxes.open_wrapped(keys.wrap_key, one.sealed)
            if boxes.record_id(header.compartment, given) != header.record:
                raise ForgedError("it gives a record another key than it has")
            key = given
        if key is None:
            if record is None and keys.wrap_key is not None:
                raise HeldBlobError("the key of its record is not here", header.record)
            return None, ""
        if not one.wrapped:
            return None, ""
        return RecordRow(header.record, header.compartment, key, keys.blob_hash), ""

    def _hear(self, one: Opened) -> str:
        try:
            content = boxes.open_inner(one.keys.key, CONTROL, one.sealed)
        except (ForgedError, MalformedError):
            return f"the content of {self._whose(one.header)} does not open"
        header, same = one.header, self._is_on_this_line(one)
        self._state.hear(header.author, header.compartment, content, on_this_line=same)
        return ""

    def _apply(self, one: Opened, before: Chain) -> None:
        header, blob_hash = one.header, one.blob_hash
        day = header.day if header.day > before.day else before.day
        chain = Chain(header.sequence, blob_hash, one.keys.number, day)
        self._chains.advance(one.chain, chain, one.heads)
        if self._state.absences:
            self._state.hear_signer(header.compartment, header.author, one.keys, header.seen)
        self._journal.add_entry(header, blob_hash, one.place)

    def _strange(self, one: Opened, shut: str) -> Outcome:
        if shut:
            return Outcome("applied", "forged", f"the blob at place {one.place}: {shut}")
        name = self._who(one.header.author).removesuffix("'s entry")
        text = f"the relay shows {name} another line than this device"
        return Outcome("applied", "forked", text)

    def _is_on_this_line(self, one: Opened) -> bool:
        header = one.header
        return header.seen <= one.place and self._journal.line_at(header.seen) == header.line

    def _chain(self, compartment: str, author: bytes) -> Chain:
        return self._chains.get((compartment, author), START)

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
