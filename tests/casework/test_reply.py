"""Answering: each reply under one number, chained, never lost."""

from dataclasses import replace

import httpx
import pytest
from tests.casework.world import World

from asylia.casework.arrival import take_in
from asylia.casework.place import Place
from asylia.casework.reply import send_waiting, write_reply
from asylia.errors import UnavailableError, UsageError
from asylia.ledger.courier import TeamCourier


def thread_of(desk: Place) -> bytes:
    (row,) = desk.casework().inbox()
    return row.thread


def test_the_reporter_reads_replies_in_their_order(world: World) -> None:
    reporter, desk = world.reporter(), world.desks[0]
    reporter.send()
    take_in(desk)
    for body in ("One.", "Two."):
        write_reply(desk, thread_of(desk), body)
        assert send_waiting(desk) == 1
    window = reporter.visit()
    assert [(drop.n, drop.body) for drop in window.shown[1:]] == [(1, "One."), (2, "Two.")]
    assert window.refused == ()


def test_both_desks_may_answer_and_the_chain_holds(world: World) -> None:
    reporter = world.reporter()
    reporter.send()
    one, other = world.desks
    take_in(one)
    take_in(other)
    write_reply(one, thread_of(one), "From one.")
    send_waiting(one)
    other.synchronise()
    write_reply(other, thread_of(other), "From the other.")
    send_waiting(other)
    window = reporter.visit()
    assert [drop.body for drop in window.shown[1:]] == ["From one.", "From the other."]
    assert window.refused == ()


def test_who_loses_a_number_writes_anew_for_the_next(world: World) -> None:
    reporter = world.reporter()
    reporter.send()
    one, other = world.desks
    take_in(one)
    take_in(other)
    write_reply(one, thread_of(one), "From one.")
    write_reply(other, thread_of(other), "From the other.")
    assert send_waiting(one) == 1
    assert send_waiting(other) == 1
    window = reporter.visit()
    assert [drop.body for drop in window.shown[1:]] == ["From one.", "From the other."]
    assert window.refused == ()
    one.synchronise()
    shown = [(reply.n, reply.body) for reply in one.casework().replies(thread_of(one))][1:]
    assert shown == [(1, "From one."), (2, "From the other.")]


def test_a_reply_waits_while_the_relay_is_silent_and_is_sent_later(world: World) -> None:
    reporter, desk = world.reporter(), world.desks[0]
    reporter.send()
    take_in(desk)
    real = desk.courier
    desk.courier = TeamCourier("http://127.0.0.1:9", bytes(32), httpx.Client())
    write_reply(desk, thread_of(desk), "Wait for us.")
    with pytest.raises(UnavailableError):
        send_waiting(desk)
    (waiting,) = desk.casework().waiting_replies()
    assert waiting.body == "Wait for us."
    assert desk.casework().replies(thread_of(desk))[-1].left_on is None
    desk.courier = real
    assert send_waiting(desk) == 1
    assert not desk.casework().waiting_replies()
    assert reporter.visit().shown[1].body == "Wait for us."


def test_a_crash_between_storing_and_noting_leaves_one_reply(world: World) -> None:
    reporter, desk = world.reporter(), world.desks[0]
    reporter.send()
    take_in(desk)

    class Crash(TeamCourier):
        def put_drop(self, drop_id: bytes, drop: bytes) -> None:
            super().put_drop(drop_id, drop)
            raise KeyboardInterrupt

    real = desk.courier
    desk.courier = Crash(world.url, world.founding.relay.secret, httpx.Client())
    write_reply(desk, thread_of(desk), "Once.")
    with pytest.raises(KeyboardInterrupt):
        send_waiting(desk)
    desk.courier = real
    assert send_waiting(desk) == 1
    assert [drop.body for drop in reporter.visit().shown[1:]] == ["Once."]


def test_the_way_to_a_late_reply_is_bridged(world: World) -> None:
    reporter, desk = world.reporter(), world.desks[0]
    reporter.send()
    take_in(desk)
    for n in range(1, 10):
        write_reply(desk, thread_of(desk), f"Number {n}.")
        send_waiting(desk)
    first, second = reporter.visit(), reporter.visit(8)
    assert first.next_window == 8
    assert [drop.body for drop in second.shown] == ["Number 8.", "Number 9."]


def test_a_thread_whose_drops_are_taken_stops_no_other(world: World) -> None:
    """Two threads under one drop secret, from one who means harm, and one who needs an answer."""
    desk, clock = world.desks[0], world.clock
    hostile, again, honest = (world.reporter() for _ in range(3))
    again.own_keys = replace(again.keys, drop_secret=hostile.keys.drop_secret)
    for reporter in (hostile, again, honest):
        reporter.send()
    take_in(desk)
    for reporter in (hostile, again, honest):
        write_reply(desk, reporter.keys.thread, "Yes.")
        clock.move(days=1)  # so that they are sent in this order
    assert send_waiting(desk) == 2
    assert [drop.body for drop in honest.visit().shown[1:]] == ["Yes."]
    take_in(desk)


def test_an_empty_reply_is_refused(world: World) -> None:
    reporter, desk = world.reporter(), world.desks[0]
    reporter.send()
    take_in(desk)
    with pytest.raises(UsageError):
        write_reply(desk, thread_of(desk), "  \n")


def test_an_answer_stands_behind_what_it_answers(world: World) -> None:
    reporter, desk = world.reporter(), world.desks[0]
    reporter.send("A.")
    take_in(desk)
    write_reply(desk, thread_of(desk), "a")
    send_waiting(desk)
    reporter.send("B.", kind="follow_up")
    take_in(desk)
    thread = desk.casework().thread(thread_of(desk))
    talk = [one.submission.statement.text if hasattr(one, "submission") else one.kind
            for one in thread.talk]  # fmt: skip
    assert talk == ["A.", "receipt", "reply", "B."]
    assert not thread.row.answered
