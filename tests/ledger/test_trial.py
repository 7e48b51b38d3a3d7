"""A blob is tried with a bounded number of keys, and no straggler is lost for it."""

import os
from hashlib import sha256

import pytest
from tests.ledger.world import LABEL, World, compartment_epoch, forge, sealed

from asylia.ledger import boxes, journal
from asylia.ledger.trial import RECENT

ROTATIONS = RECENT + 3


def rotate(world: World) -> None:
    blob = sealed(world, compartment_epoch(world), [world.devices[0].keys])
    world.line.blobs.append(blob)
    assert [f for report in world.sync() for f in report.findings] == []


def test_what_no_key_opens_costs_the_same_after_many_epochs(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.sync(2)
    for _ in range(ROTATIONS):
        rotate(world)
    tried, opened = [], boxes.open_outer
    monkeypatch.setattr(boxes, "open_outer", lambda *a: (tried.append(1), opened(*a))[1])
    world.line.blobs.append(os.urandom(1100))
    before = len(world.devices[1].state.keys)
    report = world.devices[1].sync(world.line)
    assert report.unread >= 1
    assert before > len(tried)
    assert len(tried) <= 2 * RECENT  # casework, and the compartment that all are in


def test_a_straggler_under_an_old_epoch_is_read_when_another_entry_names_it(world: World) -> None:
    one, two = world.devices
    record = one.write("a")
    world.sync(2)
    old = two.epoch
    for _ in range(ROTATIONS):
        rotate(world)
    late = forge(two, record, LABEL + b"late", under=old)
    world.line.blobs.append(late)
    unread = one.sync(world.line).unread
    assert one.texts() == ["a"]
    after = forge(two, record, LABEL + b"b", sequence=1, previous=sha256(late).digest())
    world.line.blobs.append(after)
    report = one.sync(world.line)
    assert sorted(one.texts()) == ["a", "b", "late"]
    assert report.unread == unread - 1


def test_a_storm_of_findings_is_told_once_and_fills_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "_MOST_FINDINGS", 5)
    one, two = world.devices
    record = one.write("a")
    world.sync(2)
    for at in range(20):
        world.line.blobs.append(forge(two, record, LABEL + str(at).encode(), sequence=0, day=at))
    report = one.sync(world.line)
    assert len(report.findings) == len(one.ledger.findings())
    assert len(report.findings) <= 2 * 5
    assert any("no longer told singly" in finding.text for finding in report.findings)
    assert one.texts() == ["a", "0"]
