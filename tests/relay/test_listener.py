"""The listener with an application of the test's own: its limits, and what it reads as HTTP."""

import asyncio
import signal
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from asylia import listener
from asylia.connection import Limits
from asylia.errors import ConflictError

BIG = b"b" * (8 << 20)
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
LAST = "Connection: close"


async def echo(scope, receive, send):
    """Answers with method, path and body; ``/early`` reads no body, ``/slow`` takes its time."""
    body, more = b"", scope["path"] != "/early"
    if scope["path"] == "/slow":
        await asyncio.sleep(0.3)
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body, more = body + message["body"], message["more_body"]
    if scope["path"] == "/fault":
        raise ValueError("canary")
    told = b"%b %b %b" % (scope["method"].encode(), scope["raw_path"], body)
    told = BIG if scope["path"] == "/big" else told
    told = repr((scope["client"], scope["server"])).encode() if scope["path"] == "/who" else told
    headers = [(b"content-length", b"%d" % len(told))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": told})


@asynccontextmanager
async def listening(**limits):
    """A port that is served, and the task that serves it."""
    with listener.listen("127.0.0.1", 0) as held:
        port = held.getsockname()[1]
        serving = asyncio.create_task(
            listener.serve(echo, held, clock=lambda: NOW, limits=Limits(**limits))
        )
        while not serving.done():
            await asyncio.sleep(0.01)
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                continue
            writer.close()
            break
        try:
            yield port, serving
        finally:
            if not serving.done():
                signal.raise_signal(signal.SIGTERM)
            await asyncio.wait_for(serving, 5)


async def talk(port, *pieces, wait=0.0, seconds=5):
    """All that comes back until the other side closes, or so many seconds have passed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    out = b""
    try:
        async with asyncio.timeout(seconds):
            for piece in pieces:
                writer.write(piece)
                await asyncio.sleep(wait)
            while got := await reader.read(1 << 16):
                out += got
    except (ConnectionError, TimeoutError):
        pass
    finally:
        writer.close()
    return out


def request(path="/", method="GET", *lines, body=b""):
    head = [f"{method} {path} HTTP/1.1", "Host: r", *lines, "", ""]
    return "\r\n".join(head).encode() + body


def run(story, **limits):
    async def whole():
        async with listening(**limits) as (port, serving):
            return await story(port, serving)

    return listener.run(whole())


def bodies(answers):
    return [part.partition(b"\r\n\r\n")[2] for part in answers.split(b"HTTP/1.1 200 OK\r\n")[1:]]


def test_what_http_1_1_asks_of_a_server_it_does():
    chunked = b"2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n"

    async def story(port, _):
        bytewise = request("/b", "PUT", "Transfer-Encoding: chunked", LAST, body=chunked)
        waits = request("/c", "PUT", "Content-Length: 2", "Expect: 100-continue", LAST)
        return (
            await talk(port, request("/1"), request("/2", "GET", LAST), wait=0.1),
            await talk(port, *[bytes([byte]) for byte in bytewise], wait=0.001),
            await talk(port, request("/", "HEAD", LAST)),
            await talk(port, waits, b"ab", wait=0.1),
            await talk(port, b"GET / HTTP/1.0\r\n\r\n"),
            await talk(port, request("http://elsewhere/a%20b?c", "GET", LAST)),
            await talk(port, request("/who", "GET", LAST)),
        )

    one_by_one, bytewise, head, waits, old, absolute, who = run(story)
    assert bodies(one_by_one) == [b"GET /1 ", b"GET /2 "]
    assert bodies(bytewise) == [b"PUT /b abc"]
    assert b"content-length: 7\r\n" in head
    assert head.endswith(b"\r\n\r\n")
    assert waits.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
    assert bodies(waits) == [b"PUT /c ab"]
    assert bodies(old) == [b"GET / "]
    assert bodies(absolute) == [b"GET /a%20b "]
    assert bodies(who) == [b"(None, None)"]  # nobody's address


def test_requests_that_do_not_wait_for_an_answer_are_not_read():
    async def story(port, _):
        then = (request("/b", "PUT", "Content-Length: 3", body=b"abc"), b"junk\r\n\r\n")
        return [
            await talk(port, *[request("/slow") + more] + [request("/c")] * 2, wait=0.05)
            for more in then
        ]

    for answer in run(story):
        assert bodies(answer) == [b"GET /slow "]
        assert answer.count(b"HTTP/1.1 ") == 1
        assert b"connection: close\r\n" in answer


INNER = request("/inner")


@pytest.mark.parametrize(
    ("length", "body"),
    [
        (f"Content-Length: {len(INNER)}", INNER),
        ("Transfer-Encoding: chunked", b"%x\r\n%b\r\n0\r\n\r\n" % (len(INNER), INNER)),
    ],
)
def test_what_was_sent_as_a_body_and_not_read_is_never_read_as_a_request(length, body):
    async def story(port, _):
        sent = request("/early", "PUT", length, body=body[:20])
        return await talk(port, sent, body[20:], request("/next", "GET", LAST), wait=0.1)

    assert bodies(run(story)) == [b"PUT /early ", b"GET /next "]


def test_an_early_answer_reaches_whoever_still_sends():
    async def story(port, _):
        body = b"x" * (4 << 20)
        sent = request("/early", "PUT", f"Content-Length: {len(body)}", body=body)
        return await talk(port, sent + request("/next", "GET", LAST))

    assert bodies(run(story)) == [b"PUT /early ", b"GET /next "]


CHUNKED = "Transfer-Encoding: chunked"
NO_HTTP = {
    "junk": b"junk\r\n\r\n",
    "an old version": b"GET /\r\n\r\n",
    "a newer version": b"GET / HTTP/2.0\r\nHost: r\r\n\r\n",
    "a tunnel": b"CONNECT elsewhere:443 HTTP/1.1\r\nHost: elsewhere:443\r\n\r\n",
    "a length beside chunks": request("/", "PUT", "Content-Length: 3", CHUNKED, body=b"0\r\n\r\n"),
    "chunks beside a length": request("/", "PUT", CHUNKED, "Content-Length: 3", body=b"0\r\n\r\n"),
    "two lengths": request("/", "PUT", "Content-Length: 1", "Content-Length: 2", body=b"ab"),
    "one length twice": request("/", "PUT", "Content-Length: 1", "Content-Length: 1", body=b"a"),
    "two lengths in one": request("/", "PUT", "Content-Length: 1, 1", body=b"a"),
    "a signed length": request("/", "PUT", "Content-Length: +1", body=b"a"),
    "a length without end": request("/", "PUT", "Content-Length: " + "9" * 30),
    "chunks not last": request("/", "PUT", "Transfer-Encoding: chunked, gzip", body=b"0\r\n\r\n"),
    "chunks misspelt": request("/", "PUT", "Transfer-Encoding: xchunked", body=b"0\r\n\r\n"),
    "a size that is none": request("/", "PUT", CHUNKED, body=b"0x1\r\na\r\n0\r\n\r\n"),
    "a chunk too long": request("/", "PUT", CHUNKED, body=b"1\r\nab\r\n0\r\n\r\n"),
    "a size over 64 bits": request("/", "PUT", CHUNKED, body=b"1" + b"0" * 16 + b"\r\na"),
    "chunks by bare line feeds": request("/", "PUT", CHUNKED, body=b"1\na\n0\n\n"),
    "a trailer": request("/", "PUT", CHUNKED, body=b"1\r\na\r\n0\r\nX: y\r\n\r\n"),
    "bare line feeds": b"GET / HTTP/1.1\nHost: r\n\n",
    "a bare carriage return": b"GET / HTTP/1.1\r\nHost: r\rX: y\r\n\r\n",
    "a folded header": request("/", "GET", "X: y", " z"),
    "space before the colon": request("/", "GET", "X : y"),
    "no name": request("/", "GET", ": y"),
    "a zero byte": request("/", "GET", "X: \0"),
    "a head too long": request("/", "GET", "X: " + "y" * 17_000),
    "a path too long": request("/" + "y" * 17_000),
    "too many headers": request("/", "GET", *["X: y"] * 3000),
}


def test_what_two_readers_could_read_in_two_ways_is_told_so_on_one_line_with_the_day():
    async def story(port, _):
        return [await talk(port, junk, seconds=1) for junk in NO_HTTP.values()]

    for name, answer in zip(NO_HTTP, run(story), strict=True):
        assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n"), name
        assert b"date: Wed, 04 Mar 2026 00:00:00 GMT\r\n" in answer, name
        assert answer.endswith(b"\r\n\r\nThis is not HTTP as it is read here.\n"), name
        assert answer.count(b"HTTP/1.1 ") == 1, name


async def sent_until_broken_off(port, begun, each, most, pause):
    """How many pieces it took until the other side broke the connection off."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    reading = asyncio.create_task(reader.read())
    writer.write(begun)
    count = 0
    while count < most and not reading.done():
        writer.write(each)
        await asyncio.sleep(pause)
        count += 1
    writer.transport.abort()
    await asyncio.wait([reading])
    reading.exception()
    return count


@pytest.mark.parametrize(
    ("begun", "more"),
    [(b"", b"\r\n" * 500), (b"GET /", b"a" * 1000), (b"GET / HTTP/1.1\r\nX: ", b"y" * 1000)],
)
def test_a_head_without_end_is_broken_off_before_it_fills_the_memory(begun, more):
    """In pieces, so that no callback of the parser ever sees it whole."""
    assert run(lambda port, _: sent_until_broken_off(port, begun, more, 40, 0.005)) < 25


@pytest.mark.parametrize("protocol", ["websocket", "h2c"])
def test_an_upgrade_is_answered_as_what_it_also_is_and_nothing_follows(protocol):
    async def story(port, _):
        asks = request("/a", "GET", "Connection: Upgrade", f"Upgrade: {protocol}")
        return await talk(port, asks + request("/b"), request("/c"), wait=0.05)

    answer = run(story)
    assert bodies(answer) == [b"GET /a "]
    assert b"connection: close\r\n" in answer


def test_a_body_that_nobody_takes_is_held_back_at_its_sender():
    async def story(port, _):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request("/slow", "PUT", f"Content-Length: {64 << 20}"))
        writer.write(bytes(64 << 20))
        await asyncio.sleep(0.25)
        left = writer.transport.get_write_buffer_size()
        writer.transport.abort()
        return left

    assert run(story) > 32 << 20  # the rest is the kernel's, for both ends, and 64 KiB of ours


