"""Whose signature vouches for what: of a run of one author's entries, the newest that holds.

An entry names the blob before it by its hash, so a signature that holds says of every blob behind
it in the chain that its author made it.  One Ed25519 check a run instead of one an entry is what
makes a first sync quick (ADR 0058).  Upholds: an entry that nothing vouches for is never counted
as its author's.  Refuses: deciding what becomes of it; that is ``entries``' and ``replay``'s.
"""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from asylia.errors import ForgedError
from asylia.ledger import boxes
from asylia.ledger.chain import Key
from asylia.ledger.entry import Head, Header, Sealed
from asylia.ledger.state import EpochKeys


class Opened(msgspec.Struct, frozen=True, gc=False):
    """An entry that a key opened, in its right form, by a member of the compartment."""

    place: int
    blob_hash: bytes
    keys: EpochKeys
    blob: bytes
    header: Header
    heads: tuple[Head, ...]
    wrapped: bool  # whether it carries its record's key
    chain: Key  # that it is of

    @property
    def sealed(self) -> Sealed:
        """Its parts, from the blob: of a run, the one that vouches alone is asked for them.

        To keep what was opened of them all would cost more than to open a few twice.
        """
        return boxes.parse_outer(boxes.open_outer(self.keys.key, self.blob))

    def __repr__(self) -> str:
        return f"<Opened {self.place}>"


Verify = Callable[[Opened], None]


def vouched(line: Iterable[Opened], verify: Verify) -> set[int]:
    """The places of those that their author's signature vouches for, among these alone.

    ``line``: in the order of the line, with no epoch between.  A run is of one author in one
    compartment, each the one after the one before, and nothing else in that author's name between:
    so the run is as authentic at its own places as it would be one blob at a time.
    """
    runs: dict[Key, list[Opened]] = {}
    found: set[int] = set()
    for one in line:
        chain = one.chain
        run = runs.get(chain)
        if run is not None:
            header, last = one.header, run[-1]
            if header.previous == last.blob_hash and header.sequence == last.header.sequence + 1:
                run.append(one)
                continue
            found |= _held_up(run, verify)
        runs[chain] = [one]
    for run in runs.values():
        found |= _held_up(run, verify)
    return found


def _held_up(run: Sequence[Opened], verify: Verify) -> set[int]:
    """All behind the newest whose own signature holds, and that one."""
    for at in range(len(run) - 1, -1, -1):
        try:
            verify(run[at])
        except ForgedError:
            continue
        return {one.place for one in run[: at + 1]}
    return set()
