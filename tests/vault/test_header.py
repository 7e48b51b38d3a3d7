"""The header: 512 bytes, eight slots, one answer for whatever does not open."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.vault.world import COSTS

from asylia.crypto import slot
from asylia.errors import ForgedError, MalformedError
from asylia.vault.header import (
    SIZE,
    SLOTS,
    Costs,
    Header,
    Places,
    seal_duress,
    seal_passphrase,
)

MASTER = bytes(range(32))


def made(passphrase: bytes = b"one two") -> Header:
    return Header.create(passphrase, MASTER, COSTS)


def opened(header: Header, passphrase: bytes, share: bytes | None = None) -> bytes | None:
    found = header.find(header.stretch(passphrase), share)
    return found and found.master


def test_it_has_512_bytes_and_opens_with_its_passphrase() -> None:
    encoded = made().encode()
    assert len(encoded) == SIZE == 512
    assert opened(Header.parse(encoded), b"one two") == MASTER


def test_another_passphrase_is_locked_out() -> None:
    assert opened(made(), b"one three") is None


def test_whatever_slot_is_in_use_it_opens() -> None:
    header = made().fresh()
    stretched = header.stretch(b"one two")
    for at in range(SLOTS):
        slot = seal_passphrase(stretched, None, at, MASTER)
        assert header.with_slot(at, slot).find(stretched, None) == (MASTER, at)


@given(st.binary(min_size=32, max_size=32))
def test_the_places_are_three_and_the_passphrase_goes_back_and_forth(master: bytes) -> None:
    (first, second), duress = Places.of(master)
    assert len({first, second, duress} & set(range(SLOTS))) == 3
    places = Places.of(master)
    assert (places.next_to(first), places.next_to(second)) == (second, first)
    assert all(places.next_to(at) == first for at in range(SLOTS) if at != first)


@given(st.sets(st.integers(0, SLOTS - 1), max_size=SLOTS), st.binary(min_size=32, max_size=32))
def test_only_the_right_kind_of_key_opens_a_slot(at: set[int], share: bytes) -> None:
    header = made().fresh()
    stretched = header.stretch(b"one two")
    shared, duress = header, header
    for one in at:
        shared = shared.with_slot(one, seal_passphrase(stretched, share, one, MASTER))
        duress = duress.with_slot(one, seal_duress(stretched, one))
    assert (shared.find(stretched, share) is not None) == bool(at)
    assert duress.is_duress(stretched) == bool(at)
    assert shared.find(stretched, None) is None
    assert not shared.is_duress(stretched)
    assert duress.find(stretched, share) is None
    assert duress.find(stretched, None) is None


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


@given(
    st.binary(min_size=32, max_size=32),
    st.integers(1, 64),
    st.integers(1, 1000),
    st.binary(min_size=16, max_size=16),
)
def test_a_header_comes_back(salt: bytes, lanes: int, passes: int, share_id: bytes) -> None:
    costs = Costs(memory=8 * lanes, passes=passes, lanes=lanes)
    header = Header(salt, costs, tuple(bytes([n]) * 48 for n in range(SLOTS)), share_id)
    assert Header.parse(header.encode()) == header
    fresh = header.fresh()
    assert Header.parse(fresh.encode()) == fresh
    assert (fresh.costs, fresh.share_id) == (costs, share_id)
    assert not {fresh.salt, *fresh.slots} & {header.salt, *header.slots}


@given(st.binary(min_size=SIZE, max_size=SIZE))
def test_any_512_bytes_are_a_header_or_malformed(junk: bytes) -> None:
    content = b"asylia/vault/1\n\0" + junk[16:]
    fixed = content[:96] + sha256(content[:96] + content[128:]).digest() + content[128:]
    for one in (content, fixed, fixed[:48] + HEADER[48:60] + bytes(36) + fixed[96:]):
        try:
            header = Header.parse(one)
        except MalformedError:
            continue
        assert header.encode() == one


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
