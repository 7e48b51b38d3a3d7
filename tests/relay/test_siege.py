"""Two relay processes on one PostgreSQL under load, struck down: nothing acknowledged is lost."""

from hashlib import sha256
from itertools import pairwise

import pytest
from bench.siege import SECRET, World, besiege, figures, world

from asylia.relay import pgdatabase

# The same relay whose writer answers before it commits, and takes its time to.
HASTY = """
import asyncio, sys, time
from pathlib import Path
from asylia.relay import pgwriter
from asylia.relay.serve import serve

class Hasty(pgwriter.PostgresWriter):
    def _next(self, loop):
        self.loop = loop
        super()._next(loop)

    def _commit(self, group):
        self.group = group
        return super()._commit(group)

    def _finish(self, turn, *, changed):
        for job in self.group:
            if isinstance(job.step, pgwriter.Insert):
                self.loop.call_soon_threadsafe(pgwriter._deliver, job, pgwriter.Put.STORED)
        time.sleep(0.1)
        super()._finish(turn, changed=changed)

pgwriter.PostgresWriter = Hasty
from asylia.relay import postgres
postgres.PostgresWriter = Hasty
serve(Path(sys.argv[1]), "127.0.0.1", int(sys.argv[2]), postgres_file=Path(sys.argv[3]))
"""
# The same relay on a server that commits in memory only.
LAZY = """
import sys
from pathlib import Path
from asylia.relay import pgdatabase
from asylia.relay.serve import serve
pgdatabase._MUST_BE["synchronous_commit"] = ("off",)
serve(Path(sys.argv[1]), "127.0.0.1", int(sys.argv[2]), postgres_file=Path(sys.argv[3]))
"""


@pytest.fixture(scope="module")
def besieged():
    with world() as made:
        yield made


def unharmed(outcome):
    print(figures(outcome))
    assert len(outcome.envelopes) > 100
    assert len(outcome.entries) > 30
    return (outcome.lost, outcome.ledger_faults) == (0, 0)


def test_killing_a_process_every_two_seconds_loses_nothing_acknowledged(besieged):
    outcome = besiege(besieged, 12, 2, World.kill_one)
    assert outcome.strikes >= 4
    assert unharmed(outcome)


def test_cutting_the_database_off_under_load_loses_nothing_acknowledged(besieged):
    outcome = besiege(besieged, 7, 3, World.restart_database)
    assert outcome.strikes >= 1
    assert unharmed(outcome)


def test_while_the_database_is_away_requests_are_told_so_and_then_served_again(besieged):
    besieged.cluster.ctl("stop", "-m", "immediate")
    for process in besieged.processes:
        for path in ("/v1/envelopes", "/v1/ledger?from=0", "/v1/bundle"):
            assert process.request("GET", path)[0] == 503
        status, told = process.request("PUT", f"/v1/envelopes/{'ab' * 16}", bytes(9000))
        assert (status, told.count(b"\n")) == (503, 1)
    besieged.cluster.ctl("start")
    for process in besieged.processes:
        assert process.request("GET", "/v1/envelopes")[0] == 200
        assert process.request("PUT", f"/v1/envelopes/{'ab' * 16}", bytes(9000))[0] in (200, 201)


def test_a_change_of_secret_at_one_process_holds_at_once_at_the_other(besieged):
    secrets = [SECRET] + [bytes([number]) * 32 for number in range(12)]
    for number, (old, new) in enumerate(pairwise(secrets)):
        one, other = besieged.processes[:: -1 if number % 2 else 1]
        assert other.request("GET", "/v1/envelopes", secret=old)[0] == 200
        assert one.request("PUT", "/v1/access", sha256(new).digest(), secret=old)[0] == 204
        assert other.request("GET", "/v1/envelopes", secret=old)[0] == 401
        assert other.request("GET", "/v1/envelopes", secret=new)[0] == 200


PATIENCE = (4, 8, 16, 32)  # seconds: on a busy machine a blow seldom falls between two steps


def loses(seconds, every, strike, **settings):
    with world(**settings) as poor:
        return besiege(poor, seconds, every, strike).lost > 0


def test_a_relay_that_answers_before_it_commits_is_caught():
    assert any(loses(seconds, 1, World.kill_one, code=HASTY) for seconds in PATIENCE)


def test_a_server_that_commits_in_memory_only_is_caught():
    late = {"synchronous_commit": "off", "wal_writer_delay": "10s"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(pgdatabase._MUST_BE, "synchronous_commit", ("off",))
        strike = World.restart_database
        assert any(loses(seconds, 1.5, strike, code=LAZY, **late) for seconds in PATIENCE)
