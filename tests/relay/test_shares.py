"""Shares at the relay: the state table of ``spec/relay.md``, on each backend."""

import asyncio
import sqlite3
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asylia.relay import shares
from asylia.relay.shares import NOBODY, TRIES, answer_try, state_of
from asylia.relay.store import ShareRow
from relay.process import SERVE, RelayProcess, found
from relay.test_api import Relay
from relay.test_kill import HASTY
from relay.test_store import make  # noqa: F401  the same backends

TOKEN, SHARE = b"t" * 32, b"s" * 32
PATH = f"/v1/shares/{'ab' * 16}"
BODY = sha256(TOKEN).digest() + SHARE
WRONG = b"w" * 32


@pytest.fixture
def relay(tmp_path):
    relay = Relay(tmp_path / "store")
    yield relay
    relay.close()


def bring(relay, state):
    """A share in a state."""
    if state != "absent":
        assert relay("PUT", PATH, BODY).status_code == 201
    if state == "spent":
        for _ in range(TRIES):
            assert relay("POST", PATH, WRONG, headers={}).status_code == 401
    if state == "stopped":
        assert relay("POST", f"{PATH}/stop").status_code == 204


REQUESTS = {
    "put": ("PUT", PATH, BODY),
    "right": ("POST", PATH, TOKEN),
    "wrong": ("POST", PATH, WRONG),
    "stop": ("POST", f"{PATH}/stop", None),
    "allow": ("POST", f"{PATH}/allow", None),
    "delete": ("DELETE", PATH, None),
}
TABLE = {  # state: request -> status, state after
    "absent": {
        "put": (201, "open"),
        "right": (401, "absent"),
        "wrong": (401, "absent"),
        "stop": (404, "absent"),
        "allow": (404, "absent"),
        "delete": (204, "absent"),
    },
    "open": {
        "put": (201, "open"),
        "right": (200, "open"),
        "wrong": (401, "open"),
        "stop": (204, "stopped"),
        "allow": (204, "open"),
        "delete": (204, "absent"),
    },
    "spent": {
        "put": (201, "open"),
        "right": (423, "spent"),
        "wrong": (423, "spent"),
        "stop": (204, "stopped"),
        "allow": (204, "open"),
        "delete": (204, "absent"),
    },
    "stopped": {
        "put": (201, "open"),
        "right": (423, "stopped"),
        "wrong": (423, "stopped"),
        "stop": (204, "stopped"),
        "allow": (423, "stopped"),
        "delete": (204, "absent"),
    },
}


@pytest.mark.parametrize(
    ("state", "request_"), [(state, one) for state, row in TABLE.items() for one in row]
)
def test_each_cell_of_the_table_holds(relay, state, request_):
    bring(relay, state)
    status, after = TABLE[state][request_]
    answer = relay(*REQUESTS[request_])
    assert answer.status_code == status
    assert answer.headers["cache-control"] == "no-store"
    if status == 200:
        assert answer.content == SHARE
    told = relay("GET", PATH)
    assert (told.text.strip() if told.status_code == 200 else "absent") == after


@pytest.mark.parametrize("request_", ["put", "stop", "allow", "delete"])
def test_without_the_teams_secret_a_share_is_only_asked_for(relay, request_):
    bring(relay, "open")
    assert relay(*REQUESTS[request_], headers={}).status_code == 401
    assert relay("GET", PATH, headers={}).status_code == 401
    assert relay("POST", PATH, TOKEN, headers={}).content == SHARE


def test_an_unknown_id_is_answered_as_a_wrong_token_is_and_writes_as_much(relay):
    bring(relay, "open")
    wrong = relay("POST", PATH, WRONG, headers={})
    before = relay.store._path.with_name("store-wal").stat().st_size
    unknown = relay("POST", f"/v1/shares/{'cd' * 16}", WRONG, headers={})
    assert relay.store._path.with_name("store-wal").stat().st_size > before
    assert (unknown.status_code, unknown.content) == (wrong.status_code, wrong.content)
    assert unknown.headers == wrong.headers


def test_a_right_token_gives_the_ten_tries_back(relay):
    bring(relay, "open")
    for _ in range(3):
        for _ in range(TRIES - 1):
            assert relay("POST", PATH, WRONG, headers={}).status_code == 401
        assert relay("POST", PATH, TOKEN, headers={}).status_code == 200


