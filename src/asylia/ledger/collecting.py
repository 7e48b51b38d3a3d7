"""Going through many values without the search for cycles among them.

What is read off a page of the line holds no cycles, and the collector would look at each of these
values several times in vain: a twentieth of a first sync.  Upholds: the collector runs again behind
each page or batch, so what it is there for never piles up for longer; one that was off stays off.
Refuses: nothing; freeing what nobody refers to goes on as ever.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Without cyclic garbage collection, for one page or batch."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
