"""Appending, tiles and reading agree with the plain RFC 6962 tree, at every size that matters."""

import contextlib
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asylia.crypto import merkle
from asylia.errors import AsyliaError, ConflictError, ForgedError, MalformedError, NotFoundError
from asylia.tlog.checkpoint import Checkpoint, NoteKey, parse_checkpoint
from asylia.tlog.log import BATCH, Log
from asylia.tlog.reader import LogReader
from asylia.tlog.tiles import Tile, decode_entries, encode_entries, parse_path
from tlog.memorylog import MemoryLog

KEY = NoteKey("log.example/asylia", bytes(range(32)))


def leaf(number, world=0):
    return sha256(b"leaf %d %d" % (world, number)).digest()


def grown(size, world=0):
    storage, log = MemoryLog(), Log(KEY)
    log.begin(storage)
    for start in range(0, size, BATCH):
        log.append(storage, [leaf(n, world) for n in range(start, min(size, start + BATCH))])
    return storage


SIZES = [1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 600, 70_000]


@pytest.fixture(scope="module")
def big():
    return grown(70_000)


@pytest.mark.parametrize("size", SIZES[:-1])
def test_the_checkpoint_holds_the_root_of_all_leaves(size):
    storage = grown(size)
    checkpoint, _ = parse_checkpoint(storage.note)
    expected = merkle.root([merkle.leaf_hash(one) for one in storage.data])
    assert (checkpoint.size, checkpoint.root) == (size, expected)


def test_a_log_of_three_tile_levels_reads_right(big):
    reader = LogReader(big.fetch, KEY.public)
    hashes = [merkle.leaf_hash(one) for one in big.data]
    assert reader.checkpoint() == Checkpoint(KEY.name, 70_000, merkle.root(hashes))
    for index in (0, 255, 256, 65_535, 65_536, 69_999):
        assert reader.inclusion(index).path == merkle.inclusion_proof(hashes, index)
    for old in (1, 256, 65_536, 69_999):
        before = Checkpoint(KEY.name, old, merkle.root(hashes[:old]))
        assert reader.consistency(before) == merkle.consistency_proof(hashes, old)
    assert reader.leaves(65_530, 65_540) == big.data[65_530:65_540]


def test_the_tiles_of_70000_leaves_are_those_that_the_c2sp_text_names(big):
    widths = {"tile/0/272": 256, "tile/0/273.p/112": 112, "tile/1/000": 256}
    widths |= {"tile/1/001.p/17": 17, "tile/2/000.p/1": 1}
    for path, width in widths.items():
        assert len(big.fetch(path)) == 32 * width
    for path in ("tile/0/273", "tile/0/273.p/113", "tile/1/001.p/18", "tile/2/000.p/2"):
        with pytest.raises(NotFoundError):
            big.fetch(path)


@given(st.integers(1, 600), st.data())
def test_every_proof_of_a_small_log_is_that_of_the_plain_tree(size, data):
    storage = grown(size)
    reader = LogReader(storage.fetch, KEY.public)
    hashes = [merkle.leaf_hash(one) for one in storage.data]
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    assert reader.inclusion(index).path == merkle.inclusion_proof(hashes, index)
    before = Checkpoint(KEY.name, old, merkle.root(hashes[:old]))
    assert reader.consistency(before) == merkle.consistency_proof(hashes, old)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=6))
def test_the_root_does_not_depend_on_how_leaves_were_batched(batches):
    storage, log = MemoryLog(), Log(KEY)
    at = 0
    for width in batches:
        assert log.append(storage, [leaf(n) for n in range(at, at + width)]).first == at
        at += width
    checkpoint, _ = parse_checkpoint(storage.note)
    assert checkpoint.root == merkle.root([merkle.leaf_hash(leaf(n)) for n in range(at)])


def test_a_batch_sent_twice_is_stored_once_and_answered_alike():
    storage, log = grown(5), Log(KEY)
    batch = [leaf(n, 1) for n in range(4)]
    first, again = log.append(storage, batch), log.append(storage, batch)
    assert (first.first, first.new) == (5, True)
    assert (again.first, again.new) == (5, False)
    assert storage.size() == 9


def test_a_batch_that_only_begins_like_an_earlier_one_is_new():
    storage, log = grown(5), Log(KEY)
    assert log.append(storage, [leaf(3), leaf(4), leaf(9)]).new
    assert storage.size() == 8


