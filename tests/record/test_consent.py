"""What leaves, leaves on consent: a refusal for each missing thing, a grant beside it."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asylia.dossier.wording import WITHHELD, wording
from asylia.exchange.second_look import look as look_over
from asylia.record import contents as c
from asylia.record.check import problems
from asylia.record.consent import NotPermittedError, Permission, onward, permission
from asylia.record.papers import mark_of
from asylia.record.reading import Entered, Record
from asylia.record.withdrawals import forget_on
from asylia.record.wordbook import term_id
from asylia.values import Day, DeviceId, RecordId

from .world import ALICE, BORIS, GROUND, claim, day

TODAY = "2026-06-01"
SPEAKER, THIRD = "p-speaker", "p-third"
INQUIRY = c.Recipient(id="inquiry", name="An invented inquiry", tells=("secretariat",))
SECRETARIAT = c.Recipient(id="secretariat", name="Its secretariat")
PRIVATE = c.Recipient(id="court", name="An invented court")


RISKS = c.Risks(explained="who could read it", by="Heron", language="en", on=day("2026-05-01"))


def consent(consent_id: str, **fields: Any) -> c.Consent:
    plain: dict[str, Any] = {
        "id": consent_id,
        "person": SPEAKER,
        "given_by": SPEAKER,
        "purpose": "inquiry",
        "recipient": "inquiry",
        "onward": ("secretariat",),
        "items": ("k1",),
        "risks": c.Risks(
            explained="who could read it", by="Heron", language="en", on=day("2026-05-01")
        ),
        "given_on": day("2026-05-01"),
        "expires_on": day("2026-12-31"),
        "forget_after_days": 10,
    }
    return c.Consent(**{**plain, **fields})


def world(*more: c.Content, **claim_fields: Any) -> Record:
    plain: dict[str, Any] = {
        "persons": (c.Concerned(person=SPEAKER, role="speaker"),),
        "tellers": (c.Teller(who=SPEAKER),),
        "report": "thread-1",
        "locator": "second answer",
    }
    plain["others"] = "named" if claim_fields.get("persons", ())[1:] else "none"
    told = claim("k1", **{**plain, **claim_fields})
    persons = (c.Person(id=SPEAKER, pseudonym="Wren"), c.Person(id=THIRD, pseudonym="Tern"))
    every = (*GROUND, *persons, INQUIRY, SECRETARIAT, PRIVATE, told, *more)
    return Record.of(Entered(content, day("2026-05-01"), ALICE) for content in every)


def ask(record: Record, **asked: Any) -> Permission:
    plain = {"purpose": "inquiry", "recipient": "inquiry", "items": ("k1",), "on": day(TODAY)}
    return permission(record, **{**plain, **asked})


def refused(record: Record, **asked: Any) -> str:
    with pytest.raises(NotPermittedError) as caught:
        ask(record, **asked)
    return " | ".join(caught.value.missing)


def third(**fields: Any) -> dict[str, Any]:
    both = (
        c.Concerned(person=SPEAKER, role="speaker"),
        c.Concerned(person=THIRD, role="third"),
    )
    return {"persons": both, **fields}


def masking(**fields: Any) -> c.Masking:
    plain: dict[str, Any] = {
        "id": "m1",
        "claim": "k1",
        "persons": (THIRD,),
        "fields": {"words": "somebody saw it", "locator": "an answer", "tellers": "the witness"},
        "author": "Heron",
    }
    return c.Masking(**{**plain, **fields})


def test_what_was_consented_to_leaves_with_its_consent_and_expiry() -> None:
    granted = ask(world(consent("c1")))
    (item,) = granted.items
    assert item.fields["words"] == "words of k1"
    assert item.consents == ("c1",)
    assert granted.onward == ("secretariat",)
    assert granted.expires_on == day("2026-12-31")
    assert "persons" not in item.fields
    assert "thread-1" not in item.fields.values()


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"purpose": "court"}, "no consent to the purpose inquiry"),
        ({"recipient": "court"}, "no consent to the recipient inquiry"),
        ({"onward": ()}, "no consent to secretariat, whom inquiry will tell"),
        ({"items": ("other",)}, "no consent to this item"),
        ({"given_by": THIRD}, "given by somebody else"),
        ({"expires_on": day("2026-05-31")}, "expired on 2026-05-31"),
        ({"given_on": day("2026-06-02")}, "holds only from 2026-06-02"),
        (
            {"risks": c.Risks(explained="x", by="Heron", language="en", on=day("2026-05-02"))},
            "explained only after",
        ),
    ],
)
def test_each_missing_thing_is_named(change: dict[str, Any], missing: str) -> None:
    assert missing in refused(world(consent("c1", **change)))


@pytest.mark.parametrize("report", ["thread-1", ""])
def test_words_at_which_nobody_looked_for_others_stay(report: str) -> None:
    interview = c.Source(id="heard", kind="interview", title="One", language="en", said_on="2020")
    for source in ("src", "heard") if report else ("heard",):
        record = world(interview, consent("c1"), others="", source=source, report=report)
        assert (
            refused(record) == "k1: nobody has said whether its words could identify anybody else"
        )
    assert ask(world(interview, consent("c1"), others="none", source="heard", report=report))


def test_a_kind_of_source_of_ones_own_is_looked_at_like_the_one_above_it() -> None:
    kind = c.OwnTerm(
        id=term_id("source_kinds", "talk"), concept="source_kinds", term="talk",
        labels={"en": "talk", "ru": "беседа"}, under="interview",
    )  # fmt: skip
    heard = c.Source(id="heard", kind="talk", title="One", language="en", said_on="2020")
    record = world(kind, heard, consent("c1"), others="", source="heard")
    assert "k1: nobody has said" in refused(record)


def test_a_masking_does_not_stand_in_for_looking() -> None:
    record = world(consent("c1"), masking(), **third(others=""))
    assert "nobody has said" in refused(record)


def test_a_look_says_what_the_persons_say() -> None:
    speaker = (c.Concerned(person=SPEAKER, role="speaker"),)
    both = (*speaker, c.Concerned(person=THIRD, role="third"))
    for persons, others, held in (
        (speaker, "none", True), (speaker, "named", False), (speaker, "", True),
        (both, "named", True), (both, "none", False), ((), "named", False),
    ):  # fmt: skip
        told = claim("k1", persons=persons, others=others)
        assert (not list(problems(told))) == held


def test_all_missing_things_are_named_at_once() -> None:
    why = refused(world(consent("c1", purpose="court", onward=(), expires_on=day("2026-05-31"))))
    for missing in ("purpose inquiry", "secretariat", "expired"):
        assert missing in why


def test_without_any_consent_nothing_leaves() -> None:
    assert f"{SPEAKER}, for k1: no consent was given" in refused(world())


def test_a_consent_to_one_purpose_is_none_to_being_counted() -> None:
    record = world(consent("c1"))
    assert "public_figures" in refused(record, purpose="public_figures", recipient="public")
    counted = consent("c2", purpose="public_figures", recipient="public", onward=())
    granted = ask(world(counted), purpose="public_figures", recipient="public")
    assert granted.items[0].consents == ("c2",)


def test_an_unknown_recipient_purpose_or_item_is_missing_too() -> None:
    record = world(consent("c1"))
    assert "recipient nobody is not written down" in refused(record, recipient="nobody")
    assert "not one that consent can be given for" in refused(record, purpose="fundraising")
    assert "k9 is no item" in refused(record, items=("k1", "k9"))
    assert "no item was named" in refused(record, items=())


@pytest.mark.parametrize("item", ["c1", SPEAKER, "m1", "inquiry"])
def test_what_names_people_by_form_is_no_item(item: str) -> None:
    assert f"{item} is no item" in refused(world(consent("c1"), masking()), items=(item,))


def test_a_recipient_whose_own_recipients_are_not_written_down_gets_nothing() -> None:
    leaky = c.Recipient(id="leaky", name="Tells on", tells=("stranger",))
    record = world(leaky, consent("c1", recipient="leaky", onward=("stranger",)))
    assert "recipient stranger is not written down" in refused(record, recipient="leaky")


def test_onward_recipients_are_followed_all_the_way_and_loops_end() -> None:
    ring = (
        c.Recipient(id="r1", name="r1", tells=("r2",)),
        c.Recipient(id="r2", name="r2", tells=("r3", "r1")),
        c.Recipient(id="r3", name="r3"),
    )
    assert onward(world(*ring), "r1") == ("r2", "r3")


def test_a_withdrawal_stops_exports_whatever_day_it_names() -> None:
    record = world(consent("c1"))
    for consents in ((), ("c1",)):
        stop = c.Withdrawal(
            id="w1", person=SPEAKER, consents=consents, on=day("2027-01-01"), channel="phrase"
        )
        stopped = Record.of((*record.entered, Entered(stop, day("2026-05-20"), BORIS)))
        assert "withdrawn" in refused(stopped)
        assert forget_on(stopped, stop) == day("2026-05-30")


def test_consent_given_anew_after_a_withdrawal_stands() -> None:
    stop = c.Withdrawal(id="w1", person=SPEAKER, consents=(), on=day("2026-05-20"), channel="v")
    before = world(consent("c1"))
    entered = (*before.entered, Entered(stop, day("2026-05-20"), BORIS))
    anew = consent("c2", given_on=day("2026-05-20"))
    same_day = Record.of((*entered, Entered(anew, day("2026-05-20"), ALICE)))
    assert "withdrawn" in refused(same_day)
    same_device = Record.of((*entered, Entered(anew, day("2026-05-20"), BORIS)))
    assert ask(same_device).items[0].consents == ("c2",)
    next_day = Record.of((*entered, Entered(anew, day("2026-05-21"), ALICE)))
    assert ask(next_day).items[0].consents == ("c2",)


def test_consent_given_before_a_withdrawal_and_entered_after_it_is_not_given_anew() -> None:
    stop = c.Withdrawal(id="w1", person=SPEAKER, consents=(), on=day("2026-05-20"), channel="v")
    before = (*world().entered, Entered(stop, day("2026-05-20"), BORIS))
    offline = consent("c1", given_on=day("2026-05-19"))
    for device in (ALICE, BORIS):
        late = Record.of((*before, Entered(offline, day("2026-05-22"), device)))
        assert "withdrawn" in refused(late)


def test_a_withdrawal_counts_even_if_its_id_was_taken_before() -> None:
    stop = c.Withdrawal(id="w1", person=SPEAKER, consents=(), on=day("2026-05-20"), channel="v")
    taken = c.Person(id="w1", pseudonym="Finch")
    assert ask(world(consent("c1"), taken)).items
    assert "withdrawn" in refused(world(consent("c1"), taken, stop))


def test_the_words_for_a_private_perpetrator_stay_in() -> None:
    words = {"perpetrator": "relatives", "perpetrator_words": "his uncle"}
    (item,) = ask(world(consent("c1"), **words)).items
    assert item.fields["perpetrator"] == "relatives"
    assert "his uncle" not in item.fields.values()
    official = {"perpetrator": "police", "perpetrator_words": "men in uniform"}
    (item,) = ask(world(consent("c1"), **official)).items
    assert item.fields["perpetrator_words"] == "men in uniform"


def test_an_undo_of_a_withdrawal_undoes_nothing() -> None:
    stop = c.Withdrawal(id="w1", person=SPEAKER, consents=(), on=day("2026-05-20"), channel="v")
    undo = c.Undo(id="u1", of="w1", reason="asked to", author="Heron")
    assert "withdrawn" in refused(world(consent("c1"), stop, undo))


def test_an_unconsenting_third_person_keeps_the_words_in() -> None:
    record = world(consent("c1"), **third())
    assert f"{THIRD}, for k1: no consent was given" in refused(record)
    own = consent("c2", person=THIRD, given_by=THIRD)
    assert ask(world(consent("c1"), own, **third())).items[0].consents == ("c1", "c2")


def test_a_third_person_is_masked_in_what_leaves() -> None:
    record = world(consent("c1"), masking(), **third(row="R1"))
    (item,) = ask(record).items
    assert item.masking == "m1"
    assert item.fields["words"] == "somebody saw it"
    assert item.fields["tellers"] == "the witness"
    assert not {"row", "lineage"} & set(item.fields)
    assert "words of k1" not in item.fields.values()


@pytest.mark.parametrize(
    "change",
    [
        {"persons": (SPEAKER,)},
        {"claim": "k2"},
        {"fields": {"words": "somebody saw it", "locator": "an answer"}},
        {"fields": {"locator": "an answer", "tellers": "the witness"}},
    ],
)
def test_a_masking_that_does_not_cover_everything_is_none(change: dict[str, Any]) -> None:
    assert THIRD in refused(world(consent("c1"), masking(**change), **third()))


def test_a_masking_that_was_taken_back_is_none() -> None:
    undo = c.Undo(id="u1", of="m1", reason="still to be recognised", author="Heron")
    assert THIRD in refused(world(consent("c1"), masking(), undo, **third()))


def test_the_speaker_cannot_be_masked() -> None:
    record = world(masking(persons=(SPEAKER, THIRD)), **third())
    assert f"{SPEAKER}, for k1" in refused(record)


def test_text_values_must_be_masked_as_well() -> None:
    told = third(property="account", value="he said it to Tern", count=None)
    assert THIRD in refused(world(consent("c1"), masking(), **told))
    whole = {**masking().fields, "value": "he said it to somebody"}
    (item,) = ask(world(consent("c1"), masking(fields=whole), **told)).items
    assert item.fields["value"] == "he said it to somebody"


def test_a_person_who_is_subject_or_teller_is_concerned_without_being_listed() -> None:
    assert THIRD in refused(world(consent("c1"), subject=THIRD))
    chain = (c.Teller(who=SPEAKER), c.Teller(who=THIRD))
    assert THIRD in refused(world(consent("c1"), tellers=chain))
    act = c.Act(id="act", event="ev", violation="killing", victim=THIRD)
    assert THIRD in refused(world(consent("c1"), act, subject="act"))
    assert THIRD in refused(world(consent("c1"), act), items=("act",))


def test_the_pseudonym_of_a_masked_subject_stays_in() -> None:
    record = world(consent("c1"), masking(), subject=THIRD)
    (item,) = ask(record).items
    assert THIRD not in item.fields.values()


def test_a_claim_from_a_report_that_names_nobody_does_not_leave() -> None:
    told = {"persons": (), "tellers": (c.Teller(who="org"),)}
    assert "does not say whom its words concern" in refused(world(consent("c1"), **told))
    public = ask(world(report="", **told))
    assert public.items[0].consents == ()
    assert public.expires_on is None


def test_a_claim_that_was_taken_back_does_not_leave() -> None:
    undo = c.Undo(id="u1", of="k1", reason="misheard", author="Heron")
    assert "k1 is no item" in refused(world(consent("c1"), undo))


def test_an_exhibit_needs_everyone_and_cannot_be_masked() -> None:
    exhibit = c.Exhibit(
        id="x1", kind="photograph", description="an invented photograph", media_type="image/png",
        size=9, sha256=bytes(32), report="thread-1",
        persons=(c.Concerned(person=THIRD, role="third"),),
    )  # fmt: skip
    assert THIRD in refused(world(exhibit, masking(claim="x1")), items=("x1",))
    own = consent("c2", person=THIRD, given_by=THIRD, items=("x1",))
    assert "x1: nobody has said whether" in refused(world(exhibit, own), items=("x1",))
    look = c.ExhibitLook(id="l1", exhibit="x1", others="none", by="Heron", on=Day(1))
    seen = world(exhibit, own, look)
    assert ask(seen, items=("x1",)).items[0].fields["sha256"] == "00" * 32
    nobody = msgspec.structs.replace(exhibit, persons=())
    assert "does not say whom" in refused(world(nobody, own), items=("x1",))


def life(**fields: Any) -> c.LifeAtStake:
    plain: dict[str, Any] = {
        "id": "l1", "person": SPEAKER, "recipient": "court", "items": ("k1",),
        "reason": "taken away this morning", "decided_by": ("heron", "stork"),
        "decided_on": day("2026-05-30"), "expires_on": day("2026-06-10"),
    }  # fmt: skip
    return c.LifeAtStake(**{**plain, **fields})


def decided(decision: c.LifeAtStake, *, by: DeviceId = BORIS, member: str = "stork") -> Record:
    second = c.Seconded(id="s1", decision="l1", member=member)
    return Record.of((*world(decision).entered, Entered(second, day("2026-05-30"), by)))


def test_two_members_may_decide_where_life_is_at_stake() -> None:
    granted = ask(decided(life()), purpose="protection", recipient="court")
    assert granted.items[0].consents == ("l1",)
    assert granted.expires_on == day("2026-06-10")


def test_two_devices_of_one_member_are_one_of_the_two_who_decide() -> None:
    """Whoever has two devices could else decide alone; written by hand, past the desk."""
    stake: dict[str, Any] = {"purpose": "protection", "recipient": "court"}
    devices = (ALICE.hex(), BORIS.hex())
    record = decided(life(decided_by=devices), member=devices[1])
    apart = replace(record, owners=dict(zip(devices, ("Heron", "Stork"), strict=True)))
    assert ask(apart, **stake).items
    assert "no consent" in refused(replace(record, owners=dict.fromkeys(devices, "Heron")), **stake)
    others = dict(zip(devices, ("Heron", "Finch"), strict=True)) | {"aa" * 16: "Stork"}
    named = decided(life(decided_by=(devices[0], "aa" * 16)), member="aa" * 16)
    assert "no consent" in refused(replace(named, owners=others), **stake)  # Finch's word for Stork


@pytest.mark.parametrize(
    ("record", "asked"),
    [
        (world(life()), {}),  # not seconded
        (decided(life(), by=ALICE), {}),  # seconded from the same device
        (decided(life(), member="finch"), {}),  # by somebody else
        (decided(life(decided_by=("heron", "heron")), member="heron"), {}),
        (decided(life(expires_on=day("2026-05-31"))), {}),
        (decided(life(items=("k2",))), {}),
        (decided(life(recipient="inquiry")), {"recipient": "inquiry"}),  # which tells others
        (decided(life()), {"purpose": "inquiry"}),
        (decided(life()), {"recipient": "secretariat"}),
    ],
)
def test_the_exception_is_narrow(record: Record, asked: dict[str, Any]) -> None:
    assert "no consent" in refused(
        record, **{"purpose": "protection", "recipient": "court"} | asked
    )


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "purpose": st.sampled_from(["inquiry", "court"]),
            "recipient": st.sampled_from(["inquiry", "court"]),
            "onward": st.sampled_from([(), ("secretariat",)]),
            "items": st.sampled_from([("k1",), ("k2",), ("k1", "k2")]),
            "given_by": st.sampled_from([SPEAKER, THIRD]),
            "expires_on": st.integers(20_500, 20_700),
        },
    )
)
def test_nothing_leaves_unless_every_condition_holds(change: dict[str, Any]) -> None:
    given_consent = consent("c1", **change)
    holds = (
        given_consent.purpose == "inquiry"
        and given_consent.recipient == "inquiry"
        and "secretariat" in given_consent.onward
        and "k1" in given_consent.items
        and given_consent.given_by == SPEAKER
        and given_consent.expires_on >= day(TODAY)
    )
    try:
        ask(world(given_consent))
    except NotPermittedError:
        assert not holds
    else:
        assert holds


REPORT = c.Source(
    id="rep", kind="report_to_line", title="A report", language="en", said_on="2026", report="th-1"
)


def report(*more: c.Content, **claim_fields: Any) -> Record:
    return world(REPORT, *more, **{"source": "rep", **claim_fields})


def both(items: tuple[str, ...] = ("rep",)) -> tuple[c.Consent, c.Consent]:
    own = consent("c2", person=THIRD, given_by=THIRD, items=items)
    return consent("c1", items=items), own


def test_a_whole_report_leaves_on_a_consent_that_names_it_and_on_nothing_less() -> None:
    (item,) = ask(report(consent("c1", items=("rep",))), items=("rep",)).items
    assert item.consents == ("c1",)
    only_its_claim = refused(report(consent("c1")), items=("rep",))
    assert f"{SPEAKER}, for rep: no consent to this item" in only_its_claim
    assert "no consent was given" in refused(report(), items=("rep",))


def test_a_whole_report_that_nobody_is_written_down_as_speaking_in_stays() -> None:
    named = consent("c1", items=("rep",))
    silent = report(named, source="src")  # its one claim is another source's
    assert "does not say whom its words concern" in refused(silent, items=("rep",))
    only_subject = {"persons": (c.Concerned(person=SPEAKER, role="subject"),)}
    assert "whom its words concern" in refused(report(named, **only_subject), items=("rep",))


def test_everybody_named_in_any_claim_of_a_report_must_consent_to_the_whole() -> None:
    speaker, own = both()
    record = report(speaker, masking(), **third())
    assert f"{THIRD}, for rep: no consent was given" in refused(record, items=("rep",))
    granted = ask(report(speaker, own, **third()), items=("rep",))
    assert set(granted.items[0].consents) == {"c1", "c2"}
    narrow = both(("k1",))[1]
    assert f"{THIRD}, for rep" in refused(report(speaker, narrow, **third()), items=("rep",))


def test_a_claim_taken_back_still_says_whom_a_report_names() -> None:
    undo = c.Undo(id="u1", of="k1", reason="entered twice", author="Heron")
    record = report(both()[0], undo, **third())
    assert f"{THIRD}, for rep" in refused(record, items=("rep",))


def test_nobody_decides_that_a_whole_report_leaves_and_a_withdrawal_stops_it() -> None:
    lent = c.LifeAtStake(
        id="d1", person=SPEAKER, recipient="court", items=("rep", "k1"), reason="in a cell",
        decided_by=("m-one", "m-two"), decided_on=day(TODAY), expires_on=day("2026-06-20"),
    )  # fmt: skip
    before = report(lent)
    second = c.Seconded(id="s1", decision="d1", member="m-two")
    record = Record.of((*before.entered, Entered(second, day(TODAY), BORIS)))
    asked = {"purpose": "protection", "recipient": "court"}
    assert ask(record, items=("k1",), **asked).items[0].consents == ("d1",)
    assert "no consent was given" in refused(record, items=("rep",), **asked)
    stop = c.Withdrawal(id="w1", person=SPEAKER, consents=(), on=day(TODAY), channel="phrase")
    assert "withdrawn" in refused(report(consent("c1", items=("rep",)), stop), items=("rep",))


@pytest.mark.parametrize("who", ["relatives", "private_persons"])
def test_a_whole_report_that_tells_on_relatives_stays(who: str) -> None:
    record = report(consent("c1", items=("rep", "k1")), perpetrator=who)
    assert "whole or nothing" in refused(record, items=("rep",))
    assert ask(record, items=("k1",)).items


def lent(**fields: Any) -> Record:
    plain: dict[str, Any] = {
        "id": "d1", "person": SPEAKER, "recipient": "court", "items": ("k1",),
        "reason": "in a cell",
        "decided_by": ("m-one", "m-two"), "decided_on": day(TODAY), "expires_on": day("2026-06-20"),
    }  # fmt: skip
    decision = Entered(c.LifeAtStake(**{**plain, **fields}), day(TODAY), ALICE)
    second = Entered(c.Seconded(id="s1", decision="d1", member="m-two"), day(TODAY), BORIS)
    return Record.of((*world().entered, decision, second))


STAKE = {"purpose": "protection", "recipient": "court"}


def test_who_withdraws_can_be_asked_so_that_nobody_decides_in_their_stead() -> None:
    assert ask(lent(), **STAKE).items[0].consents == ("d1",)
    for consents in ((), ("c9",)):
        stop = c.Withdrawal(id="w1", person=SPEAKER, consents=consents, on=day(TODAY), channel="v")
        record = Record.of((*lent().entered, Entered(stop, day(TODAY), ALICE)))
        assert "no consent was given" in refused(record, **STAKE)


def test_a_decision_for_longer_than_thirty_days_is_none_whoever_wrote_it() -> None:
    assert ask(lent(expires_on=day("2026-07-01")), **STAKE).items
    assert "no consent was given" in refused(lent(expires_on=day("2026-07-02")), **STAKE)


def test_nobody_hides_whom_a_recipient_tells_by_taking_its_id_first() -> None:
    more = c.Recipient(id="inquiry", name="The same, told later", tells=("secretariat", "court"))
    assert onward(world(more), "inquiry") == ("secretariat", "court")
    assert "no consent to court, whom inquiry will tell" in refused(world(consent("c1"), more))


def test_what_was_entered_twice_in_different_words_stays() -> None:
    other = claim("k1", words="other words", report="thread-1")
    assert ask(world(consent("c1"), world().find("k1") or other)).items
    assert "entered twice" in refused(world(consent("c1"), other))


@pytest.mark.parametrize(
    "dangling",
    [{"source": "later"}, {"subject": "later"}, {"tellers": (c.Teller(who="later"),)}],
)
def test_what_points_to_something_not_there_yet_stays(dangling: dict[str, Any]) -> None:
    public: dict[str, Any] = {"persons": (), "report": "", "tellers": (c.Teller(who="org"),)}
    assert ask(world(**public)).items
    assert "does not hold" in refused(world(**{**public, **dangling}))


@pytest.mark.parametrize(
    "item",
    [
        c.Statement(id="x1", by=THIRD, kind="threat", event="ev"),
        c.Demand(id="x1", by=("org", THIRD), to=("all",), must_act="it", what="stop", event="ev"),
        c.Response(id="x1", by=(THIRD,), kind="silent", event="ev"),
    ],
)  # fmt: skip
def test_what_a_person_said_or_asked_concerns_that_person(item: c.Content) -> None:
    assert f"{THIRD}, for x1: no consent was given" in refused(world(item), items=("x1",))
    about = world(consent("c1"), item, subject="x1")
    assert f"{THIRD}, for k1: no consent was given" in refused(about)
    masked = ask(world(consent("c1"), item, masking(), subject="x1")).items[0].fields
    assert "subject" not in masked


def test_a_masking_writes_free_texts_anew_and_nothing_else() -> None:
    texts = {**masking().fields, "count.min": "90", "perpetrator": "police", "subject": "the uncle"}
    changed = masking(fields={**texts, "perpetrator_words": "his uncle"})
    words = {"perpetrator": "relatives", "perpetrator_words": "his uncle, the baker"}
    record = world(consent("c1"), changed, **third(**words))
    (item,) = ask(record).items
    assert (item.fields["count.min"], item.fields["perpetrator"]) == ("3", "relatives")
    assert item.fields["subject"] == "ev"
    assert "perpetrator_words" not in item.fields


@pytest.mark.parametrize("kind", ["interview", "medical_document"])
def test_an_interview_or_medical_document_is_never_of_nobody(kind: str) -> None:
    source = c.Source(id="of", kind=kind, title="Ours", language="en", said_on="2026")
    nobody: dict[str, Any] = {"persons": (), "report": "", "source": "of"}
    unnamed = {**nobody, "tellers": (c.Teller(who="", as_given="a witness"),)}
    assert "whom its words concern" in refused(world(source, **unnamed))
    assert ask(world(source, **nobody, tellers=(c.Teller(who="org"),))).items
    exhibit = c.Exhibit(
        id="x1", kind=kind, description="d", media_type="a/b", size=1, sha256=b"\0" * 32
    )
    assert "whom its words concern" in refused(world(exhibit), items=("x1",))


def test_a_report_kept_as_it_came_concerns_everybody_named_in_any_claim_of_it() -> None:
    speaker = (c.Concerned(person=SPEAKER, role="speaker"),)
    exhibit = c.Exhibit(
        id="x1", kind="report_to_line", description="d", media_type="a/b", size=1,
        sha256=b"\0" * 32, report="thread-1", persons=speaker,
    )  # fmt: skip
    look = c.ExhibitLook(id="l1", exhibit="x1", others="none", by="Heron", on=Day(1))
    assert ask(world(exhibit, look, consent("c1", items=("x1",))), items=("x1",)).items
    named = world(exhibit, look, consent("c1", items=("x1",)), **third())
    assert f"{THIRD}, for x1: no consent was given" in refused(named, items=("x1",))


def test_a_claim_of_the_same_report_under_another_source_says_whom_it_names_too() -> None:
    other = claim("k2", report="th-1", persons=(c.Concerned(person=THIRD, role="third"),))
    record = report(consent("c1", items=("rep",)), other)
    assert f"{THIRD}, for rep: no consent was given" in refused(record, items=("rep",))


def refusal(**fields: Any) -> c.Refusal:
    plain: dict[str, Any] = {
        "id": "no1",
        "person": SPEAKER,
        "purpose": "inquiry",
        "recipient": "inquiry",
        "items": ("k1",),
        "risks": RISKS,
        "on": day("2026-05-10"),
    }
    return c.Refusal(**{**plain, **fields})


def test_what_was_refused_does_not_leave_on_an_older_consent() -> None:
    before = world(consent("c1"))
    for no in (refusal(), refusal(items=()), refusal(recipient="secretariat")):
        after = Record.of((*before.entered, Entered(no, day("2026-05-10"), BORIS)))
        assert "this was refused" in refused(after)


@pytest.mark.parametrize(
    "other", [{"purpose": "court"}, {"recipient": "court"}, {"items": ("k9",)}, {"person": THIRD}]
)
def test_a_refusal_is_of_what_it_names_and_nothing_else(other: dict[str, Any]) -> None:
    assert ask(world(consent("c1"), refusal(**other))).items[0].consents == ("c1",)


def test_consent_given_after_a_refusal_stands() -> None:
    before = (*world().entered, Entered(refusal(), day("2026-05-10"), BORIS))
    anew = consent("c2", given_on=day("2026-05-11"))
    assert ask(Record.of((*before, Entered(anew, day("2026-05-11"), ALICE)))).items
    backdated = consent("c2", given_on=day("2026-05-09"))
    late = Record.of((*before, Entered(backdated, day("2026-05-11"), ALICE)))
    assert "this was refused" in refused(late)


def test_two_members_do_not_decide_against_a_refusal() -> None:
    decision = c.LifeAtStake(
        id="l1", person=SPEAKER, recipient="court", items=("k1",), reason="taken this morning",
        decided_by=("heron", "stork"), decided_on=day("2026-05-20"), expires_on=day("2026-06-10"),
    )  # fmt: skip
    second = c.Seconded(id="s1", decision="l1", member="stork")
    asked = {"purpose": "protection", "recipient": "court"}
    decided = (
        *world().entered,
        Entered(decision, day("2026-05-20"), ALICE),
        Entered(second, day("2026-05-20"), BORIS),
    )
    assert ask(Record.of(decided), **asked).items[0].consents == ("l1",)
    no = Entered(refusal(purpose="protection", recipient="court"), day("2026-05-10"), BORIS)
    assert "no consent was given" in refused(Record.of((no, *decided)), **asked)


def test_who_chose_no_delay_has_seven_days() -> None:
    stop = c.Withdrawal(id="w1", person=SPEAKER, consents=(), on=day("2026-05-20"), channel="v")
    never = Record.of((*world().entered, Entered(stop, day("2026-05-20"), BORIS)))
    assert forget_on(never, stop) == day("2026-05-27")
    plain = msgspec.structs.asdict(consent("c1"))
    del plain["forget_after_days"]
    chosen_nothing = world(c.Consent(**plain)).entered
    after = Record.of((*chosen_nothing, Entered(stop, day("2026-05-20"), BORIS)))
    assert forget_on(after, stop) == day("2026-05-27")


def test_relatives_of_any_kind_stay_unnamed_in_what_leaves() -> None:
    for kind in ("relatives", "parents", "neighbours"):
        told = world(consent("c1"), perpetrator=kind, perpetrator_words="uncle Adam")
        assert "perpetrator_words" not in ask(told).items[0].fields
    told = world(consent("c1"), perpetrator="traffic police", perpetrator_words="two patrolmen")
    assert "perpetrator_words" in ask(told).items[0].fields


@pytest.mark.parametrize(
    ("precision", "leaves"),
    [("settlement", True), ("region", True), ("building", False), ("coordinates", False)],
)
def test_a_place_leaves_no_more_exactly_than_a_settlement(precision: str, leaves: bool) -> None:
    place = c.Place(
        id="q", names=(c.Name(text="Somewhere", language="en"),), precision=precision,
        latitude=1, longitude=1, radius=10,
    )  # fmt: skip
    if leaves:
        assert ask(world(place), items=("q",)).items
    else:
        assert "more exactly than may leave" in refused(world(place), items=("q",))
        site = c.Site(id="t", name="A prison", place="q")
        assert ask(world(place, site), items=("q",)).items


def test_a_translation_needs_the_consent_that_the_words_need() -> None:
    text = c.Translation(id="y", of="k1", language="ru", words="слова", by="Heron")
    assert "no consent to this item" in refused(world(text, consent("c1")), items=("y",))
    granted = ask(world(text, consent("c1", items=("y",))), items=("y",)).items[0]
    assert granted.fields["words"] == "слова"
    assert "by" not in granted.fields
    unread = world(text, consent("c1", items=("y",)), others="", report="thread-1")
    assert "y: nobody has said" in refused(unread, items=("y",))


@pytest.mark.parametrize("item", ["k1", "whole", "t1"])
def test_refused_words_leave_neither_in_the_whole_report_nor_translated(item: str) -> None:
    whole = c.Source(
        id="whole", kind="report_to_line", title="A report", language="ru", said_on="2026-05-01",
        report="thread-1",
    )  # fmt: skip
    text = c.Translation(id="t1", of="k1", language="en", words="words", by="Heron")
    given = consent("c1", items=("k1", "whole", "t1"))
    assert ask(world(whole, text, given, source="whole"), items=(item,))
    with pytest.raises(NotPermittedError) as caught:
        ask(world(whole, text, given, refusal(items=("k1",)), source="whole"), items=(item,))
    assert any("this was refused" in why for why in caught.value.missing)


PAPER = RecordId(b"p" * 16)


def imported(form: str, **source: Any) -> Record:
    """A file that came in by one import, beside what was entered by hand."""
    plain: dict[str, Any] = {"kind": "compilation", "title": "x", "language": "", "said_on": "2026"}
    told = claim(
        "k1", source="own", persons=(), event="", tellers=(c.Teller(who="", as_given="a person"),)
    )
    came = (
        c.Imported(id="i", form=form, sha256=bytes(32), contents=4),
        c.Source(id="own", **{**plain, **source}),
        c.Event(id="e-0001", name="The arrest of Wren", kind="incident"),
        c.Group(id="gr", what="persons", description="the family of Wren"),
        told,
    )
    mine = c.Event(id="mine", name="A raid", kind="raid")
    given = [Entered(one, day("2026-05-01"), ALICE, PAPER) for one in came]
    beside = [Entered(one, day("2026-05-01"), ALICE) for one in (*GROUND, PRIVATE, mine)]
    return Record.of((*beside, *given))


@pytest.mark.parametrize("form", ["esf", "kobo", "csv", "xlsx", "uwazi"])
def test_a_file_of_the_teams_own_says_nothing_without_consent(form: str) -> None:
    assert "does not say whom" in refused(imported(form), recipient="court")


def test_unless_it_was_published() -> None:
    for source in ({"address": "https://example.org/table"}, {"kind": "publication"}):
        (one,) = ask(imported("csv", **source), recipient="court").items
        assert one.consents == ()


def of(*persons: tuple[str, str]) -> tuple[c.Concerned, ...]:
    return tuple(c.Concerned(person=one, role=role) for one, role in persons)  # type: ignore[arg-type]


def look(record: Record, item: str, *persons: tuple[str, str], others: str = "") -> Record:
    """The record with what a member says of an item's words, as they are now."""
    found = record.find(item)
    assert found is not None
    said: Any = others or ("named" if any(role != "speaker" for _, role in persons) else "none")
    one = c.ItemLook(id=f"lk-{len(record.entered)}", item=item, sha256=mark_of(found), others=said,
                     by="Heron", on=day("2026-05-01"), persons=of(*persons))  # fmt: skip
    assert list(problems(one)) == []
    return with_more(record, one)


