"""A visit: a reporter comes back and asks for replies, window after window, ``spec/drop.md``.

Upholds: every visit asks for the same shape, whatever is there.  Refuses: to have anything deleted;
the caller does that, once the words have reached the reporter.
"""

from dataclasses import dataclass, field

from asylia.envelope.bundle import IntakeBundle
from asylia.envelope.courier import ReporterCourier
from asylia.envelope.drop import Drop, Window, open_window, window_ids
from asylia.envelope.threadkeys import ThreadKeys
from asylia.values import Hash


@dataclass(frozen=True)
class Visit:
    """What was found; ``read`` is for ``ReporterCourier.mark_read``, one call each.

    ``found`` false means "nothing here: not fetched yet, or a word is wrong", never "no reply".
    """

    shown: tuple[Drop, ...]
    read: tuple[tuple[bytes, ...], ...] = field(repr=False)
    refused: int
    missing: int
    found: bool


async def visit(courier: ReporterCourier, keys: ThreadKeys, bundle: IntakeBundle) -> Visit:
    """Ask for each window in turn; ``bundle`` is a verified one."""
    windows: list[Window] = []
    read: list[tuple[bytes, ...]] = []
    at: int | None = 0
    while at is not None:
        ids = window_ids(keys.drop_secret, at)
        slots = await courier.window(ids)
        window = open_window(slots, at, keys, bundle.reply_keys, Hash(bundle.root_hash))
        windows.append(window)
        read.append(tuple(ids[n - at] for n in window.opened))
        at = window.next_window
    return Visit(
        shown=tuple(drop for window in windows for drop in window.shown),
        read=tuple(ids for ids in read if ids),
        refused=sum(len(window.refused) for window in windows),
        missing=sum(len(window.missing) for window in windows),
        found=any(window.found for window in windows),
    )
