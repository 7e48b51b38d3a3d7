"""The same for a relay on PostgreSQL: out through pg_dump, sealed; in through pg_restore."""

import asyncio
from hashlib import sha256

import pytest

from asylia.errors import ConflictError, ForgedError, UsageError
from asylia.relay import backup
from asylia.relay.postgres import PostgresStore
from asylia.relay.serve import init
from asylia.tlog.checkpoint import NoteKey
from deploy.test_backup import seal, unseal
from relay.server import fresh_database

ENTRY = b"an entry that would be known again"


@pytest.fixture
def database(tmp_path):
    with fresh_database() as conninfo:
        yield named(tmp_path / "postgres", conninfo)


def named(file, conninfo):
    file.touch(mode=0o600)
    file.write_text(conninfo)
    return file


def entries(file):
    with PostgresStore(file.read_text()) as store:
        return asyncio.run(store.entries(0, 1 << 20))


def test_a_relay_on_postgresql_is_backed_up_and_restored_into_an_empty_database(tmp_path, database):
    folder, saved, again = tmp_path / "relay", tmp_path / "saved.age", tmp_path / "again"
    key = NoteKey("log.example/test", bytes(32))
    init(folder, access=bytes(32), key=key, postgres_file=database)

    async def fill():
        with PostgresStore(database.read_text()) as store:
            await store.append_entry(sha256(ENTRY).digest(), ENTRY)

    asyncio.run(fill())
    backup.back_up(folder, saved, seal, postgres_file=database)
    assert ENTRY not in saved.read_bytes()
    with pytest.raises(ConflictError):
        backup.restore(saved, again, unseal, postgres_file=database)
    with pytest.raises(UsageError):
        backup.restore(saved, again, unseal)
    with fresh_database() as conninfo:
        other = named(tmp_path / "other", conninfo)
        flawed = tmp_path / "flawed"
        flawed.write_bytes(saved.read_bytes()[:-40])
        with pytest.raises(ForgedError):
            backup.restore(flawed, again, unseal, postgres_file=other)
        assert not again.exists()
        backup.restore(saved, again, unseal, postgres_file=other)
        assert entries(other) == [ENTRY]
        assert [path.name for path in again.iterdir()] == ["log.key"]
        assert (again / "log.key").read_bytes() == (folder / "log.key").read_bytes()
