"""What a desk's work reads is never older than what was written, nor what was taken back."""

import pytest
from tests.casework.world import World

from asylia.record.contents import Event

EVENT = Event(id="e1", name="An invented purge", kind="purge")


def events(world: World) -> list[str]:
    return [one.id for one in world.desks[0].record().all(Event)]


def test_the_record_is_read_anew_only_after_something_was_written(alone: World) -> None:
    (desk,) = alone.desks
    first = desk.record()
    assert desk.record() is first
    desk.append(desk.ledger.new_record("casework"), EVENT)
    assert events(alone) == ["e1"]
    assert desk.record() is desk.record()


def test_what_a_transaction_took_back_is_not_read(alone: World) -> None:
    (desk,) = alone.desks
    record = desk.ledger.new_record("casework")
    assert events(alone) == []
    with pytest.raises(ZeroDivisionError), desk.vault.store.transaction():  # noqa: PT012
        desk.append(record, EVENT)
        assert events(alone) == ["e1"]
        raise ZeroDivisionError
    assert events(alone) == []
    desk.append(record, EVENT)
    assert events(alone) == ["e1"]


def test_what_is_kept_is_asked_again_once_written_or_on_another_day(alone: World) -> None:
    (desk,) = alone.desks
    asked: list[int] = []

    def ask() -> int:
        asked.append(0)
        return len(asked)

    assert [desk.kept("it", ask), desk.kept("it", ask), desk.kept("other", ask)] == [1, 1, 2]
    desk.append(desk.ledger.new_record("casework"), EVENT)
    assert desk.kept("it", ask) == 3
    alone.clock.move(days=1)
    assert desk.kept("it", ask) == 4
    with desk.vault.store.transaction():
        assert [desk.kept("it", ask), desk.kept("it", ask)] == [5, 6]
    assert desk.kept("it", ask) == 4


def test_what_a_colleague_s_device_wrote_and_nobody_can_read_is_told(world: World) -> None:
    desk, other = world.desks
    where = other.ledger.new_record("casework")
    other.append(where, EVENT)
    other.append(where, b'asylia/claim/1\n{"id":"k1"}')  # by hand, past every form
    other.synchronise()
    assert desk.findings() == ()
    desk.synchronise()
    (found,) = desk.findings()
    assert found.kind == "malformed"
    assert found.text.startswith("Rowan wrote asylia/claim/1 in casework")
    assert desk.record().find("k1") is None
    assert desk.record().find("e1") == EVENT
