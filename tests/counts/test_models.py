"""Each model against brute force, its paper's figures, or a population whose size is known."""

import math
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from tests.counts.test_counts import KOSOVO, histories

from asylia.counts import averaging, chao, nhoi, robust
from asylia.counts.arrays import cells
from asylia.counts.candidates import EXISTS, candidates, existence, terms
from asylia.counts.combining import over_linkages, over_strata
from asylia.counts.estimate import EstimateRefusedError, bearable
from asylia.counts.graphs import COUNTED, decomposable
from asylia.counts.histories import Histories
from asylia.counts.loglinear import LogLinear
from asylia.counts.missed import put_back
from asylia.counts.newton import fit
from asylia.counts.table import read
from asylia.counts.targeting import Learnt, targeted
from asylia.counts.targeting import terms as steps
from asylia.errors import MalformedError

LISTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "lists"
THREE = histories({"A": 9, "B": 7, "C": 5, "AB": 4, "AC": 3, "BC": 2, "ABC": 2})


def published(name: str) -> Histories:
    path = LISTS / name / "counts.csv"
    if not path.is_file():
        pytest.skip("the public data is not beside the checkout")
    return read(path)


@pytest.mark.parametrize("lists", COUNTED)
def test_each_decomposable_graph_is_there_once(lists: int) -> None:
    found = decomposable(lists)
    assert len(found) == COUNTED[lists]
    assert len({one.tobytes() for one in found}) == len(found)


def test_the_probabilities_of_all_tables_of_a_graph_add_up_to_one() -> None:
    """Brute force over every table of three persons, the unseen among them."""
    tables = [t for t in product(range(4), repeat=8) if sum(t) == 3]
    for factors in decomposable(3):
        total = 0.0
        for table in tables:
            log = math.lgamma(4) - sum(math.lgamma(n + 1) for n in table)
            log += sum(
                int(times) * _marginal(table, lists) for lists, times in enumerate(factors) if times
            )
            total += math.exp(log)
        assert total == pytest.approx(1, abs=1e-12)


def _marginal(table: tuple[int, ...], lists: int) -> float:
    """The Dirichlet and multinomial integral of a marginal table, cell by cell."""
    counts: dict[int, int] = {}
    for cell, count in enumerate(table):
        counts[cell & lists] = counts.get(cell & lists, 0) + count
    prior = 1 / len(counts)
    log = -math.lgamma(1 + sum(table))
    return log + sum(math.lgamma(prior + n) - math.lgamma(prior) for n in counts.values())


def test_the_average_over_graphs_is_the_sum_by_brute_force() -> None:
    table = cells(THREE).tolist()
    weights = []
    for unseen in range(3000):
        whole = (unseen, *table[1:])
        many = sum(whole)
        common = math.lgamma(many + 1) - math.lgamma(unseen + 1) - math.log(many)
        weights.append(
            sum(
                math.exp(
                    common + sum(int(t) * _marginal(whole, at) for at, t in enumerate(factors) if t)
                )
                for factors in averaging.incomplete(3)
            )
        )
    total = sum(weights)
    found = averaging.posterior(THREE)
    for at in (0, 1, 5, 20, 100, 1000):
        assert found.probability[at] == pytest.approx(weights[at] / total, rel=1e-4)
    assert len(averaging.incomplete(3)) == 7


def test_a_marginal_likelihood_is_the_integral_over_probabilities() -> None:
    """Independent lists, by quadrature over each list's probability with its Beta prior."""
    points, weights = np.polynomial.legendre.leggauss(400)
    angle = (points + 1) * np.pi / 4  # p = sin(angle)**2 takes the poles of Beta(1/2, 1/2) away
    table = (2, *cells(THREE).tolist()[1:])
    many = sum(table)
    for at in range(3):
        inside = sum(count for cell, count in enumerate(table) if cell >> at & 1)
        density = np.sin(angle) ** (2 * inside) * np.cos(angle) ** (2 * (many - inside)) * 2 / np.pi
        integral = float((density * weights).sum() * np.pi / 4)
        assert _marginal(table, 1 << at) == pytest.approx(math.log(integral), abs=1e-9)


