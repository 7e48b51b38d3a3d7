"""The header: 512 bytes, eight slots, one answer for whatever does not open."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.vault.world import COSTS

from asylia.crypto import random, slot
from asylia.errors import ForgedError, LockedError, MalformedError
from asylia.vault import header as module
from asylia.vault.header import SIZE, SLOTS, Costs, Header

MASTER = bytes(range(32))


def made(passphrase: bytes = b"one two") -> Header:
    return Header.create(passphrase, MASTER, COSTS)


def test_it_has_512_bytes_and_opens_with_its_passphrase() -> None:
    encoded = made().encode()
    assert len(encoded) == SIZE == 512
    assert Header.parse(encoded).open(b"one two") == MASTER


def test_another_passphrase_is_locked_out() -> None:
    with pytest.raises(LockedError):
        made().open(b"one three")


def test_whatever_slot_is_in_use_it_opens() -> None:
    for at in range(SLOTS):

        def drawn(length: int, at: int = at) -> bytes:
            return bytes([at]) if length == 1 else random.system(length)

        assert Header.create(b"one two", MASTER, COSTS, drawn).open(b"one two") == MASTER


@pytest.mark.parametrize("passphrase", [b"one two", b"wrong"])
def test_one_stretching_and_all_eight_slots_are_tried_whatever_opens(
    passphrase: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    stretched, opened = [], []
    stretch, try_slot = Costs.stretch, module.open_slot

    def count_stretch(self: Costs, *arguments: bytes) -> bytes:
        stretched.append(1)
        return stretch(self, *arguments)

    def count_slot(*arguments: bytes) -> bytes:
        opened.append(1)
        return try_slot(*arguments)

    header = made()
    monkeypatch.setattr(Costs, "stretch", count_stretch)
    monkeypatch.setattr(module, "open_slot", count_slot)
    try:
        header.open(passphrase)
    except LockedError:
        assert passphrase == b"wrong"
    assert (len(stretched), len(opened)) == (1, SLOTS)


def test_unused_slots_look_like_the_used_one() -> None:
    encoded = made().encode()
    slots = {encoded[at : at + 48] for at in range(128, SIZE, 48)}
    assert len(slots) == SLOTS
    assert all(len(set(one)) > 16 for one in slots)


@given(st.integers(0, SIZE - 1), st.integers(1, 255))
def test_any_damage_is_told_from_a_wrong_passphrase(at: int, change: int) -> None:
    encoded = bytearray(HEADER)
    encoded[at] ^= change
    with pytest.raises(MalformedError) as caught:
        Header.parse(bytes(encoded))
    assert caught.value.hint


@given(st.binary(max_size=600))
def test_random_bytes_are_no_header(junk: bytes) -> None:
    with pytest.raises(MalformedError):
        Header.parse(junk)


@given(st.binary(min_size=32, max_size=32), st.integers(1, 64), st.integers(1, 1000))
def test_a_header_comes_back(salt: bytes, lanes: int, passes: int) -> None:
    costs = Costs(memory=8 * lanes, passes=passes, lanes=lanes)
    header = Header(salt, costs, tuple(bytes([n]) * 48 for n in range(SLOTS)))
    assert Header.parse(header.encode()) == header


def test_costs_that_would_eat_the_machine_are_refused_before_they_do() -> None:
    for wrong in ((1 << 23, 1, 1), (64, 0, 1), (64, 1, 0), (7, 1, 1), (64, 1001, 1), (512, 1, 65)):
        with pytest.raises(MalformedError):
            Costs(*wrong)


def test_costs_grow_until_a_run_takes_half_a_second() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)

    def clock_of(seconds: float):  # type: ignore[no-untyped-def]
        times = iter([now, now + timedelta(seconds=seconds)])
        return lambda: next(times)

    assert COSTS.calibrated(clock_of(0.1)).passes >= 5
    assert COSTS.calibrated(clock_of(2.0)) == COSTS
    assert COSTS.calibrated(clock_of(0.0)).passes <= 1000


def test_a_secret_is_not_shown() -> None:
    header = made()
    assert header.slots[0].hex() not in repr(header)
    assert str(header.slots[0]) not in repr(header)


def test_a_slot_holds_32_bytes_and_refuses_anything_altered() -> None:
    sealed = slot.seal_slot(bytes(32), MASTER)
    assert len(sealed) == 48
    assert slot.open_slot(bytes(32), sealed) == MASTER
    with pytest.raises(ForgedError):
        slot.open_slot(bytes([1]) * 32, sealed)
    with pytest.raises(ValueError, match="32"):
        slot.seal_slot(bytes(32), b"short")


HEADER = made().encode()
