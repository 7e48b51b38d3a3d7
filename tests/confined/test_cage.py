"""What a confined process can't do, each beside a process that is not confined and can."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from asylia.confined import run as running
from asylia.confined.run import run
from asylia.errors import MalformedError

TRIED = {
    "a socket": "socket.socket()",
    "a socket by another name": "socket.create_connection(('127.0.0.1', {port}))",
    "rights": "os.chmod({folder!r} + '/old', 0o777)",
    "a new file": "open({folder!r} + '/new', 'w')",
    "an empty file": "os.open({folder!r} + '/new', os.O_CREAT)",
    "a change": "open({folder!r} + '/old', 'r+')",
    "a cut": "os.truncate({folder!r} + '/old', 0)",
    "a new name": "os.rename({folder!r} + '/old', {folder!r} + '/other')",
    "a removal": "os.unlink({folder!r} + '/doomed')",
    "a link": "os.symlink('/', {folder!r} + '/link')",
    "a folder": "os.mkdir({folder!r} + '/folder')",
    "a signal": "os.kill({parent}, 0)",
    "much memory": "bytes(2 << 30)",
}


PLAYED = """
import contextlib, os, shutil, socket, sys
CAGE
open('/etc/hostname').read()
for what, code in TRIED.items():
    with contextlib.suppress(OSError, MemoryError):
        exec(code)
        print(what)
"""


def managed(folder: Path, port: int, *, caged: bool) -> set[str]:
    """What a process got done of all that it tried."""
    told = {"folder": str(folder), "port": port, "parent": os.getpid()}
    tried = {what: code.format(**told) for what, code in TRIED.items()}
    enter = "from asylia.confined import cage; cage.enter()" if caged else ""
    code = PLAYED.replace("TRIED", repr(tried)).replace("CAGE", enter)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, timeout=60, text=True
    )
    return set(done.stdout.splitlines())


def test_a_confined_process_can_do_nothing_to_anybody(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.write_text("kept")
    (tmp_path / "doomed").touch()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert managed(tmp_path, port, caged=True) == set()
        assert {one.name for one in tmp_path.iterdir()} == {"old", "doomed"}
        assert (old.read_text(), old.stat().st_mode & 0o111) == ("kept", 0)
        assert managed(tmp_path, port, caged=False) == set(TRIED)


def test_a_reader_that_hangs_ends_in_our_error() -> None:
    with pytest.raises(MalformedError, match="too much memory or time"):
        run("page", b"<p>x</p>", {"kind": "html"}, patience=0.001)


def test_nonsense_from_a_reader_ends_in_our_error(monkeypatch: pytest.MonkeyPatch) -> None:
    for answer in (b"", b"[]", b"{}\n{}", b'{"failed": ""}\nnot json', b'{"failed": "surprise"}'):
        monkeypatch.setattr(running, "_answer", lambda *_, said=answer: said)
        with pytest.raises(MalformedError):
            run("page", b"x", {"kind": "html"})
