"""Replay in any interleaving of the authors' chains: the same facts, the same rows."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ledger.world import Device, World, make_world, memory_store

from asylia.ledger.values import OpenEntry

steps = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from(["write", "sync", "restart"])), max_size=14
)


def fact(entry: OpenEntry) -> tuple[object, ...]:
    return (
        entry.entered_on,
        entry.author,
        entry.sequence,
        entry.record,
        entry.compartment,
        entry.content,
    )


def replayed(world: World, blobs: list[bytes]) -> tuple[Device, list[str]]:
    """A device from nothing but its keys and these blobs."""
    store = memory_store()
    one = world.devices[0]
    world.founding.enter(store, one.keys)
    device = Device(one.name, one.keys, store, world.clock)
    line = type(world.line)()
    line.blobs = blobs
    report = device.sync(line)
    return device, [finding.kind for finding in report.findings]


@settings(max_examples=25)
@given(steps, st.randoms(use_true_random=False))
def test_devices_agree_whatever_they_did_and_however_it_is_shown(steps, random) -> None:  # type: ignore[no-untyped-def]
    world = make_world(2)
    record = world.devices[0].write("start")
    world.sync()
    for number, (who, step) in enumerate(steps):
        device = world.devices[who]
        if step == "write":
            device.write(str(number), record)
        elif step == "sync":
            assert not device.sync(world.line).findings
        else:
            device.restart()
    world.sync(2)
    one, two = world.devices
    facts = sorted(map(fact, one.ledger.entries()))
    assert facts == sorted(map(fact, two.ledger.entries()))
    assert len(facts) == 1 + sum(step == "write" for _, step in steps)

    blobs = world.line.blobs[2:]
    random.shuffle(blobs)
    shuffled, kinds = replayed(world, [*world.line.blobs[:2], *blobs])
    assert sorted(map(fact, shuffled.ledger.entries())) == facts
    assert set(kinds) <= {"reordered", "forked"}


@settings(max_examples=25)
@given(steps)
def test_each_authors_entries_and_what_they_name_come_first(steps) -> None:  # type: ignore[no-untyped-def]
    world = make_world(2)
    record = world.devices[0].write("start")
    world.sync()
    for number, (who, _) in enumerate(steps):
        world.devices[who].write(str(number), record)
        world.sync()
    for device in world.devices:
        for other in world.devices:
            found = [e.sequence for e in device.ledger.entries() if e.author == other.keys.device]
            assert found == list(range(len(found)))


def test_rows_that_depend_on_the_order_would_be_noticed() -> None:
    """The negative control of the two above: a table of positions differs between two devices."""
    world = make_world(2)
    record = world.devices[0].write("start")
    world.sync()
    for device in world.devices:
        device.write(device.name, record)
    world.sync(2)
    rows = [[(e.position, e.content) for e in device.ledger.entries()] for device in world.devices]
    assert rows[0] != rows[1]
