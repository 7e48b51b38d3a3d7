"""Counting on plain tables: the minimum one can point at, and the refusal to guess."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.steps import steps

from asylia.counts.documented import documented
from asylia.counts.estimate import Estimate, EstimateRefusedError, Evidence, bearable, estimate
from asylia.counts.histories import Histories
from asylia.counts.persons import Persons
from asylia.counts.sameness import Partition
from asylia.counts.summary import plausible, summary
from asylia.counts.words import said
from asylia.errors import MalformedError, RefusedError


@dataclass(frozen=True)
class Row:
    claim: str
    victim: str
    act: str = "killing"
    event: str = "ev"
    lineage: str = "org"


def pair(one: str, other: str) -> frozenset[str]:
    return frozenset((one, other))


# Kosovo, March to June 1999: the 15 patterns of Ball et al. (2002), as in R package LCMCR.
_KOSOVO = """
0001 306, 0010 936, 0011 123, 0100 845, 0101 31, 0110 217, 0111 32, 1000 1131, 1001 106, 1010 228,
1011 42, 1100 177, 1101 18, 1110 181, 1111 27
"""
KOSOVO = Histories(
    ("EXH", "ABA", "OSCE", "HRW"),
    {
        tuple(digit == "1" for digit in pattern): int(count)
        for pattern, count in (one.split() for one in _KOSOVO.split(","))
    },
)


def test_the_minimum_is_taken_from_the_most_merging_partition() -> None:
    rows = [Row("k1", "a"), Row("k2", "b"), Row("k3", "c")]
    cautious, merging = Partition.identity("abc"), Partition.merging("abc", [pair("a", "b")])
    (cell,) = documented(rows, [cautious, merging])
    assert (cell.minimum, cell.most) == (2, 3)
    assert [victim.claims for victim in cell.victims] == [("k1", "k2"), ("k3",)]
    (alone,) = documented(rows, [cautious])
    assert alone.minimum == 3


def test_each_number_opens_to_its_claims_and_acts_are_kept_apart() -> None:
    rows = [Row("k1", "a"), Row("k2", "a"), Row("k3", "a", act="detention"), Row("k4", "b")]
    cells = documented(rows, [Partition.identity("ab")])
    assert [(cell.act, cell.minimum) for cell in cells] == [("detention", 1), ("killing", 2)]
    assert sorted(claim for cell in cells for one in cell.victims for claim in one.claims) == [
        "k1", "k2", "k3", "k4",
    ]  # fmt: skip


def test_a_key_that_no_partition_knows_is_a_person_of_its_own() -> None:
    (cell,) = documented([Row("k1", "a"), Row("k2", "z")], [Partition.identity("a")])
    assert cell.minimum == 2


def test_without_a_partition_there_is_no_number() -> None:
    with pytest.raises(ValueError, match="partition"):
        documented([Row("k1", "a")], [])


def test_a_partition_that_overlaps_is_none() -> None:
    with pytest.raises(ValueError, match="overlap"):
        Partition((frozenset("ab"), frozenset("bc")))


def test_sameness_is_transitive_and_distinct_pairs_stay_apart() -> None:
    merged = Partition.merging("abcd", [pair("a", "b"), pair("b", "c")])
    assert merged.count("abcd") == 2
    apart = Partition.most_merging("abc", [], [pair("a", "b"), pair("b", "c")], [pair("a", "c")])
    assert apart.count("abc") == 2
    assert not any(frozenset("ac") <= group for group in apart.groups)
    free = Partition.most_merging("abc", [], [pair("a", "b"), pair("b", "c")], [])
    assert free.count("abc") == 1


def test_so_many_contradictions_that_nobody_can_say_are_refused() -> None:
    keys = [f"p{n:02}" for n in range(60)]
    maybe = [pair(one, other) for one, other in pairwise(keys)]
    distinct = [pair(one, other) for one, other in combinations(keys, 2)]
    with pytest.raises(RefusedError):
        Partition.most_merging(keys, [], maybe, distinct)


_KEYS = "abcdef"
_PAIRS = st.lists(
    st.sampled_from([pair(*two) for two in combinations(_KEYS, 2)]), max_size=6, unique=True
)


@given(_PAIRS, _PAIRS)
def test_no_partition_that_the_judgements_allow_has_fewer_persons(
    maybe: list[frozenset[str]], distinct: list[frozenset[str]]
) -> None:
    best = Partition.most_merging(_KEYS, [], maybe, distinct)
    assert sorted("".join("".join(group) for group in best.groups)) == list(_KEYS)
    reach = Partition.merging(_KEYS, maybe)
    allowed = [
        groups
        for groups in _partitions(list(_KEYS))
        if all(any(group <= whole for whole in reach.groups) for group in groups)
        and not any(two <= group for two in distinct for group in groups)
    ]
    assert len(best.groups) == min(len(groups) for groups in allowed)
    assert set(best.groups) in [set(groups) for groups in allowed]


def _partitions(keys: list[str]) -> list[list[frozenset[str]]]:
    if not keys:
        return [[]]
    first, *rest = keys
    out = []
    for smaller in _partitions(rest):
        out.append([frozenset(first), *smaller])
        for at, group in enumerate(smaller):
            out.append([*smaller[:at], group | {first}, *smaller[at + 1 :]])
    return out


@given(_PAIRS, _PAIRS)
def test_the_number_never_rises_with_more_that_may_be_the_same(
    maybe: list[frozenset[str]], distinct: list[frozenset[str]]
) -> None:
    fewer = [Partition.most_merging(_KEYS, [], maybe[:n], distinct) for n in range(len(maybe) + 1)]
    numbers = [one.count(_KEYS) for one in fewer]
    assert numbers == sorted(numbers, reverse=True)


def histories(patterns: Mapping[str, int], lists: int = 3) -> Histories:
    names = tuple("ABCDE"[:lists])
    return Histories(
        names,
        {tuple(name in pattern for name in names): count for pattern, count in patterns.items()},
    )


def test_lists_that_overlap_are_borne_with_their_evidence() -> None:
    evidence = bearable(KOSOVO)
    assert evidence.observed == 4400
    assert evidence.recaptured == 1182
    assert evidence.overlaps["EXH", "ABA"] == 403


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (histories({}), "no overlapping lists"),
        (histories({"A": 50, "B": 40, "C": 30}), "no overlapping lists"),
        (histories({"A": 50, "B": 40, "AB": 20}, 2), "fewer than 3 lists"),
        (histories({"A": 50, "B": 40, "AB": 20}), "fewer than 3 lists"),
        (histories({"A": 50, "AB": 20, "C": 30}), "not all lists are connected"),
        (histories({"AB": 20, "CD": 20}, 4), "not all lists are connected"),
        (histories({"A": 50, "AB": 3, "BC": 3, "C": 5}), "fewer than 7 persons"),
        (histories({"A": 50, "AB": 9, "ABC": 9, "B": 5}), "fewer than 3 lists .* within another"),
        (histories({"A": 50, "AB": 0, "BC": 9, "C": 1}), "fewer than 3 lists|not all lists"),
    ],
)
def test_an_estimate_is_refused_with_its_reason(found: Histories, reason: str) -> None:
    with pytest.raises(EstimateRefusedError, match=reason):
        bearable(found)


def test_seven_recaptures_over_connected_lists_are_enough() -> None:
    assert bearable(histories({"A": 50, "AB": 4, "BC": 3, "C": 5})).recaptured == 7


@dataclass(frozen=True)
class Lincoln:
    """Petersen's estimator on two of the lists (Chapman 1951): enough to fill the interface."""

    name: str
    one: int
    other: int

    def estimate(self, histories: Histories, evidence: Evidence) -> Estimate:
        both = evidence.overlaps[histories.lists[self.one], histories.lists[self.other]]
        sizes = histories.size(self.one) + 1, histories.size(self.other) + 1
        middle = sizes[0] * sizes[1] // (both + 1) - 1
        return Estimate(self.name, (said("independent lists"),), middle, middle, middle, 0.95, {})


