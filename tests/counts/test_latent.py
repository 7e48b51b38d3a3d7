"""The latent class sampler against brute force, its refusals, and the sets with a reference."""

import dataclasses
import re
import subprocess
import sys

import numpy as np
import pytest
from tests.counts import latent_world

from asylia.counts import plain
from asylia.counts.estimate import Estimate, EstimateRefusedError, bearable
from asylia.counts.frames import from_arrays
from asylia.counts.histories import Histories
from asylia.counts.latent import Settings, fit, kernel, settings_for
from asylia.counts.latent.cells import Cells
from asylia.counts.latent.diagnostics import effective_size, split_rhat, upper_end
from asylia.counts.latent.ensemble import Ensemble
from asylia.counts.latent.fitting import LatentFit, sample
from asylia.counts.latent.refusing import Evidence, reason
from asylia.counts.lcmcr import Latent
from asylia.counts.verdict import Answer, Verdict
from asylia.counts.words import Said

SHORT = {"effective": 3_000, "rounds": 4, "round_length": 100, "cooling": 200, "settle": 500}


def short(histories: Histories) -> Settings:
    return dataclasses.replace(settings_for(histories), **SHORT)


@pytest.fixture(scope="module")
def histories() -> Histories:
    counts = {"001": 4, "010": 3, "100": 5, "011": 1, "101": 2, "111": 2}
    return Histories(("A", "B", "C"), {tuple(c == "1" for c in k): n for k, n in counts.items()})


@pytest.fixture(scope="module")
def fitted(histories: Histories) -> LatentFit:
    settings = dataclasses.replace(short(histories), classes=3, effective=8_000)
    return sample(histories, seed=7, settings=settings)


def test_the_gradient_is_that_of_the_density(histories: Histories) -> None:
    ensemble = Ensemble(Cells.of(histories), Settings(classes=4), np.random.default_rng(5))
    beta = np.linspace(0.1, 1.0, 16)

    def value(state: latent_world.Floats) -> latent_world.Floats:
        like, prior = np.empty(16), np.empty(16)
        kernel.gradient(state, beta, ensemble.packed, ensemble.room, np.empty_like(state))
        kernel.density(state, ensemble.packed, ensemble.room, like, prior)
        return beta * like + prior

    slope = np.empty_like(ensemble.state)
    kernel.gradient(ensemble.state, beta, ensemble.packed, ensemble.room, slope)
    for row in range(slope.shape[0]):
        step = np.zeros_like(slope)
        step[row] = 1e-5
        rise = value(ensemble.state + step) - value(ensemble.state - step)
        assert rise / 2e-5 == pytest.approx(slope[row], rel=1e-4, abs=1e-5)


def test_the_posterior_is_that_of_brute_force(histories: Histories, fitted: LatentFit) -> None:
    """Draws from the prior, weighted by the likelihood that needs no formula of the sampler's."""
    random = np.random.default_rng(11)
    cells = latent_world.prior(random, 600_000, 3, fitted.settings)
    count = np.array([histories.patterns.get(p, 0) for p in latent_world.cells_of(3)[1:]])
    seen = cells[:, 1:].sum(axis=1)
    logs = (np.log(cells[:, 1:]) * count).sum(axis=1) - count.sum() * np.log(seen)
    weight = np.exp(logs - logs.max())
    odds = cells[:, 0] / seen
    missed = random.poisson(random.gamma(count.sum(), size=odds.size) * np.minimum(odds, 1e9))
    order = np.argsort(missed)
    along = np.cumsum(weight[order]) / weight.sum()
    assert weight.sum() ** 2 / (weight**2).sum() > 20_000  # the brute force itself is precise
    ours = fitted.draws - histories.observed
    for level in (0.05, 0.25, 0.5, 0.75, 0.95):
        at = missed[order][along.searchsorted(level)]
        upto = along[missed[order].searchsorted(at, "right") - 1]
        assert (ours <= at).mean() == pytest.approx(upto, abs=0.015)


