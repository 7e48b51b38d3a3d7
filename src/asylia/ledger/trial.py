"""Which keys a blob is tried with.

A blob does not say whose it is, and a device that is in one compartment of five can read one in
five.  Upholds: what a blob costs does not grow with the number of epochs a team ever had.  Refuses:
losing a straggler: what an entry names by its hash is tried with every key (``replay``).
"""

from collections.abc import Iterable, Mapping

from asylia.errors import ForgedError
from asylia.ledger import boxes
from asylia.ledger.state import EpochKeys, State
from asylia.ledger.store import LedgerStore

RECENT = 8  # epochs of a compartment: the newest that stands before the blob, and seven before it
REACH = 8192  # places before an epoch where its key is tried too


class Trial:
    """Tries keys on blobs of the line, going forward."""

    def __init__(self, known: Mapping[bytes, EpochKeys], reached: dict[str, int]) -> None:
        """``known``: keys by their epoch's blob hash; ``reached``: the newest number gone past."""
        self._known, self._reached = known, reached
        self._tried: list[EpochKeys] = []
        self._counted = -1

    @classmethod
    def at_end(cls, state: State, store: LedgerStore) -> "Trial":
        """Where this device's line ends now."""
        reached: dict[str, int] = {}
        for keys in sorted(state.keys.values(), key=lambda one: -one.number):
            if keys.compartment not in reached and store.find_line(keys.blob_hash, "epoch"):
                reached[keys.compartment] = keys.number
        return cls(state.keys, reached)

    def meet(self, blob_hash: bytes) -> EpochKeys | None:
        """The line goes past this blob; its keys, if it is an epoch of a known compartment."""
        keys = self._known.get(blob_hash)
        if keys is not None:
            before = self._reached.get(keys.compartment, -1)
            self._reached[keys.compartment] = max(before, keys.number)
            self._counted = -1
        return keys

    def open(self, untrusted: bytes) -> tuple[EpochKeys, bytes] | None:
        """The key that opens a blob and what is inside; None where none of these keys does."""
        if self._counted != len(self._known):
            self._refresh()
        tried = self._tried
        for at, keys in enumerate(tried):
            try:
                outer = boxes.open_outer(keys.key, untrusted)
            except ForgedError:
                continue
            if at:
                tried.insert(0, tried.pop(at))
            return keys, outer
        return None

    def _refresh(self) -> None:
        self._counted = len(self._known)
        self._tried = [
            keys
            for keys in sorted(self._known.values(), key=lambda one: -one.number)
            if 0 <= self._reached.get(keys.compartment, -1) - keys.number < RECENT
        ]


def open_with(known: Iterable[EpochKeys], untrusted: bytes) -> tuple[EpochKeys, bytes] | None:
    """As ``Trial.open``, with these keys."""
    for keys in known:
        try:
            return keys, boxes.open_outer(keys.key, untrusted)
        except ForgedError:
            continue
    return None
