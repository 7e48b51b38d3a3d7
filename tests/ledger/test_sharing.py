"""Two devices share one ledger; nothing is lost, whatever breaks off."""

import pytest
from tests.ledger.world import LABEL, Hands, Line, World, make_world

from asylia.errors import NotFoundError, RefusedError, UnavailableError, UsageError
from asylia.ledger.entry import LARGEST
from asylia.values import RecordId, day_of


def test_what_one_device_appends_the_other_reads(world: World) -> None:
    one, two = world.devices
    record = one.write("first")
    one.write("second", record)
    assert one.texts() == ["first", "second"]
    assert one.ledger.waiting() == 2
    world.sync()
    assert two.texts() == ["first", "second"]
    assert one.ledger.waiting() == 0
    two.write("third", record)
    world.sync(2)
    assert one.texts() == two.texts() == ["first", "second", "third"]


def test_an_opened_entry_says_who_when_and_where(world: World) -> None:
    one, two = world.devices
    record = one.write("first")
    world.sync()
    (entry,) = two.ledger.entries()
    assert entry.author == one.keys.device
    assert entry.record == record
    assert (entry.compartment, entry.sequence) == ("casework", 0)
    assert entry.entered_on == day_of(world.clock())
    assert entry.label == "asylia/test/1"
    assert b"first" not in repr(entry).encode()


def test_both_of_two_entries_written_at_the_same_time_are_kept(world: World) -> None:
    one, two = world.devices
    record = one.write("start")
    world.sync()
    one.write("by Linden", record)
    two.write("by Rowan", record)
    reports = world.sync(2)
    assert sorted(one.texts()) == sorted(two.texts()) == ["by Linden", "by Rowan", "start"]
    assert not any(report.findings for report in reports)


def test_entries_are_read_on_from_a_position(world: World) -> None:
    one = world.devices[0]
    record = one.write("a")
    for text in "bcd":
        one.write(text, record)
    positions = [entry.position for entry in one.ledger.entries()]
    assert positions == sorted(positions)
    assert [e.content for e in one.ledger.entries(after=positions[1])] == [
        LABEL + b"c",
        LABEL + b"d",
    ]


def test_many_entries_go_in_batches(world: World) -> None:
    one, two = world.devices
    record = one.write("0")
    for number in range(1, 300):
        one.write(str(number), record)
    report = one.sync(world.line)
    assert (report.sent, report.received, report.waiting) == (300, 300, 0)
    assert two.sync(world.line).received == 300
    assert two.texts() == [str(number) for number in range(300)]


def test_a_device_that_was_switched_off_goes_on_where_it_was(world: World) -> None:
    one, two = world.devices
    record = one.write("before")
    world.sync()
    for device in world.devices:
        device.restart()
    one.write("after", record)
    world.sync()
    assert two.texts() == ["before", "after"]


def test_work_done_without_a_relay_waits_and_is_read_here(world: World) -> None:
    one, two = world.devices
    world.line.answers = False
    one.write("offline")
    with pytest.raises(UnavailableError):
        one.sync(world.line)
    one.restart()
    assert one.texts() == ["offline"]
    assert one.ledger.waiting() == 1
    world.line.answers = True
    world.sync()
    assert two.texts() == ["offline"]


def test_an_answer_that_gets_lost_makes_no_second_entry(world: World) -> None:
    one, two = world.devices
    world.sync()
    one.write("once")
    world.line.crash_after_put = True
    with pytest.raises(UnavailableError):
        one.sync(world.line)
    sent = len(world.line.blobs)
    one.restart()
    world.line.crash_after_put = False
    report = one.sync(world.line)
    assert len(world.line.blobs) == sent
    assert not report.findings
    assert report.waiting == 0
    two.sync(world.line)
    assert two.texts() == ["once"]


def test_the_sealed_bytes_that_were_not_acknowledged_are_sent_again_as_they_are(
    world: World,
) -> None:
    one = world.devices[0]
    world.sync()
    one.write("once")
    world.line.crash_after_put = True
    with pytest.raises(UnavailableError):
        one.sync(world.line)
    (kept,) = one.store.outbox()
    one.restart()
    world.line.answers = False
    with pytest.raises(UnavailableError):
        one.sync(world.line)
    assert one.store.outbox() == [kept]
    assert world.line.blobs[-1] == kept.blob