def test_relabelling_leaves_the_prior_as_it_is(histories: Histories) -> None:
    """Sticks drawn from the prior, relabelled over and over: their law stays the same."""
    random = np.random.default_rng(8)
    ensemble = Ensemble(Cells.of(histories), Settings(classes=3, shape=2.0, rate=2.0), random)
    before, after = [], []
    for _ in range(500):
        sticks = random.standard_exponential((2, 16)) / random.gamma(2.0, 0.5, 16)
        ensemble.state[-2:] = np.log(sticks)
        before.append(sticks.sum(axis=0))
        for lane in range(16):
            for _ in range(4):
                kernel.relabel(
                    ensemble.state,
                    ensemble.packed,
                    random.standard_exponential(3),
                    random.random(),
                    ensemble.room,
                    lane,
                    np.empty(ensemble.state.shape[0]),
                )
        after.append(np.exp(ensemble.state[-2:]).sum(axis=0))
    for bound in np.quantile(before, [0.25, 0.5, 0.75]):
        assert (np.array(after) <= bound).mean() == pytest.approx(
            (np.array(before) <= bound).mean(), abs=0.015
        )


def test_the_same_seed_gives_the_same_draws_and_another_seed_others(histories: Histories) -> None:
    settings = dataclasses.replace(short(histories), effective=400, longest=500)
    one, again = (sample(histories, seed=3, settings=settings) for _ in range(2))
    other = sample(histories, seed=4, settings=settings)
    assert (one.draws == again.draws).all()
    assert (one.draws != other.draws).any()


def test_progress_rises_to_the_end(histories: Histories) -> None:
    told: list[float] = []
    settings = dataclasses.replace(short(histories), effective=400)
    sample(histories, seed=3, settings=settings, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)


def test_lists_that_bear_no_estimate_are_refused() -> None:
    """The second: Chan, Silverman and Vincent 2021, section 2.6, as in their `Artificial_3`."""
    two = {(True, False, False): 9, (False, True, False): 8, (True, True, False): 9}
    apart = {**two, (False, False, True): 20}
    with pytest.raises(EstimateRefusedError, match="fewer than 3 lists"):
        fit(Histories(("A", "B", "C"), two), seed=1)
    with pytest.raises(EstimateRefusedError, match="not all lists are connected"):
        fit(Histories(("A", "B", "C"), apart), seed=1)


def test_a_table_that_sets_no_upper_bound_is_refused_with_what_would_help() -> None:
    alone = {"100": 900, "010": 900, "001": 900}
    for shared, why in (((0, 0, 0, 50), "no upper bound"), ((300, 200, 300, 0), "")):
        counts = {**alone, **dict(zip(("110", "101", "011", "111"), shared, strict=True))}
        table = Histories(
            ("A", "B", "C"), {tuple(c == "1" for c in k): n for k, n in counts.items()}
        )
        settings = dataclasses.replace(short(table), longest=500)
        if not why:
            found = Latent(1, settings=settings).estimate(table, bearable(table))
            assert found.low > table.observed
            told = " ".join(map(str, found.assumptions))
            assert "taken as one" not in told
            assert "by Jeffreys' prior" not in told
            continue
        with pytest.raises(EstimateRefusedError, match=why) as caught:
            Latent(1, settings=settings).estimate(table, bearable(table))
        assert "A list that shares more persons" in str(caught.value.helps)
        told = plain._model(Answer("lcmcr", None, caught.value, 0.0), "en")
        assert told["median"] is None
        assert 0.99 < told["rhat"] < 2  # told, though not believed
        assert told["ess"] > 0