def test_where_all_places_are_taken_who_has_waited_longest_with_a_head_makes_room():
    async def story(port, _):
        slow = [asyncio.create_task(talk(port, b"GET / HT")) for _ in range(2)]
        busy = asyncio.create_task(talk(port, request("/slow", "GET", LAST)))
        await asyncio.sleep(0.1)
        answer = await talk(port, request("/", "GET", LAST))
        assert [one.done() for one in slow] == [True, False]
        return answer, await busy, [await one for one in slow]

    answer, busy, slow = run(story, connections=3, head=0.6)
    assert (bodies(answer), bodies(busy), slow) == ([b"GET / "], [b"GET /slow "], [b"", b""])


def test_where_all_are_being_served_the_newcomer_is_not():
    async def story(port, _):
        busy = [asyncio.create_task(talk(port, request("/slow", "GET", LAST))) for _ in range(2)]
        await asyncio.sleep(0.1)
        return await talk(port, request("/", "GET", LAST)), [await one for one in busy]

    answer, busy = run(story, connections=2)
    assert (answer, [bodies(one) for one in busy]) == (b"", [[b"GET /slow "]] * 2)


def test_no_byte_prolongs_the_time_that_a_head_may_take():
    async def story(port, _):
        early = request("/early", "PUT", "Content-Length: 999")
        begun = {
            b"GET / HTTP/1.1\r\n": b"X: y\r\n",
            request("/") + b"GET / HTTP/1.1\r\n": b"X: y\r\n",  # after an answer
            early: b"x",  # the rest of a body that was answered
            b"": b"",
        }
        sent = [sent_until_broken_off(port, *one, 60, 0.05) for one in begun.items()]
        return await asyncio.gather(*sent)

    assert max(run(story, head=0.4)) < 30


