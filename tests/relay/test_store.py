"""The contract of ``RelayStore``: each backend passes the same suite, and agrees with a model."""

import asyncio
import shutil
import sqlite3
from contextlib import ExitStack, suppress
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from asylia.errors import UnavailableError
from asylia.relay.postgres import PostgresStore
from asylia.relay.sqlite import PAGE, SQLiteStore, connect
from asylia.relay.store import (
    FORMER_DAYS,
    GONE_DAYS,
    UNREAD_DAYS,
    Access,
    Put,
    Reply,
    ReplyState,
    Room,
)
from asylia.relay.writer import GroupWriter
from asylia.tlog.checkpoint import NoteKey, parse_checkpoint
from asylia.tlog.log import Log, read
from relay.server import fresh_database

DAY = 20_000
MIB = 1 << 20
LOG = Log(NoteKey("log.example/test", bytes(32)))


@pytest.fixture(params=["sqlite", "postgres"])
def make(request, tmp_path):
    """Opens the same store each time it is called."""
    if request.param == "sqlite":
        yield lambda **settings: SQLiteStore(tmp_path / "store", **settings)
        return
    with fresh_database() as conninfo:
        yield lambda **settings: PostgresStore(conninfo, **settings)


def blob_id(number):
    return number.to_bytes(16, "big")


def reply_id(number):
    return number.to_bytes(32, "big")


