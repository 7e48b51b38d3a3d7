"""The share in memory: the keeper's table, its process, and a desk that opens without its relay."""

import asyncio
import multiprocessing
import os
import re
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.casework.world import PASSPHRASE, World
from tests.desk.processes import Started, alive, arguments
from tests.vault.shares import WRONG, Line, line

from asylia.desk.app import _fetch_now_and_then
from asylia.desk.door import Door, State
from asylia.desk.keeper import TRIES, Keeper, Kept, KeptShares, watch_of
from asylia.desk.pages import Pages
from asylia.desk.screen import Desk
from asylia.desk.workspace import Workspace
from asylia.errors import LockedError, RefusedError, UnavailableError
from asylia.ledger.courier import TeamCourier
from asylia.vault.change import changing
from asylia.vault.share import share_id_of, stop
from asylia.vault.vault import HEADER, Vault, read_header

ID, SHARE = b"i" * 16, b"s" * 32
HOURS = timedelta(hours=12)


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


def holding() -> tuple[Kept, Hands]:
    clock = Hands()
    kept = Kept(HOURS, clock)
    kept.hold(ID, SHARE)
    return kept, clock


# -- the table


def test_an_empty_keeper_has_nothing_to_give_and_never_ends_by_itself() -> None:
    clock = Hands()
    kept = Kept(HOURS, clock)
    kept.opened()
    kept.confirm()
    clock.pass_(days=9)
    assert kept.give(ID) is None
    assert not kept.look()


def test_what_it_holds_is_given_for_the_hours_only() -> None:
    kept, clock = holding()
    clock.pass_(hours=11.9)
    assert kept.give(ID) == SHARE
    assert kept.give(b"o" * 16) is None
    clock.pass_(hours=0.2)
    assert kept.give(ID) is None
    assert kept.over


def test_the_hours_begin_anew_when_the_team_was_asked() -> None:
    kept, clock = holding()
    for _ in range(5):
        clock.pass_(hours=11)
        kept.confirm()
    assert kept.give(ID) == SHARE
    clock.pass_(hours=13)
    kept.confirm()  # too late: what is over stays over
    assert kept.over


def test_a_clock_that_was_set_back_ends_it() -> None:
    kept, clock = holding()
    clock.pass_(hours=3)
    assert not kept.look()
    clock.pass_(hours=-2)
    assert kept.give(ID) is None
    assert kept.over


def test_ten_times_without_an_opening_are_enough() -> None:
    kept, _ = holding()
    for _ in range(3):
        assert [kept.give(ID) for _ in range(TRIES)] == [SHARE] * TRIES
        kept.opened()
    assert [kept.give(ID) for _ in range(TRIES + 1)][-1] is None
    assert kept.over


def test_what_is_forgotten_is_forgotten() -> None:
    kept, _ = holding()
    kept.forget()
    assert (kept.give(ID), kept.over) == (None, True)
    assert SHARE not in repr(kept).encode()


@given(st.binary(max_size=80))
def test_a_message_of_another_form_ends_it(junk: bytes) -> None:
    kept, _ = holding()
    answer = kept.answer(b"mark1234" + junk)
    if junk[:1] not in (b"h", b"g", b"o", b"c"):
        assert (answer, kept.over) == (None, True)


# -- the process


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    one = Keeper(HOURS)
    yield one
    one.close()


@pytest.fixture
def away(tmp_path: Path, keeper: Keeper) -> Line:
    """A vault that was opened once, with its relay gone since."""
    with line(tmp_path) as one:
        one.share_on()
        opened(one, keeper)
    return one


def opened(one: Line, keeper: Keeper, words: str = PASSPHRASE) -> None:
    shares = KeptShares(one.folder, keeper.connection())
    Vault.open(one.folder, words, shares=shares).close()
    shares.opened()


def gone(keeper: Keeper) -> bool:
    deadline = time.monotonic() + 20
    while keeper.pid is not None and time.monotonic() < deadline:
        time.sleep(0.02)
    return keeper.pid is None