def test_three_estimators_stand_side_by_side_and_two_are_too_few() -> None:
    three = [Lincoln("EXH-ABA", 0, 1), Lincoln("EXH-OSCE", 0, 2), Lincoln("ABA-OSCE", 1, 2)]
    assert [one.estimator for one in estimate(KOSOVO, three)] == ["EXH-ABA", "EXH-OSCE", "ABA-OSCE"]
    with pytest.raises(EstimateRefusedError, match="fewer than 3 estimators"):
        estimate(KOSOVO, three[:2])
    with pytest.raises(EstimateRefusedError, match="fewer than 3 estimators"):
        estimate(KOSOVO, [three[0]] * 3)


@pytest.mark.parametrize(
    ("lists", "patterns"),
    [
        (("A", "A"), {}),
        (("A", "B"), {(True,): 1}),
        (("A", "B"), {(False, False): 1}),
        (("A", "B"), {(True, False): -1}),
    ],
)
def test_histories_that_cannot_be_are_refused(
    lists: tuple[str, ...], patterns: dict[tuple[bool, ...], int]
) -> None:
    with pytest.raises(MalformedError):
        Histories(lists, patterns)


def test_histories_count_persons_not_pseudonyms() -> None:
    listed = [("org", "a"), ("paper", "b"), ("paper", "c"), ("org", "a")]
    found = Histories.of(listed, Partition.merging("abc", [pair("a", "b")]))
    assert found.lists == ("org", "paper")
    assert found.patterns == {(True, True): 1, (False, True): 1}


