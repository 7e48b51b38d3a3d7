"""Every ground on which an estimate is refused: which it is, what would help, in two languages.

Beside each stands a table that differs in that one thing, and is not refused for it.
"""

import re

import pytest
from tests.counts.test_counts import KOSOVO, histories

from asylia.counts.averaging import Averaging
from asylia.counts.chao import Chao
from asylia.counts.estimate import Estimate, EstimateRefusedError, Evidence, bearable
from asylia.counts.histories import Histories
from asylia.counts.loglinear import LogLinear
from asylia.counts.nhoi import NoHighest
from asylia.counts.plain import plain, sentence, sentences
from asylia.counts.verdict import Answer, assess, refusal_of

QUICK = ("graphs", "chao", "nhoi")
FULL = {"A": 40, "B": 30, "C": 20, "AB": 9, "AC": 7, "BC": 5, "ABC": 3}


def without(*patterns: str) -> Histories:
    return histories({one: 0 if one in patterns else count for one, count in FULL.items()})


def told(refusal: EstimateRefusedError) -> str:
    """The reason, once it is seen that it and what would help are told in Russian too."""
    assert refusal.helps is not None
    answer = sentence(Answer("nhoi", None, refusal, 0.0))
    assert str(refusal.helps) in str(answer)
    assert len(re.findall("[а-яё]+", answer.within("ru"))) > 8
    return refusal.reason


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (without("C", "AC", "BC", "ABC"), "fewer than 3 lists of persons"),
        (without("AC", "BC", "ABC"), "not all lists are connected"),
        (without("AB", "AC", "BC", "ABC"), "no overlapping lists"),
        (histories({**FULL, "AB": 1, "AC": 1, "BC": 1, "ABC": 1}), "fewer than 7 persons"),
        (without("B", "BC"), "without those within another"),
    ],
)
def test_what_the_lists_cannot_bear_is_refused_before_any_model(
    table: Histories, reason: str
) -> None:
    found = assess(table, models=QUICK)
    assert found.refused is not None
    assert reason in told(found.refused)
    assert found.span is None
    assert plain(found)["helps"] == str(found.refused.helps)
    assert any("No estimate is given" in str(one) for one in sentences(found))


def test_the_table_that_bears_everything_is_not_refused() -> None:
    found = assess(histories(FULL), models=QUICK, moved=False)
    assert found.refused is None
    assert found.span is not None
    assert not found.checks.left_out


@pytest.mark.parametrize(
    ("model", "table", "reason", "borne"),
    [
        (
            LogLinear(1, 50),
            histories({"A": 40, "B": 30, "C": 20, "AB": 60}),
            "no maximum likelihood estimate",
            histories(FULL),
        ),
        (Chao(), histories({"A": 9, "B": 8, "C": 7, "ABC": 9}), "exactly two", histories(FULL)),
        (NoHighest(1), histories({"A": 500, "B": 500, "C": 500, "ABC": 9}), "1000", KOSOVO),
    ],
)
def test_a_model_refuses_for_itself_and_says_what_would_help(
    model: LogLinear | Chao | NoHighest, table: Histories, reason: str, borne: Histories
) -> None:
    with pytest.raises(EstimateRefusedError) as caught:
        model.estimate(table, _evidence(table))
    assert reason in told(caught.value)
    assert model.estimate(borne, bearable(borne)).low >= borne.observed


def test_an_average_without_an_end_is_refused() -> None:
    wide = histories({"A": 90_000, "B": 90_000, "C": 9_000, "AB": 1})
    with pytest.raises(EstimateRefusedError) as caught:
        Averaging(1).estimate(wide, _evidence(wide))
    assert "does not fade" in told(caught.value)
    borne = histories({**FULL, "A": 90_000, "B": 90_000, "C": 9_000})
    assert Averaging(1).estimate(borne, _evidence(borne)).low > borne.observed


def test_estimates_that_are_few_or_too_far_apart_are_none_together() -> None:
    three = [at("lcmcr", 100, 200), at("graphs", 110, 300), at("nhoi", 120, 9_900)]
    assert refusal_of(three) is None
    few = refusal_of(three[:2])
    assert few is not None
    assert "fewer than 3 estimators" in told(few)
    apart = refusal_of([*three, at("loglinear", 150, 10_001)])
    assert apart is not None
    assert "between 100 and 10,001" in told(apart)
    assert "от 100 до 10001" in apart.said.within("ru")


def test_counts_near_the_limit_are_borne_as_small_ones_are() -> None:
    times = 200_000
    huge = Histories(KOSOVO.lists, {one: n * times for one, n in KOSOVO.patterns.items()})
    assert huge.observed > 800_000_000
    small, large = (assess(each, models=QUICK, moved=False) for each in (KOSOVO, huge))
    for few, many in zip(small.estimates, large.estimates, strict=True):
        assert times * few.low < many.low <= many.middle <= many.high < times * few.high
    assert large.refused is None


def test_a_list_within_another_is_named_and_two_others_are_still_needed() -> None:
    rows = {**FULL, "D": 0, "AD": 4, "ABCD": 3}
    found = assess(histories(rows, 4), models=QUICK, moved=False)
    assert found.refused is None
    assert "List D lies wholly within list A" in " ".join(map(str, sentences(found)))
    free = assess(histories({**rows, "D": 1}, 4), models=QUICK, moved=False)
    assert "wholly within" not in " ".join(map(str, sentences(free)))


def at(name: str, low: int, high: int) -> Estimate:
    return Estimate(name, (), (low + high) // 2, low, high, 0.95, {})


def _evidence(table: Histories) -> Evidence:
    return Evidence(table.lists, table.observed, table.recaptured, {})
