"""What only PostgreSQL promises: several processes on one database, a server that is fit for it."""

import asyncio
import json
import random
import shutil
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import psycopg
import pytest

from asylia.cli import run
from asylia.crypto import merkle
from asylia.errors import ConflictError, MalformedError, NotFoundError, RefusedError
from asylia.errors import UnavailableError as Unavailable
from asylia.relay import pgdatabase
from asylia.relay.pgdatabase import connect, discard, read_conninfo
from asylia.relay.postgres import PostgresStore
from asylia.relay.serve import init, serve
from asylia.relay.sqlite import SQLiteStore
from asylia.relay.sqlite import connect as connect_sqlite
from asylia.relay.store import Put
from asylia.tlog.checkpoint import NoteKey, parse_checkpoint
from asylia.tlog.log import Log
from relay.process import RelayProcess
from relay.server import cluster, fresh_database

DAY = 20_000
KEY = NoteKey("log.example/test", bytes(32))
LOG = Log(KEY)


@pytest.fixture
def conninfo():
    with fresh_database() as found:
        yield found


@pytest.fixture
def pair(conninfo):
    """Two stores on one database, as two processes have them."""
    with PostgresStore(conninfo) as one, PostgresStore(conninfo) as other:
        yield one, other


def blob_id(number):
    return number.to_bytes(16, "big")


def name_of(conninfo):
    return psycopg.conninfo.conninfo_to_dict(conninfo)["dbname"]


class TestTwoProcesses:
    def test_one_of_two_that_race_for_an_id_stores_and_the_other_is_told(self, pair):
        async def story():
            for number in range(60):
                blobs = (b"same", b"same") if number % 3 == 0 else (b"one", b"other")
                puts = [
                    s.put("envelope", blob_id(number), b, DAY)
                    for s, b in zip(pair, blobs, strict=True)
                ]
                answers = set(await asyncio.gather(*puts))
                assert answers == {Put.STORED, Put.SAME if number % 3 == 0 else Put.TAKEN}

        asyncio.run(story())

    def test_an_entry_that_both_append_stands_once_and_positions_are_dense(self, pair):
        blobs = [b"entry %d" % n for n in range(150)]

        async def append(store, order):
            return {b: await store.append_entry(sha256(b).digest(), b) for b in order}

        async def story():
            shuffled = random.Random(1).sample(blobs, len(blobs))
            one, other = await asyncio.gather(append(pair[0], blobs), append(pair[1], shuffled))
            assert sorted(at for _, at in one.values()) == list(range(150))
            for blob in blobs:
                assert one[blob][1] == other[blob][1]
                assert {one[blob][0], other[blob][0]} == {Put.STORED, Put.SAME}
            line = await pair[0].entries(0, 1 << 20)
            assert all(line[one[blob][1]] == blob for blob in blobs)

        asyncio.run(story())

    def test_a_reader_never_sees_a_position_without_those_before_it(self, pair):
        async def write(store, first):
            for number in range(first, first + 150):
                await store.append_entry(sha256(b"%d" % number).digest(), b"%d" % number)

        async def story():
            writing = asyncio.gather(write(pair[0], 0), write(pair[1], 1000))
            seen = []
            with connect(pair[0]._conninfo) as db:
                while not writing.done():
                    row = db.execute("SELECT count(*), coalesce(max(position), -1) FROM entry")
                    seen.append(row.fetchone())
                    await asyncio.sleep(0)
            await writing
            assert all(count == newest + 1 for count, newest in seen)
            assert len(set(seen)) > 10

        asyncio.run(story())

    def test_room_is_shared(self, conninfo):
        async def story(one, other):
            assert await one.put("piece", blob_id(1), bytes(700_000), DAY) is Put.STORED
            assert await other.put("piece", blob_id(2), bytes(700_000), DAY) is Put.FULL
            await other.delete("piece", blob_id(1))
            assert await other.put("piece", blob_id(2), bytes(700_000), DAY) is Put.STORED
            assert await one.put("piece", blob_id(3), bytes(700_000), DAY) is Put.FULL

        with (
            PostgresStore(conninfo, limit=1 << 20) as one,
            PostgresStore(conninfo, limit=1 << 20) as other,
        ):
            asyncio.run(story(one, other))

    def test_all_checkpoints_that_either_ever_published_are_of_one_tree(self, pair):
        seen = {store: [] for store in pair}

        async def watch(store):
            note = await store.read_log(lambda log: log.checkpoint())
            seen[store].append(parse_checkpoint(note)[0])

        async def write(store, mark):
            for number in range(25):
                batch = [bytes([mark, number, n]) + bytes(29) for n in range(7)]
                await store.write_log(lambda log, batch=batch: LOG.append(log, batch))
                await watch(store)

        async def story():
            await pair[0].write_log(LOG.begin)
            await asyncio.gather(write(pair[0], 1), write(pair[1], 2))
            return await pair[0].read_log(lambda log: log.leaves(0, 9999))

        leaves = asyncio.run(story())
        assert len(leaves) == len(set(leaves)) == 350
        for checkpoints in seen.values():
            sizes = [one.size for one in checkpoints]
            assert sizes == sorted(sizes)  # it never goes back
        roots = {one.size: one.root for checkpoints in seen.values() for one in checkpoints}
        for (old, before), (new, after) in combinations(sorted(roots.items()), 2):
            proof = merkle.consistency_proof([merkle.leaf_hash(one) for one in leaves[:new]], old)
            merkle.verify_consistency(old, new, before, after, proof)

    def test_a_day_is_settled_once_and_nobody_fails_meanwhile(self, pair):
        async def busy(store, first):
            for number in range(first, first + 120):
                assert await store.put("envelope", blob_id(number), bytes(9000), DAY) is Put.STORED
                assert await store.get("envelope", blob_id(number)) == bytes(9000)

        async def story():
            jobs = [busy(pair[0], 0), busy(pair[1], 1000)]
            jobs += [store.settle(DAY + n) for n in (1, 2, 3) for store in pair]
            await asyncio.gather(*jobs)
            assert len(await pair[0].ids("envelope")) == 240

        asyncio.run(story())