def test_draws_of_the_average_follow_its_posterior() -> None:
    found = averaging.Averaging(3).estimate(KOSOVO, bearable(KOSOVO))
    assert found.draws is not None
    assert np.quantile(found.draws, (0.025, 0.975)) == pytest.approx(
        [found.low, found.high], rel=0.01
    )
    assert (found.low, found.high) == (9825, 16547)


def test_an_average_whose_probability_does_not_fade_is_refused() -> None:
    with pytest.raises(EstimateRefusedError, match="does not fade"):
        averaging.posterior(KOSOVO, furthest=3)
    assert averaging.posterior(KOSOVO).probability.sum() == pytest.approx(1)


def test_chaos_bound_is_hers_where_lists_are_many_and_alike() -> None:
    """With equal lists it is (t - 1)/t of f1**2 / (2 f2); her variance but for that factor."""
    names = tuple(f"l{n}" for n in range(20))
    alone = {tuple(at == n for n in range(20)): 30 for at in range(20)}
    both = {tuple(n in (at, (at + 1) % 20) for n in range(20)): 5 for at in range(20)}
    unseen, _ = chao.bound(Histories(names, alone | both))
    assert unseen == pytest.approx(600**2 / 200 * 19 / 20)


def test_chaos_bound_is_exact_for_lists_of_unequal_size_that_are_independent() -> None:
    rates, many = (0.5, 0.2, 0.1), 1_000_000
    table = {
        pattern: round(
            many * math.prod(r if p else 1 - r for r, p in zip(rates, pattern, strict=True))
        )
        for pattern in product((False, True), repeat=3)
        if any(pattern)
    }
    unseen, _ = chao.bound(Histories(("A", "B", "C"), table))
    assert unseen == pytest.approx(many * 0.5 * 0.8 * 0.9, rel=1e-4)
    once, twice = (sum(c for p, c in table.items() if sum(p) == n) for n in (1, 2))
    assert once**2 / (2 * twice) > 1.5 * unseen  # which is why the plain formula is no bound here
    with pytest.raises(EstimateRefusedError, match="exactly two"):
        chao.bound(histories({"A": 5, "ABC": 9}))


def test_a_log_linear_fit_is_the_closed_one() -> None:
    """Korea's best model: two lists are independent where the third has nobody; 34.17 unseen."""
    found = histories({"A": 5, "B": 5, "C": 41, "AC": 6, "AB": 54, "ABC": 12})
    model = np.array([[t in (0, 1, 2, 4, 3, 6) for t in terms(3)]])
    assert fit(cells(found)[None, 1:], model, 3).unseen[0] == pytest.approx(41 * 5 / 6, rel=1e-6)
    assert [len(candidates(n)) for n in (3, 4, 5)] == [8, 113, 1024]


def test_artificial_3_is_as_its_paper_says() -> None:
    """Chan, Silverman and Vincent 2021, table 2: which models have an estimate, and an only one."""
    table = cells(histories({"A": 40, "B": 30, "C": 20, "AB": 6}))[1:]
    said = {
        tuple(t for t, has in zip(terms(3), model, strict=True) if has and t.bit_count() == 2):
        existence(table, model, 3)
        for model in candidates(3)
    }  # fmt: skip
    assert {pairs for pairs, what in said.items() if what == EXISTS} == {(), (5,), (6,), (5, 6)}
    assert said[3, 5, 6] == "not identified"
    assert {said[3,], said[3, 5], said[3, 6]} == {"no estimate"}
    with pytest.raises(EstimateRefusedError, match=r"no maximum likelihood|does not say"):
        LogLinear(1, 50).estimate(
            histories({"A": 40, "B": 30, "C": 20, "AB": 60}), bearable(KOSOVO)
        )


def test_the_least_fitted_cell_never_says_that_an_estimate_exists_where_the_programme_denies() -> (
    None
):
    chance = np.random.default_rng(5)
    seen = {True: 0, False: 0}
    for _ in range(12):
        table = chance.poisson(0.8, 15)
        models = candidates(4)[chance.integers(0, 113, 12)]
        fits = fit(np.repeat(table[None, :], len(models), axis=0), models, 4)
        for model, least in zip(models, fits.least, strict=True):
            if table.sum():
                exists = existence(table, model, 4) == EXISTS
                assert exists == (existence(table, model, 4, float(least)) == EXISTS)
                seen[exists] += 1
    assert min(seen.values()) > 5


