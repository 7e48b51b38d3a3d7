"""What every other device would say of epochs, before they are sent.

Upholds: taken as they will be, in a transaction that is undone.  Refuses (with the error that the
others would name): what they would not take.
"""

from collections.abc import Iterable, Sequence

from asylia.errors import NotFoundError
from asylia.ledger.prekeys import identities
from asylia.ledger.replay import Replay
from asylia.ledger.state import State
from asylia.ledger.store import LedgerStore


class _UndoneError(Exception):
    """Ends a rehearsal."""


def rehearse(store: LedgerStore, told: Sequence[bytes], blobs: Iterable[bytes]) -> None:
    """Take these epochs as every device will, and leave no trace; raises what is wrong.

    ``told``: the dismissals, which will stand in the line before them.
    """
    try:
        with store.transaction():
            state = State.load(store)
            if state is None:
                raise NotFoundError("this vault belongs to no team yet")
            replay = Replay(store, state, identities(store))
            replay.take(told)
            for blob in blobs:
                replay.adopt(blob)
            raise _UndoneError
    except _UndoneError:
        return
