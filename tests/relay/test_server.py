"""The relay as a process: slow, cut-off and hostile peers; what it leaves behind."""

import base64
import json
import os
import socket
import time

import pytest

from asylia.cli import run
from asylia.errors import ConflictError, MalformedError, NotFoundError
from asylia.relay import serve as module
from asylia.relay.serve import init, serve
from asylia.tlog.checkpoint import NoteKey
from relay.process import RelayProcess, found

MIB = 1 << 20
# The same server with less patience, so that a test need not wait as long as a peer may.
IMPATIENT = """
import sys
from pathlib import Path
from asylia.connection import Limits
from asylia.relay import http, serve
http.Patience.__init__.__defaults__ = (0.5, 2.0)
Limits.__init__.__defaults__ = (1024, 16 * 1024, 0.7, 2.0, 5)
serve.serve(Path(sys.argv[1]), "127.0.0.1", int(sys.argv[2]))
"""


@pytest.fixture(scope="module")
def relay(tmp_path_factory):
    with RelayProcess(found(tmp_path_factory.mktemp("server") / "relay"), IMPATIENT) as relay:
        yield relay


def raw(relay, *pieces, pause=0.0, timeout=15):
    """All that comes back until the server closes, after sending these pieces."""
    with socket.create_connection(("127.0.0.1", relay.port), timeout=timeout) as peer:
        out = b""
        try:
            for piece in pieces:
                peer.sendall(piece)
                time.sleep(pause)
            while got := peer.recv(65536):
                out += got
        except ConnectionError:
            pass
        return out


def head(method, path, *lines):
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: r", *lines, "", ""]).encode()


def put(length, number=1):
    return head("PUT", f"/v1/envelopes/{number:032x}", f"Content-Length: {length}")


def test_answers_tell_the_day_and_not_the_time_nor_what_serves_them(relay):
    asked = [
        head("GET", path, "Connection: close")
        for path in ("/v1/log/checkpoint", "/v1/envelopes", "/nothing")
    ]
    for request in (*asked, b"junk\r\n\r\n", head("GET", "/" + "a" * 70_000)):
        out = raw(relay, request)
        assert b" 00:00:00 GMT\r\n" in out
        assert out.lower().count(b"\r\ndate: ") == 1
        assert b"\r\nserver:" not in out.lower()


def alive(relay):
    return relay.request("GET", "/v1/envelopes")[0] == 200


def test_one_process_serves_a_folder(tmp_path):
    folder = found(tmp_path / "relay")
    with RelayProcess(folder), pytest.raises(ConflictError):
        serve(folder, "127.0.0.1", 1)


def test_two_relays_do_not_share_a_port(relay, tmp_path):
    init(tmp_path, access=bytes(32), key=NoteKey.generate("second"))
    with pytest.raises(ConflictError):
        serve(tmp_path, "127.0.0.1", relay.port)


def test_half_sent_headers_are_dropped_and_others_are_served_meanwhile(relay):
    slow = [socket.create_connection(("127.0.0.1", relay.port), timeout=15) for _ in range(200)]
    for peer in slow:
        peer.sendall(b"GET /v1/envelopes HTTP/1.1\r\nHost: r\r\n")
    assert alive(relay)
    for peer in slow:
        try:
            while peer.recv(4096):
                pass
        except ConnectionError:
            pass
        peer.close()
    assert alive(relay)


def test_headers_that_trickle_are_dropped(relay):
    out = raw(relay, *[b"GET / HTTP/1.1\r\n"] + [b"X: y\r\n"] * 12, pause=0.15)
    assert b" 200 " not in out
    assert alive(relay)


def test_a_body_that_stops_coming_is_given_up(relay):
    assert b" 408 " in raw(relay, put(50_000) + b"x" * 100)
    assert b" 408 " in raw(relay, put(MIB) + b"x" * 100)
    assert alive(relay)


def test_a_body_that_is_cut_off_stores_nothing(relay):
    for length in (50_000, MIB):
        with socket.create_connection(("127.0.0.1", relay.port)) as peer:
            peer.sendall(put(length, 77) + b"x" * 10_000)
    time.sleep(0.3)
    assert (77).to_bytes(16, "big") not in relay.request("GET", "/v1/envelopes")[1]


def test_a_body_over_its_limit_is_refused_declared_or_not(relay):
    assert b" 413 " in raw(relay, put(MIB + 1) + b"x" * 1000)
    chunked = head("PUT", f"/v1/envelopes/{5:032x}", "Transfer-Encoding: chunked")
    chunk = b"40000\r\n" + b"x" * 0x40000 + b"\r\n"
    assert b" 413 " in raw(relay, chunked, *[chunk] * 6)
    assert alive(relay)


def test_a_short_body_over_its_limit_is_refused_too(relay):
    chunked = head("POST", "/v1/drops/window", "Transfer-Encoding: chunked", "Connection: close")
    ids = b"120\r\n" + bytes(9 * 32) + b"\r\n0\r\n\r\n"
    assert b" 413 " in raw(relay, chunked + ids)


