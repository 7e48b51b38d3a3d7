"""What is applied follows from the line alone, whatever members sign and however pages are cut."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ledger.world import (
    LABEL,
    Device,
    Line,
    World,
    compartment_epoch,
    forge,
    make_world,
    memory_store,
    sealed,
)

from asylia.crypto.signing import SigningKey
from asylia.ledger import boxes, replay
from asylia.ledger.entry import NOTHING, Head
from asylia.ledger.values import Finding

STRANGER = SigningKey(bytes(31) + b"s", "ed25519")
moves = st.lists(
    st.tuples(
        st.integers(0, 1),  # whose entry
        st.sampled_from(["signed", "signed", "signed", "unsigned"]),
        st.integers(0, 3),  # how far back in that author's blobs it goes on from
        st.integers(0, 3),  # which blob of the other's it names as a head; 0 none
        st.integers(0, 2),  # whose record it is in: its own, the other's, one that it gives now
        st.sampled_from(["", "", "", "", "epoch", "again", "junk", "shut", "later"]),
    ),
    max_size=14,
)


@dataclass
class Cut(Line):
    """A relay that gives pages of the sizes that it is told, over and over."""

    sizes: list[int] = field(default_factory=lambda: [1])

    def __post_init__(self) -> None:
        Line.__init__(self)
        self.asked = 0

    def ledger_page(self, start: int) -> list[bytes]:
        self.asked += 1
        size = self.sizes[self.asked % len(self.sizes)]
        return self.blobs[start : start + size + 1]


@dataclass
class Script:
    """Two members who sign, fork, and fail to sign as they please."""

    world: World
    blobs: list[bytes] = field(default_factory=list)
    made: tuple[list[tuple[int, bytes]], ...] = field(default_factory=lambda: ([], []))
    given: list[list[bytes]] = field(
        default_factory=lambda: [[bytes(31) + b"0"], [bytes(31) + b"1"]]
    )

    def move(self, who: int, signed: str, back: int, head: int, record: int, extra: str) -> None:
        device, own, other = self.world.devices[who], self.made[who], self.made[1 - who]
        sequence, previous = own[-1 - back] if back < len(own) else (-1, NOTHING)
        heads: tuple[Head, ...] = ()
        if 0 < head <= len(other):
            named, blob_hash = other[-head]
            heads = (Head(self.world.devices[1 - who].keys.device, named, blob_hash),)
        if record == 2:
            self.given[who].append(sha256(b"".join(self.blobs)).digest())
        key = self.given[who if record != 1 else 1 - who][-1]
        blob = forge(
            device,
            boxes.record_id("casework", key),
            LABEL + str(len(self.blobs)).encode(),
            signer=STRANGER if signed == "unsigned" else None,
            record_key=bytes(32) if extra == "shut" else key,
            wrap=extra != "shut" and record != 1,
            heads=heads,
            sequence=sequence + 1,
            previous=previous,
        )
        own.append((sequence + 1, sha256(blob).digest()))
        if extra == "later" and self.blobs:
            self.blobs.insert(len(self.blobs) // 2 + 2, blob)
        else:
            self.blobs.append(blob)
        if extra == "again":
            self.blobs.append(blob)
        if extra == "junk":
            self.blobs.append(sha256(blob).digest() * 40)
        if extra == "epoch":
            self._rotate()

    def _rotate(self) -> None:
        blob = sealed(self.world, compartment_epoch(self.world), [self.world.devices[0].keys])
        self.blobs.append(blob)
        for device in self.world.devices:
            device.sync(_line([*self.world.line.blobs, blob]))
        self.world.line.blobs.append(blob)


def _line(blobs: list[bytes]) -> Line:
    line = Line()
    line.blobs = list(blobs)
    return line


def reader(world: World, blobs: list[bytes], sizes: list[int]) -> tuple[set[Any], list[Finding]]:
    """What a device that begins with nothing ends with: blobs applied, contents, chains."""
    store = memory_store()
    one = world.devices[0]
    world.founding.enter(store, one.keys)
    device = Device(one.name, one.keys, store, world.clock)
    line = Cut(sizes)
    line.blobs = blobs
    report = device.sync(line)
    sql = "SELECT l.hash FROM entry e JOIN line l ON l.place = e.place"
    applied = set(store.connection.execute(sql))
    contents = {(e.author, e.sequence, e.content) for e in device.ledger.entries()}
    return applied | contents | set(device.state.chains.items()), list(report.findings)


def script(steps: list[Any]) -> tuple[World, list[bytes]]:
    world = make_world(2)
    world.sync()
    founded = list(world.line.blobs)
    written = Script(world)
    for step in steps:
        written.move(*step)
    return world, founded + written.blobs


@settings(max_examples=30, deadline=None)
@given(moves, st.lists(st.integers(1, 6), min_size=1, max_size=4))
def test_the_same_is_applied_however_pages_are_cut(steps, sizes) -> None:  # type: ignore[no-untyped-def]
    world, blobs = script(steps)
    singly, _ = reader(world, blobs, [1])
    assert reader(world, blobs, [1000])[0] == singly
    assert reader(world, blobs, sizes)[0] == singly


def test_a_signature_vouches_for_what_stands_behind_it() -> None:
    steps = [(0, "unsigned", 0, 0, 0, ""), (0, "unsigned", 0, 0, 0, ""), (0, "signed", 0, 0, 0, "")]
    world, blobs = script(steps)
    for sizes in ([1], [2], [1000]):
        found, _ = reader(world, blobs, sizes)
        assert {e[2] for e in found if len(e) == 3} == {LABEL + b"0", LABEL + b"1", LABEL + b"2"}


@pytest.mark.parametrize("sizes", [[1], [1000]])
def test_what_no_signature_vouches_for_is_never_applied(sizes: list[int]) -> None:
    steps = [(0, "signed", 0, 0, 0, ""), *[(0, "unsigned", 0, 0, 0, "")] * 5]
    world, blobs = script(steps)
    found, findings = reader(world, blobs, sizes)
    assert {e[2] for e in found if len(e) == 3} == {LABEL + b"0"}
    assert [finding.kind for finding in findings] == ["forged"] * 5


@pytest.mark.parametrize("sizes", [[1], [1000]])
def test_a_badly_signed_blob_takes_no_place_from_the_true_one(sizes: list[int]) -> None:
    steps = [(0, "unsigned", 0, 0, 0, ""), (0, "signed", 3, 0, 0, ""), (0, "signed", 0, 0, 0, "")]
    world, blobs = script(steps)
    found, _ = reader(world, blobs, sizes)
    assert {e[2] for e in found if len(e) == 3} == {LABEL + b"1", LABEL + b"2"}


def test_with_each_signature_counted_where_it_stands_pages_would_differ(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The negative control: vouching within a page alone, and refusing for good else."""
    steps = [(0, "unsigned", 0, 0, 0, ""), (0, "signed", 0, 0, 0, "")]
    world, blobs = script(steps)
    monkeypatch.setattr(replay.Waiting, "unvouched", lambda *_: [])
    assert reader(world, blobs, [1])[0] != reader(world, blobs, [1000])[0]


def test_with_the_first_of_two_not_keeping_its_place_pages_would_differ(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The negative control of "its place in its author's chain is taken"."""
    steps = [
        (0, "unsigned", 0, 0, 0, ""),
        (1, "signed", 0, 1, 0, ""),  # names what nothing vouches for yet
        (1, "signed", 3, 0, 0, ""),  # another in the same place
        (0, "signed", 0, 0, 0, ""),
    ]
    world, blobs = script(steps)
    assert reader(world, blobs, [1])[0] == reader(world, blobs, [1000])[0]
    monkeypatch.setattr(replay.Waiting, "in_place_of", lambda *_: None)
    assert reader(world, blobs, [1])[0] != reader(world, blobs, [1000])[0]