def test_selection_within_the_bootstrap_gives_the_published_intervals() -> None:
    korea = published("korea_palembang")
    found = LogLinear(1, 1000).estimate(korea, bearable(korea))
    assert found.middle == 157
    assert (found.low, found.high) == pytest.approx((128, 349), rel=0.06)
    kosovo = LogLinear(1, 400).estimate(KOSOVO, bearable(KOSOVO))
    assert abs(kosovo.middle - 10_356) < 5
    assert (kosovo.low, kosovo.high) == pytest.approx((6_900, 18_000), rel=0.12)
    assert kosovo == LogLinear(1, 400).estimate(KOSOVO, bearable(KOSOVO))
    assert kosovo.low != LogLinear(2, 50).estimate(KOSOVO, bearable(KOSOVO)).low


def test_no_highest_order_interaction_is_the_product_of_odd_over_even() -> None:
    many = {"A": 60_000, "B": 50_000, "C": 40_000, "AB": 30_000, "AC": 20_000, "BC": 25_000}
    found = histories({**many, "ABC": 10_000})
    expected = 60_000 * 50_000 * 40_000 * 10_000 / (30_000 * 20_000 * 25_000)
    draws = nhoi.unseen(found, 1)
    assert np.median(draws) == pytest.approx(expected, rel=0.01)
    assert np.median(nhoi.unseen(found, 1, 2.0)) == pytest.approx(2 * expected, rel=0.01)
    assert [point.factor for point in nhoi.curve(found, 1)] == list(nhoi.FACTORS)
    wide = histories({"A": 500, "B": 500, "C": 500, "ABC": 9})
    with pytest.raises(EstimateRefusedError, match="1000 times"):
        nhoi.NoHighest(1).estimate(wide, bearable(wide))


def test_small_lists_are_pooled_until_no_pattern_is_empty() -> None:
    found = histories({"AB": 4, "BC": 3, "A": 9, "B": 8, "C": 5, "D": 2, "CD": 1}, 4)
    assert nhoi.dense(found).lists == ("A", "B", "C + D")
    assert nhoi.dense(KOSOVO) == KOSOVO


def test_a_doubly_robust_estimate_holds_what_the_plain_one_misses() -> None:
    chance = np.random.default_rng(11)
    known = chance.normal(size=(6000, 1))
    rate = 1 / (1 + np.exp(-(-1 + 1.2 * known)))
    listed = chance.random((6000, 2)) < rate
    seen = listed.any(axis=1)
    found = robust.doubly_robust(known[seen], listed[seen], seed=1)
    assert found.low < 6000 < found.high
    plain = listed[:, 0].sum() * listed[:, 1].sum() / (listed[:, 0] & listed[:, 1]).sum()
    assert plain < found.low
    assert found == robust.doubly_robust(known[seen], listed[seen], seed=1)
    with pytest.raises(MalformedError):
        robust.doubly_robust([[np.nan]], [[1, 1]], seed=1)
    with pytest.raises(EstimateRefusedError, match="fewer than 7"):
        robust.doubly_robust(np.zeros((20, 1)), np.eye(2)[[0, 1] * 10], seed=1)


def test_an_error_of_one_nuisance_alone_moves_nothing() -> None:
    """Das, Kennedy and Jewell 2024: the bias is a product of errors."""
    first = np.array([True, True, False] * 3000)
    second = np.array([True, False, True] * 3000)
    right = Learnt(np.full(9000, 2 / 3), np.full(9000, 2 / 3), np.full(9000, 1 / 3))
    wrong = Learnt(right.first * 1.2, right.second, right.both)
    worse = Learnt(right.first * 1.2, right.second * 1.2, right.both)
    truth = steps(right, first, second).mean()
    assert steps(wrong, first, second).mean() == pytest.approx(truth)
    assert abs(steps(worse, first, second).mean() - truth) > 0.01