class TestContract:
    def test_a_blob_is_stored_once_and_never_overwritten(self, make):
        async def story(store):
            assert await store.put("envelope", blob_id(1), b"words", DAY) is Put.STORED
            assert await store.put("envelope", blob_id(1), b"words", DAY + 1) is Put.SAME
            assert await store.put("envelope", blob_id(1), b"other", DAY) is Put.TAKEN
            assert await store.get("envelope", blob_id(1)) == b"words"
            assert await store.get("piece", blob_id(1)) is None

        run(make, story)

    def test_a_replaced_secret_reads_the_line_for_thirty_days_and_opens_nothing(self, make):
        async def story(store):
            assert await store.access() is None
            for at, name in enumerate((b"a", b"b", b"b", b"c")):
                await store.replace_access(name * 32, DAY + at)
            access = await store.access()
            last = DAY + 3 + FORMER_DAYS
            assert access.opens(b"c" * 32)
            assert access.reads_line(b"c" * 32, last + 999)
            assert access.reads_line(b"b" * 32, last)
            assert not access.opens(b"b" * 32)
            assert not access.reads_line(b"b" * 32, last + 1)
            assert not access.reads_line(b"a" * 32, DAY)
            assert not access.reads_line(b"", DAY)

        run(make, story)

    def test_the_same_secret_set_again_leaves_the_former_one_as_it_is(self, make):
        async def story(store):
            for at, name in enumerate((b"a", b"b", b"b")):
                await store.replace_access(name * 32, DAY + at)
            assert await store.access() == Access(b"b" * 32, b"a" * 32, DAY + 1)

        run(make, story)

    def test_what_was_stored_is_there_after_reopening(self, make):
        async def before(store):
            await store.put("envelope", blob_id(1), b"words", DAY)
            await store.put_bundle(b"bundle")
            await store.replace_access(b"a" * 32, DAY)
            await store.replace_access(b"b" * 32, DAY + 1)
            await store.append_entry(sha256(b"e").digest(), b"e")
            await store.write_log(lambda log: LOG.append(log, [bytes(32)]))

        async def after(store):
            assert await store.get("envelope", blob_id(1)) == b"words"
            assert await store.bundle() == b"bundle"
            assert await store.access() == Access(b"b" * 32, b"a" * 32, DAY + 1)
            assert await store.entries(0, MIB) == [b"e"]
            assert await store.read_log(lambda log: log.leaves(0, 9)) == [bytes(32)]

        run(make, before)
        run(make, after)

    def test_ids_come_in_id_order(self, make):
        async def story(store):
            for number in (5, 1, 9, 3):
                await store.put("envelope", blob_id(number), b"x", DAY)
            assert await store.ids("envelope") == [blob_id(n) for n in (1, 3, 5, 9)]
            assert await store.ids("piece") == []

        run(make, story)

    def test_deleting_is_idempotent_and_frees_the_id(self, make):
        async def story(store):
            await store.put("piece", blob_id(1), b"x", DAY)
            await store.delete("piece", blob_id(1))
            await store.delete("piece", blob_id(1))
            assert await store.get("piece", blob_id(1)) is None
            assert await store.put("piece", blob_id(1), b"y", DAY) is Put.STORED

        run(make, story)

    def test_a_reply_is_absent_then_present_then_gone(self, make):
        async def story(store):
            ids = [reply_id(n) for n in (1, 2)]
            assert await store.put_reply(ids[0], b"reply", DAY) is Put.STORED
            assert await store.put_reply(ids[0], b"reply", DAY) is Put.SAME
            assert await store.put_reply(ids[0], b"other", DAY) is Put.TAKEN
            present = Reply(ReplyState.PRESENT, b"reply")
            assert await store.replies(ids) == [present, Reply(ReplyState.ABSENT)]
            await store.read_replies(ids, DAY)
            await store.read_replies(ids, DAY)
            assert await store.replies(ids) == [Reply(ReplyState.GONE), Reply(ReplyState.ABSENT)]
            assert await store.put_reply(ids[0], b"reply", DAY) is Put.TAKEN
            assert await store.put_reply(ids[1], b"reply", DAY) is Put.STORED

        run(make, story)

    def test_an_unread_reply_goes_after_its_days_and_its_id_after_more(self, make):
        async def story(store):
            await store.put_reply(reply_id(1), b"reply", DAY)
            await store.settle(DAY + UNREAD_DAYS)
            assert (await store.replies([reply_id(1)]))[0].state is ReplyState.PRESENT
            gone = DAY + UNREAD_DAYS + 1
            await store.settle(gone)
            assert (await store.replies([reply_id(1)]))[0].state is ReplyState.GONE
            await store.settle(gone + GONE_DAYS)
            assert (await store.replies([reply_id(1)]))[0].state is ReplyState.GONE
            await store.settle(gone + GONE_DAYS + 1)
            assert (await store.replies([reply_id(1)]))[0].state is ReplyState.ABSENT

        run(make, story)

    def test_the_ledger_is_dense_and_an_entry_stands_once(self, make):
        async def story(store):
            blobs = [b"entry %d" % n for n in range(20)]
            places = await asyncio.gather(
                *(store.append_entry(sha256(b).digest(), b) for b in blobs)
            )
            assert sorted(at for _, at in places) == list(range(20))
            again = await store.append_entry(sha256(blobs[7]).digest(), blobs[7])
            assert again == (Put.SAME, places[7][1])
            assert len(await store.entries(0, MIB)) == 20

        run(make, story)

    def test_a_page_of_the_ledger_keeps_to_its_limit_but_holds_one_at_least(self, make):
        async def story(store):
            for n in range(5):
                blob = bytes([n]) * 100
                await store.append_entry(sha256(blob).digest(), blob)
            assert len(await store.entries(0, 208)) == 2
            assert len(await store.entries(0, 311)) == 2
            assert len(await store.entries(3, 312)) == 2
            assert len(await store.entries(4, 1)) == 1
            assert await store.entries(5, MIB) == []
            assert len(await store.entries(1, MIB, 3)) == 3
            assert await store.entries(1, MIB, 0) == []
            names = [sha256(bytes([n]) * 100).digest() for n in range(5)]
            assert await store.entry_hashes(1, 3) == names[1:4]
            assert await store.entry_hashes(3, 9) == names[3:]

        run(make, story)

    def test_a_batch_of_leaves_and_its_checkpoint_are_one_step(self, make):
        async def story(store):
            leaves = [bytes([n]) * 32 for n in range(200)]
            await asyncio.gather(
                *(
                    store.write_log(lambda log, at=at: LOG.append(log, leaves[at : at + 50]))
                    for at in range(0, 200, 50)
                )
            )
            await store.write_log(lambda log: LOG.append(log, [b"x" * 32] * 400))
            note = await store.read_log(lambda log: log.checkpoint())
            assert parse_checkpoint(note)[0].size == 600
            assert len(await store.read_log(lambda log: read(log, "tile/1/000.p/2"))) == 64
            with pytest.raises(ZeroDivisionError):
                await store.write_log(lambda log: log.extend([bytes(32)], (), b"x") or 1 / 0)
            assert await store.read_log(lambda log: (log.size(), log.checkpoint())) == (600, note)

        run(make, story)

    def test_one_failing_job_does_not_undo_its_neighbours(self, make):
        def fail(log):
            raise ValueError

        async def story(store):
            answers = await asyncio.gather(
                *(store.put("envelope", blob_id(n), b"x", DAY) for n in range(10)),
                store.write_log(fail),
                *(store.put("envelope", blob_id(n), b"x", DAY) for n in range(10, 20)),
                return_exceptions=True,
            )
            assert [a for a in answers if a is not Put.STORED] == [answers[10]]
            assert isinstance(answers[10], ValueError)
            assert len(await store.ids("envelope")) == 20

        run(make, story)

    def test_whoever_goes_away_while_waiting_harms_nobody(self, make):
        async def story(store):
            left = asyncio.create_task(store.put("envelope", blob_id(1), b"x", DAY))
            stays = asyncio.create_task(store.put("envelope", blob_id(2), b"x", DAY))
            await asyncio.sleep(0)
            left.cancel()
            assert await stays is Put.STORED

        run(make, story)

    def test_a_full_store_refuses_pieces_first_then_long_envelopes_and_sheds_nothing(self, make):
        async def story(store):
            pieces = await fill(store, "piece", 64 * 1024)
            long = await fill(store, "envelope", 64 * 1024, 1000)
            short = await fill(store, "envelope", 4096, 2000)
            assert min(pieces, long, short) > 0
            assert await store.put("piece", blob_id(9999), b"x" * 64 * 1024, DAY) is Put.FULL
            assert await store.put_reply(reply_id(1), b"x" * 64 * 1024, DAY) is Put.FULL
            entry = b"x" * 64 * 1024
            assert (await store.append_entry(sha256(entry).digest(), entry))[0] is Put.FULL
            assert await store.put("envelope", blob_id(1000), b"x" * 64 * 1024, DAY) is Put.SAME
            assert len(await store.ids("piece")) == pieces
            assert len(await store.ids("envelope")) == long + short
            for number in range(pieces):
                await store.delete("piece", blob_id(number))
            assert await store.put("envelope", blob_id(9999), b"x" * 64 * 1024, DAY) is Put.STORED

        run(make, story, limit=2 * MIB)

    def test_a_closed_store_takes_nothing(self, make):
        store = make()
        store.close()
        with pytest.raises(UnavailableError):
            asyncio.run(store.put("envelope", blob_id(1), b"x", DAY))


