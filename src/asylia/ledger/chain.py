"""Each author's chain of entries in each compartment, as far as it was applied.

Upholds: one newest entry an author and compartment, and which of them no other names yet.  Refuses:
judging what comes next; that is ``entries``'.
"""

import msgspec

from asylia.ledger.entry import Head

Key = tuple[str, bytes]  # compartment, author


class Chain(msgspec.Struct, frozen=True, gc=False):
    """The newest entry of one author in one compartment, and the newest day in the chain."""

    sequence: int
    blob: bytes
    epoch: int
    day: int


START = Chain(-1, bytes(32), 0, 0)


class Chains(dict[Key, Chain]):
    """The newest entry of each; ``tips`` are the authors whose newest one nobody names."""

    def __init__(self) -> None:
        super().__init__()
        self.tips: dict[str, set[bytes]] = {}

    def advance(self, key: Key, chain: Chain, heads: tuple[Head, ...]) -> None:
        """An entry was applied that names these; ``chain`` has the newest day in it."""
        compartment, author = key
        self[key] = chain
        tips = self.tips.get(compartment)
        if tips is None:
            tips = self.tips[compartment] = set()
        for head in heads:
            if head.author in tips and self[compartment, head.author].sequence <= head.sequence:
                tips.remove(head.author)
        tips.add(author)

    def rewind(self, key: Key, chain: Chain) -> None:
        """What was behind this entry of an author does not count after all."""
        compartment, author = key
        tips = self.tips.setdefault(compartment, set())
        if chain == START:
            self.pop(key, None)
            tips.discard(author)
        else:
            self[key] = chain
            tips.add(author)

    def heads(self, compartment: str) -> tuple[Head, ...]:
        """The tips of a compartment, by author."""
        newest = ((author, self[compartment, author]) for author in self.tips.get(compartment, ()))
        return tuple(Head(author, one.sequence, one.blob) for author, one in sorted(newest))