def test_a_vault_opens_again_without_its_relay_while_it_is_kept(away: Line, keeper: Keeper) -> None:
    opened(away, keeper)
    with pytest.raises(LockedError):
        opened(away, keeper, WRONG)
    opened(away, keeper)
    keeper.kill()
    assert gone(keeper)
    with pytest.raises(UnavailableError):
        opened(away, keeper)


def test_without_allowed_hours_nothing_is_kept(tmp_path: Path) -> None:
    never = Keeper(timedelta(0))
    with line(tmp_path) as one:
        one.share_on()
        opened(one, never)
    assert never.pid is None
    with pytest.raises(UnavailableError):
        opened(one, never)


def test_ten_wrong_passphrases_end_the_keeper(away: Line, keeper: Keeper) -> None:
    for _ in range(TRIES):
        with pytest.raises(LockedError):
            opened(away, keeper, WRONG)
    with pytest.raises(UnavailableError):
        opened(away, keeper)
    assert gone(keeper)


def test_a_stop_that_unlocking_meets_ends_the_keeper(tmp_path: Path, keeper: Keeper) -> None:
    with line(tmp_path) as one:
        one.share_on()
        opened(one, keeper)
        stop(one.courier, one.device)
        with pytest.raises(RefusedError):
            opened(one, keeper)
        assert gone(keeper)
    with pytest.raises(UnavailableError):
        opened(one, keeper)


def test_a_stop_that_the_open_desk_hears_of_locks_it_and_ends_the_keeper(
    tmp_path: Path, keeper: Keeper
) -> None:
    with line(tmp_path) as one:
        one.share_on()
        shares = KeptShares(one.folder, keeper.connection())
        with Vault.open(one.folder, PASSPHRASE, shares=shares) as vault:
            is_shut_out = watch_of(vault, one.courier, shares)
            assert not is_shut_out()
            assert keeper.pid is not None
            stop(one.courier, one.device)
            assert is_shut_out()
        assert gone(keeper)


def test_a_refused_secret_ends_the_keeper_and_a_silent_relay_changes_nothing(
    tmp_path: Path, keeper: Keeper
) -> None:
    with line(tmp_path) as one:
        one.share_on()
        shares = KeptShares(one.folder, keeper.connection())
        with Vault.open(one.folder, PASSPHRASE, shares=shares) as vault:
            nowhere = TeamCourier("http://127.0.0.1:1", bytes(32), one.client)
            assert not watch_of(vault, nowhere, shares)()
            one.courier.delete_share(share_id_of(one.device))
            assert not watch_of(vault, one.courier, shares)()
            assert keeper.pid is not None
            another = TeamCourier(one.url, bytes(32), one.client)
            assert not watch_of(vault, another, shares)()
        assert gone(keeper)


def test_an_open_desk_notices_that_its_header_was_destroyed_elsewhere(tmp_path: Path) -> None:
    with line(tmp_path) as one, Vault.open(one.folder, PASSPHRASE) as vault:
        is_shut_out = watch_of(vault, one.courier, KeptShares(one.folder, None))
        assert not is_shut_out()
        fresh = read_header(one.folder).fresh()
        (one.folder / HEADER).write_bytes(fresh.encode())
        assert is_shut_out()
        (one.folder / HEADER).unlink()
        assert is_shut_out()


def test_answers_to_an_earlier_session_are_passed_over() -> None:
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    theirs.send_bytes(b"earlier." + b"x" * 32)
    shares = KeptShares(Path(), ours, relay=Silent(), randomness=lambda _: b"present.")
    theirs.send_bytes(b"present." + SHARE)
    assert shares.fetch(ID, bytes(32)) == SHARE
    theirs.send_bytes(b"present.")
    with pytest.raises(UnavailableError):
        shares.fetch(ID, bytes(32))


