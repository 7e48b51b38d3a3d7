"""A device that comes back to a compartment: what it wrote and read there while it was out.

It could not know that an epoch without it, or without another, stood in the line already, and went
on as before.  Upholds: after it is back, it has applied what everyone else has, and forgotten what
they have; its own words wait to be sealed anew, so none of them is lost.  Refuses: to bring back
the words of anyone else, or the key of a record that was forgotten meanwhile.
"""

from collections.abc import Set

from asylia.errors import ForgedError, MalformedError
from asylia.ledger import boxes
from asylia.ledger.chain import START, Chain
from asylia.ledger.entry import CONTENT, CONTROL
from asylia.ledger.epoch import CompartmentEpoch
from asylia.ledger.state import State
from asylia.ledger.store import EntryRow, ForgottenRow, LedgerStore
from asylia.values import RecordId

_PAGE = 500


def take_back(store: LedgerStore, state: State, compartment: str, own: bytes) -> None:
    """Undo what does not count by the epochs that are known now; within a transaction."""
    sealed = [row.rank for row in store.outbox() if row.compartment == compartment]
    store.drop_outbox(sealed)
    rows = [row for kind in (CONTENT, CONTROL) for row in _applied(store, compartment, kind)]
    first: dict[bytes, int] = {}
    for row in rows:
        if not state.may_write(state.keys[row.epoch], row.author, row.place or 0):
            first[row.author] = min(row.sequence, first.get(row.author, row.sequence))
    undone = [row for row in rows if row.sequence >= first.get(row.author, row.sequence + 1)]
    if not undone:
        return
    kept = {row.position: _content(store, state, row) for row in undone if row.author == own}
    store.take_back((row.position, kept.get(row.position)) for row in undone)
    store.set_line_states((row.place or 0, "refused") for row in undone)
    for author, sequence in first.items():
        last = max(
            (row for row in rows if row.author == author and row.sequence < sequence),
            key=lambda row: row.sequence,
            default=None,
        )
        state.chains.rewind((compartment, author), _end(store, state, last))


def forget_missed(
    store: LedgerStore, state: State, epoch: CompartmentEpoch, live: Set[RecordId]
) -> int:
    """Forget what this device knows and the epoch that it comes back by carries no key of.

    ``live``: whose keys it carries.  This device read none of the epochs that forgot the others,
    and would carry them on.  What stands behind what the epoch's maker had seen is live, whatever
    the keyring says.  How many own entries are gone.
    """
    rows = _applied(store, epoch.compartment, CONTENT)
    shown = {row.record for row in rows if (row.place or 0) < epoch.seen.count}
    missed = [
        row.record
        for row in store.records(epoch.compartment)
        if row.key is not None and row.record in shown and row.record not in live
    ]
    team = state.team.number if state.team is not None else 0
    return store.forget(
        [ForgottenRow(one, epoch.compartment, epoch.number, team) for one in missed]
    )


def _applied(store: LedgerStore, compartment: str, kind: int) -> list[EntryRow]:
    found: list[EntryRow] = []
    after = 0
    while rows := store.entries(after, _PAGE, kind):
        after = rows[-1].position
        found += [row for row in rows if row.compartment == compartment and row.place is not None]
    return found


def _content(store: LedgerStore, state: State, row: EntryRow) -> bytes | None:
    """What this device wrote; None of a control entry, or where the key is gone."""
    record = store.record(row.record) if row.kind == CONTENT else None
    if record is None or record.key is None:
        return None
    outer = boxes.open_outer(state.keys[row.epoch].key, row.blob)
    try:
        return boxes.open_inner(record.key, row.kind, boxes.parse_outer(outer))
    except (ForgedError, MalformedError):
        return None


def _end(store: LedgerStore, state: State, row: EntryRow | None) -> Chain:
    if row is None:
        return START
    blob = store.entry_hash(row.compartment, row.author, row.sequence)
    return Chain(row.sequence, blob or b"", state.keys[row.epoch].number, row.day)