class TestInterruption:
    def test_a_backend_that_is_killed_fails_a_job_at_most_and_the_store_recovers(self, conninfo):
        async def story(store):
            stored, failed = [], 0
            for number in range(200):
                if number % 20 == 10:
                    with cluster().admin() as admin:
                        admin.execute(
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            " WHERE datname = %s",
                            (name_of(conninfo),),
                        )
                try:
                    assert await store.put("envelope", blob_id(number), b"x", DAY) is Put.STORED
                    stored.append(blob_id(number))
                except Unavailable:
                    failed += 1
            assert failed <= 10
            assert set(stored) <= set(await store.ids("envelope"))

        with PostgresStore(conninfo) as store:
            asyncio.run(story(store))

    def test_a_writer_that_stops_in_its_turn_does_not_hold_the_others_for_ever(self, conninfo):
        with PostgresStore(conninfo) as store:
            stopped = connect(conninfo)
            stopped.execute("SET idle_in_transaction_session_timeout = '300ms'")
            stopped.execute(f"BEGIN; SELECT pg_advisory_xact_lock({pgdatabase.LOCK})")
            stopped.execute("INSERT INTO envelope VALUES (%b, 1, %b)", (blob_id(1), b"half"))
            assert asyncio.run(store.put("envelope", blob_id(1), b"whole", DAY)) is Put.STORED
            discard(stopped)
        assert pgdatabase._SESSION.count("idle_in_transaction_session_timeout") == 1

    def test_a_transaction_that_the_server_gave_up_is_never_answered_as_done(self, conninfo):
        def spoil(turn):
            with suppress(psycopg.Error):
                turn.db.execute("SELECT 1 / 0")

        with PostgresStore(conninfo) as store:
            with pytest.raises(Unavailable):
                asyncio.run(store._writer.submit(spoil))
            assert asyncio.run(store.put("envelope", blob_id(1), b"x", DAY)) is Put.STORED