def test_an_upper_end_that_hangs_on_the_prior_is_told_with_what_another_would_make_of_it() -> None:
    thin = {"100": 900, "010": 900, "001": 900, "110": 3, "101": 2, "011": 3}
    table = Histories(("A", "B", "C"), {tuple(c == "1" for c in k): n for k, n in thin.items()})
    settings = dataclasses.replace(short(table), longest=500)
    found = Latent(1, settings=settings).estimate(table, bearable(table))
    assert found.high > 21 * table.observed  # LCMCR would have cut it off there
    draws = np.sort(found.draws)
    weight = (draws / draws[-1]) ** 1.5  # three lists, a root of N for each
    otherwise = draws[np.searchsorted(weight.cumsum(), 0.975 * weight.sum())]
    assert 1.1 * found.high < otherwise < 2 * found.high
    (told,) = [one for one in found.assumptions if "by Jeffreys' prior" in str(one)]
    assert str(told).endswith(f"{round(otherwise):,}")
    assert re.search("[а-яё]", told.within("ru"))
    for rival, warned in ((found.high - 1, True), (found.high + 1, False)):
        answers = {"lcmcr": Answer("lcmcr", found, None, 0.0)}
        for name in ("graphs", "nhoi"):
            other = Estimate(name, (), found.low, found.low, rival, 0.95, {})
            answers[name] = Answer(name, other, None, 0.0)
        sentences = plain.sentences(Verdict(table, None, None, answers))
        plainly = [one for one in sentences if "by another usual prior" in str(one)]
        assert [f"{round(otherwise):,}." in str(one) for one in plainly] == [True] * warned
        assert all(re.search("[а-яё]", one.within("ru")) for one in plainly)


def test_draws_of_another_prior_are_those_of_the_first_weighed_anew() -> None:
    """Of a Pareto law of index 4, weighed by x: a Pareto law of index 3."""
    draws = (np.linspace(0, 1, 200_001)[1:] ** -0.25 * 1e6).astype(np.int64)
    assert upper_end(draws, 0.0, 0.975) == pytest.approx(1e6 * 40 ** (1 / 4), rel=1e-3)
    assert upper_end(draws, 1.0, 0.975) == pytest.approx(1e6 * 40 ** (1 / 3), rel=5e-3)


def test_more_lists_than_eight_are_pooled_and_it_says_which() -> None:
    random = np.random.default_rng(5)
    persons = random.random((400, 10)) < [0.3, 0.2, 0.2, 0.1, *[0.05] * 6]
    table = from_arrays(persons[persons.any(axis=1)])
    settings = dataclasses.replace(short(table), classes=3, longest=500, effective=1_000)
    kept: list[LatentFit] = []
    found = Latent(1, settings=settings, keep=kept.append).estimate(table, bearable(table))
    assert table.observed < found.low < 400
    pooled = sample(table.pooled(8), seed=1, settings=settings)
    assert (kept[0].draws == pooled.draws).all()
    joined = [name for name in table.pooled(8).lists if name not in table.lists]
    assert len(joined) >= 1
    assert [str(one).partition("as one: ")[2] for one in found.assumptions[3:]] == joined


def agreeing() -> Evidence:
    random = np.random.default_rng(2)
    logs, likes = random.normal(5, 1, (4, 1000, 8)), random.normal(-900, 3, (4, 1000, 8))
    return Evidence(logs, likes, float(likes.max()) + 3, (40, 40, 40, 40), 1.9)


def test_chains_that_agree_are_believed() -> None:
    assert reason(agreeing()) is None


def shifted(values: latent_world.Floats, ensembles: list[int], by: float) -> latent_world.Floats:
    moved = values.copy()
    moved[ensembles] += by
    return moved