def test_a_failure_in_the_middle_of_a_page_leaves_nothing_of_it(world: World) -> None:
    one, two = world.devices
    record = one.write("a")
    one.write("b", record)
    one.sync(world.line)
    two.sync(Line())  # has its epochs to send; an empty relay shows nothing else
    failing = make_failing(two)
    with pytest.raises(OSError, match="power"):
        two.sync(world.line)
    failing()
    assert two.texts() == []
    two.sync(world.line)
    assert two.texts() == ["a", "b"]


def make_failing(device):  # type: ignore[no-untyped-def]
    real = device.store.add_applied

    def fail(rows):  # type: ignore[no-untyped-def]
        real(rows)
        raise OSError("power")

    device.store.add_applied = fail

    def mend() -> None:
        device.store.add_applied = real

    return mend


def test_a_record_of_another_compartment_is_refused(world: World) -> None:
    with pytest.raises(RefusedError):
        world.devices[0].ledger.new_record("evidence")
    with pytest.raises(NotFoundError):
        world.devices[0].ledger.append(RecordId(bytes(16)), LABEL)


def test_content_without_a_label_or_too_long_is_refused(world: World) -> None:
    one = world.devices[0]
    record = one.ledger.new_record("casework")
    for content in (b"no label", LABEL + bytes(LARGEST), b"x" * 200 + b"\n"):
        with pytest.raises(UsageError):
            one.ledger.append(record, content)
    one.ledger.append(record, LABEL + bytes(LARGEST - len(LABEL)))
    world.sync()
    assert len(world.line.blobs[-1]) <= 1 << 20
    assert len(world.devices[1].texts()) == 1


def test_blobs_show_neither_author_nor_compartment_nor_exact_length(world: World) -> None:
    one = world.devices[0]
    record = one.write("a")
    one.write("a much longer text than the one before it", record)
    world.sync()
    entries = world.line.blobs[-2:]
    assert len({len(blob) for blob in entries}) == 1
    for blob in world.line.blobs:
        for plain in (one.keys.device, b"casework", b"Linden", record, b"asylia"):
            assert plain not in blob


def test_a_store_that_belongs_to_no_team_has_no_ledger() -> None:
    from tests.ledger.world import memory_store  # noqa: PLC0415

    from asylia.ledger.keys import DeviceKeys  # noqa: PLC0415
    from asylia.ledger.ledger import Ledger  # noqa: PLC0415

    with pytest.raises(NotFoundError):
        Ledger(memory_store(), DeviceKeys.generate(), clock=Hands())


def test_today_is_the_later_of_the_clock_and_the_newest_signed_day(world: World) -> None:
    one, two = world.devices
    world.clock.move(days=5)
    one.write("later")
    two.write("later")
    world.sync(2)
    world.clock.move(days=-30)
    assert two.ledger.today() == one.ledger.today() == day_of(world.clock()) + 30


def test_two_compartments_keep_apart_and_share_one_line() -> None:
    world = make_world(2, casework={"en": "Casework"}, evidence={"en": "Evidence"})
    one, two = world.devices
    casework, evidence = (one.ledger.new_record(name) for name in ("casework", "evidence"))
    for number in range(6):
        record = evidence if number % 2 else casework
        one.ledger.append(record, LABEL + str(number).encode())
    assert not [f for report in world.sync(2) for f in report.findings]
    found = [(e.compartment, e.sequence) for e in two.ledger.entries()]
    assert found == [(name, n) for n in range(3) for name in ("casework", "evidence")]
    assert [one.id for one in two.ledger.compartments()] == ["casework", "evidence"]


def test_a_page_is_asked_for_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over Tor a page can take a minute; the first one tells also which secret opens the relay."""
    one, two = world.devices
    one.write("a")
    one.sync(world.line)
    asked: list[int] = []
    page = world.line.ledger_page

    def told(start: int) -> object:
        asked.append(start)
        return page(start)

    monkeypatch.setattr(world.line, "ledger_page", told)
    two.sync(world.line)
    assert two.texts() == ["a"]
    assert len(asked) == len(set(asked)) == 2


def test_the_record_is_never_at_home_in_the_compartment_of_identities() -> None:
    names = {"identity": {"en": "Who"}, "legal": {"en": "Law"}, "archive": {"en": "Kept"}}
    both = make_world(1, identity=names["identity"], legal=names["legal"]).devices[0].ledger
    assert [one.id for one in both.compartments()] == ["identity", "legal"]
    assert both.home() == "legal"
    assert make_world(1, **names).devices[0].ledger.home() == "archive", "else the first by id"