@contextmanager
def set_for(conninfo, name, value):
    """A setting as this database's role gets it, or the whole server where only that can be."""
    role = name_of(conninfo)
    with cluster().admin() as admin, ExitStack() as undo:
        try:
            admin.execute(f"ALTER ROLE {role} SET {name} = '{value}'")
        except psycopg.errors.CantChangeRuntimeParam:
            undo.callback(_reloaded, admin, name, "on")  # last in, first undone
            undo.callback(admin.execute, "SELECT pg_reload_conf()")
            undo.callback(admin.execute, f"ALTER SYSTEM RESET {name}")
            admin.execute(f"ALTER SYSTEM SET {name} = '{value}'")
            admin.execute("SELECT pg_reload_conf()")
            _reloaded(admin, name, value)
        yield


def _reloaded(admin, name, value):
    for _ in range(500):
        if admin.execute(f"SHOW {name}").fetchone()[0] == value:
            return
        admin.execute("SELECT pg_sleep(0.01)")
    raise AssertionError(f"{name} did not become {value}")


class TestWhatTheServerMustBe:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("fsync", "off"),
            ("full_page_writes", "off"),
            ("synchronous_commit", "off"),
            ("log_statement", "all"),
            ("log_statement", "mod"),
            ("log_duration", "on"),
            ("log_min_duration_statement", "0"),
            ("log_min_duration_sample", "100"),
            ("log_transaction_sample_rate", "0.1"),
        ],
    )
    def test_a_server_that_may_lose_or_that_writes_down_times_is_refused(
        self, conninfo, name, value
    ):
        PostgresStore(conninfo).close()  # the control: it is fit
        with set_for(conninfo, name, value), pytest.raises(RefusedError, match=name):
            PostgresStore(conninfo)

    def test_a_role_that_may_not_checkpoint_is_refused(self, conninfo):
        with cluster().admin() as admin:
            admin.execute(f"REVOKE pg_checkpoint FROM {name_of(conninfo)}")
        with pytest.raises(RefusedError):
            PostgresStore(conninfo)

    def test_a_commit_stays_durable_in_a_session_whatever_is_reloaded(self, conninfo):
        with connect(conninfo) as db, cluster().admin() as admin:
            try:
                admin.execute("ALTER SYSTEM SET synchronous_commit = off")
                admin.execute("SELECT pg_reload_conf(), pg_sleep(0.2)")
                assert db.execute("SHOW synchronous_commit").fetchone() == ("on",)
            finally:
                admin.execute("ALTER SYSTEM RESET synchronous_commit")
                admin.execute("SELECT pg_reload_conf(), pg_sleep(0.2)")

    def test_another_version_of_the_schema_is_refused(self, conninfo):
        PostgresStore(conninfo).close()
        with connect(conninfo) as db:
            db.execute("UPDATE setting SET value = '2' WHERE name = 'version'")
        with pytest.raises(RefusedError):
            PostgresStore(conninfo)

    def test_both_schemas_have_the_same_columns_and_none_for_a_time(self, conninfo, tmp_path):
        SQLiteStore(tmp_path / "store").close()
        PostgresStore(conninfo).close()
        lite = connect_sqlite(tmp_path / "store")
        tables = [
            row[0] for row in lite.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        expected = {
            (t, row[1], bool(row[3]) or bool(row[5]))
            for t in tables
            for row in lite.execute(f"PRAGMA table_info({t})")
        }
        lite.close()
        query = (
            "SELECT table_name, column_name, is_nullable = 'NO', data_type"
            " FROM information_schema.columns WHERE table_schema = 'asylia_relay'"
        )
        with connect(conninfo) as db:
            rows = db.execute(query).fetchall()
        assert {row[:3] for row in rows} == expected
        assert {row[3] for row in rows} <= {"bytea", "integer", "bigint", "text", "boolean"}


class TestTheConnectionString:
    def test_only_a_file_that_is_its_owners_alone_is_read(self, tmp_path):
        path = tmp_path / "database"
        path.write_text("host=127.0.0.1 dbname=relay password=word\n")
        for mode in (0o640, 0o604, 0o660, 0o611):
            path.chmod(mode)
            with pytest.raises(RefusedError):
                read_conninfo(path)
        path.chmod(0o600)
        assert "dbname=relay" in read_conninfo(path)

    @pytest.mark.parametrize("untrusted", [b"host=a password", b"\xff\xfe", b"secret word"])
    def test_what_is_no_connection_string_is_refused_and_not_repeated(self, tmp_path, untrusted):
        path = tmp_path / "database"
        path.touch(mode=0o600)
        path.write_bytes(untrusted)
        with pytest.raises(MalformedError) as caught:
            read_conninfo(path)
        assert "password" not in str(caught.value)
        assert "secret" not in str(caught.value)

    def test_a_server_that_does_not_answer_is_said_to_be_away(self, tmp_path):
        with pytest.raises(Unavailable) as caught:
            PostgresStore("host=127.0.0.1 port=1 dbname=x password=word")
        assert "word" not in str(caught.value)


class TestFolders:
    def make(self, tmp_path, name, conninfo, key=KEY):
        file = tmp_path / f"{name}-database"
        file.touch(mode=0o600)
        file.write_text(conninfo)
        init(tmp_path / name, access=bytes(32), key=key, postgres_file=file)
        return file

    def test_a_database_holds_one_relay_and_a_second_init_changes_nothing(self, tmp_path, conninfo):
        file = self.make(tmp_path, "one", conninfo)
        with pytest.raises(ConflictError):
            self.make(tmp_path, "two", conninfo, NoteKey("log.example/two", bytes(32)))
        assert not (tmp_path / "two" / "log.key").exists()
        assert [f.name for f in (tmp_path / "one").iterdir()] == ["log.key"]
        assert file.read_text() == conninfo

    def test_the_commands_take_the_file_and_processes_serve_copies_of_the_folder(
        self, tmp_path, conninfo, capsys
    ):
        file = tmp_path / "database"
        file.touch(mode=0o600)
        file.write_text(conninfo)
        words = ["relay", "init", str(tmp_path / "one"), "--json", "--postgres-file", str(file)]
        assert run(words) == 0
        headers = {"Authorization": "Asylia " + json.loads(capsys.readouterr().out)["access"]}
        shutil.copytree(tmp_path / "one", tmp_path / "two")
        code = (
            "import sys; from asylia.cli import run; sys.exit(run(['relay', 'serve', sys.argv[1],"
        )
        code += f" '--port', sys.argv[2], '--postgres-file', {str(file)!r}]))"
        folders = [tmp_path / name for name in ("one", "one", "two")]
        with ExitStack() as stack:
            relays = [stack.enter_context(RelayProcess(folder, code)) for folder in folders]
            path = f"/v1/envelopes/{'ab' * 16}"
            assert relays[0].request("PUT", path, bytes(9000), {})[0] == 201
            for relay in relays:
                assert relay.request("GET", path, headers=headers) == (200, bytes(9000))
                assert (
                    conninfo.encode() not in Path(f"/proc/{relay.process.pid}/cmdline").read_bytes()
                )
            assert {relay.stop() for relay in relays} == {""}

    def test_another_log_key_than_the_logs_is_refused(self, tmp_path, conninfo):
        file = self.make(tmp_path, "one", conninfo)
        with fresh_database() as elsewhere:
            self.make(tmp_path, "two", elsewhere, NoteKey("log.example/test", b"k" * 32))
        with pytest.raises(ConflictError, match="another key"):
            serve(tmp_path / "two", "127.0.0.1", 1, postgres_file=file)

    def test_without_its_file_a_relay_on_postgresql_does_not_begin_a_new_store(
        self, tmp_path, conninfo
    ):
        self.make(tmp_path, "one", conninfo)
        with pytest.raises(NotFoundError):
            serve(tmp_path / "one", "127.0.0.1", 1)
        with pytest.raises(NotFoundError):
            serve(tmp_path / "one", "127.0.0.1", 1, postgres_file=tmp_path / "nothing")

    def test_an_empty_database_is_no_relay(self, tmp_path, conninfo):
        file = self.make(tmp_path, "one", conninfo)
        with fresh_database() as empty:
            file.write_text(empty)
            with pytest.raises(NotFoundError):
                serve(tmp_path / "one", "127.0.0.1", 1, postgres_file=file)


def order_of(conninfo, expression, table="envelope"):
    with connect(conninfo) as db:
        query = f"SELECT id FROM {table} ORDER BY {expression}"
        return [row[0] for row in db.execute(query, binary=True)]


def chunk_order(conninfo):
    """Ids in the order of the serial numbers under which their long values lie."""
    with cluster().admin(name_of(conninfo)) as admin:
        query = "SELECT reltoastrelid::regclass FROM pg_class WHERE oid = %s::regclass"
        toast = admin.execute(query, ("asylia_relay.envelope",)).fetchone()[0]
        chunks = admin.execute(
            f"SELECT chunk_data FROM {toast} WHERE chunk_seq = 0 ORDER BY chunk_id", binary=True
        ).fetchall()
    return [blob_id(row[0][0]) for row in chunks]


class TestSettling:
    def test_after_it_rows_versions_and_long_values_lie_in_key_order(self, conninfo):
        async def story(store):
            numbers = random.Random(2).sample(range(200), 60)
            for number in numbers:
                await store.put("envelope", blob_id(number), bytes([number]) * 9000, DAY)
            arrival, by_id = [blob_id(n) for n in numbers], [blob_id(n) for n in sorted(numbers)]
            # The control: until the day ends, each of them shows the order of arrival.
            for expression in ("ctid", "xmin::text::bigint"):
                assert order_of(conninfo, expression) == arrival
            assert chunk_order(conninfo) == arrival
            await store.settle(DAY + 1)
            assert order_of(conninfo, "ctid") == by_id
            assert chunk_order(conninfo) == by_id
            with connect(conninfo) as db:
                assert db.execute("SELECT count(DISTINCT xmin::text) FROM envelope").fetchone() == (
                    1,
                )

        with PostgresStore(conninfo) as store:
            asyncio.run(story(store))

    def test_deleted_bytes_are_in_no_file_of_the_server_afterwards(self, conninfo):
        marker = b"words that were deleted " * 20

        def found():
            return [
                file
                for file in cluster().data.rglob("*")
                if file.is_file() and marker in file.read_bytes()
            ]

        async def story(store):
            await store.put("envelope", blob_id(1), marker * 20, DAY)
            await store.put("envelope", blob_id(2), b"stays", DAY)
            await store.delete("envelope", blob_id(1))
            with cluster().admin() as admin:
                admin.execute("CHECKPOINT")
            assert found()  # the control: in the table's file and in the write-ahead log
            await store.settle(DAY + 1)
            # A dropped table's first file is emptied at once and unlinked by the next checkpoint.
            assert not found()
            assert await store.get("envelope", blob_id(2)) == b"stays"

        with PostgresStore(conninfo) as store:
            asyncio.run(story(store))

    def test_room_is_counted_anew(self, conninfo):
        async def story(store):
            for number in range(5):
                await store.put("envelope", blob_id(number), bytes(9000), DAY)
            await store.append_entry(sha256(b"e").digest(), b"e")
            before = await store._writer.submit(lambda turn: turn.used)
            await store._writer.submit(lambda turn: setattr(turn, "used", 7))
            await store.settle(DAY + 1)
            assert await store._writer.submit(lambda turn: turn.used) == before

        with PostgresStore(conninfo) as store:
            asyncio.run(story(store))

    def test_who_reads_the_log_while_a_day_ends_waits_and_finds_it(self, conninfo):
        """Else a relay that starts then finds none, and a desk that its log was lost."""
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"

        async def story(store, settling, onlooker):
            await store._writer.submit(
                lambda turn: pgdatabase.set_setting(turn.db, "checkpoint", b"a note")
            )
            settling.execute("BEGIN")
            pgdatabase.rewrite(settling)
            read = asyncio.create_task(store.read_log(lambda rows: rows.checkpoint()))
            while onlooker.execute(waits).fetchone() == (0,):
                await asyncio.sleep(0.01)
            settling.execute("COMMIT")
            assert await read == b"a note"

        with (
            PostgresStore(conninfo) as store,
            connect(conninfo) as settling,
            connect(conninfo) as onlooker,
        ):
            asyncio.run(story(store, settling, onlooker))
