"""After a withdrawal: who was given what, and what each of them is told."""

import pytest
from msgspec.structs import replace

from asylia.record import contents as c
from asylia.record.notices import notices, stopped_by, went_out
from asylia.record.reading import Entered, Record

from .test_consent import PRIVATE, SPEAKER, THIRD, consent, world
from .world import ALICE, BORIS, claim, day

RUSSIAN = c.Recipient(id="presse", name="Выдуманная комиссия", language="ru")
GIVEN = c.HandedOver(
    id="h1", form="bundle", sha256=bytes(32), purpose="inquiry", recipient="inquiry",
    onward=("secretariat",), items=("k1", "k-other"), names=("0a0a", "0b0b"), on=day("2026-05-10"),
)  # fmt: skip
ELSEWHERE = replace(GIVEN, id="h2", recipient="court", purpose="court", onward=(), form="file")
STOP = c.Withdrawal(id="w1", person=SPEAKER, consents=(), on=day("2026-05-20"), channel="v")


def after(*more: c.Content, stop: c.Withdrawal = STOP, late: tuple[c.Content, ...] = ()) -> Record:
    other = claim("k-other", persons=(c.Concerned(person=THIRD, role="subject"),))
    before = (*world(consent("c1"), other).entered,)
    return Record.of(
        (
            *before,
            *(Entered(one, day("2026-05-10"), ALICE) for one in more),
            Entered(stop, day("2026-05-20"), BORIS),
            *(Entered(one, day("2026-05-25"), ALICE) for one in late),
        )
    )


def told(record: Record, stop: c.Withdrawal = STOP) -> dict[str, c.Notice]:
    ids = iter(f"n{at}" for at in range(9))
    made = notices(record, stop, day("2026-05-20"), lambda: next(ids))
    return {one.recipient: one for one in made}


def test_everybody_who_was_given_something_or_was_going_to_be_told_hears_of_it() -> None:
    record = after(GIVEN, ELSEWHERE)
    assert [one.id for one in went_out(record, SPEAKER)] == ["h1", "h2"]
    found = told(record)
    assert set(found) == {"inquiry", "secretariat", "court"}
    assert found["inquiry"].handed_over == ("h1",)


def test_a_notice_speaks_of_the_items_that_concern_the_person_by_their_names_there() -> None:
    text = told(after(GIVEN))["inquiry"].text
    assert "0a0a" in text
    assert "0b0b" not in text
    assert "2026-05-10" in text
    assert bytes(32).hex() in text


def test_a_notice_names_nobody_and_nothing_of_the_record() -> None:
    for notice in told(after(GIVEN, ELSEWHERE)).values():
        for secret in (SPEAKER, "Wren", "k1", "k-other", "words of", "c1", "org"):
            assert secret not in notice.text


def test_it_is_in_the_recipient_s_language_and_in_english_where_none_is_known() -> None:
    to_press = replace(GIVEN, id="h3", recipient="presse", onward=(), names=())
    found = told(after(GIVEN, RUSSIAN, to_press))
    assert (found["presse"].language, found["inquiry"].language) == ("ru", "en")
    assert "отозвано" in found["presse"].text
    assert "целиком" in found["presse"].text  # where no names were kept, all of it
    assert "withdrawn" in found["inquiry"].text


def test_what_concerns_others_alone_is_not_listed() -> None:
    others = replace(GIVEN, items=("k-other",), names=("0b0b",))
    assert told(after(others)) == {}
    assert [one.id for one in went_out(after(others), THIRD)] == ["h1"]


def test_a_withdrawal_of_one_consent_reaches_those_who_had_something_on_it() -> None:
    one = replace(STOP, consents=("c1",))
    record = after(GIVEN, ELSEWHERE, stop=one)
    assert [handed.id for handed in stopped_by(record, one)] == ["h1"]


def test_a_claim_that_was_taken_back_was_handed_over_all_the_same() -> None:
    undo = c.Undo(id="u", of="k1", reason="mistyped", author="Heron")
    assert set(told(after(GIVEN, undo))) == {"inquiry", "secretariat"}


def test_what_another_device_handed_over_before_it_heard_is_found_by_asking_again() -> None:
    first = told(after(GIVEN))
    late = replace(GIVEN, id="h9", on=day("2026-05-25"))
    found = told(after(GIVEN, late=(*first.values(), late)))
    assert found["inquiry"].handed_over == ("h9",)
    assert told(after(GIVEN, late=tuple(first.values()))) == {}


@pytest.mark.parametrize(("purpose", "owed"), [("inquiry", False), ("court", True)])
def test_what_went_out_on_consent_given_anew_is_left_alone(purpose: str, owed: bool) -> None:
    anew = consent("c2", purpose=purpose, given_on=day("2026-05-21"))
    late = replace(GIVEN, id="h9", on=day("2026-05-25"))
    assert bool(told(after(late=(anew, late)))) == owed


def test_the_private_recipient_is_one_like_others() -> None:
    assert PRIVATE.id in told(after(replace(GIVEN, recipient=PRIVATE.id)))
