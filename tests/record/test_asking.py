"""Before somebody is asked: what the guard tells, and what it refuses."""

import pytest
from msgspec import structs

from asylia.errors import MalformedError
from asylia.record import asking
from asylia.record import contents as c
from asylia.record.check import check
from asylia.record.reading import Entered, Record
from asylia.values import Day

from .samples import DAY, SAMPLES
from .world import ALICE, BORIS, record_of

INTERVIEW = next(one for one in SAMPLES if isinstance(one, c.Interview))
ACCOUNT = next(one for one in SAMPLES if isinstance(one, c.Account))
OFFERED = next(one for one in SAMPLES if isinstance(one, c.SupportOffered))
ELSEWHERE = next(one for one in SAMPLES if isinstance(one, c.ToldElsewhere))
ONLY = next(one for one in SAMPLES if isinstance(one, c.FirstAccountOnly))
FRESH = structs.replace(INTERVIEW, id="in2", repeat_because="", on=Day(DAY + 1))


def lacking(*known: c.Content, **change: object) -> list[str]:
    before = asking.before(record_of(known), "p1")
    return list(asking.lacks(before, structs.replace(FRESH, **change)))


def test_the_guard_tells_when_to_whom_and_on_what_and_no_word_of_it() -> None:
    before = asking.before(record_of([OFFERED, INTERVIEW, ACCOUNT, ELSEWHERE]), "p1")
    told = [(one.on, one.whom, one.about, one.elsewhere) for one in before.earlier]
    assert told == [
        ("2020-01", "another team", "the day", True),
        ("2024-10-04", "Heron", "an invented day", False),
    ]
    assert not any(word in str(before) for word in ("at home", "They came"))
    assert c.Account not in asking.READS
    assert asking.before(record_of([INTERVIEW, ELSEWHERE]), "p2").earlier == ()


def test_a_repeat_needs_a_reason_in_writing_and_a_first_account_none() -> None:
    assert lacking(OFFERED) == []
    for earlier in (INTERVIEW, ELSEWHERE):
        (why,) = lacking(OFFERED, earlier)
        assert "no reason is written" in why
        assert lacking(OFFERED, earlier, repeat_because="  ") == [why]
        assert lacking(OFFERED, earlier, repeat_because="she asked to correct it") == []


def test_where_a_first_account_is_all_no_reason_opens_it_again() -> None:
    (why,) = lacking(OFFERED, INTERVIEW, ONLY, repeat_because="we want to know more")
    assert "only a first account is wanted of this person, and there is one" in why
    assert lacking(OFFERED, ONLY) == []
    (why,) = lacking(OFFERED, ONLY, mode="full")
    assert "only a first account is wanted" in why
    lifted = structs.replace(ONLY, id="fa2", holds=False, reason="the court has heard her")
    assert lacking(OFFERED, INTERVIEW, ONLY, lifted, repeat_because="she asked to") == []


def test_support_is_offered_before_anybody_is_asked() -> None:
    (why,) = lacking()
    assert "support was not offered" in why
    (why,) = lacking(OFFERED, support="so9")
    assert "support was not offered" in why
    (why,) = lacking(structs.replace(OFFERED, answer="first_the_help"))
    assert "help first" in why
    (why,) = lacking(structs.replace(OFFERED, on=Day(DAY + 2)))
    assert "only after" in why
    again = structs.replace(OFFERED, id="so2", answer="declined")
    assert lacking(OFFERED, again, support="so2") == []


@pytest.mark.parametrize(
    "change",
    [
        {"specialist": ""},
        {"specialist": "Heron"},
        {"present": (c.Present(who="Crane", role="interpreter"),)},
        {"present": (c.Present(who="Heron", role="onlooker"),)},
        {"interpreted_from": ""},
        {"flags": ("tall",)},
        {"manner": "by_surprise"},
        {"mode": "both"},
    ],
)
def test_a_line_of_the_register_that_cannot_be_is_refused(change: dict) -> None:
    check(INTERVIEW)
    with pytest.raises(MalformedError):
        check(structs.replace(INTERVIEW, **change))


def test_an_offer_is_of_some_help_or_openly_of_none() -> None:
    check(structs.replace(OFFERED, kinds=("none_to_give",)))
    for kinds in ((), ("none_to_give", "legal"), ("a_flat",)):
        with pytest.raises(MalformedError):
            check(structs.replace(OFFERED, kinds=kinds))


def test_nothing_of_an_interview_can_leave() -> None:
    from asylia.record.consent import DISCLOSABLE  # noqa: PLC0415

    assert not set(DISCLOSABLE) & {c.Interview, c.Account, *asking.READS, c.Derived, c.Capture}


def test_of_what_two_devices_say_on_one_day_what_spares_the_person_counts() -> None:
    lifted = structs.replace(ONLY, id="fa2", holds=False, reason="the court has heard her")
    later = structs.replace(OFFERED, id="so2", answer="first_the_help")

    def of(*told: tuple[c.Content, Day, object]) -> asking.Before:
        ordered = sorted(told, key=lambda one: (one[1], one[2]))  # as each device orders them
        entered = (Entered(content, on, author) for content, on, author in ordered)  # type: ignore[arg-type]
        return asking.before(Record.of(entered), "p1")

    for holds_by, lifts_by in ((ALICE, BORIS), (BORIS, ALICE)):
        same_day = of((ONLY, DAY, holds_by), (lifted, DAY, lifts_by))
        assert same_day.rule == ONLY
        assert of((ONLY, DAY, holds_by), (lifted, Day(DAY + 1), lifts_by)).rule is None
        assert of((lifted, DAY, lifts_by), (ONLY, Day(DAY + 1), holds_by)).rule == ONLY
        helped = of((later, DAY, holds_by), (OFFERED, DAY, lifts_by)).support
        assert helped == later
        assert of((later, DAY, holds_by), (OFFERED, Day(DAY + 1), lifts_by)).support == OFFERED
    assert asking.before(record_of([ONLY, lifted]), "p1").rule is None, "one device has an order"
