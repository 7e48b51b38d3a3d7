"""Figures on invented claims: each rule of spec/figures.md, and what breaks when it is broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.steps import steps

from asylia.counts.summary import summary
from asylia.errors import NotFoundError
from asylia.record import contents as c
from asylia.record.figures import figures
from asylia.record.forms import Verdict
from asylia.record.judged import judged
from asylia.record.reading import Entered, Record

from .world import GROUND, claim, day, judge, record_of, said


def told(*contents: c.Content) -> Record:
    return record_of([*GROUND, *contents])


def kinds(record: Record, as_of: str = "2025-01-01") -> list[str]:
    return [flag.kind for flag in said(record, as_of).flags]


def part(claim_id: str, number: int, of: str = "k") -> c.Claim:
    return claim(claim_id, count=c.Count(min=number, max=number), part_of=of)


def test_five_papers_that_quote_one_ngo_are_one_row() -> None:
    quoted = [
        claim(f"k{n}", tellers=(c.Teller(who="paper"), c.Teller(who="org"))) for n in range(5)
    ]
    (row,) = said(told(*quoted), "2025-01-01").counts["killed"]
    assert row.lineage == "org"
    assert len(row.claims) == 5
    other = claim("x", tellers=(c.Teller(who="paper"),))
    assert len(said(told(*quoted, other), "2025-01-01").counts["killed"]) == 2


def test_not_stated_stays_null_and_is_never_zero() -> None:
    (row,) = said(told(claim("k", count=c.Count())), "2025-01-01").counts["killed"]
    assert (row.min, row.max) == (None, None)


def test_a_denial_is_a_row_of_its_own() -> None:
    rows = said(told(claim("k"), claim("n", polarity="denies")), "2025-01-01").counts["killed"]
    assert [row.polarity for row in rows] == ["asserts", "denies"]


@pytest.mark.parametrize(
    ("said_on", "known"),
    [("2020", "2020-12-31"), ("2020-02", "2020-02-29"), ("2020-01-01/2020-01-09", "2020-01-09")],
)
def test_a_claim_is_known_from_its_last_possible_day(said_on: str, known: str) -> None:
    record = told(claim("k", said_on=said_on))
    assert said(record, known).counts["killed"]
    before = day(known) - 1
    assert not said(record, "2019-12-31").counts["killed"]
    assert said(record, known).counts["killed"][0].known_from == known
    assert not figures(record, as_of=type(day(known))(before)).counts["killed"]


@pytest.mark.parametrize("said_on", ["2020/..", "garbled"])
def test_an_open_or_unreadable_day_counts_from_the_day_of_entry(said_on: str) -> None:
    record = told(claim("k", said_on=said_on))
    assert not said(record, "2025-12-31").counts["killed"]
    assert said(record, "2026-01-01").counts["killed"]


def test_a_claim_that_was_taken_back_is_gone_but_not_from_the_day_before() -> None:
    record = told(claim("k"))
    undo = c.Undo(id="u", of="k", reason="misread", author="Heron")
    later = Record.of((*record.entered, Entered(undo, day("2026-02-01"))))
    assert not said(later, "2026-03-01").counts["killed"]
    assert said(later, "2026-03-01", as_recorded_on=day("2026-01-31")).counts["killed"]


def test_parts_stand_inside_their_total_and_are_checked_against_it() -> None:
    total = claim("k", count=c.Count(min=10, max=10))
    record = told(total, part("a", 6), part("b", 4))
    (row,) = said(record, "2025-01-01").counts["killed"]
    assert [inner.min for inner in row.parts] == [6, 4]
    assert "parts_do_not_add_up" not in kinds(record)
    assert "parts_do_not_add_up" in kinds(told(total, part("a", 6), part("b", 3)))
    assert "parts_do_not_add_up" in kinds(told(total, part("a", 6), part("b", 5)))


@pytest.mark.parametrize(
    ("complete", "flagged"), [("no", False), ("yes", True), ("not_stated", True)]
)
def test_parts_that_are_said_not_to_be_all_may_be_fewer(complete: str, flagged: bool) -> None:
    total = claim("k", count=c.Count(min=10, max=10), parts=c.PartsTold(complete=complete))
    assert ("parts_do_not_add_up" in kinds(told(total, part("a", 6)))) is flagged
    assert "parts_do_not_add_up" in kinds(told(total, part("a", 11)))


def test_parts_of_an_open_total_are_checked_only_where_they_can_be() -> None:
    more = claim("k", count=c.Count(min=10))
    assert "parts_do_not_add_up" not in kinds(told(more, part("a", 30)))
    assert "parts_do_not_add_up" not in kinds(told(claim("k", count=c.Count()), part("a", 3)))


def test_a_part_without_its_total_stands_alone_and_says_so() -> None:
    (row,) = said(told(part("a", 2, of="absent")), "2025-01-01").counts["killed"]
    assert row.part_of == "absent"


def test_parts_in_a_ring_are_shown_side_by_side() -> None:
    ring = (part("a", 1, of="b"), part("b", 2, of="a"), part("d", 3, of="a"))
    rows = said(told(*ring), "2025-01-01").counts["killed"]
    assert sorted(claim_id for row in rows for claim_id in row.claims) == ["a", "b", "d"]


def series(*numbers: tuple[int | None, int | None]) -> Record:
    return told(
        *(
            claim(f"k{at}", series="s", said_on=f"2020-01-{at + 1:02}", count=c.Count(min=n, max=m))
            for at, (n, m) in enumerate(numbers)
        )
    )


@pytest.mark.parametrize(
    ("numbers", "falls"),
    [
        ([(42, 42), (61, None), (60, 60), (106, 106)], 1),
        ([(42, 42), (61, None), (61, 61)], 0),
        ([(42, 42), (61, None), (50, None)], 0),
        ([(100, 100), (None, None), (60, 60)], 1),
        ([(100, 100), (90, 90), (95, 95)], 2),
    ],
)
def test_a_fall_in_a_series_is_flagged(
    numbers: list[tuple[int | None, int | None]], falls: int
) -> None:
    record = series(*numbers)
    assert kinds(record).count("series_falls") == falls
    found = said(record, "2025-01-01")
    assert len(found.series["s"]) == len(numbers)
    assert found.counts["killed"] == ()


def test_values_that_cannot_both_be_are_flagged_and_both_stand() -> None:
    three, twenty = claim("a"), claim("b", count=c.Count(min=20))
    assert "values_apart" in kinds(told(three, twenty))
    assert len(said(told(three, twenty), "2025-01-01").counts["killed"]) == 2
    assert "values_apart" not in kinds(told(three, claim("b", count=c.Count(min=2))))
    assert "values_apart" not in kinds(told(three, claim("b", count=c.Count())))
    distinct = judge("j", c.OverlapJudged(claim="a", other="b", relation="distinct"))
    assert "values_apart" not in kinds(told(three, twenty, distinct))


def test_overlap_is_not_known_until_it_is_judged() -> None:
    two = (claim("a"), claim("b", count=c.Count(min=6)))
    assert [r.overlap for r in said(told(*two), "2025-01-01").counts["killed"]] == ["not_known"] * 2
    verdict = judge("j", c.OverlapJudged(claim="a", other="b", relation="part"))
    rows = said(told(*two, verdict), "2025-01-01").counts["killed"]
    assert [row.overlap for row in rows] == ["part", "part"]
    (known,) = rows[0].overlaps
    assert (known.claim, known.other, known.by) == ("a", "b", "judgement")
    third = claim("d", count=c.Count(min=9))
    rows = said(told(*two, third, verdict), "2025-01-01").counts["killed"]
    assert [row.overlap for row in rows] == ["not_known"] * 3


def test_an_open_question_is_flagged_until_it_is_judged() -> None:
    open_one = claim(
        "b", count=c.Count(min=6), overlaps=(c.Overlap(other="a", relation="not_known"),)
    )
    assert "open_question" in kinds(told(claim("a"), open_one))
    verdict = judge("j", c.OverlapJudged(claim="a", other="b", relation="same"))
    assert "open_question" not in kinds(told(claim("a"), open_one, verdict))


def test_a_relation_to_something_not_yet_said_does_not_show() -> None:
    later = claim("b", said_on="2024", overlaps=(c.Overlap(other="a", relation="same"),))
    (row,) = said(told(claim("a"), later), "2021-01-01").counts["killed"]
    assert row.overlaps == ()


def test_judgements_that_contradict_decide_nothing_and_are_named() -> None:
    apart = claim("k", event="apart", subject="apart")
    yes = judge("j1", c.Membership(member="apart", event="ev", verdict="belongs"))
    no = judge("j2", c.Membership(member="apart", event="ev", verdict="does_not_belong"))
    assert said(told(apart, yes), "2025-01-01").counts["killed"]
    both = said(told(apart, yes, no), "2025-01-01")
    assert not both.counts["killed"]
    (flag,) = [flag for flag in both.flags if flag.kind == "judgements_contradict"]
    assert set(flag.claims) == {"j1", "j2"}
    one, other = (
        judge(f"j{n}", c.Choice(among=("a", "b"), chosen=chosen)) for n, chosen in enumerate("ab")
    )
    found = said(told(claim("a"), claim("b", count=c.Count(min=9)), one, other), "2025-01-01")
    assert found.chosen == {}
    assert "judgements_contradict" in [flag.kind for flag in found.flags]


def test_one_claim_can_be_judged_in_or_out() -> None:
    record = told(claim("a"), claim("b", event="apart", subject="apart", count=c.Count(min=9)))
    out = judge("j1", c.Membership(member="a", event="ev", verdict="does_not_belong"))
    into = judge("j2", c.Membership(member="b", event="ev", verdict="belongs"))
    judged = Record.of((*record.entered, *record_of([out, into]).entered))
    assert [row.claims for row in said(judged, "2025-01-01").counts["killed"]] == [("b",)]


def test_an_event_can_be_asked_for_by_itself() -> None:
    record = told(claim("a"), claim("b", event="apart", subject="apart"))
    found = said(record, "2025-01-01", event="apart")
    assert [row.claims for row in found.counts["killed"]] == [("b",)]
    assert found.events == ("apart",)


def test_a_source_or_event_that_is_not_there_is_an_error() -> None:
    for asked in ({"source": "absent"}, {"event": "absent"}, {"source": "ev"}):
        with pytest.raises(NotFoundError):
            said(told(claim("a")), "2025-01-01", **asked)


def test_sites_that_tellers_number_differently_have_no_number() -> None:
    six = claim("a", property="sites", count=c.Count(min=6, max=6))
    four = claim("b", property="sites", count=c.Count(min=4, max=4))
    assert said(told(six), "2025-01-01").sites.claimed == 6
    assert said(told(six, four), "2025-01-01").sites.claimed is None


def test_destroyed_and_moved_must_be_one_site_and_named_sites_distinct() -> None:
    sites = [c.Site(id=f"t{n}", name="" if n == 2 else f"mill {n}") for n in range(3)]
    exist = [claim(f"x{n}", subject=f"t{n}", property="site_exists", count=None) for n in range(3)]
    gone = claim("g", subject="t0", property="site_status", count=None, value="destroyed")
    moved = claim("m", subject="t1", property="site_status", count=None, value="moved")
    found = said(told(*sites, *exist, gone, moved), "2025-01-01").sites
    assert (found.named, found.destroyed_and_moved) == (2, 0)
    same = judge("j", c.Sameness(ids=("t0", "t1"), verdict="same"))
    found = said(told(*sites, *exist, gone, moved, same), "2025-01-01").sites
    assert (found.named, found.destroyed_and_moved) == (1, 1)


def test_a_response_is_in_reply_only_where_a_teller_says_so() -> None:
    demand = c.Demand(
        id="d", by=("org",), to=("the council",), must_act="the mayor", what="open it", event="ev"
    )
    answers = [
        c.Response(id="r1", by=("org",), kind="silent", event="ev"),
        c.Response(id="r2", by=("org",), kind="resolution", event="ev", in_reply_to="d"),
    ]
    made = [
        claim(f"k-{one.id}", subject=one.id, property="response_made", count=None)
        for one in answers
    ]
    found = said(told(demand, *answers, *made), "2025-01-01")
    assert (found.responses.total, found.responses.in_reply) == (2, 1)
    assert found.demands.total == 0


@given(st.lists(st.tuples(st.integers(0, 30), st.none() | st.integers(0, 40)), max_size=6))
def test_no_number_shown_is_one_that_nobody_said(numbers: list[tuple[int, int | None]]) -> None:
    claims = [
        claim(f"k{at}", count=c.Count(min=low, max=None if more is None else low + more))
        for at, (low, more) in enumerate(numbers)
    ]
    rows = said(told(*claims), "2025-01-01").counts["killed"]
    spoken = {(one.count.min, one.count.max) for one in claims if one.count}
    assert {(row.min, row.max) for row in rows} == spoken
    assert sorted(one for row in rows for one in row.claims) == sorted(one.id for one in claims)


def _same(judgement_id: str, verdict: Verdict, *ids: str) -> c.Judgement:
    return judge(judgement_id, c.Sameness(ids=ids, verdict=verdict))


@pytest.mark.parametrize(
    "judgements",
    [
        (_same("j1", "same", "pa", "pb"), _same("j2", "distinct", "pa", "pb")),
        (
            _same("j1", "same", "pa", "pc"),
            _same("j2", "same", "pc", "pb"),
            _same("j3", "distinct", "pa", "pb"),
        ),
    ],
)
def test_whom_judgements_contradict_each_other_on_is_one_at_least_and_each_at_most(
    judgements: tuple[c.Judgement, ...],
) -> None:
    persons = [c.Person(id=one, pseudonym=one) for one in ("pa", "pb", "pc")]
    killed = [claim(f"k-{one}", subject=one) for one in ("pa", "pb", "pc")]
    found = said(told(*persons, *killed, *judgements), "2025-01-01")
    (flag,) = [flag for flag in found.flags if flag.kind == "judgements_contradict"]
    assert set(flag.claims) == {one.id for one in judgements}
    (cell,) = summary(found.victims, found.sameness).documented
    untouched = 3 - len(judgements)
    assert (cell.minimum, cell.most) == (1 + untouched, 3)


_PAIRS = [("a", "b"), ("b", "c"), ("a", "c"), ("c", "d"), ("d", "e"), ("a", "e")]
_SAID = st.lists(
    st.tuples(st.sampled_from(_PAIRS), st.sampled_from(["same", "distinct", "not_known"])),
    max_size=8,
)


@given(_SAID)
def test_sameness_that_contradicts_itself_is_open_and_each_judgement_is_named(
    said_of: list[tuple[tuple[str, str], Verdict]],
) -> None:
    made = [judge(f"j{n}", c.Sameness(ids=two, verdict=v)) for n, (two, v) in enumerate(said_of)]
    found = judged(record_of([*GROUND, *made]))
    told = {two: {v for pair, v in said_of if pair == two} for two, _ in said_of}
    alone = {two: next(iter(vs)) for two, vs in told.items() if len(vs) == 1}
    one = {key: {key} for two in told for key in two}
    for two, _ in sorted(alone.items()) * len(alone):
        if alone[two] == "same":
            whole = one[two[0]] | one[two[1]]
            one.update(dict.fromkeys(whole, whole))
    torn = [one[x] for (x, y), v in alone.items() if v == "distinct" and one[x] == one[y]]
    for (x, y), vs in told.items():
        is_open = len(vs) > 1 or (one[x] == one[y] and one[x] in torn)
        expected = "not_known" if is_open else alone[x, y]
        assert found.sameness[frozenset((x, y))] == expected
    named = {name for names in found.contradictions for name in names}
    apart = {two for two, vs in told.items() if len(vs) > 1}
    held = {
        (x, y) for (x, y), v in alone.items()
        if one[x] == one[y] and one[x] in torn and v != "not_known"
    }  # fmt: skip
    assert named == {f"j{n}" for n, (two, _) in enumerate(said_of) if two in apart | held}


def test_what_judged_pairs_cost_grows_with_their_number_not_its_square() -> None:
    def cost(pairs: int) -> int:
        made = [
            judge(f"j{n}", c.Sameness(ids=(f"p{n}", f"q{n}"), verdict="same")) for n in range(pairs)
        ]
        record = record_of([*GROUND, *made])
        assert record.judgements
        assert judged(record).one_of(f"q{pairs - 1}") == f"p{pairs - 1}"
        return steps(lambda: judged(record))

    assert cost(1_000) < 15 * cost(100)
    squared = [[x, y] for x in range(3) for y in range(3)]
    assert steps(lambda: [x for x in squared for _ in squared]) > len(squared) ** 2  # it counts