@pytest.mark.parametrize("more", [b"", request("/"), b"junk\r\n\r\n"])
def test_whoever_does_not_take_an_answer_is_dropped_whatever_it_sends_on(more):
    async def story(port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
        writer.write(request("/big"))
        await asyncio.sleep(0.1)
        writer.write(more)
        await asyncio.sleep(0.8)
        with pytest.raises((ConnectionError, EOFError)):
            await reader.readexactly(len(BIG))
        writer.close()

    run(story, head=0.1, answer=0.4)


def test_who_asks_on_before_an_answer_was_taken_gets_that_one_whole_and_no_more():
    async def story(port, _):
        return await talk(port, request("/big"), request("/c"), wait=0.1)

    answer = run(story)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert bodies(answer) == [BIG]


def test_who_ends_its_own_side_is_answered_what_it_sent_whole():
    async def story(port, _):
        out = []
        for length in (2, 3):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request("/slow", "PUT", f"Content-Length: {length}", body=b"ab"))
            writer.write_eof()
            out.append(await asyncio.wait_for(reader.read(), 2))
            writer.close()
        return out

    whole, cut = run(story)
    assert bodies(whole) == [b"PUT /slow ab"]
    assert b"connection: close\r\n" in whole
    assert cut == b""


def test_where_a_body_was_announced_and_not_asked_for_nothing_more_is_read():
    """A request that came next would be read as that body."""

    async def story(port, _):
        asks = request("/early", "PUT", "Content-Length: 9", "Expect: 100-continue")
        return await talk(port, asks, request("/next", "GET", LAST), wait=0.1)

    answer = run(story)
    assert bodies(answer) == [b"PUT /early "]
    assert b"connection: close\r\n" in answer


