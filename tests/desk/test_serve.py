"""The real desk: a parent, a child that holds the keys, and what is left when it is locked."""

import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.casework.world import PASSPHRASE, World

from asylia.desk.serve import Settings, open_workspace
from asylia.errors import RefusedError

LINK = re.compile(r"http://(desk-[0-9a-f]{8}\.localhost:(\d+))/enter/(\S+)")


class Started:
    """``asylia desk`` as a command, and the links that it prints."""

    def __init__(self, vault: Path, relay: str) -> None:
        command = [sys.executable, "-m", "asylia", "desk", str(vault), "--relay", relay]
        command += ["--swap-is-safe"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.said: list[str] = []
        self._links: queue.Queue[re.Match[str]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if found := LINK.search(line):
                self._links.put(found)

    def next_link(self) -> re.Match[str]:
        return self._links.get(timeout=60)

    def children(self) -> list[int]:
        """Processes of this desk: those whose parent it is."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in found.split()]


@pytest.fixture
def started(world: World) -> Iterator[Started]:
    vault = world.desks[0].vault
    vault.close()
    one = Started(vault.folder, world.url)
    yield one
    one.process.terminate()
    one.process.wait(30)


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
    before = started.children()
    closing = client.post("/lock", data={"csrf": csrf})
    assert "Locked" in closing.text
    after = started.next_link()
    assert after[0] in closing.text
    again, fresh = enter(after)
    assert fresh != csrf
    assert again.get("/inbox").headers["location"] == "/unlock"
    key_holder = max(before)
    assert not Path(f"/proc/{key_holder}").exists()


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


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_key_holder_does_not_outlive_its_parent(started: Started, how: int) -> None:
    enter(started.next_link())
    children = started.children()
    started.process.send_signal(how)
    started.process.wait(30)
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)


def test_it_stays_shut_where_memory_may_reach_the_disk(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asylia.desk.serve.unencrypted_swap", lambda: True)
    with pytest.raises(RefusedError):
        open_workspace(Settings(vault=world.desks[0].vault.folder, relay=world.url), PASSPHRASE)