async def fill(store, kind, size, first=0):
    """How many were taken until one was refused."""
    for count in range(1000):
        if await store.put(kind, blob_id(first + count), b"x" * size, DAY) is Put.FULL:
            return count
    raise AssertionError("never full")


def run(make, story, **settings):
    store = make(**settings)
    try:
        asyncio.run(story(store))
    finally:
        store.close()


IDS = st.integers(0, 3).map(blob_id)
REPLY_IDS = st.integers(0, 3).map(reply_id)
LEAVES = st.integers(0, 255).map(lambda n: bytes([n]) * 32)
BLOBS = st.binary(min_size=1, max_size=3)


class StoreAgainstModel(RuleBasedStateMachine):
    """Any order of calls answers as plain dictionaries do, across reopening and settling."""

    @initialize()
    def open(self):
        self.place = ExitStack()
        self.make = self.backend(self.place)
        self.day, self.loop = DAY, asyncio.new_event_loop()
        self.blobs = {"envelope": {}, "piece": {}}
        self.present, self.gone, self.ledger, self.leaves = {}, {}, [], []
        self.reopen()

    def backend(self, place):
        path = Path(place.enter_context(TemporaryDirectory())) / "store"
        return lambda: SQLiteStore(path)

    def do(self, call):
        return self.loop.run_until_complete(call)

    @rule()
    def reopen(self):
        if hasattr(self, "store"):
            self.store.close()
        self.store = self.make()

    @rule(kind=st.sampled_from(["envelope", "piece"]), one=IDS, blob=BLOBS)
    def put(self, kind, one, blob):
        had = self.blobs[kind].get(one)
        expected = Put.STORED if had is None else Put.SAME if had == blob else Put.TAKEN
        assert self.do(self.store.put(kind, one, blob, self.day)) is expected
        self.blobs[kind].setdefault(one, blob)

    @rule(kind=st.sampled_from(["envelope", "piece"]), one=IDS)
    def delete(self, kind, one):
        self.do(self.store.delete(kind, one))
        self.blobs[kind].pop(one, None)

    @rule(one=REPLY_IDS, blob=BLOBS)
    def put_reply(self, one, blob):
        if one in self.gone:
            expected = Put.TAKEN
        elif one in self.present:
            expected = Put.SAME if self.present[one][0] == blob else Put.TAKEN
        else:
            expected, self.present[one] = Put.STORED, (blob, self.day)
        assert self.do(self.store.put_reply(one, blob, self.day)) is expected

    @rule(ids=st.lists(REPLY_IDS, min_size=1, max_size=8))
    def read(self, ids):
        self.do(self.store.read_replies(ids, self.day))
        for one in set(ids) & set(self.present):
            del self.present[one]
            self.gone[one] = self.day

    @rule(days=st.integers(1, 40))
    def settle(self, days):
        self.day += days
        self.do(self.store.settle(self.day))
        self.gone = {one: day for one, day in self.gone.items() if day >= self.day - GONE_DAYS}
        for one, (_, day) in list(self.present.items()):
            if day < self.day - UNREAD_DAYS:
                del self.present[one]
                self.gone[one] = self.day

    @rule(blob=BLOBS)
    def append(self, blob):
        outcome, at = self.do(self.store.append_entry(sha256(blob).digest(), blob))
        assert (outcome is Put.SAME) == (blob in self.ledger)
        if blob not in self.ledger:
            self.ledger.append(blob)
        assert self.ledger[at] == blob

    @rule(
        batch=st.lists(st.integers(0, 255).map(lambda n: bytes([n]) * 32), min_size=1, max_size=3)
    )
    def log(self, batch):
        done = self.do(self.store.write_log(lambda log: LOG.append(log, batch)))
        if done.new:
            self.leaves += batch
        assert self.leaves[done.first : done.first + len(batch)] == batch

    @invariant()
    def everything_agrees(self):
        if not hasattr(self, "store"):
            return
        for kind, model in self.blobs.items():
            assert self.do(self.store.ids(kind)) == sorted(model)
            for one, blob in model.items():
                assert self.do(self.store.get(kind, one)) == blob
        states = self.do(self.store.replies([reply_id(n) for n in range(4)]))
        for n, reply in enumerate(states):
            one = reply_id(n)
            assert reply.blob == self.present.get(one, (b"",))[0]
            assert (reply.state is ReplyState.GONE) == (one in self.gone)
        assert self.do(self.store.entries(0, MIB)) == self.ledger
        assert self.do(self.store.read_log(lambda log: log.leaves(0, 999))) == self.leaves

    def teardown(self):
        if hasattr(self, "store"):
            self.store.close()
            self.loop.close()
            self.place.close()


