"""After a relay was restored, lost, or had lied, all devices read one line again and agree."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from tests.ledger.campaign import FragileStore, PowerCutError
from tests.ledger.serving import serving
from tests.ledger.teams import NAME, TODAY, Member, Team, make_team
from tests.ledger.world import Device, Hands, Line, World, make_world

from asylia.errors import UnavailableError
from asylia.ledger.boxes import Keys, record_id, seal_entry
from asylia.ledger.chain import START
from asylia.ledger.change import Dismissal
from asylia.ledger.courier import TeamCourier
from asylia.ledger.entry import CONTENT, Header
from asylia.ledger.replay import Replay
from asylia.ledger.rereading import Rereading
from asylia.ledger.values import RereadReport
from asylia.vault.store import SqlStore

TWO = {"casework": {"en": "Casework"}, "evidence": {"en": "Evidence"}}


def kinds(report: object) -> list[str]:
    return sorted(one.kind for one in report.findings)  # type: ignore[attr-defined]


def line_of(device: Device) -> list[bytes]:
    count, _ = device.store.line_end()
    rows = [device.store.line_row(place) for place in range(count)]
    return [row.blob_hash for row in rows if row is not None]


def rows_of(store: SqlStore) -> dict[str, object]:
    """All that a device has, but for the findings."""
    tables = ("line", "entry", "record", "epoch", "held", "outbox", "notice", "prekey", "value")
    return {one: store.connection.execute(f"SELECT * FROM {one}").fetchall() for one in tables}


def check_places(device: Device) -> None:
    """Each applied entry's place holds its blob, and the line's values follow."""
    for row in device.store.entries(0, 1000, 1):
        if row.place is not None:
            there = device.store.line_row(row.place)
            assert there is not None
            assert there.state == "applied"
    assert not device.store.connection.execute("SELECT * FROM staged").fetchall()


def agree(world: World) -> None:
    """Same line, same entries, same state words, and nothing is found wrong from now on."""
    world.sync(2)
    for device in world.devices:
        device.write(f"last of {device.name}")
    world.sync(3)
    reports = world.sync(2)
    assert [kinds(report) for report in reports] == [[] for _ in reports]
    first = world.devices[0]
    hashes = [sha256(blob).digest() for blob in world.line.show(list(world.line.blobs))]
    for device in world.devices:
        device.restart()
        assert device.ledger.waiting() == 0
        assert line_of(device) == hashes
        assert device.store.line_end() == first.store.line_end()
        assert sorted(device.texts()) == sorted(first.texts())
        assert len(set(device.texts())) == len(device.texts())
        check_places(device)


@pytest.fixture
def busy() -> World:
    """Both have three entries; the last two are lost by a relay that goes back by two."""
    world = make_world()
    one, two = world.devices
    record = one.write("a")
    world.sync(2)
    one.write("b", record)
    two.write("c", record)
    world.sync(2)
    assert sorted(one.texts()) == sorted(two.texts()) == ["a", "b", "c"]
    return world


def test_a_relay_that_has_the_same_line_changes_nothing(busy: World) -> None:
    one = busy.devices[0]
    before = rows_of(one.store)
    report = one.ledger.reread(busy.line)
    assert (report.outcome, report.returned, report.findings) == ("same", 0, ())
    assert rows_of(one.store) == before
    agree(busy)


def test_without_it_a_device_stops_for_ever(busy: World) -> None:
    """The negative control."""
    del busy.line.blobs[-2:]
    one, two = busy.devices
    one.write("d")
    for device in busy.devices * 2:
        device.sync(busy.line)
    assert "d" not in two.texts()
    assert one.ledger.waiting() == 1
    assert {kind.kind for kind in one.ledger.findings()} == {"rolled_back"}


def test_a_restored_relay_is_refilled_with_the_very_same_line(busy: World) -> None:
    whole = list(busy.line.blobs)
    del busy.line.blobs[-2:]
    one, two = busy.devices
    assert kinds(one.sync(busy.line)) == ["rolled_back"]
    before = rows_of(one.store)
    report = one.ledger.reread(busy.line)
    assert (report.outcome, report.returned) == ("refilled", 2)
    assert busy.line.blobs == whole
    assert rows_of(one.store) == before
    assert kinds(two.sync(busy.line)) == []
    agree(busy)
    del busy.line.blobs[-2:]
    assert kinds(one.sync(busy.line)) == ["rolled_back"], "the same is named anew"


def test_a_restored_relay_that_others_wrote_to_in_between(busy: World) -> None:
    """One who had seen less than the copy holds writes on; the others' line is another then."""
    one, two = busy.devices
    one.write("only one has it")
    one.sync(busy.line)
    end = len(busy.line.blobs)
    one.write("nor this")
    one.sync(busy.line)
    assert len(busy.line.blobs) == end + 1
    del busy.line.blobs[-2:]
    two.write("on the restored relay")
    two.sync(busy.line)
    assert set(kinds(one.sync(busy.line))) & {"rolled_back", "altered"}
    report = one.ledger.reread(busy.line)
    assert report.outcome == "taken"
    assert report.returned == 2
    assert "on the restored relay" in one.texts()
    two.sync(busy.line)
    assert "only one has it" in two.texts()
    assert kinds(two.ledger.reread(busy.line)) == []
    agree(busy)


