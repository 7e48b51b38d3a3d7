"""The epochs of one chain: which come after which, and which are the newest.

Upholds: two newest epochs are a clash, whatever order they came in.  Refuses: judging an epoch;
that is ``rights``'.
"""

from collections.abc import Iterable
from typing import Generic, TypeVar

from asylia.ledger.epoch import CompartmentEpoch, TeamEpoch

E = TypeVar("E", TeamEpoch, CompartmentEpoch)


class Tree(Generic[E]):
    """Epochs by blob hash.  Those whose bodies were destroyed are not here."""

    def __init__(self) -> None:
        self.epochs: dict[bytes, E] = {}
        self.heads: tuple[bytes, ...] = ()  # the newest, the lowest blob hash first

    def add(self, blob_hash: bytes, epoch: E) -> None:
        """Go on under one more epoch.

        One that lies ahead of all that is known stands for them: this device was away.
        """
        follows = self.epochs.keys() & set(epoch.previous)
        if not follows and all(known.number < epoch.number for known in self.epochs.values()):
            self.drop(tuple(self.epochs))
        self.epochs[blob_hash] = epoch
        self.heads = tuple(sorted({*self.heads, blob_hash} - set(epoch.previous)))

    def drop(self, hashes: Iterable[bytes]) -> None:
        """These are known no more."""
        for blob_hash in hashes:
            self.epochs.pop(blob_hash, None)
        self.heads = tuple(head for head in self.heads if head in self.epochs)

    @property
    def newest(self) -> E | None:
        """The newest epoch; the first sibling while it clashes."""
        return self.epochs[self.heads[0]] if self.heads else None

    def past(self, blob_hash: bytes) -> set[bytes]:
        """An epoch and every known one before it."""
        found: set[bytes] = set()
        ahead = [blob_hash]
        while ahead:
            one = ahead.pop()
            if one in self.epochs and one not in found:
                found.add(one)
                ahead += self.epochs[one].previous
        return found

    def ancestor(self, first: bytes, second: bytes) -> bytes | None:
        """The newest epoch that both come after; None where it is not known."""
        shared = self.past(first) & self.past(second)
        return max(shared, key=lambda one: (self.epochs[one].number, one), default=None)

    def branch(self, head: bytes, ancestor: bytes) -> tuple[bytes, ...]:
        """What led from the ancestor to this epoch, the epoch itself too."""
        return tuple(sorted(self.past(head) - self.past(ancestor)))