def with_more(record: Record, *more: c.Content) -> Record:
    entered = (Entered(one, day("2026-05-01"), ALICE) for one in more)
    return Record.of((*record.everything, *entered))


WREN = c.Person(id=SPEAKER, pseudonym="Wren")


@pytest.mark.parametrize(
    "persons", [[(SPEAKER, "speaker")], [(SPEAKER, "subject")], [(SPEAKER, "third")]]
)
def test_a_files_words_leave_on_the_consent_of_whom_they_were_said_to_concern(
    persons: list[tuple[str, str]],
) -> None:
    record = look(with_more(imported("csv"), WREN, INQUIRY, SECRETARIAT), "k1", *persons)
    assert "no consent was given" in refused(record)
    assert ask(with_more(record, consent("c1"))).items[0].consents == ("c1",)
    both = look(with_more(record, consent("c1")), "k1", (THIRD, "third"))
    assert "no consent was given" in refused(both)


def test_a_look_holds_for_the_words_that_were_looked_at_alone() -> None:
    record = imported("csv")
    told = record.get("k1", c.Claim)
    other = c.ItemLook(id="lk", item="k1", sha256=mark_of(msgspec.structs.replace(told, words="x")),
                       others="none", by="Heron", on=day("2026-05-01"))  # fmt: skip
    assert "does not say whom" in refused(with_more(record, other), recipient="court")
    assert not list(problems(other))
    assert list(problems(msgspec.structs.replace(other, others="named")))
    assert list(problems(msgspec.structs.replace(other, persons=of((THIRD, "third")))))