def test_what_was_taken_by_the_relay_and_shown_to_nobody_is_sent_again(busy: World) -> None:
    one, two = busy.devices
    one.write("taken and lost")
    busy.line.crash_after_put = True
    with pytest.raises(UnavailableError):
        one.sync(busy.line)
    busy.line.crash_after_put = False
    del busy.line.blobs[-3:]
    one.sync(busy.line)
    one.ledger.reread(busy.line)
    one.sync(busy.line)
    two.sync(busy.line)
    assert "taken and lost" in two.texts()
    agree(busy)


class Fork(Line):
    """A line that parts in two at an end, and is the first one in the end."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self.blobs = list(line.blobs)


@pytest.mark.parametrize("first", [0, 1])
def test_a_fork_shown_to_two_groups_each_writing(busy: World, first: int) -> None:
    one, two = busy.devices
    second = Fork(busy.line)
    for round_ in range(3):
        one.write(f"one's {round_}")
        one.sync(busy.line)
        two.write(f"two's {round_}")
        two.sync(second)
    if first:
        busy.line = second
    false = busy.devices[1 - first]
    assert kinds(false.sync(busy.line)) == ["altered"]
    report = false.ledger.reread(busy.line)
    assert (report.outcome, report.returned) == ("taken", 3)
    other = busy.devices[first]
    assert "forked" in kinds(other.sync(busy.line)), "what was sealed before names the other line"
    agree(busy)


def _alter(blobs: list[bytes]) -> list[bytes]:
    return [*blobs[:-3], blobs[-3][:-1] + bytes([blobs[-3][-1] ^ 1]), *blobs[-2:]]


CHANGES: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "altered": _alter,
    "dropped": lambda blobs: [*blobs[:-3], *blobs[-2:]],
    "re-ordered": lambda blobs: [*blobs[:-3], *reversed(blobs[-3:])],
    "injected": lambda blobs: [*blobs[:-3], b"j" * 999, *blobs[-3:]],
    "twice": lambda blobs: [*blobs[:-2], blobs[-3], *blobs[-2:]],
    "too long": lambda blobs: [*blobs[:-2], bytes((1 << 20) + 1), *blobs[-2:]],
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("lasts", [False, True])
def test_a_changed_line_that_one_was_shown(name: str, lasts: bool) -> None:
    """``lasts``: the relay never goes back to the true one."""
    world = make_world()
    one, two = world.devices
    world.sync()
    record = one.write("a")
    for text in "bcd":
        one.sync(world.line)
        one.write(text, record)
    one.sync(world.line)
    true, false = list(world.line.blobs), CHANGES[name](world.line.blobs)
    world.line.blobs = list(false)
    two.sync(world.line)
    world.line.blobs = list(false if lasts else true)
    for device in [*world.devices, *world.devices]:
        device.sync(world.line)
        device.ledger.reread(world.line)
        device.sync(world.line)
    assert sorted(two.texts()) == ["a", "b", "c", "d"]
    agree(world)


def test_projections_keep_their_rows_and_nothing_is_un_applied(busy: World) -> None:
    one = busy.devices[0]
    before = [(entry.position, entry.content) for entry in one.ledger.entries()]
    busy.line.blobs = [busy.line.blobs[0], b"x" * 2000, *reversed(busy.line.blobs[1:])]
    assert one.ledger.reread(busy.line).outcome == "taken"
    one.restart()
    assert [(entry.position, entry.content) for entry in one.ledger.entries()] == before
    assert one.ledger.compartments()


def test_a_relay_that_shows_yet_another_line_meanwhile_changes_nothing(busy: World) -> None:
    one = busy.devices[0]
    del busy.line.blobs[-2:]
    one.sync(busy.line)
    before = rows_of(one.store)
    asked: list[int] = []

    def show(blobs: list[bytes]) -> list[bytes]:
        asked.append(1)
        return blobs if len(asked) < 3 else [b"other" * 99, *blobs[1:-3], b"y" * 99, *blobs[-2:]]

    busy.line.show = show
    report = one.ledger.reread(busy.line)
    assert (report.outcome, kinds(report)) == ("stopped", ["altered"])
    assert rows_of(one.store) == before
    busy.line.show = lambda blobs: blobs
    busy.devices[0].ledger.reread(busy.line)
    agree(busy)


def test_a_relay_that_keeps_back_what_it_was_given_changes_nothing(busy: World) -> None:
    one = busy.devices[0]
    end = len(busy.line.blobs) - 2
    busy.line.show = lambda blobs: blobs[:end]
    one.sync(busy.line)
    before = rows_of(one.store)
    for _ in range(2):
        report = one.ledger.reread(busy.line)
        assert (report.outcome, kinds(report)) == ("stopped", ["altered"])
        assert rows_of(one.store) == before


def test_what_a_device_cannot_read_is_put_back_too() -> None:
    """A lost relay; the one that refills it is not in the compartment of one of the blobs."""
    world = make_world(2, **TWO)
    one, two = world.devices
    one.ledger.append(one.ledger.new_record("evidence"), b"asylia/test/1\nseen by few")
    world.sync(2)
    world.line.blobs.append(b"some compartment's" * 100)
    world.sync()
    whole = list(world.line.blobs)
    world.line.blobs.clear()
    report = two.ledger.reread(world.line)
    assert (report.outcome, report.returned) == ("refilled", len(whole))
    assert world.line.blobs == whole
    agree(world)


def test_a_lost_relay_refilled_by_one_alone_over_http(tmp_path: Path) -> None:
    world = make_world()
    one, two = world.devices
    secret = world.founding.relay.secret
    with serving(tmp_path / "first", secret) as client:
        courier = TeamCourier(str(client.base_url), secret, client)
        for text in "abc":
            one.write(text)
            for device in (one, two, one):
                device.ledger.sync(courier)
        line = line_of(one)
    with serving(tmp_path / "second", secret) as client:
        courier = TeamCourier(str(client.base_url), secret, client)
        assert kinds(two.ledger.sync(courier)) == ["rolled_back"]
        report = one.ledger.reread(courier)
        assert (report.outcome, report.returned) == ("refilled", len(line))
        two.write("d")
        for device in (two, one, two):
            assert kinds(device.ledger.sync(courier)) == []
        assert line_of(one)[: len(line)] == line
        assert one.store.line_end() == two.store.line_end()
        assert sorted(one.texts()) == sorted(two.texts()) == ["a", "b", "c", "d"]


def _parted() -> World:
    """One's line is another than the relay's: it has what the relay lost, and lacks two's."""
    world = make_world()
    one, two = world.devices
    record = one.write("a")
    world.sync(2)
    one.write("b", record)
    one.sync(world.line)
    del world.line.blobs[-1]
    two.write("c", record)
    two.sync(world.line)
    return world


