"""Sealing what waits: entries are chained and sealed when they are sent, ``spec/ledger.md``.

Upholds: sealed bytes are down before they leave, so that after a crash the same bytes go again.
Refuses: to write in a compartment whose epochs clash, or that this device is no member of; what is
meant for it waits.
"""

from hashlib import sha256

from asylia.crypto import random
from asylia.ledger import boxes
from asylia.ledger.chain import START
from asylia.ledger.entry import CONTROL, MOST_HEADS, Head, Header
from asylia.ledger.keys import DeviceKeys
from asylia.ledger.state import EpochKeys, State
from asylia.ledger.store import EntryRow, LedgerStore, OutboxRow

_AT_ONCE = 256


class Outbox:
    """Seals this device's waiting entries, within the caller's transaction."""

    def __init__(
        self, store: LedgerStore, state: State, keys: DeviceKeys, randomness: random.Randomness
    ) -> None:
        self._store, self._state, self._keys = store, state, keys
        self._randomness = randomness
        self._seen, self._line = store.line_end()
        # Where this device's own chain ends, what is sealed and not yet in the line included.
        self._ends: dict[str, tuple[int, bytes]] = {}
        for row in store.outbox():
            if row.compartment:
                self._ends[row.compartment] = (row.sequence, row.blob_hash)
        self._named: set[str] = set()

    def seal(self) -> int:
        """Seal the next entries that wait; how many."""
        writable, closed = self._writable()
        rows = self._store.unsealed(_AT_ONCE, writable, closed)
        self._store.add_outbox([self._seal(row) for row in rows])
        return len(rows)

    def _writable(self) -> tuple[list[str], list[str]]:
        """Where this device may write; and where only control entries, since it was closed."""
        mine = {
            name: epoch
            for name, epoch in self._state.within(self._keys.device).items()
            if self._state.is_writable(name)
        }
        writable = [name for name, epoch in mine.items() if epoch.successor is None]
        return writable, [name for name in mine if name not in writable]

    def _seal(self, row: EntryRow) -> OutboxRow:
        compartment, epoch = row.compartment, self._state.current[row.compartment]
        chain = self._state.chains.get((compartment, self._keys.device), START)
        last, previous = self._ends.get(compartment, (chain.sequence, chain.blob))
        header = Header(
            author=self._keys.device,
            compartment=compartment,
            epoch=epoch.blob_hash,
            record=row.record,
            sequence=last + 1,
            previous=previous,
            seen=self._seen,
            line=self._line,
            day=row.day,
            kind=row.kind,
        )
        keys = self._box_keys(row, epoch)
        heads = self._heads(compartment)
        author = self._keys.author
        blob = boxes.seal_entry(header, heads, row.content, keys, author, self._randomness)
        blob_hash = sha256(blob).digest()
        self._ends[compartment] = (header.sequence, blob_hash)
        self._store.set_sequence(row.position, header.sequence, epoch.blob_hash)
        return OutboxRow(0, row.position, compartment, header.sequence, blob_hash, blob, None)

    def _box_keys(self, row: EntryRow, epoch: EpochKeys) -> boxes.Keys:
        if row.kind == CONTROL:
            return boxes.Keys(epoch.key, epoch.key, None)
        record = self._store.record(row.record)
        if record is None or record.key is None:
            raise LookupError("an entry waits for a record without a key")
        if record.carried == epoch.blob_hash:
            return boxes.Keys(epoch.key, record.key, None)
        self._store.put_records([record._replace(carried=epoch.blob_hash)])
        return boxes.Keys(epoch.key, record.key, epoch.wrap_key)

    def _heads(self, compartment: str) -> tuple[Head, ...]:
        """Once a batch: a later entry of this device names them through the one before it."""
        if compartment in self._named:
            return ()
        self._named.add(compartment)
        tips = self._state.chains.heads(compartment)
        return tuple(tip for tip in tips if tip.author != self._keys.device)[:MOST_HEADS]
