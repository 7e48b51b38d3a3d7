"""Taking in: what is kept, what is committed to first, what stays at the relay."""

from tests.casework.world import WORDS, World

from asylia.casework.arrival import take_in
from asylia.casework.place import projections


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