def test_of_nobody_is_what_a_member_says_and_what_is_read_once_more() -> None:
    record = look(imported("csv"), "k1")
    (one,) = ask(record, recipient="court").items
    assert (one.consents, one.of_nobody) == ((), True)
    assert look_over(ask(record, recipient="court")).texts
    public = ask(imported("csv", address="https://example.org"), recipient="court")
    assert not look_over(public).texts
    again = look(record, "k1", (THIRD, "third"))
    assert "no consent was given" in refused(again, recipient="court")


@pytest.mark.parametrize("kind", ["interview", "medical_document"])
def test_an_interviews_words_are_somebodys_whatever_was_said(kind: str) -> None:
    assert "does not say whom" in refused(look(imported("csv", kind=kind), "k1"), recipient="court")


@pytest.mark.parametrize("form", ["esf", "csv", "kobo", "ftm"])
def test_titles_out_of_a_file_stay_until_somebody_looked_and_the_teams_own_leave(form: str) -> None:
    record = imported(form)
    items = ("e-0001", "gr", "own", "mine")

    def titles(record: Record) -> list[str]:
        plain = [one.fields for one in ask(record, recipient="court", items=items).items]
        return [one.get("name", one.get("description", one.get("title", ""))) for one in plain]

    assert titles(record) == ["e-0001", "gr", "own", "A raid"]
    assert titles(look(record, "gr")) == ["e-0001", "the family of Wren", "own", "A raid"]
    named = look(look(record, "e-0001"), "e-0001", (THIRD, "third"))
    assert titles(named) == titles(record)
    kept = {item: record.find(item) for item in items}
    assert [type(one) for one in kept.values()] == [c.Event, c.Group, c.Source, c.Event]
    published = imported(form, address="https://example.org/table")
    assert titles(published) == (
        titles(record)
        if form == "ftm"
        else ["The arrest of Wren", "the family of Wren", "x", "A raid"]
    )


