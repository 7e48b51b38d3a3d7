"""Relay and page stop when they are told to, whoever still holds a connection."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from asylia.intake.rootfile import write_root
from asylia.relay.serve import init
from asylia.tlog.checkpoint import NoteKey

from .world import ROOT, SECRET, World, free_port, wait_for

# The last line tells whether the interpreter was shut down in order.
SERVE = (
    "import atexit, sys; atexit.register(print, 'shut down'); from asylia.cli import main; main()"
)


@contextmanager
def served(port: int, *command: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, *command, "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_for(port)
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("name", ["relay", "intake"])
def test_it_leaves_with_nothing_said_and_nothing_lost(tmp_path: Path, name: str) -> None:
    folder, root, port = tmp_path / "relay", tmp_path / "root", free_port()
    init(folder, access=sha256(SECRET).digest(), key=NoteKey.generate("test/log"))
    root.write_bytes(write_root(ROOT.public))
    commands = {
        "relay": ("relay", "serve", str(folder)),
        "intake": ("intake", "serve", "--relay", "http://127.0.0.1:9", "--root", str(root)),
    }
    path = f"/v1/envelopes/{bytes(16).hex()}"
    with served(port, *commands[name]) as process:
        if name == "relay":
            put = httpx.put(
                f"http://127.0.0.1:{port}{path}", content=b"kept" * 3000, trust_env=False
            )
            assert put.status_code == 201
        address = ("127.0.0.1", port)
        with socket.create_connection(address), socket.create_connection(address) as half:
            half.sendall(b"GET / HTTP/1.1\r\nHo")
            process.send_signal(signal.SIGTERM)
            told, _ = process.communicate(timeout=60)
        assert (process.returncode, told) == (0, "shut down\n")
    if name == "relay":
        with served(port, *commands[name]) as process:
            world = World(f"http://127.0.0.1:{port}", "", tmp_path, tmp_path, ())
            with world.desk as desk:
                assert desk.get(path).content == b"kept" * 3000
