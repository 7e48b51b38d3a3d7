"""Who may stand in for somebody who can't be asked: one grant, and each refusal beside it."""

from typing import Any

import pytest
from msgspec.structs import replace

from asylia.errors import MalformedError
from asylia.record import contents as c
from asylia.record.check import check
from asylia.record.consent import NotPermittedError, permission
from asylia.record.reading import Entered, Record

from .world import ALICE, BORIS, GROUND, claim, day

GONE, FRIEND, MOTHER = "p-gone", "p-friend", "p-mother"
RISKS = c.Risks(explained="who could read it", by="Heron", language="ru", on=day("2026-05-01"))
GRANTED = c.Proxy(
    id="x1", person=GONE, given_by=FRIEND, standing="friend", cannot_be_asked="disappeared",
    reveals="no", reason="not seen since March", purpose="inquiry", recipient="inquiry", onward=(),
    items=("k1",), risks=RISKS, given_on=day("2026-05-01"), expires_on=day("2026-12-31"),
    decided_by=("heron", "stork"),
)  # fmt: skip
SECOND = c.Seconded(id="s1", decision="x1", member="stork")
PERSONS = tuple(
    c.Person(id=one, pseudonym=name)
    for one, name in ((GONE, "Wren"), (FRIEND, "Tern"), (MOTHER, "Rook"), ("p-told", "Swift"))
)
BARE = (
    *GROUND, *PERSONS, c.Recipient(id="inquiry", name="An invented inquiry"),
    claim("k1", persons=(c.Concerned(person=GONE, role="subject"),), perpetrator="police"),
)  # fmt: skip


def world(*more: Any, proxy: c.Proxy = GRANTED, second: Any = (SECOND, BORIS)) -> Record:
    entered = [Entered(one, day("2026-05-01"), ALICE) for one in (*BARE, *more, proxy)]
    if second:
        entered.append(Entered(second[0], day("2026-05-02"), second[1]))
    return Record.of(entered)


def ask(record: Record, **asked: Any) -> tuple[str, ...]:
    plain = {
        "purpose": "inquiry", "recipient": "inquiry", "items": ("k1",), "on": day("2026-06-01")
    }  # fmt: skip
    return permission(record, **{**plain, **asked}).items[0].consents


def refused(record: Record, **asked: Any) -> str:
    with pytest.raises(NotPermittedError) as caught:
        ask(record, **asked)
    return " | ".join(caught.value.missing)


def test_somebody_whom_two_members_let_stand_in_does() -> None:
    assert ask(world()) == ("x1",)


@pytest.mark.parametrize(
    "second",
    [None, (SECOND, ALICE), (replace(SECOND, member="finch"), BORIS), (SECOND, None)],
    ids=["nobody", "the same device", "a third member", "no device"],
)
def test_two_members_are_two(second: Any) -> None:
    assert "two members have to let" in refused(world(second=second))


@pytest.mark.parametrize(
    "more",
    [
        {"persons": (c.Concerned(person=FRIEND, role="subject"),)},
        {"persons": (c.Concerned(person=FRIEND, role="third"),)},
        {"subject": FRIEND},
        {"subject": "act"},
        {"words": "tern sold him to them"},
        {"perpetrator_words": "a man called TERN"},
    ],
    ids=["whom it happened to", "a third", "subject", "victim", "in the words", "as perpetrator"],
)
def test_whoever_is_named_in_a_claim_never_stands_in(more: dict[str, Any]) -> None:
    act = c.Act(id="act", event="ev", violation="killing", victim=FRIEND)
    assert "named in k2" in refused(world(act, claim("k2", **more)))
    assert ask(world(act, claim("k2"))) == ("x1",)


def test_one_who_tells_is_not_named_by_telling() -> None:
    told = claim("k2", persons=(c.Concerned(person=FRIEND, role="speaker"),))
    assert ask(world(told)) == ("x1",)


def test_what_was_taken_back_names_all_the_same() -> None:
    named = claim("k2", words="tern was there")
    undo = c.Undo(id="u", of="k2", reason="mistyped", author="Heron")
    assert "named in k2" in refused(world(named, undo))


ABOUT = {"persons": (c.Concerned(person=GONE, role="subject"),)}


@pytest.mark.parametrize(
    ("standing", "suspected", "holds"),
    [
        ("sibling", "relatives", False),
        ("sibling", "parents", False),  # which relative is meant can't be known
        ("friend", "neighbours", False),
        ("friend", "relatives", True),
        ("sibling", "acquaintances", True),
        ("counsel", "relatives", True),
        ("counsel", "private_persons", True),
    ],
)
def test_a_kind_that_is_suspected_never_stands_in(
    standing: str, suspected: str, holds: bool
) -> None:
    proxy = replace(GRANTED, standing=standing)
    told = claim("k2", perpetrator=suspected, **ABOUT)
    act = c.Act(
        id="act", event="ev", violation="killing", victim=GONE,
        perpetrators=(c.Involved(kind=suspected),),
    )  # fmt: skip
    for more in (told, act):
        record = world(more, proxy=proxy)
        if holds:
            assert ask(record) == ("x1",)
        else:
            assert f"{more.id} suspects such people" in refused(record)


