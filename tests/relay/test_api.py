"""The HTTP API as ``spec/relay.md`` states it, against the application over a real store."""

import asyncio
import base64
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asylia.relay.app import SMALLEST_ENVELOPE, create_app
from asylia.relay.http import Patience
from asylia.relay.sqlite import SQLiteStore
from asylia.tlog.checkpoint import NoteKey
from asylia.tlog.log import Log
from asylia.tlog.reader import LogReader
from relay.process import AUTHORIZATION, SECRET

KEY = NoteKey("log.example/test", bytes(32))
ID, ID32 = "ab" * 16, "cd" * 32
MIB = 1 << 20
SEALED = b"sealed" + bytes(SMALLEST_ENVELOPE - 6)


def clock():
    return datetime(2026, 11, 22, 12, tzinfo=UTC)


class Relay:
    """The application, called in memory; ``told`` is its operational log."""

    def __init__(self, path, **settings):
        self.store, self.told = SQLiteStore(path, **settings), []
        self.now = clock()
        self.loop = asyncio.new_event_loop()
        log = Log(KEY)
        self.loop.run_until_complete(self.store.replace_access(sha256(SECRET).digest(), 0))
        self.loop.run_until_complete(self.store.write_log(log.begin))
        self.app = create_app(
            self.store,
            log,
            clock=lambda: self.now,
            patience=Patience(0.2, 0.5),
            tell=self.told.append,
        )
        transport = httpx.ASGITransport(self.app)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://relay")

    def __call__(self, method, path, body=None, headers=AUTHORIZATION):
        call = self.client.request(method, path, content=body, headers=headers)
        return self.loop.run_until_complete(call)

    def close(self):
        self.loop.run_until_complete(self.client.aclose())
        self.store.close()
        self.loop.close()


@pytest.fixture
def relay(tmp_path):
    relay = Relay(tmp_path / "store", limit=8 * MIB)
    yield relay
    relay.close()


@pytest.fixture(scope="module")
def any_relay(tmp_path_factory):
    relay = Relay(tmp_path_factory.mktemp("any") / "store")
    yield relay
    relay.close()


@pytest.mark.parametrize("path", [f"/v1/envelopes/{ID}", f"/v1/pieces/{ID}"])
def test_a_blob_is_taken_from_anyone_and_given_to_the_team_only(relay, path):
    assert relay("GET", path).status_code == 404
    assert relay("PUT", path, SEALED, {}).status_code == 201
    assert relay("PUT", path, SEALED, {}).status_code == 200
    assert relay("PUT", path, SEALED[::-1], {}).status_code == 409
    assert relay("GET", path, headers={}).status_code == 401
    assert relay("GET", path).content == SEALED
    assert relay("DELETE", path, headers={}).status_code == 401
    assert relay("DELETE", path).status_code == 204
    assert relay("DELETE", path).status_code == 204
    assert relay("GET", path).status_code == 404


def test_envelope_ids_are_listed_in_id_order(relay):
    for one in ("ff", "00", "7f"):
        relay("PUT", f"/v1/envelopes/{one * 16}", SEALED)
    assert relay("GET", "/v1/envelopes").content == b"\0" * 16 + b"\x7f" * 16 + b"\xff" * 16


def test_a_window_tells_absent_present_and_gone(relay):
    ids = [bytes([n]) * 32 for n in range(8)]
    assert relay("PUT", f"/v1/drops/{ids[1].hex()}", b"reply").status_code == 201
    assert relay("PUT", f"/v1/drops/{ids[1].hex()}", b"reply").status_code == 200
    assert relay("PUT", f"/v1/drops/{ids[2].hex()}", b"read").status_code == 201
    assert relay("PUT", f"/v1/drops/{ids[3].hex()}", b"x", {}).status_code == 401
    assert relay("POST", "/v1/drops/read", ids[2], {}).status_code == 204
    absent = b"\0" + bytes(4)
    expected = absent + b"\1\0\0\0\5reply" + b"\2" + bytes(4) + absent * 5
    assert relay("POST", "/v1/drops/window", b"".join(ids), {}).content == expected
    assert relay("PUT", f"/v1/drops/{ids[2].hex()}", b"read").status_code == 409


def test_the_ledger_answers_with_positions_and_pages(relay):
    blobs = [bytes([n]) * MIB for n in range(6)]
    for at, blob in enumerate(blobs):
        answer = relay("PUT", f"/v1/ledger/{sha256(blob).hexdigest()}", blob)
        assert (answer.status_code, answer.text.strip()) == (201, str(at))
    again = relay("PUT", f"/v1/ledger/{sha256(blobs[2]).hexdigest()}", blobs[2])
    assert (again.status_code, again.text.strip()) == (200, "2")
    page = relay("GET", "/v1/ledger?from=1")
    assert page.headers["asylia-next"] == "4"
    assert page.content == b"".join(len(b).to_bytes(4, "big") + b for b in blobs[1:4])
    assert relay("GET", "/v1/ledger?from=6").headers["asylia-next"] == "6"
    assert relay("PUT", f"/v1/ledger/{ID32}", b"not its hash").status_code == 400
    for untrusted in ("-1", "x", "", "9" * 20, "٣"):
        assert relay("GET", f"/v1/ledger?from={untrusted}").status_code == 400


