"""The entry's wire form: what goes in comes out, and nothing else is taken."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from asylia.envelope.shapes import LAST_DAY
from asylia.errors import AsyliaError, ForgedError, MalformedError
from asylia.ledger import boxes, sealing
from asylia.ledger.courier import parse_page
from asylia.ledger.entry import (
    CONTENT,
    CONTROL,
    LABEL,
    NO_RECORD,
    Head,
    Header,
    Sealed,
    decode_entry,
    decode_front,
    decode_header,
    decode_heads,
    encode_entry,
    encode_header,
    encode_heads,
)
from asylia.ledger.epoch import decode_epoch
from asylia.ledger.keys import DeviceKeys
from asylia.values import RecordId
from asylia.wire import frame

u64 = st.integers(0, 2**64 - 1)
b32 = st.binary(min_size=32, max_size=32)
records = st.binary(min_size=16, max_size=16).filter(lambda one: one != NO_RECORD)
headers = st.builds(
    Header,
    author=b32,
    compartment=st.from_regex(r"\A[a-z][a-z0-9-]{0,31}\Z"),
    epoch=b32,
    record=records,
    sequence=u64,
    previous=b32,
    seen=u64,
    line=b32,
    day=st.integers(0, LAST_DAY),
    kind=st.just(CONTENT),
)
heads = st.lists(st.builds(Head, b32, u64, b32), max_size=64, unique_by=lambda head: head.author)
KEYS = boxes.Keys(bytes(32), bytes([1]) * 32, bytes([2]) * 32)
AUTHOR = DeviceKeys.generate().author


@given(headers)
def test_a_header_comes_back(header: Header) -> None:
    assert decode_header(encode_header(header)) == header
    control = replace(header, kind=CONTROL, record=NO_RECORD)
    assert decode_header(encode_header(control)) == control


@given(heads)
def test_heads_come_back_sorted(some: list[Head]) -> None:
    assert decode_heads(encode_heads(some)) == tuple(sorted(some))


@settings(max_examples=40)
@given(headers, heads, st.binary(max_size=3000))
def test_a_sealed_entry_comes_back(header: Header, some: list[Head], content: bytes) -> None:
    blob = boxes.seal_entry(header, tuple(some), content, KEYS, AUTHOR)
    sealed = boxes.parse_outer(boxes.open_outer(KEYS.compartment, blob))
    boxes.verify_author(sealed, AUTHOR.public)
    assert decode_header(sealed.header) == header
    assert boxes.open_wrapped(bytes([2]) * 32, sealed) == KEYS.inner
    assert boxes.open_inner(KEYS.inner, CONTENT, sealed) == content


@given(st.binary(max_size=1200))
def test_random_bytes_are_refused_by_every_codec(junk: bytes) -> None:
    for codec in (
        decode_header,
        decode_entry,
        decode_front,
        boxes.parse_outer,
        decode_epoch,
        lambda stored: DeviceKeys.parse(stored, ()),
        lambda one: boxes.open_outer(bytes(32), one),
        lambda one: sealing.open_keyring(one, bytes(32)),
        lambda one: decode_heads(one or b"0"),
    ):
        with pytest.raises(AsyliaError):
            codec(junk)  # type: ignore[operator]


@settings(max_examples=40)
@given(st.data(), headers)
def test_an_altered_entry_does_not_open_or_does_not_hold(
    data: st.DataObject, header: Header
) -> None:
    blob = bytearray(boxes.seal_entry(header, (), b"words", KEYS, AUTHOR))
    blob[data.draw(st.integers(0, len(blob) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ForgedError):
        boxes.open_outer(KEYS.compartment, bytes(blob))


@settings(max_examples=40)
@given(st.data(), headers, heads)
def test_an_entry_altered_inside_is_noticed(
    data: st.DataObject, header: Header, some: list[Head]
) -> None:
    """Who holds the compartment key can change what is inside; the signature covers all of it."""
    blob = boxes.seal_entry(header, tuple(some), b"words", KEYS, AUTHOR)
    sealed = boxes.parse_outer(boxes.open_outer(KEYS.compartment, blob))
    encoded = bytearray(encode_entry(sealed))
    encoded[data.draw(st.integers(len(LABEL) + 1, len(encoded) - 1))] ^= 1
    with pytest.raises((ForgedError, MalformedError)):
        boxes.verify_author(decode_entry(bytes(encoded)), AUTHOR.public)


def _whole(untrusted: bytes) -> object:
    """What its parts say one by one, or what is wrong with the first that is."""
    try:
        sealed = decode_entry(untrusted)
        return decode_header(sealed.header), decode_heads(sealed.heads), sealed.wrapped != b""
    except MalformedError as error:
        return error.message


def _at_once(untrusted: bytes) -> object:
    try:
        return decode_front(untrusted)
    except MalformedError as error:
        return error.message


@settings(max_examples=60)
@given(st.data(), headers, heads, st.booleans())
def test_what_is_read_in_one_go_is_what_the_parts_say(
    data: st.DataObject, header: Header, some: list[Head], wrapped: bool
) -> None:
    """Of a good entry, of one altered anywhere, and of one cut off anywhere."""
    parts = encode_header(header), encode_heads(some), bytes(80 * wrapped), b"inner"
    good = encode_entry(Sealed(*parts, bytes(64)))
    assert _at_once(good) == (header, tuple(sorted(some)), wrapped)
    at = data.draw(st.integers(0, len(good) - 1))
    bad = bytearray(good)
    bad[at] ^= data.draw(st.integers(1, 255))
    for one in (bytes(bad), good[:at], good + b"\0", good[:-67] + b"\x02" + good[-66:]):
        assert _at_once(one) == _whole(one)


def test_signatures_are_a_list_with_exactly_one_that_this_version_knows() -> None:
    parts = Sealed(bytes(197), b"", b"", b"", bytes(64))
    one = b"\x01\x00\x40" + bytes(64)
    assert decode_entry(frame(LABEL, *parts.signed, one)) == parts
    for wrong in (
        b"",
        one + one,
        b"\x02\x00\x40" + bytes(64),
        one[:-1],
        one + b"\x01",
        b"\x01\x00\x00",
    ):
        for decode in (decode_entry, decode_front):
            with pytest.raises(MalformedError, match=r"signature|signed"):
                decode(frame(LABEL, *parts.signed, wrong))


def test_heads_out_of_order_or_doubled_are_refused() -> None:
    low, high = Head(bytes(32), 1, bytes(32)), Head(bytes([1]) * 32, 1, bytes(32))
    good = encode_heads([low, high])
    assert decode_heads(good) == (low, high)
    for wrong in (good[72:] + good[:72], good[:72] * 2, good[:-1], good[:72] * 65):
        with pytest.raises(MalformedError):
            decode_heads(wrong)


def test_a_compartment_with_anything_behind_its_zeros_is_refused() -> None:
    header = encode_header(
        Header(bytes(32), "a", bytes(32), bytes(15) + b"1", 0, bytes(32), 0, bytes(32), 0, 1)
    )
    decode_header(header)
    for wrong in (b"a\0b".ljust(32, b"\0"), bytes(32), b"-a".ljust(32, b"\0")):
        with pytest.raises(MalformedError):
            decode_header(header[:32] + wrong + header[64:])


@given(st.dictionaries(records.map(RecordId), b32, min_size=1, max_size=40))
def test_a_keyring_comes_back(keys: dict[RecordId, bytes]) -> None:
    (page,) = sealing.seal_keyring(keys, bytes(32))
    assert sealing.open_keyring(page, bytes(32)) == keys
    with pytest.raises(ForgedError):
        sealing.open_keyring(page, bytes([1]) * 32)


def test_a_keyring_of_many_records_goes_on_several_pages_of_equal_bounds() -> None:
    keys = {RecordId(number.to_bytes(16, "big")): bytes(32) for number in range(sealing.PAGE + 1)}
    pages = sealing.seal_keyring(keys, bytes(32))
    assert [len(page) <= 1 << 20 for page in pages] == [True, True]
    opened = [sealing.open_keyring(page, bytes(32)) for page in pages]
    assert opened[0] | opened[1] == keys


def test_device_keys_come_back_and_hide() -> None:
    keys = DeviceKeys.generate()
    assert DeviceKeys.parse(keys.encode(), [one.reveal() for one in keys.prekeys]) == keys
    assert keys.seed.hex() not in repr(keys)
    assert "seed" not in repr(keys)
    assert keys.author.public.ed25519 == keys.signing.public.ed25519


@given(st.lists(st.binary(max_size=50), max_size=6), st.data())
def test_a_page_comes_back_and_a_cut_one_is_refused(
    blobs: list[bytes], data: st.DataObject
) -> None:
    page = b"".join(len(blob).to_bytes(4, "big") + blob for blob in blobs)
    assert parse_page(page) == tuple(blobs)
    cut = data.draw(st.integers(0, len(page)))
    try:
        assert len(parse_page(page[:cut])) <= len(blobs)
    except MalformedError:
        assert cut < len(page)
