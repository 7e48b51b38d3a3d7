"""Until where in the line an author's entries count, once an epoch left it out.

Upholds: the answer follows from the line and the newest epoch's ``earlier`` alone, so that a device
that was there, one that came later and one that destroyed its old epochs apply the same entries.
Refuses: to take anybody's word for what an author had written: a maker who names too little would
part those who had read the rest from those who never will.
"""

from collections.abc import Iterable
from typing import NamedTuple

# author -> (number of an epoch without it, place of that epoch's blob)
Limits = dict[bytes, tuple[tuple[int, int], ...]]


class EpochKeys(NamedTuple):
    """An epoch of a compartment as far as its entries are concerned."""

    blob_hash: bytes
    compartment: str
    number: int
    key: bytes
    devices: frozenset[bytes]
    wrap_key: bytes | None  # None once it was destroyed, or where it was never given
    place: int = 0  # of its blob in the line

    def __repr__(self) -> str:
        return f"<EpochKeys {self.number} of {self.compartment}>"


def limits(epochs: Iterable[EpochKeys]) -> Limits:
    """For each author that an epoch leaves out: from which place on which epochs do not count.

    An entry under an epoch is void if an epoch with a higher number, without its author, stands
    before it in the line.
    """
    known = sorted(epochs, key=lambda one: (one.number, one.place))
    ended: dict[bytes, list[tuple[int, int]]] = {}
    last: dict[bytes, int] = {}  # author -> number of the newest epoch that it is in
    at = 0
    for one in known:
        while known[at].number < one.number:
            for author in known[at].devices:
                last[author] = known[at].number
            at += 1
        for author in last.keys() - one.devices:
            before = ended.setdefault(author, [])
            if not any(number > last[author] and place <= one.place for number, place in before):
                before.append((one.number, one.place))
    return {author: tuple(found) for author, found in ended.items()}
