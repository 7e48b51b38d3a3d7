"""What labels teach, and what an answer would tell."""

import numpy as np

from asylia.counts.linking.weighing import Floats, Trained, gains, train

MODEL = Trained(-4.0, (1.0, 1.0))


def world(scales: tuple[float, float], shift: float = 0.0) -> tuple[Floats, Floats]:
    """Parts of pairs, and who is one person if the truth has these scales."""
    drawn = np.random.default_rng(7)
    parts = drawn.normal(0, 4, (4000, 2))
    odds = np.exp2(MODEL.prior + shift + parts @ np.array(scales))
    return parts, (drawn.random(4000) < odds / (1 + odds)).astype(float)


def chance(parts: Floats, trained: Trained) -> Floats:
    odds = np.exp2(trained.prior + parts @ np.array(trained.scales))
    return np.clip(odds / (1 + odds), 1e-9, 1 - 1e-9)


def loss(parts: Floats, truth: Floats, trained: Trained) -> float:
    p = chance(parts, trained)
    return float(-(truth * np.log(p) + (1 - truth) * np.log(1 - p)).mean())


def hard(parts: Floats) -> list[int]:
    """The pairs that a review begins with: those of which the model is least sure."""
    order = np.argsort(-gains(chance(parts, MODEL)))
    return [int(at) for at in order[:120]]


def test_without_labels_the_model_is_as_it_was() -> None:
    parts, _ = world((1.0, 1.0))
    assert train(parts, MODEL, [], []) is MODEL


def test_labels_of_the_hardest_pairs_alone_improve_what_is_said_of_the_others() -> None:
    parts, truth = world((1.7, 0.3), shift=2.0)
    rows = hard(parts)
    trained = train(parts, MODEL, rows, [truth[at] for at in rows])
    others = np.setdiff1d(np.arange(len(parts)), rows)
    before = loss(parts[others], truth[others], MODEL)
    after = loss(parts[others], truth[others], trained)
    assert after < 0.8 * before, (before, after)
    assert trained.scales[0] > 1.2
    assert trained.scales[1] < 0.7
    assert trained.labels == 120


def test_labels_of_a_true_model_hardly_move_it() -> None:
    parts, truth = world((1.0, 1.0))
    rows = hard(parts)
    trained = train(parts, MODEL, rows, [truth[at] for at in rows])
    assert loss(parts, truth, trained) < loss(parts, truth, MODEL) * 1.05
    assert all(0.6 < one < 1.4 for one in trained.scales)


def test_an_answer_tells_most_where_both_are_likely_and_nothing_where_it_is_sure() -> None:
    told = gains(np.array([0.0, 1e-6, 0.02, 0.5, 0.98, 1.0]))
    assert list(np.argsort(told))[-1] == 3
    assert np.allclose([told[0], told[5]], 0.0)
    assert told[1] < 1e-4
    assert np.isclose(told[2], told[4])