def test_what_is_told_of_another_person_suspects_nobody_here() -> None:
    other = claim(
        "k2", perpetrator="relatives", persons=(c.Concerned(person="p-told", role="subject"),)
    )
    assert ask(world(other, proxy=replace(GRANTED, standing="sibling"))) == ("x1",)


@pytest.mark.parametrize("reveals", ["yes", "not_known"])
def test_a_parent_never_stands_in_where_asking_would_reveal_the_child(reveals: str) -> None:
    mother = replace(GRANTED, given_by=MOTHER, standing="parent", cannot_be_asked="child")
    assert ask(world(proxy=mother)) == ("x1",)
    assert "asking could tell them" in refused(world(proxy=replace(mother, reveals=reveals)))
    assert ask(world(proxy=replace(GRANTED, reveals=reveals))) == ("x1",)  # a friend is no parent


@pytest.mark.parametrize(
    "spoken",
    [
        c.Withdrawal(id="w", person=GONE, consents=(), on=day("2026-05-03"), channel="a letter"),
        c.Refusal(
            id="r", person=GONE, purpose="court", recipient="inquiry", items=(), risks=RISKS,
            on=day("2026-05-03"),
        ),
        c.Consent(
            id="c", person=GONE, given_by=GONE, purpose="court", recipient="inquiry", onward=(),
            items=("k9",), risks=RISKS, given_on=day("2026-05-03"), expires_on=day("2026-12-31"),
        ),
    ],
    ids=["withdraws", "refuses", "consents"],
)  # fmt: skip
def test_who_has_spoken_is_asked_and_nobody_stands_in(spoken: c.Content) -> None:
    after = Record.of((*world().entered, Entered(spoken, day("2026-05-03"), BORIS)))
    assert "can be asked" in refused(after)


def test_what_the_person_refused_before_stays_refused() -> None:
    refusal = c.Refusal(
        id="r", person=GONE, purpose="inquiry", recipient="inquiry", items=(), risks=RISKS,
        on=day("2025-01-01"),
    )  # fmt: skip
    before = Record.of((Entered(refusal, day("2025-01-01"), ALICE), *world().entered))
    assert "was asked and refused" in refused(before)
    elsewhere = replace(refusal, recipient="somebody-else")
    assert ask(Record.of((Entered(elsewhere, day("2025-01-01"), ALICE), *world().entered)))


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"purpose": "court"}, "no consent to the purpose inquiry"),
        ({"recipient": "other"}, "no consent to the recipient inquiry"),
        ({"items": ("other",)}, "no consent to this item"),
        ({"expires_on": day("2026-05-31")}, "expired on 2026-05-31"),
        ({"given_by": GONE}, "stands in for nobody"),
    ],
)
def test_a_proxy_covers_no_more_than_it_says(change: dict[str, Any], missing: str) -> None:
    assert missing in refused(world(proxy=replace(GRANTED, **change)))


def test_nobody_lets_a_whole_statement_go_in_another_s_stead() -> None:
    report = c.Source(
        id="rep", kind="report_to_line", title="r", language="ru", said_on="2026", report="t1"
    )
    told = claim("k3", source="rep", persons=(c.Concerned(person=GONE, role="speaker"),))
    record = world(report, told, proxy=replace(GRANTED, items=("rep",)))
    assert "whole statement" in refused(record, items=("rep",))


@pytest.mark.parametrize(
    "change",
    [
        {"given_by": GONE},
        {"decided_by": ("heron", "heron")},
        {"reason": ""},
        {"standing": "boss"},
        {"cannot_be_asked": "busy"},
        {"items": ()},
    ],
)
def test_a_proxy_that_cannot_hold_is_not_written(change: dict[str, Any]) -> None:
    check(GRANTED)
    with pytest.raises(MalformedError):
        check(replace(GRANTED, **change))


def test_nobody_stands_in_for_one_who_withdrew() -> None:
    assert ask(world()) == ("x1",)
    withdrawal = c.Withdrawal(
        id="w1", person=GONE, consents=(), on=day("2026-04-01"), channel="by phone"
    )
    before = Entered(withdrawal, day("2026-04-01"), ALICE)
    assert "the person withdrew" in refused(Record.of([before, *world().entered]))