@pytest.mark.parametrize("batch", [[], [b"short"], [bytes(33)], [bytes(32)] * (BATCH + 1)])
def test_a_batch_of_another_form_is_refused_and_changes_nothing(batch):
    storage = grown(3)
    note = storage.note
    with pytest.raises(MalformedError):
        Log(KEY).append(storage, batch)
    assert (storage.size(), storage.note) == (3, note)


def test_a_reader_follows_a_log_that_grows():
    storage, log = grown(300), Log(KEY)
    reader = LogReader(storage.fetch, KEY.public)
    reader.checkpoint()
    log.append(storage, [leaf(n) for n in range(300, 900)])
    assert reader.checkpoint().size == 900


def test_a_reader_refuses_a_log_that_shrinks_or_forks():
    old = LogReader(grown(300).fetch, KEY.public).checkpoint()
    with pytest.raises(ConflictError):
        LogReader(grown(299).fetch, KEY.public, old).checkpoint()
    with pytest.raises(ForgedError):
        LogReader(grown(400, world=1).fetch, KEY.public, old).checkpoint()
    with pytest.raises(ForgedError):
        LogReader(grown(300, world=1).fetch, KEY.public, old).checkpoint()


def test_a_reader_refuses_another_logs_checkpoint():
    other = NoteKey(KEY.name, bytes(32))
    with pytest.raises(ForgedError):
        LogReader(grown(3).fetch, other.public).checkpoint()


@settings(max_examples=40)
@given(st.integers(0, 599), st.data())
def test_no_changed_tile_gives_a_proof_or_a_leaf(index, data):
    storage = grown(600)

    def false(path):
        honest = storage.fetch(path)
        if path == "checkpoint":
            return honest
        at = data.draw(st.integers(0, len(honest) - 1))
        kind = data.draw(st.sampled_from(["flip", "cut", "empty", "long"]))
        flipped = honest[:at] + bytes([honest[at] ^ 1]) + honest[at + 1 :]
        return {"flip": flipped, "cut": honest[:at], "empty": b"", "long": honest * 300}[kind]

    hashes = [merkle.leaf_hash(one) for one in storage.data]
    reader = LogReader(false, KEY.public)
    # A change may miss what this proof needs; then it must be the honest one.
    with contextlib.suppress(AsyliaError):
        assert reader.inclusion(index).path == merkle.inclusion_proof(hashes, index)
    with contextlib.suppress(AsyliaError):
        assert reader.leaves(index, index + 1) == [storage.data[index]]


def test_a_tile_changed_where_the_proof_needs_it_is_refused():
    storage = grown(600)

    def false(path):
        honest = bytearray(storage.fetch(path))
        if path == "tile/0/001":
            honest[0] ^= 1
        return bytes(honest)

    assert LogReader(false, KEY.public).inclusion(10)
    with pytest.raises(ForgedError):
        LogReader(false, KEY.public).inclusion(300)


@given(
    st.one_of(st.integers(0, 63), st.just("entries")), st.integers(0, 10**12), st.integers(1, 256)
)
def test_a_tile_has_one_path(level, index, width):
    tile = Tile(level, index, width)
    assert parse_path(tile.path) == tile


def test_the_path_of_the_c2sp_example():
    assert Tile(0, 1234067).path == "tile/0/x001/x234/067"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "checkpoint",
        "tile",
        "tile/0",
        "tile/0/",
        "tile/0/1",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/x000/001",
        "tile/0/001/000",
        "tile/0/x001/x000",
        "tile/0/000/",
        "tile/0/٠٠٠",
        "tile/²/000",
        "tile/0/000.p/1.p/1",
        "tile/entries/0",
        "tile/0/" + "x999/" * 400 + "999",
    ],
)
def test_a_path_in_any_other_form_is_refused(path):
    with pytest.raises(MalformedError):
        parse_path(path)


@given(st.text(max_size=40))
def test_any_text_as_a_path_gives_a_tile_or_our_error(text):
    for untrusted in (text, "tile/" + text):
        with contextlib.suppress(MalformedError):
            assert parse_path(untrusted).path == untrusted


@given(st.lists(st.binary(max_size=70), max_size=20), st.integers(1, 5))
def test_entry_bundles_go_both_ways_and_refuse_to_be_cut(leaves, cut):
    encoded = encode_entries(leaves)
    assert decode_entries(encoded) == leaves
    with contextlib.suppress(MalformedError):
        assert len(decode_entries(encoded[:-cut])) < max(1, len(leaves))