def test_a_later_file_of_a_source_that_was_there_is_the_teams_own_as_well() -> None:
    other = RecordId(b"q" * 16)
    came = (
        c.Imported(id="j", form="esf", sha256=bytes(32), contents=1),
        c.Event(id="e-0002", name="Tern is taken", kind="incident"),
        c.FoundThere(id="f", of="j", items=("own",)),
    )
    given = [Entered(one, day("2026-05-02"), ALICE, other) for one in came]
    record = Record.of((*imported("esf").everything, *given))
    (one,) = ask(record, recipient="court", items=("e-0002",)).items
    assert one.fields["name"] == "e-0002"


def test_a_dossier_says_no_name_out_of_a_file_that_nobody_looked_at() -> None:
    told = claim("k9", source="own", event="e-0001", subject="gr", tellers=(c.Teller(who="org"),))
    record = with_more(imported("csv"), told)
    words = wording(record, told)
    assert {words[name] for name in ("source", "event", "subject")} == {WITHHELD}
    assert words["tellers"] == "An invented NGO"
    words = wording(look(record, "e-0001"), told)
    assert (words["event"], words["subject"]) == ("The arrest of Wren", WITHHELD)


def kept(*beside: c.Content, **source: Any) -> Record:
    """A source that is kept as an exhibit, in whose title somebody is described."""
    plain: dict[str, Any] = {"kind": "photograph", "exhibit": "x1", "language": "", "said_on": ""}
    photo = c.Exhibit(
        id="x1", kind="photograph", description="His back, after", media_type="image/png", size=1,
        sha256=bytes(32), report="thread-1",
        persons=(c.Concerned(person=SPEAKER, role="speaker"),),
    )  # fmt: skip
    own = c.Source(id="own", title="His back, after", **{**plain, **source})
    return world(photo, own, *beside)


