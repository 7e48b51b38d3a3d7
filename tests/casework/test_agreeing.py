"""What a person refuses, who may stand in, and what a withdrawal sets going, on real devices."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.casework.test_documenting import agreed, claimed, taken
from tests.casework.world import World

from asylia.casework import forgetting
from asylia.casework.agreeing import record_proxy, record_refusal, second
from asylia.casework.documenting import open_case, record_recipient
from asylia.casework.own_terms import enter_terms, retire_term
from asylia.casework.withdrawal import draft_notices, withdraw_all
from asylia.errors import ConflictError, MalformedError, RefusedError, UsageError
from asylia.exchange.announcing import announcing
from asylia.exchange.choosing import Asked
from asylia.exchange.export import export, to_read
from asylia.exchange.report import Report
from asylia.record.consent import NotPermittedError, permission
from asylia.record.contents import (
    Concerned,
    HandedOver,
    Notice,
    OwnTerm,
    Person,
    Proxy,
    Refusal,
    Risks,
    Seconded,
    Withdrawal,
)
from asylia.record.wordbook import term_id
from asylia.values import Day

NAME = "RK-417"


def case(world: World) -> tuple[bytes, str, str]:
    """A thread taken on as a case, its claim, a recipient."""
    desk, thread = world.desks[0], taken(world)
    open_case(desk, thread.row.thread, NAME)
    return thread.row.thread, claimed(desk, thread), record_recipient(desk, "An invented inquiry")


def risks(world: World) -> Risks:
    return Risks(explained="what may happen", by="Linden", language="ru", on=world.desks[0].today)


def refusal(world: World, recipient: str, **fields: object) -> Refusal:
    plain: dict[str, object] = {
        "id": "r1", "person": NAME, "purpose": "inquiry", "recipient": recipient, "items": (),
        "risks": risks(world), "on": world.desks[0].today,
    }  # fmt: skip
    return Refusal(**{**plain, **fields})


def test_a_refusal_stops_what_an_earlier_consent_let_leave(alone: World) -> None:
    desk = alone.desks[0]
    thread, claim, recipient = case(alone)
    agreed(desk, desk.casework().thread(thread), claim, recipient)
    ask = ("inquiry", recipient, (claim,), desk.today)
    assert permission(desk.record(), *ask).items
    alone.clock.move(days=1)
    record_refusal(desk, thread, refusal(alone, recipient))
    with pytest.raises(NotPermittedError, match="this was refused"):
        permission(desk.record(), "inquiry", recipient, (claim,), desk.today)


def test_a_refusal_is_of_the_person_of_the_case_and_names_a_purpose(alone: World) -> None:
    desk = alone.desks[0]
    thread, _, recipient = case(alone)
    with pytest.raises(UsageError):
        record_refusal(desk, thread, refusal(alone, recipient, person="ZZ-999"))
    with pytest.raises(MalformedError):
        record_refusal(desk, thread, refusal(alone, recipient, purpose="gossip"))
    assert desk.record().all(Refusal) == ()


def proxy(world: World, items: Sequence[str], recipient: str, **fields: object) -> Proxy:
    today = world.desks[0].today
    plain: dict[str, object] = {
        "id": "x1", "person": "LK-222", "given_by": "MN-333", "standing": "friend",
        "cannot_be_asked": "disappeared", "reveals": "no", "reason": "not seen since March",
        "purpose": "inquiry", "recipient": recipient, "onward": (), "items": tuple(items),
        "risks": risks(world), "given_on": today, "expires_on": Day(today + 30),
        "decided_by": tuple(desk.ledger.device.hex() for desk in world.desks),
    }  # fmt: skip
    return Proxy(**{**plain, **fields})


def test_a_proxy_counts_once_the_second_device_has_said_so(world: World) -> None:
    first, other = world.desks
    thread, _, recipient = case(world)
    about = (Concerned(person="LK-222", role="subject"),)
    claim = claimed(first, first.casework().thread(thread), others=about)
    agreed(first, first.casework().thread(thread), claim, recipient)
    where = first.record().entry(claim).record
    assert where is not None
    first.append(where, Person(id="MN-333", pseudonym="MN-333"))
    given = proxy(world, [claim], recipient)
    with pytest.raises(RefusedError, match="could tell them about the person"):
        record_proxy(first, where, replace(given, standing="parent", reveals="not_known"))
    with pytest.raises(RefusedError, match="is named in"):
        record_proxy(first, where, replace(given, person="MN-333", given_by="LK-222"))
    record_proxy(first, where, given)
    with pytest.raises(NotPermittedError, match="two members"):
        permission(first.record(), "inquiry", recipient, (claim,), first.today)
    mine, theirs = given.decided_by
    with pytest.raises(RefusedError, match="two devices of one"):
        second(first, "x1", theirs)
    first.synchronise()
    other.synchronise()
    with pytest.raises(RefusedError, match="one of the two"):
        second(other, "x1", "stranger")
    with pytest.raises(RefusedError, match="their own word"):
        second(other, "x1", mine)
    assert other.record().all(Seconded) == ()
    second(other, "x1", theirs)
    other.synchronise()
    first.synchronise()
    granted = permission(first.record(), "inquiry", recipient, (claim,), first.today)
    assert "x1" in granted.items[0].consents


def test_a_withdrawal_drafts_a_notice_to_whoever_was_given_something(alone: World) -> None:
    desk = alone.desks[0]
    thread, claim, recipient = case(alone)
    handed = HandedOver(
        id="h1", form="bundle", sha256=bytes(32), purpose="inquiry", recipient=recipient,
        onward=(), items=(claim,), names=("0a0a",), on=desk.today,
    )  # fmt: skip
    desk.append(desk.ledger.new_record("casework"), handed)
    withdraw_all(desk, thread)
    (notice,) = desk.record().all(Notice)
    assert (notice.recipient, notice.handed_over) == (recipient, ("h1",))
    assert draft_notices(desk) == 0
    desk.append(desk.ledger.new_record("casework"), replace(handed, id="h2"))
    assert draft_notices(desk) == 1
    found = forgetting.look(desk, thread)
    assert found.owed == ("An invented inquiry",)
    assert found.until == desk.today + 7
    assert found.shared == 0


def test_who_was_given_nothing_is_owed_nothing(alone: World) -> None:
    desk = alone.desks[0]
    thread, _, _ = case(alone)
    withdraw_all(desk, thread)
    assert desk.record().all(Notice) == ()
    assert forgetting.look(desk, thread).owed == ()


TERM = OwnTerm(
    id=term_id("event_kinds", "march"), concept="event_kinds", term="march",
    labels={"en": "march", "ru": "шествие"},
)  # fmt: skip


def test_every_device_has_a_team_s_own_terms_and_nobody_redefines_one(world: World) -> None:
    first, other = world.desks
    assert enter_terms(first, [TERM]) == 1
    assert enter_terms(first, [TERM]) == 0
    first.synchronise()
    other.synchronise()
    assert "march" in other.words()["event_kinds"].offered
    changed = replace(TERM, labels={"en": "other", "ru": "другое"})
    new = replace(TERM, id=term_id("event_kinds", "vigil"), term="vigil")
    with pytest.raises(ConflictError):
        enter_terms(other, [new, changed])
    assert "vigil" not in other.words()["event_kinds"]  # all or nothing


def test_a_retired_term_is_offered_nowhere_and_read_everywhere(world: World) -> None:
    first, other = world.desks
    enter_terms(first, [TERM])
    retire_term(first, "event_kinds", "march", "raid says it", "Linden")
    first.synchronise()
    other.synchronise()
    assert "march" not in other.words()["event_kinds"].offered
    assert other.words()["event_kinds"].label("march", "ru") == "шествие"
    with pytest.raises(UsageError):
        retire_term(other, "event_kinds", "march", "again", "Rowan")
    with pytest.raises(RefusedError):
        retire_term(other, "event_kinds", "purge", "it ships", "Rowan")


def test_a_withdrawal_that_comes_in_as_a_file_is_told_stops_it(
    world: World, tmp_path: Path
) -> None:
    first, other = world.desks
    thread, claim, recipient = case(world)
    agreed(first, first.casework().thread(thread), claim, recipient)
    first.synchronise()
    other.synchronise()
    asked = Asked("inquiry", recipient, (claim,), first.today)
    record = first.record()
    read = to_read(record, asked, Report()).read
    withdraw_all(other, thread)
    other.synchronise()
    assert record.all(Withdrawal) == (), "this desk has not heard of it"

    def written() -> object:
        path = tmp_path / "file.csv"
        return export(record, asked, "csv", path, announcing(first), Report(), read=read)

    with pytest.raises(NotPermittedError, match="consent was withdrawn"):
        written()
    assert not (tmp_path / "file.csv").exists()


def test_what_nothing_came_in_about_is_written(world: World, tmp_path: Path) -> None:
    first = world.desks[0]
    thread, claim, recipient = case(world)
    agreed(first, first.casework().thread(thread), claim, recipient)
    record, asked = first.record(), Asked("inquiry", recipient, (claim,), first.today)
    read = to_read(record, asked, Report()).read
    export(record, asked, "csv", tmp_path / "a.csv", announcing(first), Report(), read=read)
    assert (tmp_path / "a.csv").stat().st_size