def test_a_full_page_of_the_ledger_never_changes_and_is_sent_once(relay):
    blobs = [b"entry %d" % n for n in range(300)]
    for at, blob in enumerate(blobs):
        if at == 255:
            early = relay("GET", "/v1/ledger/page/0")
            assert (early.status_code, early.headers["cache-control"]) == (404, "no-store")
        relay("PUT", f"/v1/ledger/{sha256(blob).hexdigest()}", blob)
    page = relay("GET", "/v1/ledger/page/0")
    assert page.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert page.content == b"".join(len(b).to_bytes(4, "big") + b for b in blobs[:256])
    assert page.content == relay("GET", "/v1/ledger?from=0").content[: len(page.content)]
    tag = page.headers["etag"]
    known = relay("GET", "/v1/ledger/page/0", headers=AUTHORIZATION | {"If-None-Match": tag})
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", tag)
    other = relay("GET", "/v1/ledger/page/0", headers=AUTHORIZATION | {"If-None-Match": '"x"'})
    assert other.content == page.content
    assert relay("GET", "/v1/ledger/page/1").status_code == 404
    assert relay("GET", "/v1/ledger/page/0", headers={"If-None-Match": tag}).status_code == 401
    for untrusted in ("00", "-1", "x", "9" * 20, "٣", "0/0"):
        assert relay("GET", f"/v1/ledger/page/{untrusted}").status_code in (400, 404)


def test_a_page_that_is_too_long_is_read_by_position(tmp_path):
    relay = Relay(tmp_path / "store", limit=64 * MIB)
    for number in range(256):
        blob = number.to_bytes(2, "big") * 9000
        relay("PUT", f"/v1/ledger/{sha256(blob).hexdigest()}", blob)
    assert relay("GET", "/v1/ledger/page/0").status_code == 413
    assert relay("GET", "/v1/ledger?from=0").status_code == 200
    relay.close()


def test_the_bundle_is_the_teams_to_put_and_anyones_to_get(relay):
    assert relay("GET", "/v1/bundle", headers={}).status_code == 404
    assert relay("PUT", "/v1/bundle", b"b", {}).status_code == 401
    assert relay("PUT", "/v1/bundle", b"b").status_code == 201
    assert relay("PUT", "/v1/bundle", b"c").status_code == 201
    assert relay("GET", "/v1/bundle", headers={}).content == b"c"


def test_leaves_are_in_the_checkpoint_that_can_be_read_when_the_answer_comes(relay):
    leaves = [bytes([n]) * 32 for n in range(40)]
    assert relay("POST", "/v1/log/leaves", b"".join(leaves), {}).status_code == 401
    for at in (0, 20):
        body = b"".join(leaves[at : at + 20])
        for status in (201, 200):
            answer = relay("POST", "/v1/log/leaves", body)
            assert (answer.status_code, answer.text.strip()) == (status, str(at))

    def fetch(path):
        answer = relay("GET", f"/v1/log/{path}", headers={})
        answer.raise_for_status()
        kept = "no-store" if path == "checkpoint" else "public, max-age=31536000, immutable"
        assert answer.headers["cache-control"] == kept
        return answer.content

    reader = LogReader(fetch, KEY.public)
    assert reader.checkpoint().size == 40
    assert reader.leaves(0, 40) == leaves
    for path in ("tile/0/001", "tile/9/000.p/1", "tile/0/x/1", "nothing"):
        assert relay("GET", f"/v1/log/{path}").status_code in (400, 404)


def test_after_a_change_of_secret_only_the_newest_opens(relay):
    new = b"n" * 32
    changed = {"Authorization": "Asylia " + base64.urlsafe_b64encode(new).decode().rstrip("=")}
    assert relay("PUT", "/v1/access", b"short").status_code == 400
    assert relay("PUT", "/v1/access", sha256(new).digest(), {}).status_code == 401
    assert relay("PUT", "/v1/access", sha256(new).digest()).status_code == 204
    assert relay("GET", "/v1/envelopes").status_code == 401
    assert relay("GET", "/v1/envelopes", headers=changed).status_code == 200