SEEN = c.ExhibitLook(id="l-own", exhibit="x1", others="none", by="Heron", on=Day(1))


def test_what_a_source_is_called_leaves_as_the_exhibit_that_it_describes() -> None:
    given = consent("c1", items=("own",))
    assert f"{SPEAKER}, for own: no consent was given" in refused(kept(SEEN), items=("own",))
    assert ask(kept(SEEN, given), items=("own",)).items[0].consents == ("c1",)
    assert "own: nobody has said" in refused(kept(given), items=("own",))
    stopped = kept(SEEN, given, c.Withdrawal(id="w", person=SPEAKER, consents=(), on=Day(30_000),
                                             channel="by the line"))  # fmt: skip
    assert "withdrawn" in refused(stopped, items=("own",))
    assert ask(kept(exhibit=""), items=("own",)).items[0].consents == (), "kept as nothing"
    assert "does not hold" in refused(kept(exhibit="x-later"), items=("own",))


def test_a_dossier_does_not_call_a_source_as_the_exhibit_is_described() -> None:
    def called(*beside: c.Content, **source: Any) -> str:
        record = kept(claim("k9", source="own"), *beside, **source)
        return wording(record, record.get("k9", c.Claim))["source"]

    assert called() == called(SEEN) == WITHHELD
    assert called(exhibit="") == "His back, after"


