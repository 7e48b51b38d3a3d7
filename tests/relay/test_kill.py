"""``kill -9`` in a burst loses nothing acknowledged; and the test would notice if it did."""

import os

from relay.process import RelayProcess, burst, found

HASTY = """
import asyncio, sys
from pathlib import Path
from asylia.listener import listen
from asylia.relay.serve import KEY, STORE, run
from asylia.relay.sqlite import SQLiteStore
from asylia.relay.writer import GroupWriter, deliver
from asylia.tlog.keyfile import decode_key
from asylia.tlog.log import Log

class HastyWriter(GroupWriter):
    groups = 0
    def run(self, group):
        if not self.connection.in_transaction:
            self.connection.execute("BEGIN IMMEDIATE")
        answers = [job.step(self.connection) for job in group]
        HastyWriter.groups += 1
        deliver(group, answers)  # before the commit, which comes only now and then
        return answers, self.connection.commit if self.groups % 64 == 0 else lambda: None

class HastyStore(SQLiteStore):
    def _start(self, connection):
        return HastyWriter(connection)

    async def settle(self, today):
        pass

folder = Path(sys.argv[1])
with HastyStore(folder / STORE) as store:
    log = Log(decode_key((folder / KEY).read_bytes()))
    asyncio.run(run(store, log, listen("127.0.0.1", int(sys.argv[2]))))
"""


def reports(count):
    return {os.urandom(16): os.urandom(12 * 1024) for _ in range(count)}


def kept(folder, blobs, acknowledged):
    """Which of these come back byte for byte from a relay that is started on the folder."""
    ids = list(acknowledged)
    with RelayProcess(folder) as relay:
        status, listed = relay.request("GET", "/v1/envelopes")
        assert status == 200
        there = {listed[at : at + 16] for at in range(0, len(listed), 16)}
        got = relay.get_all([f"/v1/envelopes/{one.hex()}" for one in ids])
        return {
            one for one, blob in zip(ids, got, strict=True) if one in there and blob == blobs[one]
        }


def test_kill_in_a_burst_of_2000_reports_loses_none_that_was_acknowledged(tmp_path):
    folder, blobs, clients = found(tmp_path / "relay"), reports(2000), 8
    acknowledged, left = set(), dict(blobs)
    for enough in (300, 900):
        with RelayProcess(folder) as relay:
            acknowledged |= set(burst(relay.port, left, clients, (enough, relay.kill)))
        assert len(acknowledged) < len(blobs)
        assert kept(folder, blobs, acknowledged) == acknowledged
        left = {one: blob for one, blob in blobs.items() if one not in acknowledged}
    with RelayProcess(folder) as relay:
        acknowledged |= set(burst(relay.port, left, clients))
        relay.kill()
    assert acknowledged == set(blobs)
    assert kept(folder, blobs, acknowledged) == acknowledged


def test_a_store_that_answers_before_it_commits_is_caught(tmp_path):
    folder, blobs = found(tmp_path / "relay"), reports(600)
    with RelayProcess(folder, HASTY) as relay:
        acknowledged = set(burst(relay.port, blobs, 8, (300, relay.kill)))
    assert kept(folder, blobs, acknowledged) < acknowledged