def test_the_secret_before_the_newest_reads_the_line_and_does_nothing_else(relay):
    hours = iter([datetime(2026, 12, 22, 23, tzinfo=UTC), datetime(2026, 12, 23, tzinfo=UTC)])
    blob = b"sealed"
    path = f"/v1/ledger/{sha256(blob).hexdigest()}"
    assert relay("PUT", path, blob).status_code == 201
    assert relay("PUT", "/v1/access", sha256(b"n" * 32).digest()).status_code == 204
    assert relay("GET", "/v1/ledger?from=0").content.endswith(blob)
    for method, elsewhere in (
        ("PUT", path),
        ("PUT", "/v1/access"),
        ("PUT", "/v1/bundle"),
        ("GET", "/v1/envelopes"),
        ("DELETE", f"/v1/envelopes/{ID}"),
        ("POST", "/v1/log/leaves"),
        ("GET", f"/v1/shares/{ID}"),
    ):
        assert relay(method, elsewhere, b"x" * 32).status_code == 401
    assert relay("GET", "/v1/ledger?from=0", headers={}).status_code == 401
    relay.now = next(hours)
    assert relay("GET", "/v1/ledger?from=0").status_code == 200
    relay.now = next(hours)
    assert relay("GET", "/v1/ledger?from=0").status_code == 401


def test_without_a_secret_set_nothing_opens(tmp_path):
    store = SQLiteStore(tmp_path / "store")
    app = create_app(store, Log(KEY), clock=clock)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://relay")
    answer = asyncio.run(client.get("/v1/envelopes", headers={"Authorization": "Asylia "}))
    assert answer.status_code == 401
    store.close()


SHOWN = ["", "Asylia", "Asylia ", "Basic YTpi", "Asylia !!!", "Bearer x", "asylia x", "Asylia é"]


@pytest.mark.parametrize("shown", [one.encode("latin-1") for one in SHOWN])
def test_another_authorization_is_refused_in_one_line(relay, shown):
    answer = relay("GET", "/v1/envelopes", headers={"Authorization": shown})
    assert (answer.status_code, answer.text.count("\n")) == (401, 1)


BAD = [
    ("PUT", "/v1/envelopes/" + "AB" * 16, b"x", 400),
    ("PUT", "/v1/envelopes/" + "ab" * 15, b"x", 400),
    ("PUT", "/v1/envelopes/" + "ab" * 17, b"x", 400),
    ("PUT", "/v1/envelopes/" + "zz" * 16, b"x", 400),
    ("PUT", "/v1/envelopes/" + "%20" * 32, b"x", 400),
    ("PUT", f"/v1/envelopes/{ID}", b"", 400),
    ("PUT", f"/v1/envelopes/{ID}", b"x" * 5, 400),
    ("PUT", f"/v1/envelopes/{ID}", SEALED[:-1], 400),
    ("PUT", f"/v1/envelopes/{ID}", b"x" * (MIB + 1), 413),
    ("PUT", f"/v1/pieces/{ID}", b"x" * (MIB + 4097), 413),
    ("PUT", f"/v1/drops/{ID32}", b"x" * (64 * 1024 + 1), 413),
    ("PUT", f"/v1/drops/{ID}", b"x", 400),
    ("PUT", "/v1/drops/window", b"x", 400),
    ("PUT", "/v1/bundle", b"x" * (256 * 1024 + 1), 413),
    ("PUT", "/v1/access", b"x" * 33, 413),
    ("PUT", f"/v1/ledger/{ID32}", b"x" * (2 * MIB + 1), 413),
    ("POST", "/v1/drops/window", b"x" * 255, 400),
    ("POST", "/v1/drops/window", b"x" * 32, 400),
    ("POST", "/v1/drops/window", b"x" * 257, 413),
    ("POST", "/v1/drops/read", b"", 400),
    ("POST", "/v1/drops/read", b"x" * 33, 400),
    ("POST", "/v1/log/leaves", b"x" * 31, 400),
    ("POST", "/v1/log/leaves", b"x" * 32 * 1025, 413),
    ("GET", "/", None, 404),
    ("GET", "/v1/envelopes/", None, 404),
    ("GET", "/v1//envelopes", None, 404),
    ("PATCH", "/v1/bundle", b"x", 405),
    ("DELETE", "/v1/envelopes", None, 405),
    ("POST", "/v1/log/checkpoint", b"x", 405),
    ("BREW", "/v1/bundle", None, 405),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), BAD)
