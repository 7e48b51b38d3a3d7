"""Refusals, who stands in, the second member's word, and what is told after a withdrawal."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tests.casework.world import Hands, World, team
from tests.desk.world import Browser, desk_on_loopback

from asylia.casework.arrival import take_in
from asylia.casework.documenting import (
    Said,
    Terms,
    Words,
    open_case,
    record_claim,
    record_consent,
    record_recipient,
)
from asylia.casework.withdrawal import withdraw_all
from asylia.record.consent import NotPermittedError, permission
from asylia.record.contents import (
    Concerned,
    Count,
    Event,
    HandedOver,
    LifeAtStake,
    Masking,
    Proxy,
    Refusal,
)
from asylia.values import Day, date_of

TEXT = "My friend was taken on Tuesday. Nobody has heard of him since. I am safe, and alone."
SAID = "My friend was taken on Tuesday"


@dataclass
class Told:
    """A case in which a friend writes, with the claim about the friend."""

    world: World
    thread: bytes
    claim: str
    recipient: str

    @property
    def until(self) -> str:
        return date_of(Day(self.world.clock.day + 30)).isoformat()

    def proxy(self, browser: Browser, **changed: str) -> dict[str, str]:
        """The form as somebody fills it in."""
        page = browser.get(address(browser, self) + "/proxy").text
        member = re.search(r'name="member".*?<option value="(\w+)"', page, re.S)
        assert member
        return {
            "person": "BM-003", "cannot_be_asked": "disappeared", "given_by": "RK-417",
            "standing": "friend", "reveals": "no", "reason": "Nobody has heard of him.",
            "purpose": "inquiry", "recipient": self.recipient, "items": self.claim,
            "risks": "Who reads it.", "explained_in": "en", "until": self.until,
            "member": member[1],
        } | changed  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with team(tmp_path_factory.mktemp("two"), Hands(), 2) as made:
        yield made


@pytest.fixture(scope="module")
def told(world: World) -> Told:
    first, _ = world.desks
    world.reporter().send(TEXT, on_behalf="another")
    take_in(first)
    event = Event(id="purge", name="An invented purge", kind="purge")
    first.append(first.ledger.new_record("casework"), event)
    (row,) = first.casework().inbox()
    open_case(first, row.thread, "RK-417")
    words = Words(first.casework().thread(row.thread).newest, SAID)
    others = (Concerned(person="BM-003", role="subject"),)
    said = Said(
        event="purge", subject="BM-003", property="detained", count=Count(min=1, max=1),
        others=others, could_identify="named",
    )  # fmt: skip
    claim = record_claim(first, row.thread, words, said)
    recipient = record_recipient(first, "An invented inquiry")
    first.synchronise()
    return Told(world, row.thread, claim, recipient)


@pytest.fixture(scope="module")
def desks(told: Told) -> Iterator[tuple[Browser, Browser]]:
    one, other = told.world.desks
    with (
        desk_on_loopback(one) as first,
        desk_on_loopback(other) as second,
        Browser(first) as linden,
        Browser(second) as rowan,
    ):
        for browser in (linden, rowan):
            browser.enter()
            browser.unlock()
        yield linden, rowan


def address(browser: Browser, told: Told) -> str:
    return f"/thread/{browser.desk.workspace.handles.of(told.thread)}"


def lacks(browser: Browser, told: Told) -> str:
    work = browser.desk.workspace
    with pytest.raises(NotPermittedError) as refused:
        permission(work.record, "inquiry", told.recipient, [told.claim], work.today)
    return " ".join(refused.value.missing)


def test_who_the_claim_names_stands_in_for_nobody_and_the_reason_is_told(
    desks: tuple[Browser, Browser], told: Told
) -> None:
    linden, _ = desks
    sister = told.proxy(linden, standing="sibling", reveals="not_known")
    answer = linden.post(address(linden, told) + "/proxy", **sister)
    assert answer.status_code == 403
    assert "a relative never stands in where asking could tell them" in answer.text
    assert "Nobody has heard of him." in answer.text  # what was typed is kept
    named = told.proxy(linden, given_by="BM-003")
    assert linden.post(address(linden, told) + "/proxy", **named).status_code in (400, 403)
    long = told.proxy(linden, until=date_of(Day(told.world.clock.day + 200)).isoformat())
    assert linden.post(address(linden, told) + "/proxy", **long).status_code == 400
    unsaid = told.proxy(linden)
    del unsaid["reveals"]
    assert linden.post(address(linden, told) + "/proxy", **unsaid).status_code == 400
    assert not linden.desk.workspace.record.all(Proxy)


def test_a_word_in_another_s_stead_holds_once_the_second_member_agrees(
    desks: tuple[Browser, Browser], told: Told
) -> None:
    linden, rowan = desks
    form = told.proxy(linden)
    assert linden.post(address(linden, told) + "/proxy", **form).status_code == 303
    own = linden.get("/agreements").text
    assert "waits for a second word" in own
    assert "I agree" not in own  # nobody seconds their own word
    assert "two members have to let somebody stand in" in lacks(linden, told)
    rowan.desk.workspace.synchronise()
    page = rowan.get("/agreements").text
    assert "Nobody has heard of him." in page
    assert "decided by Linden and Rowan" in page
    form_of = re.search(r'action="(/agreements/\w+)"', page)
    assert form_of
    assert rowan.post(form_of[1]).status_code == 303
    assert rowan.post(form_of[1], once="again").status_code in (303, 400)
    work = rowan.desk.workspace
    missing = lacks(rowan, told)
    assert "two members" not in missing
    assert "BM-003" not in missing  # what lacks is the writer's own consent alone
    assert "RK-417" in missing
    work.synchronise()


def test_a_refusal_is_recorded_and_stands_in_the_list(
    desks: tuple[Browser, Browser], told: Told
) -> None:
    linden, _ = desks
    form = {
        "purpose": "inquiry", "recipient": told.recipient, "risks": "Who reads it.",
        "explained_in": "en",
    }  # fmt: skip
    other = {**form, "items": "somebody-elses"}
    assert linden.post(address(linden, told) + "/refusal", **other).status_code == 400
    assert not linden.desk.workspace.record.all(Refusal)
    assert linden.post(address(linden, told) + "/refusal", **form).status_code == 303
    (refusal,) = linden.desk.workspace.record.all(Refusal)
    assert (refusal.person, refusal.items) == ("RK-417", ())
    listed = linden.get("/agreements").text.partition(">Refused<")[2]
    assert "RK-417" in listed
    assert "An invented inquiry" in listed


def test_why_something_stays_is_told_without_raw_ids(
    desks: tuple[Browser, Browser], told: Told
) -> None:
    linden, _ = desks
    page = linden.post("/dossiers", purpose="court", recipient=told.recipient).text
    why = "".join(re.findall(r'class="why".*?</li>', page, re.S))
    assert SAID in why
    assert told.claim not in why
    assert "An invented inquiry" in page
    assert told.recipient not in why


def claim_page(browser: Browser, told: Told) -> str:
    return f"/claim/{browser.desk.workspace.handles.of(told.claim)}"


def masked(**changed: str | list[str]) -> dict[str, str | list[str]]:
    return {
        "persons": "BM-003", "words": "Somebody was taken", "locator": "in a message",
        "tellers": "one who knows them", "read": "1",
    } | changed  # fmt: skip


def test_somebody_who_was_not_asked_is_masked_and_only_the_new_texts_leave(
    desks: tuple[Browser, Browser], told: Told
) -> None:
    linden, _ = desks
    work = linden.desk.workspace
    page = linden.get(claim_page(linden, told)).text
    assert "Nobody is masked in it" in page
    form = linden.get(f"{claim_page(linden, told)}/mask").text
    assert 'value="BM-003"' in form
    assert 'value="RK-417"' not in form  # who speaks is asked, and no pseudonym is filled in
    for changed, why in (
        ({"persons": []}, "nobody is named"),
        ({"persons": "RK-417"}, "only somebody of whom others tell"),
        ({"tellers": " "}, "a text is not written anew"),
        ({"words": "bm-003 was taken"}, "still hold BM-003"),
        ({"tellers": "RK-417"}, "still hold RK-417"),
        ({"read": ""}, "Confirm that nobody"),
    ):
        answer = linden.post(f"{claim_page(linden, told)}/mask", **masked(**changed))
        assert answer.status_code in (400, 403)
        assert why in answer.text
        assert "in a message" in answer.text  # what was typed is kept
    assert not work.record.all(Masking)
    assert linden.post(f"{claim_page(linden, told)}/mask", **masked()).status_code == 303
    court = record_recipient(work.place, "An invented court")
    terms = Terms(
        purpose="court", recipient=court, onward=(), items=(told.claim,), risks_explained="all",
        explained_by="Linden", explained_in="en", expires_on=Day(work.today + 9),
        forget_after_days=7,
    )  # fmt: skip
    record_consent(work.place, told.thread, terms)
    (item,) = permission(work.record, "court", court, [told.claim], work.today).items
    assert item.fields["words"] == "Somebody was taken"
    assert "BM-003" not in str(item.fields)
    page = linden.get(claim_page(linden, told)).text
    assert "Somebody was taken" in page
    undo = re.search(r'action="(/judgement/\w+/undo)"', page.partition(">Masked<")[2])
    assert undo
    assert linden.post(undo[1], reason="still to be told").status_code == 303
    with pytest.raises(NotPermittedError, match="BM-003"):
        permission(work.record, "court", court, [told.claim], work.today)


def test_where_life_is_at_stake_two_members_decide_and_the_person_is_told(
    desks: tuple[Browser, Browser], told: Told
) -> None:
    linden, rowan = desks
    work = linden.desk.workspace
    here = address(linden, told) + "/at-stake"
    member = re.search(r'name="member".*?<option value="(\w+)"', linden.get(here).text, re.S)
    assert member
    form = {
        "person": "BM-003", "reason": "He could be moved tonight.", "recipient": "new",
        "new_recipient": "An invented embassy", "items": told.claim, "member": member[1],
        "until": date_of(Day(work.today + 30)).isoformat(),
    }  # fmt: skip
    late = {"until": date_of(Day(work.today + 31)).isoformat()}
    assert linden.post(here, **form | late).status_code == 400
    telling = record_recipient(work.place, "Who tells", [told.recipient])
    refused = linden.post(here, **form | {"recipient": telling})
    assert refused.status_code == 403
    assert "this one tells others" in refused.text
    assert "He could be moved tonight." in refused.text
    assert linden.post(here, **form | {"items": "somebody-elses"}).status_code == 400
    assert not work.record.all(LifeAtStake)
    assert linden.post(here, **form).status_code == 303
    embassy = work.record.all(LifeAtStake)[0].recipient
    assert linden.post(here, **form | {"person": "RK-417", "recipient": embassy}).status_code == 303
    ask = ("protection", embassy, [told.claim], work.today)
    with pytest.raises(NotPermittedError, match="BM-003"):
        permission(work.record, *ask)
    rowan.desk.workspace.synchronise()
    page = rowan.get("/agreements").text
    assert "The person has not been told yet" in page
    for one in re.findall(r'action="(/agreements/\w+)"(?!.*/told)', page):
        rowan.post(one)
    granted = permission(rowan.desk.workspace.record, *ask)
    assert len(granted.items[0].consents) == 2
    assert granted.expires_on == Day(work.today + 30)
    with pytest.raises(NotPermittedError):
        permission(rowan.desk.workspace.record, "inquiry", *ask[1:])
    tell = re.search(r'action="(/agreements/\w+/told)"', page)
    assert tell
    day = date_of(work.today).isoformat()
    assert rowan.post(tell[1], on=day).status_code == 400  # how is not said
    early = date_of(Day(work.today - 1)).isoformat()
    assert rowan.post(tell[1], on=early, how="by phone").status_code == 400
    assert rowan.post(tell[1], on=day, how="by phone, from abroad").status_code == 303
    page = rowan.get("/agreements").text
    assert "by phone, from abroad" in page
    assert page.count("The person has not been told yet") == 1
    rowan.desk.workspace.synchronise()
    work.synchronise()


def test_after_a_withdrawal_each_recipient_and_the_text_to_send_is_listed(
    desks: tuple[Browser, Browser], told: Told
) -> None:
    linden, _ = desks
    place = linden.desk.workspace.place
    assert "Nobody has withdrawn." in linden.get("/agreements").text
    where = place.record().entry(told.claim).record
    assert where is not None
    went = HandedOver(
        id="went", form="bundle", sha256=b"\x5a" * 32, purpose="inquiry",
        recipient=told.recipient, onward=(), items=(told.claim,), on=place.today,
    )  # fmt: skip
    place.append(where, went)
    withdraw_all(place, told.thread)
    page = linden.get("/agreements").text
    assert "5a5a5a5a5a5a5a5a…" in page
    assert "Text to send to An invented inquiry" in page
    assert "RK-417" not in re.findall(r"<textarea.*?</textarea>", page, re.S)[0]
    assert "ended: the person has spoken" not in page.partition("BM-003")[0]
    answer = linden.post("/agreements/notices")
    assert answer.status_code == 303
    assert "0 notices drafted." in linden.get("/agreements").text


def test_a_person_says_yes_to_what_others_told_of_them(
    desks: tuple[Browser, Browser], told: Told
) -> None:
    linden, _ = desks
    desk = linden.desk.workspace.place
    event = "purge"
    told.world.reporter().send("I saw a man taken from house four.")
    told.world.reporter().send("They let me go on Friday.")
    take_in(desk)
    saw, freed = (row for row in desk.casework().inbox() if not row.pseudonym)
    texts = {row.thread: desk.casework().thread(row.thread) for row in (saw, freed)}
    if "Friday" not in texts[freed.thread].submissions[0].submission.statement.text:
        saw, freed = freed, saw
    open_case(desk, saw.thread, "WT-500")
    open_case(desk, freed.thread, "FR-600")
    words = Words(desk.casework().thread(saw.thread).newest, "a man taken")
    said = Said(
        event=event, subject="FR-600", property="detained", count=Count(min=1, max=1),
        others=(Concerned(person="FR-600", role="subject"),), could_identify="named",
    )  # fmt: skip
    claim = record_claim(desk, saw.thread, words, said)
    where = f"/thread/{linden.desk.workspace.handles.of(freed.thread)}"
    other = f"/thread/{linden.desk.workspace.handles.of(told.thread)}"
    page = linden.get(where + "/consent").text
    assert "Told by others, about FR-600" in page
    assert claim in page
    assert claim not in linden.get(other + "/consent").text
    assert claim in linden.get(where + "/refusal").text
    assert claim not in linden.get(where + "/proxy").text
    form = {
        "purpose": "inquiry", "recipient": told.recipient, "risks": "Who reads it.",
        "explained_in": "en", "understood": "1", "until": told.until, "delay": "7", "items": claim,
    }  # fmt: skip
    assert linden.post(other + "/consent", **form).status_code == 400  # not theirs to give
    assert linden.post(where + "/consent", **form).status_code == 303
    work = linden.desk.workspace
    with pytest.raises(NotPermittedError) as refused:
        permission(work.record, "inquiry", told.recipient, [claim], work.today)
    missing = " ".join(map(str, refused.value.missing))
    assert "WT-500" in missing  # whose words they are has not been asked
    assert "FR-600" not in missing
