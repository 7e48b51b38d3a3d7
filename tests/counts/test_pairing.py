"""Which pairs are looked at: against the same said plainly, on however many cores."""

from collections import defaultdict
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from asylia.counts.linking import reading
from asylia.counts.linking.blocking import keys_of_rows
from asylia.counts.linking.constants import CONSTANTS, Constants
from asylia.counts.linking.encoding import Encoded, encode
from asylia.counts.linking.pairing import pairs
from asylia.counts.linking.table import Records

INVENTED = Path(__file__).resolve().parents[2] / "examples" / "linkage" / "invented.csv"


def plainly(encoded: Encoded, by: Constants) -> set[tuple[int, int]]:
    """Each record's best partners by the bits of the blocks that it looks into."""
    counts, found = keys_of_rows(encoded.numbers, 0, encoded.size)
    of = np.repeat(np.arange(encoded.size), counts)
    blocks: dict[int, list[int]] = defaultdict(list)
    for row, key in zip(of.tolist(), found.tolist(), strict=True):
        blocks[key].append(row)
    mine: dict[int, list[list[int]]] = defaultdict(list)
    for block in blocks.values():
        for row in block if len(block) > 1 else ():
            mine[row].append(block)
    kept = set()
    for row, own in mine.items():
        bits: dict[int, float] = defaultdict(float)
        looked = 0
        for block in sorted(own, key=len):
            looked += len(block)
            if looked > by.members:
                break
            for other in block:
                bits[other] += np.log2(encoded.size / len(block)) + 1e-3
        bits.pop(row, None)
        best = sorted(bits, key=lambda other: (-round(bits[other], 3), other))[: by.partners]
        kept |= {(min(row, other), max(row, other)) for other in best}
    return kept


@pytest.mark.parametrize("cores", [1, 3])
def test_each_record_keeps_those_with_which_it_shares_most(
    monkeypatch: pytest.MonkeyPatch, cores: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    by = CONSTANTS._replace(members=120, partners=3)
    encoded = encode(reading.read(INVENTED, {}), by)
    left, right = pairs(encoded)
    found = list(zip(left.tolist(), right.tolist(), strict=True))
    assert len(set(found)) == len(found)
    assert all(one < other for one, other in found)
    wanted = plainly(encoded, by)
    # Sums of the same bits in another order may differ in the last place, and so may what is last.
    assert len(wanted ^ set(found)) <= len(wanted) / 100
    other = plainly(encoded, by._replace(members=40))
    assert len(other ^ set(found)) > len(wanted) / 100


def test_two_of_a_kind_are_found_among_many_and_strangers_are_not_all_looked_at() -> None:
    drawn = np.random.default_rng(2)
    given, family = (
        ["".join(drawn.choice(list("abdeikmnorstu"), 6)) for _ in range(k)] for k in (9, 400)
    )
    names = [f"{given[at % 9]} {family[at // 2 % 400]}" for at in range(1600)]
    encoded = encode(Records([str(at) for at in range(1600)], {"name": names}), CONSTANTS)
    left, right = pairs(encoded)
    found = set(zip(left.tolist(), right.tolist(), strict=True))
    same = {
        (one, other) for one, other in combinations(range(1600), 2) if names[one] == names[other]
    }
    assert same <= found
    assert len(found) <= 1600 * CONSTANTS.partners
    assert len(found) < 1600 * 1599 / 2 / 10
