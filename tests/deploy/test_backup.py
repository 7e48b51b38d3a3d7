"""A backup of a real relay under writes, and what it takes to have it back."""

import http.client
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from hashlib import sha256

import pytest

from asylia.cli import run
from asylia.crypto import age
from asylia.errors import (
    AsyliaError,
    ConflictError,
    ForgedError,
    MalformedError,
    NotFoundError,
    RefusedError,
    UsageError,
)
from asylia.relay import backup
from relay.process import AUTHORIZATION, RelayProcess, found

IDENTITY = age.Identity.from_seed(bytes(32))


def seal(source, target):
    age.encrypt_stream(source, target, [IDENTITY.recipient])


def unseal(source, target):
    age.decrypt_stream(source, target, [IDENTITY])


def entry(number):
    return b"entry %d" % number


@pytest.fixture
def keys(tmp_path):
    assert run(["relay", "backup-key", str(tmp_path / "identity"), str(tmp_path / "seal")]) == 0
    return tmp_path


class Writer:
    """Appends entries and reports to a relay until stopped; knows what was acknowledged."""

    def __init__(self, port):
        self.port, self.acknowledged, self.reports, self.stopped = port, 0, {}, False
        self.thread = threading.Thread(target=self.write)

    def write(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        while not self.stopped:
            blob, report, name = entry(self.acknowledged), os.urandom(9000), os.urandom(16)
            path = f"/v1/ledger/{sha256(blob).hexdigest()}"
            for way, body in ((path, blob), (f"/v1/envelopes/{name.hex()}", report)):
                connection.request("PUT", way, body, AUTHORIZATION)
                answer = connection.getresponse()
                answer.read()
                assert answer.status == 201
            self.acknowledged += 1
            self.reports[name] = report
        connection.close()

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped = True
        self.thread.join()


def ledger(relay):
    blobs, at = [], 0
    while True:
        status, page = relay.request("GET", f"/v1/ledger?from={at}")
        assert status == 200
        if not page:
            return blobs
        place = 0
        while place < len(page):
            size = int.from_bytes(page[place : place + 4], "big")
            blobs.append(page[place + 4 : place + 4 + size])
            place += 4 + size
        at = len(blobs)


def test_a_relay_under_writes_is_backed_up_destroyed_and_restored(keys):
    folder, saved, again = found(keys / "relay"), keys / "saved.age", keys / "again"
    with RelayProcess(folder) as relay:
        with Writer(relay.port) as writer:
            while writer.acknowledged < 40:
                pass
            sure = writer.acknowledged
            assert run(["relay", "backup", str(folder), str(saved),
                        "--recipient-file", str(keys / "seal")]) == 0  # fmt: skip
        _, checkpoint = relay.request("GET", "/v1/log/checkpoint")
        relay.kill()
    for path in folder.iterdir():
        path.unlink()
    command = ["relay", "restore", str(saved), str(again), "--identity-file"]
    assert run([*command, str(keys / "identity")]) == 0
    with RelayProcess(again) as relay:
        blobs = ledger(relay)
        assert sure <= len(blobs) <= writer.acknowledged + 1
        assert blobs == [entry(number) for number in range(len(blobs))]
        _, ids = relay.request("GET", "/v1/envelopes")
        names = [ids[at : at + 16] for at in range(0, len(ids), 16)]
        assert len(names) >= sure
        paths = [f"/v1/envelopes/{name.hex()}" for name in names]
        assert relay.get_all(paths) == [writer.reports[name] for name in names]
        assert relay.request("GET", "/v1/log/checkpoint")[1] == checkpoint
        assert relay.request("POST", "/v1/log/leaves", bytes(32))[0] == 201
    assert {path.stat().st_mode & 0o777 for path in again.iterdir()} == {0o600}


def test_nothing_of_the_store_lies_in_clear_in_the_backup_or_stays_beside_it(keys):
    folder, saved = found(keys / "relay"), keys / "medium" / "saved.age"
    saved.parent.mkdir()
    marker = b"a blob that would be known again" * 300
    with RelayProcess(folder) as relay:
        assert relay.request("PUT", f"/v1/envelopes/{'7' * 32}", marker)[0] == 201
        backup.back_up(folder, saved, seal)
    assert marker[:32] in b"".join(path.read_bytes() for path in folder.iterdir())
    assert [path.name for path in saved.parent.iterdir()] == ["saved.age"]
    sealed = saved.read_bytes()
    assert marker[:32] not in sealed
    assert b"SQLite" not in sealed
    assert saved.stat().st_mode & 0o777 == 0o600
    backup.back_up(folder, keys / "open", lambda source, target: target.write(source.read(1 << 30)))
    assert b"asylia/relay-backup/1" in (keys / "open").read_bytes()  # the search can find
    assert "backup.sqlite" not in {path.name for path in folder.iterdir()}


def test_a_backup_does_not_show_in_which_order_a_days_reports_came(tmp_path):
    reports = {bytes([one]) * 16: bytes([one]) * 9000 for one in range(20)}
    copies, first = [], found(tmp_path / "first")
    for name, order in (("a", sorted(reports)), ("b", sorted(reports, reverse=True))):
        folder = shutil.copytree(first, tmp_path / name)
        with RelayProcess(folder) as relay:
            for one in order:
                relay.request("PUT", f"/v1/envelopes/{one.hex()}", reports[one])
            backup.back_up(folder, tmp_path / f"{name}.age", seal)
        backup.restore(tmp_path / f"{name}.age", tmp_path / f"{name}2", unseal)
        rows = (tmp_path / f"{name}2" / "relay.sqlite").read_bytes()
        copies.append(rows[100:])  # SQLite's header counts changes
    assert copies[0] == copies[1]


def test_a_backup_never_goes_over_a_file_nor_a_restoration_over_a_relay(tmp_path):
    folder, saved = found(tmp_path / "relay"), tmp_path / "saved.age"
    backup.back_up(folder, saved, seal)
    with pytest.raises(ConflictError):
        backup.back_up(folder, saved, seal)
    first = saved.read_bytes()
    backup.back_up(folder, saved, seal, replace=True)
    assert saved.read_bytes() != first
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(ConflictError):
        backup.restore(saved, folder, unseal)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    with pytest.raises(NotFoundError):
        backup.back_up(tmp_path / "nowhere", tmp_path / "x", seal)
    with pytest.raises(NotFoundError):
        backup.restore(tmp_path / "nothing", tmp_path / "x", unseal)


@pytest.mark.parametrize("flaw", ["cut off", "altered", "empty", "for another", "not a store"])
def test_a_flawed_backup_brings_no_relay(tmp_path, flaw):
    folder, saved, again = found(tmp_path / "relay"), tmp_path / "saved.age", tmp_path / "again"
    backup.back_up(folder, saved, seal)
    content = bytearray(saved.read_bytes())
    if flaw == "cut off":
        del content[-20_000:]
    if flaw == "altered":
        content[len(content) // 2] ^= 1
    if flaw == "empty":
        content.clear()
    if flaw == "for another":
        content = age.encrypt(b"x", [age.Identity.from_seed(b"1" * 32).recipient])
    if flaw == "not a store":
        content = age.encrypt(b"\0\0\0\x10" + bytes(500), [IDENTITY.recipient])
    saved.write_bytes(content)
    with pytest.raises((ForgedError, MalformedError)):
        backup.restore(saved, again, unseal)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["relay", "saved.age"]


def test_a_store_that_is_damaged_or_newer_is_not_restored(tmp_path):
    folder, saved = found(tmp_path / "relay"), tmp_path / "saved.age"
    connection = sqlite3.connect(folder / "relay.sqlite")
    connection.execute("PRAGMA user_version=99")
    connection.close()
    backup.back_up(folder, saved, seal)
    with pytest.raises(RefusedError):
        backup.restore(saved, tmp_path / "again", unseal)
    assert not (tmp_path / "again").exists()


def test_a_backup_of_one_kind_of_store_is_not_brought_into_the_other(tmp_path):
    folder, saved = found(tmp_path / "relay"), tmp_path / "saved.age"
    backup.back_up(folder, saved, seal)
    with pytest.raises(UsageError):
        backup.restore(saved, tmp_path / "x", unseal, postgres_file=tmp_path / "postgres")


KILLED = """
import os, sys
from pathlib import Path
from asylia.crypto import age
from asylia.relay import backup
identity = age.Identity.from_seed(bytes(32))

def unseal(source, target):
    age.decrypt_stream(source, target, [identity])
    os.kill(os.getpid(), 9)

backup.restore(Path(sys.argv[1]), Path(sys.argv[2]), unseal)
"""


def test_a_restoration_that_was_killed_leaves_no_relay_and_can_be_done_again(tmp_path):
    folder, saved, again = found(tmp_path / "relay"), tmp_path / "saved.age", tmp_path / "again"
    backup.back_up(folder, saved, seal)
    ended = subprocess.run([sys.executable, "-c", KILLED, saved, again], check=False)
    assert ended.returncode == -9
    assert not again.exists()
    backup.restore(saved, again, unseal)
    assert sorted(path.name for path in again.iterdir()) == ["log.key", "relay.sqlite"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again", "relay", "saved.age"]


def test_a_key_that_is_none_is_named_without_repeating_it(keys, capsys):
    (keys / "seal").write_text("not a recipient")
    folder = found(keys / "relay")
    code = run(["relay", "backup", str(folder), str(keys / "x"), "--recipient-file",
                str(keys / "seal")])  # fmt: skip
    assert code == MalformedError.exit_code
    assert "not a recipient" not in capsys.readouterr().err
    assert issubclass(MalformedError, AsyliaError)