def test_a_chunk_whose_extension_never_ends_is_given_up(relay):
    chunked = head("PUT", f"/v1/envelopes/{5:032x}", "Transfer-Encoding: chunked")
    assert b" 408 " in raw(relay, chunked + b"1;", *[b"x" * 1000] * 10, pause=0.1)


def test_a_chunked_body_within_its_limit_is_stored_whole(relay):
    body = os.urandom(300_000)
    chunks = b"".join(
        b"%x\r\n" % len(body[at : at + 70_000]) + body[at : at + 70_000] + b"\r\n"
        for at in range(0, len(body), 70_000)
    )
    path = f"/v1/envelopes/{6:032x}"
    request = head("PUT", path, "Transfer-Encoding: chunked", "Connection: close")
    assert b" 201 " in raw(relay, request + chunks + b"0\r\n\r\n")
    assert relay.request("GET", path) == (200, body)


@pytest.mark.parametrize("size", [8 * 1024, 12 * 1024, 64 * 1024, 64 * 1024 + 1, MIB])
def test_a_body_of_any_length_comes_back_byte_for_byte(relay, size):
    body, path = os.urandom(size), f"/v1/envelopes/{os.urandom(16).hex()}"
    assert relay.request("PUT", path, body, {})[0] == 201
    assert relay.request("GET", path) == (200, body)


@pytest.mark.parametrize(
    "junk",
    [
        b"\0" * 2000,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
        b"GET / HTTP/9.9\r\n\r\n",
        b"PUT / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        b"PUT / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n123456",
        b"GET / HTTP/1.1\r\n" + b"X: " + b"y" * 600_000,
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5000,
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /%ff%fe%00 HTTP/1.1\r\nHost: r\r\nConnection: close\r\n\r\n",
        b"GET /v1/ledger?from=%ff&from=\xff HTTP/1.1\r\nHost: r\r\nConnection: close\r\n\r\n",
        b"GET /v1/bundle HTTP/1.1\r\nAuthorization: Asylia \xff\xfe\r\nConnection: close\r\n\r\n",
    ],
)
def test_junk_is_refused_and_harms_nobody(relay, junk):
    out = raw(relay, junk)
    assert b" 20" not in out[:15]
    assert b" 500 " not in out[:15]
    assert b"Traceback" not in out
    assert alive(relay)


def test_the_server_stops_when_told_and_says_nothing_of_requests(tmp_path):
    folder = found(tmp_path / "relay")
    marker = b"canary-in-a-body" * 600
    with RelayProcess(folder) as relay:
        path = f"/v1/envelopes/{9:032x}"
        assert relay.request("PUT", path, marker, {"User-Agent": "canary-agent"})[0] == 201
        assert relay.request("GET", "/canary-path")[0] == 404
        raw(relay, b"canary junk\r\n\r\n")
        assert relay.stop() == ""
        assert relay.process.returncode == 0
    assert {file.name for file in folder.iterdir()} == {"log.key", "relay.sqlite"}
    for file in folder.iterdir():
        content = file.read_bytes()
        assert b"canary-agent" not in content
        assert b"127.0.0.1" not in content
    assert marker[:64] in (folder / "relay.sqlite").read_bytes()  # the control: what it did keep


def test_a_relay_is_made_once_and_only_served_where_it_is(tmp_path):
    folder = found(tmp_path / "relay")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    with pytest.raises(ConflictError):
        found(folder)
    with pytest.raises(NotFoundError):
        serve(tmp_path, "127.0.0.1", 1)
    with pytest.raises(MalformedError):
        init(tmp_path / "other", access=b"short", key=NoteKey("a", bytes(32)))
    assert not (tmp_path / "other").exists()
    (folder / module.KEY).write_bytes(b"junk")
    with pytest.raises(MalformedError):
        serve(folder, "127.0.0.1", 1)


def test_the_command_shows_a_secret_that_opens_the_relay_and_that_it_does_not_keep(
    tmp_path, capsys
):
    folder = tmp_path / "relay"
    assert run(["relay", "init", str(folder), "--origin", "log.example/made", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["origin"] == "log.example/made"
    assert len(base64.b64decode(shown["log_key"])) == 32
    secret = base64.urlsafe_b64decode(shown["access"] + "=")
    for file in folder.iterdir():
        assert secret not in file.read_bytes()
        assert shown["access"].encode() not in file.read_bytes()
    command = "import sys; from asylia.cli import run;"
    command += "sys.exit(run(['relay', 'serve', sys.argv[1], '--port', sys.argv[2]]))"
    with RelayProcess(folder, command) as relay:
        headers = {"Authorization": "Asylia " + shown["access"]}
        assert relay.request("GET", "/v1/envelopes", headers=headers) == (200, b"")
        assert relay.request("GET", "/v1/envelopes")[0] == 401
        assert relay.stop() == ""
    assert run(["relay", "init", str(folder)]) == ConflictError.exit_code