class PostgresAgainstModel(StoreAgainstModel):
    """The same on PostgreSQL."""

    def backend(self, place):
        conninfo = place.enter_context(fresh_database())
        return lambda: PostgresStore(conninfo)


StoreAgainstModel.TestCase.settings = settings(max_examples=25, stateful_step_count=25)
TestStoreAgainstModel = StoreAgainstModel.TestCase
PostgresAgainstModel.TestCase.settings = settings(max_examples=8, stateful_step_count=25)
TestPostgresAgainstModel = PostgresAgainstModel.TestCase


# What only SQLite promises.


def filled(path, order, extra=()):
    """A store that the same reports reached in this order, settled at the next day."""

    async def story(store):
        for number in order:
            await store.put("envelope", blob_id(number), bytes([number]) * 9000, DAY)
            await store.put_reply(reply_id(number), bytes([number]) * 5000, DAY)
        for number in extra:
            await store.put("envelope", blob_id(number), b"gone" * 3000, DAY)
            await store.delete("envelope", blob_id(number))
        raw = path.read_bytes() + path.with_name(path.name + "-wal").read_bytes()
        await store.settle(DAY + 1)
        return raw

    store = SQLiteStore(path)
    try:
        return asyncio.run(story(store))
    finally:
        store.close()


def settled(path):
    """The file without the three counters in its header that count changes (bytes 24 to 100)."""
    raw = path.read_bytes()
    return raw[:24] + raw[28:40] + raw[44:92] + raw[100:]


def test_a_settled_file_does_not_show_in_which_order_reports_came(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    before_one = filled(one, range(60))
    before_other = filled(other, [(7 * n) % 60 for n in range(60)])
    assert settled(one) == settled(other)
    assert before_one != before_other  # the control: until the day ends, the files do show it


def test_settling_copies_the_store_beside_it_and_nowhere_else(tmp_path):
    seen = set()

    def look():
        for link in Path("/proc/self/fd").iterdir():
            with suppress(OSError):
                if "etilqs" in (target := str(link.readlink())):
                    seen.add(str(Path(target).parent))

    async def story(store):
        for number in range(400):
            await store.put("envelope", blob_id(number), bytes(60_000), DAY)
        settling = asyncio.create_task(store.settle(DAY + 1))
        while not settling.done():
            look()
            await asyncio.sleep(0.001)
        await settling

    folder = tmp_path / "it's here"
    folder.mkdir()
    with SQLiteStore(folder / "store") as store:
        asyncio.run(story(store))
    assert seen == {str(folder)}


def test_after_a_clock_went_ahead_and_back_days_are_settled_again(tmp_path):
    path = tmp_path / "store"

    async def story(store):
        await store.settle(DAY + 9000)
        for number in range(20, 0, -1):
            await store.put("envelope", blob_id(number), bytes([number]) * 9000, DAY)
        await store.settle(DAY + 1)

    with SQLiteStore(path) as store:
        asyncio.run(story(store))
        log = path.with_name("store-wal").stat().st_size
    assert log < 9000  # emptied, then one page


def test_a_small_disk_is_not_filled_to_its_end(tmp_path, monkeypatch):
    free = 30 << 20
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))

    async def story(store):
        return [await store.put("piece", blob_id(n), bytes(1 << 20), DAY) for n in range(12)]

    with SQLiteStore(tmp_path / "store") as store:
        assert asyncio.run(story(store)) == [Put.STORED] * 7 + [Put.FULL] * 5