def test_what_is_not_in_the_api_gets_one_line_of_ours(relay, method, path, body, status):
    answer = relay(method, path, body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert 0 < len(answer.text) < 120
    assert answer.text.count("\n") == 1
    assert relay.told == []


@settings(max_examples=60)
@given(
    method=st.sampled_from(["GET", "PUT", "POST", "DELETE"]),
    path=st.lists(
        st.sampled_from(["v1", "envelopes", "pieces", "drops", "ledger", "log", "tile", "0", "000"])
        | st.just(ID)
        | st.just(ID32)
        | st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
        max_size=5,
    ),
    body=st.binary(max_size=70),
)
def test_any_request_gets_an_answer_and_no_fault(any_relay, method, path, body):
    # Whole, since "//" at the beginning of a path alone would be read as a host.
    address = "http://relay/" + "/".join(quote(part, safe="") for part in path)
    assert any_relay(method, address, body).status_code < 500
    assert any_relay.told == []


SCOPE = {
    "type": "http",
    "method": "PUT",
    "path": f"/v1/envelopes/{ID}",
    "raw_path": b"",
    "query_string": b"",
    "root_path": "",
    "headers": [],
}


def asgi(relay, messages, headers=()):
    """Answers of the application to a body that comes as these messages (floats: seconds)."""
    scope = SCOPE | {"headers": list(headers)}
    sent, queue, taken = [], list(messages), []

    async def receive():
        message = queue.pop(0)
        if isinstance(message, float):
            await asyncio.sleep(message)
            return await receive()
        taken.append(message)
        return message

    async def send(message):
        sent.append(message)

    relay.loop.run_until_complete(relay.app(scope, receive, send))
    return sent[0]["status"], sent[1]["body"], taken


def part(body, more=True):
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_longer_than_its_limit_is_not_read_to_its_end(relay):
    status, _, taken = asgi(relay, [part(b"x" * MIB)] * 50)
    assert (status, len(taken)) == (413, 2)
    declared = [(b"content-length", b"%d" % (MIB + 1))]
    assert asgi(relay, [part(b"x")] * 50, declared)[::2] == (413, [])
    for untrusted in (b"-1", b"1" * 40, b"0" * 5000 + b"1", b"x", b""):
        assert asgi(relay, [part(b"x")] * 50, [(b"content-length", untrusted)])[0] == 413


def test_bodies_share_a_limit_in_memory_and_short_ones_find_room_longer(tmp_path):
    store = SQLiteStore(tmp_path / "store")
    app = create_app(store, Log(KEY), clock=clock, memory=8 * MIB)

    async def put(number, body, held=None):
        parts = [part(body), part(b"", more=False)]
        sent = []

        async def receive():
            message = parts.pop(0)
            if not message["more_body"] and held:
                await held.wait()
            return message

        async def send(message):
            sent.append(message)

        path = f"/v1/envelopes/{number:032x}"
        await app({**SCOPE, "path": path}, receive, send)
        return sent[0]["status"], sent[1]["body"]

    async def story():
        held = asyncio.Event()
        waiting = [asyncio.create_task(put(n, bytes(MIB), held)) for n in range(7)]
        await asyncio.sleep(0.05)
        status, told = await put(7, bytes(MIB))
        assert (status, told.count(b"\n")) == (503, 1)
        assert (await put(8, bytes(12 * 1024)))[0] == 201
        held.set()
        assert {(await one)[0] for one in waiting} == {201}
        assert app.held == 0  # also after the refusal
        assert (await put(9, bytes(MIB)))[0] == 201

    asyncio.run(story())
    store.close()


def test_a_body_that_is_cut_off_or_stops_coming_stores_nothing(relay):
    cut = [part(b"x"), {"type": "http.disconnect"}]
    short = [(b"content-length", b"3")]
    assert asgi(relay, cut)[0] == 400
    assert asgi(relay, [part(b"x", more=False)], short)[0] == 400
    assert asgi(relay, [part(b"x"), 5.0])[0] == 408
    trickle = [part(b"x"), 0.1] * 20
    assert asgi(relay, trickle)[0] == 408
    assert relay("GET", "/v1/envelopes").content == b""


def test_a_full_relay_says_507_and_still_takes_short_envelopes(relay):
    for n in range(100):
        answer = relay("PUT", f"/v1/pieces/{n:032x}", b"x" * MIB)
        if answer.status_code == 507:
            break
    assert answer.text == "The relay is full; nothing was stored.\n"
    assert relay("PUT", f"/v1/envelopes/{ID}", b"x" * MIB).status_code in (201, 507)
    assert relay("PUT", f"/v1/envelopes/{'ee' * 16}", SEALED).status_code == 201


def test_a_fault_inside_shows_its_kind_only(relay):
    class Broken:
        async def put(self, *_):
            raise RuntimeError("words of a report")

    told = []
    app = create_app(Broken(), Log(KEY), clock=clock, tell=told.append)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://relay")
    answer = asyncio.run(client.put(f"/v1/envelopes/{ID}", content=SEALED))
    assert answer.status_code == 500
    assert answer.text == "The relay failed; nothing was stored. Try again later.\n"
    assert answer.headers["cache-control"] == "no-store"
    assert told == ["a request failed: RuntimeError"]