def _copied(world: World) -> tuple[World, FragileStore]:
    one, two = world.devices
    stores = []
    for device in (one, two):
        fresh = make_world().devices[0].store
        fresh.connection.deserialize(device.store.connection.serialize())
        stores.append(fresh)
    fragile = FragileStore(stores[0].connection)
    line = Line()
    line.blobs = list(world.line.blobs)
    devices = [
        Device(one.name, one.keys, fragile, Hands()),
        Device(two.name, two.keys, stores[1], Hands()),
    ]
    return World(world.founding, devices, Hands(), line), fragile


def _crashes() -> Iterator[int]:
    at = 0
    while at < 500:
        yield at
        at += 1


def test_killed_at_each_write_the_end_is_the_same() -> None:
    parted = _parted()
    whole, _ = _copied(parted)
    assert whole.devices[0].ledger.reread(whole.line).outcome == "taken"
    expected = rows_of(whole.devices[0].store)
    killed = 0
    for at in _crashes():
        world, fragile = _copied(parted)
        one = world.devices[0]
        assert one.ledger.device
        before = rows_of(fragile)
        fragile.fuse = at
        try:
            one.ledger.reread(world.line)
        except PowerCutError:
            killed += 1
            assert rows_of(fragile) == before
        else:
            fragile.fuse = None
            break
        one.restart()
        one.ledger.reread(world.line)
        assert rows_of(fragile) == expected
    assert killed > 15
    agree(world)


