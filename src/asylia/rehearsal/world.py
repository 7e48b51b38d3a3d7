"""A small world on loopback: folders of its own, and the real relay and page as processes.

Upholds: everything that the world writes lies below one folder, temporary files and home included,
so that it can be searched afterwards; what was started is stopped, also when this process is
killed.  Refuses: an address other than
loopback.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import httpx

from asylia.desk.leash import on_leash
from asylia.errors import UnavailableError

T = TypeVar("T")
_PATIENCE = 60.0
ASYLIA = (sys.executable, "-m", "asylia")


@dataclass
class World:
    """The folders and processes of one rehearsal."""

    folder: Path
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _held: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        for name in ("home", "tmp", "run"):
            (self.folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)

    @property
    def relay(self) -> Path:
        """The relay's folder."""
        return self.folder / "relay"

    @property
    def temporary(self) -> Path:
        """Where temporary files go."""
        return self.folder / "tmp"

    def vault(self, name: str) -> Path:
        """The vault of one device."""
        return self.folder / "devices" / name

    @property
    def environment(self) -> dict[str, str]:
        """For processes of this world: temporary files and home stay inside it."""
        inside = {"TMPDIR": "tmp", "HOME": "home", "XDG_RUNTIME_DIR": "run"}
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
        return {**kept, **{name: str(self.folder / path) for name, path in inside.items()}}

    def start(
        self,
        *arguments: str,
        port: int,
        program: Sequence[str] = ASYLIA,
        within: Path | None = None,
    ) -> subprocess.Popen[bytes]:
        """Run ``asylia`` with these arguments, and wait until it listens on ``port``.

        ``program``: what runs it; ``within``: the folder that it begins in, the world's if not
        given.
        """
        process = subprocess.Popen(  # noqa: S603  our own command
            on_leash([*program, *arguments], signal.SIGTERM),
            env=self.environment,
            cwd=within or self.folder,
            stdin=subprocess.DEVNULL,
        )
        self._processes.append(process)
        deadline = time.monotonic() + _PATIENCE
        # One client for all tries: each new one reads every certificate of this machine.
        with httpx.Client(trust_env=False) as client:
            while time.monotonic() < deadline and process.poll() is None:
                with suppress(httpx.TransportError):
                    client.get(f"http://127.0.0.1:{port}/")
                    return process
                time.sleep(0.05)
        raise UnavailableError(
            f"`asylia {arguments[0]} {arguments[1]}` did not start", hint="Its own words are above."
        )

    def hold(self, beside: AbstractContextManager[T]) -> T:
        """Enter something that the world needs until it stops."""
        return self._held.enter_context(beside)

    def stop(self) -> None:
        """Stop every process, the newest first, wait for each, and let go of what was held."""
        for process in reversed(self._processes):
            process.terminate()
        for process in reversed(self._processes):
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()
        self._held.close()


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
