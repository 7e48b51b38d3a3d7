"""Drops: a reply is shown where the team signed it for this thread, this place and this order."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asylia.crypto import age
from asylia.crypto.signing import SigningKey
from asylia.envelope.drop import (
    NO_PREVIOUS,
    WINDOW,
    Drop,
    Slot,
    Window,
    bridges,
    drop_id,
    open_drop,
    open_window,
    seal_drop,
    window_ids,
)
from asylia.envelope.sealing import seal_padded
from asylia.envelope.signed import SignedBytes
from asylia.errors import ForgedError, MalformedError, UsageError
from asylia.values import Hash
from asylia.wire import encode

from . import world
from .world import KEYS, REPLY, ROOT_HASH, chain, make_drop, sealed

REPLY_KEYS = (REPLY.public,)
CHAIN = chain(3)
ABSENT, GONE = Slot("absent"), Slot("gone")
USE = "asylia/drop/1 reply"


def read(blob: bytes, n: int) -> Drop:
    return open_drop(blob, n, KEYS, REPLY_KEYS, ROOT_HASH)


def look(*slots: Slot | bytes, first: int = 0) -> Window:
    given_slots = [Slot("present", slot) if isinstance(slot, bytes) else slot for slot in slots]
    filled = given_slots + [ABSENT] * (WINDOW - len(given_slots))
    return open_window(filled, first, KEYS, REPLY_KEYS, ROOT_HASH)


def hostile(
    drop: Drop, *, key: SigningKey = REPLY, use: str = USE, team: bytes = ROOT_HASH
) -> bytes:
    """A drop that our own writer would not make; without an argument, only its checks left out."""
    body = encode(drop)
    content = SignedBytes(body, key.sign(use, team, body)).encode()
    return seal_padded(content, KEYS.identity.recipient)


def test_the_reporter_reads_what_the_team_left() -> None:
    for n, blob in enumerate(CHAIN):
        drop = read(blob, n)
        assert drop.body == f"Reply {n}."
        assert drop.thread == KEYS.thread


def test_ids_are_found_by_the_phrase_alone_and_never_twice() -> None:
    ids = [drop_id(KEYS.drop_secret, n) for n in range(40)]
    others = [drop_id(world.OTHER_KEYS.drop_secret, n) for n in range(40)]
    assert len({*ids, *others}) == 80
    assert window_ids(KEYS.drop_secret, 8) == tuple(ids[8:16])


def test_short_replies_have_one_length() -> None:
    bodies = ["", "Yes.", "Да, приезжайте." * 10]
    assert len({len(sealed(make_drop(1, CHAIN[0], body=body))) for body in bodies}) == 1


REPLY_1 = make_drop(1, CHAIN[0])
WRONG: dict[str, Any] = {
    "another key": lambda: hostile(REPLY_1, key=world.EARLIER_REPLY),
    "another team": lambda: hostile(REPLY_1, team=bytes(32)),
    "another use": lambda: hostile(REPLY_1, use="asylia/envelope/1 control"),
    "another thread": lambda: hostile(make_drop(1, CHAIN[0], thread=bytes(16))),
    "another number": lambda: hostile(make_drop(2, CHAIN[0])),
    "a receipt that is not the first": lambda: hostile(make_drop(1, CHAIN[0], kind="receipt")),
    "a bridge with words": lambda: hostile(make_drop(1, kind="bridge", body="x")),
    "a bridge with a link": lambda: hostile(make_drop(1, CHAIN[0], kind="bridge", body="")),
    "an unknown kind": lambda: hostile(make_drop(1, CHAIN[0], kind="order")),
    "a body too long": lambda: hostile(make_drop(1, CHAIN[0], body="x" * 12_001)),
    "sealed to another": lambda: seal_drop(
        REPLY_1, world.OTHER_KEYS.identity.recipient, REPLY, ROOT_HASH
    ),
    "armored": lambda: age.encrypt(
        age.decrypt(sealed(REPLY_1), [KEYS.identity]), [KEYS.identity.recipient], armor=True
    ),
    "not signed": lambda: seal_padded(encode(REPLY_1), KEYS.identity.recipient),
    "random content": lambda: seal_padded(b"words", KEYS.identity.recipient),
    "random bytes": lambda: bytes(6000),
    "nothing": lambda: b"",
    "too long": lambda: hostile(make_drop(1, CHAIN[0], body="\x01" * 12_000)),
}


def test_hostile_without_a_change_opens() -> None:
    assert read(hostile(REPLY_1), 1) == REPLY_1


@pytest.mark.parametrize("make", WRONG.values(), ids=WRONG.keys())
def test_whatever_is_wrong_is_answered_alike_and_not_shown(make: Any) -> None:
    blob = make()
    with pytest.raises(ForgedError, match=r"^a reply does not open$"):
        read(blob, 1)
    window = look(CHAIN[0], blob)
    assert [drop.n for drop in window.shown] == [0]
    assert window.refused == (1,)
    assert window.opened == (0,)


def test_the_first_drop_is_a_receipt_and_begins_the_chain() -> None:
    for drop in (make_drop(0, kind="reply"), make_drop(0, b"x"), make_drop(0, kind="bridge")):
        with pytest.raises(ForgedError):
            read(hostile(drop), 0)
        with pytest.raises(UsageError):
            sealed(drop)


def test_a_reply_out_of_chain_is_not_shown() -> None:
    stray = sealed(make_drop(2, b"another"))
    window = look(*CHAIN[:2], stray)
    assert [drop.n for drop in window.shown] == [0, 1]
    assert window.refused == (2,)


def test_where_the_one_before_is_not_at_hand_the_signature_stands_alone() -> None:
    stray = sealed(make_drop(2, b"another"))
    for before in (GONE, ABSENT, bytes(100)):
        assert [drop.n for drop in look(CHAIN[0], before, stray).shown] == [0, 2]


def test_a_missing_slot_is_counted() -> None:
    assert look(CHAIN[0], ABSENT, CHAIN[2]).missing == (1,)
    assert look(ABSENT, ABSENT, GONE).missing == (0, 1)
    assert look(CHAIN[0]).missing == ()


def test_nothing_there_is_told_apart_from_all_read() -> None:
    assert not look().found
    assert look(GONE).found
    assert look(bytes(9)).found


@pytest.mark.parametrize(
    ("last", "following"), [(ABSENT, None), (GONE, 16), (bytes(10), 16)], ids=["a", "g", "p"]
)
def test_the_last_slot_tells_whether_another_window_follows(
    last: Slot | bytes, following: int | None
) -> None:
    assert look(*[GONE] * 7, last, first=8).next_window == following


def test_numbers_end_somewhere() -> None:
    assert look(*[GONE] * 8, first=9992).next_window is None


def test_a_window_of_another_shape_is_malformed() -> None:
    with pytest.raises(MalformedError):
        open_window([ABSENT] * 7, 0, KEYS, REPLY_KEYS, ROOT_HASH)
    with pytest.raises(MalformedError):
        open_window([ABSENT] * 8, 4, KEYS, REPLY_KEYS, ROOT_HASH)


@pytest.mark.parametrize(
    ("n", "expected"), [(0, []), (7, []), (8, [7]), (15, [7]), (16, [7, 15]), (25, [7, 15, 23])]
)
def test_bridges_lead_to_a_late_reply(n: int, expected: list[int]) -> None:
    assert list(bridges(n)) == expected


def test_a_bridge_is_walked_over_and_never_shown() -> None:
    bridge = sealed(make_drop(7, kind="bridge", body="", previous=NO_PREVIOUS))
    window = look(*[ABSENT] * 7, bridge)
    assert window.shown == ()
    assert window.opened == (7,)
    assert window.next_window == 8


def test_what_follows_a_bridge_stands_on_its_signature() -> None:
    bridge = sealed(make_drop(1, kind="bridge", body=""))
    assert [drop.n for drop in look(CHAIN[0], bridge, CHAIN[2]).shown] == [0, 2]


def test_a_reply_that_is_too_long_is_refused_when_sealing() -> None:
    for body in ("x" * 12_001, "\x01" * 12_000):
        with pytest.raises(MalformedError):
            sealed(make_drop(1, CHAIN[0], body=body))


@given(st.integers(0, len(CHAIN[0]) - 1), st.integers(1, 255))
def test_no_altered_byte_opens(at: int, change: int) -> None:
    blob = bytearray(CHAIN[0])
    blob[at] ^= change
    assert look(bytes(blob)).refused == (0,)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300), st.integers(1, 9999))
def test_round_trip(body: str, n: int) -> None:
    drop = make_drop(n, CHAIN[0], body=body)
    assert read(sealed(drop), n) == drop
    with pytest.raises(ForgedError):
        read(sealed(drop), n - 1)


def test_a_reply_under_an_earlier_key_holds_while_the_bundle_names_it() -> None:
    blob = sealed(REPLY_1, world.EARLIER_REPLY)
    both = world.bundle().reply_keys
    assert open_drop(blob, 1, KEYS, both, ROOT_HASH) == REPLY_1
    with pytest.raises(ForgedError):
        open_drop(blob, 1, KEYS, both, Hash(bytes(32)))
    with pytest.raises(ForgedError):
        open_drop(blob, 1, KEYS, (), ROOT_HASH)


def test_no_words_are_in_a_repr() -> None:
    assert "Reply 0" not in repr(look(CHAIN[0])) + repr(Slot("present", b"Reply 0"))
