"""Partitions drawn from their posterior, beside all partitions listed and summed."""

import dataclasses
from collections import Counter

import numpy as np
import pytest
from tests.counts import partition_world

from asylia.counts.partitions import kernel, posterior, sizes
from asylia.counts.partitions.chain import Chain, Kept
from asylia.counts.partitions.kernel import Floats, Ints
from asylia.counts.partitions.pairs import Pairs, laid

NONE = np.empty(0, np.int64)
RECORDS, SWEEPS = 5, 10_000
THREE_LISTS = np.array([0, 0, 1, 1, 2])


def canonical(clusters: Ints) -> tuple[int, ...]:
    names: dict[int, int] = {}
    return tuple(names.setdefault(int(one), len(names)) for one in clusters)


def together(shares: dict[tuple[int, ...], float]) -> Floats:
    """How probable it is that two records are one person, for each two; and of so many persons."""
    out = np.zeros((RECORDS + 1, RECORDS))
    for one, share in shares.items():
        out[:RECORDS] += share * np.equal.outer(one, one)
        out[RECORDS, max(one)] += share
    return out


def drawn(pairs: Pairs, *, rows: bool, merges: bool) -> dict[tuple[int, ...], float]:
    """How often each partition is, by these moves alone."""
    ground = laid(pairs, np.arange(RECORDS))
    chain = Chain(ground.world, np.arange(RECORDS), np.random.default_rng(5))
    left, right = (ground.left, ground.right) if merges else (NONE, NONE)
    visited = np.arange(RECORDS) if rows else NONE
    found: Counter[tuple[int, ...]] = Counter()
    for at in range(SWEEPS):
        kernel.sweep(
            chain.world, chain.state, chain.room, chain.random, visited, left, right,
            1 + at * RECORDS,
        )  # fmt: skip
        found[canonical(chain.state.cluster)] += 1
    return {one: many / SWEEPS for one, many in found.items()}


@pytest.mark.parametrize("lists", [None, THREE_LISTS])
def test_moves_reach_the_posterior_of_all_partitions(lists: Ints | None) -> None:
    """Evidence is summed tree by tree there: no formula is shared."""
    pairs = partition_world.world(RECORDS, 3, lists=lists)
    exact = partition_world.posterior(pairs, sizes.most(np.arange(RECORDS), pairs.lists))
    assert len(exact) == (52 if lists is None else 27)  # Bell's number, or less what is barred
    for rows, merges in ((True, False), (False, True), (True, True)):
        found = drawn(pairs, rows=rows, merges=merges)
        assert set(found) <= set(exact)
        assert together(found) == pytest.approx(together(exact), abs=0.03)


def test_evidence_that_several_share_is_not_counted_once_for_each_pair() -> None:
    """Five copies of one record: four links' worth, and not ten."""
    pairs = partition_world.world(RECORDS, 3, fields=1)
    same = Pairs(
        RECORDS, pairs.left, pairs.right, pairs.weights, np.full((1, 3), 8.0),
        lambda _field, one, _other: np.ones_like(one), pairs.lists,
    )  # fmt: skip
    one = np.zeros(RECORDS, np.int64)
    chain = Chain(laid(same, one).world, one, np.random.default_rng(1))
    assert chain.state.like[0] == pytest.approx(4 * np.log(8.0))


@pytest.fixture(scope="module")
def persons() -> tuple[Pairs, Ints]:
    """Thirty persons of two records, ten of one name; one more record, of that name and no date."""
    person = np.r_[np.repeat(np.arange(30), 2), -1]

    def level(field: int, one: Ints, other: Ints) -> Ints:
        same = person[one] == person[other]
        if field == 0:
            return np.where(same | (np.maximum(person[one], person[other]) < 10), 1, 0)
        return np.where((person[one] < 0) | (person[other] < 0), -1, np.where(same, 1, 0))

    ratios = np.array([[1.0, 1e-3, 60.0], [1.0, 1e-6, 1e8]])
    left, right = np.triu_indices(len(person), 1)
    every = np.full(len(person), -1)
    pairs = Pairs(len(person), left, right, np.zeros(len(left)), ratios, level, every)
    pairs = dataclasses.replace(pairs, weights=pairs.weigh(pairs.codes)[0])
    return pairs, np.r_[person[:-1], 30]


@pytest.fixture(scope="module")
def found(persons: tuple[Pairs, Ints]) -> posterior.Posterior:
    return posterior.sample(*persons, seed=4)


def test_who_might_be_anybody_is_not_attributed(found: posterior.Posterior) -> None:
    assert found.refused is None
    assert list(found.unattributable) == [60]
    assert found.interval95[0] <= 30 <= found.interval95[1]
    assert 27 <= found.minimum <= 30
    assert found.interval95[0] <= found.median <= found.interval95[1]
    assert found.rhat < posterior.HIGHEST_RHAT


def test_chains_that_stay_where_they_began_are_far_from_agreeing() -> None:
    def kept(*levels: int) -> list[Kept]:
        noise = np.random.default_rng(1).integers(-3, 4, 200)
        return [Kept(level + noise, np.zeros((0, 0), np.int32)) for level in levels]

    told = np.random.default_rng(2).normal(1_000, 20, 4_000)
    assert posterior._rhat(kept(1_020, 1_000, 1_000, 980), told) < 1.001  # powers may differ
    assert posterior._rhat(kept(1_020, 1_000, 1_030, 980), told) > posterior.HIGHEST_RHAT
    drifting = kept(1_020, 1_000, 1_000, 980)
    drifting[3] = Kept(drifting[3].numbers + np.arange(200) // 5, drifting[3].partitions)
    assert posterior._rhat(drifting, told) > posterior.HIGHEST_RHAT


def test_one_seed_gives_one_answer_and_what_does_not_agree_is_refused(
    persons: tuple[Pairs, Ints], found: posterior.Posterior, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posterior, "HIGHEST_RHAT", 0.5)
    monkeypatch.setattr(posterior, "_ROUNDS", 1)
    again = posterior.sample(*persons, seed=4)
    assert (found.draws == again.draws).all()
    assert (found.partitions == again.partitions).all()
    assert "do not agree" in str(again.refused)
    monkeypatch.setattr(posterior, "_VISITS", 1)
    other = posterior.sample(*persons, seed=5)
    assert not (other.partitions == found.partitions).all()
    monkeypatch.setattr(posterior, "MOST_RECORDS", 60)
    assert "over 60 records" in str(posterior.sample(*persons).refused)