def test_each_ground_for_distrust_is_said() -> None:
    fine = agreeing()
    high = float(fine.likes.max())
    drift = np.linspace(0, 3, 1000)[None, :, None]
    cases = {
        "about the number": {"logs": shifted(fine.logs, [2], 1.0)},
        "R-hat": {"logs": fine.logs + drift},
        "unlike likelihood": {"likes": shifted(fine.likes, [1], 5.0)},
        "dispersed and annealed": {"logs": shifted(fine.logs, [0, 2], 0.13)},
        "nats more likely": {"best": high + 130},
        "2 trips": {"trips": (40, 2, 40, 40)},
        "no upper bound": {"swayed": 2.1},
        "worth only": {
            "logs": np.repeat(fine.logs[:, :90, :1], 8, axis=2),
            "likes": fine.likes[:, :90],
        },
    }
    for words, change in cases.items():
        said = reason(dataclasses.replace(fine, **change))  # type: ignore[arg-type]
        assert said is not None, words
        assert words in str(said)
        assert re.search("[а-яё]", said.said.within("ru")), words
        assert re.search("[а-яё]", Said(said.helps).within("ru")), words


def test_what_chains_share_is_not_counted_twice() -> None:
    random = np.random.default_rng(3)
    apart = random.normal(size=(4, 2000, 8))
    together = np.repeat(random.normal(size=(4, 2000, 1)), 8, axis=2)
    assert effective_size(apart) == pytest.approx(64_000, rel=0.15)
    assert effective_size(together) == pytest.approx(8_000, rel=0.15)
    slow = np.zeros((4, 2000, 8))
    noise = random.normal(size=slow.shape)
    for at in range(1, 2000):
        slow[:, at] = 0.9 * slow[:, at - 1] + noise[:, at]
    assert effective_size(slow[:, 100:]) == pytest.approx(1900 * 32 / 19, rel=0.25)
    assert split_rhat(apart) == pytest.approx(1.0, abs=1e-3)
    assert split_rhat(shifted(apart, [0], 1.0)) > 1.05


@pytest.mark.parametrize(
    ("name", "low", "high", "around"),
    [
        # medians of long runs of LCMCR 0.4.14; 2.5 and 97.5 % of the same, with their spread
        ("kosovo", (8_900, 9_250), (13_500, 14_300), (10_380, 10_480)),
        ("hepatitis_a_taiwan", (355, 380), (820, 930), (505, 522)),
        ("philippines_manila_police", (530, 538), (640, 662), (567, 574)),
    ],
)
def test_the_posterior_is_the_reference(
    name: str, low: tuple[int, int], high: tuple[int, int], around: tuple[int, int]
) -> None:
    histories = latent_world.read(name)
    if histories is None:
        pytest.skip("the data sets do not lie beside the checkout")
    found = fit(histories, seed=1, settings=short(histories))
    assert found.refused is None
    assert around[0] <= found.median <= around[1]
    assert low[0] <= found.interval95[0] <= low[1]
    assert high[0] <= found.interval95[1] <= high[1]


def test_chains_that_never_meet_are_refused() -> None:
    """Colombia R1: 130 nats lie between two states, and no chain goes from one to the other."""
    histories = latent_world.read("colombia_recruitment_men_1999_R1")
    if histories is None:
        pytest.skip("the data sets do not lie beside the checkout")
    settings = dataclasses.replace(short(histories), rounds=2, longest=250, stretch=250)
    refused = sample(histories, seed=1, settings=settings).refused
    assert refused is not None
    assert "R-hat" in str(refused)


def test_importing_brings_in_no_compiler_and_its_lack_is_said() -> None:
    code = """
import sys
import asylia.counts.latent as latent
brought = {"numba", "numpy", "llvmlite", "scipy", "starlette", "cryptography"} & set(sys.modules)
assert not brought, brought
sys.modules["numba"] = None
from itertools import product
from asylia.counts.histories import Histories
from asylia.errors import AsyliaError
try:
    patterns = [one for one in product((True, False), repeat=3) if any(one)]
    latent.fit(Histories(("A", "B", "C"), dict.fromkeys(patterns, 9)), seed=1)
except AsyliaError as error:
    print(error.message, error.hint, error.exit_code)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "needs the package numba" in done.stdout
    assert "asylia[counting]" in done.stdout
