"""Every ground on which an estimate is refused: which it is, what would help, in two languages.

Beside each stands a table that differs in that one thing, and is not refused for it.
"""

import re
from itertools import product
from math import prod

import pytest
from tests.counts.test_counts import KOSOVO, histories

from asylia.counts.averaging import Averaging
from asylia.counts.chao import Chao
from asylia.counts.combining import each
from asylia.counts.estimate import Estimate, EstimateRefusedError, Evidence, bearable
from asylia.counts.histories import Histories
from asylia.counts.loglinear import LogLinear
from asylia.counts.nhoi import NoHighest
from asylia.counts.once import expected_once
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
        (histories({"AB": 20, "AC": 20, "BC": 20, "ABC": 40}), "nobody stands in one list only"),
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


def test_nobody_found_once_is_borne_where_chance_may_bring_it_about() -> None:
    table = histories({"AB": 5, "AC": 5, "BC": 5, "ABC": 85})
    assert expected_once(table) < 1
    found = assess(table, models=QUICK, moved=False)
    assert found.refused is None
    assert "either everybody was found" in " ".join(map(str, sentences(found)))


def test_those_found_once_are_told_from_those_in_several_independent_lists() -> None:
    chances = (0.6, 0.5, 0.7, 0.2)
    patterns = {
        pattern: round(
            1e6 * prod(c if one else 1 - c for c, one in zip(chances, pattern, strict=True))
        )
        for pattern in product((True, False), repeat=4)
    }
    several = Histories(tuple("ABCD"), {one: n for one, n in patterns.items() if sum(one) > 1})
    once = sum(n for one, n in patterns.items() if sum(one) == 1)
    assert expected_once(several) == pytest.approx(once, rel=1e-3)


def copied(counts: dict[str, int], share: float) -> Histories:
    """A table with a fourth list, which took such a share of the first's persons."""
    found = {}
    for pattern, many in histories(counts).patterns.items():
        took = round(share * many) if pattern[0] else 0
        found |= {(*pattern, True): took, (*pattern, False): many - took}
    return Histories(("A", "B", "C", "D"), {one: many for one, many in found.items() if many})


LARGE = {"A": 400, "B": 350, "C": 300, "AB": 60, "AC": 50, "BC": 45, "ABC": 10}


@pytest.mark.parametrize("share", [0.4, 1.0])
def test_a_list_copied_from_another_moves_no_number(share: float) -> None:
    honest = assess(histories(LARGE), models=QUICK, moved=False)
    found = assess(copied(LARGE, share), models=QUICK, moved=False)
    assert found.histories.observed == honest.histories.observed
    assert found.span == honest.span
    lines = [one.within("ru") for one in sentences(found)]
    assert any("Список D целиком входит в список A, и вряд ли случайно" in one for one in lines)
    (mixed,) = each([copied(LARGE, share)], Chao(1))
    assert mixed == honest.answers["chao"].estimate


def test_a_table_without_those_found_once_is_told() -> None:
    for table, told_so in ((without("A", "B", "C"), True), (histories(FULL), False)):
        lines = [one.within("ru") for one in sentences(assess(table, models=("chao",)))]
        assert any("в таблице нет тех, кто найден один раз" in one for one in lines) is told_so


def test_what_a_copy_shares_with_its_original_is_no_overlap() -> None:
    few = {**LARGE, "AB": 2, "AC": 2, "BC": 2, "ABC": 0}
    found = assess(copied(few, 0.4), models=QUICK, moved=False)
    assert found.refused is not None
    assert "fewer than 7 persons" in found.refused.reason


def test_a_list_of_few_within_another_by_chance_is_used() -> None:
    table = copied(LARGE, 0.005)
    assert table.contained() == {3: 0}
    assert table.copied() == ()
    assert table.telling() == table
    said = " ".join(map(str, sentences(assess(table, models=QUICK, moved=False))))
    assert "List D lies wholly within list A: it tells nothing of its own." in said


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
    assert "от 100 до 10\u00a0001" in apart.said.within("ru")


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