def test_tries_at_the_same_time_are_counted_one_after_another(relay):
    bring(relay, "open")

    async def together():
        calls = (relay.client.post(PATH, content=WRONG) for _ in range(40))
        return [answer.status_code for answer in await asyncio.gather(*calls)]

    statuses = relay.loop.run_until_complete(together())
    assert statuses.count(401) == TRIES
    assert statuses.count(423) == 40 - TRIES


def test_a_try_is_in_the_file_before_its_answer_is_seen(relay):
    bring(relay, "open")
    relay("POST", PATH, WRONG, headers={})
    other = sqlite3.connect(relay.store._path)
    assert other.execute("SELECT tries FROM share WHERE tries").fetchall() == [(1,)]
    other.close()


def test_tokens_are_kept_as_a_hash_and_nobody_can_have_the_id_of_zeros(relay):
    bring(relay, "open")
    relay("POST", PATH, TOKEN, headers={})
    files = relay.store._path.parent.glob("store*")
    assert not any(TOKEN in file.read_bytes() for file in files)
    for method, body in (("PUT", BODY), ("POST", TOKEN), ("GET", None), ("DELETE", None)):
        assert relay(method, f"/v1/shares/{NOBODY.hex()}", body).status_code == 400


@pytest.mark.parametrize("body", [b"", b"t", b"t" * 31, b"t" * 33, b"t" * 4096])
def test_a_try_of_another_length_is_no_try(relay, body):
    bring(relay, "open")
    assert relay("POST", PATH, body, headers={}).status_code in (400, 413)
    assert relay("PUT", PATH, body).status_code in (400, 413)
    assert relay("POST", PATH, TOKEN, headers={}).status_code == 200


@given(st.lists(st.booleans(), max_size=60))
@settings(max_examples=50)
def test_never_more_than_ten_wrong_tries_in_a_row_are_weighed(tries):
    row, wrong_in_a_row = ShareRow(sha256(TOKEN).digest(), SHARE, 0, stopped=False), 0
    for right in tries:
        row, answer = answer_try(row, sha256(TOKEN if right else WRONG).digest())
        if wrong_in_a_row >= TRIES:
            assert answer.status_code == 423
        elif right:
            assert (answer.status_code, answer.body) == (200, SHARE)
            wrong_in_a_row = 0
        else:
            assert answer.status_code == 401
            wrong_in_a_row += 1
    assert (state_of(row) == "spent") == (wrong_in_a_row >= TRIES)


def test_without_the_count_the_eleventh_try_would_be_weighed(monkeypatch):
    """The negative control."""
    monkeypatch.setattr(shares, "TRIES", 1 << 60)
    row = ShareRow(sha256(TOKEN).digest(), SHARE, 0, stopped=False)
    for _ in range(TRIES):
        row, _ = answer_try(row, sha256(WRONG).digest())
    assert answer_try(row, sha256(TOKEN).digest())[1].status_code == 200


def test_a_share_is_there_after_reopening_and_a_day_passing(make):  # noqa: F811
    async def story(store, day):
        row = ShareRow(sha256(TOKEN).digest(), SHARE, 4, stopped=True)
        assert await store.change_share(b"i" * 16, lambda before: (before or row, None)) is None
        await store.settle(day)
        found = await store.change_share(b"i" * 16, lambda before: (before, before))
        assert found == row
        await store.change_share(b"i" * 16, lambda _: (None, None))
        assert await store.change_share(b"i" * 16, lambda before: (None, before)) is None
        await store.change_share(b"i" * 16, lambda _: (row, None))

    for day in (20_000, 20_001):
        store = make()
        asyncio.run(story(store, day))
        store.close()


def weighed(folder, code):
    """How many wrong tries are weighed where the relay is killed after every fourth answer."""
    with RelayProcess(folder) as relay:
        assert relay.request("PUT", PATH, BODY)[0] == 201
        relay.stop()
    statuses = []
    for _ in range(4):
        with RelayProcess(folder, code) as relay:
            statuses += [relay.request("POST", PATH, WRONG, {})[0] for _ in range(4)]
            relay.kill()
    assert set(statuses) <= {401, 423}
    return statuses.count(401)


def test_killing_the_relay_after_its_answers_gains_nobody_a_try(tmp_path):
    assert weighed(found(tmp_path / "relay"), SERVE) == TRIES


def test_a_relay_that_answers_before_it_commits_gives_tries_away(tmp_path):
    """The negative control."""
    assert weighed(found(tmp_path / "relay"), HASTY) > TRIES
