"""Asking a witness over HTTP: it follows the log as it grows, and no other log or past."""

import httpx
import pytest
from tests.dossier.world import World
from tests.tlog.memorylog import MemoryLog

from asylia.dossier.witness import OvertakenError, WitnessService, cosigned
from asylia.errors import ConflictError, MalformedError, UnavailableError
from asylia.rehearsal.witness import Witness
from asylia.tlog.addcheckpoint import AddCheckpoint, parse_size
from asylia.tlog.checkpoint import with_cosignatures
from asylia.tlog.log import Log
from asylia.tlog.policy import LogParty, Policy, WitnessParty, verify
from asylia.tlog.reader import LogReader


@pytest.fixture
def world():
    return World()


@pytest.fixture
def witness(world, tmp_path):
    with Witness(tmp_path, world.log_key.public) as running:
        yield running


@pytest.fixture
def ask(witness):
    with httpx.Client(trust_env=False) as client:
        yield WitnessService(witness.url, client)


def read(world, storage=None):
    reader = LogReader((storage or world.storage).fetch, world.log_key.public)
    reader.checkpoint()
    return reader


def holds(world, witness, note):
    return verify(note, under(world, witness)).witnesses


def test_a_witness_cosigns_the_log_as_it_grows(world, witness, ask):
    for number in range(4):
        world.post([bytes([number]) * 32] * (number + 1))
        reader = read(world)
        note = with_cosignatures(reader.note, ask(reader))
        assert holds(world, witness, note) == (witness.public.name,)
    again = read(world)  # nothing was added since
    assert holds(world, witness, with_cosignatures(again.note, ask(again)))


def under(world, witness):
    party = WitnessParty(name=witness.public.name, key=witness.public.ed25519)
    log = LogParty(origin=world.log_key.name, key=world.log_key.public.ed25519)
    return Policy(root_hash=bytes(32), log=log, witnesses=(party,), threshold=1, stamp_roots=())


def another_desk(world, ask, times):
    """Somebody else logs more and asks the same witness, just before this desk does."""
    left = [times]

    def asked(reader):
        if left[0]:
            left[0] -= 1
            world.post([bytes([90 + left[0]]) * 32])
            ask(read(world))
        return ask(reader)

    return asked


def test_two_desks_may_ask_one_witness_at_once(world, witness, ask):
    world.post([bytes(32)] * 3)
    mine = read(world)
    note = cosigned(mine, under(world, witness), [another_desk(world, ask, 2)])
    assert verify(note, under(world, witness)).witnesses == (witness.public.name,)
    assert mine.size == 5
    assert note.startswith(mine.inclusion(4).note)  # proofs lead to what was cosigned
    with pytest.raises(OvertakenError):  # a log that never shows what others saw
        cosigned(mine, under(world, witness), [another_desk(world, ask, 9)])


def test_a_log_that_took_something_back_gets_nothing(world, ask):
    world.post([bytes(32)] * 3)
    ask(read(world))
    other = MemoryLog()
    Log(world.log_key).begin(other)
    Log(world.log_key).append(other, [bytes([9]) * 32] * 2)
    with pytest.raises(ConflictError):
        ask(read(world, other))
    Log(world.log_key).append(other, [bytes([9]) * 32] * 4)
    with pytest.raises(ConflictError):
        ask(read(world, other))


def test_another_log_is_none_of_its_business(world, witness, ask):
    stranger = World(1)
    stranger.post([bytes(32)])
    with pytest.raises(UnavailableError):
        ask(read(stranger))
    assert witness.post("/add-checkpoint", b"old 0\n\nnot a note")[0] == 400


def test_what_it_says_of_its_own_size_is_checked(world, witness):
    world.post([bytes(32)] * 3)
    reader = read(world)
    assert witness.post("/add-checkpoint", AddCheckpoint(0, (), reader.note).encode())[0] == 200
    status, _, body = witness.post("/add-checkpoint", AddCheckpoint(1, (), reader.note).encode())
    assert (status, parse_size(body)) == (409, 3)
    for untrusted in (b"3", b"03\n", b"-3\n", b"three\n", b""):
        with pytest.raises(MalformedError):
            parse_size(untrusted)
    with pytest.raises(ConflictError):
        reader.growth(4)


def test_nobody_there_is_said(world, ask, witness):
    world.post([bytes(32)])
    gone = WitnessService("http://127.0.0.1:9/", ask.client)
    with pytest.raises(UnavailableError):
        gone(read(world))
    with pytest.raises(UnavailableError):
        WitnessService(f"{witness.url}elsewhere", ask.client)(read(world))
