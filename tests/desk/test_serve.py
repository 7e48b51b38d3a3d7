"""The real desk: a parent, a child that holds the keys, and what is left when it is locked."""

import os
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.casework.world import PASSPHRASE, World
from tests.desk.processes import LINK, Started, alive, is_alive

from asylia.desk.serve import Settings, open_workspace
from asylia.errors import RefusedError


@pytest.fixture
def started(world: World) -> Iterator[Started]:
    vault = world.desks[0].vault
    vault.close()
    one = Started(vault.folder, world.url, "--no-browser")
    yield one
    one.stop()


def enter(link: re.Match[str]) -> tuple[httpx.Client, str]:
    """A client inside the session, and the token for its forms."""
    host, port, token = link.groups()
    client = httpx.Client(
        base_url=f"http://127.0.0.1:{port}",
        headers={"host": host, "origin": f"http://{host}"},
        timeout=60,
    )
    assert client.get(f"/enter/{token}").status_code == 303
    page = client.get("/unlock").text
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return client, found[1]


def test_locking_ends_the_process_and_the_next_link_opens_a_fresh_one(started: Started) -> None:
    link = started.next_link()
    client, csrf = enter(link)
    opened = client.post("/unlock", data={"csrf": csrf, "passphrase": PASSPHRASE})
    assert opened.headers["location"] == "/inbox"
    assert client.get("/inbox").status_code == 200
    before = started.key_holder()
    closing = client.post("/lock", data={"csrf": csrf})
    assert "Locked" in closing.text
    after = started.next_link()
    assert after[0] in closing.text
    again, fresh = enter(after)
    assert fresh != csrf
    assert again.get("/inbox").headers["location"] == "/unlock"
    assert not is_alive(before)


def test_no_secret_is_an_argument_of_a_process(started: Started) -> None:
    link = started.next_link()
    enter(link)
    for pid in (started.process.pid, *started.children()):
        for kind in ("cmdline", "environ"):
            try:
                held = Path(f"/proc/{pid}/{kind}").read_bytes()
            except PermissionError:
                continue  # hardened: not even its own user may look
            assert link[3].encode() not in held


def test_whatever_comes_in_the_terminal_hears_of_links_only(started: Started) -> None:
    client, csrf = enter(started.next_link())
    host, port = client.headers["host"], int(client.headers["host"].rpartition(":")[2])
    upgrade = f"GET /inbox HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
    for raw in (b"canary\r\n\r\n", f"{upgrade}Connection: Upgrade\r\n\r\n".encode()):
        with socket.create_connection(("127.0.0.1", port), 10) as sent:
            sent.sendall(raw)
            sent.recv(64)
    client.post("/unlock", data={"csrf": csrf, "passphrase": "canary"})
    client.post("/lock", data={"csrf": csrf})
    started.next_link()
    assert [line for line in started.said if not LINK.search(line)] == []


@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGKILL"])
def test_nothing_outlives_the_parent(started: Started, how: str) -> None:
    enter(started.next_link())
    all_of_it = started.all()
    assert started.key_holder() in all_of_it
    started.process.send_signal(getattr(signal, how))
    assert alive(all_of_it) == set()
    assert started.process.wait(30) == (-signal.SIGKILL if how == "SIGKILL" else 0)


def panic_form(client: httpx.Client) -> tuple[str, int, str]:
    """Host, port and secret of the panic form on the page that the session is at."""
    found = re.search(
        r'action="http://(desk-[0-9a-f]{8}\.localhost:(\d+))/panic" data-panic>'
        r'<input type="hidden" name="panic" value="([^"]+)"',
        client.get("/unlock").text,
    )
    assert found
    return found[1], int(found[2]), found[3]


@pytest.mark.parametrize("how", ["at work", "stopped"])
def test_panic_ends_it_all_even_when_the_desk_does_not_answer(started: Started, how: str) -> None:
    client, _ = enter(started.next_link())
    host, port, secret = panic_form(client)
    all_of_it = started.all()
    if how == "stopped":
        os.kill(started.key_holder(), signal.SIGSTOP)
    answer = httpx.post(
        f"http://127.0.0.1:{port}/panic", data={"panic": secret}, headers={"host": host}
    )
    assert answer.status_code == 200
    assert answer.headers["clear-site-data"]
    assert alive(all_of_it) == set()
    assert started.process.wait(30) == 0


def test_only_the_desks_own_pages_can_press_it(started: Started) -> None:
    client, _ = enter(started.next_link())
    host, port, secret = panic_form(client)
    address = f"http://127.0.0.1:{port}/panic"
    right, named = {"panic": secret}, {"host": host}
    refused = [
        httpx.post(address, data={"panic": "x" * 43}, headers=named),
        httpx.post(address, data={"panic": secret + "x" * 300}, headers=named),
        httpx.post(address, data=right, headers={"host": f"127.0.0.1:{port}"}),
        httpx.post(address + "/", data=right, headers=named),
        httpx.post(address, headers=named),
    ]
    assert {one.status_code for one in refused} == {403}
    assert httpx.get(address, headers=named).status_code == 501
    with socket.create_connection(("127.0.0.1", port), 10) as cut:
        cut.sendall(b"POST /panic HTTP/1.1\r\nContent-Length: 50\r\n\r\npan")
    assert is_alive(started.key_holder())
    stranger = httpx.Client(base_url=client.base_url, headers={"host": client.headers["host"]})
    for page in ("/unlock", "/inbox", "/enter/x", "/nowhere"):
        assert secret not in stranger.get(page).text
    assert started.said[1:] == []


def test_it_stays_shut_where_memory_may_reach_the_disk(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asylia.desk.serve.unencrypted_swap", lambda: True)
    with pytest.raises(RefusedError):
        open_workspace(Settings(vault=world.desks[0].vault.folder, relay=world.url), PASSPHRASE)
