"""Partitions drawn from their posterior, beside all partitions listed and summed."""

import dataclasses
from collections import Counter

import numpy as np
import pytest
from tests.counts import partition_world

from asylia.counts.partitions import chain, edges, kernel, learning, posterior, sizes
from asylia.counts.partitions.chain import Chain, Kept
from asylia.counts.partitions.held import holding
from asylia.counts.partitions.kernel import Floats, Ints
from asylia.counts.partitions.pairs import Pairs, laid
from asylia.counts.partitions.unseen import joined

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


@pytest.mark.parametrize(("records", "candidates"), [(64, 64 * 63 // 2), (65, 64)])
def test_links_of_a_cluster_larger_than_a_person_is_are_not_all_candidates(
    records: int, candidates: int
) -> None:
    """A hundred records that say one thing took minutes, and whoever hands over a list can."""
    at = np.arange(records - 1)
    ring = Pairs(
        records, at, at + 1, np.full(records - 1, 99.0), np.full((1, 3), 8.0),
        lambda _field, one, _other: np.ones_like(one), np.full(records, -1),
    )  # fmt: skip
    ground = laid(ring, np.zeros(records, np.int64))
    pairs = {*zip(ground.left.tolist(), ground.right.tolist(), strict=True)}
    assert len(pairs) == candidates


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


@pytest.mark.parametrize("lists", [None, np.array([0, 1])])
def test_what_was_joined_first_is_parted_where_the_pair_is_no_candidate(lists: Ints | None) -> None:
    """Else a link made early, by what agreement was then worth, would stand in every sample."""
    unlike = partition_world.world(2, 3, lists=lists, fields=1)
    unlike = dataclasses.replace(
        unlike, left=NONE, right=NONE, weights=np.zeros(0), ratios=np.full((1, 8), 1e-4)
    )
    together = np.zeros(2, np.int64)
    chain = Chain(laid(unlike, together).world, together, np.random.default_rng(1))
    doubted = chain.doubted()
    assert len(doubted[0]) > 0
    assert chain.run(20, doubted, NONE, NONE).numbers[-1] == 2
    alike = dataclasses.replace(unlike, ratios=np.full((1, 8), 1e4))
    chain = Chain(laid(alike, together).world, together, np.random.default_rng(1))
    assert chain.run(20, chain.doubted(), NONE, NONE).numbers[-1] == 1


def candidates(pairs: Pairs, clusters: Ints) -> set[frozenset[int]]:
    ground = laid(pairs, clusters)
    return set(map(frozenset, zip(ground.left.tolist(), ground.right.tolist(), strict=True)))


def test_a_record_that_nothing_holds_where_it_is_is_held_against_every_person() -> None:
    """Else it could but stay or be alone, and there would be too many persons."""
    pairs = partition_world.world(4, 3, fields=1)
    none = dataclasses.replace(pairs, left=NONE, right=NONE, weights=np.zeros(0))
    homes = np.array([0, 0, 1, 1])
    assert {frozenset((1, 2)), frozenset((3, 0))} <= candidates(none, homes)
    held = dataclasses.replace(
        pairs, left=np.array([0, 2]), right=np.array([1, 3]), weights=np.full(2, 99.0)
    )
    assert candidates(held, homes) == {frozenset((0, 1)), frozenset((2, 3))}


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


def test_too_many_records_that_are_taken_for_one_are_refused(
    persons: tuple[Pairs, Ints], found: posterior.Posterior, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not found.refused
    monkeypatch.setattr(chain, "MOST_TOGETHER", 1)
    assert "taken for one" in str(posterior.sample(*persons).refused)


def test_links_are_tallied_as_often_as_trees_have_them() -> None:
    """Beside all trees of four records, listed: the share of their weight that has each pair."""
    pairs = partition_world.world(4, 3, fields=1)
    one = np.zeros(4, np.int64)
    chain = Chain(laid(pairs, one).world, one, np.random.default_rng(1))
    found = edges.tally(chain.world, chain.state, chain.room, one)
    ratio = np.array([[pairs.ratios[0, pairs.level(0, np.array([x]), np.array([y]))[0] + 1]
                       for y in range(4)] for x in range(4)])  # fmt: skip
    exact = np.zeros_like(found)
    for x, y in zip(*np.triu_indices(4, 1), strict=True):
        more = ratio.copy()
        more[x, y] = more[y, x] = 2 * ratio[x, y]
        level = pairs.level(0, np.array([x]), np.array([y]))[0] + 1
        exact[0, level] += partition_world.tree_mean(more) / partition_world.tree_mean(ratio) - 1
    assert found == pytest.approx(exact, rel=1e-6)
    assert found.sum() == pytest.approx(3)
    apart = edges.tally(chain.world, chain.state, chain.room, np.arange(4))
    assert apart.sum() == 0  # of links that were there before: none


def two_lists(persons: int) -> tuple[Pairs, Ints]:
    """All are in both lists; a field in seven errs, which the ratios take to be unheard of.

    The clusters are those of the pairs that agree in all.
    """
    random = np.random.default_rng(8)
    values = np.repeat(random.integers(0, [150, 40, 40], (persons, 3)), 2, axis=0)
    second = np.arange(persons) * 2 + 1
    wrong = random.random((persons, 3)) < 0.15
    values[second] = np.where(wrong, random.integers(0, 40, (persons, 3)), values[second])
    lists = np.tile([0, 1], persons)

    def level(at: int, one: Ints, other: Ints) -> Ints:
        return np.asarray(values[one, at] == values[other, at], np.int64)

    ratios = np.array([[1.0, 1e-3, 150.0], [1.0, 1e-3, 40.0], [1.0, 1e-3, 40.0]])
    left, right = (one.ravel() for one in np.meshgrid(second - 1, second))
    pairs = Pairs(2 * persons, left, right, np.zeros(len(left)), ratios, level, lists)
    pairs = dataclasses.replace(pairs, weights=pairs.weigh(pairs.codes)[0])
    clusters = np.arange(2 * persons)
    same = (values[::2] == values[1::2]).all(axis=1)
    clusters[second[same]] -= 1
    return pairs, np.asarray(np.unique(clusters, return_inverse=True)[1], np.int64)


def test_ratios_that_think_errors_unheard_of_are_learnt_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else the documented minimum would be above the number of persons."""
    pairs, clusters = two_lists(300)
    monkeypatch.setattr(posterior, "_VISITS", 5_000)
    found = posterior.sample(pairs, clusters)
    assert found.minimum <= 300 <= found.interval95[1]
    assert found.interval95[0] >= 300  # a list that keeps its persons apart is of 300
    none_of_them = posterior.sample(pairs, clusters, unmet=np.arange(600))
    assert len(none_of_them.unattributable) == 600
    assert none_of_them.minimum == 1
    assert none_of_them.interval95 == found.interval95
    assert found.median <= 310
    monkeypatch.setattr(learning, "_SEEN", 10**9)
    monkeypatch.setattr(posterior, "_SCOUT", (0.0, 1.0, 0.0))
    monkeypatch.setattr(
        posterior, "CHAINS", tuple((*one[:2], 0.0, 0.0) for one in posterior.CHAINS)
    )
    again = posterior.sample(pairs, clusters)
    assert again.minimum > 310


def test_links_that_nobody_looked_at_join_who_is_alone_and_never_two_of_one_list() -> None:
    clusters = np.array([0, 0, 1, 2, 3, 4], np.int64)
    lists = np.array([0, 1, 0, 0, 1, 1], np.int64)
    for seed in range(5):
        found = joined(clusters, lists, 2, np.random.default_rng(seed))
        assert len(np.unique(found)) == 3
        assert found[0] == found[1]
        assert sorted(sum(lists[found == one]) for one in range(3)) == [1, 1, 1]
    assert (joined(clusters, lists, 0, np.random.default_rng(1)) == clusters).all()
    assert len(np.unique(joined(clusters, lists, 9, np.random.default_rng(1)))) == 3  # no more can
    parted = holding(6, [], [(2, 4), (2, 5), (3, 4), (3, 5)])
    assert (joined(clusters, lists, 9, np.random.default_rng(1), parted) == clusters).all()