def test_who_takes_an_answer_slowly_gets_it_whole():
    async def story(port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4096)
        writer.write(request("/big"))
        await asyncio.sleep(0.4)
        got = await reader.readuntil(b"\r\n\r\n") + await reader.readexactly(len(BIG))
        writer.close()
        return got

    assert bodies(run(story, head=0.1)) == [BIG]


def test_a_stop_lets_what_was_accepted_finish_and_ends_the_rest():
    async def story(port, serving):
        idle = asyncio.create_task(talk(port, request("/") + b"GET"))
        slow = asyncio.create_task(talk(port, request("/slow", "PUT", "Content-Length: 2"), b"ab"))
        await asyncio.sleep(0.1)
        signal.raise_signal(signal.SIGTERM)
        await asyncio.wait_for(serving, 2)
        return await idle, await slow

    idle, slow = run(story)
    assert len(bodies(idle)) == 1
    assert bodies(slow) == [b"PUT /slow ab"]
    assert b"connection: close\r\n" in slow


def test_nothing_is_said_of_faults_or_junk(capfd, caplog):
    async def story(port, _):
        for sent in (request("/fault", "GET", LAST), b"canary\r\n\r\n", request("/", "GET", LAST)):
            answer = await talk(port, sent)
            assert b"canary" not in answer
        return answer

    assert bodies(run(story)) == [b"GET / "]
    assert "".join(capfd.readouterr()) == caplog.text == ""


def test_a_port_that_is_taken_is_said_to_be():
    with listener.listen("127.0.0.1", 0) as held:
        held.listen()
        with pytest.raises(ConflictError):
            listener.listen("127.0.0.1", held.getsockname()[1])
