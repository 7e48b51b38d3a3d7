"""Taking in: what is kept, what is committed to first, what stays at the relay."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import httpx
import pytest
from tests.casework.world import WORDS, World

from asylia.casework import arrival
from asylia.casework.arrival import BATCH, take_in
from asylia.casework.place import projections
from asylia.casework.reply import write_reply
from asylia.envelope.statement import open_statement
from asylia.errors import UnavailableError
from asylia.ledger.courier import TeamCourier
from asylia.relay.app import SMALLEST_ENVELOPE
from asylia.tlog.leaf import arrival_commitment, check_leaf
from asylia.tlog.reader import LogReader
from asylia.wire import frame, unframe

RUBBISH = b"rubbish".ljust(SMALLEST_ENVELOPE, b"x")  # the relay refuses what is shorter


def test_a_report_is_taken_in_with_its_words_and_receipt(world: World) -> None:
    reporter, desk = world.reporter(), world.desks[0]
    reporter.send()
    done = take_in(desk)
    assert len(done.taken) == 1
    assert done.replies_left == 1
    (row,) = desk.casework().inbox()
    thread = desk.casework().thread(row.thread)
    assert thread.first.statement.text == WORDS
    assert row.safe_contact.how == "Signal"
    assert reporter.visit().shown[0].kind == "receipt"


def test_three_reports_of_one_round_are_all_there(world: World) -> None:
    for _ in range(3):
        world.reporter().send()
    desk = world.desks[0]
    assert len(take_in(desk).taken) == 3
    assert len(desk.casework().inbox()) == 3


def test_two_devices_see_the_same_rows(world: World) -> None:
    for _ in range(2):
        world.reporter().send()
    one, other = world.desks
    take_in(one)
    take_in(other)
    take_in(one)
    assert len(other.casework().inbox()) == 2
    shown = [(row.thread, row.waiting_for) for row in one.casework().inbox()]
    assert shown == [(row.thread, 0) for row in other.casework().inbox()]
    assert one.vault.dump(projections()) == other.vault.dump(projections())


def test_an_envelope_leaves_the_relay_only_when_two_devices_hold_it(world: World) -> None:
    world.reporter().send()
    one, other = world.desks
    assert take_in(one).deleted == 0
    assert one.courier.envelope_ids()
    assert take_in(other).acknowledged == 1
    assert not one.courier.envelope_ids()
    (row,) = other.casework().inbox()
    assert other.casework().thread(row.thread).first.statement.text == WORDS


def test_a_team_of_one_holds_alone(alone: World) -> None:
    alone.reporter().send()
    (desk,) = alone.desks
    assert take_in(desk).deleted == 1
    assert not desk.courier.envelope_ids()


def test_the_commitment_is_in_the_log_before_anything_is_kept(world: World) -> None:
    """A relay whose log refuses is a relay from which nothing is taken in."""
    world.reporter().send()
    desk = world.desks[0]
    real = desk.courier

    class WithoutLog(TeamCourier):
        def post_leaves(self, leaves: Sequence[bytes]) -> int:
            assert not desk.casework().inbox()
            raise UnavailableError("the log does not answer")

    desk.courier = WithoutLog(world.url, world.founding.relay.secret, httpx.Client())
    with pytest.raises(UnavailableError):
        take_in(desk)
    assert not desk.casework().inbox()
    desk.courier = real
    assert len(take_in(desk).taken) == 1


def test_the_leaf_commits_to_this_envelope_among_eight(world: World) -> None:
    reporter, desk = world.reporter(), world.desks[0]
    envelope = reporter.seal()
    reporter.put(envelope)
    take_in(desk)
    (row,) = desk.casework().inbox()
    arrival = desk.casework().thread(row.thread).first.arrival
    log = LogReader(lambda path: desk.courier.get("/v1/log/" + path), world.log)
    assert log.checkpoint().size == BATCH
    leaves = log.leaves(0, BATCH)
    hashes = (sha256(part).digest() for part in unframe(envelope, "asylia/envelope/1", 2))
    digest = sha256(frame("asylia/envelope/1 arrival", *hashes)).digest()
    assert desk.casework().thread(row.thread).first.arrival_digest == digest
    check_leaf(leaves[arrival.leaf_index], arrival_commitment(arrival.salt, digest))
    assert leaves == sorted(leaves)


def test_the_file_key_opens_the_statement_and_nothing_else(world: World) -> None:
    world.reporter().send()
    take_in(world.desks[0])
    (row,) = world.desks[0].casework().inbox()
    first = world.desks[0].casework().thread(row.thread).first
    assert open_statement(first.statement_age, first.arrival.statement_file_key).text == WORDS


@pytest.mark.parametrize("rubbish", [b"", b"asylia/envelope/1\n", b"\xff" * 5000])
def test_what_does_not_open_is_named_and_stays(world: World, rubbish: bytes) -> None:
    reporter, desk = world.reporter(), world.desks[0]
    reporter.put(rubbish.ljust(SMALLEST_ENVELOPE, b"x"))
    assert take_in(desk).put_aside == 1
    (row,) = desk.casework().quarantine()
    assert row.reason == "does_not_open"
    assert len(desk.courier.envelope_ids()) == 1
    assert take_in(desk).put_aside == 0


def test_a_flipped_byte_is_put_aside_and_the_rest_taken_in(world: World) -> None:
    reporter, desk = world.reporter(), world.desks[0]
    envelope = reporter.seal()
    reporter.put(envelope[:-1] + bytes([envelope[-1] ^ 1]))
    reporter.put(envelope)
    done = take_in(desk)
    assert (len(done.taken), done.put_aside) == (1, 1)


def test_a_follow_up_by_the_phrase_joins_its_thread(world: World) -> None:
    reporter, desk = world.reporter(), world.desks[0]
    reporter.send()
    take_in(desk)
    reporter.send("They came back.", kind="follow_up", urgency="can_wait")
    take_in(desk)
    (row,) = desk.casework().inbox()
    thread = desk.casework().thread(row.thread)
    assert [one.submission.statement.text for one in thread.submissions] == [
        WORDS, "They came back.",
    ]  # fmt: skip
    assert row.urgency == "now"


@pytest.mark.parametrize("kind", ["follow_up", "withdraw", "delete"])
def test_what_follows_leaves_urgency_and_safe_contact_as_they_were(world: World, kind: str) -> None:
    reporter, desk = world.reporter(), world.desks[0]
    reporter.send()
    reporter.send("Thanks.", kind=kind, urgency="as_before", safe_contact=None)
    take_in(desk)
    (row,) = desk.casework().inbox()
    assert row.urgency == "now"
    said = row.safe_contact
    assert (said.may_contact, said.how, said.by) == (True, "Signal", "writer")


def test_once_a_worker_replied_the_writer_can_say_that_it_is_less_urgent(world: World) -> None:
    reporter, desk = world.reporter(), world.desks[0]
    reporter.send()
    take_in(desk)
    (row,) = desk.casework().inbox()
    write_reply(desk, row.thread, "We are here.")
    assert desk.casework().row(row.thread).urgency == "now"
    reporter.send("I am out.", kind="follow_up", urgency="can_wait")
    take_in(desk)
    assert desk.casework().row(row.thread).urgency == "can_wait"


def test_a_thread_that_begins_with_a_follow_up_says_what_was_not_said(world: World) -> None:
    reporter, desk = world.reporter(), world.desks[0]
    reporter.send(
        "Me again.",
        kind="follow_up",
        urgency="as_before",
        safe_contact=None,
        on_behalf="not_said",
    )
    take_in(desk)
    (row,) = desk.casework().inbox()
    assert (row.urgency, row.on_behalf) == ("not_said", "not_said")
    assert (row.safe_contact.may_contact, row.safe_contact.by) == (False, "nobody")


def test_both_in_one_round_come_in_order(world: World) -> None:
    reporter, desk = world.reporter(), world.desks[0]
    reporter.send("Second.", kind="follow_up")
    reporter.send("First.")
    take_in(desk)
    (row,) = desk.casework().inbox()
    said = [one.submission.statement.text for one in desk.casework().thread(row.thread).submissions]
    assert said == ["First.", "Second."]


def test_a_follow_up_whose_thread_is_forgotten_begins_one(world: World) -> None:
    reporter, desk = world.reporter(), world.desks[0]
    reporter.send("Do you remember me?", kind="follow_up")
    assert len(take_in(desk).taken) == 1
    assert reporter.visit().shown[0].kind == "receipt"


def test_who_knows_the_thread_but_not_the_phrase_can_add_nothing(world: World) -> None:
    reporter, desk = world.reporter(), world.desks[0]
    reporter.send()
    take_in(desk)
    impostor = world.reporter()
    impostor.own_keys = replace(impostor.keys, thread=reporter.keys.thread)
    impostor.send("Forget what I said.", kind="withdraw")
    assert take_in(desk).put_aside == 1
    (row,) = desk.casework().quarantine()
    assert row.reason == "not_the_writer"
    (thread,) = desk.casework().inbox()
    assert not thread.wants_out


def test_an_old_envelope_shown_again_is_not_taken_in_twice(world: World) -> None:
    reporter, desk = world.reporter(), world.desks[0]
    envelope = reporter.seal()
    reporter.put(envelope)
    take_in(desk)
    reporter.put(envelope)
    assert take_in(desk).taken == ()
    (row,) = desk.casework().inbox()
    assert len(desk.casework().thread(row.thread).submissions) == 1


def test_an_envelope_that_lies_there_twice_leaves_the_relay_whole(world: World) -> None:
    reporter = world.reporter()
    envelope = reporter.seal()
    reporter.put(envelope)
    reporter.put(envelope)
    one, other = world.desks
    take_in(one)
    assert len(one.courier.envelope_ids()) == 2
    for desk in (other, one):
        take_in(desk)
    assert one.courier.envelope_ids() == ()
    reporter.put(envelope)
    take_in(one)
    assert one.courier.envelope_ids() == ()


def test_the_same_rubbish_under_many_ids_is_fetched_once_each(world: World) -> None:
    reporter, desk = world.reporter(), world.desks[0]
    for _ in range(3):
        reporter.put(RUBBISH)
    assert take_in(desk).put_aside == 3
    assert take_in(desk).put_aside == 0
    assert len(desk.casework().quarantine()) == 1


def test_a_flood_is_taken_in_over_several_rounds(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrival, "ROUND", 2)
    reporter, desk = world.reporter(), world.desks[0]
    for _ in range(3):
        reporter.put(RUBBISH)
    world.reporter().send()
    rounds = [take_in(desk) for _ in range(3)]
    assert [len(one.taken) + one.put_aside for one in rounds] == [2, 2, 0]
    assert len(desk.casework().inbox()) == 1


def test_two_desks_that_take_the_same_in_at_once_show_it_once(world: World) -> None:
    reporter = world.reporter()
    reporter.send()
    one, other = world.desks

    class Behind(TeamCourier):
        """A relay that this desk can't hear the line of."""

        def ledger_page(self, start: int) -> tuple[bytes, ...]:
            return ()

    real = other.courier
    other.courier = Behind(world.url, world.founding.relay.secret, httpx.Client())
    take_in(one)
    take_in(other)
    other.courier = real
    take_in(other)
    take_in(one)
    for desk in (one, other):
        (row,) = desk.casework().inbox()
        assert len(desk.casework().thread(row.thread).submissions) == 1
        assert desk.casework().waiting_replies() == ()  # of two receipts one is enough
    assert one.vault.dump(projections()) == other.vault.dump(projections())


def test_rebuilding_gives_the_same_rows(world: World) -> None:
    reporter, desk = world.reporter(), world.desks[0]
    reporter.send()
    reporter.put(RUBBISH)
    take_in(desk)
    before = desk.vault.dump(projections())
    desk.vault.rebuild(projections(), desk.ledger)
    assert desk.vault.dump(projections()) == before
    assert "casework_submission" in before


def test_a_damaged_content_is_counted_and_hides_nothing(world: World) -> None:
    world.reporter().send()
    desk = world.desks[0]
    take_in(desk)
    for label in ("submission", "triage", "reply"):
        desk.append(desk.ledger.new_record("casework"), f"asylia/{label}/1\nrubbish".encode())
    assert len(desk.casework().inbox()) == 1
    damaged = desk.vault.connection.execute("SELECT count(*) FROM casework_damaged").fetchone()
    assert damaged == (3,)