def test_a_summary_keeps_documented_and_estimated_apart() -> None:
    rows = [Row("k1", "a"), Row("k2", "b", lineage="paper"), Row("k3", "c", lineage="unknown")]
    found = summary(rows, [("a", "b", "not_known")])
    (cell,) = found.documented
    assert (cell.minimum, cell.most) == (2, 3)
    assert found.refused == "there are fewer than 3 lists of persons"
    assert found.plain()["estimated"] == {"refused": found.refused}
    assert found.plain()["documented"][0]["victims"][0] == {"claims": ["k1", "k2"]}
    assert summary([], []).refused == "there are no overlapping lists of persons"


def test_a_summary_shows_estimates_where_they_can_be_borne() -> None:
    rows = [
        Row(f"k{list_}{n}", f"v{n:02}", lineage=list_)
        for list_, n in ((name, n) for name in "ABC" for n in range(10))
    ]
    rows += [Row(f"own{list_}", f"own{list_}", lineage=list_) for list_ in "ABC"]
    three = [Lincoln("1", 0, 1), Lincoln("2", 0, 2), Lincoln("3", 1, 2)]
    found = summary(rows, [], three)
    assert found.refused == ""
    assert [one.middle for one in found.estimates] == [12, 12, 12]
    assert found.plain()["estimated"]["estimates"][0]["middle"] == 12


def test_judged_sameness_and_doubt_give_two_partitions() -> None:
    most, judged = plausible("abc", [("a", "b", "same"), ("b", "c", "not_known")])
    assert (most.count("abc"), judged.count("abc")) == (1, 2)


def _partitions(keys: tuple[str, ...]) -> list[list[frozenset[str]]]:
    if not keys:
        return [[]]
    first, *rest = keys
    out = []
    for groups in _partitions(tuple(rest)):
        out.append([frozenset({first}), *groups])
        out += [[group | {first} if group is one else group for group in groups] for one in groups]
    return out


_EVERY = _partitions(tuple(_KEYS))


