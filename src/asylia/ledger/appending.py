"""The one way by which an entry of this device's own comes into its store.

Upholds: it waits there, with the day on which it was entered, until it is sealed.  Refuses: content
without a label, or over 768 KiB.
"""

from asylia.errors import UsageError
from asylia.ledger.entry import LARGEST
from asylia.ledger.store import EntryRow, LedgerStore
from asylia.values import Day


def append_waiting(
    store: LedgerStore,
    device: bytes,
    compartment: str,
    record: bytes,
    kind: int,
    content: bytes,
    day: Day,
) -> None:
    """Keep an entry until the next sync seals it."""
    if len(content) > LARGEST or b"\n" not in content[:100]:
        raise UsageError("an entry's content has a label, and at most 768 KiB")
    with store.transaction():
        waiting = EntryRow(
            position=0,
            place=None,
            author=device,
            compartment=compartment,
            epoch=b"",
            record=record,
            sequence=store.next_sequence(compartment, device),
            day=day,
            kind=kind,
            content=content,
            blob=b"",
        )
        store.add_waiting(waiting)
