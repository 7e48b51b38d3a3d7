"""More connections at once than a relay's process may open files."""

import socket
from contextlib import ExitStack

import pytest

from relay.process import SERVE, RelayProcess, found

FEW = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({0}, {0}));" + SERVE


@pytest.mark.parametrize("files", [256, 48])
def test_a_flood_of_connections_leaves_room_for_the_next_and_says_nothing(tmp_path, files):
    """With 48 files there is room for one connection, and not for a round of newcomers."""
    relay = RelayProcess(found(tmp_path / "relay"), FEW.format(files))
    with relay, ExitStack() as flood:
        for _ in range(2 * files):
            idle = flood.enter_context(socket.socket())
            idle.setblocking(False)
            idle.connect_ex(("127.0.0.1", relay.port))
        address = ("127.0.0.1", relay.port)
        if files == 256:
            honest = flood.enter_context(socket.create_connection(address, timeout=5))
            honest.sendall(b"GET /v1/log/checkpoint HTTP/1.1\r\nHost: r\r\n\r\n")
            assert honest.recv(15) == b"HTTP/1.1 200 OK"
        flood.close()
        assert relay.request("GET", "/v1/log/checkpoint")[0] == 200
        assert relay.stop() == ""