@given(_PAIRS, _PAIRS, st.sets(st.sampled_from(_KEYS), min_size=1))
def test_the_minimum_of_each_act_is_the_least_of_every_partition_that_is_allowed(
    maybe: list[frozenset[str]], distinct: list[frozenset[str]], hurt: set[str]
) -> None:
    reach = Partition.merging(_KEYS, maybe)
    allowed = [
        groups
        for groups in _EVERY
        if all(any(group <= one for one in reach.groups) for group in groups)
        and not any(pair_ <= group for group in groups for pair_ in distinct)
    ]
    least = min(sum(1 for group in groups if group & hurt) for groups in allowed)
    rows = [Row(f"k-{key}", key) for key in _KEYS]
    rows += [Row(f"t-{key}", key, act="torture") for key in sorted(hurt)]
    said = [(*sorted(pair_), "not_known") for pair_ in maybe]
    said += [(*sorted(pair_), "distinct") for pair_ in distinct]
    cells = {cell.act: cell for cell in summary(rows, said).documented}
    assert cells["torture"].minimum == least


def test_the_fewest_in_all_do_not_raise_the_minimum_of_one_act() -> None:
    maybe = [("a", "b"), ("b", "c"), ("c", "d"), ("a", "d")]
    said = [(*two, "not_known") for two in maybe] + [("a", "b", "distinct"), ("c", "d", "distinct")]
    rows = [Row(f"k-{key}", key) for key in "abcd"]
    rows += [Row("t-a", "a", act="torture"), Row("t-d", "d", act="torture")]
    killing, torture = summary(rows, said).documented
    assert (killing.minimum, torture.minimum) == (2, 1)


def test_sameness_by_way_of_a_pseudonym_that_is_in_no_row_still_joins() -> None:
    rows = [Row("k-a", "a", lineage="one"), Row("k-b", "b", lineage="other")]
    whole = [("a", "x", "same"), ("b", "x", "same")]
    found = summary(rows, whole)
    assert [(cell.minimum, cell.most) for cell in found.documented] == [(1, 1)]
    assert [one.keys for one in found.documented[0].victims] == [("a", "b")]
    assert [(one.minimum, one.most) for one in summary(rows, whole[:1]).documented] == [(2, 2)]
    assert Histories.of([("one", "a"), ("other", "b")], plausible("ab", whole)[0]).recaptured == 1
    doubt = [("a", "x", "same"), ("b", "x", "not_known")]
    assert [(one.minimum, one.most) for one in summary(rows, doubt).documented] == [(1, 2)]
    apart = [("a", "x", "same"), ("b", "x", "distinct"), ("a", "b", "not_known")]
    assert [(one.minimum, one.most) for one in summary(rows, apart).documented] == [(2, 2)]


_VERDICTS = st.sampled_from(["same", "distinct", "not_known"])
_JUDGED = st.lists(st.tuples(st.sampled_from(list(combinations(_KEYS, 2))), _VERDICTS), max_size=6)


@given(_JUDGED, st.sets(st.sampled_from(_KEYS), min_size=1))
def test_figures_and_tables_agree_on_how_many_persons_there_are(
    judged: list[tuple[tuple[str, str], str]], hurt: set[str]
) -> None:
    said = [(*two, verdict) for two, verdict in judged]
    persons = Persons(hurt, said)
    rows = [Row(f"k-{key}", key) for key in sorted(hurt)]
    (cell,) = summary(rows, said).documented
    assert cell.minimum == len(persons.fewest(hurt))
    assert cell.most == len(persons.clusters(hurt))
    listed = Histories.of([("one", key) for key in hurt], plausible(hurt, said)[0])
    assert listed.observed == len(persons.fewest(hurt))


def test_what_judged_pairs_cost_grows_with_their_number_not_its_square() -> None:
    def cost(pairs: int) -> int:
        said = [(f"p{n}", f"q{n}", ("same", "not_known", "distinct")[n % 3]) for n in range(pairs)]
        keys = [key for one, other, _ in said for key in (one, other)]
        assert plausible(keys, said)[0].count(keys) == pairs + pairs // 3
        return steps(lambda: plausible(keys, said)[0].count(keys))

    assert cost(1_200) < 15 * cost(120)