def test_targeted_chances_need_no_correction_and_tell_no_fewer_than_were_seen() -> None:
    """Few in both, by chance: the one step falls below the persons seen, the targeted does not."""
    chance = np.random.default_rng(3)
    first = chance.random(4000) < 0.5
    second = ~first
    second[:40] = first[:40] = True
    rare = np.full(4000, 0.011)
    rare[:40] = 0.0101
    learnt = Learnt(np.full(4000, 0.5), np.full(4000, 0.5), rare).held(0.01)
    assert steps(Learnt(learnt.first, learnt.second, learnt.both * 0.5), first, second).mean() < 1
    moved = targeted(Learnt(learnt.first, learnt.second, learnt.both * 0.5), first, second, 0.001)
    assert moved.inverse.min() >= 1 - 1e-9
    gap = steps(moved, first, second).mean() - moved.inverse.mean()
    assert abs(gap) < 1e-3 * moved.inverse.mean()
    right = Learnt(np.full(9, 2 / 3), np.full(9, 2 / 3), np.full(9, 1 / 3))
    seen = np.array([True, True, False] * 3), np.array([True, False, True] * 3)
    assert targeted(right, *seen, 0.01).inverse == pytest.approx(right.inverse)


def test_strata_are_added_by_draws_and_not_by_medians() -> None:
    korea = histories({"A": 5, "B": 5, "C": 41, "AC": 6, "AB": 54, "ABC": 12})
    one = nhoi.NoHighest(1)
    alone = one.estimate(korea, bearable(korea))
    both = over_strata({"a": korea, "b": korea}, one, seed=1)
    assert both.middle > 2 * alone.middle  # long tails: the median of a sum is above
    assert both.high < 2 * alone.high
    with pytest.raises(EstimateRefusedError, match="in stratum b there are no overlapping"):
        over_strata({"a": korea, "b": histories({"A": 5})}, one, seed=1)


def test_linkages_are_mixed_so_that_their_spread_stays() -> None:
    loose, tight = put_back(KOSOVO, 0.2), KOSOVO
    mixed = over_linkages([loose, tight], chao.Chao(), seed=1)
    ends = [chao.Chao().estimate(one, bearable(one)) for one in (loose, tight)]
    assert mixed.estimate.low == pytest.approx(ends[0].low, rel=0.02)
    assert mixed.estimate.high == pytest.approx(ends[1].high, rel=0.02)
    assert mixed.documented == (loose.observed, 4400)
    with pytest.raises(EstimateRefusedError, match="1 of 2 linkages"):
        over_linkages([KOSOVO, histories({"A": 5})], chao.Chao(), seed=1)


def test_links_put_back_make_fewer_persons_and_more_overlap() -> None:
    found = put_back(KOSOVO, 0.1)
    assert found.observed < KOSOVO.observed
    assert found.recaptured > KOSOVO.recaptured
    assert put_back(KOSOVO, 0) == KOSOVO
    pair = put_back(histories({"A": 50, "B": 40, "AB": 90, "C": 1}), 0.1)
    assert pair.patterns == histories({"A": 40, "B": 30, "AB": 100, "C": 1}).patterns


def test_a_list_whose_total_is_known_can_be_estimated_from_the_others() -> None:
    """Internal consistency (Binette and Steorts 2022), on the largest of the public sets."""
    inside = KOSOVO.inside(0)
    assert inside.lists == ("ABA", "OSCE", "HRW")
    assert inside.observed == 1910 - 1131
    found = nhoi.NoHighest(1).estimate(inside, bearable(inside))
    assert found.low < 1910 < found.high


def test_an_interval_over_graphs_narrows_with_the_root_of_the_number_and_never_to_nothing() -> None:
    table = {"100": 40, "010": 30, "001": 20, "110": 4, "101": 3, "011": 2, "111": 1}
    found = []
    for times in (1_000, 100_000, 9_000_000):
        many = {tuple(c == "1" for c in key): times * count for key, count in table.items()}
        one = Histories(("A", "B", "C"), many)
        estimate = averaging.Averaging(1).estimate(one, bearable(one))
        assert 300 < estimate.middle / times < 500
        found.append((estimate.high - estimate.low) / estimate.middle * times**0.5)
    assert max(found) < 1.2 * min(found)