def test_killed_between_two_puts_the_rest_is_put(busy: World) -> None:
    one = busy.devices[0]
    whole = list(busy.line.blobs)
    for kept in range(len(whole)):
        busy.line.blobs = whole[:kept]
        busy.line.crash_after_put = True
        with pytest.raises(UnavailableError):
            one.ledger.reread(busy.line)
        busy.line.crash_after_put = False
        assert len(busy.line.blobs) == kept + 1
        one.ledger.reread(busy.line)
        assert busy.line.blobs == whole
    agree(busy)


# -- who was shut out


def reread(member: Member, line: list[bytes]) -> RereadReport:
    relay = Line()
    relay.blobs = line
    report = Rereading(member.store, member.state, relay).run()
    line[:] = relay.blobs
    return report


def _left(team: Team) -> tuple[list[bytes], list[bytes]]:
    """An author's entry, and the epoch without it, that its maker made before it saw the entry."""
    one, two, _, author = team.members
    entry = author.entry(b"asylia/test/1\nbefore")
    return [entry], team.blobs(one.compose(Dismissal(NAME, author.device)), one, two)


def naming(member: Member, author: Member) -> bytes:
    """An entry that names the author's newest, as an outbox's first in a batch does."""
    state = member.state
    keys, key = state.current[NAME], b"n" * 32
    count, line = member.store.line_end()
    chain = state.chains.get((NAME, member.device), START)
    header = Header(
        author=member.device,
        compartment=NAME,
        epoch=keys.blob_hash,
        record=record_id(NAME, key),
        sequence=chain.sequence + 1,
        previous=chain.blob,
        seen=count,
        line=line,
        day=TODAY,
        kind=CONTENT,
    )
    heads = tuple(one for one in state.chains.heads(NAME) if one.author == author.device)
    boxed = Keys(keys.key, key, keys.wrap_key)
    return seal_entry(header, heads, b"asylia/test/1\nafter", boxed, member.keys.author)


def test_one_that_was_applied_before_the_epoch_without_its_author_counts_for_all() -> None:
    """The relay is restored to before both; another writes the epoch first."""
    team = make_team(3, 1)
    one, two, three, author = team.members
    entry, epoch = _left(team)
    start = list(team.line)
    for member in (three, author):
        member.pull([*start, *entry])
    assert len(three.texts()) == 1
    team.line += epoch
    team.pull(one, two)
    assert reread(three, team.line).outcome == "taken"
    assert team.line == [*start, *epoch, *entry]
    assert len(three.texts()) == 1
    assert team.pull(one, two) == [["forged"], ["forged"]]
    assert one.texts() == []
    team.line.append(naming(three, author))
    team.pull()
    later = team.joined(two)
    later.pull(team.line)
    assert sorted(one.texts()) == sorted(two.texts()) == sorted(three.texts())
    assert sorted(later.texts()) == sorted(one.texts())
    assert len(one.texts()) == 2


def test_an_entry_set_before_the_epoch_without_its_author_is_named() -> None:
    """The relay and a device that was shut out, together, and a worker who is tricked."""
    team = make_team(3, 1)
    one, two, _, _ = team.members
    start = list(team.line)
    late, epoch = _left(team)
    team.line += epoch
    team.pull()
    team.line[:] = [*start, *late, *epoch]
    report = reread(one, team.line)
    assert report.outcome == "taken"
    assert "forked" in kinds(report)
    assert any("shut out" in found.text for found in report.findings)
    reread(two, team.line)
    assert one.texts() == two.texts()


def test_without_taking_what_a_member_names_they_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: who did not see it in time waits for ever."""
    monkeypatch.setattr(Replay, "_look_for", lambda *_: None)
    with pytest.raises(AssertionError):
        test_one_that_was_applied_before_the_epoch_without_its_author_counts_for_all()


def test_judged_by_states_of_before_they_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: what another line left unread or refused must be judged anew."""
    monkeypatch.setattr(Replay, "judge_anew", lambda _: None)
    with pytest.raises(AssertionError):
        test_a_changed_line_that_one_was_shown("dropped", False)


def test_without_putting_back_entries_are_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: a line without what this device holds is never taken."""
    monkeypatch.setattr(Rereading, "_put_back", lambda _: [])
    world = _parted()
    report = world.devices[0].ledger.reread(world.line)
    assert report.outcome == "stopped"