def test_deleted_bytes_do_not_stay_in_the_settled_files(tmp_path):
    path = tmp_path / "store"
    before = filled(path, range(5), extra=(200, 201))
    assert b"gonegonegone" in before  # in the write-ahead log, until the day ends
    for file in tmp_path.iterdir():
        assert b"gonegonegone" not in file.read_bytes()


def test_deleted_bytes_are_overwritten_in_the_file_at_once(tmp_path):
    path = tmp_path / "store"

    async def story(store):
        await store.put("envelope", blob_id(1), b"secret words " * 900, DAY)
        store._writer.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert b"secret words" in path.read_bytes()
        await store.delete("envelope", blob_id(1))
        store._writer.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert b"secret words" not in path.read_bytes()

    store = SQLiteStore(path)
    asyncio.run(story(store))
    store.close()


def test_the_writer_waits_for_the_disk_and_files_are_the_owners_alone(tmp_path):
    store = SQLiteStore(tmp_path / "store")
    asyncio.run(store.put("envelope", blob_id(1), b"x", DAY))
    pragmas = ("synchronous", "journal_mode", "secure_delete", "page_size")
    found = [store._writer.connection.execute(f"PRAGMA {p}").fetchone()[0] for p in pragmas]
    assert found == [2, "wal", 1, PAGE]
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}
    store.close()


def test_no_table_keeps_a_rowid_or_a_time(tmp_path):
    SQLiteStore(tmp_path / "store").close()
    db = connect(tmp_path / "store")
    for name, sql in db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"):
        assert "WITHOUT ROWID" in sql
        with pytest.raises(sqlite3.OperationalError):
            db.execute(f"SELECT rowid FROM {name}")
        columns = {row[1] for row in db.execute(f"PRAGMA table_info({name})")} - {"position"}
        columns -= {"token", "share", "tries", "stopped"} if name == "share" else set()
        assert columns <= {"id", "day", "blob", "hash", "data", "level", "name", "value"}
    db.close()


def test_a_disk_without_room_refuses_and_keeps_what_it_has(tmp_path):
    async def story(store):
        assert await store.put("envelope", blob_id(1), b"x" * 9000, DAY) is Put.STORED
        db = store._writer.connection
        db.execute(f"PRAGMA max_page_count={db.execute('PRAGMA page_count').fetchone()[0] + 4}")
        puts = [store.put("envelope", blob_id(n), b"x" * 9000, DAY) for n in range(2, 12)]
        answers = await asyncio.gather(*puts)
        assert set(answers) == {Put.STORED, Put.FULL}
        there = [blob_id(1)] + [blob_id(n) for n, a in enumerate(answers, 2) if a is Put.STORED]
        assert await store.ids("envelope") == there

    store = SQLiteStore(tmp_path / "store")
    asyncio.run(story(store))
    store.close()


def test_room_ends_for_pieces_then_long_envelopes_then_everything():
    room = Room(1000 * 1024)
    kinds = [("piece", 1), ("envelope", 17 * 1024), ("envelope", 1024), ("reply", 1)]
    for used, taken in ((700, 4), (850, 3), (950, 2), (1000, 0)):
        assert sum(room.takes(kind, used * 1024, size) for kind, size in kinds) == taken


@pytest.mark.parametrize("jobs", [1, 5])
def test_nothing_is_answered_as_done_before_its_commit_came_back(tmp_path, jobs):
    class Failing(sqlite3.Connection):
        def commit(self):
            raise sqlite3.OperationalError("disk I/O error")

    db = sqlite3.connect(
        tmp_path / "db", isolation_level=None, check_same_thread=False, factory=Failing
    )
    writer = GroupWriter(db)

    async def story():
        waiting = [writer.submit(lambda _: "stored") for _ in range(jobs)]
        return await asyncio.gather(*waiting, return_exceptions=True)

    answers = asyncio.run(story())
    writer.close()
    assert [type(answer) for answer in answers] == [sqlite3.OperationalError] * jobs