def test_a_saved_page_that_shows_nobody_is_a_source_like_any_other() -> None:
    page = c.Exhibit(id="page", kind="web_page", description="A page", media_type="text/html",
                     size=1, sha256=bytes(32))  # fmt: skip
    saved = c.Capture(id="cap", exhibit="page", address="https://example.org/", on=Day(1), by="H")
    of_page = {"exhibit": "page", "kind": "web_page"}
    assert ask(kept(page, saved, **of_page), items=("own",)).items[0].consents == ()
    assert "nobody has said" in refused(kept(page, **of_page), items=("own",))
    third = c.ExhibitLook(id="l", exhibit="page", others="named", by="Heron", on=Day(1),
                          persons=(c.Concerned(person=THIRD, role="third"),))  # fmt: skip
    assert f"{THIRD}, for own" in refused(kept(page, saved, third, **of_page), items=("own",))


@pytest.mark.parametrize("kind", ["interview", "medical_report", "article"])
def test_that_somebody_was_heard_and_when_leaves_on_their_consent(kind: str) -> None:
    heard = c.Source(id="heard", kind=kind, title="Interview", language="ru", said_on="2026-05-02")
    told = world(heard, source="heard")
    if kind == "article":
        assert ask(told, items=("heard",)).items, "what was published is nobody's"
        return
    assert f"{SPEAKER}, for heard: no consent was given" in refused(told, items=("heard",))
    assert ask(world(heard, consent("c1", items=("heard",)), source="heard"), items=("heard",))