class Silent:
    def fetch(self, share_id: bytes, token: bytes) -> bytes:
        raise UnavailableError("the relay does not answer")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_keeper_leaves_no_core_and_can_not_be_read(keeper: Keeper, away: Line) -> None:
    opened(away, keeper)  # by now it has begun
    limits = Path(f"/proc/{keeper.pid}/limits").read_text()
    assert re.search(r"Max core file size +0 +0", limits)
    assert Path(f"/proc/{keeper.pid}/mem").stat().st_uid == 0
    if os.getuid() != 0:
        with pytest.raises(PermissionError), Path(f"/proc/{keeper.pid}/mem").open("rb"):
            pass


def test_the_share_is_on_no_disk(away: Line, keeper: Keeper) -> None:
    opened(away, keeper)
    kept = KeptShares(away.folder, keeper.connection())._ask(share_id_of(away.device))
    assert kept is not None
    files = [path for path in away.folder.rglob("*") if path.is_file()]
    assert files
    assert not any(kept in path.read_bytes() for path in files)
    relay = away.folder.parent.glob("relay.sqlite*")
    assert any(kept in path.read_bytes() for path in relay)  # the search can find it


# -- the desk


def test_a_round_that_hears_of_a_stop_shuts_the_desk() -> None:
    ended: list[bool] = []

    class Open:
        is_shut_out = staticmethod(lambda: True)

        def fetch(self) -> None:
            raise UnavailableError("the relay does not answer")

        def close(self) -> None:
            ended.append(False)

    door = Door("token", idle=HOURS)
    desk = Desk(door, Pages(), lambda _: Workspace(None), "", lambda: ended.append(True))  # type: ignore[arg-type]
    desk.workspace = Open()  # type: ignore[assignment]
    asyncio.run(asyncio.wait_for(_fetch_now_and_then(desk, HOURS), 20))
    assert (door.state, desk.workspace, ended) == (State.SHUT, None, [False, True])
    desk.worker.shutdown()


class Session:
    """One session of a desk that was started."""

    def __init__(self, started: Started) -> None:
        host, port, token = started.next_link().groups()
        named = {"host": host, "origin": f"http://{host}"}
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{port}", headers=named, timeout=60, trust_env=False
        )
        self.client.get(f"/enter/{token}")
        found = re.search(r'name="csrf" value="([^"]+)"', self.client.get("/unlock").text)
        assert found
        self.csrf = found[1]

    def unlock(self, words: str = PASSPHRASE) -> httpx.Response:
        return self.client.post("/unlock", data={"csrf": self.csrf, "passphrase": words})

    def lock(self) -> None:
        self.client.post("/lock", data={"csrf": self.csrf})
        self.client.close()


def test_a_desk_opens_again_while_its_relay_is_gone_and_says_when_it_can_not(world: World) -> None:
    vault = world.desks[0].vault
    secret = vault.ledger().relay.secret
    vault.close()
    with httpx.Client(trust_env=False) as client, changing(vault.folder, PASSPHRASE) as change:
        change.switch_share_on(TeamCourier(world.url, secret, client), world.url)
    started = Started(vault.folder, world.url, "--no-browser")
    try:
        first = Session(started)
        assert first.unlock().headers["location"] == "/inbox"
        before = set(started.children())
        first.lock()
        (vault.folder / "relay").write_text("http://127.0.0.1:1\n")
        second = Session(started)
        (kept,) = (one for one in before & set(started.children()) if b"spawn" in arguments(one))
        wrong = second.unlock(WRONG)
        assert wrong.status_code == 403
        assert "The passphrase does not open this vault." in wrong.text
        assert second.unlock().headers["location"] == "/inbox"
        second.lock()
        third = Session(started)
        os.kill(kept, 9)
        silent = third.unlock()
        assert "opens only with its relay" in silent.text
        assert silent.status_code == 403
        third.lock()
        everything = started.all()
    finally:
        started.stop()
    assert alive(set(everything)) == set()
