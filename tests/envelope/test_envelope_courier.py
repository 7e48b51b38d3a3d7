"""The reporter's courier against the real relay, and against relays that lie or fail."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from asylia.crypto.random import system
from asylia.envelope import drop
from asylia.envelope.bundle import verify_bundle
from asylia.envelope.courier import ReporterCourier, parse_window
from asylia.envelope.drop import Slot, bridges, drop_id, window_ids
from asylia.envelope.envelope import open_envelope, seal_envelope
from asylia.envelope.visit import Visit, visit
from asylia.errors import AsyliaError, ConflictError, MalformedError, UnavailableError
from asylia.relay.app import create_app
from asylia.relay.sqlite import SQLiteStore
from asylia.tlog.checkpoint import NoteKey
from asylia.tlog.log import Log
from asylia.values import BlobId, Day

from . import world
from .world import FIRST_DAY, KEYS, ROOT_HASH, chain, make_drop, sealed

BASE = "http://relay.test"
ID = BlobId(bytes(range(16)))
BUNDLE = world.bundle()


@asynccontextmanager
async def real_relay(folder: Path) -> AsyncIterator[tuple[ReporterCourier, SQLiteStore]]:
    with SQLiteStore(folder / "relay.sqlite") as store:
        log = Log(NoteKey.generate("relay.test/log"))
        transport = httpx.ASGITransport(app=create_app(store, log))
        async with httpx.AsyncClient(transport=transport) as client:
            yield ReporterCourier(BASE, client), store


def against(app: Any, act: Callable[[ReporterCourier], Any]) -> Any:
    async def run() -> Any:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as client:
            return await act(ReporterCourier(BASE + "/", client))

    return anyio.run(run)


def answering(status: int, content: bytes = b"", **headers: str) -> Starlette:
    async def answer(_: Request) -> Response:
        return Response(content, status, headers)

    return Starlette(
        routes=[Route("/{path:path}", answer, methods=["GET", "PUT", "POST"])],
    )


def test_a_report_goes_there_and_a_reply_comes_back(tmp_path: Path) -> None:
    async def run() -> None:
        async with real_relay(tmp_path) as (courier, store):
            await store.put_bundle(world.signed_bundle())
            bundle = verify_bundle(await courier.bundle(), world.ROOT.public, FIRST_DAY)
            envelope = seal_envelope(world.LETTER, KEYS, bundle, "casework")
            await courier.send_piece(ID, b"piece")
            await courier.send_envelope(ID, envelope)
            await courier.send_envelope(ID, envelope)
            with pytest.raises(ConflictError):
                await courier.send_envelope(ID, envelope + b"x")
            kept = await store.get("envelope", ID)
            assert kept is not None
            opened = open_envelope(kept, [world.INTAKE], ROOT_HASH)
            assert opened.statement == world.LETTER.statement
            assert await store.get("piece", ID) == b"piece"

            assert not (await visit(courier, KEYS, bundle)).found
            for n, blob in enumerate(chain(10)):
                await store.put_reply(drop_id(KEYS.drop_secret, n), blob, FIRST_DAY)
            found = await visit(courier, KEYS, bundle)
            assert [each.n for each in found.shown] == list(range(10))
            assert (found.refused, found.missing, found.found) == (0, 0, True)
            assert [len(ids) for ids in found.read] == [8, 2]
            for ids in found.read:
                await courier.mark_read(ids)
            again = await visit(courier, KEYS, bundle)
            assert again == Visit(shown=(), read=(), refused=0, missing=0, found=True)

    anyio.run(run)


def test_bridges_bring_a_visitor_to_a_reply_after_many_weeks(tmp_path: Path) -> None:
    async def run() -> None:
        async with real_relay(tmp_path) as (courier, store):
            late = make_drop(17, b"drop 16, long gone", body="After many weeks.")
            await store.put_reply(drop_id(KEYS.drop_secret, 17), sealed(late), FIRST_DAY)
            assert not (await visit(courier, KEYS, BUNDLE)).found
            for n in bridges(17):
                bridge = make_drop(n, kind="bridge", body="", previous=drop.NO_PREVIOUS)
                await store.put_reply(drop_id(KEYS.drop_secret, n), sealed(bridge), FIRST_DAY)
            found = await visit(courier, KEYS, BUNDLE)
            assert [each.body for each in found.shown] == ["After many weeks."]

    anyio.run(run)


def test_what_the_relay_holds_under_an_unread_id_stays(tmp_path: Path) -> None:
    async def run() -> None:
        async with real_relay(tmp_path) as (courier, store):
            await store.put_reply(drop_id(KEYS.drop_secret, 0), b"not a drop", Day(FIRST_DAY))
            found = await visit(courier, KEYS, BUNDLE)
            assert (found.shown, found.refused, found.read) == ((), 1, ())

    anyio.run(run)


Act = Callable[[ReporterCourier], Any]
ACTS: dict[str, Act] = {
    "send_envelope": lambda courier: courier.send_envelope(ID, b"x"),
    "send_piece": lambda courier: courier.send_piece(ID, b"x"),
    "window": lambda courier: courier.window(window_ids(KEYS.drop_secret, 0)),
    "mark_read": lambda courier: courier.mark_read([bytes(32)]),
    "bundle": lambda courier: courier.bundle(),
}
each_act = pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (409, ConflictError),
        (413, MalformedError),
        (507, UnavailableError),
        (500, UnavailableError),
        (503, UnavailableError),
        (404, UnavailableError),
        (307, UnavailableError),
        (206, UnavailableError),
    ],
)
@each_act
def test_each_refusal_has_its_error_and_quotes_nothing(
    act: Act, status: int, error: type[AsyliaError]
) -> None:
    relay = answering(status, b"Zuleikhan was here", location="http://elsewhere.test/")
    with pytest.raises(error) as caught:
        against(relay, act)
    shown = caught.value.message + caught.value.hint
    assert "Zuleikhan" not in shown
    assert ID.hex() not in shown


@each_act
def test_a_relay_that_does_not_answer_is_unavailable(act: Act) -> None:
    async def run() -> None:
        async with httpx.AsyncClient() as client:
            await act(ReporterCourier("http://127.0.0.1:1", client))

    with pytest.raises(UnavailableError) as caught:
        anyio.run(run)
    assert caught.value.hint
    assert caught.value.__suppress_context__


@each_act
def test_an_endless_answer_is_cut_off(act: Act) -> None:
    sent = 0

    async def endless(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        with suppress(ConnectionError):
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
            while not writer.is_closing():
                writer.write(bytes(1 << 16))
                await writer.drain()
                sent += 1 << 16
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(endless, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with httpx.AsyncClient() as client:
            with pytest.raises(MalformedError):
                await act(ReporterCourier(f"http://127.0.0.1:{port}", client))
        server.close()

    asyncio.run(run())
    assert sent < 64 << 20


def test_a_compressed_answer_is_not_unpacked() -> None:
    relay = answering(200, bytes(100), **{"content-encoding": "gzip"})
    assert against(relay, ACTS["bundle"]) == bytes(100)


def test_nothing_is_asked_where_nothing_was_read() -> None:
    against(answering(500), lambda courier: courier.mark_read([]))


def test_a_window_asks_for_eight_ids() -> None:
    with pytest.raises(MalformedError):
        against(answering(200), lambda courier: courier.window([bytes(32)] * 7))


def as_bytes(slots: list[Slot]) -> bytes:
    codes = {"absent": 0, "present": 1, "gone": 2}
    return b"".join(
        bytes([codes[slot.state]]) + len(slot.blob).to_bytes(4, "big") + slot.blob for slot in slots
    )


slots_of_any_kind = st.one_of(
    st.just(Slot("absent")),
    st.just(Slot("gone")),
    st.binary(min_size=1, max_size=50).map(lambda blob: Slot("present", blob)),
)


@given(st.lists(slots_of_any_kind, min_size=8, max_size=8))
def test_a_window_is_read_as_it_was_written(slots: list[Slot]) -> None:
    assert parse_window(as_bytes(slots)) == tuple(slots)


@given(st.lists(slots_of_any_kind, max_size=9), st.binary(max_size=9), st.integers(0, 20))
def test_a_window_of_another_form_is_malformed(slots: list[Slot], noise: bytes, cut: int) -> None:
    whole = as_bytes(slots)
    untrusted = whole[: max(0, len(whole) - cut)] + noise
    if len(slots) == 8 and untrusted == whole:
        untrusted += b"x"
    try:
        read = parse_window(untrusted)
    except MalformedError:
        return
    assert as_bytes(list(read)) == untrusted


@pytest.mark.parametrize(
    "untrusted",
    [
        b"",
        bytes(39),
        bytes(41),
        b"\x03" + bytes(39),
        b"\x00\x00\x00\x00\x01x" + bytes(35),
        b"\x02\x00\x00\x00\x01x" + bytes(35),
        b"\x01" + bytes(39),
        b"\x01\xff\xff\xff\xff" + bytes(60),
    ],
)
def test_what_is_not_eight_slots_is_malformed(untrusted: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_window(untrusted)


def test_sending_leaves_no_log_line(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    async def run() -> None:
        async with real_relay(tmp_path) as (courier, _):
            await courier.send_envelope(BlobId(system(16)), bytes(9000))

    caplog.set_level(logging.DEBUG)
    anyio.run(run)
    assert not [record for record in caplog.records if record.name.startswith("http")]
