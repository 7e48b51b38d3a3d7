"""What held blobs wait for, in words.

Upholds: of a chain that waits only its first is told, and of all no more than a bound.  Refuses:
judging.
"""

from asylia.ledger.outcome import finding
from asylia.ledger.state import State
from asylia.ledger.store import FindingRow, HeldRow, LedgerStore
from asylia.ledger.waiting import entry_name

_MOST = 100  # in one report


def missing(store: LedgerStore, state: State) -> list[FindingRow]:
    """What held blobs wait for: what none of them is."""
    return [
        finding("missing", row.place, f"the blob at place {row.place} waits: {_lack(row, state)}")
        for row in store.held_first(_MOST)
    ]


def _lack(row: HeldRow, state: State) -> str:
    named = entry_name(row.waits or b"")
    if named is None:
        return "the key of its record is not here"
    author, sequence = named
    device = state.devices.get(author)
    whose = f"{device.name if device else 'an unknown device'}'s entry"
    if author == row.author:
        return f"the one before {whose} {row.sequence + 1} in {row.compartment} is not here"
    return f"{whose} {sequence + 1} is not here"
