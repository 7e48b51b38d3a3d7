"""The tokens of a table's names or places: how rare each is, and which are spellings of each other.

Upholds: a token's weight is -log2 of the share of records that have it; neighbours are symmetric.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asylia.counts.linking.constants import Constants
from asylia.counts.linking.similarity import alike

_LONGEST = 24  # letters that are compared
Kin = Callable[[str], Iterable[tuple[str, int]]]


@dataclass(frozen=True)
class Vocabulary:
    """Tokens by number; ``near[near_starts[i]:near_starts[i + 1]]`` are the neighbours of ``i``."""

    tokens: tuple[str, ...]
    bits: NDArray[np.float64]
    near_starts: NDArray[np.int64]
    near: NDArray[np.int64]
    worth: NDArray[np.float64]  # beside ``near``: the share of its weight that a neighbour has

    @classmethod
    def of(
        cls, records: Sequence[Sequence[str]], kin: Kin, by: Constants
    ) -> tuple["Vocabulary", dict[str, int]]:
        """Of records' tokens; ``kin`` gives keys that only forms of one name share."""
        counts = Counter(token for record in records for token in set(record))
        tokens = tuple(sorted(counts))
        numbers = {token: at for at, token in enumerate(tokens)}
        total = max(len(records), 1)
        bits = np.array([-np.log2(counts[token] / total) for token in tokens], np.float64)
        return cls(tokens, np.minimum(bits, by.most_bits), *_neighbours(tokens, kin, by)), numbers


def _neighbours(
    tokens: tuple[str, ...], kin: Kin, by: Constants
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    related: dict[tuple[str, int], list[int]] = {}
    spelt: dict[str, list[int]] = {}
    for at, token in enumerate(tokens):
        for key in kin(token):
            related.setdefault(key, []).append(at)
        if len(token) >= 4:
            short = token[:_LONGEST]
            less = {short[:i] + short[i + 1 :] for i in range(len(short))}
            for part in less | {short, "^" + short[:4]}:
                spelt.setdefault(part, []).append(at)
    spelt_alike = [block for block in spelt.values() if 1 < len(block) <= by.spellings]
    pairs = _within(tokens, spelt_alike, by.least_alike)
    found = [np.column_stack([pairs, np.full(len(pairs), by.worth_spelt)])]
    for (_, worth), block in related.items():
        if 1 < len(block) <= by.spellings:
            one, other = np.triu_indices(len(block), 1)
            among = np.array(block)
            found.append(np.column_stack([among[one], among[other], np.full(len(one), worth)]))
    table = np.concatenate(found)
    table = np.concatenate([table, table[:, [1, 0, 2]]])
    table = table[np.lexsort((-table[:, 2], table[:, 1], table[:, 0]))]
    first = np.ones(len(table), np.bool_)
    first[1:] = (table[1:, :2] != table[:-1, :2]).any(axis=1)  # the best of each pair
    table = table[first]
    starts = np.searchsorted(table[:, 0], np.arange(len(tokens) + 1)).astype(np.int64)
    return starts, np.ascontiguousarray(table[:, 1]), table[:, 2] / 100.0


def _within(tokens: tuple[str, ...], blocks: list[list[int]], least: float) -> NDArray[np.int64]:
    letters = np.zeros((max(len(tokens), 1), _LONGEST), np.uint8)
    lengths = np.zeros(max(len(tokens), 1), np.int64)
    for at, token in enumerate(tokens):
        raw = [ord(one) % 251 + 1 for one in token[:_LONGEST]]
        letters[at, : len(raw)] = raw
        lengths[at] = len(raw)
    starts = np.cumsum([0, *(len(block) for block in blocks)]).astype(np.int64)
    members = np.array([one for block in blocks for one in block], np.int64)
    found: NDArray[np.int64] = alike(letters, lengths, starts, members, least)
    return found
