"""A store of each earlier version comes up to date whole, or stays what it was."""

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from asylia.cli import run
from asylia.crypto.age import Identity
from asylia.errors import ConflictError, NotFoundError, RefusedError
from asylia.relay.serve import init
from asylia.relay.sqlite import VERSION, SQLiteStore
from asylia.relay.upgrade import upgrade
from asylia.tlog.checkpoint import NoteKey
from asylia.tlog.keyfile import encode_key
from deploy.make_stores import undump
from relay.process import RelayProcess

STORES = Path(__file__).with_name("stores")
KEY = NoteKey("log.example/test", bytes(32))
EARLIER = sorted(int(path.stem) for path in STORES.glob("*.sql"))


def earlier(folder, number):
    folder.mkdir()
    (folder / "log.key").write_bytes(encode_key(KEY))
    undump((STORES / f"{number}.sql").read_text(), folder / "relay.sqlite")
    return folder


def state(folder):
    """All that the store says, as text."""
    connection = sqlite3.connect(folder / "relay.sqlite")
    try:
        return [connection.execute("PRAGMA user_version").fetchone()[0], *connection.iterdump()]
    finally:
        connection.close()


def shapes(folder):
    """Each table and index, with what its columns are; comments and white space left out."""
    connection = sqlite3.connect(folder / "relay.sqlite")
    try:
        names = connection.execute("SELECT type, name FROM sqlite_schema ORDER BY name").fetchall()
        return [
            (*one, connection.execute(f"PRAGMA table_xinfo({one[1]})").fetchall()) for one in names
        ]
    finally:
        connection.close()


@pytest.fixture
def recipient(tmp_path):
    path = tmp_path / "recipient"
    path.write_text(str(Identity.from_seed(bytes(32)).recipient))
    return path


def test_there_is_a_store_of_every_earlier_version():
    assert list(range(1, VERSION)) == EARLIER


@pytest.mark.parametrize("number", EARLIER)
def test_the_command_brings_an_earlier_store_up_to_date_and_a_relay_serves_it(
    tmp_path, recipient, number
):
    folder, saved = earlier(tmp_path / "relay", number), tmp_path / "before.age"
    before = state(folder)
    command = ["relay", "upgrade", str(folder), str(saved), "--recipient-file", str(recipient)]
    assert run(command) == 0
    init(tmp_path / "new", access=bytes(32), key=KEY)
    assert shapes(folder) == shapes(tmp_path / "new")
    assert set(before[1:]) <= set(state(folder))
    assert saved.stat().st_size > 0
    with RelayProcess(folder) as relay:
        assert relay.request("GET", "/v1/envelopes") == (
            200, b"".join(bytes([one]) * 16 for one in range(4))
        )  # fmt: skip
        assert relay.request("GET", "/v1/ledger?from=2") == (200, b"\0\0\0\7entry 2")
        assert relay.request("GET", "/v1/bundle") == (200, b"bundle")
        status, index = relay.request("POST", "/v1/log/leaves", b"\7" * 32)
        assert (status, index) == (201, b"5\n")


@pytest.mark.parametrize("number", EARLIER)
def test_an_earlier_store_is_not_served_and_the_way_out_is_named(tmp_path, number):
    folder = earlier(tmp_path / "relay", number)
    before = state(folder)
    with pytest.raises(RefusedError) as refused:
        SQLiteStore(folder / "relay.sqlite")
    assert "asylia relay upgrade" in refused.value.hint
    assert state(folder) == before


def test_a_store_of_a_newer_program_is_refused_and_stays_what_it_is(tmp_path):
    folder = tmp_path / "relay"
    init(folder, access=bytes(32), key=KEY)
    connection = sqlite3.connect(folder / "relay.sqlite")
    connection.execute(f"PRAGMA user_version={VERSION + 1}")
    connection.close()
    before, saved = state(folder), []
    with pytest.raises(RefusedError):
        upgrade(folder, lambda: saved.append(1))
    with pytest.raises(RefusedError):
        SQLiteStore(folder / "relay.sqlite")
    assert state(folder) == before
    assert saved == []


def test_where_the_backup_fails_nothing_is_changed(tmp_path, recipient):
    folder, saved = earlier(tmp_path / "relay", 1), tmp_path / "before.age"
    saved.write_bytes(b"another file")
    before = state(folder)
    command = ["relay", "upgrade", str(folder), str(saved), "--recipient-file", str(recipient)]
    assert run(command) == ConflictError.exit_code
    assert (state(folder), saved.read_bytes()) == (before, b"another file")


def test_a_current_store_is_left_alone_and_an_empty_folder_named(tmp_path):
    init(tmp_path / "relay", access=bytes(32), key=KEY)
    assert upgrade(tmp_path / "relay", lambda: 1 / 0) == (VERSION, VERSION)
    with pytest.raises(NotFoundError):
        upgrade(tmp_path, lambda: None)


def test_a_relay_that_serves_is_not_upgraded(tmp_path):
    init(tmp_path / "relay", access=bytes(32), key=KEY)
    with RelayProcess(tmp_path / "relay"), pytest.raises(ConflictError):
        upgrade(tmp_path / "relay", lambda: None)


KILLED = """
import os, sys
from pathlib import Path
from asylia.relay.sqlite import connect
from asylia.relay.upgrade import _STEPS, step
connection = connect(Path(sys.argv[1]) / "relay.sqlite")
connection.create_function("die", 0, lambda: os.kill(os.getpid(), 9))
sql = _STEPS.joinpath("2.sql").read_text()
if sys.argv[2] == "hasty":
    connection.executescript(sql)  # outside the step's transaction
    sql = ""
fill = "INSERT INTO envelope SELECT randomblob(16), 1, randomblob(5000000);"
step(connection, 2, sql + fill + "SELECT die();")
"""


@pytest.mark.parametrize("manner", ["as it is", "hasty"])
def test_killed_in_the_middle_of_a_step_the_store_is_what_it_was(tmp_path, manner):
    folder = earlier(tmp_path / "relay", 1)
    before = state(folder)
    ended = subprocess.run([sys.executable, "-c", KILLED, folder, manner], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert (state(folder) == before) == (manner == "as it is")
    if manner == "as it is":
        assert upgrade(folder, lambda: None) == (1, VERSION)
